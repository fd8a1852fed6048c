"""What each revision changed, so that who keeps something worked out need not look at it all.

The journal is a file with one line a commit, written before readers are switched to the revision.
It is an aid and no record: where a line is missing or cannot be read, or where a change was not
watched, the answer to "what changed" is "everything".
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from kg.store.durable import write_file

LONGEST_LINE = 1_000_000
"""Bytes of a line; a commit that changed more than fits changed "everything"."""
LONGEST = 8_000_000
"""Bytes of the file, above which its older half goes."""


@dataclass
class Changed:
    """What changed between two revisions.

    Args:
        graphs: names of the managed graphs that may differ, the entities graph left out.
        entities: IRIs whose description in the entities graph may differ.
    """

    graphs: set[str] = field(default_factory=set)
    entities: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.graphs or self.entities)


class Changes:
    """Gathers what a writer changes, and writes it down at each commit.

    Args:
        path: the journal.
        base: the store's base; graphs whose names do not begin with ``{base}graph/`` are users'
            own and not watched.
    """

    def __init__(self, path: Path, base: str) -> None:
        self._path = path
        self._managed = f"{base}graph/"
        self._entities = f"{base}graph/entities"
        self._now: Changed | None = Changed()

    def note(self, quads: Iterable[Quad]) -> None:
        """Note the graphs, and the entities, of quads that come or go."""
        now = self._now
        if now is None:
            return
        for quad in quads:
            name = quad.graph_name
            if not isinstance(name, NamedNode):
                continue
            if name.value == self._entities:
                if isinstance(quad.subject, NamedNode):
                    now.entities.add(quad.subject.value)
            elif name.value.startswith(self._managed):
                now.graphs.add(name.value)

    def note_graph(self, name: str) -> None:
        """Note a graph that changes as a whole."""
        if name == self._entities:
            self.note_everything()  # nobody says which entities
        elif self._now is not None and name.startswith(self._managed):
            self._now.graphs.add(name)

    def note_everything(self) -> None:
        """Note that nobody watched what is changed."""
        self._now = None

    def record(self, revision: int) -> None:
        """Write down what was noted as what makes a revision, and begin anew.

        Raises:
            OSError: the disk refused.
        """
        now, self._now = self._now, Changed()
        data = _line(revision, now)
        if len(data) > LONGEST_LINE:
            data = _line(revision, None)
        if self._path.exists() and self._path.stat().st_size > LONGEST:
            kept = self._path.read_bytes()[-LONGEST // 2 :]
            write_file(self._path, kept[kept.find(b"\n") + 1 :])
        with self._path.open("ab") as file:
            # The end of the line before may be missing, where a process was killed in it.
            file.write(b"\n" + data)


def changed_between(path: Path, older: int, newer: int) -> Changed | None:
    """Return what changed after one revision up to another; None for "everything".

    Args:
        path: the journal.
        older: the revision that is known.
        newer: a later one, which readers have been switched to.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return None
    found = Changed()
    missing = set(range(older + 1, newer + 1))
    for line in reversed(lines):
        if not line:
            continue
        read = _read(line)
        if read is None:
            continue
        revision, changed = read
        if revision <= older:
            break
        if revision > newer:
            continue
        if changed is None:
            return None
        found.graphs |= changed.graphs
        found.entities |= changed.entities
        missing.discard(revision)
    return None if missing else found


def _line(revision: int, changed: Changed | None) -> bytes:
    said = None if changed is None else [sorted(changed.graphs), sorted(changed.entities)]
    record = json.dumps([revision, said], ensure_ascii=False).encode()
    return b"%08x %s\n" % (zlib.crc32(record), record)


def _read(line: bytes) -> tuple[int, Changed | None] | None:
    check, _, record = line.partition(b" ")
    try:
        if int(check, 16) != zlib.crc32(record):
            return None
        revision, said = json.loads(record)
    except ValueError:
        return None
    return revision, None if said is None else Changed(set(said[0]), set(said[1]))
