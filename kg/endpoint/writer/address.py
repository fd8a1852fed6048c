"""Where a store's writer is reached: a Unix socket in the store's folder, for its owner alone."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from kg.store.layout import Layout

_SOCKET = "writer.sock"


class Address:
    """The socket of a store's writer.

    The folder's path may be longer than an address can be, so the socket is named by the
    folder's descriptor.

    Args:
        layout: the store's folder.
    """

    def __init__(self, layout: Layout) -> None:
        self._folder = layout.root
        self.path = layout.root / _SOCKET
        self.lock = layout.root / "keeper.lock"

    def listen(self) -> socket.socket:
        """Listen, in place of a keeper that has ended.

        Raises:
            OSError: the folder cannot be written.
        """
        self.remove()
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            with self._named() as name:
                listener.bind(name)
        except OSError:
            listener.close()
            raise
        finally:
            os.umask(before)
        listener.listen(256)
        return listener

    def connect(self) -> socket.socket | None:
        """Return a connection to the writer, or None where there is none."""
        if not self.path.exists():
            return None
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with self._named() as name:
                connection.connect(name)
        except OSError:
            connection.close()
            return None
        return connection

    def remove(self) -> None:
        """Remove the socket's name."""
        self.path.unlink(missing_ok=True)

    @contextmanager
    def _named(self) -> Iterator[str]:
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            yield f"/proc/self/fd/{folder}/{_SOCKET}"
        finally:
            os.close(folder)
