"""What is noted about a request while it is worked on, for the log and the metrics."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

KEY = "kg.notes"
"""Where the notes are in a WSGI environment."""


@dataclass
class Asked:
    """A query that a request led to.

    Args:
        text: the query.
        began: when it was asked, by the monotonic clock.
        seconds: how long it took; None while its result is still being made.
        stopped: why it was stopped, if it was.
        revision: the store's revision that answered it.
        rows: gives the rows of its result, where they are known.
        digest: what `hash` gives, where the text is not at hand.
    """

    text: str
    began: float
    seconds: float | None = None
    stopped: str = ""
    revision: int | None = None
    rows: Callable[[], int | None] = lambda: None
    digest: str = ""

    @property
    def hash(self) -> str:
        """The start of the SHA-256 of the query's text: the same for the same query."""
        return self.digest or query_hash(self.text)


@dataclass
class Notes:
    """What is known of a request.

    Args:
        began: when it came, by the monotonic clock.
        route: the rule of its address, such as ``/queries/<name>``.
        status: the status that it was answered with.
        sent: bytes of the answer's body.
        whole: whether the answer was sent to its end.
        asked: the queries that it led to.
    """

    began: float = field(default_factory=time.monotonic)
    route: str = "none"
    status: int = 0
    sent: int = 0
    whole: bool = False
    asked: list[Asked] = field(default_factory=list)

    @contextmanager
    def asking(self, text: str) -> Iterator[Asked]:
        """Note a query for as long as it is being asked; its cause where it is stopped."""
        asked = Asked(text, time.monotonic())
        self.asked.append(asked)
        try:
            yield asked
        except Exception as error:
            asked.stopped = str(getattr(error, "cause", "")) or "error"
            asked.seconds = time.monotonic() - asked.began
            raise

    def finish(self) -> float:
        """Note the end; return the seconds that it took."""
        now = time.monotonic()
        for asked in self.asked:
            if asked.seconds is None:
                asked.seconds = now - asked.began
        return now - self.began

    @property
    def slowest(self) -> Asked | None:
        """The query that took longest, if there was any."""
        return max(self.asked, key=lambda asked: asked.seconds or 0.0, default=None)


def notes_of(environ: MutableMapping[str, Any]) -> Notes:
    """Return the notes of a request; where nobody looks at them, ones that are lost."""
    found = environ.get(KEY)
    return found if isinstance(found, Notes) else Notes()


def query_hash(text: str) -> str:
    """Return sixteen hexadecimal digits that stand for a query in logs."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
