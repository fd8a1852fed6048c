"""Runs ``kg`` with small parts of event tables, and ends by SIGKILL at a chosen moment.

python event_killer.py MOMENT COUNT kg-arguments…

``begun``: the load has begun; ``loaded``: COUNT parts are in the database in this run, the last of
them not in the journal; ``noted``: it is there as well; ``finished``: the table is whole, its
journal still there. Parts are counted as they come, since several are on their way at a time.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from kg.cli import main
from kg.events import parts
from kg.events.journal import Journal

SIZE = 60_000


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def at(count: int, do: Callable[..., Any], is_noted: bool) -> Callable[..., Any]:
    """Return what notes a part, and ends all before or after the note of so many."""
    turn = threading.Lock()
    parts = 0

    def done(*given: Any) -> None:
        nonlocal parts
        with turn:
            parts += 1
            if parts == count and not is_noted:
                die()
            do(*given)
            if parts == count:
                die()

    return done


if __name__ == "__main__":
    moment, count = sys.argv[1], int(sys.argv[2])
    parts.PART = SIZE
    if moment == "begun":
        begin = Journal.begin
        Journal.begin = lambda *given: (begin(*given), die())  # type: ignore[method-assign, assignment, return-value]
    elif moment in ("loaded", "noted"):
        Journal.done = at(count, Journal.done, moment == "noted")  # type: ignore[method-assign]
    elif moment == "finished":
        Journal.end = die  # type: ignore[method-assign, assignment]
    main(sys.argv[3:])
