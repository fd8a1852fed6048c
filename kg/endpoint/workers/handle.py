"""A worker as the serving process sees it, and what can be done with it."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import threading
from contextlib import suppress
from pathlib import Path

from kg.endpoint.workers.frames import PIECE, Frames, Kind, frame, receive
from kg.endpoint.workers.page import Page

_PAGE = os.sysconf("SC_PAGE_SIZE")
_NICE, _NICEST = 11, 17
_PF_EXITING = 0x4  # the kernel's include/linux/sched.h
_PATIENCE = 30.0  # seconds that opening a store may take
MOMENT = 0.015
"""Seconds in which most queries are answered."""

_A_MOMENT = struct.pack("@ll", 0, int(MOMENT * 1e6))  # the kernel's struct timeval
_USUAL = 64 * 1024 * 1024
_GROWN = 64 * 1024 * 1024


class Worker:
    """A worker as the serving process sees it: a socket to talk over, a handle to end it by.

    Args:
        pid: its process.
        handle: a descriptor that stands for this process and never for a later one.
        connection: the socket.
        line: another one, over which it is lent connections.
        page: the memory that is shared with it.
    """

    def __init__(
        self, pid: int, handle: int, connection: socket.socket, line: socket.socket, page: Page
    ) -> None:
        self.pid, self.connection, self.page = pid, connection, page
        self._line = line
        self.frames = Frames()
        self.missing: list[str] = []
        self.revision: int | None = None
        self.lowered = False
        self.last = False
        self.paused = False
        self.strayed = False  # an order went to it that nobody will see the answer to
        self.used = 0.0  # when it was last given back, by the monotonic clock
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _A_MOMENT)
        self._handle = handle
        self._lock = threading.Lock()
        self._statm: int | None = None
        self._schedstat: int | None = None
        self._at_first = 0

    def ask(self, payload: bytes) -> None:
        """Send a query.

        Raises:
            OSError: the worker is not there any more.
        """
        self.connection.sendall(frame(Kind.ASK, payload))

    def lend(self, client: socket.socket, terms: bytes) -> None:
        """Lend it a client's connection, which it gives back with a frame `Kind.BACK`.

        Args:
            client: the connection, from which nobody else may read meanwhile.
            terms: what the requests on it have in common.

        Raises:
            OSError: the worker is not there any more.
        """
        socket.send_fds(self._line, [b"."], [client.fileno()])
        self.connection.sendall(frame(Kind.LEND, terms))

    def recall(self) -> None:
        """Ask for the connections that it was lent; a worker without one takes no notice."""
        with suppress(OSError):  # it ended, as whoever waits for it will see
            self.connection.sendall(frame(Kind.RECALL))

    def received(self, *, wait: bool = False) -> list[tuple[Kind, bytes]] | None:
        """Return what came; None when the worker ended.

        Args:
            wait: whether to wait for it, for `MOMENT` at most.
        """
        try:
            data = self.connection.recv(PIECE, 0 if wait else socket.MSG_DONTWAIT)
        except BlockingIOError:
            return []
        except OSError:
            return None
        if not data:
            return None
        found: list[tuple[Kind, bytes]] = []
        for kind, payload in self.frames.feed(data):
            if kind is Kind.READY:
                self._learn(payload)
            else:
                found.append((kind, payload))
        return found

    def ready(self) -> bool:
        """Wait until the worker has its store open; return whether it came to that."""
        self.connection.settimeout(_PATIENCE)
        try:
            came = receive(self.connection)
        except OSError:
            return False
        finally:
            self.connection.settimeout(None)
        if came is None or came[0] is not Kind.READY:
            return False
        self._learn(came[1])
        return True

    def renew(self) -> bool:
        """Move an idle worker to the current revision; return whether that was done."""
        try:
            self.connection.sendall(frame(Kind.RENEW))
        except OSError:
            return False
        return self.ready()

    def grown(self, memory: int | None = None) -> bool:
        """Tell whether it holds much more memory than at first, or held as much."""
        return (memory or self.memory()) > max(self._at_first, _USUAL) + _GROWN

    def _learn(self, payload: bytes) -> None:
        told = json.loads(payload)
        self.missing = told.get("missing", self.missing)
        self.revision = told["revision"]
        self._at_first = self._at_first or self.memory()

    def memory(self) -> int:
        """Return the bytes that are the worker's own, files that it maps left out."""
        try:
            if self._statm is None:
                self._statm = os.open(f"/proc/{self.pid}/statm", os.O_RDONLY | os.O_CLOEXEC)
            _, resident, shared, *_ = os.pread(self._statm, 128, 0).split()
        except (OSError, ValueError):
            return 0  # it ended
        return (int(resident) - int(shared)) * _PAGE

    def seconds(self) -> float:
        """Return the processor time that its queries have used.

        To open a new revision takes as much as a query may have before it counts as long.
        """
        try:
            if self._schedstat is None:
                path = f"/proc/{self.pid}/schedstat"
                self._schedstat = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            used = int(os.pread(self._schedstat, 64, 0).split()[0]) / 1e9
        except (OSError, ValueError):
            return 0.0
        return self.page.seconds(used)

    def lower(self, *, last: bool = False) -> None:
        """Let others have the processors first, for good.

        Args:
            last: nearly always, not only more often than it.
        """
        self.lowered, self.last = True, last
        with suppress(OSError):  # it ended
            os.setpriority(os.PRIO_PROCESS, self.pid, _NICEST if last else _NICE)

    def pause(self) -> None:
        """Stop it where it is; that may be after the last byte of its answer."""
        self.paused = True
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)
        self.paused = False

    def kill(self) -> None:
        """End it at once."""
        self._signal(signal.SIGKILL)

    def ended(self) -> bool:
        """Tell whether the process is gone, and its memory free."""
        with self._lock:
            if self._handle < 0:
                return True
            try:
                signal.pidfd_send_signal(self._handle, 0)
            except ProcessLookupError:
                return True
            return False

    def ending(self) -> bool:
        """Tell whether its first thread will do no more, though its memory may not be free yet."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            return True
        # The ninth field (proc(5)), here the seventh after the name, has the kernel's flags.
        return self.ended() or bool(int(fields[6]) & _PF_EXITING)

    def close(self) -> None:
        """End it, and let go of it; a second call does nothing."""
        self.kill()
        self.connection.close()
        self._line.close()
        self.page.close()
        with self._lock:
            for descriptor in (self._handle, self._statm, self._schedstat):
                if descriptor is not None and descriptor >= 0:
                    os.close(descriptor)
            self._handle, self._statm, self._schedstat = -1, None, None

    def _signal(self, number: signal.Signals) -> None:
        with self._lock:
            if self._handle < 0:
                return
            with suppress(ProcessLookupError):  # it ended
                signal.pidfd_send_signal(self._handle, number)
