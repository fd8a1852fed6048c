"""A part of a table to triples: one pure function, whatever runs it, on whichever machine."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from kg.errors import Problem
from kg.events.columns import Columns
from kg.events.files import Part
from kg.events.mapping import Mapping
from kg.events.model import CodedEvent
from kg.events.rows import RowError, Rows
from kg.events.terms import UNFIT
from kg.readers.source import Reject

GUEST, HOST = "042", "043"
"""CAMEO: make a visit, host a visit. One visit gives a row of each."""

_SIDES = frozenset((GUEST, HOST))
_BOM = b"\xef\xbb\xbf"


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
        text: the events' triples, as UTF-8.
        names: what describes each actor or place that they name, by its IRI.
        counts: rows by outcome: ``mapped``, ``rejected``, or why they are out of scope.
        kinds: mapped rows by the kind of event.
        rejects: the refused rows.
        visits: sides of visits, in the order of rows.
        lagging: mapped rows whose day is not the one on which they were entered.
    """

    number: int
    text: bytes = b""
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
    read, write = made[0].read, mapping.event
    result = Mapped(part.number)
    out: list[str] = []
    outcomes: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    repeated = task.repeated
    for number, line in _lines(task, part, result):
        try:
            event = read(line)
            if number in repeated:
                raise _twice(repeated[number])
        except RowError as error:
            problem = error.problem(task.columns, task.file, number)
            result.rejects.append(Reject(task.file, number, line, (problem,)))
            continue
        if event.__class__ is not CodedEvent:
            outcomes[event] += 1  # type: ignore[index]
            continue
        out.append(write(event))
        kinds[event.kind] += 1
        if event.lag:
            result.lagging += 1
        if event.code.code in _SIDES and event.kind:
            result.visits.append(_visit(event))
    result.text = "".join(out).encode()
    result.names = mapping.take_names()
    result.counts = outcomes
    result.counts["mapped"] = len(out)
    result.counts["rejected"] = len(result.rejects)
    result.kinds = kinds
    return result


def _lines(task: Task, part: Part, result: Mapped) -> list[tuple[int, str]]:
    """Return the lines with their numbers; those that are no text are refused here."""
    data, first = part.data, part.line
    if part.line == 1:
        data = data.removeprefix(_BOM)
        if task.columns.header:
            data = data.partition(b"\n")[2]
            first = 2
    try:
        text = data.decode()
        clean = "\r" not in text and not UNFIT.search(text)
    except UnicodeDecodeError:
        clean = False
    if clean:
        return [item for item in enumerate(text.split("\n"), first) if item[1]]
    found = []
    for number, raw in enumerate(data.split(b"\n"), first):
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
            found.append((number, line))
        else:
            at = problem_column(raw, problem, task.columns.delimiter)
            reason = Problem(
                problem, "save the table as UTF-8 text", file=task.file, line=number, column=at
            )
            result.rejects.append(Reject(task.file, number, line, (reason,)))
    return found


def problem_column(raw: bytes, problem: str, delimiter: str) -> int | None:
    """Return the column, from 1, in which the byte or character that a message names stands."""
    byte = re.search(r"at (\d+)\)", problem)
    if byte:
        return raw[: int(byte[1])].count(delimiter.encode()) + 1
    found = UNFIT.search(raw.decode("utf-8", "replace"))
    return raw.decode("utf-8", "replace")[: found.start()].count(delimiter) + 1 if found else None


def _twice(first: int) -> RowError:
    return RowError(f"the id stands before, in line {first}", "keep one of the two rows", "id")


def _visit(event: CodedEvent) -> Visit:
    assert event.agent is not None and event.object is not None
    sides = (event.agent, event.object) if event.code.code == GUEST else (event.object, event.agent)
    place = event.place
    where = "" if place is None else f"{place.name}\t{place.latitude}\t{place.longitude}"
    text = f"{sides[0].code}\t{sides[1].code}\t{event.day}\t{where}"
    what = hashlib.blake2b(text.encode(), digest_size=12).digest()
    return Visit(event.id, event.code.code, what)
