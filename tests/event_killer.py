"""Runs ``kg`` with small parts of event tables, and ends by SIGKILL at a chosen moment.

python event_killer.py MOMENT NUMBER kg-arguments…

``begun``: the load has begun; ``loaded``: part NUMBER is in the database and not in the journal;
``noted``: it is in the journal; ``finished``: the table is whole, its journal still there.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from kg.cli import main
from kg.events import files
from kg.events.journal import Journal

SIZE = 60_000


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def then(first: Callable[..., Any], second: Callable[..., Any], part: int | None) -> Any:
    def both(*given: Any) -> Any:
        result = first(*given)
        if part is None or part == given[-1]:
            second(*given)
        return result

    return both


if __name__ == "__main__":
    moment, number = sys.argv[1], int(sys.argv[2])
    files.PART = SIZE
    if moment == "begun":
        Journal.begin = then(Journal.begin, die, None)  # type: ignore[method-assign]
    elif moment == "loaded":
        done = Journal.done
        Journal.done = lambda self, key, part: (  # type: ignore[method-assign, assignment]
            die() if part == number else done(self, key, part)
        )
    elif moment == "noted":
        Journal.done = then(Journal.done, die, number)  # type: ignore[method-assign]
    elif moment == "finished":
        Journal.end = die  # type: ignore[method-assign, assignment]
    main(sys.argv[3:])
