"""How the scripts end: the file is written or, with the argument ``check``, compared."""

from __future__ import annotations

import sys
from pathlib import Path

CHECK = "check"


def arguments() -> list[str]:
    """Return the arguments of the script other than ``check``."""
    return [argument for argument in sys.argv[1:] if argument != CHECK]


def finish(path: Path, text: str) -> None:
    """Write a made file; with ``check``, end with an error where it has another content.

    Raises:
        SystemExit: the file is stale.
    """
    if CHECK not in sys.argv[1:]:
        path.write_text(text, encoding="utf-8")
    elif not path.is_file() or path.read_text(encoding="utf-8") != text:
        script = Path(sys.argv[0]).stem
        sys.exit(f"{path.name} is stale: run 'python -m ontology.make.{script}'")
