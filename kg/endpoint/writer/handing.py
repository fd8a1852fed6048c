"""Loading and removing through a server's writer, in place of writing directly."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kg.endpoint.writer.client import WriterClient
from kg.endpoint.writer.reaching import reaching
from kg.loader.articles import Articles
from kg.loader.receivers import Direct, Receiver, Result, Written
from kg.loader.refresh import Refreshed
from kg.readers import Reading
from kg.store import Store

ARTICLES = 64
BYTES = 4 * 1024 * 1024
_SECONDS = 3600


class Handed(Receiver):
    """Hands articles to a server's writer, some at once; one batch is under way at a time.

    Args:
        client: the connection to the writer.
    """

    def __init__(self, client: WriterClient) -> None:
        self._client = client
        self._batch: list[tuple[Reading, bytes]] = []
        self._size = 0
        self._force = False
        self._sent: list[Reading] = []
        self._written = Written()

    def refresh(self) -> Refreshed:
        """Let the writer bring the store up to date."""
        answer = self._client.ask({"kind": "refresh", "seconds": _SECONDS})
        self._count(answer)
        done: dict[str, Any] = answer["refreshed"]
        return Refreshed(done["packaged"], done["remapped"], tuple(done["lost"]))

    def put(self, reading: Reading, *, force: bool) -> list[Result]:
        """Take an article in; return what is known by now of those that were put before."""
        text = reading.text if reading.keep_text else None
        record = {"facts": reading.facts.normal_form(), "text": text}
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
        results = []
        if self._batch and (self._size + len(line) > BYTES or len(self._batch) >= ARTICLES):
            results = self._send()
        self._force = force
        self._batch.append((reading, line))
        self._size += len(line)
        return results

    def finish(self) -> list[Result]:
        """Wait until all is on the disk; return what is known of the rest."""
        return [*self._send(), *self._collect()]

    def remove(self, names: Sequence[str]) -> list[str]:
        """Let the writer remove articles; return their keys."""
        header = {"kind": "remove", "names": list(names), "seconds": _SECONDS}
        return list(self._client.ask(header)["keys"])

    @property
    def written(self) -> Written:
        """What was written by now."""
        return self._written

    def _send(self) -> list[Result]:
        results = self._collect()
        if self._batch:
            body = b"\n".join(line for _, line in self._batch)
            header = {"kind": "load", "force": self._force, "seconds": _SECONDS}
            self._client.send(header, body)
            self._sent = [reading for reading, _ in self._batch]
            self._batch, self._size = [], 0
        return results

    def _collect(self) -> list[Result]:
        if not self._sent:
            return []
        answer = self._client.receive()
        self._count(answer)
        sent, self._sent = self._sent, []
        return [
            Result(reading, said.get("key", ""), said.get("outcome"), said.get("error", ""))
            for reading, said in zip(sent, answer["outcomes"], strict=True)
        ]

    def _count(self, answer: dict[str, Any]) -> None:
        self._written.added += answer["added"]
        self._written.removed += answer["removed"]
        self._written.revision = answer["revision"]


@contextmanager
def receiving(store: Store) -> Iterator[Receiver]:
    """Take articles in: through the writer of a server where there is one, else directly.

    Raises:
        StoreBusyError: another command is writing.
    """
    with reaching(store) as writer:
        if isinstance(writer, WriterClient):
            yield Handed(writer)
            return
        with Articles(store, writer) as articles:
            yield Direct(store, writer, articles)
