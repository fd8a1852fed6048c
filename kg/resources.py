"""Where the data files of the package are, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parent

# In a wheel ``ontology/`` and ``queries/`` travel inside the package; in a checkout they stand
# beside it.
_PLACES = {
    "ontology": (_PACKAGE / "data" / "ontology", _PACKAGE.parent / "ontology"),
    "queries": (_PACKAGE / "data" / "queries", _PACKAGE.parent / "queries"),
    "samples": (_PACKAGE / "samples",),
    "static": (_PACKAGE / "pages" / "static",),
}


def resource(name: Literal["ontology", "queries", "samples", "static"]) -> Path:
    """Return the folder of a kind of data files.

    Args:
        name: ``ontology`` (Turtle, SHACL, JSON-LD context, tables), ``queries`` (named
            queries), ``samples`` (facts files with their texts) or ``static`` (browser files).

    Raises:
        FileNotFoundError: the installation is not whole.
    """
    for place in _PLACES[name]:
        if place.is_dir():
            return place
    raise FileNotFoundError(
        f"the {name} files are missing from this installation; run 'pip install .' again"
    )
