"""How serving processes hold memory: what answers needed is given back when they are sent."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_TRIM_THRESHOLD, _ARENA_MAX = -1, -8  # glibc's malloc.h
_ARENAS = 2
_KEPT = 1024 * 1024  # bytes


def give_back() -> None:
    """Have the C library keep little of the memory that is freed in this process and its forks.

    By default glibc gives threads up to eight arenas a core, each of which keeps what it once
    had, and comes to take the pieces of answers from there rather than from the system: many
    threads that send large answers once hold tens of megabytes for good. Python's lock lets one
    thread allocate at a time anyway.
    """
    with suppress(AttributeError, OSError):  # another C library
        libc = ctypes.CDLL(None)
        libc.mallopt(_ARENA_MAX, _ARENAS)
        libc.mallopt(_TRIM_THRESHOLD, _KEPT)
