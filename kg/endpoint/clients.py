"""Who asks: the client of a request, and what answers its queries, before any web framework."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from kg.endpoint.answering import Answering
from kg.endpoint.execute import Answer, Question
from kg.endpoint.workers.running import Client
from kg.monitoring.notes import Notes, notes_of

LEFT = "kg.left"
"""Where a WSGI environment has a `kg.endpoint.workers.left.Left`, if its query began before."""


@dataclass(frozen=True)
class Asking:
    """An `Engine` for one request: its queries stop when its client goes away.

    Args:
        pool: what answers them.
        client: who asks.
        notes: where the queries are noted.
    """

    pool: Answering
    client: Client
    notes: Notes

    def ask(self, question: Question) -> Answer:
        """Answer a question from the current revision."""
        with self.notes.asking(question.text) as noted:
            given = self.pool.ask(question, self.client)
            noted.revision, noted.rows = given.revision, given.rows
            if given.length is not None:  # else it is still being made
                noted.seconds = time.monotonic() - noted.began
            return given


def engine_for(environ: dict[str, Any], pool: Answering) -> Asking:
    """Return what answers the queries of a request.

    Args:
        environ: its WSGI environment.
        pool: what answers them.
    """
    return Asking(pool, client_of(environ, pool.settings.proxies), notes_of(environ))


def client_of(environ: dict[str, Any], proxies: int) -> Client:
    """Return who sent a request.

    Args:
        environ: its WSGI environment.
        proxies: how many proxies in front are known.
    """
    connection = environ.get("gunicorn.socket")
    return Client(
        None if connection is None else connection.fileno(),
        environ.get("SERVER_PROTOCOL") == "HTTP/1.0",
        _address(environ, proxies),
        environ.get(LEFT),
    )


def _address(environ: dict[str, Any], proxies: int) -> str:
    """Return who asks: the connection's address, or what the outermost known proxy saw."""
    hops = str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if 0 < proxies <= len(hops) and hops[-proxies].strip():
        return hops[-proxies].strip()
    return str(environ.get("REMOTE_ADDR", ""))
