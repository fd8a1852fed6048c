"""The process that workers are forked from: everything imported, no store open, no threads.

Forking it takes about two milliseconds, where starting Python and importing takes half a second.
It is started by the serving process, which sends one message for each worker wanted, and ends
with it, whatever ends that; the kernel then ends the workers.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kg.endpoint.workers.confine import die_with_parent
from kg.endpoint.workers.page import Page
from kg.endpoint.workers.process import Limits, work
from kg.yielding import give_way

_NICE = 7
"""How much queries let the writer go before, and what serves them."""

Orders = dict[str, Any]

_DESCRIPTORS = 3  # that come with a message, at most


def answer_queries(connection: socket.socket, orders: Orders) -> None:
    """Be a worker for queries."""
    _, memory = orders["descriptors"]
    limits = Limits(**orders["limits"])
    work(connection, Path(orders["store"]), limits, Page.taken(memory))


def main(descriptor: int, run: Callable[[socket.socket, Orders], None] = answer_queries) -> None:
    """Fork a worker for each message on a socket, until its other end is closed.

    Args:
        descriptor: the socket.
        run: what a worker does with its own socket and its orders, which have the further
            descriptors that came with the message as ``descriptors``.
    """
    give_way(_NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to act on
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children that end leave nothing behind
    control = socket.socket(fileno=descriptor)
    parent = os.getpid()
    gc.disable()
    gc.freeze()  # what is here stays in memory that all workers share
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 65536, _DESCRIPTORS)
        if not message:
            os._exit(0)
        try:
            pid = os.fork()
        except OSError as error:
            for one in descriptors:
                os.close(one)
            control.send(json.dumps({"error": error.strerror}).encode())
            continue
        if pid == 0:
            control.close()
            own, *others = descriptors
            _child(parent, own, {**json.loads(message), "descriptors": others}, run)
        for one in descriptors:
            os.close(one)
        try:
            handle = os.pidfd_open(pid)
        except OSError as error:  # it ended already
            control.send(json.dumps({"error": error.strerror}).encode())
            continue
        socket.send_fds(control, [json.dumps({"pid": pid}).encode()], [handle])
        os.close(handle)


def _child(
    parent: int,
    descriptor: int,
    orders: Orders,
    run: Callable[[socket.socket, Orders], None],
) -> None:
    try:
        die_with_parent()
        if os.getppid() != parent:
            os._exit(0)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        gc.enable()
        run(socket.socket(fileno=descriptor), orders)
    except ConnectionError:
        os._exit(0)  # the server has ended, and nobody is left to be told
    except BaseException as error:  # nothing may run on in a copy of this process
        print(f"a worker ended: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]))
    except ConnectionError:
        os._exit(0)  # the server ended in the middle of an order
