"""Where workers come from, and what the serving process can do with one."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import kg
from kg.endpoint.workers.frames import PIECE, Frames, Kind, frame, receive
from kg.endpoint.workers.process import Limits
from kg.errors import StoreError

_LOG = logging.getLogger("kg.endpoint")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_NICE = 10
_PATIENCE = 30.0  # seconds that opening a store may take
_USUAL = 64 * 1024 * 1024
_GROWN = 64 * 1024 * 1024
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "HOME")


class Worker:
    """A worker as the serving process sees it: a socket to talk over, a handle to end it by.

    Args:
        pid: its process.
        handle: a descriptor that stands for this process and never for a later one.
        connection: the socket.
    """

    def __init__(self, pid: int, handle: int, connection: socket.socket) -> None:
        self.pid, self.connection = pid, connection
        self.frames = Frames()
        self.missing: list[str] = []
        self.revision: int | None = None
        self.lowered = False
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

    def received(self) -> list[tuple[Kind, bytes]] | None:
        """Return what came, without waiting; None when the worker ended."""
        try:
            data = self.connection.recv(PIECE, socket.MSG_DONTWAIT)
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
        """Return the processor time that it has used."""
        try:
            if self._schedstat is None:
                path = f"/proc/{self.pid}/schedstat"
                self._schedstat = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            return int(os.pread(self._schedstat, 64, 0).split()[0]) / 1e9
        except (OSError, ValueError):
            return 0.0

    def lower(self) -> None:
        """Let others have the processors first, for good."""
        self.lowered = True
        with suppress(OSError):  # it ended
            os.setpriority(os.PRIO_PROCESS, self.pid, _NICE)

    def pause(self) -> None:
        """Stop it where it is."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

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

    def close(self) -> None:
        """End it, and let go of it; a second call does nothing."""
        self.kill()
        self.connection.close()
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


class Nursery:
    """Starts workers for one store, by way of a process that they are forked from.

    Args:
        store: the store's folder.
        limits: what the workers are told.
    """

    def __init__(self, store: Path, limits: Limits) -> None:
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
            ours, theirs = socket.socketpair()
            with theirs:
                try:
                    pid, handle = self._order(theirs.fileno())
                except (OSError, EOFError) as error:
                    ours.close()
                    _LOG.warning("no worker could be started: %s", error)
                    if attempt == 2:
                        raise StoreError(
                            f"no process for queries can be started ({error})"
                        ) from error
                    continue
            return Worker(pid, handle, ours)
        raise AssertionError

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            self._stop()

    def _order(self, descriptor: int) -> tuple[int, int]:
        with self._lock:
            if self._control is None:
                self._start()
            assert self._control is not None
            try:
                socket.send_fds(self._control, [self._orders], [descriptor])
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
        environment["PYTHONPATH"] = os.pathsep.join([str(package), *filter(None, sys.path)])
        with theirs:
            self._zygote = subprocess.Popen(
                [sys.executable, "-m", "kg.endpoint.workers.zygote", str(theirs.fileno())],
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
