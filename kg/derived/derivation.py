"""Keeps the derived graphs right while articles come, change and go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pyoxigraph as ox
from pyoxigraph import Quad, Triple

from kg.derived.entities import Tallies, describe, describe_text, said_in
from kg.derived.links import Links, written_links
from kg.derived.view import ArticleGraph, value
from kg.iris import Minter
from kg.registry import Registry
from kg.vocabulary import DKG, SCHEMA

Change = tuple[set[Quad], set[Quad]]
"""What is to be removed, and what is to be added."""

_TEXT = ox.NamedNode(DKG.text)
_HEADLINE = SCHEMA.headline


class Derivation:
    """Works out how the entities and links graphs change with a change of articles.

    It reads the live database before the change is written there, and counts on it being written
    afterwards; when it was not, make a new one.

    Args:
        database: the live database.
        minter: mints the store's IRIs.
        registry: who is who.
        text_of: SHA-256 to the text as it will be kept, or None.
    """

    def __init__(
        self,
        database: ox.Store,
        minter: Minter,
        registry: Registry,
        text_of: Callable[[str], str | None],
    ) -> None:
        self._database = database
        self._minter = minter
        self._registry = registry
        self._text_of = text_of
        self._articles = f"{minter.graph('article')}/"
        self._entities = ox.NamedNode(minter.graph("entities"))
        self._links_graph = ox.NamedNode(minter.graph("links"))
        self._tallies = Tallies(database, self._articles)
        self._links: Links | None = None

    def change(
        self,
        before: Mapping[str, ArticleGraph],
        after: Mapping[str, ArticleGraph],
        texts: Iterable[str],
    ) -> Change:
        """Return how the derived graphs change.

        Args:
            before: article IRI to its graph as it is written, for each article that changes.
            after: the same articles with their new graphs, empty for those that go.
            texts: SHA-256 of the texts that are kept from now on, or not any more.
        """
        removed: set[Quad] = set()
        added: set[Quad] = set()
        for gone, new in (
            self._change_of_entities(before, after),
            self._change_of_texts(before, after, texts),
            self._change_of_links(before, after, texts),
        ):
            removed |= gone
            added |= new
        return removed, added

    def whole_entities(self) -> Change:
        """Return what makes the entities graph what it should be, whatever it is."""
        triples: set[Triple] = set()
        for entity, tally in self._tallies.all().items():
            triples |= describe(entity, tally, self._registry.entities.get(self._path(entity)))
        texts = self._database.quads_for_pattern(None, _TEXT, None, None)
        for text in {quad.object.value for quad in texts if isinstance(quad.object, ox.NamedNode)}:
            triples |= self._describe_text(text, {})
        now = set(self._database.quads_for_pattern(None, None, None, self._entities))
        return _difference(now, triples, self._entities)

    def _change_of_entities(
        self, before: Mapping[str, ArticleGraph], after: Mapping[str, ArticleGraph]
    ) -> Change:
        said = [
            [item for graph in part.values() for item in said_in(graph)] for part in (before, after)
        ]
        now: set[Quad] = set()
        then: set[Triple] = set()
        for entity, tally in self._tallies.change(said[0], said[1]).items():
            now |= self._written(entity)
            then |= describe(entity, tally, self._registry.entities.get(self._path(entity)))
        return _difference(now, then, self._entities)

    def _change_of_texts(
        self,
        before: Mapping[str, ArticleGraph],
        after: Mapping[str, ArticleGraph],
        texts: Iterable[str],
    ) -> Change:
        touched = {self._minter.text(sha256) for sha256 in texts}
        for part in (before, after):
            named = (value(graph.about(article), DKG.text) for article, graph in part.items())
            touched |= {text for text in named if text is not None}
        now: set[Quad] = set()
        then: set[Triple] = set()
        for text in touched:
            now |= self._written(text)
            then |= self._describe_text(text, after)
        return _difference(now, then, self._entities)

    def _describe_text(self, text: str, changed: Mapping[str, ArticleGraph]) -> set[Triple]:
        titles = [
            value(graph.about(article), _HEADLINE) or ""
            for article, graph in changed.items()
            if value(graph.about(article), DKG.text) == text
        ]
        for quad in self._database.quads_for_pattern(None, _TEXT, ox.NamedNode(text), None):
            graph, article = quad.graph_name, quad.subject
            if (
                isinstance(graph, ox.NamedNode)
                and isinstance(article, ox.NamedNode)
                and graph.value.startswith(self._articles)
                and article.value not in changed
            ):
                headline = self._database.quads_for_pattern(
                    article, ox.NamedNode(_HEADLINE), None, graph
                )
                titles += [q.object.value for q in headline if isinstance(q.object, ox.Literal)]
        kept = self._text_of(text.rsplit("/", 1)[-1]) if titles else None
        return describe_text(text, titles, None if kept is None else len(kept))

    def _change_of_links(
        self,
        before: Mapping[str, ArticleGraph],
        after: Mapping[str, ArticleGraph],
        texts: Iterable[str],
    ) -> Change:
        if self._links is None:
            self._links = Links(self._database, self._minter, self._text_of)
        links = self._links
        now: set[Triple] = set()
        for article, graph in before.items():
            meetings = (meeting for meeting, _ in graph.of_type(DKG.Meeting))
            now |= written_links(self._database, self._links_graph, article, meetings)
        links.change(after)
        touched = set(after)
        for sha256 in texts:
            links.copies.forget_text(sha256)
            touched |= links.prints.with_text(sha256)
        for article in touched - after.keys():
            now |= written_links(
                self._database, self._links_graph, article, links.meetings(article)
            )
        then: set[Triple] = set()
        for article in touched:
            then |= links.of(article)
        return _difference(
            {Quad(t.subject, t.predicate, t.object, self._links_graph) for t in now},
            then,
            self._links_graph,
        )

    def _written(self, subject: str) -> set[Quad]:
        return set(
            self._database.quads_for_pattern(ox.NamedNode(subject), None, None, self._entities)
        )

    def _path(self, entity: str) -> str:
        return entity.removeprefix(self._minter.entity(""))


def _difference(now: set[Quad], then: set[Triple], graph: ox.NamedNode) -> Change:
    wanted = {Quad(t.subject, t.predicate, t.object, graph) for t in then}
    return now - wanted, wanted - now
