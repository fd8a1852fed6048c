"""What differs between an extraction and a facts file of the same article."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from kg.errors import ReadError
from kg.evaluate.matching import (
    meetings_match,
    pair,
    positions_match,
    statements_match,
)
from kg.evaluate.model import MeetingItem, PositionItem, StatementItem
from kg.evaluate.reduce import reduce_facts
from kg.extract.assemble import Extraction
from kg.facts import ArticleFacts, Fact, Span
from kg.facts.evidence import occurrences
from kg.readers import Reading, TextIndex, read

Item = TypeVar("Item", MeetingItem, StatementItem, PositionItem)


def differences(extraction: Extraction, path: Path) -> str:
    """Return the differences as text: what only one of the two has, and where both differ.

    Facts are compared as ``kg evaluate`` compares them. The file's words are sought in the
    extraction's text, so its offsets may count in another version of the text.

    Raises:
        ReadError: the file is no facts file of one article.
    """
    text = extraction.document.text
    readings = [*read(path, texts=TextIndex())]
    if len(readings) != 1 or not isinstance(readings[0], Reading):
        problem = "" if not readings else str(getattr(readings[0], "problems", ("",))[0])
        raise ReadError(str(path), "is not a facts file of one article", problem)
    theirs = reduce_facts(_moved(readings[0].facts, text))
    mentions = {
        id: (start, end)
        for id, trace in extraction.traces.items()
        for part, start, end in trace.words
        if part == "speaker"
    }
    ours = reduce_facts(extraction.facts, mentions)
    lines: list[str] = []
    lines += _compared("meeting", theirs.meetings, ours.meetings, meetings_match)
    lines += _compared("statement", theirs.statements, ours.statements, statements_match)
    lines += _compared("position", theirs.positions, ours.positions, positions_match)
    return "\n".join(lines) or "no differences"


def _compared(
    kind: str, theirs: list[Item], ours: list[Item], matches: Callable[[Item, Item], bool]
) -> list[str]:
    pairing = pair(theirs, ours, [], matches)
    lines = [f"- {kind} only in the file: {_line(item.shown)}" for item in pairing.missed]
    lines += [f"+ {kind} only extracted: {_line(item.shown)}" for item in pairing.false]
    for one, other in pairing.pairs:
        if isinstance(one, MeetingItem) and isinstance(other, MeetingItem):
            if one.status != other.status:
                lines.append(f"~ {kind} status {one.status} ≠ {other.status}: {_line(one.shown)}")
        elif isinstance(one, StatementItem) and isinstance(other, StatementItem):
            if one.mode != other.mode:
                lines.append(f"~ {kind} mode {one.mode} ≠ {other.mode}: {_line(one.shown)}")
    lines.append(
        f"  {len(pairing.pairs)} {kind}s in both, {len(pairing.missed)} only in the file, "
        f"{len(pairing.false)} only extracted"
    )
    return lines


def _moved(facts: ArticleFacts, text: str) -> ArticleFacts:
    """Return facts with each span where its words stand in another text, nearest to its place."""

    def moved(span: Span) -> Span:
        start = span.start or 0
        if text[start : start + len(span.exact)] == span.exact:
            return span.model_copy(update={"start": start, "end": start + len(span.exact)})
        places = list(occurrences(span.exact, text))
        if not places:
            return span.model_copy(update={"start": None, "end": None})
        at = min(places, key=lambda place: abs(place - start))
        return span.model_copy(update={"start": at, "end": at + len(span.exact)})

    def fact_moved(fact: Fact) -> Fact:
        changed = {"evidence": [moved(span) for span in fact.evidence]}
        content = getattr(fact, "content", None)
        if content:
            changed["content"] = [moved(span) for span in content]
        return fact.model_copy(update=changed)

    return facts.model_copy(
        update={
            name: [fact_moved(fact) for fact in getattr(facts, name)]
            for name in ("meetings", "statements", "positions")
        }
    )


def _line(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= 160 else plain[:159] + "…"
