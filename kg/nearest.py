"""Did you mean …: the known name most like an unknown one."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process


def nearest(name: str, known: Iterable[str], cutoff: float = 60) -> str | None:
    """Return the known name most like ``name``, or None where none is like it.

    Args:
        name: what was written.
        known: what could have been meant.
        cutoff: least likeness, 0 to 100.
    """
    names = sorted(known)
    best = process.extractOne(
        name, names, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=cutoff
    )
    return best[0] if best else None
