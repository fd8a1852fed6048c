"""Words as the index knows them: the same for any spelling that a reader would call the same.

Compatibility forms are composed (NFKC), case is folded, accents on letters are dropped (also
Arabic and Hebrew vowel points), and letters that Unicode does not take apart, such as ł and ø, have
their plain form. Scripts that are written without spaces become one word a character.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

RULES = 1
"""Version of these rules: an index that was made by others is made anew."""

_PLAIN = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h",
        "ı": "i", "ŧ": "t", "ŋ": "n", "ə": "e", "ـ": None,
    }
)  # fmt: skip
_ACCENT = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670]")
_UNSPACED = (
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_SPLIT = re.compile(f"[{_UNSPACED}]|[^{_UNSPACED}]+")


def _marks() -> str:
    """Return the combining marks of the first plane as ranges of a character class."""
    points = [p for p in range(0x300, 0x10000) if unicodedata.category(chr(p))[0] == "M"]
    ranges: list[list[int]] = []
    for point in points:
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


_WORD = re.compile(rf"(?:[^\W_]|[{_marks()}])+")


def in_order(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words of a text, each with the first code point and the one after its last.

    Words of one run of letters share its place where folding makes several of it.
    """
    for run in _WORD.finditer(text):
        start, end = run.span()
        written = run[0]
        if not written.isascii() and len(parts := _SPLIT.findall(written)) > 1:
            for part in parts:
                for word in _folded(part):
                    yield word, start, start + len(part)
                start += len(part)
        else:
            for word in _folded(written):
                yield word, start, end


def words(text: str) -> list[str]:
    """Return the words of a text in order."""
    return [word for word, _, _ in in_order(text)]


def spelled(text: str) -> str:
    """Return a text's words with one space between; names that are equal so are one to a reader."""
    return " ".join(words(text))


@lru_cache(maxsize=100_000)
def _folded(run: str) -> tuple[str, ...]:
    """Return what a run of letters, digits and marks becomes: mostly one word."""
    if run.isascii():
        return (sys.intern(run.lower()),)
    folded = unicodedata.normalize("NFKC", run).casefold()
    bare = _ACCENT.sub("", unicodedata.normalize("NFKD", folded))
    plain = unicodedata.normalize("NFKC", bare).translate(_PLAIN)
    found: list[str] = []
    for part in _WORD.findall(plain):
        found += _SPLIT.findall(part)
    return tuple(found)
