"""The first page: what is in the graph, in numbers and words, and the ways in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template

from kg.endpoint.current import current_store
from kg.pages.dates import from_to, in_words
from kg.pages.errors import sentence
from kg.pages.links import Links
from kg.pages.query import library
from kg.pages.searching import searcher, unsearched
from kg.search.counting import count, latest_articles
from kg.search.index import Searched, SearchError
from kg.search.kinds import PARTIES, REPORTS
from kg.search.naming import foremost, label_of
from kg.store import Store
from kg.vocabulary import DKG

_ARTICLES = 8
_VOICES = 16
_TOPICS = 12
_WHO = tuple(kind for kind in PARTIES if kind != "anonymous")


@dataclass(frozen=True)
class Named:
    """Something to look at, with how many facts are about it."""

    label: str
    href: str | None
    count: int


@dataclass(frozen=True)
class Report:
    """An article in the list of the latest ones."""

    title: str
    href: str | None
    date: str
    publisher: str
    meetings: int
    statements: int
    positions: int


@dataclass(frozen=True)
class Overview:
    """What the first page says of one revision."""

    revision: int
    triples: int
    counts: dict[str, int]
    published: str
    events: str
    latest: tuple[Report, ...]
    voices: tuple[Named, ...]
    topics: tuple[Named, ...]


def overview() -> str:
    """Answer ``/``; without the numbers where the search index, which has them, is not there."""
    store = current_store()
    seen, why = None, ""
    try:
        seen = _overview(store)
    except SearchError as error:
        why = sentence(str(unsearched(error))) if error.final else ""
    return render_template(
        "overview.html",
        seen=seen,
        why=why,
        queries=library().values(),
        base=store.base,
        meeting=DKG.Meeting,
    )


_LAST: dict[str, Overview] = {}


def _overview(store: Store) -> Overview:
    """Return what there is, looked up once a revision; as it last was where the index is away.

    Raises:
        SearchError: the index cannot say, and has not yet.
    """
    place = str(store.path)
    last = _LAST.get(place)
    if last is None or last.revision != store.revision:
        try:
            last = _LAST[place] = searcher().ask(lambda seen: _look(seen, Links(store.base)))
        except SearchError:
            if last is None:
                raise
    return last


def _look(searched: Searched, links: Links) -> Overview:
    counted = count(searched)
    reports, entities = counted.reports, counted.entities
    return Overview(
        revision=searched.revision,
        triples=counted.triples,
        counts={
            **{f"{kind}s": reports.get(kind, 0) for kind in REPORTS},
            "publishers": counted.publishers,
            "passages": counted.passages,
            "people": entities.get("person", 0),
            "organisations": entities.get("organisation", 0) + entities.get("group", 0),
            **{f"{kind}s": entities.get(kind, 0) for kind in ("state", "topic", "place")},
        },
        published=from_to(*counted.published),
        events=from_to(*counted.met),
        latest=tuple(
            Report(
                title=one.title,
                href=links.href(one.iri),
                date=in_words(one.published),
                publisher=label_of(searched, one.publisher) or links.short(one.publisher),
                meetings=one.facts.get("meeting", 0),
                statements=one.facts.get("statement", 0),
                positions=one.facts.get("position", 0),
            )
            for one in latest_articles(searched, _ARTICLES)
        ),
        voices=_named(searched, links, _WHO, _VOICES),
        topics=_named(searched, links, ("topic",), _TOPICS),
    )


def _named(searched: Searched, links: Links, kinds: Sequence[str], most: int) -> tuple[Named, ...]:
    return tuple(
        Named(one.label, links.href(one.iri), one.facts)
        for one in foremost(searched, kinds, most)
        if one.facts
    )
