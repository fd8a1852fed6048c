"""Which articles have which text, and when they appeared: found by day, by text, by article.

Days are read from the database when they are first asked for, so that a change costs what its
own days hold, however large the store is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox

from kg.derived.view import ArticleGraph, value
from kg.iris import Minter
from kg.vocabulary import DKG, SCHEMA, XSD

_TEXT, _PUBLISHED = ox.NamedNode(DKG.text), ox.NamedNode(SCHEMA.datePublished)
_DATE = ox.NamedNode(XSD.date)


@dataclass(frozen=True)
class Print:
    """One article's text, as far as comparing looks at it.

    Args:
        article: the article's IRI.
        text: SHA-256 of its text.
        published: when it appeared, if it says.
    """

    article: str
    text: str
    published: date | None

    @property
    def day(self) -> int | None:
        """The day on which it appeared, as a number."""
        return None if self.published is None else self.published.toordinal()


class Prints:
    """Finds the prints of a database's articles, with a change that is about to be written.

    Args:
        database: the database.
        minter: mints its IRIs.
        largest: of how many days the prints are kept at hand.
    """

    def __init__(self, database: ox.Store, minter: Minter, largest: int = 2_000) -> None:
        self._database = database
        self._minter = minter
        self._articles = f"{minter.graph('article')}/"
        self._largest = largest
        self._changed: dict[str, Print | None] = {}
        self._days: dict[int | None, dict[str, Print]] = {}
        self._day_of: dict[str, int | None] = {}

    def change(self, after: Mapping[str, ArticleGraph]) -> None:
        """Take in what articles will be; what was taken in before is in the database by now."""
        self._changed = {article: _print_in(article, graph) for article, graph in after.items()}
        for article, known in self._changed.items():
            if article in self._day_of:
                del self._days[self._day_of.pop(article)][article]
            if known is not None and known.day in self._days:
                self._enter(self._days[known.day], known)

    def of(self, article: str) -> Print | None:
        """Return an article's print, if it has a text."""
        if article in self._changed:
            return self._changed[article]
        if article in self._day_of:
            return self._days[self._day_of[article]][article]
        graph = ox.NamedNode(f"{self._articles}{article.rsplit('/', 1)[-1]}")
        about = self._database.quads_for_pattern(ox.NamedNode(article), None, None, graph)
        return _print_in(article, ArticleGraph(graph, about))

    def with_text(self, sha256: str) -> set[str]:
        """Return the articles that have a text version."""
        text = ox.NamedNode(self._minter.text(sha256))
        quads = self._database.quads_for_pattern(None, _TEXT, text, None)
        found = {article.value for article, _ in self._ours(quads)} - self._changed.keys()
        new = (known for known in self._changed.values() if known is not None)
        return found | {known.article for known in new if known.text == sha256}

    def on(self, day: int | None) -> Mapping[str, Print]:
        """Return the prints of one day by their articles; None is for those without a date."""
        known = self._days.get(day)
        if known is None:
            if len(self._days) >= self._largest:
                for article in self._days.pop(next(iter(self._days))):
                    del self._day_of[article]
            known = self._days[day] = {}
            written = self._undated() if day is None else self._dated(date.fromordinal(day))
            for print in written:
                if print.article not in self._changed:
                    self._enter(known, print)
            for changed in self._changed.values():
                if changed is not None and changed.day == day:
                    self._enter(known, changed)
        return known

    def _enter(self, day: dict[str, Print], print: Print) -> None:
        day[print.article] = print
        self._day_of[print.article] = print.day

    def _dated(self, day: date) -> Iterable[Print]:
        literal = ox.Literal(day.isoformat(), datatype=_DATE)
        quads = self._database.quads_for_pattern(None, _PUBLISHED, literal, None)
        for article, graph in self._ours(quads):
            for text in self._database.quads_for_pattern(article, _TEXT, None, graph):
                if isinstance(text.object, ox.NamedNode):
                    yield Print(article.value, text.object.value.rsplit("/", 1)[-1], day)

    def _undated(self) -> Iterable[Print]:
        rows = self._database.query(_UNDATED % self._articles)
        assert isinstance(rows, ox.QuerySolutions)
        for article, text in rows:
            yield Print(article.value, text.value.rsplit("/", 1)[-1], None)

    def _ours(self, quads: Iterable[ox.Quad]) -> Iterable[tuple[ox.NamedNode, ox.NamedNode]]:
        """Yield subject and graph of the quads that stand in article graphs."""
        for quad in quads:
            graph, subject = quad.graph_name, quad.subject
            if (
                isinstance(graph, ox.NamedNode)
                and isinstance(subject, ox.NamedNode)
                and graph.value.startswith(self._articles)
            ):
                yield subject, graph


_UNDATED = f"""
SELECT ?article ?text WHERE {{
  GRAPH ?g {{
    ?article <{DKG.text}> ?text .
    FILTER NOT EXISTS {{ ?article <{SCHEMA.datePublished}> ?published }}
  }}
  FILTER(STRSTARTS(STR(?g), "%s"))
}}"""


def _print_in(article: str, graph: ArticleGraph) -> Print | None:
    about = graph.about(article)
    text, published = value(about, DKG.text), value(about, SCHEMA.datePublished)
    if text is None:
        return None
    day = date.fromisoformat(published) if published else None
    return Print(article, text.rsplit("/", 1)[-1], day)
