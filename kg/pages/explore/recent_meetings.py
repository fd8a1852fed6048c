"""Who met whom in some meetings, in the rows of named queries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import pyoxigraph as ox

from kg.pages.explore.fact_rows import (
    About,
    Facts,
    Terms,
    day,
    first,
    in_order,
    named,
    names_in,
)
from kg.pages.reading import Reader, Row, number_of
from kg.search.listed import Listed
from kg.vocabulary import DKG, FORM, SEM


def people(reader: Reader, facts: Facts, terms: Terms) -> Iterable[Row]:
    """Return pairs of parties that met, as ``meeting-network`` does."""
    return _network(reader, facts, terms, lambda fact, who: {who})


def states(reader: Reader, facts: Facts, terms: Terms) -> Iterable[Row]:
    """Return pairs of states whose representatives met, as ``state-network`` does."""
    return _network(reader, facts, terms, _acting)


def _network(
    reader: Reader,
    facts: Facts,
    terms: Terms,
    ends: Callable[[Listed, str], Collection[str]],
) -> Iterable[Row]:
    around = terms.get("state")
    met: dict[tuple[str, str], list[About]] = {}
    counting = [fact for fact in facts if _counts(fact.about, terms)]
    same = reader.linked((fact.iri for fact in counting), DKG.sameMeeting)
    for fact in counting:
        about = fact.about
        who = about.get(DKG.participant, ())
        earlier = _earlier(reader, fact, same.get(fact.iri, ()))
        pairs = {
            (one, other)
            for a in who
            for b in who
            if a != b and not any({a, b} <= parties for parties in earlier)
            for one in ends(fact, a)
            for other in ends(fact, b)
            if one < other and (around is None or around.value in (one, other))
        }
        for pair in pairs:
            met.setdefault(pair, []).append(about)
    rows, names = [], names_in(facts)
    for (one, other), meetings in met.items():
        row = named(reader, names, one=one, other=other)
        row["meetings"] = ox.Literal(len(meetings))
        # The smallest of days of which one is unknown is unknown.
        for name, stamps, choose in (
            ("first", [first(one, SEM.hasBeginTimeStamp) for one in meetings], min),
            ("last", [first(one, SEM.hasEndTimeStamp) for one in meetings], max),
        ):
            if all(stamps):
                row[name] = day(choose(stamps))
        rows.append(row)
    by_name = in_order(rows, "oneName", "otherName", "one", "other")
    return sorted(by_name, key=lambda row: -number_of(row["meetings"]))


def of_party(reader: Reader, facts: Facts, terms: Terms) -> Iterable[Row]:
    """Return with whom a party met, as ``meetings-of-party`` does, without words and places."""
    party = term.value if (term := terms.get("party")) else ""
    rows, names = [], names_in(facts)
    for fact in facts:
        who = fact.about.get(DKG.participant, ())
        if party in who and _counts(fact.about, terms):
            for other in who:
                if other != party:
                    rows.append(_meeting(fact) | named(reader, names, other=other))
    return in_order(rows, "begin", "end", "otherName", "meeting")


def between(reader: Reader, facts: Facts, terms: Terms) -> Iterable[Row]:
    """Return the meetings of two parties or states, as ``meetings-between`` does."""
    one, other = (term.value if (term := terms.get(end)) else "" for end in ("one", "other"))
    rows: list[Row] = []
    for fact in facts:
        about = fact.about
        stand = {who: {who, *_acting(fact, who)} for who in about.get(DKG.participant, ())}
        met = any(one in stand[a] and other in stand[b] for a in stand for b in stand if a != b)
        if met and _counts(about, terms):
            rows.append(_meeting(fact))
    return in_order(rows, "begin", "end", "meeting")


def _meeting(fact: Listed) -> Row:
    row: Row = {"meeting": ox.NamedNode(fact.iri)}
    for name, stamp in (("begin", SEM.hasBeginTimeStamp), ("end", SEM.hasEndTimeStamp)):
        if stamped := first(fact.about, stamp):
            row[name] = day(stamped)
    return row


def _acting(fact: Listed, who: str) -> Collection[str]:
    return fact.acting.get(who, ())


def _counts(about: About, terms: Terms) -> bool:
    """Tell whether a meeting is one that was asked for."""
    status, conferences = terms.get("status"), terms.get("conferences")
    if status is not None and status.value not in about.get(DKG.status, ()):
        return False
    with_conferences = conferences is not None and conferences.value == "true"
    return with_conferences or FORM.term("conference") not in about.get(DKG.form, ())


def _earlier(reader: Reader, fact: Listed, same: Iterable[str]) -> list[set[str]]:
    """Return the parties of reports of the same meeting that stand for it, being before by name."""
    found = []
    for earlier in same:
        if earlier < fact.iri:
            told = reader.about(earlier)
            if told.get(DKG.status) == fact.about.get(DKG.status):
                found.append(set(told.get(DKG.participant, ())))
    return found
