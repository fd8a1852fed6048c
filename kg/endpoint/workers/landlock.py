"""No way to write files, and none to read those that are nobody's business: Landlock.

Landlock (Linux 5.13 and later) lets a process without privileges give up rights on files for
good, later versions also TCP and signals to other processes. Source: the kernel's
``Documentation/userspace-api/landlock.rst`` and ``include/uapi/linux/landlock.h``.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same numbers on every architecture
_VERSION = 1
_PATH_BENEATH = 1

_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# Rights on files that each version of the interface knows, from the first on.
_FILE_RIGHTS = (0x1FFF, 0x3FFF, 0x7FFF, 0x7FFF, 0xFFFF)
_TCP_RIGHTS = 0x3  # bind, connect; version 4
_SCOPES = 0x3  # abstract sockets, signals; version 6


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def restrict(readable: Iterable[Path]) -> None:
    """Let this process, from now on, read beneath these folders and do nothing else with files.

    ``PR_SET_NO_NEW_PRIVS`` must have been set.

    Raises:
        OSError: the kernel has no Landlock, or it is switched off.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = _called(libc.syscall(_CREATE, None, ctypes.c_size_t(0), _VERSION))
    files = _FILE_RIGHTS[min(version, len(_FILE_RIGHTS)) - 1]
    rules = _Ruleset(files, _TCP_RIGHTS if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    size = ctypes.c_size_t(ctypes.sizeof(rules) if version >= 6 else 16 if version >= 4 else 8)
    ruleset = _called(libc.syscall(_CREATE, ctypes.byref(rules), size, 0))
    try:
        for path in readable:
            _allow(libc, ruleset, path)
        _called(libc.syscall(_RESTRICT, ruleset, 0))
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        rights = _READ_FILE | (_READ_DIR if path.is_dir() else 0)
        # Libraries are mapped, not executed: that needs the right to read only.
        beneath = _Beneath(rights, descriptor)
        _called(libc.syscall(_ADD, ruleset, _PATH_BENEATH, ctypes.byref(beneath), 0))
    finally:
        os.close(descriptor)


def _called(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
