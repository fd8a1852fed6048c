"""Texts that nearly repeat each other, such as agency copy printed by two papers.

Two articles are near copies when they have the same text version, or when both texts are kept,
the articles were published within three days of each other (or neither says when), and of the
shorter text's runs of four words at least seven in ten stand in the longer one as well, which is
at most three times as long. Texts of fewer than twenty such runs are compared by equality alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from kg.derived.prints import Prints
from kg.derived.reports import days_from

RUN = 4
LEAST = 0.7
SHORTEST = 20
DAYS = 3

_WORD = re.compile(r"\w+")


def runs(text: str) -> frozenset[int]:
    """Return hashes of the runs of four words in a text, case and punctuation aside.

    They are this process's own: Python hashes words otherwise in each.
    """
    words = _WORD.findall(text.casefold())
    return frozenset(map(hash, zip(*(words[at:] for at in range(RUN)), strict=False)))


def repeats(one: frozenset[int], other: frozenset[int]) -> bool:
    """Tell whether two texts nearly repeat each other, given their runs; order is no matter."""
    shorter, longer = sorted((len(one), len(other)))
    if shorter < SHORTEST or longer > 3 * shorter:
        return False
    return len(one & other) >= LEAST * shorter


@dataclass
class Copies:
    """Finds near copies.

    Args:
        prints: the articles that there are.
        text_of: SHA-256 to the text, or None where it is not kept.
        largest: how many runs of texts are kept at hand.
    """

    prints: Prints
    text_of: Callable[[str], str | None]
    largest: int = 2_000_000
    _runs: dict[str, frozenset[int]] = field(default_factory=dict)
    _size: int = 0

    def forget_text(self, sha256: str) -> None:
        """Forget a text's runs, because it is kept from now on, or not any more."""
        self._size -= len(self._runs.pop(sha256, ()))

    def of(self, article: str) -> set[str]:
        """Return the articles whose text nearly repeats this one's."""
        one = self.prints.of(article)
        if one is None:
            return set()
        found = self.prints.with_text(one.text)
        days = [None] if one.day is None else days_from(one.day - DAYS, one.day + DAYS)
        mine = self._runs_of(one.text)
        if len(mine) >= SHORTEST:
            for near in days:
                for name, other in self.prints.on(near).items():
                    if name not in found and repeats(mine, self._runs_of(other.text)):
                        found.add(name)
        return found - {article}

    def _runs_of(self, sha256: str) -> frozenset[int]:
        known = self._runs.get(sha256)
        if known is None:
            text = self.text_of(sha256)
            known = frozenset() if text is None else runs(text)
            while self._runs and self._size > self.largest:
                self.forget_text(next(iter(self._runs)))
            self._runs[sha256] = known
            self._size += len(known)
        return known
