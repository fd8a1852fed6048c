"""A child process of the keeper: started, watched and killed by its process number."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


class Child:
    """A process that talks with this one over a socket of its own.

    Args:
        module: what it runs.
        arguments: what it is told besides the socket's descriptor.
    """

    def __init__(self, module: str, *arguments: str) -> None:
        self.link, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, str(theirs.fileno()), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self.pid = self._process.pid

    def resident(self) -> int:
        """Return the bytes of memory that it has in use, 0 when it has ended."""
        try:
            fields = Path(f"/proc/{self.pid}/statm").read_bytes().split()
            return int(fields[1]) * _PAGE
        except (OSError, IndexError, ValueError):
            return 0

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def wait(self, seconds: float | None = None) -> int | None:
        """Wait until it has ended; return its exit status, None when it goes on."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def close(self) -> None:
        """End it, and free what it was held by."""
        self.kill()
        self.wait()
        self.link.close()
