"""What searches the store that the application serves."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import TypeVar

from flask import current_app

from kg.endpoint.problems import ProblemError, problem_of
from kg.search.index import Searched, SearchError
from kg.search.searcher import Searcher
from kg.store.remote.errors import RemoteError

T = TypeVar("T")

_PATIENCE = 0.2
"""Seconds that a page waits for the index to have its revision."""
_OPEN_FOR = 30.0
"""Seconds that it may look into it, queries between its looks included."""


def searcher() -> Searcher:
    """Return what searches the application's store."""
    found: Searcher = current_app.extensions["kg.search"]
    return found


class IndexAt:
    """The index of one revision, opened once for all looks of a request.

    Args:
        revision: the revision.
    """

    def __init__(self, revision: int) -> None:
        self._revision = revision
        self._searched: Searched | None = None
        self._open = ExitStack()
        self._failed = False

    def look(self, see: Callable[[Searched], T], *, later: bool = False) -> T | None:
        """Return what is seen; None while the index has another revision, or where there is none.

        Args:
            see: looks at it.
            later: whether an index of a later revision will do, or of an engine without any.

        Raises:
            StoreError: it cannot be written.
        """
        if self._failed:  # who waited once for a request need not wait again
            return None
        if not (self._revision or later):  # no index has the revision of an engine without any
            return None
        try:
            if self._searched is None:
                self._searched = self._open.enter_context(searcher().reading(_PATIENCE, _OPEN_FOR))
            known = self._searched.revision
            fits = known == self._revision or (later and known > self._revision)
            return see(self._searched) if fits else None
        except SearchError:
            self._failed = True
        except sqlite3.Error:
            self._failed = True
            # Whoever opened it finds out what is wrong, and says so to those who keep it.
            with suppress(SearchError):
                self._open.__exit__(*sys.exc_info())
        return None

    def close(self) -> None:
        """Let go of it."""
        self._open.close()


def ask_index(look: Callable[[Searched], T]) -> T:
    """Return what is seen in the index.

    Raises:
        ProblemError: it is not there yet, or looking took too long.
    """
    try:
        return searcher().ask(look)
    except SearchError as error:
        raise unsearched(error) from error


def unsearched(error: SearchError) -> ProblemError:
    """Return the problem that the index cannot be looked into."""
    if isinstance(error.__cause__, RemoteError):  # its words have the engine's address
        return problem_of(error.__cause__)
    return ProblemError(
        503, "search", "The search is not ready", str(error), headers={"Retry-After": "2"}
    )
