"""The links graph: reports of one meeting, and articles that nearly repeat each other.

Every link rests on two articles alone, so the order in which they came never shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pyoxigraph as ox
from rdflib.namespace import RDFS, XSD

from kg.derived.copies import Copies, Print
from kg.derived.reports import LEAST, Report, reports_in, score
from kg.derived.view import RDF_TYPE, ArticleGraph, value
from kg.iris import Minter
from kg.vocabulary import DKG, SCHEMA

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


@dataclass
class Links:
    """Keeps at hand what matching looks at, while a writer works.

    Args:
        minter: mints the store's IRIs.
        copies: finds near copies.
    """

    minter: Minter
    copies: Copies
    _reports: dict[str, list[Report]] = field(default_factory=dict)
    _by_key: dict[str, set[Report]] = field(default_factory=dict)

    def put(self, article: str, graph: ArticleGraph) -> None:
        """Take an article in, in place of what was known of it; an empty graph removes it."""
        for report in self._reports.pop(article, ()):
            for key in report.keys:
                self._by_key[key].discard(report)
        about = graph.about(article)
        text = value(about, str(DKG.text))
        if text is None:
            self.copies.remove(article)
            return
        reports = list(reports_in(graph, article))
        self._reports[article] = reports
        for report in reports:
            for key in report.keys:
                self._by_key.setdefault(key, set()).add(report)
        published = value(about, str(SCHEMA.datePublished))
        day = date.fromisoformat(published) if published else None
        self.copies.add(Print(article, text.rsplit("/", 1)[-1], day))

    def of(self, article: str) -> set[ox.Triple]:
        """Return all triples of the links graph that concern an article."""
        triples: set[ox.Triple] = set()
        for report in self._reports.get(article, ()):
            for other in self._candidates(report):
                likelihood = score(report, other)
                if likelihood >= LEAST:
                    triples |= match_triples(report.meeting, other.meeting, likelihood, self.minter)
        for copy in self.copies.of(article):
            triples |= copy_triples(article, copy)
        return triples

    def _candidates(self, report: Report) -> Iterable[Report]:
        """Return the reports that share two parties with one, by entity or by state."""
        seen: set[Report] = set()
        shared: set[Report] = set()
        for side in report.sides:
            keys = [key for key in (side.entity, side.state) if key is not None]
            found = set().union(*(self._by_key.get(key, set()) for key in keys))
            shared |= seen & found
            seen |= found
        return shared


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
