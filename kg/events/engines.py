"""What runs shards: processes of this machine, or a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from kg.cores import cores
from kg.events.export import Engine, ExportError, serially
from kg.events.shard_files import Shard, Written

_RETRIES = 5


def local(processes: int | None = None) -> Engine:
    """Return the engine of this machine: processes, one a core.

    Args:
        processes: how many; 0 for none but this one.
    """
    number = cores() if processes is None else processes

    def run(work: Callable[[Shard], Written], shards: Sequence[Shard]) -> Iterator[Written]:
        if number == 0 or len(shards) < 2:
            yield from serially(work, shards)
            return
        with ProcessPoolExecutor(min(number, len(shards)), get_context("fork")) as pool:
            try:
                yield from pool.map(work, shards)
            except BrokenProcessPool as error:
                raise ExportError(
                    "a process that mapped rows was ended, perhaps for want of memory; "
                    "run the command again, or with fewer --processes"
                ) from error

    return run


def dask(address: str) -> Engine:
    """Return the engine of a Dask cluster, whose workers see the same files by the same names.

    A shard whose worker dies is given to another.

    Args:
        address: the scheduler's address, such as ``tcp://host:8786``.

    Raises:
        ExportError: Dask is not installed, or nobody answers at the address.
    """
    try:
        from distributed import Client
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise ExportError(
            "--scheduler needs Dask; install it with 'pip install diplomacy-kg[cluster]'"
        ) from error

    def run(work: Callable[[Shard], Written], shards: Sequence[Shard]) -> Iterator[Written]:
        try:
            client = Client(address, timeout=10)  # type: ignore[no-untyped-call]
        except (OSError, ValueError, TimeoutError) as error:
            raise ExportError(
                f"no Dask scheduler answers at {address}; start one with 'dask scheduler'"
            ) from error
        with client:
            futures = client.map(work, list(shards), pure=False, retries=_RETRIES)
            try:
                for future in futures:
                    yield future.result()
            except KilledWorker as error:
                raise ExportError(
                    f"workers died again and again over one shard ({error.task}); look whether "
                    "they have memory enough, and run the command again"
                ) from error

    return run
