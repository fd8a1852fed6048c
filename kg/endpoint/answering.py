"""What a server's queries are answered by: workers of its own, or a remote engine."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol

from kg.endpoint.execute import Answer, Question
from kg.endpoint.settings import Settings
from kg.endpoint.workers.errors import Cause
from kg.endpoint.workers.running import Client

if TYPE_CHECKING:
    from kg.monitoring.metrics import Lanes


class Answering(Protocol):
    """Answers the queries of a serving process, and tells how it fares.

    `kg.endpoint.workers.pool.Pool` does for a store in a folder, and
    `kg.endpoint.remote.RemoteEngine` for one on another engine. Both are safe to use from many
    threads, and start nothing before they are told to or are asked.
    """

    @property
    def settings(self) -> Settings:
        """The limits."""

    @property
    def lanes(self) -> Lanes:
        """The places of queries."""

    @property
    def stops(self) -> Counter[Cause]:
        """How many queries were stopped, by cause."""

    def start(self) -> None:
        """Begin to serve, unless that was done."""

    def ask(self, question: Question, client: Client = ...) -> Answer:
        """Answer a question; raises what `kg.endpoint.execute.answer` does."""

    def workers(self) -> int:
        """Return how many worker processes there are."""

    def lent(self) -> int:
        """Return how many of them have a client's connection."""

    def close(self) -> None:
        """Let go of processes and connections; queries that run are stopped."""
