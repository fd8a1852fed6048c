"""Values as messages show them: on one line, short, and safe for a terminal."""

from __future__ import annotations

import reprlib

_LONGEST = 60

_repr = reprlib.Repr()
_repr.maxstring = _repr.maxother = _repr.maxlong = _LONGEST
_repr.maxlevel = 3


def shown(value: object) -> str:
    """Return a value in quotes, with escapes for what is not printable, cut in the middle."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    written = _repr.repr(value)
    return written if len(written) <= 2 * _LONGEST else f"{written[: 2 * _LONGEST - 1]}…"
