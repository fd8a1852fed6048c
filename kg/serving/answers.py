"""What a worker with clients' connections answered, as the server takes note of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from kg.endpoint.workers.page import KEPT, Page, Served
from kg.monitoring.notes import Asked, Notes
from kg.serving.terms import PATH, asked_in

Noted = Callable[[str, str, Notes, float], None]
"""Takes note of a request: the client's address, the path, what is known of it, its seconds."""


class Answers:
    """The answers of one worker, each noted once.

    They are counted on the page that is shared with the worker, and may be read there before the
    worker's word of them comes. The text of a slow query is only in that word, one for each in
    their order; so a slow one waits for it.

    Args:
        page: the page.
        address: who is at the other end of all connections.
        noted: takes note.
        slow: seconds from which the text of a query is noted; None for never.
    """

    def __init__(self, page: Page, address: str, noted: Noted, slow: float | None) -> None:
        self._page, self._address, self._noted = page, address, noted
        self._slow = float("inf") if slow is None else slow
        self._waiting: deque[Served] = deque()

    def take(self, request: bytes = b"") -> None:
        """Note what was answered since the last call.

        Args:
            request: the bytes of the first slow request of which no word has come before.
        """
        for served in self._page.take_note():
            if served.seconds >= self._slow:
                self._waiting.append(served)
            else:
                self._note(served)
        if request and self._waiting:
            self._note(self._waiting.popleft(), asked_in(request))
        # A worker that was taken over by a query might send no word.
        self._note_all_but(KEPT)

    def finish(self) -> None:
        """Note all; no more word comes."""
        self.take()
        self._note_all_but(0)

    def _note_all_but(self, most: int) -> None:
        while len(self._waiting) > most:
            self._note(self._waiting.popleft())

    def _note(self, served: Served, text: str = "") -> None:
        asked = Asked(
            text,
            0.0,
            served.seconds,
            "error" if served.status >= 400 else "",
            served.revision,
            lambda: served.rows,
            served.hash,
        )
        noted = Notes(0.0, PATH, served.status, served.sent, True, [asked])
        self._noted(self._address, PATH, noted, served.seconds)
