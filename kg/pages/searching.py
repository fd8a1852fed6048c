"""What searches the store that the application serves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import current_app

from kg.endpoint.problems import ProblemError
from kg.search.index import Searched, SearchError
from kg.search.searcher import Searcher

T = TypeVar("T")


def searcher() -> Searcher:
    """Return what searches the application's store."""
    found: Searcher = current_app.extensions["kg.search"]
    return found


def ask_index(look: Callable[[Searched], T]) -> T:
    """Return what is seen in the index.

    Raises:
        ProblemError: it is not there yet, or looking took too long.
    """
    try:
        return searcher().ask(look)
    except SearchError as error:
        raise ProblemError(
            503, "search", "The search is not ready", str(error), headers={"Retry-After": "2"}
        ) from error
