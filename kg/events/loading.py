"""Event tables into a store: mapped on all cores, loaded in bulk, resumed after a kill.

Every row is mapped, or counted as out of scope, or in the file of rejects; the counts add up.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from kg.events.columns import Columns
from kg.events.files import TableFile
from kg.events.graphs import EventGraphs, State
from kg.events.mapping import VERSION, Mapping
from kg.events.parallel import Pool, hands
from kg.events.parts import parts
from kg.events.rejects import RejectFile, default_rejects
from kg.events.scanning import Scan, scan
from kg.events.shards import Mapped, Task
from kg.events.visits import Visits
from kg.readers.source import Reject
from kg.store import Store
from kg.store.bulk import merging_behind

_KNOWN_NAMES = 200_000
# A bulk load has its price however little it loads: names wait until there are some.
_MANY_NAMES = 10_000
_ALONE = 3 * 1024 * 1024
_MUCH = 640 * 1024 * 1024
"""Bytes of tables up to which one late merge of the database is worth several early ones."""

Opening = Callable[[Store], AbstractContextManager[EventGraphs]]
"""Opens what takes the triples in."""


@dataclass
class EventSummary:
    """What a load of event tables did.

    Args:
        tables: tables by what was there of them.
        rows: rows of the tables that were mapped, by outcome: ``mapped``, ``rejected``, or why
            they are out of scope.
        kinds: mapped rows by the kind of event.
        unread: rows of tables that are unchanged, which were not mapped again.
        lagging: mapped rows whose day is not the one on which they were entered.
        visits: pairs of rows that tell of one visit.
        added: triples of the tables that were loaded.
        removed: triples of earlier loads that were removed.
        rejects: the file of refused rows, if there are any.
        revision: the revision that has it all.
    """

    tables: Counter[State] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    unread: int = 0
    lagging: int = 0
    visits: int = 0
    added: int = 0
    removed: int = 0
    rejects: Path | None = None
    revision: int = 0

    @property
    def taken(self) -> int:
        """Rows that were read and not refused, those of unchanged tables included."""
        return self.rows.total() - self.rows["rejected"] + self.unread

    def count(self, mapped: Mapped) -> None:
        """Count what became of a part."""
        self.rows.update(mapped.counts)
        self.kinds.update(mapped.kinds)
        self.lagging += mapped.lagging


class EventProgress(Protocol):
    """Is told how a load goes on."""

    def table(self, file: TableFile, lines: int) -> None:
        """Say that a table begins."""

    def rows(self, file: TableFile, line: int) -> None:
        """Say up to which line a table is in."""

    def reject(self, reject: Reject) -> None:
        """Say what is wrong with one row."""


class Silent:
    """Progress that nobody looks at."""

    def table(self, file: TableFile, lines: int) -> None:
        """Ignore it."""

    def rows(self, file: TableFile, line: int) -> None:
        """Ignore it."""

    def reject(self, reject: Reject) -> None:
        """Ignore it."""


def load_events(
    store: Store,
    tables: Sequence[TableFile],
    columns: Columns,
    *,
    opening: Opening,
    all_events: bool = False,
    rejects: Path | None = None,
    processes: int | None = None,
    progress: EventProgress | None = None,
) -> EventSummary:
    """Load event tables, each in place of what the store has of it.

    A table that is there already with the same content is left alone. After a kill, the same
    call goes on where the killed one was.

    Args:
        store: the store.
        tables: the tables.
        columns: their form.
        opening: opens what takes the triples in.
        all_events: also keep events of none of our kinds.
        rejects: where refused rows go; by default into the store's folder ``rejects``.
        processes: how many processes map; by default one a core, none for a small table.
        progress: is told how it goes on.

    Raises:
        ReadError: a table cannot be read; those before it are loaded.
        StoreBusyError: another process is writing.
        StoreError: the disk refused; the next call goes on from there.
        MapperDiedError: a mapping process was ended.
    """
    if processes is None and sum(table.path.stat().st_size for table in tables) < _ALONE:
        processes = 0
    # The pool comes first: databases have threads, which a fork would lose.
    with Pool(processes) as pool, opening(store) as graphs:
        load = _Load(store, graphs, pool, rejects, progress or Silent())
        with load.refused:
            for table in tables:
                load.table(table, columns, all_events)
        load.summary.rejects = load.refused.written
        if not load.summary.revision:
            load.summary.revision = store.revision
    return load.summary


class _Load:
    def __init__(
        self,
        store: Store,
        graphs: EventGraphs,
        pool: Pool,
        rejects: Path | None,
        progress: EventProgress,
    ) -> None:
        self.summary = EventSummary()
        self.refused = RejectFile(rejects or default_rejects(store.layout.rejects))
        self._base = store.base
        self._graphs, self._pool, self._progress = graphs, pool, progress
        self._known: set[str] = set()
        self._names: list[bytes] = []
        self._size = 0  # bytes of the tables by now

    def table(self, file: TableFile, columns: Columns, all_events: bool) -> None:
        looked = scan(file, columns)
        digest = content_digest(looked, columns, all_events)
        begun = self._graphs.begin(file.key, digest)
        self.summary.tables[begun.state] += 1
        self.summary.removed += begun.removed
        if begun.state == "unchanged":
            self.summary.unread += looked.lines
            return
        if begun.removed:
            self._known.clear()
        self._progress.table(file, looked.lines)
        task = Task(self._base, file.key, file.name, columns, all_events, repeated=looked.repeated)
        mapping, visits = Mapping(self._base, file.key, quads=False), Visits()
        rows: Counter[str] = Counter()
        self._size += looked.size
        merging = merging_behind() if self._size <= _MUCH else nullcontext()
        with merging, hands(self._graphs.at_once) as do:
            for part, mapped in self._pool.map(task, parts(file)):
                pairs = visits.add(mapped.visits)
                paired = "".join(mapping.pair(*pair) for pair in pairs).encode()
                text = b"".join((*mapped.texts, paired))
                self._gather(mapped.names)
                if mapped.number not in begun.done:
                    names = self._take_names(_MANY_NAMES)
                    do(partial(self._graphs.part, file.key, mapped.number, text, names))
                self.summary.count(mapped)
                rows.update(mapped.counts)
                self.summary.added += mapped.triples + len(pairs)
                for reject in mapped.rejects:
                    self.refused.add(reject)
                    self._progress.reject(reject)
                self._progress.rows(file, min(looked.lines, part.line + mapped.counts.total() - 1))
        self.summary.visits += visits.pairs
        label = f"Loaded: {file.key}, {rows.total()} rows, {rows['mapped']} of them mapped"
        names = self._take_names(0)
        self.summary.revision = self._graphs.finish(file.key, digest, label, names)

    def _gather(self, names: dict[str, str]) -> None:
        """Keep what describes actors and places that this load has not described yet."""
        if len(self._known) > _KNOWN_NAMES:
            self._known.clear()
        self._names += (text.encode() for iri, text in names.items() if iri not in self._known)
        self._known.update(names)

    def _take_names(self, many: int) -> bytes:
        """Return what was kept, or nothing where that is less than many descriptions."""
        if len(self._names) < many:
            return b""
        names, self._names = b"".join(self._names), []
        self.summary.added += names.count(b"\n")
        return names


def content_digest(looked: Scan, columns: Columns, all_events: bool) -> str:
    """Return what decides whether a table would give the same triples again."""
    form = hashlib.sha256(f"{columns.digest} {VERSION}".encode()).hexdigest()[:16]
    return f"sha256 {looked.sha256}, form {form}{', all events' if all_events else ''}"
