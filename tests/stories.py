"""Short made-up articles about invented states, made in a line where a test needs one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.loader.articles import Articles
from kg.readers.source import Reading
from kg.registry import Registry
from kg.store import Store
from tests.strategies import read_record

WORDS = "They met."


def story(key: str, **parts: Any) -> Reading:
    """Return an article with these parts; its text proves everything with two words."""
    text = parts.pop("text", f"{key}: {WORDS}")
    article = {"id": key, "title": f"Title of {key}", "text": text, **parts.pop("article", {})}
    for section in ("meetings", "statements", "positions"):
        for fact in parts.get(section, ()):
            fact.setdefault("evidence", [{"exact": WORDS, "occurrence": 1}])
    return read_record({"article": article, "reviewed": True, **parts})


def person(name: str, state: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a person as a party."""
    return {"name": name, "kind": "person", "state": state, **more}


def meeting(*participants: str, **more: Any) -> dict[str, Any]:
    """Return a meeting of parties."""
    return {"id": "m", "participants": list(participants), **more}


@contextmanager
def loaded(
    folder: Path, *stories: Reading, registry: Registry | None = None, keep: bool = True
) -> Iterator[tuple[Store, ox.Store]]:
    """Load stories into a new store; give it and a snapshot's database."""
    with Store.open(folder) as store:
        with store.writer() as writer, Articles(store, writer, registry) as articles:
            for reading in stories:
                articles.put(reading.facts, reading.text if keep else None)
        with store.snapshot() as snapshot:
            yield store, snapshot.ox


def triples(database: ox.Store, graph: str) -> set[tuple[str, str, str]]:
    """Return the triples of a managed graph, IRIs shortened to what follows the base or #."""
    name = ox.NamedNode(f"http://127.0.0.1:8000/graph/{graph}")
    return {
        (_short(q.subject), _short(q.predicate), _short(q.object))
        for q in database.quads_for_pattern(None, None, None, name)
    }


def _short(term: Any) -> str:
    value: str = term.value
    if isinstance(term, ox.Literal):
        return value
    for prefix in ("http://127.0.0.1:8000/id/", "http://127.0.0.1:8000/"):
        if value.startswith(prefix):
            return value.removeprefix(prefix)
    return value.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
