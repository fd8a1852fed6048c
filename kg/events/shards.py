"""A part of a table to triples: one pure function, whatever runs it, on whichever machine."""

from __future__ import annotations

import gc
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import compress
from operator import attrgetter

from kg.errors import Problem
from kg.events.columns import Columns
from kg.events.mapping import Mapping
from kg.events.model import CodedEvents
from kg.events.parts import Part
from kg.events.rows import RowError, Rows
from kg.events.terms import UNFIT, is_fit
from kg.readers.source import Reject

GUEST, HOST = "042", "043"
"""CAMEO: make a visit, host a visit. One visit gives a row of each."""

_SIDES = frozenset((GUEST, HOST))
_BOM = b"\xef\xbb\xbf"
_LAG, _CODE = attrgetter("lag"), attrgetter("code")
_AT_ONCE = 96 * 1024
"""Bytes of the rows that are mapped together: what comes of them fits into caches."""


@dataclass(frozen=True)
class Task:
    """How a table is to be mapped.

    Args:
        base: base of the store's IRIs.
        key: the table's key.
        file: the table's name, for messages.
        columns: its form.
        all_events: keep events of no kind as well.
        quads: write N-Quads; else N-Triples, the names apart.
        repeated: line of a row whose id stood before, to the line where it stood first.
    """

    base: str
    key: str
    file: str
    columns: Columns
    all_events: bool = False
    quads: bool = False
    repeated: dict[int, int] = field(default_factory=dict, hash=False, compare=False)


@dataclass(frozen=True)
class Visit:
    """One side of a visit, to be paired with the other.

    Args:
        id: the row's id.
        code: ``GUEST`` or ``HOST``.
        what: hash of guest, host, day and place.
    """

    id: str
    code: str
    what: bytes


@dataclass
class Mapped:
    """What became of a part.

    Args:
        number: the part's number.
        texts: the events' triples, as UTF-8.
        triples: how many there are in them.
        names: what describes each actor or place that they name, by its IRI.
        counts: rows by outcome: ``mapped``, ``rejected``, or why they are out of scope.
        kinds: mapped rows by the kind of event.
        rejects: the refused rows.
        visits: sides of visits, in the order of rows.
        lagging: mapped rows whose day is not the one on which they were entered.
    """

    number: int
    texts: list[bytes] = field(default_factory=list)
    triples: int = 0
    names: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    rejects: list[Reject] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    lagging: int = 0


@lru_cache(maxsize=8)
def _tools(
    base: str, key: str, digest: str, all_events: bool, quads: bool
) -> tuple[list[Rows], Mapping]:
    return [], Mapping(base, key, quads=quads)


def map_part(task: Task, part: Part) -> Mapped:
    """Map a part of a table.

    The result depends on nothing but the arguments; what is remembered from one part to the
    next only saves time.

    Args:
        task: how.
        part: the lines.
    """
    made, mapping = _tools(task.base, task.key, task.columns.digest, task.all_events, task.quads)
    if not made:
        made.append(Rows(task.columns, all_events=task.all_events))
    result = Mapped(part.number)
    work = _Work(task, made[0], mapping, result)
    with _uncollected():
        for numbers, block in _blocks(task, part, result):
            work.take(numbers, block)
    result.names = mapping.take_names()
    result.counts["rejected"] = len(result.rejects)
    return result


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no cycles of objects: rows make none, and looking took a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Work:
    """Maps rows, many at once; where one is wrong, those around it are taken by themselves."""

    def __init__(self, task: Task, rows: Rows, mapping: Mapping, result: Mapped) -> None:
        self._task, self._rows, self._mapping, self._result = task, rows, mapping, result

    def take(self, numbers: Sequence[int], block: bytes) -> None:
        """Map lines, each with its line end.

        Args:
            numbers: the lines' numbers.
            block: the lines.
        """
        repeated = self._task.repeated
        try:
            events, outside = self._rows.read(block)
            if repeated and not repeated.keys().isdisjoint(numbers):
                raise _twice(next(repeated[number] for number in numbers if number in repeated))
        except RowError as error:
            self._without(error, numbers, block.split(b"\n")[:-1])
            return
        result = self._result
        result.counts.update(outside)
        if not events.ids:
            return
        text, triples = self._mapping.events(events)
        result.texts.append(text)
        result.triples += triples
        result.counts["mapped"] += len(events.ids)
        result.kinds.update(events.kinds)
        result.lagging += sum(map(bool, map(_LAG, events.whens)))
        result.visits += _visits(events)

    def _without(self, error: RowError, numbers: Sequence[int], lines: list[bytes]) -> None:
        """Take lines without the one that is wrong."""
        if not all(lines):  # empty ones are no rows
            numbers, lines = list(compress(numbers, lines)), list(filter(None, lines))
            if lines:
                self.take(numbers, _whole(lines))
        elif len(lines) > 1:
            half = len(lines) // 2
            self.take(numbers[:half], _whole(lines[:half]))
            self.take(numbers[half:], _whole(lines[half:]))
        else:
            task, number = self._task, numbers[0]
            problem = error.problem(task.columns, task.file, number)
            self._result.rejects.append(Reject(task.file, number, lines[0].decode(), (problem,)))


