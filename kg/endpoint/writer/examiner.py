"""The process that reads what was sent: updates and uploaded graphs, before the writer does.

What makes a parser crash, swell or take for ever ends this process alone.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

from kg.endpoint.engine import DatasetClause
from kg.endpoint.updates import prepare
from kg.endpoint.uploads import as_ntriples
from kg.endpoint.workers.confine import confine
from kg.endpoint.writer.engine import STACK
from kg.endpoint.writer.failures import as_data
from kg.endpoint.writer.frames import Frame, receive, send
from kg.endpoint.writer.limits import Limits
from kg.errors import KgError
from kg.store import Store


def examine(frame: Frame, base: str) -> tuple[dict[str, Any], bytes]:
    """Return the header and body of the answer to a request.

    Raises:
        KgError: what was sent cannot be taken.
    """
    header = frame.header
    if header["kind"] == "update":
        using = DatasetClause(tuple(header.get("using", ())), tuple(header.get("using_named", ())))
        text = frame.body.decode("utf-8", "surrogatepass")
        prepared = prepare(text, using, base, managed=bool(header.get("managed")))
        return {"writes": prepared.writes}, prepared.text.encode("utf-8", "surrogatepass")
    triples, start = [], 0
    parts = header.get("parts") or [{"media_type": header["media_type"], "length": len(frame.body)}]
    for part in parts:
        end = start + int(part["length"])
        triples.append(as_ntriples(frame.body[start:end], part["media_type"], header.get("base")))
        start = end
    return {"writes": True}, b"".join(triples)


def _work(link: socket.socket, base: str) -> None:
    try:
        while frame := receive(link):
            try:
                send(link, *examine(frame, base))
            except KgError as error:
                send(link, {"error": as_data(error)})
    except OSError:
        pass
    except Exception:
        traceback.print_exc()
    os._exit(0)


def main(link: socket.socket, store_path: Path, limits: Limits) -> None:
    """Run as a child of the nursery.

    Args:
        link: the socket to the keeper.
        store_path: the store's folder.
        limits: what it may take.
    """
    base = Store.open(store_path, create=False).base
    for layer in confine(store_path, limits.examiner_bytes):
        print(f"kg.writer: reading goes on without {layer}", file=sys.stderr, flush=True)
    threading.stack_size(STACK)
    thread = threading.Thread(target=_work, args=(link, base))
    thread.start()
    thread.join()
