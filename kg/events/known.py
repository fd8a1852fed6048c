"""A dictionary that looks up once what it is asked for again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_K = TypeVar("_K")
_V = TypeVar("_V")


class Known(dict[_K, _V]):
    """Values of a function by its argument, each worked out when it is first asked for.

    Whole columns go through ``map(known.__getitem__, column)``, without a step of Python for
    what is known already.

    Args:
        find: the function; what it raises is passed on, and asked again the next time.
        most: how many values are remembered: when there are more, all are forgotten, so that
            memory stays flat.
    """

    def __init__(self, find: Callable[[_K], _V], most: int = 50_000) -> None:
        super().__init__()
        self._find, self._most = find, most

    def __missing__(self, key: _K) -> _V:
        value = self._find(key)
        if len(self) >= self._most:
            self.clear()
        self[key] = value
        return value
