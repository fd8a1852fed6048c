"""The process that reads one text: confined, then asked once, then gone."""

from __future__ import annotations

import json
import socket
import traceback
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kg.endpoint.workers.confine import confine
from kg.endpoint.workers.frames import Kind, frame, receive
from kg.errors import RegistryError
from kg.readers.article import ArticleError
from kg.registry import Registry
from kg.trying.finding import find
from kg.trying.limits import Limits
from kg.trying.submission import Submission


def work(connection: socket.socket, orders: dict[str, Any]) -> None:
    """Read the one text that comes over a socket, and answer what was found.

    Whatever goes wrong is answered in words that hold nothing of the text.
    """
    limits = Limits(**orders["limits"])
    missing = confine(Path(orders["store"]), limits.memory)
    told = {"revision": None, "missing": missing}
    connection.sendall(frame(Kind.READY, json.dumps(told).encode()))
    asked = receive(connection)
    if asked is None:
        return
    try:
        answer = frame(Kind.END, _found(asked[1], limits))
    except ArticleError as error:
        answer = _error("refused", error.message, error.remedy)
    except ValidationError as error:
        where = ", ".join(sorted({str(one["loc"][-1]) for one in error.errors() if one["loc"]}))
        answer = _error("unfit", f"holds what no facts file can: {where}", "correct it")
    except RegistryError as error:
        answer = _error("registry", str(error), "")
    except MemoryError:
        answer = _error("memory", "", "")
    except Exception as error:
        answer = _error("failed", f"{type(error).__name__} at {_place(error)}", "")
    connection.sendall(answer)


def _found(asked: bytes, limits: Limits) -> bytes:
    registry = Registry.load(Path(limits.registry))
    return find(Submission.unpacked(asked), limits.base, registry).packed()


def _error(what: str, message: str, remedy: str) -> bytes:
    return frame(Kind.ERROR, json.dumps([what, message, remedy]).encode())


def _place(error: Exception) -> str:
    """Return where an error arose; its message might quote the text, and goes nowhere."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"
