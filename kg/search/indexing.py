"""Writing the index: what an article reports, and what entities are called."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import astuple

import pyoxigraph as ox

from kg.search.documents import article, references, reports
from kg.search.entity_names import Naming, naming
from kg.search.kinds import FACTS, KINDS, NUMBERS
from kg.search.tables import (
    Row,
    add_report,
    day_number,
    meta,
    put_names,
    remove_reports,
    report_number,
    set_meta,
)
from kg.search.told import Told
from kg.search.words import spelled
from kg.store.changes import Changed
from kg.vocabulary import STATE, TOPIC

_GRAPHS = ("states", "concepts", "entities")
_FACTS = {NUMBERS[kind] for kind in FACTS}


class Indexing:
    """Brings an index in step with a revision, within a transaction of the caller.

    Args:
        index: the index, open for writing.
        database: the revision.
        base: the store's base.
    """

    def __init__(self, index: sqlite3.Connection, database: ox.Store, base: str) -> None:
        self._index = index
        self._database = database
        self._base = base
        self._graph = f"{base}graph/"
        self._articles = f"{base}graph/article/"
        self._running = int(meta(index, "running") or 0)
        self._counts: dict[int, list[int]] = {}
        self._numbers: dict[str, int] = {}
        self._properties: dict[str, int] = {}
        self._refers: Counter[tuple[int, int]] = Counter()

    def everything(self) -> None:
        """Fill an empty index."""
        for iri in {iri for name in _GRAPHS for iri in self._described_in(name)}:
            self._name(iri)
        for name in self._database.named_graphs():
            if isinstance(name, ox.NamedNode) and name.value.startswith(self._articles):
                self._add(name)
        self._finish()

    def changed(self, changed: Changed) -> None:
        """Look again at what a commit changed."""
        for name in sorted(changed.graphs):
            if name.startswith(self._articles):
                self._remove(name.removeprefix(self._articles))
                self._add(ox.NamedNode(name))
        entities = set(changed.entities)
        for name in _GRAPHS[:2]:
            if f"{self._graph}{name}" in changed.graphs:
                entities |= set(self._described_in(name)) | {
                    str(iri)
                    for (iri,) in self._index.execute("SELECT iri FROM entity WHERE kind NOTNULL")
                }
        for iri in sorted(entities):
            self._name(iri)
        self._finish()

    def _add(self, graph: ox.NamedNode) -> None:
        read = Told(self._database.quads_for_pattern(None, None, None, graph))
        counted = article(read)
        if counted is None:
            return
        key = graph.value.removeprefix(self._articles)
        refers = [
            (self._number(iri), self._property(property), triples)
            for (property, iri), triples in sorted(references(read).items())
        ]
        self._refer(refers, 1)
        number = self._index.execute(
            "INSERT INTO article(key, title, published, publisher, passages, triples, refers)"
            " VALUES(?, ?, ?, ?, ?, ?, ?)",
            (key, *astuple(counted), json.dumps(refers, separators=(",", ":"))),
        ).lastrowid
        assert number is not None
        for report in reports(read):
            self._running += 1
            kind = NUMBERS[report.kind]
            things = sorted(self._number(iri) for iri in report.things)
            self._count(things, kind, 1)
            row = Row(
                number=report_number(day_number(report.day), self._running),
                article=number,
                kind=kind,
                iri=report.iri,
                label=report.label,
                key=key,
                title=counted.title,
                date=report.date,
                passages=report.passages,
                things=things,
                parts=[(role, self._number(iri)) for role, iri in report.parts],
                said=report.said,
                presented=[
                    (
                        self._number(who),
                        [self._number(state) for state in sorted(one.states)],
                        sorted(one.offices),
                    )
                    for who, one in report.presented
                ],
            )
            add_report(self._index, row)

    def _remove(self, key: str) -> None:
        known = self._index.execute("SELECT id, refers FROM article WHERE key=?", (key,)).fetchone()
        if known is None:
            return
        number, refers = known
        for row in remove_reports(self._index, number):
            self._count(row.things, row.kind, -1)
        self._refer(json.loads(refers), -1)
        self._index.execute("DELETE FROM article WHERE id=?", (number,))

    def _described_in(self, graph: str) -> Iterator[str]:
        """Yield the subjects of a graph."""
        name = ox.NamedNode(f"{self._graph}{graph}")
        last = ""
        for quad in self._database.quads_for_pattern(None, None, None, name):
            subject = quad.subject
            if isinstance(subject, ox.NamedNode) and subject.value != last:
                last = subject.value
                yield last

    def _description(self, iri: str) -> Iterator[ox.Quad]:
        node = ox.NamedNode(iri)
        for name in _GRAPHS:
            graph = ox.NamedNode(f"{self._graph}{name}")
            yield from self._database.quads_for_pattern(node, None, None, graph)

    def _name(self, iri: str) -> None:
        """Put down what an entity is called now, in place of what it was called."""
        now = naming(iri, self._description(iri)) if self._is_ours(iri) else None
        known = self._index.execute("SELECT id, kind FROM entity WHERE iri=?", (iri,)).fetchone()
        if known is None and now is None:
            return
        entity = self._number(iri)
        if known is not None and known[1] is not None:
            self._unname(entity, KINDS[known[1]])
        if now is None:
            self._index.execute("UPDATE entity SET kind=NULL, label='' WHERE id=?", (entity,))
            self._count([entity], -1, 0)
            return
        self._index.execute(
            "UPDATE entity SET kind=?, label=? WHERE id=?", (NUMBERS[now.kind], now.label, entity)
        )
        names = _names(now)
        self._index.executemany(
            "INSERT INTO name VALUES(?, ?, ?, ?)",
            [(entity, plain, name, label) for plain, name, label in names],
        )
        put_names(self._index, "", entity, now.kind, [(plain, label) for plain, _, label in names])

    def _unname(self, entity: int, kind: str) -> None:
        names = self._index.execute(
            "SELECT spelled, label FROM name WHERE entity=? ORDER BY rowid", (entity,)
        ).fetchall()
        put_names(self._index, "delete", entity, kind, names)
        self._index.execute("DELETE FROM name WHERE entity=?", (entity,))

    def _is_ours(self, iri: str) -> bool:
        """Tell whether an entity is a person, a topic …, rather than a status or a stance."""
        return iri.startswith((self._base, STATE, TOPIC)) or ("/w3id.org/diplomacy-kg/" not in iri)

    def _number(self, iri: str) -> int:
        known = self._numbers.get(iri)
        if known is None:
            row = self._index.execute("SELECT id FROM entity WHERE iri=?", (iri,)).fetchone()
            if row is None:
                made = self._index.execute("INSERT INTO entity(iri) VALUES(?)", (iri,))
                row = (made.lastrowid,)
            known = self._numbers[iri] = int(row[0])
        return known

    def _count(self, entities: Iterable[int], kind: int, by: int) -> None:
        for entity in entities:
            counts = self._counts.setdefault(entity, [0, 0])
            counts[0] += by if kind in _FACTS else 0
            counts[1] += by

    def _property(self, iri: str) -> int:
        known = self._properties.get(iri)
        if known is None:
            ask = self._index.execute
            row = ask("SELECT id FROM property WHERE iri=?", (iri,)).fetchone()
            if row is None:
                row = (ask("INSERT INTO property(iri) VALUES(?)", (iri,)).lastrowid,)
            known = self._properties[iri] = int(row[0])
        return known

    def _refer(self, refers: Iterable[tuple[int, int, int]], by: int) -> None:
        for entity, property, triples in refers:
            self._refers[entity, property] += by * triples
            self._counts.setdefault(entity, [0, 0])

    def _finish(self) -> None:
        """Write down how many facts entities have, and drop those that nobody names any more."""
        self._index.executemany(
            "INSERT INTO refers VALUES(?, ?, ?)"
            " ON CONFLICT(entity, property) DO UPDATE SET triples = triples + excluded.triples",
            [(*ends, triples) for ends, triples in self._refers.items() if triples],
        )
        self._index.executemany(
            "DELETE FROM refers WHERE entity = ? AND property = ? AND triples = 0",
            list(self._refers),
        )
        self._index.executemany(
            "UPDATE property SET triples = triples + ? WHERE id = ?",
            [(triples, property) for (_, property), triples in self._refers.items()],
        )
        self._refers.clear()
        self._index.executemany(
            "UPDATE entity SET facts = facts + ?, reports = reports + ? WHERE id = ?",
            [(facts, all, entity) for entity, (facts, all) in self._counts.items()],
        )
        self._index.executemany(
            "DELETE FROM entity WHERE id = ? AND reports = 0 AND kind IS NULL"
            " AND id NOT IN (SELECT entity FROM refers)",
            [(entity,) for entity in self._counts],
        )
        self._counts.clear()
        self._numbers.clear()
        set_meta(self._index, "running", str(self._running))


def _names(now: Naming) -> list[tuple[str, str, int]]:
    names = [(spelled(now.label), now.label, 1), *((spelled(o), o, 0) for o in now.others)]
    return [name for name in names if name[0]]
