"""The two sides of one visit, brought together: one row visits, the other receives."""

from __future__ import annotations

from collections.abc import Iterable

from kg.events.shards import GUEST, Visit


class Visits:
    """Pairs rows of guests with rows of hosts: same pair, day and place.

    Where there are several of one visit, the first of one side goes with the first of the
    other. Only rows that wait for their other side are remembered.
    """

    def __init__(self) -> None:
        self._waiting: dict[bytes, list[Visit]] = {}
        self.pairs = 0

    def add(self, visits: Iterable[Visit]) -> list[tuple[str, str]]:
        """Take rows in the order of their table.

        Returns:
            The pairs that are complete now: id of the host's row, id of the guest's.
        """
        found = []
        for visit in visits:
            waiting = self._waiting.setdefault(visit.what, [])
            if waiting and waiting[0].code != visit.code:
                other = waiting.pop(0)
                host, guest = (other, visit) if visit.code == GUEST else (visit, other)
                found.append((host.id, guest.id))
                if not waiting:
                    del self._waiting[visit.what]
            else:
                waiting.append(visit)
        self.pairs += len(found)
        return found
