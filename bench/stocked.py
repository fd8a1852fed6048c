"""A store with many made articles, without the loader's way of one commit after the other.

What comes out is what ``kg load`` of the same articles makes, but for the links between reports
(made articles repeat no other) and the provenance of each load.
``python bench/stocked.py DIR 20000`` makes such a store.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import made
import pyoxigraph as ox

from kg.derived.entities import Tally, describe, describe_text, said_in
from kg.derived.view import ArticleGraph
from kg.iris import Minter
from kg.loader.pipeline import load
from kg.mappers import Context, map_article
from kg.readers import Reject, read
from kg.registry import Registry
from kg.store import Store


def stock(path: Path, count: int, seed: int = 1) -> Store:
    """Return a store with so many made articles, made unless it is there."""
    if path.exists():
        return Store.open(path, create=False)
    store = Store.open(path)
    load(store)  # what comes with the package
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "made.jsonl"
        with file.open("w", encoding="utf-8") as lines:
            for facts in made.articles(count, seed):
                lines.write(json.dumps(facts, ensure_ascii=False) + "\n")
        with store.writer() as writer:
            writer.touch()
            writer.ox.bulk_extend(_quads(store, file))
    return store


def _quads(store: Store, file: Path) -> Iterator[ox.Quad]:
    mint, registry = Minter(store.base), Registry.load(store.layout.registry)
    entities = ox.NamedNode(str(mint.graph("entities")))
    tallies: dict[str, Tally] = {}
    begun = time.monotonic()
    for number, reading in enumerate(read(file), 1):
        assert not isinstance(reading, Reject), reading.problems
        facts = reading.facts
        key = facts.article.id or ""
        graph = ox.NamedNode(str(mint.article_graph(key)))
        quads = [
            ox.Quad(ox.NamedNode(s), ox.NamedNode(p), _object(o), graph)
            for s, p, o in map_article(facts, Context(store.base, key, registry.resolve))
        ]
        yield from quads
        for said in said_in(ArticleGraph(graph, quads)):
            tallies.setdefault(said.entity, Counter())[said.what, said.value] += 1
        if reading.text is not None:
            sha256 = store.texts.put(reading.text.encode())
            text = str(mint.text(sha256))
            for triple in describe_text(text, [facts.article.title or ""], len(reading.text)):
                yield ox.Quad(triple.subject, triple.predicate, triple.object, entities)
        if number % 1000 == 0:
            rate = number / (time.monotonic() - begun)
            print(f"{number:,} articles, {rate:.0f} a second", file=sys.stderr)
    for entity, tally in tallies.items():
        for triple in describe(entity, tally, None):
            yield ox.Quad(triple.subject, triple.predicate, triple.object, entities)


def _object(term: object) -> ox.NamedNode | ox.Literal:
    from rdflib import Literal, URIRef

    if isinstance(term, URIRef):
        return ox.NamedNode(term)
    assert isinstance(term, Literal)
    datatype = None if term.datatype is None else ox.NamedNode(term.datatype)
    return ox.Literal(str(term), language=term.language, datatype=datatype)


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
