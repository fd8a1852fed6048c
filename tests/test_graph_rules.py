"""The rules of the graph, over generated facts and any order of loading, replacing, removing."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib_terms import text_of

from kg.iris import Minter
from kg.loader.articles import Articles
from kg.loader.pipeline import load
from kg.loader.refresh import refresh
from kg.mappers import Context, map_article
from kg.readers.source import Reading
from kg.registry import Registry
from kg.store import Store
from kg.vocabulary import DKG, OA
from tests.strategies import KEYS, readings

Step = tuple[str, str, Reading | None, bool]

_slow = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def _steps(draw: st.DrawFn) -> list[Step]:
    """Draw loads of a few articles (with or without the text to keep) and removals."""
    pool = draw(st.lists(readings, min_size=1, max_size=4))
    steps: list[Step] = []
    for _ in range(draw(st.integers(1, 9))):
        if draw(st.integers(0, 3)) == 0:
            steps.append(("remove", draw(st.sampled_from(KEYS)), None, False))
        else:
            reading = draw(st.sampled_from(pool))
            steps.append(("load", reading.facts.article.id or "", reading, draw(st.booleans())))
    return steps


def _run(store: Store, steps: Iterable[Step], groups: bool = True) -> None:
    with store.writer() as writer, Articles(store, writer) as articles:
        for verb, key, reading, keep in steps:
            if verb == "remove":
                articles.remove(key)
            else:
                assert reading is not None
                articles.put(reading.facts, reading.text if keep else None, force=True)
            if not groups:
                articles.flush()


def _graphs(store: Store) -> dict[str, set[str]]:
    """Return the managed graphs with their triples, provenance left out: it tells the history."""
    provenance = Minter(store.base).graph("provenance")
    graphs: dict[str, set[str]] = {}
    with store.snapshot() as snapshot:
        for quad in snapshot.ox:
            if quad.graph_name.value != provenance:
                graphs.setdefault(quad.graph_name.value, set()).add(str(quad.triple))
        # A graph that lost its last triple must not stay as a name either.
        names = {graph.value for graph in snapshot.ox.named_graphs()}
        assert names - {provenance} == set(graphs)
    return graphs


def _texts(store: Store) -> set[str]:
    return {path.name for path in (*store.texts.folder.iterdir(), *store.facts.folder.iterdir())}


@cache
def _with_packaged() -> Path:
    path = Path(tempfile.mkdtemp(prefix="kg-packaged-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    with Store.open(path / "store") as store:
        load(store)
    return path / "store"


def packaged(path: Path) -> Store:
    """Return a new store that has the package's graphs, which takes longer to make than to copy."""
    shutil.copytree(_with_packaged(), path)
    return Store.open(path, create=False)


@_slow
@given(_steps(), st.booleans(), st.randoms(use_true_random=False))
def test_order_of_loading_replacing_and_removing_never_shows(steps, groups, random):
    """Whatever happened before, the managed graphs and files are those of what is left."""
    left: dict[str, Step] = {}
    for step in steps:
        left.pop(step[1], None)
        if step[0] == "load":
            left[step[1]] = step
    fresh = list(left.values())
    random.shuffle(fresh)
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(Path(folder) / "a") as one,
        Store.open(Path(folder) / "b") as other,
    ):
        _run(one, steps, groups)
        _run(other, fresh)
        assert _graphs(one) == _graphs(other)
        assert _texts(one) == _texts(other)


@_slow
@given(st.lists(readings, min_size=1, max_size=3))
def test_loading_twice_changes_nothing(articles):
    """The second load of the same facts makes no revision and leaves every graph as it was."""
    last = {reading.facts.article.id: reading for reading in articles}
    steps: list[Step] = [("load", key or "", reading, True) for key, reading in last.items()]
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "s") as store:
        _run(store, steps)
        revision, before = store.revision, _graphs(store)
        _run(store, reversed(steps))
        assert store.revision == revision
        assert _graphs(store) == before


@_slow
@given(st.lists(readings, min_size=1, max_size=3))
def test_graphs_keep_apart_whole_and_to_the_letter(articles):
    """No triple twice, no blank node, each proof in its place, each literal as it was written."""
    last = {reading.facts.article.id or "": reading for reading in articles}
    with tempfile.TemporaryDirectory() as folder, packaged(Path(folder) / "s") as store:
        with store.writer() as writer, Articles(store, writer) as loaded:
            refresh(store, writer, loaded)
            for reading in last.values():
                loaded.put(reading.facts, reading.text)
        with store.snapshot() as snapshot:
            database = snapshot.ox
            quads = list(database)
            assert max(Counter(quad.triple for quad in quads).values()) == 1
            assert not any(isinstance(term, ox.BlankNode) for q in quads for term in q.triple)
            for key, reading in last.items():
                _check_literals(database, store, key, reading)
            _check_proofs(store, database)


def _check_literals(database: ox.Store, store: Store, key: str, reading: Reading) -> None:
    context = Context(store.base, key, Registry().resolve)
    wanted = {
        (s, p, text_of(o), getattr(o, "language", None) or "")
        for s, p, o in map_article(reading.facts, context)
    }
    graph = ox.NamedNode(context.mint.article_graph(key))
    found = {
        (
            q.subject.value,
            q.predicate.value,
            q.object.value,
            getattr(q.object, "language", "") or "",
        )
        for q in database.quads_for_pattern(None, None, None, graph)
    }
    assert found == wanted


def _check_proofs(store: Store, database: ox.Store) -> None:
    def one(subject, predicate):
        (quad,) = database.quads_for_pattern(subject, ox.NamedNode(str(predicate)), None, None)
        return quad.object

    proofs = [
        quad.object
        for predicate in (DKG.evidence, DKG.content)
        for quad in database.quads_for_pattern(None, ox.NamedNode(str(predicate)), None, None)
    ]
    for proof in proofs:
        text = store.text(one(proof, OA.hasSource).value.rsplit("/", 1)[-1])
        selector = one(proof, OA.hasSelector)
        start, end = (int(one(selector, term).value) for term in (OA.start, OA.end))
        assert text is not None
        assert text[start:end] == one(selector, OA.exact).value
        assert selector.value.endswith(f"#char={start},{end}")
