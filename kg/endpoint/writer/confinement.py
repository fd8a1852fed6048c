"""What the processes that touch foreign input may not do: connect, run programs, grow for ever.

A process takes these limits upon itself before it reads anything; they cannot be taken back.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import struct

_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
# Architecture to its audit number, and the numbers of the system calls: socket, execve,
# execveat, ptrace, io_uring_setup (which can open sockets too).
_MACHINES = {
    "x86_64": (0xC000003E, (41, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 221, 281, 117, 425)),
}


def confine(address_space: int | None = None) -> bool:
    """Limit this process, and the threads that it starts from now on.

    It can open no connection, run no other program and leave no memory dump.

    Args:
        address_space: most bytes of addresses; a backstop, since stores map far more than they
            use.

    Returns:
        Whether the system takes connections away; a kernel without seccomp does not.
    """
    _limit(resource.RLIMIT_CORE, 0)
    if address_space is not None:
        _limit(resource.RLIMIT_AS, address_space)
    return _without_connections()


def _limit(what: int, value: int) -> None:
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(what, (value, value))


def _without_connections() -> bool:
    known = _MACHINES.get(platform.machine())
    if known is None or not hasattr(os, "uname") or os.uname().sysname != "Linux":
        return False
    architecture, calls = known
    steps = [
        (_LOAD, 0, 0, 4),  # the architecture
        (_JUMP_IF_EQUAL, 0, len(calls) + 1, architecture),
        (_LOAD, 0, 0, 0),  # the system call's number
        *((_JUMP_IF_EQUAL, len(calls) - index, 0, call) for index, call in enumerate(calls)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
    ]
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    described = ctypes.create_string_buffer(
        struct.pack("@HP", len(steps), ctypes.addressof(program))
    )
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_SECCOMP, _FILTER, described, 0, 0) == 0)
