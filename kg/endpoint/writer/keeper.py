"""The process that owns the socket of a store: it takes requests in and hands answers out.

Run as ``python -m kg.endpoint.writer.keeper STORE LIMITS``; it ends when its standard input does,
which is held open by the server that started it. It reads no RDF and no SPARQL itself.
"""

from __future__ import annotations

import itertools
import logging
import os
import signal
import socket
import struct
import sys
import threading
from pathlib import Path
from typing import Any

from kg.endpoint.writer.address import Address
from kg.endpoint.writer.child import Nursery
from kg.endpoint.writer.engines import Engines
from kg.endpoint.writer.examiners import KINDS, Examiners
from kg.endpoint.writer.failures import as_data
from kg.endpoint.writer.frames import Frame, FrameError, receive, send
from kg.endpoint.writer.jobs import Job, busy
from kg.endpoint.writer.limits import Limits
from kg.errors import KgError
from kg.store import Store
from kg.store.locks import FileLock

_LOG = logging.getLogger("kg.writer")
_TICK = 0.05
_LAST_WORK = 20.0
_LONGEST_WAIT = 3600.0


class Keeper:
    """Takes requests from the server's processes and from commands, and answers them.

    Args:
        store: the store.
        limits: what requests may take.
    """

    def __init__(self, store: Store, limits: Limits) -> None:
        self._limits = limits
        self._numbers = itertools.count(1)
        self._waiting_bytes = 0
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._address = Address(store.layout)
        nursery = Nursery(store.path, limits)
        self._engines = Engines(nursery, limits)
        self._examiners = Examiners(nursery, limits)
        self._listener = self._address.listen()

    def run(self, ended: threading.Event) -> None:
        """Work until the end, then finish what was begun."""
        self._ended = ended
        threading.Thread(target=self._accept, daemon=True).start()
        while not ended.wait(_TICK):
            self._engines.watch()
        self._address.remove()
        self._engines.stop(_LAST_WORK)

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            if _peer(connection) in (os.getuid(), 0):
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()
            else:
                connection.close()

    def _serve(self, connection: socket.socket) -> None:
        """Answer the requests of one client, one after the other."""
        with connection:
            try:
                while frame := receive(connection, self._limits.body_bytes):
                    send(connection, self._answer(frame))
            except FrameError as error:
                _tell(connection, error)
            except OSError:
                _LOG.debug("a client has gone")

    def _answer(self, frame: Frame) -> dict[str, Any]:
        size = len(frame.body)
        with self._lock:
            full = self._waiting_bytes + size > self._limits.waiting_bytes
            if full or self._engines.waiting >= self._limits.waiting:
                return {"error": as_data(busy())}
            self._waiting_bytes += size
        try:
            return self._work(frame)
        except KgError as error:
            return {"error": as_data(error)}
        finally:
            with self._lock:
                self._waiting_bytes -= size

    def _work(self, frame: Frame) -> dict[str, Any]:
        kind = frame.header.get("kind")
        if kind == "info":
            return self._info()
        if kind in KINDS:
            answer = self._examiners.examine(frame)
            if not answer.header["writes"]:
                return {"revision": self._engines.revision}
            frame = Frame(frame.header, answer.body)
        seconds = min(float(frame.header.get("seconds") or self._limits.seconds), _LONGEST_WAIT)
        job = Job(next(self._numbers), frame, seconds)
        self._engines.give(job)
        return job.wait()

    def _info(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "engine": self._engines.pid,
            "ready": self._engines.ready,
            "revision": self._engines.revision,
            "waiting": self._engines.waiting,
            "commits": self._engines.commits,
            "kills": self._engines.kills,
            "examiner_kills": self._examiners.kills,
        }


def _peer(connection: socket.socket) -> int:
    """Return the user on the other side of a socket (SO_PEERCRED)."""
    size = struct.calcsize("3i")
    data = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    return int(struct.unpack("3i", data)[1])


def _tell(connection: socket.socket, error: KgError) -> None:
    try:
        send(connection, {"error": as_data(error)})
    except OSError:
        _LOG.debug("a client has gone")


def _until_server_ends(end: Any) -> None:
    while os.read(0, 4096):
        pass
    end()


def main() -> None:
    """Keep the writer of one store; wait where another server keeps it already."""
    logging.basicConfig(format="%(name)s: %(message)s", stream=sys.stderr)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ended = threading.Event()
    # Not set in the handler itself: it may have interrupted a wait that has the event's lock.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=ended.set).start())
    threading.Thread(target=_until_server_ends, args=(ended.set,), daemon=True).start()
    try:
        store = Store.open(Path(sys.argv[1]), create=False)
        lock = None
        while lock is None and not ended.is_set():
            lock = FileLock.take(Address(store.layout).lock, exclusive=True, create=True)
            if lock is None:
                ended.wait(0.2)
        if lock is None:
            return
        keeper = Keeper(store, Limits.of_text(sys.argv[2]))
    except (KgError, OSError) as error:
        _LOG.error("the writer cannot start: %s", error)
        sys.exit(1)
    keeper.run(ended)
    # Threads of clients may still wait: their connections end with the process.
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
