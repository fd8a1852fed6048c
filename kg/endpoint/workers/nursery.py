"""Where workers come from: a process that forks them, started and told by this one."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import kg
from kg.endpoint.workers.handle import Worker
from kg.endpoint.workers.page import Page
from kg.errors import StoreError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_LOG = logging.getLogger("kg.endpoint")
_MALLOC = "glibc.malloc.tcache_count=200"
"""What the C library is told: the engine makes and frees some hundred small things for a query, and
to keep them at hand takes a seventh off a small one."""
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "HOME")


class Nursery:
    """Starts workers for one store, by way of a process that they are forked from.

    Args:
        store: the store's folder.
        limits: what the workers are told.
        program: the module of the process that they are forked from.
    """

    def __init__(
        self,
        store: Path,
        limits: DataclassInstance,
        program: str = "kg.endpoint.workers.zygote",
    ) -> None:
        self._program = program
        self._orders = json.dumps(
            {"store": str(store.resolve()), "limits": asdict(limits)}
        ).encode()
        self._lock = threading.Lock()
        self._zygote: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def fork(self) -> Worker:
        """Start a worker; it can be asked at once.

        Raises:
            StoreError: the system starts no more processes.
        """
        for attempt in (1, 2):
            try:
                return self._forked()
            except (OSError, EOFError) as error:
                _LOG.warning("no worker could be started: %s", error)
                if attempt == 2:
                    raise StoreError(f"no process for queries can be started ({error})") from error
        raise AssertionError

    def _forked(self) -> Worker:
        with ExitStack() as theirs, ExitStack() as ours:
            connection = _pair(ours, theirs)
            line = _pair(ours, theirs)
            memory = Page.memory()
            theirs.callback(os.close, memory)
            page = Page(memory)
            ours.callback(page.close)
            given = [connection[1].fileno(), line[1].fileno(), memory]
            pid, handle = self._order(given)
            ours.pop_all()
            return Worker(pid, handle, connection[0], line[0], page)

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            self._stop()

    def _order(self, descriptors: list[int]) -> tuple[int, int]:
        with self._lock:
            if self._control is None:
                self._start()
            assert self._control is not None
            try:
                socket.send_fds(self._control, [self._orders], descriptors)
                reply, handles, _, _ = socket.recv_fds(self._control, 4096, 1)
            except OSError:
                self._stop()
                raise
            if not reply:
                self._stop()
                raise EOFError("the process that starts workers ended")
            answer = json.loads(reply)
            if "error" in answer:
                raise OSError(str(answer["error"]))
            return int(answer["pid"]), handles[0]

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # Nothing secret of the server's environment reaches a process that runs queries.
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        package = Path(kg.__file__).resolve().parent.parent
        environment["GLIBC_TUNABLES"] = _MALLOC
        environment["PYTHONPATH"] = os.pathsep.join([str(package), *filter(None, sys.path)])
        with theirs:
            self._zygote = subprocess.Popen(
                [sys.executable, "-m", self._program, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env=environment,
                cwd="/",
                start_new_session=True,
            )
        self._control = ours

    def _stop(self) -> None:
        control, self._control = self._control, None
        zygote, self._zygote = self._zygote, None
        if control is not None:
            control.close()
        if zygote is not None:
            zygote.kill()
            zygote.wait()


def _pair(ours: ExitStack, theirs: ExitStack) -> tuple[socket.socket, socket.socket]:
    one, other = socket.socketpair()
    return ours.enter_context(one), theirs.enter_context(other)
