"""The first page: what is in the graph, in numbers and words, and the ways in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from kg.pages.dates import from_to, in_words
from kg.pages.query import library
from kg.pages.reading import Reader, number_of, reading, text_of
from kg.vocabulary import DKG

_COUNTS = {
    "articles": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a schema:NewsArticle }",
    "publishers": "SELECT (COUNT(DISTINCT ?x) AS ?n) { [] schema:publisher ?x }",
    "meetings": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a dkg:Meeting }",
    "statements": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a dkg:Statement }",
    "positions": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a dkg:Position }",
    "passages": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a oa:SpecificResource }",
    "people": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?m dkg:kind schema:Person ; dkg:entity ?x }",
    "organisations":
        "SELECT (COUNT(DISTINCT ?x) AS ?n) {"
        " VALUES ?kind { schema:Organization dkg:Group } ?m dkg:kind ?kind ; dkg:entity ?x }",
    "states":
        "SELECT (COUNT(DISTINCT ?x) AS ?n) {"
        " { ?m dkg:kind dkg:State ; dkg:entity ?x } UNION { ?m dkg:actsFor ?x } }",
    "topics": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?m dkg:kind skos:Concept ; dkg:entity ?x }",
    "places": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?m dkg:kind schema:Place ; dkg:entity ?x }",
}  # fmt: skip
_PUBLISHED = "SELECT (MIN(?d) AS ?first) (MAX(?d) AS ?last) { ?a schema:datePublished ?d }"
_EVENTS = (
    "SELECT (MIN(?d) AS ?first) (MAX(?d) AS ?last) { ?m a dkg:Meeting ; sem:hasBeginTimeStamp ?d }"
)
_LATEST = """
SELECT ?article ?title ?date ?publisher ?meetings ?statements ?positions {
  { SELECT ?article ?title ?date ?publisher {
      ?article a schema:NewsArticle ; rdfs:label ?title .
      OPTIONAL { ?article schema:datePublished ?date }
      OPTIONAL { ?article schema:publisher ?publisher }
    } ORDER BY DESC(?date) ?title LIMIT 8 }
}"""
_FACTS = """
SELECT ?class (COUNT(DISTINCT ?fact) AS ?n) {
  VALUES ?class { dkg:Meeting dkg:Statement dkg:Position }
  ?fact dkg:article ?article ; a ?class .
} GROUP BY ?class"""
_VOICES = """
SELECT ?who (COUNT(DISTINCT ?fact) AS ?n) {
  VALUES ?role { dkg:participant dkg:speaker dkg:holder }
  ?fact ?role ?who . FILTER NOT EXISTS { ?who a dkg:AnonymousSource }
} GROUP BY ?who ORDER BY DESC(?n) ?who LIMIT 16"""
_TOPICS = """
SELECT ?who (COUNT(DISTINCT ?fact) AS ?n) {
  VALUES ?role { dkg:about dkg:target }
  ?fact ?role ?who . ?m dkg:entity ?who ; dkg:kind skos:Concept
} GROUP BY ?who ORDER BY DESC(?n) ?who LIMIT 12"""


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
    """Answer ``/``."""
    with reading() as reader:
        return render_template(
            "overview.html",
            seen=_overview(reader),
            queries=library().values(),
            base=reader.base,
            meeting=DKG.Meeting,
        )


_LAST: dict[str, Overview] = {}


def _overview(reader: Reader) -> Overview:
    """Return the numbers; counting a large graph takes a while, so once a revision."""
    place = str(reader.store.path)
    last = _LAST.get(place)
    if last is None or last.revision != reader.revision:
        last = _LAST[place] = _count(reader)
    return last


def _count(reader: Reader) -> Overview:
    counts = {name: number_of(reader.row(query).get("n")) for name, query in _COUNTS.items()}
    return Overview(
        revision=reader.revision,
        triples=reader.size(),
        counts=counts,
        published=_span(reader, _PUBLISHED),
        events=_span(reader, _EVENTS),
        latest=tuple(_latest(reader)),
        voices=tuple(_named(reader, _VOICES)),
        topics=tuple(_named(reader, _TOPICS)),
    )


def _span(reader: Reader, query: str) -> str:
    row = reader.row(query)
    return from_to(text_of(row.get("first")), text_of(row.get("last")))


def _latest(reader: Reader) -> list[Report]:
    reports = []
    for row in reader.rows(_LATEST):
        article = text_of(row["article"])
        facts = {
            text_of(one["class"]).rpartition("#")[2]: number_of(one["n"])
            for one in reader.rows(_FACTS, article=article)
        }
        reports.append(
            Report(
                title=text_of(row["title"]),
                href=reader.links.href(article),
                date=in_words(text_of(row.get("date"))),
                publisher=reader.label(row["publisher"].value) if "publisher" in row else "",
                meetings=facts.get("Meeting", 0),
                statements=facts.get("Statement", 0),
                positions=facts.get("Position", 0),
            )
        )
    return reports


def _named(reader: Reader, query: str) -> list[Named]:
    return [
        Named(reader.label(iri), reader.links.href(iri), number_of(row["n"]))
        for row in reader.rows(query)
        if (iri := text_of(row.get("who")))
    ]
