"""Articles into a store and out of it, with everything that is derived from them."""

from __future__ import annotations

import time
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType

import pyoxigraph as ox
from pyoxigraph import Quad

from kg.derived.derivation import Derivation
from kg.derived.view import ArticleGraph, value
from kg.facts import ArticleFacts
from kg.iris import Minter, article_key
from kg.loader.provenance import activity, keepers, keeping, kept_text
from kg.loader.spelling import spelt
from kg.mappers import Context, map_article
from kg.registry import Registry
from kg.store import Store, Writer
from kg.vocabulary import DKG

Outcome = typing.Literal["new", "replaced", "unchanged", "kept"]

QUADS = 8_000
ARTICLES = 64
SECONDS = 1.0


@dataclass(frozen=True)
class Staged:
    """A change of one article that waits for the next commit."""

    key: str
    before: ArticleGraph
    after: ArticleGraph
    facts: bytes | None
    text: str | None
    verb: str


class Articles:
    """Puts articles into a store, replaces them and removes them.

    Several changes are written in one transaction and one commit, within bounds of quads,
    articles and time, together with what they change in the entities, links and provenance
    graphs. Readers never see an article in part, nor entities that do not fit the articles.
    Use it as a context manager.

    Args:
        store: the store.
        writer: its writer.
        registry: who is who; by default the store's registry file.
        now: the clock, for the provenance graph.
    """

    def __init__(
        self,
        store: Store,
        writer: Writer,
        registry: Registry | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.registry = Registry.load(store.layout.registry) if registry is None else registry
        self.mint = Minter(store.base)
        self.added = 0
        self.removed = 0
        self._store = store
        self._writer = writer
        self._now = now
        self._staged: dict[str, Staged] = {}
        self._since = 0.0
        self._texts: dict[str, str] = {}  # that come with what is staged
        self._derivation: Derivation | None = None

    def __enter__(self) -> Articles:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Commit what waits, unless an error ends the work, and let go of the database."""
        try:
            if error is None:
                self.flush()
        finally:
            self._derivation = None
            self._staged.clear()

    def put(
        self, facts: ArticleFacts, text: str | None = None, *, force: bool = False
    ) -> tuple[str, Outcome]:
        """Load an article, in place of what the store has of it.

        Args:
            facts: its facts in their normal form.
            text: its text, if it may be kept.
            force: replace reviewed facts by ones that are not.

        Returns:
            The article's key, and what became of it. The change is committed with others, by
            this call, a later one or `flush`.

        Raises:
            ValueError: the facts hold what RDF cannot hold.
        """
        article = facts.article
        key = article_key(article.id, article.url, article.text_sha256 or "")
        if key in self._staged:
            self.flush()
        before = self._graph(key)
        if before and not facts.reviewed and not force and self._is_reviewed(key, before):
            return key, "kept"
        return key, self._put(key, facts, text, before, "Loaded")

    def remap(self, key: str) -> bool:
        """Map an article anew from the facts that were kept when it was loaded.

        Returns:
            Whether they are there; a store made from a dump has none.
        """
        before = self._graph(key)
        digest = value(before.about(self._article(key)), DKG.factsDigest)
        data = self._store.facts.get(digest) if digest else None
        if data is None:
            return False
        facts = ArticleFacts.model_validate_json(data)
        text = kept_text(self._writer.ox, self.mint, key)
        self._put(key, facts, self._store.text(text) if text else None, before, "Mapped anew")
        return True

    def remove(self, key: str) -> bool:
        """Remove an article; return whether it was there."""
        if key in self._staged:
            self.flush()
        before = self._graph(key)
        if before:
            self._stage(Staged(key, before, ArticleGraph(before.graph), None, None, "Removed"))
        return bool(before)

    def flush(self) -> tuple[str, ...]:
        """Commit what waits.

        Returns:
            The keys of the articles that are acknowledged by this: whole, on the disk, and seen
            by every reader that comes after.

        Raises:
            StoreError: the disk refused.
        """
        keys = self.write()
        if keys:
            self._writer.commit()
        return keys

    def forget(self) -> None:
        """Forget what was worked out from the graph, since others changed it."""
        self._derivation = None

    def write(self) -> tuple[str, ...]:
        """Write what waits in one transaction, for the caller to commit.

        Returns:
            The keys of the articles that were written.

        Raises:
            StoreError: the disk refused.
        """
        if not self._staged:
            return ()
        try:
            removed, added = self._change()
            for item in self._staged.values():
                if item.facts is not None:
                    self._writer.put_facts(item.facts)
                if item.text is not None:
                    self._writer.put_text(item.text)
            removed, added = removed - added, added - removed
            self._writer.apply(removed, added)
            self.removed += len(removed)
            self.added += len(added)
        except BaseException:
            self._derivation = None
            raise
        finally:
            keys = tuple(self._staged)
            self._staged.clear()
        return keys

    @property
    def derivation(self) -> Derivation:
        """What works out the derived graphs."""
        if self._derivation is None:
            self._derivation = Derivation(
                self._writer.ox, self.mint, self.registry, self._text_after
            )
        return self._derivation

    def _put(
        self, key: str, facts: ArticleFacts, text: str | None, before: ArticleGraph, verb: str
    ) -> Outcome:
        context = Context(self._store.base, key, self.registry.resolve)
        graph = ox.NamedNode(self.mint.article_graph(key))
        after = spelt(map_article(facts, context), graph)
        data = facts.normal_form().encode()
        sha256 = facts.article.text_sha256 if text is not None else None
        if (
            before.quads == after.quads
            and kept_text(self._writer.ox, self.mint, key) == sha256
            and (sha256 is None or self._store.texts.has(sha256))
            and self._has_facts(key, after)
        ):
            return "unchanged"
        self._stage(Staged(key, before, after, data, text, verb))
        return "replaced" if before else "new"

    def _stage(self, item: Staged) -> None:
        if not self._staged:
            self._since = time.monotonic()
        self._staged[item.key] = item
        size = sum(len(staged.after.quads) for staged in self._staged.values())
        if (
            size >= QUADS
            or len(self._staged) >= ARTICLES
            or time.monotonic() - self._since >= SECONDS
        ):
            self.flush()

    def _change(self) -> tuple[set[Quad], set[Quad]]:
        removed: set[Quad] = set()
        added: set[Quad] = set()
        before: dict[str, ArticleGraph] = {}
        after: dict[str, ArticleGraph] = {}
        texts: set[str] = set()
        now = self._now()
        self._texts = {}
        for key, item in self._staged.items():
            article = self._article(key)
            before[article], after[article] = item.before, item.after
            removed |= item.before.quads - item.after.quads
            added |= item.after.quads - item.before.quads
            text = value(item.after.about(article), DKG.text)
            added |= activity(self.mint, key, item.verb, now, text)
            sha256 = text.rsplit("/", 1)[-1] if text and item.text is not None else None
            if sha256 is not None and item.text is not None:
                self._texts[sha256] = item.text
            gone, new = keeping(self._writer.ox, self.mint, key, sha256)
            removed |= gone
            added |= new
            sources = (quad.object for quad in gone | new)
            texts |= {s.value.rsplit("/", 1)[-1] for s in sources if isinstance(s, ox.NamedNode)}
        gone, new = self.derivation.change(before, after, texts)
        return removed | gone, added | new

    def _text_after(self, sha256: str) -> str | None:
        """Return a text as it will be kept once what waits is written."""
        if sha256 in self._texts:
            return self._texts[sha256]
        text = self._store.text(sha256)
        if text is None:
            return None
        graphs = {self.mint.article_graph(key) for key in self._staged}
        return text if keepers(self._writer.ox, self.mint, sha256) - graphs else None

    def _graph(self, key: str) -> ArticleGraph:
        return ArticleGraph.read(self._writer.ox, ox.NamedNode(self.mint.article_graph(key)))

    def _article(self, key: str) -> str:
        return self.mint.article(key)

    def _is_reviewed(self, key: str, graph: ArticleGraph) -> bool:
        return value(graph.about(self._article(key)), DKG.reviewed) == "true"

    def _has_facts(self, key: str, graph: ArticleGraph) -> bool:
        digest = value(graph.about(self._article(key)), DKG.factsDigest)
        return digest is not None and self._store.facts.has(digest)
