"""The values that facts are made of: words, ids, IRIs, dates, codes and numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, Strict, WithJsonSchema
from pyoxigraph import NamedNode

from kg.facts.dates import parse_period
from kg.shown import shown

STATE_PATTERN = r"^[A-Z]{3}$"
_DURATION = re.compile(
    r"P(?=.)(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+W)?(?:[0-9]+D)?"
    r"(?:T(?=.)(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"
)
# What no XML 1.0 document can hold (its section 2.2), and so no query result in XML.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_DATE = "[0-9]{4}(-[0-9]{2}){0,2}"
_LARGEST = 2**53 - 1  # whole numbers that every reader of JSON keeps (RFC 8259, section 6)


@dataclass(frozen=True)
class Refers:
    """Marks an id by what it leads to, so that the readers can check it.

    Args:
        sections: the sections of the facts file in which it may be declared.
        states: whether the alpha-3 code of a state may stand in its place.
    """

    sections: tuple[str, ...]
    states: bool = False


def _year(value: Any) -> Any:
    # JSON, and YAML as editors read it, take a year alone for a number.
    return f"{value:04}" if type(value) is int and 0 < value <= 9999 else value


def _date(written: str) -> str:
    parse_period(written)
    return written


def _day(written: str) -> str:
    day, _, clock = written.partition("T")
    period = parse_period(day)
    if period.first != period.last or "/" in day:
        raise ValueError(f"{shown(written)} is not one day; write YYYY-MM-DD")
    if clock or written != day:
        try:
            datetime.fromisoformat(written)
        except ValueError:
            raise ValueError(f"{shown(written)} is not one day; write YYYY-MM-DD") from None
    return day


def _duration(written: str) -> str:
    if not _DURATION.fullmatch(written):
        raise ValueError(f"{shown(written)} is not an ISO 8601 duration; 45 minutes are PT45M")
    return written


def _iri(written: str) -> str:
    try:
        NamedNode(written)  # checks the syntax of RFC 3987
    except ValueError:
        raise ValueError(
            f"{shown(written)} is not an absolute IRI; write it whole, with its scheme"
        ) from None
    return written


def _storable(text: str) -> str:
    unfit = _UNFIT.search(text)
    if unfit:
        raise ValueError(
            f"the character U+{ord(unfit.group()):04X} at {unfit.start()} fits no XML; remove it"
        )
    return text


def _whole(value: Any) -> Any:
    # YAML's plain scalars arrive as text.
    if isinstance(value, bool) or (isinstance(value, str) and not _WHOLE.fullmatch(value)):
        raise ValueError(f"{shown(value)} is not a whole number; write digits alone")
    return value


def _fraction(value: Any) -> Any:
    if isinstance(value, bool) or (isinstance(value, str) and not _NUMBER.fullmatch(value)):
        raise ValueError(f"{shown(value)} is not a number; write one from 0 to 1, such as 0.9")
    return value


def _several(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


def _text_like(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern})


Text = Annotated[str, Field(min_length=1), AfterValidator(_storable)]
Words = Annotated[str, Field(min_length=1, pattern=r"\S"), AfterValidator(_storable)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=128)]
Iri = Annotated[str, AfterValidator(_storable), AfterValidator(_iri)]
FuzzyDate = Annotated[
    str,
    AfterValidator(_date),
    BeforeValidator(_year),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": f"^{_DATE}(/{_DATE})?$"},
                {"type": "integer", "minimum": 1, "maximum": 9999},
            ]
        }
    ),
]
Day = Annotated[str, AfterValidator(_day), _text_like("^[0-9]{4}-[0-9]{2}-[0-9]{2}(T.+)?$")]
Duration = Annotated[str, AfterValidator(_duration), _text_like("^P[0-9YMWDTHS.]+$")]
StateCode = Annotated[str, Field(pattern=STATE_PATTERN)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Flag = Annotated[bool, Strict()]
Count = Annotated[int, Field(ge=1, le=_LARGEST), BeforeValidator(_whole)]
Offset = Annotated[int, Field(ge=0, le=_LARGEST), BeforeValidator(_whole)]
# Adding zero makes 0 of -0, which the store would turn into another literal.
Confidence = Annotated[
    float, Field(ge=0, le=1), AfterValidator(lambda value: value + 0.0), BeforeValidator(_fraction)
]

ONE_OR_MORE = Field(json_schema_extra={"one-or-more": True})
"""Marks a list for which a person may write its one value without brackets."""

OneOrMore = BeforeValidator(_several)
Texts = Annotated[list[Words], OneOrMore, ONE_OR_MORE]

PartyId = Annotated[Id, Refers(("parties",), states=True)]
TopicId = Annotated[Id, Refers(("topics",))]
MeetingId = Annotated[Id, Refers(("meetings",))]
StatementId = Annotated[Id, Refers(("statements",))]
PositionId = Annotated[Id, Refers(("positions",))]
TargetId = Annotated[Id, Refers(("topics", "parties", "meetings"), states=True)]
PartyIds = Annotated[list[PartyId], OneOrMore, ONE_OR_MORE]
TopicIds = Annotated[list[TopicId], OneOrMore, ONE_OR_MORE]
