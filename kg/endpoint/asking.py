"""The requests to a remote engine that answer one query, and its result on the way."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pyoxigraph as ox

from kg.endpoint.negotiate import Choice
from kg.endpoint.settings import Settings
from kg.endpoint.spool import Spool
from kg.endpoint.workers.rows import Counter, too_many
from kg.store.remote.errors import Fault, RemoteError
from kg.store.remote.protocol import Limits, Protocol, parsed


class Asking:
    """The requests that answer one query, which have one time limit together."""

    def __init__(
        self,
        protocol: Protocol,
        fields: tuple[tuple[str, str], ...],
        settings: Settings,
        until: float,
    ) -> None:
        self._protocol, self._fields = protocol, fields
        self._settings, self._until = settings, until

    def table(self, text: str, choice: Choice, out: Counted) -> None:
        """Run a SELECT query and write its result."""
        with self._protocol.rows(text, self._fields, self._limits()) as body:
            _write(parsed(body, self._protocol.addresses.query), choice, out)

    def truth(self, text: str, choice: Choice, out: Counted) -> None:
        """Run an ASK query and write its result."""
        holds = self._protocol.holds(text, self._fields, self._limits())
        told = b'{"head":{},"boolean":%s}' % (b"true" if holds else b"false")
        _write(parsed(told, ""), choice, out)

    def rows(self, text: str) -> Iterator[ox.QuerySolution]:
        """Run a SELECT query and yield its rows."""
        with self._protocol.rows(text, self._fields, self._limits()) as body:
            found = parsed(body, self._protocol.addresses.query)
            assert isinstance(found, ox.QuerySolutions)  # it was a SELECT query
            try:
                yield from found
            except (SyntaxError, ValueError) as error:
                raise _unreadable(error) from None

    def _limits(self) -> Limits:
        left = max(self._until - time.monotonic(), 0.05)
        return Limits(left, 2 * self._settings.result_bytes)


def _write(results: ox.QuerySolutions | ox.QueryBoolean, choice: Choice, out: Counted) -> None:
    engine = choice.format.engine
    assert isinstance(engine, ox.QueryResultsFormat)  # negotiated from RESULTS
    try:
        results.serialize(out, engine)  # type: ignore[arg-type]
    except (SyntaxError, ValueError) as error:
        raise _unreadable(error) from None


def _unreadable(error: Exception) -> RemoteError:
    return RemoteError(
        Fault.STRANGE,
        f"the engine's result cannot be read ({error})",
        "see the engine's log",
    )


class Counted:
    """Takes the bytes of a result and counts its rows."""

    def __init__(self, spool: Spool, counter: Counter, most: int | None) -> None:
        self._spool, self._counter, self._most = spool, counter, most
        self.rows: int | None = None

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        self._count(self._counter.add(data))
        return self._spool.write(data)

    def flush(self) -> None:
        """Do nothing: what was written can be read."""

    def finish(self) -> None:
        """Count what is left at the end."""
        self._count(self._counter.add(b"", last=True))

    def _count(self, rows: int | None) -> None:
        self.rows = rows
        if rows is not None and self._most is not None and rows > self._most:
            raise too_many(self._most)
