"""All cores at work: parts are mapped by processes, come back in order, and go on to threads."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from types import TracebackType

from kg.cores import cores
from kg.errors import KgError
from kg.events.parts import Part
from kg.events.shards import Mapped, Task, map_part

_AHEAD = 1


class MapperDiedError(KgError):
    """A process that mapped a part was ended from outside."""


class Pool:
    """Processes that map parts. Use it as a context manager.

    They are forked when the pool is made: make it before a database is opened, whose threads a
    fork would lose.

    Args:
        processes: how many; 0 maps in this process.
    """

    def __init__(self, processes: int | None = None) -> None:
        self.processes = cores() if processes is None else processes
        self._executor: ProcessPoolExecutor | None = None
        if self.processes:
            self._executor = ProcessPoolExecutor(
                self.processes, get_context("fork"), _begin, (os.getpid(),)
            )
            for future in [self._executor.submit(os.getpid) for _ in range(self.processes)]:
                future.result()

    def map(self, task: Task, parts: Iterable[Part]) -> Iterator[tuple[Part, Mapped]]:
        """Yield each part with what became of it, in order; few parts are in memory at a time.

        Raises:
            MapperDiedError: a process was ended from outside.
        """
        if self._executor is None:
            for part in parts:
                yield part, map_part(task, part)
            return
        waiting: deque[tuple[Part, Future[Mapped]]] = deque()
        try:
            for part in parts:
                waiting.append((part, self._executor.submit(map_part, task, part)))
                if len(waiting) >= self.processes + _AHEAD:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()
        except BrokenProcessPool as error:
            raise MapperDiedError(
                "a process that mapped rows was ended, perhaps for want of memory; "
                "run the command again: what was loaded stays"
            ) from error
        finally:
            for _, future in waiting:
                future.cancel()

    def close(self) -> None:
        """End the processes."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@contextmanager
def hands(number: int) -> Iterator[Callable[[Callable[[], None]], None]]:
    """Give a function that has work done by threads, while this one prepares the next.

    It waits for a free thread. What went wrong in a thread is raised by the next call, or at the
    end, where all of it is done.

    Args:
        number: how many threads; 1 for this one alone.
    """
    if number == 1:
        yield lambda work: work()
        return
    busy: set[Future[None]] = set()

    def do(work: Callable[[], None]) -> None:
        nonlocal busy
        while len(busy) >= number:
            done, busy = wait(busy, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
        busy.add(threads.submit(work))

    with ThreadPoolExecutor(number) as threads:
        yield do
    for future in busy:
        future.result()


def _begin(parent: int) -> None:
    """End with the parent, however it ends."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
