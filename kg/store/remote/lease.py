"""Who writes to a remote store: a mark in its provenance graph while somebody does.

A writer puts its own mark and then looks whether there are others. Two that come at once each
see the other's and both give way, so that never two go on. A mark is renewed while its writer
works. One that was not renewed for long, or whose process on this machine is gone, was left by a
writer that did not come to its end, so that the derived graphs may not fit the articles: whoever
takes over makes them anew, and removes the mark last.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pyoxigraph as ox

from kg.errors import StoreBusyError
from kg.iris import Minter
from kg.store.remote.errors import RemoteError
from kg.store.remote.protocol import Protocol
from kg.vocabulary import PROV, RDF, RDFS, XSD

STALE = timedelta(minutes=5)
"""How old a mark is that nobody renews any more."""

_RENEW = 30.0  # seconds between two renewals
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_STARTED = ox.NamedNode(PROV.startedAtTime)


class Lease:
    """The right to write to a remote store, until `release`.

    Args:
        protocol: asks and changes the engine.
        mint: mints the store's IRIs.

    Raises:
        StoreBusyError: somebody else is writing.
        RemoteError: the engine cannot be asked or changed.
    """

    def __init__(self, protocol: Protocol, mint: Minter) -> None:
        self._protocol = protocol
        self._graph = ox.NamedNode(mint.graph("provenance"))
        self._prefix = mint.entity("load/writer-")
        self._node = ox.NamedNode(f"{self._prefix}{uuid.uuid4()}")
        self._renewed = time.monotonic()
        self._mark = self._made(datetime.now(UTC))
        self._left: list[ox.Quad] = []
        protocol.change([], self._mark)
        try:
            self._look_for_others(protocol)
        except BaseException:
            protocol.change(self._mark, [])
            raise

    @property
    def taken_over(self) -> bool:
        """Whether a writer before did not come to its end."""
        return bool(self._left)

    def renew(self) -> None:
        """Say that the writer still works; to be called before each piece of work.

        Raises:
            StoreBusyError: somebody took the mark for one that was left behind.
        """
        if time.monotonic() - self._renewed < _RENEW:
            return
        if not self._protocol.holds(f"ASK {{ GRAPH {self._graph} {{ {self._node} ?p ?o }} }}"):
            raise StoreBusyError(
                f"{self._protocol.addresses}: somebody else has begun to write, since this "
                "process did not move for long",
                "run 'kg load' again",
            )
        self._replace(datetime.now(UTC))
        self._renewed = time.monotonic()

    def healed(self) -> None:
        """Say that what a writer before left undone is done now."""
        self._protocol.change(self._left, [])
        self._left = []

    def release(self, *, whole: bool) -> None:
        """End the right; the mark stays where the work was not done to its end."""
        if whole and not self._left:
            self._protocol.change(self._mark, [])
            return
        with suppress(RemoteError):  # then it grows old by itself
            self._replace(_LONG_AGO)

    def _look_for_others(self, protocol: Protocol) -> None:
        rows = protocol.solutions(
            f"SELECT ?s ?p ?o WHERE {{ GRAPH {self._graph} {{ ?s {_STARTED} ?when . ?s ?p ?o }} }}"
        )
        marks: dict[str, list[ox.Quad]] = {}
        for row in rows:
            quad = ox.Quad(row["s"], row["p"], row["o"], self._graph)
            node = quad.subject
            if isinstance(node, ox.NamedNode) and node.value.startswith(self._prefix):
                marks.setdefault(node.value, []).append(quad)
        marks.pop(self._node.value, None)
        for quads in marks.values():
            told = {
                quad.predicate.value: quad.object.value
                for quad in sorted(quads, key=str)  # the latest time, while it is being renewed
                if isinstance(quad.object, ox.Literal)
            }
            who = told.get(RDFS.label, "another process")
            if not _is_left(who, told.get(_STARTED.value, "")):
                raise StoreBusyError(
                    f"{protocol.addresses}: the store is being written ({who})",
                    "wait until it is done; if that process is gone, "
                    f"try again in {STALE.seconds // 60} minutes",
                )
            self._left += quads

    def _replace(self, when: datetime) -> None:
        before, self._mark = self._mark, self._made(when)
        self._protocol.change([], [q for q in self._mark if q not in before])
        self._protocol.change([q for q in before if q not in self._mark], [])

    def _made(self, when: datetime) -> list[ox.Quad]:
        now = f"{when:%Y-%m-%dT%H:%M:%SZ}"
        about = (
            (RDF.type, ox.NamedNode(PROV.Activity)),
            (RDFS.label, ox.Literal(f"writing: process {os.getpid()} on {socket.gethostname()}")),
            (PROV.startedAtTime, ox.Literal(now, datatype=ox.NamedNode(XSD.dateTime))),
        )
        return [ox.Quad(self._node, ox.NamedNode(str(p)), o, self._graph) for p, o in about]


def _is_left(who: str, when: str) -> bool:
    """Tell whether a mark was left behind."""
    try:
        age = datetime.now(UTC) - datetime.fromisoformat(when)
    except (ValueError, TypeError):
        return True  # nobody of us wrote it
    if abs(age) > STALE:
        return True
    number, _, host = who.removeprefix("writing: process ").partition(" on ")
    if host != socket.gethostname() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # it runs, as somebody else
    return False
