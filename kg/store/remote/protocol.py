"""The SPARQL 1.1 Protocol and the Graph Store HTTP Protocol, as a client speaks them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import pyoxigraph as ox

from kg.store.operations import data
from kg.store.remote import quirks
from kg.store.remote.connection import Connection, Fields, Reply, Request
from kg.store.remote.errors import Fault, RemoteError
from kg.store.remote.retry import Policy

JSON = "application/sparql-results+json"
_NTRIPLES = "application/n-triples"

BATCH = 1_000
"""Triples of one update; Virtuoso takes some 3,000, and no statement of 10,000 lines."""

BATCH_CHARACTERS = 400_000
"""Characters of one update."""

ADDED = 10_000
"""Triples of one addition to a graph."""


@dataclass(frozen=True)
class Limits:
    """What a query may cost; None leaves it to the connection.

    Args:
        seconds: longest time.
        most: bytes of the longest result.
        policy: how often it is asked.
    """

    seconds: float | None = None
    most: int | None = None
    policy: Policy | None = None


class CutOffError(RemoteError):
    """A result that the engine ended at a limit of its own."""


class Protocol:
    """Asks and changes a remote engine.

    Args:
        connection: to the engine.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.addresses = connection.addresses
        self.is_virtuoso: bool | None = None  # not known before the first answer

    def solutions(self, query: str, limits: Limits | None = None) -> ox.QuerySolutions:
        """Run a SELECT query; return its rows.

        Args:
            query: the query.
            limits: what it may cost.

        Raises:
            CutOffError: the engine gave only some of the rows.
            RemoteError: it could not be asked.
        """
        with self.rows(query, (), limits) as body:
            found = parsed(body.read(), self.addresses.query)
        assert isinstance(found, ox.QuerySolutions)  # JSON of a SELECT query
        return found

    def holds(self, query: str, fields: Fields = (), limits: Limits | None = None) -> bool:
        """Run an ASK query.

        Args:
            query: the query.
            fields: further parameters of the protocol.
            limits: what it may cost.

        Raises:
            RemoteError: it could not be asked.
        """
        with self._ask(query, fields, limits or Limits()) as reply:
            found = parsed(reply.body.read(), self.addresses.query)
            # Virtuoso answers with rows: one, or none where it does not hold.
            return bool(found) if isinstance(found, ox.QueryBoolean) else any(True for _ in found)

    @contextmanager
    def rows(
        self, query: str, fields: Fields = (), limits: Limits | None = None
    ) -> Iterator[IO[bytes]]:
        """Run a SELECT query; give its result as JSON.

        Args:
            query: the query.
            fields: further parameters of the protocol.
            limits: what it may cost.

        Raises:
            CutOffError: the engine gave only some of the rows.
            RemoteError: it could not be asked.
        """
        with self._ask(query, fields, limits or Limits()) as reply:
            if quirks.is_virtuoso(reply.headers):
                reply.body = quirks.with_true_and_false(reply.body)
            yield reply.body

    def update(self, text: str) -> None:
        """Do an update that has the same effect when it is done twice.

        Raises:
            RemoteError: it was not done, or it is not known.
        """
        url, _ = self.addresses.for_writing()
        self.connection.send(Request("POST", url, fields=(("update", text),))).body.close()

    def change(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> None:
        """Remove and add quads, in batches that engines take.

        Raises:
            RemoteError: only a part was done, or it is not known.
        """
        for verb, quads in (("DELETE", removed), ("INSERT", added)):
            for batch in _batches(quads):
                self.update(data(verb, batch))

    def put(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Replace a graph; one that becomes empty is dropped.

        Raises:
            RemoteError: it was not replaced, or it is not known.
        """
        _, url = self.addresses.for_writing()
        body = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
        parameters = (("graph", graph),)
        if body:
            request = Request(
                "PUT", url, parameters=parameters, body=body, content_type=_NTRIPLES
            )  # fmt: skip
        else:
            request = Request("DELETE", url, parameters=parameters, also=(404,))
        self.connection.send(request).body.close()

    def add(self, graph: str, triples: bytes, before: Callable[[], None]) -> None:
        """Add N-Triples to a graph, some thousands at a time.

        Args:
            graph: the graph.
            triples: the triples, a line each.
            before: is called before each request.

        Raises:
            RemoteError: only a part was added, or it is not known.
        """
        _, url = self.addresses.for_writing()
        lines = triples.splitlines(keepends=True)
        for at in range(0, len(lines), ADDED):
            before()
            body = b"".join(lines[at : at + ADDED])
            request = Request(
                "POST", url, parameters=(("graph", graph),), body=body, content_type=_NTRIPLES
            )
            self.connection.send(request).body.close()

    def _ask(self, query: str, fields: Fields, limits: Limits) -> Reply:
        url = self.addresses.query
        reply = self.connection.send(
            Request("POST", url, JSON, fields=(("query", query), *fields)),
            policy=limits.policy, seconds=limits.seconds, most=limits.most,
        )  # fmt: skip
        self.is_virtuoso = quirks.is_virtuoso(reply.headers)
        try:
            _check_type(reply, url)
            _check_whole(reply, url)
        except BaseException:
            reply.body.close()
            raise
        return reply


def parsed(body: bytes | IO[bytes], place: str) -> ox.QuerySolutions | ox.QueryBoolean:
    """Return a result that came as JSON.

    Raises:
        RemoteError: it is none.
    """
    try:
        return ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
    except (SyntaxError, ValueError, OSError) as error:
        raise strange(place, str(error)) from None


def strange(place: str, why: str) -> RemoteError:
    """Return the error for an answer that cannot be read."""
    return RemoteError(
        Fault.STRANGE,
        f"{place}: the answer cannot be read ({why.splitlines()[0][:200] if why else 'empty'})",
        "check that this is the address for SPARQL queries",
    )


def _check_type(reply: Reply, place: str) -> None:
    given = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in (JSON, "application/json"):
        raise strange(place, f"it came as {given or 'nothing with a type'}, not as {JSON}")


def _check_whole(reply: Reply, place: str) -> None:
    most = reply.headers.get(quirks.CUT_OFF)
    if most is not None:
        raise CutOffError(
            Fault.INCOMPLETE,
            f"{place}: the engine ends results at {most} rows, so this one may not be whole",
            "ask with a LIMIT below that, or raise ResultSetMaxRows in virtuoso.ini",
        )
    if quirks.PARTIAL in reply.headers:
        raise RemoteError(
            Fault.INCOMPLETE,
            f"{place}: the engine ended the query before it was done "
            f"({reply.headers[quirks.PARTIAL]})",
            "ask for less, or raise MaxQueryExecutionTime in virtuoso.ini",
        )


def _batches(quads: Iterable[ox.Quad]) -> Iterator[list[ox.Quad]]:
    batch: list[ox.Quad] = []
    size = 0
    for quad in quads:
        length = len(str(quad))
        if batch and (len(batch) >= BATCH or size + length > BATCH_CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(quad)
        size += length
    if batch:
        yield batch
