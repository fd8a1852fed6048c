"""Keeps a process of a server, such as its writer, running for as long as the server runs."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

from kg.endpoint.writer.limits import Limits

_PAUSE = 0.1
_LAST_WORK = 30.0


class Supervision:
    """Starts the writer of a store, and starts it again whenever it ends; a context manager.

    Forked children of the process let go of it, so that the writer ends with this process
    however this process ends.

    Args:
        store: the store's folder.
        limits: what the writer may take.
        module: what is run, if it is not the writer; it must end when its standard input does.
    """

    def __init__(
        self, store: Path, limits: Limits, module: str = "kg.endpoint.writer.keeper"
    ) -> None:
        self._command = [sys.executable, "-m", module, str(store.absolute()), limits.as_text()]
        self._owner = os.getpid()
        self._ending = False
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._tend, daemon=True)

    def __enter__(self) -> Supervision:
        self._process = self._start()
        os.register_at_fork(after_in_child=self._let_go)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the writer finish what it has, and end it; does nothing in a forked child."""
        if os.getpid() != self._owner:
            return
        self._ending = True
        process = self._process
        if process is not None and process.stdin is not None:
            process.stdin.close()
            try:
                process.wait(_LAST_WORK)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        # A session of its own, so that Ctrl-C reaches the server, which then ends the writer.
        return subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _tend(self) -> None:
        while not self._ending:
            process = self._process
            if process is not None:
                process.wait()
                if process.stdin is not None and not self._ending:
                    process.stdin.close()
            time.sleep(_PAUSE)
            if not self._ending:
                self._process = self._start()

    def _let_go(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()
