"""The engine of a keeper, as the keeper sees it: given requests, watched, killed and replaced."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from typing import Any

from kg.endpoint.writer.child import Child, Nursery
from kg.endpoint.writer.failures import as_error
from kg.endpoint.writer.frames import receive, send
from kg.endpoint.writer.jobs import (
    Job,
    Phase,
    crashed,
    too_long,
    too_much_memory,
    uncertain,
)
from kg.endpoint.writer.limits import Limits

_LOG = logging.getLogger("kg.writer")
_BACKOFF = 0.5


class Engines:
    """Keeps one engine at work.

    Args:
        nursery: starts it.
        limits: time and memory.
    """

    def __init__(self, nursery: Nursery, limits: Limits) -> None:
        self._nursery, self._limits = nursery, limits
        self._lock = threading.RLock()
        self._jobs: dict[int, Job] = {}  # given to the engine, or waiting for one
        self._current: Child | None = None
        self._cause = ""
        self._idle = threading.Event()
        self._opened = False
        self._not_before = 0.0
        self._stopping = False
        self.revision = 0
        self.commits = 0
        self.kills: dict[str, int] = {"time": 0, "memory": 0, "crash": 0}
        self._start()

    @property
    def pid(self) -> int | None:
        """Process number of the engine at work."""
        current = self._current
        return None if current is None else current.pid

    @property
    def ready(self) -> bool:
        """Whether there is an engine that has opened the store."""
        return self._opened

    @property
    def waiting(self) -> int:
        """Number of requests that are not answered."""
        return len(self._jobs)

    def give(self, job: Job) -> None:
        """Let the engine do a request, now or as soon as there is one."""
        with self._lock:
            self._jobs[job.number] = job
            if self._opened:
                self._hand(job)

    def watch(self) -> None:
        """Kill an engine that takes too long or too much; start one where none is. Call often."""
        with self._lock:
            current = self._current
            if current is None:
                if time.monotonic() >= self._not_before and not self._stopping:
                    self._start()
                return
            now = time.monotonic()
            late = any(
                job.phase is Phase.BEGUN and now - job.begun > job.seconds
                for job in self._jobs.values()
            )
            if late or current.resident() > self._limits.memory_bytes:
                self._cause = "time" if late else "memory"
                current.kill()

    def stop(self, seconds: float) -> None:
        """Let the engine finish what it has, then end it."""
        with self._lock:
            current, self._stopping = self._current, True
            if current is not None and self._opened:
                self._tell_to_stop(current)
            elif current is not None and not self._jobs:
                current.kill()  # it is only starting, and would not hear
        if current is not None:
            self._idle.wait(seconds)
            current.kill()

    def _tell_to_stop(self, child: Child) -> None:
        with contextlib.suppress(OSError):
            send(child.link, {"kind": "stop"})

    def _start(self) -> None:
        self._current = self._nursery.new("engine")
        self._opened, self._cause = False, ""
        self._idle.clear()
        threading.Thread(target=self._hear, args=(self._current,), daemon=True).start()

    def _hand(self, job: Job) -> None:
        assert self._current is not None  # it is opened
        job.tries += 1
        job.phase = Phase.WAITING
        try:
            header = {**job.frame.header, "id": job.number, "alone": job.tries > 1}
            send(self._current.link, header, job.frame.body)
        except OSError:
            _LOG.debug("the engine has just ended; its successor gets the request")

    def _hear(self, child: Child) -> None:
        """Listen to an engine until it ends."""
        try:
            while frame := receive(child.link):
                self._heard(frame.header)
        except OSError:
            pass
        child.kill()
        status = child.wait()
        with self._lock:
            self._ended(status)
        child.link.close()
        self._idle.set()

    def _heard(self, said: dict[str, Any]) -> None:
        with self._lock:
            if "answer" in said:
                job = self._jobs.pop(int(said["answer"]), None)
                self.revision = max(self.revision, int(said.get("revision", 0)))
                if job is not None:
                    job.settle({k: v for k, v in said.items() if k != "answer"})
                return
            match said.get("event"):
                case "ready":
                    self.revision, self._opened = int(said["revision"]), True
                    for job in list(self._jobs.values()):
                        self._hand(job)
                    if self._stopping and self._current is not None:
                        # The end came while it was opening the store for these.
                        self._tell_to_stop(self._current)
                case "failed":
                    self._fail_all(said["error"])
                case "begin":
                    if job := self._jobs.get(int(said["id"])):
                        job.begin()
                case "applied":
                    if job := self._jobs.get(int(said["id"])):
                        job.phase = Phase.APPLIED
                case "commit":
                    self.commits += 1

    def _fail_all(self, error: dict[str, Any]) -> None:
        """Tell everybody that the store cannot be written at the moment."""
        _LOG.error("the store cannot be written: %s", as_error(error))
        self._not_before = time.monotonic() + _BACKOFF
        for job in list(self._jobs.values()):
            job.settle({"error": error})
        self._jobs.clear()

    def _ended(self, status: int | None) -> None:
        """Answer the request that an engine died of; keep the others for its successor."""
        if not self._opened:
            self._not_before = max(self._not_before, time.monotonic() + _BACKOFF / 5)
        self._current, self._opened = None, False
        if self._stopping:
            for job in self._jobs.values():
                job.fail(uncertain())
            self._jobs.clear()
            return
        if self._cause or status not in (0, 70):
            self.kills[self._cause or "crash"] += 1
            _LOG.warning("the writer was ended (%s); another one takes over", self._cause or status)
        begun = [job for job in self._jobs.values() if job.phase is Phase.BEGUN]
        for number, job in list(self._jobs.items()):
            guilty = job.phase is Phase.BEGUN
            if len(begun) > 1 and guilty and job.may_repeat():
                job.phase = Phase.WAITING  # which of them it was shows when each is done alone
                continue
            if guilty and self._cause == "time":
                job.fail(too_long(job.seconds))
            elif guilty and self._cause == "memory":
                job.fail(too_much_memory())
            elif not job.may_repeat():
                died_of_it = guilty and status is not None and status < 0 and status != -9
                job.fail(crashed() if died_of_it else uncertain())
            else:
                job.phase = Phase.WAITING
                continue
            del self._jobs[number]
        if time.monotonic() >= self._not_before:
            self._start()
