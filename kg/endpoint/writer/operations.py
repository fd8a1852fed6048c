"""What each kind of request does to the live database.

Loads that come together are taken in together: what is derived from their articles is worked out
once, and written in one transaction, before anything else is done and before the commit.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pyoxigraph as ox

from kg.endpoint.problems import ProblemError
from kg.endpoint.writer.frames import Frame
from kg.endpoint.writer.jobs import no_graph
from kg.errors import KgError
from kg.events.graphs import DirectGraphs
from kg.facts import ArticleFacts
from kg.loader.articles import Articles
from kg.loader.receivers import find_article
from kg.loader.refresh import refresh
from kg.registry import Registry
from kg.store import Store, Writer

PATIENCE = 0.5
"""Seconds after which the rest of a group no longer waits for an update that is still running."""

Answer = dict[str, Any]


class Operations:
    """Applies requests, each in one transaction; committing is left to the caller.

    Args:
        store: the store.
        writer: its writer.
        settle: commits and answers what was applied before; called when a request takes long.
    """

    def __init__(self, store: Store, writer: Writer, settle: Callable[[], None]) -> None:
        self._store = store
        self._writer = writer
        self._settle = settle
        self._articles: Articles | None = None
        self._loads: list[tuple[Answer, int]] = []  # not yet written, with articles that changed
        self._counted = (0, 0)
        self._kinds: dict[str, Callable[[Frame], Answer]] = {
            "load": self._load,
            "refresh": self._refresh,
            "remove": self._remove,
            "update": self._update,
            "put": self._put,
            "post": self._post,
            "delete": self._delete,
            "table-begin": self._begin_table,
            "table-part": self._add_to_table,
            "table-finish": self._finish_table,
            "table-remove": self._remove_table,
        }

    def apply(self, frame: Frame) -> Answer:
        """Do what a request asks for; of a load, what is done before `write`.

        Returns:
            The answer's header, to be sent once the change is written and committed.

        Raises:
            KgError: it cannot be done; nothing was changed.
            StoreError: the disk refused; the database must be opened anew.
        """
        kind = self._kinds.get(str(frame.header.get("kind")))
        if kind is None:
            raise KgError("the writer does not know this kind of request; use the same version")
        if kind != self._load:
            self.write()
        return kind(frame)

    @property
    def waits(self) -> bool:
        """Whether there are loads that `write` has not written yet."""
        return bool(self._loads)

    def write(self) -> None:
        """Write the loads that were taken in, in one transaction.

        The triples that were added and removed are counted to them by their articles, where
        there are several.

        Raises:
            StoreError: the disk refused; the database must be opened anew.
        """
        if not self._loads:
            return
        articles = self._opened()
        articles.write()
        loads, self._loads = self._loads, []
        counts = (articles.added - self._counted[0], articles.removed - self._counted[1])
        for name, left in zip(("added", "removed"), counts, strict=True):
            changed = sum(number for _, number in loads)
            for answer, number in loads:
                share = left * number // changed if changed else left
                left, changed = left - share, changed - number
                answer[name] = share

    def _load(self, frame: Frame) -> Answer:
        articles = self._opened()
        if not self._loads:
            self._counted = (articles.added, articles.removed)
        outcomes: list[dict[str, str]] = []
        changed = 0
        for line in frame.body.split(b"\n"):
            if not line:
                continue
            record = json.loads(line)
            facts = ArticleFacts.model_validate_json(record["facts"])
            try:
                key, outcome = articles.put(
                    facts, record["text"], force=bool(frame.header.get("force"))
                )
                outcomes.append({"key": key, "outcome": outcome})
                changed += outcome in ("new", "replaced")
            except ValueError as error:
                outcomes.append({"error": str(error)})
        answer: Answer = {"outcomes": outcomes, "added": 0, "removed": 0}
        self._loads.append((answer, changed))
        return answer

    def _refresh(self, frame: Frame) -> Answer:
        """Bring the store up to date with the package and with the registry as it is now."""
        registry = Registry.load(self._store.layout.registry)
        if self._articles is None or self._articles.registry.digest != registry.digest:
            self._articles = Articles(self._store, self._writer, registry)
        articles = self._articles
        added, removed = articles.added, articles.removed
        done = asdict(refresh(self._store, self._writer, articles))
        return {
            "refreshed": done,
            "added": articles.added - added,
            "removed": articles.removed - removed,
        }

    def _remove(self, frame: Frame) -> Answer:
        articles = self._opened()
        names = [str(name) for name in frame.header["names"]]
        keys = list(dict.fromkeys(find_article(self._writer.ox, articles.mint, n) for n in names))
        for key in keys:
            articles.remove(key)
        articles.write()
        return {"keys": keys}

    def _update(self, frame: Frame) -> Answer:
        self._run(frame, frame.body.decode())
        return {}

    def _put(self, frame: Frame) -> Answer:
        """Replace a graph by the N-Triples in the body (Graph Store Protocol, 5.3)."""
        graph = self._graph(frame)
        there = self._is_there(graph)
        first = f"DROP SILENT GRAPH {graph} ; CREATE GRAPH {graph}" if graph else "CLEAR DEFAULT"
        self._run(frame, f"{first} ; {_insert(graph, frame.body)}")
        return {"created": not there}

    def _post(self, frame: Frame) -> Answer:
        """Add the N-Triples in the body to a graph (Graph Store Protocol, 5.5)."""
        graph = self._graph(frame)
        there = self._is_there(graph)
        first = f"CREATE SILENT GRAPH {graph} ; " if graph and not there else ""
        self._run(frame, f"{first}{_insert(graph, frame.body)}")
        return {"created": not there}

    def _delete(self, frame: Frame) -> Answer:
        """Drop a graph (Graph Store Protocol, 5.4)."""
        graph = self._graph(frame)
        if not self._is_there(graph):
            raise no_graph()
        self._run(frame, f"DROP GRAPH {graph}" if graph else "CLEAR DEFAULT")
        return {}

    def _begin_table(self, frame: Frame) -> Answer:
        """Make ready for an event table; see `kg.events.graphs`."""
        begun = self._tables().begin(str(frame.header["key"]), str(frame.header["digest"]))
        return {"state": begun.state, "done": sorted(begun.done), "removed": begun.removed}

    def _add_to_table(self, frame: Frame) -> Answer:
        header, at = frame.header, int(frame.header["events"])
        key, number = str(header["key"]), int(header["part"])
        self._tables().part(key, number, frame.body[:at], frame.body[at:])
        return {}

    def _finish_table(self, frame: Frame) -> Answer:
        key, digest, label = (str(frame.header[name]) for name in ("key", "digest", "label"))
        self._tables().finish(key, digest, label, frame.body)
        return {}

    def _remove_table(self, frame: Frame) -> Answer:
        self._tables().remove([str(frame.header["key"])])
        return {}

    def _tables(self) -> DirectGraphs:
        return DirectGraphs(self._store, self._writer)

    def _graph(self, frame: Frame) -> ox.NamedNode | None:
        """Return the graph that a request names; None is the default graph."""
        name = frame.header.get("graph")
        return None if name is None else ox.NamedNode(str(name))

    def _is_there(self, graph: ox.NamedNode | None) -> bool:
        return graph is None or self._writer.ox.contains_named_graph(graph)

    def _run(self, frame: Frame, text: str) -> None:
        """Do an update in a thread with a deep stack; others are settled when it takes long."""
        failed: list[BaseException] = []

        def work() -> None:
            try:
                self._writer.update(text, managed=bool(frame.header.get("managed")))
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join(PATIENCE)
        if thread.is_alive():
            self._settle()
            thread.join()
        if self._articles is not None and frame.header.get("managed"):
            self._articles.forget()
        if failed and isinstance(failed[0], RuntimeError | SyntaxError):
            raise ProblemError(
                409, "update-failed", "The update could not be done", str(failed[0]),
                "nothing was changed; SILENT lets an update go on where a graph is missing",
            ) from failed[0]  # fmt: skip
        if failed:
            raise failed[0]

    def _opened(self) -> Articles:
        if self._articles is None:
            self._articles = Articles(self._store, self._writer)
        return self._articles


def _insert(graph: ox.NamedNode | None, triples: bytes) -> str:
    """Return an ``INSERT DATA`` operation; N-Triples are as they are what it holds."""
    data = triples.decode()
    return f"INSERT DATA {{\n{data if graph is None else f'GRAPH {graph} {{ {data} }}'}\n}}"
