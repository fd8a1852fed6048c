"""The process that holds a store's writer lock and commits what arrives together in one step.

Requests that arrive within a few milliseconds, or while a commit is under way, are a group; where
the last group was larger, the next one waits for as many, for a fraction of the time it took.
Each is applied as a whole, or fails alone; then everything is flushed to the disk, one checkpoint
is made for the group, readers are switched to it, and only then is each request answered.
"""

from __future__ import annotations

import gc
import os
import queue
import socket
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

from kg.endpoint.writer.confinement import confine
from kg.endpoint.writer.failures import as_data
from kg.endpoint.writer.frames import Frame, receive, send
from kg.endpoint.writer.limits import Limits
from kg.endpoint.writer.operations import Operations
from kg.errors import KgError, StoreBusyError, StoreError
from kg.store import Store, Writer
from kg.store.locks import SERVER

WINDOW = 0.02
"""Seconds for which the first request of a group waits for others."""

SHARE = 0.25
"""Of the time that the last group took: for so long a group waits for as many as that had."""

LARGEST_GROUP = 64

STACK = 64 * 1024 * 1024
"""Bytes of stack for the engine's parser and evaluator, which recurse."""

_BUSY_FOR = 5.0
_BROKEN = 70


class Engine:
    """Applies groups of requests to a store, and answers them once they are on the disk.

    Args:
        link: the socket to the keeper.
        store: the store.
        writer: its writer.
    """

    def __init__(self, link: socket.socket, store: Store, writer: Writer) -> None:
        self._link = link
        self._writer = writer
        self._operations = Operations(store, writer, self._settle)
        self._inbox: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()
        self._applied: list[tuple[int, dict[str, Any]]] = []
        self._loads: list[int] = []  # applied, but to be written with others
        self._last = (0, 0.0)

    def run(self) -> None:
        """Work until the keeper says that nothing more will come."""
        reader = threading.Thread(target=self._listen, daemon=True)
        reader.start()
        self._tell({"event": "ready", "revision": self._writer.revision})
        while group := self._gather():
            began = time.monotonic()
            for frame in group:
                alone = bool(frame.header.get("alone"))
                if alone:
                    self._settle()
                self._do(frame)
                if alone:
                    self._settle()
            self._settle()
            self._last = (len(group), time.monotonic() - began)

    def _listen(self) -> None:
        try:
            while frame := receive(self._link):
                if frame.header.get("kind") == "stop":
                    self._inbox.put(None)
                    return
                self._inbox.put(frame)
        except OSError:
            pass
        # The keeper has died: nobody is there to be answered, and its successor needs the lock.
        os._exit(0)

    def _gather(self) -> list[Frame]:
        """Wait for a request and those that come with it; none means the end."""
        group: list[Frame] = []
        frame = self._inbox.get()
        began = time.monotonic()
        size, took = self._last
        while frame is not None:
            group.append(frame)
            if len(group) >= LARGEST_GROUP:
                break
            window = WINDOW if len(group) >= size else max(WINDOW, took * SHARE)
            try:
                frame = self._inbox.get(timeout=max(0.0, began + window - time.monotonic()))
            except queue.Empty:
                break
        else:
            self._inbox.put(None)  # the end is found again after this group
        return group

    def _do(self, frame: Frame) -> None:
        number = int(frame.header["id"])
        self._tell({"event": "begin", "id": number})
        try:
            answer = self._operations.apply(frame)
        except KgError as error:
            if isinstance(error, StoreError):
                self._break(error, number)
            self._tell({"answer": number, "error": as_data(error)})
        except Exception:
            traceback.print_exc()
            self._break(StoreError("the writer failed", "the server's log has the reason"), number)
        else:
            self._applied.append((number, answer))
            self._loads.append(number)
            if not self._operations.waits:
                self._tell_applied()

    def _tell_applied(self) -> None:
        loads, self._loads = self._loads, []
        for number in loads:
            self._tell({"event": "applied", "id": number})

    def _settle(self) -> None:
        """Write and commit what was applied, and answer it."""
        if not self._applied:
            return
        try:
            self._operations.write()
            self._tell_applied()
            self._tell({"event": "commit"})
            revision = self._writer.commit()
        except StoreError as error:
            self._break(error)
        except Exception:
            traceback.print_exc()
            self._break(StoreError("the writer failed", "the server's log has the reason"))
        applied, self._applied = self._applied, []
        for number, answer in applied:
            self._tell({"answer": number, "revision": revision, **answer})

    def _break(self, error: StoreError, *numbers: int) -> None:
        """Give up after an error of the disk, which leaves the open database unusable.

        The keeper starts another engine, which brings the store in order.
        """
        for number in (*numbers, *(number for number, _ in self._applied)):
            self._tell({"answer": number, "error": as_data(error)})
        sys.stderr.flush()
        os._exit(_BROKEN)

    def _tell(self, header: dict[str, Any]) -> None:
        try:
            send(self._link, header)
        except OSError:
            os._exit(0)


def main(link: socket.socket, store_path: Path, limits: Limits) -> None:
    """Run as a child of the nursery.

    Args:
        link: the socket to the keeper.
        store_path: the store's folder.
        limits: what it may take.
    """
    sys.argv = [SERVER]  # what the lock tells others
    confine(limits.addresses)
    threading.stack_size(STACK)
    try:
        store = Store.open(store_path, create=False)
        writer = _take(store)
    except StoreError as error:
        send(link, {"event": "failed", "error": as_data(error)})
        return
    # Most of what a change makes is let go of with it; little of it goes in circles.
    gc.set_threshold(20_000)
    with writer:
        Engine(link, store, writer).run()


def _take(store: Store) -> Writer:
    """Become the store's writer, waiting a while for a command that writes directly."""
    until = time.monotonic() + _BUSY_FOR
    while True:
        try:
            return store.writer()
        except StoreBusyError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
