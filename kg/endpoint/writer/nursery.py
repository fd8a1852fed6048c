"""The process from which the keeper's other processes are forked, so that they are there at once.

It has imported all they need, and has opened no database and started no thread, which a forked
child could not use.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
from pathlib import Path

from kg.endpoint.writer import engine, examiner
from kg.endpoint.writer.limits import Limits


def _run(what: str, link: socket.socket, store: Path, limits: Limits) -> None:
    if what == "engine":
        engine.main(link, store, limits)
    else:
        examiner.main(link, store, limits)


def _fork(what: str, descriptor: int, own: socket.socket, store: Path, limits: Limits) -> int:
    pid = os.fork()
    if pid:
        os.close(descriptor)
        return pid
    status = 1
    try:
        own.close()
        _run(what, socket.socket(fileno=descriptor), store, limits)
        status = 0
    finally:
        os._exit(status)


def _status(pid: int) -> int | None:
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        return None


def main() -> None:
    """Serve the keeper: ``python -m kg.endpoint.writer.nursery DESCRIPTOR STORE LIMITS``."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    own = socket.socket(fileno=int(sys.argv[1]))
    store, limits = Path(sys.argv[2]), Limits.of_text(sys.argv[3])
    gc.collect()
    gc.freeze()
    while True:
        data, descriptors, _, _ = socket.recv_fds(own, 4096, 1)
        if not data:
            return  # the keeper has ended
        order = json.loads(data)
        if order["do"] == "fork":
            answer = _fork(order["what"], descriptors[0], own, store, limits)
            own.send(json.dumps(answer).encode())
        else:
            own.send(json.dumps(_status(order["pid"])).encode())


if __name__ == "__main__":
    try:
        main()
    except OSError:
        os._exit(0)
