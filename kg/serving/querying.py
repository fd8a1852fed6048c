"""The process that a server's workers are forked from: they take queries, and connections."""

from __future__ import annotations

import gc
import os
import socket
import sys
from pathlib import Path

from kg.endpoint.workers.page import Page
from kg.endpoint.workers.process import Limits, work
from kg.endpoint.workers.zygote import Orders, main
from kg.serving.lent import Lent

PROGRAM = "kg.serving.querying"
"""This module, as it is started."""


def serve(connection: socket.socket, orders: Orders) -> None:
    """Be a worker for queries, and for connections that are lent."""
    line, memory = orders["descriptors"]
    page = Page.taken(memory)
    limits = Limits(**orders["limits"])
    # A query leaves nothing that goes in circles, so there is little to look for.
    gc.set_threshold(20_000)
    lent = Lent(connection, socket.socket(fileno=line), page, limits)
    work(connection, Path(orders["store"]), limits, page, lent)


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), serve)
    except ConnectionError:
        os._exit(0)  # the server ended in the middle of an order
