"""Searching a store that others write to: with an index that is as new as it can soon be."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeVar

from kg.search.index import Index, Searched, SearchError
from kg.store import Store

T = TypeVar("T")

PATIENCE = 1.0
"""Seconds that a search waits for the index to have what was committed before."""
FIRST_PATIENCE = 3.0
"""Seconds that it waits for there to be an index at all."""
LOOKED_AT_FOR = 2.0
"""Seconds that a search may take."""
_PAUSE = 0.01


class Searcher:
    """Searches one store; safe to use from many threads.

    Args:
        store: the store.
        followed: whether a process of its own keeps the index in step, as a server has it;
            otherwise each search brings the index up to date itself.
    """

    def __init__(self, store: Store, *, followed: bool = False) -> None:
        self._store = store
        self._index = Index(store)
        self._followed = followed

    def ask(self, look: Callable[[Searched], T], patience: float = PATIENCE) -> T:
        """Return what is seen in the index.

        Args:
            look: looks at it; may be called again where the index turns out to be damaged.
            patience: seconds to wait for an index that is behind the store; one that still is
                then is used, and says so by its revision.

        Raises:
            SearchError: there is no index yet, or the search took too long.
            StoreError: the index cannot be written.
        """
        if self._followed:
            with self.reading(patience) as searched:
                return look(searched)
        try:
            with self.reading(patience) as searched:
                return look(searched)
        except SearchError as error:
            if error.final:
                raise
        with self.reading(patience) as searched:
            return look(searched)

    @contextmanager
    def reading(
        self, patience: float = PATIENCE, seconds: float = LOOKED_AT_FOR
    ) -> Iterator[Searched]:
        """Open the index; what goes wrong while it is looked at is a `SearchError`.

        Args:
            patience: as for `ask`.
            seconds: longest time that it may be used.

        Raises:
            SearchError: there is no index yet, it is damaged, or it was looked at for too long.
            StoreError: it cannot be written.
        """
        if not self._followed:
            self._index.update()
        with ExitStack() as open_:
            yield (
                self._opened(open_, patience, seconds)
                if self._followed
                else open_.enter_context(self._index.reading(seconds))
            )

    def _opened(self, open_: ExitStack, patience: float, seconds: float) -> Searched:
        """Open an index that another process keeps, as soon as it is new enough."""
        revision = self._store.revision
        begun = time.monotonic()
        while True:
            waited = time.monotonic() - begun
            with ExitStack() as trying:
                try:
                    searched = trying.enter_context(self._index.reading(seconds))
                    if searched.revision >= revision or waited >= patience:
                        open_.push(trying.pop_all())
                        return searched
                except SearchError as error:
                    if waited >= FIRST_PATIENCE or error.final:
                        raise
            time.sleep(_PAUSE)