def _whole(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _blocks(task: Task, part: Part, result: Mapped) -> Iterator[tuple[Sequence[int], bytes]]:
    """Yield some lines at a time with their numbers; those that are no text are refused here."""
    data, first = part.data, part.line
    if part.line == 1:
        data = data.removeprefix(_BOM)
        if task.columns.header:
            data = data.partition(b"\n")[2]
            first = 2
    if data and not data.endswith(b"\n"):
        data += b"\n"
    at = 0
    while at < len(data):
        end = data.rfind(b"\n", at, at + _AT_ONCE) + 1 or data.index(b"\n", at) + 1
        block = data[at:end]
        at = end
        numbers: Sequence[int] = range(first, first + block.count(b"\n"))
        first += len(numbers)
        if not is_fit(block):
            numbers, lines = _fit(task, numbers, block.split(b"\n")[:-1], result)
            block = _whole(lines)
        if block:
            yield numbers, block


def _fit(
    task: Task, numbers: Iterable[int], lines: Iterable[bytes], result: Mapped
) -> tuple[list[int], list[bytes]]:
    """Return the lines that are text, and their numbers; the others are refused."""
    kept, found = [], []
    for number, raw in zip(numbers, lines, strict=True):
        raw = raw.removesuffix(b"\r")
        if not raw:
            continue
        problem = None
        try:
            line = raw.decode()
        except UnicodeDecodeError as error:
            line = raw.decode("utf-8", "backslashreplace")
            problem = f"is not UTF-8 (byte 0x{raw[error.start]:02X} at {error.start})"
        else:
            unfit = UNFIT.search(line)
            if unfit:
                problem = f"has the character U+{ord(unfit[0]):04X}, which no graph may hold"
        if problem is None:
            kept.append(number)
            found.append(raw)
        else:
            at = problem_column(raw, problem, task.columns.delimiter)
            reason = Problem(
                problem, "save the table as UTF-8 text", file=task.file, line=number, column=at
            )
            result.rejects.append(Reject(task.file, number, line, (reason,)))
    return kept, found


def problem_column(raw: bytes, problem: str, delimiter: str) -> int | None:
    """Return the column, from 1, in which the byte or character that a message names stands."""
    byte = re.search(r"at (\d+)\)", problem)
    if byte:
        return raw[: int(byte[1])].count(delimiter.encode()) + 1
    found = UNFIT.search(raw.decode("utf-8", "replace"))
    return raw.decode("utf-8", "replace")[: found.start()].count(delimiter) + 1 if found else None


def _twice(first: int) -> RowError:
    return RowError(f"the id stands before, in line {first}", "keep one of the two rows", "id")


def _visits(events: CodedEvents) -> list[Visit]:
    """Return the sides of visits among events."""
    found = []
    is_side = map(_SIDES.__contains__, map(_CODE, events.codes))
    for at in compress(range(len(events.ids)), is_side):
        agent, object, place = events.agents[at], events.objects[at], events.places[at]
        if not events.kinds[at] or agent is None or object is None:
            continue  # kept only since all events are
        code, day = events.codes[at].code, events.whens[at].day
        guest, host = (agent, object) if code == GUEST else (object, agent)
        where = "" if place is None else f"{place.name}\t{place.latitude}\t{place.longitude}"
        text = f"{guest.code}\t{host.code}\t{day}\t{where}"
        what = hashlib.blake2b(text.encode(), digest_size=12).digest()
        found.append(Visit(events.ids[at].decode(), code, what))
    return found
