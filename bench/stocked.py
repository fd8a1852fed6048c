"""A store with many made articles, without the loader's way of one commit after the other.

What comes out is what ``kg load`` of the same articles makes, but for the links between reports
(made articles repeat no other) and the provenance of each load.
``python bench/stocked.py DIR 20000`` makes such a store, its articles mapped on all cores.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import made
import pyoxigraph as ox

from kg.derived.entities import Tally, describe, describe_text, said_in
from kg.derived.view import ArticleGraph
from kg.iris import Minter
from kg.loader.pipeline import load
from kg.mappers import Context, map_article
from kg.mappers.terms import as_triples
from kg.readers import Reject, read
from kg.registry import Registry
from kg.store import Store

_PART = 2_500
"""Articles of a part: some 600,000 triples, 100 MB of N-Quads."""


@dataclass(frozen=True)
class Part:
    """Some of the articles of a store that is being made.

    Args:
        store: the store.
        first: the first of them.
        last: the one after the last.
        count: how many articles the store is to have.
        seed: another number gives other ones.
        folder: where what is made of them goes.
    """

    store: Path
    first: int
    last: int
    count: int
    seed: int
    folder: Path

    @property
    def quads(self) -> Path:
        """The articles' graphs, as N-Quads."""
        return self.folder / f"{self.first:08}.nq"

    @property
    def tallies(self) -> Path:
        """What their mentions say of entities."""
        return self.folder / f"{self.first:08}.pickle"


def stock(path: Path, count: int, seed: int = 1) -> Store:
    """Return a store with so many made articles, made unless it is there."""
    if path.exists():
        return Store.open(path, create=False)
    with Store.open(path) as store:
        load(store)  # what comes with the package
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        made_of = parts(path, count, seed, Path(folder))
        begun = time.monotonic()
        with ProcessPoolExecutor(min(os.cpu_count() or 1, len(made_of))) as pool:
            for part in pool.map(map_part, made_of):
                rate = part.last / (time.monotonic() - begun)
                print(f"{part.last:,} articles, {rate:.0f} a second", file=sys.stderr)
        return put_in(path, made_of)


def parts(path: Path, count: int, seed: int, folder: Path) -> list[Part]:
    """Return the parts in which a store is made."""
    firsts = range(0, count, _PART)
    return [Part(path, n, min(n + _PART, count), count, seed, folder) for n in firsts]


def map_part(part: Part) -> Part:
    """Write the files of a part, and keep its texts; return it."""
    world = made.World(part.count, part.seed)
    lines = part.quads.with_suffix(".jsonl")
    with lines.open("w", encoding="utf-8") as file:
        for number in range(part.first, part.last):
            file.write(json.dumps(world.article(number), ensure_ascii=False) + "\n")
    tallies: dict[str, Tally] = {}
    with Store.open(part.store, create=False) as store, part.quads.open("wb") as output:
        for quads in _graphs(store, lines, tallies):
            ox.serialize(quads, output, format=ox.RdfFormat.N_QUADS)
    part.tallies.write_bytes(pickle.dumps(tallies))
    lines.unlink()
    return part


def put_in(path: Path, parts: Iterable[Part]) -> Store:
    """Put parts that were mapped into their store; return it."""
    store = Store.open(path, create=False)
    entities = ox.NamedNode(Minter(store.base).graph("entities"))
    tallies: dict[str, Tally] = {}
    with store.writer() as writer:
        writer.touch()
        for part in parts:
            writer.ox.bulk_load(path=str(part.quads), format=ox.RdfFormat.N_QUADS)
            for entity, tally in pickle.loads(part.tallies.read_bytes()).items():
                tallies.setdefault(entity, Counter()).update(tally)
        writer.ox.bulk_extend(
            ox.Quad(triple.subject, triple.predicate, triple.object, entities)
            for entity, tally in tallies.items()
            for triple in describe(entity, tally, None)
        )
    return store


def _graphs(store: Store, file: Path, tallies: dict[str, Tally]) -> Iterator[list[ox.Quad]]:
    """Yield the quads of each article, and count what its mentions say."""
    mint, registry = Minter(store.base), Registry.load(store.layout.registry)
    entities = ox.NamedNode(mint.graph("entities"))
    for reading in read(file):
        assert not isinstance(reading, Reject), reading.problems
        facts = reading.facts
        key = facts.article.id or ""
        graph = ox.NamedNode(mint.article_graph(key))
        quads = [
            ox.Quad(one.subject, one.predicate, one.object, graph)
            for one in as_triples(map_article(facts, Context(store.base, key, registry.resolve)))
        ]
        for said in said_in(ArticleGraph(graph, quads)):
            tallies.setdefault(said.entity, Counter())[said.what, said.value] += 1
        if reading.text is not None:
            sha256 = store.texts.put(reading.text.encode())
            text = mint.text(sha256)
            quads += (
                ox.Quad(triple.subject, triple.predicate, triple.object, entities)
                for triple in describe_text(text, [facts.article.title or ""], len(reading.text))
            )
        yield quads
    store.texts.sync()


def main() -> None:
    """Make a store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with stock(options.store, options.count, options.seed) as store, store.snapshot() as snapshot:
        print(f"{len(snapshot.ox):,} triples at revision {snapshot.revision}")


if __name__ == "__main__":
    main()
