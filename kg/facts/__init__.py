"""What an article can say: the model of a facts file.

The model knows no RDF. A facts file is written by a person or by an extractor; the readers
(``kg.readers``) turn it into :class:`ArticleFacts`, with every evidence placed in the text.
A new fact kind is one subclass of :class:`Fact` and one field of :class:`ArticleFacts`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kg.choices import Form, Kind, Means, Mode, Stance, Status
from kg.facts.dates import parse_period
from kg.facts.values import (
    ONE_OR_MORE,
    Confidence,
    Count,
    Day,
    Duration,
    Flag,
    FuzzyDate,
    Id,
    Iri,
    MeetingId,
    Offset,
    OneOrMore,
    PartyId,
    PartyIds,
    PositionId,
    Sha256,
    StateCode,
    StatementId,
    TargetId,
    Text,
    Texts,
    TopicIds,
    Words,
)
from kg.shown import shown


class Record(BaseModel):
    """Base of all parts: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=False)


class Span(Record):
    """Words of the article's text.

    A person writes ``exact`` (or just the words); ``start`` and ``end`` count code points of
    the text and are computed, or checked when given. ``occurrence`` says which one is meant
    where the words stand more than once, counted from 1.
    """

    exact: Words
    occurrence: Count | None = None
    start: Offset | None = None
    end: Count | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_words(cls, value: Any) -> Any:
        return {"exact": value} if isinstance(value, str) else value


Spans = Annotated[list[Span], OneOrMore, Field(min_length=1), ONE_OR_MORE]


class Role(Record):
    """An office as the article prints it; ``of`` is a state's code or a party's id."""

    title: Words
    of: Id | None = None


class Party(Record):
    """Who takes part, speaks or holds a position.

    ``state`` is the alpha-3 code of the state the party acts for; ``surface`` the other names
    by which the article calls it; ``same_as`` an IRI of the same entity elsewhere.
    """

    name: Words
    kind: Kind
    state: StateCode | None = None
    roles: list[Role] = []
    surface: Texts = []
    same_as: Iri | None = None


class Topic(Record):
    """What facts are about; ``broader`` is a topic of the curated scheme."""

    label: Words
    broader: Id | None = None


class Place(Record):
    """Where something is; ``country`` is a state's alpha-3 code."""

    name: Words
    country: StateCode | None = None
    same_as: Iri | None = None


class Occasion(Record):
    """A named event at whose side meetings take place."""

    name: Words
    same_as: Iri | None = None


class Fact(Record):
    """What all fact kinds share. No fact stands without words that prove it."""

    id: Id
    evidence: Spans
    reported_by: StatementId | None = None
    confidence: Confidence | None = None
    method: Words | None = None


class Meeting(Fact):
    """An encounter in which two or more parties speak with each other."""

    participants: Annotated[list[PartyId], Field(min_length=2)]
    status: Status = "occurred"
    form: Form = "meeting"
    place: Words | None = None
    date: FuzzyDate | None = None
    date_text: Words | None = None
    duration: Duration | None = None
    occasion: Words | None = None
    about: TopicIds = []
    condition: Words | None = None


class Statement(Fact):
    """Words or a message attributed to a speaker."""

    speaker: PartyId
    mode: Mode
    content: Spans
    cue: Words | None = None
    addressee: PartyIds = []
    about: TopicIds = []
    said_at: MeetingId | None = None
    date: FuzzyDate | None = None


class Act(Record):
    """What was done, where deeds show a position; ``code`` is a CAMEO code."""

    label: Words
    count: Count | None = None
    object: Words | None = None
    code: Annotated[str, Field(pattern=r"^[0-9]{2,4}$")] | None = None


class Position(Fact):
    """A stance that a holder takes towards a target.

    ``demand`` is true when a party is called on to do the target; the stance is then
    ``supports``.
    """

    holder: PartyId
    target: TargetId | None = None
    target_text: Words | None = None
    stance: Stance
    demand: Flag = False
    condition: Words | None = None
    qualifier: Words | None = None
    shown_by: Means
    act: Act | None = None
    voiced_by: PartyId | None = None
    statement: StatementId | None = None
    valid_from: FuzzyDate | None = None
    valid_to: FuzzyDate | None = None
    revises: PositionId | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Position:
        if self.demand and self.stance != "supports":
            raise ValueError(
                "a demand wants its target: write stance: supports beside demand: true"
            )
        if self.target is None and self.target_text is None:
            raise ValueError(
                "names no target; write target, or target_text with the article's words"
            )
        if self.valid_from and self.valid_to:
            begin, end = parse_period(self.valid_from), parse_period(self.valid_to)
            if end.last < begin.first:
                raise ValueError(
                    f"valid_to {shown(self.valid_to)} is before valid_from "
                    f"{shown(self.valid_from)}; exchange them"
                )
        return self


class Extractor(Record):
    """The program that wrote a facts file; absent where a person did."""

    name: Words
    version: Words


class Article(Record):
    """The article itself. Its text is given whole, by file, or by its SHA-256 alone."""

    id: Id | None = None
    url: Iri | None = None
    title: Words
    publisher: Words | None = None
    author: Words | None = None
    published: Day | None = None
    place: Words | None = None
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")] = "en"
    text: Text | None = None
    text_file: str | None = None
    text_sha256: Sha256 | None = None


class ArticleFacts(Record):
    """One article with everything it reports: a facts file, or one line of a JSONL file."""

    article: Article
    parties: dict[Id, Party] = {}
    topics: dict[Id, Topic] = {}
    places: dict[Id, Place] = {}
    occasions: dict[Id, Occasion] = {}
    meetings: list[Meeting] = []
    statements: list[Statement] = []
    positions: list[Position] = []
    extractor: Extractor | None = None
    reviewed: Flag = False

    def facts(self) -> Iterator[Fact]:
        """Yield every fact of every kind, in the order of the model's fields."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, list):
                yield from (item for item in value if isinstance(item, Fact))

    def normal_form(self) -> str:
        """Return the facts as JSON in one line that is the same however they were written.

        What equals its default is left out, and the facts of a kind stand in the order of
        their ids. The order inside a fact stays: content reads in it, labels follow it.
        """
        plain = self.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, list) and value and isinstance(value[0], Fact):
                plain[name].sort(key=lambda fact: str(fact["id"]))
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
