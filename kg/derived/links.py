"""The links graph: reports of one meeting, and articles that nearly repeat each other.

Every link rests on two articles alone, so the order in which they came never shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

import pyoxigraph as ox
from rdflib.namespace import RDFS, XSD

from kg.derived.copies import Copies, Print
from kg.derived.reports import LEAST, Report, period, reports_in, score
from kg.derived.view import RDF_TYPE, ArticleGraph, value
from kg.iris import Minter
from kg.vocabulary import DKG, SCHEMA, SEM

_NEAR_COPY = ox.NamedNode(str(DKG.nearCopyOf))
_SAME = ox.NamedNode(str(DKG.sameMeeting))
_MATCHED = ox.NamedNode(str(DKG.matchedReport))
_TYPE = ox.NamedNode(RDF_TYPE)


def match_triples(one: str, other: str, likelihood: float, minter: Minter) -> set[ox.Triple]:
    """Return the triples that link two reports of one meeting, both ways."""
    node = ox.NamedNode(str(minter.match(one, other)))
    a, b = ox.NamedNode(one), ox.NamedNode(other)
    exact = Decimal(str(likelihood)).quantize(Decimal("0.0001")).normalize()
    number = ox.Literal(f"{exact:f}", datatype=ox.NamedNode(str(XSD.decimal)))
    return {
        ox.Triple(node, _TYPE, ox.NamedNode(str(DKG.ReportMatch))),
        ox.Triple(node, ox.NamedNode(str(RDFS.label)), ox.Literal("Two reports of one meeting")),
        ox.Triple(node, ox.NamedNode(str(DKG.score)), number),
        ox.Triple(node, _MATCHED, a),
        ox.Triple(node, _MATCHED, b),
        ox.Triple(a, _SAME, b),
        ox.Triple(b, _SAME, a),
    }


def copy_triples(one: str, other: str) -> set[ox.Triple]:
    """Return the triples that link two articles that nearly repeat each other, both ways."""
    a, b = ox.NamedNode(one), ox.NamedNode(other)
    return {ox.Triple(a, _NEAR_COPY, b), ox.Triple(b, _NEAR_COPY, a)}


class Links:
    """Keeps at hand, while a writer works, where reports that may match are to be found.

    Args:
        database: the live database.
        minter: mints the store's IRIs.
        text_of: SHA-256 to the text, or None where it is not kept.
    """

    def __init__(
        self, database: ox.Store, minter: Minter, text_of: Callable[[str], str | None]
    ) -> None:
        self.copies = Copies(text_of)
        self._database = database
        self._minter = minter
        self._reports: dict[str, list[Report]] = {}
        self._places: dict[str, set[_Place]] = {}
        self._articles: dict[_Place, set[str]] = {}
        self._index()

    def meetings(self, article: str) -> list[str]:
        """Return the meetings of an article that can have links."""
        return [report.meeting for report in self._reports_of(article)]

    def put(self, article: str, graph: ArticleGraph) -> None:
        """Take an article in, in place of what was known of it; an empty graph removes it."""
        for place in self._places.pop(article, ()):
            self._articles[place].discard(article)
        about = graph.about(article)
        text = value(about, str(DKG.text))
        self._reports[article] = reports = list(reports_in(graph, article))
        for report in reports:
            self._enter(article, report.first, report.last, report.keys)
        if text is None:
            self.copies.remove(article)
        else:
            published = value(about, str(SCHEMA.datePublished))
            self.copies.add(_print(article, text, published))

    def of(self, article: str) -> set[ox.Triple]:
        """Return all triples of the links graph that concern an article."""
        triples: set[ox.Triple] = set()
        for report in self._reports_of(article):
            for candidate in self._candidates(report):
                for other in self._reports_of(candidate):
                    likelihood = score(report, other)
                    if likelihood >= LEAST:
                        triples |= match_triples(
                            report.meeting, other.meeting, likelihood, self._minter
                        )
        for copy in self.copies.of(article):
            triples |= copy_triples(article, copy)
        return triples

    def _candidates(self, report: Report) -> set[str]:
        """Return the articles with reports of those weeks that share two parties."""
        found: set[str] = set()
        for week in _weeks(report.first, report.last):
            seen: set[str] = set()
            for side in report.sides:
                sharing: set[str] = set()
                for key in side.keys:
                    sharing |= self._articles.get((week, key), set())
                found |= seen & sharing
                seen |= sharing
        return found - {report.article}

    def _reports_of(self, article: str) -> list[Report]:
        known = self._reports.get(article)
        if known is None:
            graph = ox.NamedNode(f"{self._minter.graph('article')}/{article.rsplit('/', 1)[-1]}")
            known = list(reports_in(ArticleGraph.read(self._database, graph), article))
            self._reports[article] = known
        return known

    def _enter(self, article: str, first: date, last: date, keys: Iterable[str]) -> None:
        places = {(week, key) for week in _weeks(first, last) for key in keys}
        self._places.setdefault(article, set()).update(places)
        for place in places:
            self._articles.setdefault(place, set()).add(article)

    def _index(self) -> None:
        """Learn from the database which articles report on which parties in which weeks."""
        prefix = f"{self._minter.graph('article')}/"
        articles = self._database.query(_PRINTS % prefix)
        assert isinstance(articles, ox.QuerySolutions)
        for article, text, published in articles:
            self.copies.add(_print(article.value, text.value, _text(published)))
        rows = self._database.query(_REPORTS % prefix)
        assert isinstance(rows, ox.QuerySolutions)
        for article, begin, end, published, party, state in rows:
            when = period(_text(begin), _text(end), _text(published))
            if when is not None:
                keys = [part.value for part in (party, state) if part is not None]
                self._enter(article.value, *when, keys)


_Place = tuple[int, str]
"""A week, as a number, and a participant or a state."""

_PRINTS = f"""
SELECT ?article ?text ?published WHERE {{
  GRAPH ?g {{
    ?article <{DKG.text}> ?text .
    OPTIONAL {{ ?article <{SCHEMA.datePublished}> ?published }}
  }}
  FILTER(STRSTARTS(STR(?g), "%s"))
}}"""

_REPORTS = f"""
SELECT ?article ?begin ?end ?published ?party ?state WHERE {{
  GRAPH ?g {{
    ?meeting <{DKG.participant}> ?party ; <{DKG.article}> ?article .
    OPTIONAL {{
      ?meeting <{SEM.hasBeginTimeStamp}> ?begin ; <{SEM.hasEndTimeStamp}> ?end
    }}
    OPTIONAL {{ ?article <{SCHEMA.datePublished}> ?published }}
    OPTIONAL {{ ?mention <{DKG.entity}> ?party ; <{DKG.actsFor}> ?state }}
  }}
  FILTER(STRSTARTS(STR(?g), "%s"))
}}"""


def _weeks(first: date, last: date) -> range:
    return range(first.toordinal() // 7, last.toordinal() // 7 + 1)


def _text(term: object) -> str | None:
    return term.value if isinstance(term, ox.Literal) else None


def _print(article: str, text: str, published: str | None) -> Print:
    day = date.fromisoformat(published) if published else None
    return Print(article, text.rsplit("/", 1)[-1], day)


def written_links(
    database: ox.Store, graph: ox.NamedNode, article: str, meetings: Iterable[str]
) -> set[ox.Triple]:
    """Return the triples of the links graph, as it is now, that concern an article.

    Args:
        database: the live database.
        graph: the links graph.
        article: the article's IRI.
        meetings: the IRIs of its meetings, as they are now.
    """
    triples: set[ox.Triple] = set()
    for subject in (ox.NamedNode(iri) for iri in {article, *meetings}):
        for quad in (
            *database.quads_for_pattern(subject, None, None, graph),
            *database.quads_for_pattern(None, None, subject, graph),
        ):
            triples.add(quad.triple)
            if quad.predicate == _MATCHED:
                match = database.quads_for_pattern(quad.subject, None, None, graph)
                triples |= {part.triple for part in match}
    return triples
