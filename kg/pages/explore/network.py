"""The network: who met whom, as a drawing and as a table, and the meetings behind each pair."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response, render_template, request, url_for

from kg.pages.dates import in_words
from kg.pages.explore.asking import Asked, Crowd, address, ask
from kg.pages.explore.offered import busiest
from kg.pages.facts import Fact, read_facts
from kg.pages.fields import path_of
from kg.pages.reading import Reader, Row, number_of, reading, text_of
from kg.vocabulary import DKG

DRAWN = 1500
"""Pairs that are drawn, those with most meetings first."""
LISTED = 200
BEHIND = 50
_QUERIES = {"people": "meeting-network", "states": "state-network"}
_CROWD = Crowd(DKG.participant)


@dataclass(frozen=True)
class Node:
    """A party in the drawing."""

    iri: str
    name: str
    href: str | None
    kind: str


@dataclass(frozen=True)
class Pair:
    """Two parties that met, how often and when, and where the meetings are shown."""

    one: Node
    other: Node
    meetings: int
    when: str
    href: str


@dataclass(frozen=True)
class Behind:
    """The meetings behind a pair."""

    asked: Asked
    one: str
    other: str
    facts: tuple[Fact, ...]
    total: int


def network() -> Response:
    """Answer ``/explore/network``; with ``one`` and ``other`` also the meetings of these two."""
    of = "states" if request.args.get("of") == "states" else "people"
    with reading() as reader:
        asked = ask(reader, _QUERIES[of], crowd=_CROWD)
        pairs = [_pair(reader, of, asked, row) for row in asked.rows[:DRAWN]]
        page = render_template(
            "explore_network.html",
            of=of,
            asked=asked,
            pairs=pairs[:LISTED],
            total=len(asked.rows),
            drawn=len(pairs),
            data=_drawing(pairs),
            behind=_behind(reader, asked),
            busiest=busiest(reader, "pages.network", "party", "dkg:participant")
            if not asked.rows
            else (),
        )
        return Response(page, 200 if asked.fits else 400)


def _pair(reader: Reader, of: str, asked: Asked, row: Row) -> Pair:
    one, other = _node(reader, row, "one"), _node(reader, row, "other")
    values = {name: value for name, value in asked.values.items() if value or name == "status"}
    ends = {"one": path_of(reader, one.iri), "other": path_of(reader, other.iri)}
    where = address(url_for("pages.network"), **{"of": of, **values, **ends})
    count = number_of(row["meetings"])
    when = in_words(text_of(row.get("first")), text_of(row.get("last")))
    if not when:  # the smallest of days of which one is unknown is unknown
        when = "no day printed" if count == 1 else "not all days printed"
    return Pair(one, other, count, when, f"{where}#behind")


def _node(reader: Reader, row: Row, column: str) -> Node:
    iri = text_of(row[column])
    name = text_of(row.get(f"{column}Name")) or reader.links.short(iri)
    local = iri.removeprefix(f"{reader.base}id/").partition("/")[0]
    kind = local if local in ("person", "organisation", "group", "anonymous") else "state"
    return Node(iri, name, reader.links.href(iri), kind)


def _drawing(pairs: Iterable[Pair]) -> dict[str, list[object]]:
    """Return nodes and edges as the script draws them; edges name nodes by their place."""
    places: dict[str, int] = {}
    nodes: list[object] = []
    edges: list[object] = []
    for pair in pairs:
        for node in (pair.one, pair.other):
            if node.iri not in places:
                places[node.iri] = len(nodes)
                nodes.append({"name": node.name, "href": node.href, "kind": node.kind})
        ends = [places[pair.one.iri], places[pair.other.iri]]
        edges.append({"ends": ends, "count": pair.meetings, "when": pair.when, "href": pair.href})
    return {"nodes": nodes, "edges": edges}


def _behind(reader: Reader, asked: Asked) -> Behind | None:
    """Return the meetings of the two parties that the request names, if it does."""
    if not (request.args.get("one") and request.args.get("other")):
        return None
    found = ask(reader, "meetings-between", crowd=_CROWD)
    meetings = [text_of(row["meeting"]) for row in found.rows]
    facts = read_facts(reader, meetings[:BEHIND])
    called = found.called
    return Behind(found, called["one"], called["other"], tuple(facts), len(meetings))
