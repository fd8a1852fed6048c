"""Which system calls a worker gives up: a filter that the kernel runs before each call.

What opens connections, starts programs, reaches into other processes or changes files fails with
"operation not permitted"; reading, memory, threads and the socket that the worker was born with
stay. Source: the kernel's ``Documentation/userspace-api/seccomp_filter.rst``; the numbers are
those of ``asm/unistd_64.h`` and ``asm-generic/unistd.h``.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_X32 = 0x40000000
_CLONE_THREAD = 0x00010000
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

# Call to its numbers on x86_64 and aarch64; None where there is no such call.
_REFUSED: dict[str, tuple[int | None, int]] = {
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200),
    "listen": (50, 201), "accept": (43, 202), "accept4": (288, 242),
    "execve": (59, 221), "execveat": (322, 281),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kill": (62, 129), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438),
    "truncate": (76, 45), "ftruncate": (77, 46), "fallocate": (285, 47),
    "mkdirat": (258, 34), "unlinkat": (263, 35), "symlinkat": (266, 36), "linkat": (265, 37),
    "renameat": (264, 38), "renameat2": (316, 276), "mknodat": (259, 33),
    "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "fchown": (93, 55),
    "fchownat": (260, 54), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "mount_setattr": (442, 442), "unshare": (272, 97), "setns": (308, 268),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "init_module": (175, 105), "finit_module": (313, 273), "kexec_load": (246, 104),
    "reboot": (169, 142), "sethostname": (170, 161), "settimeofday": (164, 170),
    "memfd_create": (319, 279), "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190),
    "open_by_handle_at": (304, 265), "quotactl": (179, 60), "swapon": (167, 224),
    "fork": (57, -1), "vfork": (58, -1), "creat": (85, -1), "rename": (82, -1),
    "mkdir": (83, -1), "rmdir": (84, -1), "link": (86, -1), "unlink": (87, -1),
    "symlink": (88, -1), "chmod": (90, -1), "chown": (92, -1), "lchown": (94, -1),
    "utime": (132, -1), "utimes": (235, -1), "mknod": (133, -1),
}  # fmt: skip
# Calls that the C library can do without: it falls back to one whose arguments can be seen.
_UNKNOWN: dict[str, tuple[int, int]] = {"clone3": (435, 435), "openat2": (437, 437)}
_CLONE, _OPEN, _OPENAT, _TGKILL = (56, 220), (2, -1), (257, 56), (234, 131)
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def restrict() -> None:
    """Give the calls up, in this thread and those it starts.

    ``PR_SET_NO_NEW_PRIVS`` must have been set.

    Raises:
        OSError: the kernel does not filter, or the machine is none whose numbers are known.
    """
    if platform.machine() not in _ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no filter for {platform.machine()}")
    program = _program(*_ARCHITECTURES[platform.machine()], os.getpid())
    libc = ctypes.CDLL(None, use_errno=True)
    given = _Program(len(program) // 8, program)
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(given), 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _program(column: int, architecture: int, pid: int) -> bytes:
    """Return the filter, in the kernel's BPF (``linux/filter.h``)."""
    refuse = _step(_RETURN, _ERRNO | errno.EPERM)
    steps = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_EQUAL, architecture, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
    ]
    if column == 0:
        steps += [_step(_AT_LEAST, _X32, 0, 1), _step(_RETURN, _KILL)]
    for numbers in _REFUSED.values():
        if (number := numbers[column]) is not None and number >= 0:
            steps += [_step(_EQUAL, number, 0, 1), refuse]
    for unknown in _UNKNOWN.values():
        steps += [
            _step(_EQUAL, unknown[column], 0, 1),
            _step(_RETURN, _ERRNO | errno.ENOSYS),
        ]
    # Threads are started, processes are not.
    steps += _unless(_CLONE[column], 0, _ANY_BIT, _CLONE_THREAD)
    # A process that aborts signals itself.
    steps += _unless(_TGKILL[column], 0, _EQUAL, pid)
    steps += _if(_OPENAT[column], 2, _WRITES)
    if _OPEN[column] >= 0:
        steps += _if(_OPEN[column], 1, _WRITES)
    steps.append(_step(_RETURN, _ALLOW))
    return b"".join(steps)


def _unless(number: int, argument: int, test: int, value: int) -> list[bytes]:
    """Refuse a call unless an argument passes a test."""
    return [
        _step(_EQUAL, number, 0, 4),
        _step(_LOAD, _ARGUMENTS + 8 * argument),
        _step(test, value, 1, 0),
        _step(_RETURN, _ERRNO | errno.EPERM),
        _step(_RETURN, _ALLOW),
    ]


def _if(number: int, argument: int, bits: int) -> list[bytes]:
    """Refuse a call if an argument has any of these bits."""
    return [
        _step(_EQUAL, number, 0, 4),
        _step(_LOAD, _ARGUMENTS + 8 * argument),
        _step(_ANY_BIT, bits, 0, 1),
        _step(_RETURN, _ERRNO | errno.EACCES),
        _step(_RETURN, _ALLOW),
    ]


def _step(code: int, value: int, true: int = 0, false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, true, false, value)
