"""Positions that replace earlier ones of the same holder on the same matter."""

from __future__ import annotations

from dataclasses import replace

from kg.extract.positions import FoundPosition

_CONTRARY = {
    "supports": ("opposes", "neutral"),
    "demands": ("opposes", "neutral"),
    "opposes": ("supports", "demands", "neutral"),
    "neutral": ("supports", "opposes", "demands"),
}


def with_revisions(found: list[FoundPosition], dated: bool) -> list[FoundPosition]:
    """Return positions with what each of them revises.

    Where words tell of a change ("dropped its demand that X"), the earlier position is one that
    the article tells of by itself, else it is made from the same words, and ended on the article's
    day. Where an article tells what somebody "had opposed" and now backs, the one revises the
    other.

    Args:
        found: the positions of an article.
        dated: whether the article's day is known; no ended position is made where it is not.
    """
    every: list[FoundPosition] = []
    for position in found:
        if position.held:
            earlier = _like(position, found, (position.held,), False)
            if earlier is None and dated:
                earlier = replace(
                    position, stance=position.held, held="", ended=True, means="word", act="",
                    code="", count=None,
                )  # fmt: skip
                every.append(earlier)
            position.revises = earlier
        elif not position.former:
            position.revises = _like(position, found, _CONTRARY[position.stance], True)
        every.append(position)
    return every


def _like(
    position: FoundPosition, found: list[FoundPosition], stances: tuple[str, ...], former: bool
) -> FoundPosition | None:
    """Return the position of the same holder on the same matter that has one of these stances."""
    for other in found[:400]:
        if (
            other is not position
            and other.holder is position.holder
            and other.stance in stances
            and (other.former or not former)
            and other.revises is None
            and _same_matter(other, position)
        ):
            return other
    return None


def _same_matter(one: FoundPosition, other: FoundPosition) -> bool:
    fewer = min(len(one.words), len(other.words))
    return fewer > 0 and 2 * len(one.words & other.words) >= fewer
