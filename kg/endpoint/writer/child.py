"""The child processes of the keeper: started by its nursery, watched and killed by their number."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from kg.endpoint.writer.limits import Limits

_PAGE = os.sysconf("SC_PAGE_SIZE")


class Nursery:
    """Starts child processes, by way of a process that is ready to fork them.

    Args:
        store: the store's folder.
        limits: what they may take.
    """

    def __init__(self, store: Path, limits: Limits) -> None:
        self._arguments = (str(store), limits.as_text())
        self._lock = threading.RLock()
        self._start()

    def new(self, what: str) -> Child:
        """Start an ``engine`` or an ``examiner``."""
        ours, theirs = socket.socketpair()
        with theirs:
            order = json.dumps({"do": "fork", "what": what}).encode()
            pid = int(self._ask(order, [theirs.fileno()]))
        return Child(self, ours, pid)

    def wait(self, pid: int) -> int | None:
        """Wait until a child has ended; return its exit status, None where it is not known."""
        with self._lock:
            status: int | None = self._ask(json.dumps({"do": "wait", "pid": pid}).encode(), [])
            return status

    def close(self) -> None:
        """End the nursery; its children go on."""
        self._link.close()
        self._process.kill()
        self._process.wait()

    def _ask(self, order: bytes, descriptors: list[int]) -> Any:
        """Send an order and return the answer; a nursery that was killed is replaced."""
        with self._lock:
            while True:
                try:
                    socket.send_fds(self._link, [order], descriptors)
                    if answer := self._link.recv(4096):
                        return json.loads(answer)
                except OSError:
                    pass
                self.close()
                self._start()

    def _start(self) -> None:
        self._link, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "kg.endpoint.writer.nursery", str(theirs.fileno()),
                 *self._arguments],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[theirs.fileno()],
            )  # fmt: skip


class Child:
    """A process that talks with this one over a socket of its own.

    Args:
        nursery: where it came from.
        link: the socket.
        pid: its number, which no other process has before `wait`.
    """

    def __init__(self, nursery: Nursery, link: socket.socket, pid: int) -> None:
        self._nursery, self.link, self.pid = nursery, link, pid
        self._gone = False

    def resident(self) -> int:
        """Return the bytes of memory that it has in use, 0 when it has ended."""
        try:
            fields = Path(f"/proc/{self.pid}/statm").read_bytes().split()
            return int(fields[1]) * _PAGE
        except (OSError, IndexError, ValueError):
            return 0

    def kill(self) -> None:
        """End it at once."""
        if not self._gone:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int | None:
        """Wait until it has ended; return its exit status, None where it is not known."""
        status = self._nursery.wait(self.pid)
        self._gone = True
        return status

    def close(self) -> None:
        """End it, and free what it was held by."""
        self.kill()
        self.wait()
        self.link.close()
