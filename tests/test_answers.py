"""What workers answered on lent connections is noted once each, slow ones with their text."""

from __future__ import annotations

import os
from urllib.parse import quote

import pytest

from kg.endpoint.workers.page import KEPT, Page
from kg.monitoring.notes import Notes
from kg.serving.answers import Answers

SLOW = 0.5


class Both:
    """A page as the worker and the serving process have it, and what was noted."""

    def __init__(self) -> None:
        memory = Page.memory()
        self.worker, self.here = Page(memory), Page(memory)
        os.close(memory)
        self.noted: list[tuple[str, float]] = []
        self.answers = Answers(self.here, "192.0.2.1", self.note, SLOW)

    def note(self, address: str, path: str, notes: Notes, seconds: float) -> None:
        assert (address, path) == ("192.0.2.1", "/sparql")
        (asked,) = notes.asked
        self.noted.append((asked.text, seconds))

    def serve(self, query: str, seconds: float) -> bytes:
        request = f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        self.worker.reading(0)
        self.worker.working(request, 0.0)
        self.worker.served(200, 10, seconds, 1, 3, "00" * 8)
        return request


@pytest.fixture
def both() -> Both:
    return Both()


def test_an_earlier_word_takes_no_slow_one_without_its_text(both: Both) -> None:
    """The word of the first answer is read when the second is on the page already."""
    both.serve("ASK {}", 0.001)
    request = both.serve("ASK { ?s ?p ?o }", 0.6)
    both.answers.take()
    assert both.noted == [("", 0.001)]
    both.answers.take(request)
    assert both.noted == [("", 0.001), ("ASK { ?s ?p ?o }", 0.6)]


def test_each_slow_one_has_its_own_text(both: Both) -> None:
    words = [both.serve(f"ASK {{ ?s ?p {number} }}", SLOW + number) for number in range(5)]
    both.serve("ASK {}", 0.001)
    for word in words:
        both.answers.take(word)
    slow = [found for found in both.noted if found[1] >= SLOW]
    assert slow == [(f"ASK {{ ?s ?p {number} }}", SLOW + number) for number in range(5)]
    assert len(both.noted) == 6


def test_at_the_end_all_are_noted(both: Both) -> None:
    both.serve("ASK {}", 0.6)
    both.answers.finish()
    both.answers.finish()
    assert both.noted == [("", 0.6)]


def test_a_worker_that_sends_no_word_fills_no_memory(both: Both) -> None:
    for _ in range(4):
        for _ in range(KEPT):
            both.serve("ASK {}", 0.6)
        both.answers.take()
    assert len(both.noted) == 3 * KEPT
