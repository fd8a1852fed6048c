"""What a worker gives up before it sees a query: network, writing, programs, privileges.

Each layer is tried by itself; where the kernel refuses one, the others stay and the server's log
says which is missing.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import kg
from kg.endpoint.workers import landlock, seccomp

MIB = 1024 * 1024
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CAPABILITIES_V3 = 0x20080522
_DESCRIPTORS = 1024
_STACK = 64 * MIB
# The engine maps some 500 MiB for a store beside what it uses; the watch is on what is used.
_ADDRESSES = 3072 * MIB


def die_with_parent() -> None:
    """Have the kernel kill this process when the one that started it ends."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def confine(store: Path, memory: int) -> list[str]:
    """Confine this process for good.

    Args:
        store: the folder of the store, which stays readable.
        memory: bytes that a query may use, which this process's owner watches over.

    Returns:
        The layers that could not be had, each with the reason.
    """
    layers: dict[str, Callable[[], None]] = {
        "resource limits": lambda: _limit(memory),
        "no new privileges": lambda: _prctl(_PR_SET_NO_NEW_PRIVS, 1),
        "no core dumps": lambda: _prctl(_PR_SET_DUMPABLE, 0),
        "no capabilities": _drop_capabilities,
        "landlock": lambda: landlock.restrict(_readable(store)),
        "seccomp": seccomp.restrict,
    }
    missing = []
    for name, apply in layers.items():
        try:
            apply()
        except (OSError, ValueError) as error:
            missing.append(f"{name} ({error})")
    return missing


def _limit(memory: int) -> None:
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _DESCRIPTORS),
        (resource.RLIMIT_AS, memory + _ADDRESSES),
    ):
        hard = resource.getrlimit(what)[1]
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (value, value))
    # The first thread's stack grows up to this: the guard reckons with 8 MiB.
    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    stack = _STACK if hard == resource.RLIM_INFINITY else min(_STACK, hard)
    resource.setrlimit(resource.RLIMIT_STACK, (stack, hard))


def _readable(store: Path) -> list[Path]:
    """Return what a worker reads: the store, Python and its packages, shared libraries."""
    own = [Path(kg.__file__).resolve().parent, Path(sys.base_prefix), Path(sys.prefix)]
    own += [Path(path) for path in set(sysconfig.get_paths().values())]
    system = ("/usr/lib", "/usr/share/zoneinfo", "/lib", "/lib64", "/etc/ld.so.cache")
    devices = ("/dev/null", "/dev/urandom", "/sys/kernel/mm", "/sys/devices/system/cpu")
    return [store, *own, *map(Path, (*system, *devices))]


def _drop_capabilities() -> None:
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_V3, 0)
    none = (ctypes.c_uint32 * 6)()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capset(header, none) != 0:
        raise _error()


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    arguments = [ctypes.c_ulong(argument) for argument in (value, 0, 0, 0)]
    if libc.prctl(option, *arguments) != 0:
        raise _error()


def _error() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))
