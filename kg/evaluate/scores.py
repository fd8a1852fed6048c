"""Counts per document, figures from counts, and how sure they are."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Count:
    """Gold facts, found facts and right ones of one document.

    ``recalled`` counts gold facts that were found, where these are not paired with found ones.
    """

    right: int = 0
    found: int = 0
    gold: int = 0
    recalled: int | None = None

    def __add__(self, other: Count) -> Count:
        return Count(
            self.right + other.right,
            self.found + other.found,
            self.gold + other.gold,
            self.hit + other.hit,
        )

    @property
    def hit(self) -> int:
        """Gold facts that were found; the right ones, where facts are paired."""
        return self.right if self.recalled is None else self.recalled

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 1 where nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of gold that was found; 1 where there is no gold."""
        return self.hit / self.gold if self.gold else 1.0

    @property
    def f(self) -> float:
        """Harmonic mean of precision and recall."""
        if not self.found and not self.gold:
            return 1.0
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass
class Figure:
    """One line of a report: a kind of fact with its counts by document.

    ``measure`` says which number the kind is judged by: ``F``, or ``accuracy`` (right ones
    among those looked at).
    """

    name: str
    measure: str = "F"
    counts: list[Count] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    def add(self, right: int, found: int, gold: int) -> None:
        """Add the counts of one more document."""
        self.counts.append(Count(right, found, gold))

    def add_sides(self, right: int, found: int, recalled: int, gold: int) -> None:
        """Add the counts of one more document where the sides are not paired."""
        self.counts.append(Count(right, found, gold, recalled))

    @property
    def total(self) -> Count:
        """The counts of all documents together."""
        return sum(self.counts, Count())

    def value(self, counts: Sequence[Count] | None = None) -> float:
        """Return the figure of some documents, of all by default."""
        total = sum(counts, Count()) if counts is not None else self.total
        return total.recall if self.measure == "accuracy" else total.f

    def interval(self, rounds: int = 1000, seed: int = 1) -> tuple[float, float]:
        """Return the 95 % bootstrap interval of the figure.

        Documents are drawn with replacement; where there are fewer than five, facts are.
        """
        draw = random.Random(seed)
        if len(self.counts) >= 5:
            counts = self.counts
            return _interval(lambda: self.value(draw.choices(counts, k=len(counts))), rounds)
        total = self.total
        units = (
            [Count(1, 1, 1)] * total.right
            + [Count(0, 1, 0)] * (total.found - total.right)
            + [Count(0, 0, 1)] * (total.gold - total.right)
        )
        if not units:
            return self.value(), self.value()
        return _interval(lambda: self.value(draw.choices(units, k=len(units))), rounds)


def _interval(sample: Callable[[], float], rounds: int) -> tuple[float, float]:
    values = sorted(sample() for _ in range(rounds))
    return values[int(0.025 * rounds)], values[int(0.975 * rounds)]
