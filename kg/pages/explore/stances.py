"""Several stances of one holder on one target, taken together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from kg.pages.dates import from_to
from kg.pages.reading import Row, number_of, text_of

_SIGNS = {"supports": "+", "opposes": "−", "neutral": "○"}
_WORDS = {"supports": "supports", "opposes": "opposes", "neutral": "neutral"}


@dataclass(frozen=True)
class Attested:
    """One stance in a cell.

    Args:
        stance: ``supports``, ``opposes`` or ``neutral``.
        positions: how many positions take it.
        claimed: how many of them are known from somebody else than the article.
        changes: how many of them revise an earlier position.
        first: first day on which it is attested, as ``YYYY-MM-DD``; empty without any day.
        last: last day.
    """

    stance: str
    positions: int
    claimed: int
    changes: int
    first: str
    last: str

    @property
    def sign(self) -> str:
        """The stance as a sign."""
        return _SIGNS.get(self.stance, "?")

    @property
    def words(self) -> str:
        """The stance with its time in words."""
        when = f", {from_to(self.first, self.last)}" if self.first else ""
        return f"{_WORDS.get(self.stance, self.stance)}{when}"


@dataclass(frozen=True)
class Cell:
    """What a holder holds on a target: stances in order of time.

    Args:
        attested: each stance, the one held last at the end.
        changed: whether the stance became another one.
        contradicted: whether support and opposition are attested for one time.
    """

    attested: tuple[Attested, ...]
    changed: bool
    contradicted: bool

    @property
    def last(self) -> Attested:
        """The stance held last."""
        return self.attested[-1]

    @property
    def positions(self) -> int:
        """How many positions there are."""
        return sum(one.positions for one in self.attested)

    @property
    def claimed(self) -> bool:
        """Whether all of it is known from somebody else than the articles."""
        return all(one.claimed == one.positions for one in self.attested)

    @property
    def words(self) -> str:
        """All of it in words, for those who do not see signs and colours."""
        told = "; then ".join(one.words for one in self.attested)
        if self.contradicted:
            told = " and ".join(one.words for one in self.attested) + "; contradictory"
        return f"{told}; claimed by others" if self.claimed else told


def attested(row: Row) -> Attested:
    """Return a row of the query ``position-matrix`` as a stance."""
    return Attested(
        stance=text_of(row["stance"]).rpartition("/")[2],
        positions=number_of(row["positions"]),
        claimed=number_of(row["claimed"]),
        changes=number_of(row["changes"]),
        first=text_of(row.get("first")),
        last=text_of(row.get("last")),
    )


def summed(attested: Iterable[Attested]) -> Cell:
    """Return stances as a cell.

    Support and opposition contradict each other where their times overlap, or where one of them
    has no day, so that nothing says that one came after the other; unless an article tells of a
    change between them. Stances that follow each other are a change.
    """
    ordered = tuple(
        sorted(attested, key=lambda one: (one.last, one.changes, one.first, one.stance))
    )
    told = any(one.changes for one in ordered)
    contradicted = any(
        {one.stance, other.stance} == {"supports", "opposes"} and _overlap(one, other)
        for one, other in combinations(ordered, 2)
    )
    apart = any(one.last < other.first for one, other in combinations(ordered, 2) if one.last)
    return Cell(ordered, changed=told or apart, contradicted=contradicted)


def _overlap(one: Attested, other: Attested) -> bool:
    if not (one.first and other.first):
        return not (one.changes or other.changes)
    return one.first <= other.last and other.first <= one.last
