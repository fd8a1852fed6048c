"""The production server: gunicorn with threads, set up here and by no file.

Gunicorn was chosen because it hands a request's socket to the application, which can so learn
that a client has gone. Each of its processes opens the store for itself after it was forked.
"""

from __future__ import annotations

import gc
import logging
import os
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger

from kg.addresses import Place
from kg.endpoint.settings import Settings
from kg.endpoint.workers.confine import die_with_parent
from kg.endpoint.writer.limits import Limits
from kg.endpoint.writer.supervision import Supervision
from kg.errors import KgError
from kg.loader.opening import open_store
from kg.monitoring.log import Log, LogFormat
from kg.search.opening import open_searcher
from kg.serving.application import create_app
from kg.serving.memory import give_back
from kg.serving.worker import LONGEST_LINE, Worker

_STACK = 64 * 1024 * 1024


class ServeError(KgError, OSError):
    """The server cannot start."""


@dataclass(frozen=True)
class Serving:
    """How to serve.

    Args:
        host: address to listen on; others than the local ones let other machines in.
        port: port; 0 takes a free one.
        workers: processes.
        threads: requests that a process works on at once.
        access_log: whether each request is written to standard error.
        log_format: how: ``text`` or ``json``.
        slow_query: seconds from which a query is written to standard error with its text; None
            writes none.
        grace: seconds that requests under way have at the end.
        base: base of the store's IRIs, which is checked; None takes the one that is recorded.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = 40
    access_log: bool = True
    log_format: LogFormat = "text"
    slow_query: float | None = None
    grace: int = 20
    base: str | None = None


def serve(store_path: Place, serving: Serving, settings: Settings | None = None) -> None:
    """Serve a store until SIGTERM or SIGINT; requests under way are finished first.

    Prints one line with the address when it answers.

    Args:
        store_path: the store's folder, which must exist, or a remote engine's addresses.
        serving: address and size.
        settings: limits and token; None takes them from the environment.

    Raises:
        ServeError: the address is in use or not to be had.
        StoreError: there is no store.
    """
    give_back()
    chosen = settings or Settings.from_environment()
    # An error should come before the first fork.
    open_store(store_path, serving.base, create=False).close()
    listener = _listen(serving)
    settled = replace(serving, port=listener.getsockname()[1])
    limits = Limits.of(chosen)
    with ExitStack() as running:
        running.enter_context(_shared_numbers())
        if isinstance(store_path, Path):
            running.enter_context(Supervision(store_path, limits))
            running.enter_context(Supervision(store_path, limits, "kg.search.follower"))
        else:
            chosen = replace(chosen, reads_only=True)
        _Server(store_path, settled, chosen, listener).run()


@contextmanager
def _shared_numbers() -> Iterator[None]:
    """Keep the processes' metrics where each of them can answer for all."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    owner = os.getpid()
    folder = tempfile.mkdtemp(prefix="kg-metrics-", dir=memory)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    try:
        yield
    finally:
        # A forked process that ends comes by here too, while others go on counting.
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)


def _listen(serving: Serving) -> socket.socket:
    family = socket.AF_INET6 if ":" in serving.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((serving.host, serving.port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise ServeError(
            f"cannot listen on {serving.host} port {serving.port} ({error.strerror}); "
            "choose another with --port, or --port 0 for any that is free"
        ) from error
    except OverflowError as error:
        listener.close()
        raise ServeError(f"there is no port {serving.port}; they go up to 65535") from error
    listener.set_inheritable(True)
    return listener


class _Logger(Logger):  # type: ignore[misc] # gunicorn has no types
    """Gunicorn's log, on standard error, without the chatter of a start that went well."""

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Log an error with its trace, except those that were told in one line already."""
        if not isinstance(sys.exc_info()[1], KgError):
            super().exception(msg, *args, **kwargs)

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        self.error_log.setLevel(logging.WARNING)


class _Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    def __init__(
        self, store_path: Place, serving: Serving, settings: Settings, listener: socket.socket
    ) -> None:
        self._store_path, self._serving = store_path, serving
        self._settings, self._listener = settings, listener
        super().__init__()

    def load_config(self) -> None:
        serving = self._serving
        options: dict[str, Any] = {
            "bind": [f"fd://{self._listener.fileno()}"],
            "workers": serving.workers,
            "threads": serving.threads,
            "worker_class": Worker,
            "limit_request_line": LONGEST_LINE,
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,
            "graceful_timeout": serving.grace,
            "timeout": 60,
            "keepalive": 5,
            "logger_class": _Logger,
            "proc_name": "kg serve",
            "control_socket_disable": True,
            "post_fork": _after_fork,
            "child_exit": _after_exit,
            "post_worker_init": self._announce,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        serving = self._serving
        log = Log(serving.access_log, serving.log_format, serving.slow_query)
        store = open_store(self._store_path, serving.base, create=False)
        searcher = open_searcher(store, self._settings.copy_triples, followed=True)
        app = create_app(store, self._settings, log, searcher)
        app.extensions["kg.pool"].start()
        app.extensions["kg.metrics"].start()
        gc.freeze()  # what is here stays, and need not be looked through again and again
        return app

    def _announce(self, worker: Any) -> None:
        if worker.age == 1:
            host = self._serving.host
            shown = f"[{host}]" if ":" in host else host
            print(f"serving {self._store_path} at http://{shown}:{self._serving.port}/", flush=True)


def _after_fork(arbiter: Any, worker: Any) -> None:
    # A process that is left over would hold the port, and finish requests nobody counts.
    die_with_parent()
    if os.getppid() != arbiter.pid:
        os._exit(1)
    # Queries recurse in threads, whose stacks are not always as large as the main one's.
    threading.stack_size(_STACK)


def _after_exit(arbiter: Any, worker: Any) -> None:
    # What a process counted stays; what it had under way is gone with it.
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
