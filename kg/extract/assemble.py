"""Found things into a facts file: ids, spans, parties that are used, a trace of each fact."""

from __future__ import annotations

from dataclasses import dataclass, field

import kg
from kg.extract.document import UNFIT, Document
from kg.extract.entities import Entity
from kg.extract.topics import AssignedTopic
from kg.facts import (
    Article,
    ArticleFacts,
    Extractor,
    Meeting,
    Party,
    Position,
    Role,
    Span,
    Statement,
    Topic,
)
from kg.iris import digest

Range = tuple[int, int]


identity = id
"""The builtin, where `id` names a fact's id."""


_EDGES = " \t\r\n\f\v\u00a0\u200b"


@dataclass(frozen=True)
class Trace:
    """Why a fact was made: the rule's name, and the words by the part they played."""

    rule: str
    words: tuple[tuple[str, int, int], ...]


@dataclass
class Extraction:
    """What was made of one article.

    Args:
        document: the article.
        facts: the facts file; every span has its offsets.
        traces: by fact id, why it was made.
        unassigned: target phrases of positions that no topic fits.
    """

    document: Document
    facts: ArticleFacts
    traces: dict[str, Trace] = field(default_factory=dict)
    unassigned: list[str] = field(default_factory=list)


class Assembler:
    """Collects facts of one article and gives them their form."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text
        self.used: dict[str, Entity] = {}
        self.statements: list[Statement] = []
        self.meetings: list[Meeting] = []
        self.positions: list[Position] = []
        self.traces: dict[str, Trace] = {}
        self.topics: dict[str, Topic] = {}
        self.unassigned: list[str] = []
        self.by_attribution: dict[int, str] = {}
        self.by_meeting: dict[int, str] = {}
        self._counts: dict[str, int] = {}

    def party(self, entity: Entity) -> str:
        """Return the id of a party, which is thereby listed."""
        self.used.setdefault(entity.key, entity)
        return entity.key

    def fact_id(self, letter: str) -> str:
        """Return the next id of a kind: m1, s1, p1."""
        self._counts[letter] = self._counts.get(letter, 0) + 1
        return f"{letter}{self._counts[letter]}"

    def span(self, start: int, end: int) -> Span | None:
        """Return words of the text without blanks at their edges, or None where nothing is left."""
        text = self.text
        while start < end and text[start] in _EDGES:
            start += 1
        while start < end and text[end - 1] in _EDGES:
            end -= 1
        exact = text[start:end]
        if not exact or UNFIT.search(exact):
            return None  # words that no facts file can hold prove nothing
        return Span(exact=exact, start=start, end=end)

    def topic(self, assigned: AssignedTopic) -> str:
        """Return the id of a topic, which is thereby listed."""
        self.topics.setdefault(assigned.id, Topic(label=assigned.label, broader=assigned.broader))
        return assigned.id

    def spans(self, ranges: list[Range]) -> list[Span]:
        """Return words of the text, without empty ones and doubles."""
        found: list[Span] = []
        for start, end in ranges:
            span = self.span(start, end)
            if span is not None and span not in found:
                found.append(span)
        return found

    def trace(self, id: str, rule: str, *words: tuple[str, Range]) -> None:
        """Note why a fact was made."""
        self.traces[id] = Trace(
            rule, tuple((part, start, end) for part, (start, end) in words if end > start)
        )

    def finish(self) -> Extraction:
        """Return the whole."""
        document = self.document
        article = Article(
            id=document.id,
            url=document.url,
            title=UNFIT.sub(" ", document.title).strip() or _first_line(self.text),
            publisher=document.publisher,
            author=document.author,
            published=document.published,
            place=document.place,
            language=document.language,
            text_sha256=digest(self.text),
        )
        facts = ArticleFacts(
            article=article,
            topics=self.topics,
            parties={key: _party(entity) for key, entity in self.used.items()},
            meetings=self.meetings,
            statements=self.statements,
            positions=self.positions,
            extractor=Extractor(name="kg-extract", version=kg.__version__),
        )
        return Extraction(document, facts, self.traces, self.unassigned)


def _first_line(text: str) -> str:
    for line in UNFIT.sub(" ", text).splitlines():
        if line.strip():
            return line.strip()[:200]
    return "Untitled"


def _party(entity: Entity) -> Party:
    return Party(
        name=entity.name,
        kind=entity.kind,  # type: ignore[arg-type]
        state=entity.state,
        roles=[Role(title=title, of=of) for title, of in entity.roles],
        surface=[name for name in entity.surfaces if name != entity.name],
    )
