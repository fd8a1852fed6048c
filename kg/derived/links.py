"""The links graph: reports of one meeting, and articles that nearly repeat each other.

Every link rests on two articles alone, so the order in which they came never shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pyoxigraph as ox

from kg.derived.copies import Copies
from kg.derived.prints import Prints
from kg.derived.reports import LEAST, Report, reports_in, score
from kg.derived.view import RDF_TYPE, ArticleGraph
from kg.derived.weeks import Weeks
from kg.iris import Minter
from kg.literals import decimal
from kg.vocabulary import DKG, RDFS

_NEAR_COPY = ox.NamedNode(DKG.nearCopyOf)
_SAME = ox.NamedNode(DKG.sameMeeting)
_MATCHED = ox.NamedNode(DKG.matchedReport)
_TYPE = ox.NamedNode(RDF_TYPE)


def match_triples(one: str, other: str, likelihood: float, minter: Minter) -> set[ox.Triple]:
    """Return the triples that link two reports of one meeting, both ways."""
    node = ox.NamedNode(minter.match(one, other))
    a, b = ox.NamedNode(one), ox.NamedNode(other)
    return {
        ox.Triple(node, _TYPE, ox.NamedNode(DKG.ReportMatch)),
        ox.Triple(node, ox.NamedNode(RDFS.label), ox.Literal("Two reports of one meeting")),
        ox.Triple(node, ox.NamedNode(DKG.score), decimal(likelihood)),
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
    """Finds what the links graph says, and keeps at hand what it read for it.

    Args:
        database: the live database.
        minter: mints the store's IRIs.
        text_of: SHA-256 to the text, or None where it is not kept.
        largest: of how many articles the reports are kept at hand.
    """

    def __init__(
        self,
        database: ox.Store,
        minter: Minter,
        text_of: Callable[[str], str | None],
        largest: int = 5_000,
    ) -> None:
        self.prints = Prints(database, minter)
        self.copies = Copies(self.prints, text_of)
        self._database = database
        self._minter = minter
        self._largest = largest
        self._articles = f"{minter.graph('article')}/"
        self._weeks = Weeks(database, self._articles)
        self._reports: dict[str, list[Report]] = {}

    def change(self, after: Mapping[str, ArticleGraph]) -> None:
        """Take in what articles will be, before that is written; an empty graph removes one.

        What was taken in before must have been written by now.
        """
        reports = {article: list(reports_in(graph, article)) for article, graph in after.items()}
        self._reports.update(reports)
        self._weeks.change(reports)
        self.prints.change(after)

    def meetings(self, article: str) -> list[str]:
        """Return the meetings of an article that can have links."""
        return [report.meeting for report in self._reports_of(article)]

    def of(self, article: str) -> set[ox.Triple]:
        """Return all triples of the links graph that concern an article."""
        triples: set[ox.Triple] = set()
        for report in self._reports_of(article):
            for candidate in self._weeks.candidates(report):
                for other in self._reports_of(candidate):
                    likelihood = score(report, other)
                    if likelihood >= LEAST:
                        triples |= match_triples(
                            report.meeting, other.meeting, likelihood, self._minter
                        )
        for copy in self.copies.of(article):
            triples |= copy_triples(article, copy)
        return triples

    def _reports_of(self, article: str) -> list[Report]:
        known = self._reports.get(article)
        if known is None:
            graph = ox.NamedNode(f"{self._articles}{article.rsplit('/', 1)[-1]}")
            known = list(reports_in(ArticleGraph.read(self._database, graph), article))
            while len(self._reports) >= self._largest:
                del self._reports[next(iter(self._reports))]
            self._reports[article] = known
        return known


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
