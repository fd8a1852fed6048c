"""``kg`` as its users run it, each call in a process of its own, without waiting for imports.

Most of what a short command takes is importing. So the processes are forked from one that has done
that, and that has opened no store and started no thread. What is tested by the hundred is what a
command does; that ``python -m kg`` starts is tested where the command line as a whole is.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NoReturn

LONGEST = 300.0
"""Seconds after which a command will not end any more."""


def kg(
    *arguments: object,
    input: str = "",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    **more: str,
) -> subprocess.CompletedProcess[str]:
    """Run ``kg`` and return what it said, which is UTF-8.

    Args:
        arguments: what stands behind ``kg``.
        input: its standard input.
        cwd: the folder that it runs in; this process's own without.
        env: its environment; this process's own without.
        more: what its environment has besides.
    """
    around = {**(os.environ if env is None else env), **more}
    done = kg_bytes(*arguments, input=input.encode(), cwd=cwd, env=around)
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )


def kg_bytes(
    *arguments: object,
    input: bytes = b"",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run ``kg`` as `kg` does, and return its bytes."""
    given = [str(argument) for argument in arguments]
    around = dict(os.environ if env is None else env)
    told = _mother().run(given, input, cwd or Path.cwd(), around)
    return subprocess.CompletedProcess(["kg", *given], *told)


class Mother:
    """The process from which commands are forked."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line.settimeout(LONGEST)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def run(
        self, arguments: list[str], given: bytes, cwd: Path, env: dict[str, str]
    ) -> tuple[int, bytes, bytes]:
        """Run a command; return its exit status, its output and its errors."""
        with contextlib.ExitStack() as stack:
            files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
            files[0].write(given)
            files[0].seek(0)
            told = stack.enter_context(tempfile.TemporaryFile())
            told.write(json.dumps([arguments, str(cwd), env]).encode())
            told.seek(0)
            with self._turn:
                descriptors = [file.fileno() for file in (*files, told)]
                socket.send_fds(self._line, [b"run"], descriptors)
                status = int(self._line.recv(100))
            for file in files[1:]:
                file.seek(0)
            return status, files[1].read(), files[2].read()

    def end(self) -> None:
        """End it."""
        self._line.close()
        self._process.wait(30)


@cache
def _mother() -> Mother:
    mother = Mother()
    atexit.register(mother.end)
    return mother


def _serve(line: socket.socket) -> None:
    """Fork a process for each command that comes, one at a time."""
    import kg

    for module in pkgutil.walk_packages(kg.__path__, "kg."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    gc.freeze()
    while True:
        word, descriptors, _, _ = socket.recv_fds(line, 10, 4)
        if not word:
            return
        child = os.fork()
        if child == 0:
            line.close()
            _become(descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        _, status = os.waitpid(child, 0)
        line.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(descriptors: list[int]) -> NoReturn:
    """Be the command."""
    from kg.cli import main

    with os.fdopen(descriptors[3], encoding="utf-8") as told:
        arguments, cwd, env = json.load(told)
    for number, descriptor in enumerate(descriptors[:3]):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["kg", *arguments]
    main()


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
