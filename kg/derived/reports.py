"""Reports of meetings, and how likely two of them, from two articles, are about one meeting.

The score is a product of four factors; two reports match from 0.5 on.

*parties* — participants are paired one to one: 1.0 the same entity; 0.8 two persons of one state
whose names fit into each other (Lavrov, Sergei Lavrov); 0.6 the same state where at least one
side names no person (Russia, Sergei Lavrov). At least two pairs of different parties must be
found; the factor is their sum divided by the larger number of participants, so that a conference
is not taken for a bilateral meeting at its side.

*dates* — the two periods must overlap. The factor is 1 for days and falls with the longer of the
two periods: 0.79 for a week, 0.63 for a month, 0.36 for a year (1 - log10(days) / 4). A report
without a date counts as the seven days around its article's publication, times 0.8; without that
either it matches none.

*place* — 1 for the same place, 0.9 where a report names none or one name holds the other, 0.8
for two places of one country; others contradict each other.

*form* — a call is no other kind of meeting; a conference and another form are half as likely.

The status does not count: a denial is about the same meeting as the report that it denies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import log10

from kg.derived.view import ArticleGraph, Term, value, values
from kg.iris import slug
from kg.vocabulary import DKG, FORM, SCHEMA, SEM, STATE

LEAST = 0.5
"""The score from which two reports count as being about one meeting."""

LONGEST = 100
"""From so many days on, the dates' factor is below the least score."""

AROUND = 3
"""Days before and after its publication that count for a report without a date."""


@dataclass(frozen=True)
class Side:
    """One participant of a meeting as one article names it."""

    entity: str
    state: str | None
    person: bool
    words: frozenset[str]

    def entered(self) -> Iterator[str]:
        """Yield under what it is to be found by those that can be the same party."""
        yield self.entity
        if self.state is not None and self.person:
            yield f"{self.state} person"
            yield from (f"{self.state} has {word}" for word in self.words)
            yield f"{self.state} is {min(self.words, default='')}"
        elif self.state is not None:
            yield f"{self.state} office"

    def sought(self) -> Iterator[str]:
        """Yield under what those are to be found that can be the same party.

        Of two persons one has all the words of the other's name, so one word of either decides.
        """
        yield self.entity
        if self.state is None:
            return
        yield f"{self.state} office"
        if self.person:
            yield f"{self.state} has {min(self.words, default='')}"
            yield from (f"{self.state} is {word}" for word in self.words)
        else:
            yield f"{self.state} person"


@dataclass(frozen=True, eq=False)
class Report:
    """What one article says of one meeting, as far as matching looks at it."""

    meeting: str
    article: str
    sides: tuple[Side, ...]
    first: date
    last: date
    dated: bool
    place: str | None
    place_words: frozenset[str]
    country: str | None
    form: str


def reports_in(graph: ArticleGraph, article: str) -> Iterator[Report]:
    """Yield the reports of meetings in one article's graph that can be matched at all.

    Args:
        graph: the article's graph.
        article: the article's IRI.
    """
    mentions: dict[str, Mapping[str, list[Term]]] = {}
    for _, about in sorted(graph.of_type(DKG.Mention), reverse=True):
        entity = value(about, DKG.entity)
        if entity is not None:
            mentions[entity] = about
    published = value(graph.about(article), SCHEMA.datePublished)
    for meeting, about in graph.of_type(DKG.Meeting):
        begin = value(about, SEM.hasBeginTimeStamp)
        when = period(begin, value(about, SEM.hasEndTimeStamp), published)
        if when is None:
            continue
        place = value(about, DKG.place)
        told = mentions.get(place or "", {})
        yield Report(
            meeting,
            article,
            tuple(_side(item, mentions) for item in values(about, DKG.participant)),
            *when,
            begin is not None,
            place,
            _words(value(told, SCHEMA.name) or ""),
            value(told, SCHEMA.containedInPlace),
            value(about, DKG.form) or "",
        )


def period(begin: str | None, end: str | None, published: str | None) -> tuple[date, date] | None:
    """Return the first and last day on which a reported meeting may have been.

    Returns:
        None where nothing is known, or too little: so long a period matches no other.
    """
    try:
        if begin is not None and end is not None:
            first, last = date.fromisoformat(begin), date.fromisoformat(end)
        elif published is not None:
            day = date.fromisoformat(published)
            first, last = day - timedelta(days=AROUND), day + timedelta(days=AROUND)
        else:
            return None
    except (ValueError, OverflowError):
        return None
    return (first, last) if (last - first).days < LONGEST else None


def days_from(first: int, last: int) -> range:
    """Return the days from one to another, as numbers, as far as there are dates for them."""
    return range(max(first, 1), min(last, date.max.toordinal()) + 1)


def _side(entity: str, mentions: Mapping[str, Mapping[str, list[Term]]]) -> Side:
    about = mentions.get(entity, {})
    kind, name = value(about, DKG.kind), value(about, SCHEMA.name)
    return side(entity, kind, name or "", value(about, DKG.actsFor))


def side(entity: str, kind: str | None, name: str, state: str | None) -> Side:
    """Return a participant from what its mention says."""
    if entity.startswith(STATE):
        return Side(entity, entity, False, frozenset())
    return Side(entity, state, kind == SCHEMA.Person, _words(name))


@lru_cache(maxsize=50_000)
def _words(name: str) -> frozenset[str]:
    return frozenset(slug(name).split("-")) if name else frozenset()


def score(one: Report, other: Report) -> float:
    """Return how likely two reports are about one meeting, 0 to 1; the same in either order.

    Reports of one article never are: an article that names two meetings means two.
    """
    if one.article == other.article:
        return 0.0
    product = _dates(one, other) * _place(one, other) * _form(one, other)
    if product < LEAST:
        return 0.0
    return round(product * _parties(one, other), 4)


def _parties(one: Report, other: Report) -> float:
    weights = sorted(
        (
            (-weight, min(a.entity, b.entity), max(a.entity, b.entity), a.entity, b.entity)
            for a in one.sides
            for b in other.sides
            if (weight := _same_party(a, b)) > 0
        ),
    )
    left: set[str] = set()
    right: set[str] = set()
    total = 0.0
    for weight, _, _, a, b in weights:
        if a not in left and b not in right:
            left.add(a)
            right.add(b)
            total -= weight
    if len(left) < 2:
        return 0.0
    return total / max(len(one.sides), len(other.sides))


def _same_party(a: Side, b: Side) -> float:
    if a.entity == b.entity:
        return 1.0
    if a.state is None or a.state != b.state:
        return 0.0
    if a.person and b.person:
        return 0.8 if a.words <= b.words or b.words <= a.words else 0.0
    return 0.6


def _dates(one: Report, other: Report) -> float:
    if one.first > other.last or other.first > one.last:
        return 0.0
    longest = max((report.last - report.first).days + 1 for report in (one, other))
    factor = max(0.0, 1 - log10(longest) / 4)
    for report in (one, other):
        if not report.dated:
            factor *= 0.8
    return factor


def _place(one: Report, other: Report) -> float:
    if one.place is None or other.place is None:
        return 0.9
    if one.place == other.place:
        return 1.0
    if one.country is not None and other.country is not None:
        return 0.8 if one.country == other.country else 0.0
    a, b = one.place_words, other.place_words
    return 0.9 if a and b and (a <= b or b <= a) else 0.0


def _form(one: Report, other: Report) -> float:
    if one.form == other.form:
        return 1.0
    forms = {one.form, other.form}
    if FORM.term("call") in forms:
        return 0.0
    return 0.5 if FORM.term("conference") in forms else 1.0
