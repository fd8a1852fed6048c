"""Loading into a store on a remote engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyoxigraph as ox
from pyoxigraph import Quad

from kg.derived.links import Links
from kg.derived.view import values
from kg.errors import StoreError
from kg.iris import Minter
from kg.loader.articles import Articles, Outcome
from kg.loader.receivers import Direct, Receiver, Result, Written
from kg.loader.refresh import Refreshed
from kg.readers import Reading
from kg.registry import Registry
from kg.store.remote.store import RemoteStore
from kg.store.remote.writer import RefusedGraphError, RemoteWriter
from kg.vocabulary import DC, DKG, PROV

BATCH = 16
"""Articles that are written together: their derived graphs are worked out once."""


class RemoteArticles(Articles):
    """Puts articles into a remote store; reads beforehand, together, what it will look up."""

    def __init__(self, store: RemoteStore, writer: RemoteWriter) -> None:
        super().__init__(store, writer)
        self._remote = writer

    def __enter__(self) -> RemoteArticles:
        return self

    def _change(self) -> tuple[set[Quad], set[Quad]]:
        entities: set[str] = set()
        subjects: set[tuple[str, str]] = set()
        described, links = self.mint.graph("entities"), self.mint.graph("links")
        for item in self._staged.values():
            subjects.add((self.mint.article(item.key), links))
            for graph in (item.before, item.after):
                subjects |= {(iri, links) for iri, _ in graph.of_type(DKG.Meeting)}
                for _, about in graph.of_type(DKG.Mention):
                    entities.update(values(about, DKG.entity))
        subjects |= {(entity, described) for entity in entities}
        self._remote.expect(sorted(entities), sorted(subjects))
        return super()._change()


class RemoteReceiver(Receiver):
    """Takes articles into a remote store; those that the engine refuses are told apart.

    Args:
        store: the store.
        writer: its writer.
        articles: puts articles there.
    """

    def __init__(self, store: RemoteStore, writer: RemoteWriter, articles: RemoteArticles) -> None:
        self._store, self._articles = store, articles
        self._direct = Direct(store, writer, articles)
        self._waiting: list[tuple[Reading, bool, Result]] = []

    def refresh(self) -> Refreshed:
        """Bring the store up to date with the package and the registry."""
        return self._direct.refresh()

    def put(self, reading: Reading, *, force: bool) -> list[Result]:
        """Take an article in; return what is known by now of those that were put."""
        try:
            result = self._put(reading, force)
        except RefusedGraphError:
            self._waiting.append((reading, force, Result(reading)))
            return self._one_by_one()
        self._waiting.append((reading, force, result))
        return self.finish() if len(self._waiting) >= BATCH else []

    def finish(self) -> list[Result]:
        """Write what waits."""
        try:
            self._articles.flush()
        except RefusedGraphError:
            return self._one_by_one()
        results = [result for _, _, result in self._waiting]
        self._waiting.clear()
        return results

    def remove(self, names: Sequence[str]) -> list[str]:
        """Remove articles by key, IRI or URL; return their keys."""
        return self._direct.remove(names)

    @property
    def written(self) -> Written:
        """What was written by now."""
        return self._direct.written

    def _put(self, reading: Reading, force: bool) -> Result:
        # Without a folder a text cannot be kept.
        keep = reading.keep_text and self._store.has_files
        try:
            key, outcome = self._articles.put(
                reading.facts, reading.text if keep else None, force=force
            )
        except ValueError as error:
            return Result(reading, error=str(error))
        return Result(reading, key, outcome)

    def _one_by_one(self) -> list[Result]:
        """Write what waits singly, after the engine refused some of it, to learn which."""
        results: list[Result] = []
        waiting, self._waiting = self._waiting, []
        for reading, force, first in waiting:
            try:
                result = self._put(reading, force)
                self._articles.flush()
            except RefusedGraphError as error:
                result = Result(reading, error=error.message)
            results.append(_as_first(first.outcome, result))
        return results


def _as_first(outcome: Outcome | None, result: Result) -> Result:
    """Return a result with the outcome of the first attempt, which may have gone well."""
    if outcome is None or result.outcome is None:
        return result
    return Result(result.reading, result.key, outcome)


@contextmanager
def receiving_remote(store: RemoteStore) -> Iterator[Receiver]:
    """Take articles in as the writer of a remote store.

    Raises:
        StoreBusyError: another process is writing.
        StoreError: the folder is not named that the store was loaded with.
        RemoteError: the engine cannot be used.
    """
    store.addresses.for_writing()
    if not store.has_files:
        _check_that_no_files_are_needed(store)
    with store.writer() as writer, RemoteArticles(store, writer) as articles:
        if writer.healed:
            set_right(store, writer, articles)
        yield RemoteReceiver(store, writer, articles)


def set_right(store: RemoteStore, writer: RemoteWriter, articles: Articles) -> None:
    """Make the derived graphs what the articles make them, after a writer that was cut off.

    Args:
        store: the store.
        writer: its writer.
        articles: what works out the derived graphs.

    Raises:
        RemoteError: the engine cannot be used.
    """
    removed, added = articles.derivation.whole_entities()
    graph = ox.NamedNode(articles.mint.graph("links"))
    links = Links(writer.ox, articles.mint, store.text)
    prefix = articles.mint.article_graph("")
    wanted: set[Quad] = set()
    for name in writer.ox.named_graphs():
        if name.value.startswith(prefix):
            article = articles.mint.article(name.value.removeprefix(prefix))
            wanted |= {Quad(t.subject, t.predicate, t.object, graph) for t in links.of(article)}
    now = set(writer.ox.quads_for_pattern(None, None, None, graph))
    writer.apply(removed | (now - wanted), added | (wanted - now))
    articles.forget()
    writer.set_right()


def _check_that_no_files_are_needed(store: RemoteStore) -> None:
    mint = Minter(store.base)
    entities = f"<{mint.graph('entities')}>"
    known = ox.Literal(f"registry, sha256 {Registry().digest}")
    if store.protocol.holds(
        f"ASK {{ GRAPH <{mint.graph('provenance')}> {{ {{ ?g <{PROV.hadPrimarySource}> ?text }} "
        f"UNION {{ {entities} <{DC.source}> ?note FILTER(STR(?note) != {known}) }} }} }}"
    ):
        raise StoreError(
            f"{store.addresses}: the store was loaded with a folder of texts and a registry, "
            "without which its entities and links would change",
            "name that folder with --files or KG_FILES",
        )
