"""The reports of one meeting side by side: what they agree on, and what they contradict."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg.pages.dates import in_words
from kg.pages.reading import Reader
from kg.pages.values import Value
from kg.vocabulary import DKG, SEM

SHOWN = 12


@dataclass(frozen=True)
class Aspect:
    """One thing that reports say of a meeting.

    Args:
        name: what it is.
        said: what each report says, in the order of the reports; empty where it says nothing.
        verdict: ``agree``, ``differ``, ``contradict``, or empty where fewer than two say it.
    """

    name: str
    said: tuple[str, ...]
    verdict: str


@dataclass(frozen=True)
class Reports:
    """All reports of a meeting, each with its article, and what they say by aspect."""

    articles: tuple[Value, ...]
    meetings: tuple[Value, ...]
    aspects: tuple[Aspect, ...]
    total: int


def reports(reader: Reader, iri: str) -> Reports | None:
    """Return the reports of a meeting, the one asked for first; None where there is but one."""
    matched = sorted(_values(reader, iri).get(DKG.sameMeeting, set()) - {iri})
    if not matched:
        return None
    shown = [iri, *matched][:SHOWN]
    told = [_values(reader, one) for one in shown]
    articles = [next(iter(sorted(one.get(DKG.article, {""})))) for one in told]
    return Reports(
        articles=tuple(
            Value(reader.label(article), reader.links.href(article), article)
            for article in articles
        ),
        meetings=tuple(Value("", reader.links.href(one), one) for one in shown),
        aspects=tuple(aspect for aspect in _aspects(reader, told) if any(aspect.said)),
        total=1 + len(matched),
    )


def _aspects(reader: Reader, told: list[dict[str, set[str]]]) -> list[Aspect]:
    def named(term: str) -> tuple[str, ...]:
        return tuple(
            ", ".join(sorted(reader.label(value) for value in one.get(term, ()))) for one in told
        )

    days = tuple(
        in_words(_one(one, SEM.hasBeginTimeStamp), _one(one, SEM.hasEndTimeStamp)) for one in told
    )
    status = tuple(_one(one, DKG.status).rpartition("/")[2] for one in told)
    happened = {word == "denied" for word in status if word}
    return [
        Aspect("Status", status, "contradict" if len(happened) > 1 else _verdict(status)),
        _aspect("Day", days),
        _aspect("Place", named(DKG.place)),
        _aspect("Form", tuple(_one(one, DKG.form).rpartition("/")[2] for one in told)),
        _aspect("Who", named(DKG.participant)),
        _aspect("Duration", tuple(_one(one, DKG.duration) for one in told)),
        _aspect("About", named(DKG.about)),
    ]


def _aspect(name: str, said: tuple[str, ...]) -> Aspect:
    return Aspect(name, said, _verdict(said))


def _verdict(said: tuple[str, ...]) -> str:
    words = [one for one in said if one]
    if len(words) < 2:
        return ""
    return "agree" if len(set(words)) == 1 else "differ"


def _one(values: dict[str, set[str]], term: str) -> str:
    return min(values.get(term, {""}))


def _values(reader: Reader, iri: str) -> dict[str, set[str]]:
    """Return what the managed graphs say of a thing, by property."""
    found: dict[str, set[str]] = {}
    for quad in reader.outgoing(iri):
        managed = isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(
            f"{reader.base}graph/"
        )
        if managed and isinstance(quad.object, ox.NamedNode | ox.Literal):
            found.setdefault(quad.predicate.value, set()).add(quad.object.value)
    return found
