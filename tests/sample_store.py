"""A store with samples, invented articles and coded events, which together use every term."""

from __future__ import annotations

import shutil
from pathlib import Path

from commands import kg
from shared import once
from tables import load_table, usual_rows, write

from kg.resources import resource
from kg.store import Store

INVENTED = Path(__file__).resolve().parent / "data" / "invented"
REGISTRY = """\
entities:
  person/sergei-lavrov-rus: {same_as: ["http://www.wikidata.org/entity/Q58217"]}
"""


def make_store(path: Path, *, events: bool = False) -> Store:
    """Return a store in a new folder, with one article loaded and removed again as well.

    Args:
        path: the folder.
        events: load coded events as well.
    """
    shutil.copytree(once("samples.kg", _make), path)
    store = Store.open(path, create=False)
    if events:
        load_table(store, write(path.parent / "20310512114500.export.CSV", usual_rows()))
    return store


def _make(path: Path) -> None:
    """Make the store that all others are copies of."""
    with Store.open(path) as store:
        store.layout.registry.write_text(REGISTRY, encoding="utf-8")
    # In processes of their own: what else runs in this one may hold a closed database for a while.
    _run("load", str(resource("samples")), str(INVENTED), "--store", str(path))
    _run("remove", "lake-talks-post", "--store", str(path))
    _run("load", str(INVENTED / "lake-talks-post.yaml"), "--store", str(path))


def _run(*arguments: str) -> None:
    done = kg(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
