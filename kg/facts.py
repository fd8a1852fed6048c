"""What an article can say: the model of a facts file.

The model knows no RDF. A facts file is written by a person or by an extractor; the readers
(``kg.readers``) turn it into :class:`ArticleFacts`, with every evidence placed in the text.
A new fact kind is one subclass of :class:`Fact` and one field of :class:`ArticleFacts`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pyoxigraph import NamedNode

from kg.dates import parse_period

Kind = Literal["person", "state", "organisation", "group", "anonymous"]
Status = Literal["occurred", "ongoing", "planned", "hypothetical", "denied"]
Form = Literal["meeting", "visit", "call", "conference", "negotiation"]
Mode = Literal["direct", "indirect", "mixed"]
Stance = Literal["supports", "opposes", "neutral"]
Means = Literal["word", "act"]

_DURATION = re.compile(
    r"P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
)
# What no XML 1.0 document can hold (its section 2.2), and so no query result in XML.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _date(written: str) -> str:
    parse_period(written)
    return written


def _day(written: str) -> str:
    day = written.split("T")[0]
    period = parse_period(day)
    if period.first != period.last or "/" in day:
        raise ValueError(f"{written!r} is not one day; write YYYY-MM-DD")
    return day


def _duration(written: str) -> str:
    if not _DURATION.fullmatch(written):
        raise ValueError(f"{written!r} is not an ISO 8601 duration; 45 minutes are PT45M")
    return written


def _iri(written: str) -> str:
    try:
        NamedNode(written)  # checks the syntax of RFC 3987
    except ValueError:
        raise ValueError(
            f"{written!r} is not an absolute IRI; write it whole, with its scheme"
        ) from None
    return written


def _storable(text: str) -> str:
    unfit = _UNFIT.search(text)
    if unfit:
        raise ValueError(
            f"the character U+{ord(unfit.group()):04X} at {unfit.start()} fits no XML; remove it"
        )
    return text


def _several(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


Text = Annotated[str, AfterValidator(_storable)]
Words = Annotated[Text, Field(min_length=1, pattern=r"\S")]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=128)]
Iri = Annotated[str, AfterValidator(_storable), AfterValidator(_iri)]
FuzzyDate = Annotated[str, AfterValidator(_date)]
Day = Annotated[str, AfterValidator(_day)]
Duration = Annotated[str, AfterValidator(_duration)]
StateCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Record(BaseModel):
    """Base of all parts: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=False)


class Span(Record):
    """Words of the article's text.

    A person writes ``exact`` (or just the words); ``start`` and ``end`` count code points of
    the text and are computed, or checked when given. ``occurrence`` says which one is meant
    where the words stand more than once, counted from 1.
    """

    exact: Annotated[Text, Field(min_length=1)]
    occurrence: Annotated[int, Field(ge=1)] | None = None
    start: Annotated[int, Field(ge=0)] | None = None
    end: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_words(cls, value: Any) -> Any:
        return {"exact": value} if isinstance(value, str) else value


# A person may write one value where a list of one is meant.
_ONE_OR_MORE = Field(json_schema_extra={"one-or-more": True})
Spans = Annotated[list[Span], BeforeValidator(_several), Field(min_length=1), _ONE_OR_MORE]
Ids = Annotated[list[Id], BeforeValidator(_several), _ONE_OR_MORE]
Texts = Annotated[list[Words], BeforeValidator(_several), _ONE_OR_MORE]


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
    reported_by: Id | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    method: Words | None = None


class Meeting(Fact):
    """An encounter in which two or more parties speak with each other."""

    participants: Annotated[Ids, Field(min_length=2)]
    status: Status = "occurred"
    form: Form = "meeting"
    place: Words | None = None
    date: FuzzyDate | None = None
    date_text: Words | None = None
    duration: Duration | None = None
    occasion: Words | None = None
    about: Ids = []
    condition: Words | None = None


class Statement(Fact):
    """Words or a message attributed to a speaker."""

    speaker: Id
    mode: Mode
    content: Spans
    cue: Words | None = None
    addressee: Ids = []
    about: Ids = []
    said_at: Id | None = None
    date: FuzzyDate | None = None


class Act(Record):
    """What was done, where deeds show a position; ``code`` is a CAMEO code."""

    label: Words
    count: Annotated[int, Field(ge=1)] | None = None
    object: Words | None = None
    code: Annotated[str, Field(pattern=r"^\d{2,4}$")] | None = None


class Position(Fact):
    """A stance that a holder takes towards a target.

    ``demand`` is true when a party is called on to do the target; the stance is then
    ``supports``.
    """

    holder: Id
    target: Id | None = None
    target_text: Words | None = None
    stance: Stance
    demand: bool = False
    condition: Words | None = None
    qualifier: Words | None = None
    shown_by: Means
    act: Act | None = None
    voiced_by: Id | None = None
    statement: Id | None = None
    valid_from: FuzzyDate | None = None
    valid_to: FuzzyDate | None = None
    revises: Id | None = None

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
            parse_period(f"{self.valid_from.split('/')[0]}/{self.valid_to.split('/')[-1]}")
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
    text: Annotated[Text, Field(min_length=1)] | None = None
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
    reviewed: bool = False

    def facts(self) -> Iterator[Fact]:
        """Yield every fact of every kind, in the order of the model's fields."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, list):
                yield from (item for item in value if isinstance(item, Fact))

    def normal_form(self) -> str:
        """Return the facts as JSON in one line that is the same however they were written."""
        plain = self.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a facts file.

    It allows what the reader allows: one value where a list of one is meant, and bare words
    for a span. What words mean (ids, offsets, state codes) only the reader can check.
    """
    schema = ArticleFacts.model_json_schema()
    span = schema["$defs"]["Span"]
    schema["$defs"]["Span"] = {"anyOf": [{"type": "string", "minLength": 1}, span]}
    for part in (schema, *schema["$defs"].values()):
        for name, value in part.get("properties", {}).items():
            if value.pop("one-or-more", False):
                part["properties"][name] = {"anyOf": [value["items"], value]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
