"""What is latest, in the rows that a named query would give, where a graph is too large to ask it.

The search index knows the latest facts of anybody without looking at others, and what lists tell of
them. Whoever reads the rows need not know which way they came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from kg.pages.explore.fact_rows import (
    About,
    Facts,
    Terms,
    begin_of,
    day,
    end_of,
    first,
    in_order,
    named,
    names_in,
)
from kg.pages.explore.recent_meetings import between, of_party, people, states
from kg.pages.reading import Reader, Row
from kg.search.counting import recent_facts
from kg.search.kinds import FACTS
from kg.search.listed import Listed, listed_by_iri
from kg.vocabulary import DKG, RDF, RDFS, SCHEMA

WHOLE = 400
"""Facts up to which all that fit are read."""
MOST = 100
"""Facts that a page to look at reads where there are more."""
OF_PART = 40
"""Facts that a part of another page reads where there are more."""

_ROLES = (
    DKG.participant, DKG.speaker, DKG.holder, DKG.voicedBy, DKG.about, DKG.target, DKG.place
)  # fmt: skip


@dataclass(frozen=True)
class Recent:
    """The latest facts as rows.

    Args:
        rows: as the named query has them.
        facts: how many facts were read for them.
        whole: whether there are no other facts.
        since: the first day of these, where there are others and one of these has a day.
    """

    rows: tuple[Row, ...]
    facts: int
    whole: bool
    since: str


def recent(reader: Reader, name: str, terms: Terms, *, part: bool = False) -> Recent | None:
    """Return what a named query gives of the latest facts; None where only the query can tell.

    Args:
        reader: the revision.
        name: the query.
        terms: its parameters; None for those that are free.
        part: whether this is for a part of a page alone.
    """
    most = OF_PART if part else MOST
    if name not in _ANSWERS:
        return None
    kinds, asked, answer = _ANSWERS[name]
    parts = [(term.value, roles) for one, roles in asked.items() if (term := terms.get(one))]
    begin, end = (term.value if (term := terms.get(one)) else "" for one in ("from", "to"))
    found = reader.look(
        lambda searched: recent_facts(searched, kinds, parts, (begin, end), WHOLE, most)
    )
    if found is None:
        return None
    facts, whole = found
    rows = tuple(answer(reader, facts, terms))
    begun = [day for fact in facts if (day := begin_of(fact.about))]
    return Recent(rows, len(facts), whole, "" if whole else min(begun, default=""))


def _timeline(reader: Reader, facts: Facts, terms: Terms) -> Iterable[Row]:
    of = terms.get("of")
    rows: list[Row] = []
    for fact in facts:
        about, begin = fact.about, begin_of(fact.about)
        if not begin or (of is not None and not _concerns(fact, of.value)):
            continue
        kind = next(type for type in about[RDF.type] if type in FACTS.values())
        row: Row = {
            "begin": day(begin), "end": day(end_of(about)), "kind": ox.NamedNode(kind),
            "label": ox.Literal(first(about, RDFS.label)), "fact": ox.NamedNode(fact.iri),
            "article": ox.NamedNode(first(about, DKG.article)),
            "changed": ox.Literal(DKG.revises in about),
        }  # fmt: skip
        for name, property in (("status", DKG.status), ("stance", DKG.stance)):
            if value := first(about, property):
                row[name] = ox.NamedNode(value)
        if printed := first(about, DKG.dateText):
            row["dateText"] = ox.Literal(printed)
        rows.append(row)
    return in_order(rows, "begin", "end", "kind", "fact")


def _concerns(fact: Listed, of: str) -> bool:
    named = {value for role in _ROLES for value in fact.about.get(role, ())}
    return of in named or any(of in fact.acting.get(who, ()) for who in named)


def _matrix(reader: Reader, facts: Facts, terms: Terms) -> Iterable[Row]:
    cells: dict[tuple[str, str, str], list[About]] = {}
    for about in (fact.about for fact in facts):
        for target in about.get(DKG.target, ()):
            for holder in about.get(DKG.holder, ()):
                if all(
                    (given := terms.get(name)) is None or given.value == value
                    for name, value in (("holder", holder), ("target", target))
                ):
                    stance = first(about, DKG.stance)
                    cells.setdefault((holder, target, stance), []).append(about)
    rows, names = [], names_in(facts)
    for (holder, target, stance), some in cells.items():
        row = named(reader, names, holder=holder, target=target) | {
            "stance": ox.NamedNode(stance),
            "positions": ox.Literal(len(some)),
            "claimed": ox.Literal(sum(DKG.reportedBy in about for about in some)),
            "changes": ox.Literal(sum(DKG.revises in about for about in some)),
        }
        begun, ended = [begin_of(about) for about in some], [end_of(about) for about in some]
        if all(begun):
            row |= {"first": day(min(begun)), "last": day(max(ended))}
        rows.append(row)
    return in_order(rows, "holderName", "targetName", "holder", "target", "stance")


def _between(reader: Reader, facts: Facts, terms: Terms) -> Iterable[Row]:
    """Return positions as ``positions-between`` does, without the words that prove them."""
    holder, target = terms.get("holder"), terms.get("target")
    reports = {one for fact in facts for one in fact.about.get(DKG.reportedBy, ())}
    told = (reader.look(lambda searched: listed_by_iri(searched, reports)) or {}) if reports else {}
    rows: list[Row] = []
    for fact in facts:
        about = fact.about
        if not all(
            end is not None and end.value in about.get(str(role), ())
            for end, role in ((holder, DKG.holder), (target, DKG.target))
        ):
            continue
        row: Row = {
            "position": ox.NamedNode(fact.iri),
            "article": ox.NamedNode(first(about, DKG.article)),
            "stance": ox.NamedNode(first(about, DKG.stance)),
            "demand": ox.Literal(first(about, DKG.demand) == "true"),
            "changed": ox.Literal(DKG.revises in about),
        }
        for name, property in (("asOf", DKG.asOf), ("through", SCHEMA.validThrough)):
            if stamped := first(about, property):
                row[name] = day(stamped)
        sources = [
            named(reader, told[report].names, source=speaker)
            for report in about.get(DKG.reportedBy, ())
            if report in told
            for speaker in told[report].about.get(DKG.speaker, ())
        ]
        rows += [row | source for source in sources or [Row()]]
    return in_order(rows, "asOf", "position", "sourceName")


_Answer = Callable[[Reader, Facts, Terms], Iterable[Row]]
_ANSWERS: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, ...]], _Answer]] = {
    "timeline": (tuple(FACTS), {}, _timeline),
    "timeline-of": (tuple(FACTS), {"of": ()}, _timeline),
    "meeting-network": (("meeting",), {"party": (DKG.participant,)}, people),
    "state-network": (("meeting",), {"state": ()}, states),
    "meetings-of-party": (("meeting",), {"party": (DKG.participant,)}, of_party),
    "meetings-between": (("meeting",), {"one": (), "other": ()}, between),
    "position-matrix": (
        ("position",),
        {"holder": (DKG.holder,), "target": (DKG.target,)},
        _matrix,
    ),
    "positions-between": (
        ("position",),
        {"holder": (DKG.holder,), "target": (DKG.target,)},
        _between,
    ),
}
"""Named query to the kinds of facts, to the parts in these by parameter, and to its rows."""
