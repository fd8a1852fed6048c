"""Texts that nearly repeat each other, such as agency copy printed by two papers.

Two articles are near copies when they have the same text version, or when both texts are kept,
the articles were published within three days of each other (or neither says when), and of the
shorter text's runs of four words at least seven in ten stand in the longer one as well, which is
at most three times as long. Texts of fewer than twenty such runs are compared by equality alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

RUN = 4
LEAST = 0.7
SHORTEST = 20
DAYS = 3

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Print:
    """One article's text, as far as comparing looks at it.

    Args:
        article: the article's IRI.
        text: SHA-256 of its text.
        published: when it appeared, if it says.
    """

    article: str
    text: str
    published: date | None


def runs(text: str) -> frozenset[int]:
    """Return hashes of the runs of four words in a text, case and punctuation aside."""
    words = _WORD.findall(text.casefold())
    return frozenset(
        int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest(), "big")
        for run in (" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
    )


def repeats(one: frozenset[int], other: frozenset[int]) -> bool:
    """Tell whether two texts nearly repeat each other, given their runs; order is no matter."""
    shorter, longer = sorted((len(one), len(other)))
    if shorter < SHORTEST or longer > 3 * shorter:
        return False
    return len(one & other) >= LEAST * shorter


@dataclass
class Copies:
    """Finds near copies among the articles it was told of.

    Args:
        text_of: SHA-256 to the text, or None where it is not kept.
        largest: of how many texts the runs are kept at hand.
    """

    text_of: Callable[[str], str | None]
    largest: int = 2_000
    _prints: dict[str, Print] = field(default_factory=dict)
    _by_text: dict[str, set[str]] = field(default_factory=dict)
    _by_day: dict[int | None, set[str]] = field(default_factory=dict)
    _runs: dict[str, frozenset[int]] = field(default_factory=dict)

    def add(self, print: Print) -> None:
        """Take an article in, in place of what was known of it."""
        self.remove(print.article)
        self._prints[print.article] = print
        self._by_text.setdefault(print.text, set()).add(print.article)
        self._by_day.setdefault(_ordinal(print), set()).add(print.article)

    def remove(self, article: str) -> None:
        """Forget an article."""
        known = self._prints.pop(article, None)
        if known is not None:
            self._by_text[known.text].discard(article)
            self._by_day[_ordinal(known)].discard(article)

    def forget_text(self, sha256: str) -> None:
        """Forget a text's runs, because it is kept from now on, or not any more."""
        self._runs.pop(sha256, None)

    def with_text(self, sha256: str) -> frozenset[str]:
        """Return the articles that have a text version."""
        return frozenset(self._by_text.get(sha256, ()))

    def of(self, article: str) -> set[str]:
        """Return the articles whose text nearly repeats this one's."""
        one = self._prints.get(article)
        if one is None:
            return set()
        found = set(self._by_text[one.text])
        day = _ordinal(one)
        days = [None] if day is None else range(day - DAYS, day + DAYS + 1)
        mine = self._runs_of(one.text)
        if len(mine) >= SHORTEST:
            for other in (name for near in days for name in self._by_day.get(near, ())):
                if other not in found and repeats(mine, self._runs_of(self._prints[other].text)):
                    found.add(other)
        return found - {article}

    def _runs_of(self, sha256: str) -> frozenset[int]:
        known = self._runs.get(sha256)
        if known is None:
            text = self.text_of(sha256)
            known = frozenset() if text is None else runs(text)
            if len(self._runs) >= self.largest:
                self._runs.pop(next(iter(self._runs)))
            self._runs[sha256] = known
        return known


def _ordinal(print: Print) -> int | None:
    return None if print.published is None else print.published.toordinal()
