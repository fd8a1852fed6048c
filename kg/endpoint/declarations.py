"""Turtle's declarations in the order of their names."""

from __future__ import annotations

from typing import Protocol

_HEADER = b"@prefix "


class Out(Protocol):
    """Where a result is written."""

    def write(self, data: bytes, /) -> int:
        """Take the next bytes; raise what the engine should stop with."""

    def flush(self) -> None:
        """Do what is to be done at the end."""


class Ordered:
    """Turtle on its way to where it is written, with its declarations put in order.

    The engine writes them in another order each time; sorted, one result is always the same
    bytes. Only they are held back.

    Args:
        out: where it is written.
    """

    def __init__(self, out: Out) -> None:
        self._out = out
        self._header: bytes | None = b""

    def write(self, data: bytes, /) -> int:
        """Take the next bytes; raises what the place they go to raises."""
        if self._header is None:
            return self._out.write(data)
        self._header += data
        if not _is_header(self._header):
            self.finish()
        return len(data)

    def flush(self) -> None:
        """Do nothing: the engine flushes in the middle, and `finish` is the end."""

    def finish(self) -> None:
        """Write what was held back."""
        held, self._header = self._header, None
        if not held:
            return
        lines = held.splitlines(keepends=True)
        count = next((i for i, line in enumerate(lines) if not line.startswith(_HEADER)), None)
        rest = lines[count:] if count is not None else []
        self._out.write(b"".join([*sorted(lines[:count]), *rest]))


def _is_header(data: bytes) -> bool:
    """Tell whether all that there is so far is declarations, whole or begun."""
    last = data[data.rfind(b"\n") + 1 :]
    begun = last.startswith(_HEADER) or _HEADER.startswith(last)
    return begun and all(line.startswith(_HEADER) for line in data.splitlines()[:-1])
