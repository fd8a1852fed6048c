"""Finds the words that prove a fact in the article's text.

Offsets count code points, so that ``exact == text[start:end]`` holds for every placed span.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from rapidfuzz import fuzz

from kg.facts import Span

_SHOWN = 120
_SOUGHT = 300


class SpanError(ValueError):
    """A span that cannot be placed. ``message`` says why, ``remedy`` what to write instead."""

    def __init__(self, message: str, remedy: str) -> None:
        self.message, self.remedy = message, remedy
        super().__init__(f"{message}; {remedy}")


def place(span: Span, text: str) -> Span:
    """Return the span with its offsets and, where its words repeat, its occurrence.

    Args:
        span: exact words, perhaps with offsets (which are checked) or an occurrence.
        text: the whole text of the article.

    Raises:
        SpanError: the words are not there, stand elsewhere, or stand more than once without
            an ``occurrence``.
    """
    starts = list(occurrences(span.exact, text))
    if span.start is not None or span.end is not None:
        return _checked(span, text, starts)
    if not starts:
        raise SpanError(f"the words {_short(span.exact)} are not in the text", _nearest(span, text))
    if span.occurrence is None and len(starts) > 1:
        raise SpanError(
            f"the words {_short(span.exact)} stand {_times(len(starts))} in the text",
            f"add occurrence: 1 to {len(starts)}, or quote more of the sentence",
        )
    wanted = span.occurrence or 1
    if wanted > len(starts):
        raise SpanError(
            f"the words {_short(span.exact)} stand {_times(len(starts))} in the text, "
            f"there is no occurrence {wanted}",
            f"count from 1 to {len(starts)}",
        )
    return _placed(span.exact, starts, starts[wanted - 1])


def occurrences(words: str, text: str) -> Iterator[int]:
    """Yield each offset at which the words begin, overlapping ones included."""
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def check_unplaced(span: Span) -> Span:
    """Check a span whose text is not at hand: its offsets must at least fit its words.

    Raises:
        SpanError: one offset is missing, or they are not as far apart as the words are long.
    """
    if span.start is None and span.end is None:
        return span
    if span.start is None or span.end is None:
        raise SpanError("only one of start and end is given", "give both, or neither")
    if span.end - span.start != len(span.exact):
        raise SpanError(
            f"end - start is {span.end - span.start}, but {_short(span.exact)} has "
            f"{len(span.exact)} characters",
            "count code points, or leave start and end out",
        )
    return span


def _checked(span: Span, text: str, starts: list[int]) -> Span:
    check_unplaced(span)
    start = span.start
    assert start is not None
    if start not in starts:
        there = text[start : span.end]
        found = _short(there) if there else f"nothing, since the text ends at {len(text)}"
        where = (
            "the words stand at " + ", ".join(str(at) for at in starts[:5])
            if starts
            else _nearest(span, text)
        )
        raise SpanError(
            f"at {start} to {span.end} the text has {found}, not {_short(span.exact)}",
            f"{where}; correct start and end or leave them out",
        )
    if span.occurrence is not None and starts.index(start) + 1 != span.occurrence:
        raise SpanError(
            f"start {start} is occurrence {starts.index(start) + 1} of {_short(span.exact)}, "
            f"not {span.occurrence}",
            "correct one of the two, or leave one out",
        )
    return _placed(span.exact, starts, start)


def _placed(exact: str, starts: list[int], start: int) -> Span:
    occurrence = starts.index(start) + 1 if len(starts) > 1 else None
    return Span(exact=exact, occurrence=occurrence, start=start, end=start + len(exact))


def _nearest(span: Span, text: str) -> str:
    """Say which passage of the text is most like the words that are not in it."""
    same = re.search(r"\s+".join(map(re.escape, span.exact.split())), text)
    if same and len(same.group()) <= _SOUGHT:
        # What differs cannot be seen: shown as JSON, which is also how YAML takes it.
        written = json.dumps(same.group(), ensure_ascii=False)
        return f"at {same.start()} to {same.end()} the blanks differ: write {written}"
    # The time taken grows with the square of the words' length: the first of them will do.
    wanted = _folded(span.exact[:_SOUGHT])
    best = fuzz.partial_ratio_alignment(wanted, _folded(text), score_cutoff=50)
    if best is None or best.dest_start == best.dest_end:
        return "copy them from the text exactly as they stand"
    end = best.dest_end + max(0, len(span.exact) - _SOUGHT)
    start, end = _to_word_edges(text, best.dest_start, min(end, len(text)))
    if not text[start:end].strip():
        return "copy them from the text exactly as they stand"
    return f"the nearest passage is {_short(text[start:end])} at {start} to {end}"


def _folded(text: str) -> str:
    """Return a text in lower case whose offsets are those of the text."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := c.lower()) == 1 else c for c in text)


def _to_word_edges(text: str, start: int, end: int) -> tuple[int, int]:
    """Move both ends of a passage to the nearer edge of the word that they cut."""
    first = _nearer_edge(text, start)
    while first < end and text[first].isspace():
        first += 1
    last = _nearer_edge(text, end)
    while last > first and text[last - 1].isspace():
        last -= 1
    return (first, last) if first < last else (start, end)


def _nearer_edge(text: str, at: int) -> int:
    before, after = at, at
    while before > 0 and not text[before - 1].isspace():
        before -= 1
    while after < len(text) and not text[after].isspace():
        after += 1
    return before if at - before <= after - at else after


def _short(words: str) -> str:
    shown = " ".join(words.split())
    return f"“{shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + '…'}”"


def _times(count: int) -> str:
    return {0: "nowhere", 1: "once", 2: "twice"}.get(count, f"{count} times")
