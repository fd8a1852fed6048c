"""The examiners of a keeper: a few processes, each with one request at a time."""

from __future__ import annotations

import queue
import select
import time

from kg.endpoint.writer.child import Child, Nursery
from kg.endpoint.writer.failures import as_error
from kg.endpoint.writer.frames import Frame, receive, send
from kg.endpoint.writer.jobs import busy, crashed, too_long, too_much_memory
from kg.endpoint.writer.limits import Limits

KINDS = frozenset({"update", "put", "post"})
"""Kinds of requests that are examined."""

_PROCESSES = 2
_TICK = 0.02


class _EndedError(Exception):
    """An examiner ended without an answer."""


class Examiners:
    """Reads updates and uploads in processes that may die of them.

    Args:
        nursery: starts them.
        limits: time and memory.
    """

    def __init__(self, nursery: Nursery, limits: Limits) -> None:
        self._nursery, self._limits = nursery, limits
        self._free: queue.Queue[Child] = queue.Queue()
        self.kills: dict[str, int] = {"time": 0, "memory": 0, "crash": 0}
        for _ in range(_PROCESSES):
            self._free.put(nursery.new("examiner"))

    def examine(self, frame: Frame) -> Frame:
        """Return what an examiner makes of a request.

        Raises:
            KgError: the request cannot be taken, and why.
        """
        try:
            answer = self._once(frame)
        except _EndedError:
            # Somebody may have ended that process: what ends a second one is this request.
            try:
                answer = self._once(frame)
            except _EndedError:
                raise crashed() from None
        if "error" in answer.header:
            raise as_error(answer.header["error"])
        return answer

    def _once(self, frame: Frame) -> Frame:
        try:
            child = self._free.get(timeout=self._limits.examiner_seconds)
        except queue.Empty:
            raise busy() from None
        kept = False
        try:
            send(child.link, frame.header, frame.body)
            answer = self._received(child, self._seconds(frame))
            kept = True
        except OSError as error:
            self.kills["crash"] += 1
            raise _EndedError from error
        finally:
            if not kept:
                child.close()
                child = self._nursery.new("examiner")
            self._free.put(child)
        return answer

    def _seconds(self, frame: Frame) -> float:
        asked = float(frame.header.get("seconds") or self._limits.examiner_seconds)
        return min(asked, self._limits.examiner_seconds)

    def _received(self, child: Child, seconds: float) -> Frame:
        until = time.monotonic() + seconds
        while not select.select([child.link], [], [], _TICK)[0]:
            if child.resident() > self._limits.examiner_bytes:
                self.kills["memory"] += 1
                raise too_much_memory()
            if time.monotonic() > until:
                self.kills["time"] += 1
                raise too_long(seconds)
        frame = receive(child.link)
        if frame is None:
            raise ConnectionResetError
        return frame
