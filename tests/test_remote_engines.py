"""A store on another engine: loaded, asked and served like one in a folder."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from coded_rows import coded_rows
from engines import Running, engine, surroundings
from questions import GOLDEN, Case, cases, database, labels, queries, shortened
from servers import serving
from tables import load_table, write

from kg.endpoint.execute import answer
from kg.endpoint.remote import RemoteEngine
from kg.endpoint.settings import Settings
from kg.endpoint.writer.tables import opening
from kg.errors import BaseMismatchError, StoreBusyError, StoreError
from kg.events.removing import divide_names
from kg.iris import DEFAULT_BASE, Minter
from kg.loader.opening import receiving
from kg.loader.pipeline import load, remove
from kg.store import Store
from kg.store.remote import protocol
from kg.store.remote.store import RemoteStore

__all__ = ["engine"]

BASE = "http://example.org/kg/"
INVENTED = Path(__file__).resolve().parent / "data" / "invented"
SOME = sorted(INVENTED.glob("[c-l]*.yaml"))

Graphs = dict[str, set[ox.Triple]]


def graphs_of(store: Store) -> Graphs:
    """Return the managed graphs, but for the provenance graph, which has clocks."""
    mint, found = Minter(store.base), {}
    with store.snapshot() as snapshot:
        for graph in snapshot.ox.named_graphs():
            if mint.is_managed(graph.value) and not graph.value.endswith("/provenance"):
                quads = snapshot.ox.quads_for_pattern(None, None, None, graph)
                found[graph.value] = {quad.triple for quad in quads}
    return found


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Graphs:
    """Give the graphs of an embedded store with the same articles."""
    with Store.open(tmp_path_factory.mktemp("embedded") / "store", BASE) as store:
        assert not load(store, SOME).articles["rejected"]
        return graphs_of(store)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for texts, facts and the registry."""
    return tmp_path_factory.mktemp("files")


@pytest.fixture
def store(engine: Running, files: Path) -> Iterator[RemoteStore]:
    """Give the store on the engine, with the articles loaded."""
    with engine.open(BASE, files) as opened:
        load(opened, SOME, receiving=receiving)
        yield opened


def test_loading_in_any_order_gives_the_graphs_of_an_embedded_store(
    engine: Running, files: Path, expected: Graphs
) -> None:
    with engine.open(BASE, files) as store:
        first = load(store, SOME[::-1][:3], receiving=receiving)
        again = load(store, SOME, receiving=receiving)
        assert first.articles["new"] + again.articles["new"] == len(SOME)
        assert again.articles["unchanged"] == 3
        assert graphs_of(store) == expected
        twice = load(store, SOME, receiving=receiving)
        assert (twice.articles["unchanged"], twice.added, twice.removed) == (len(SOME), 0, 0)


def test_what_is_removed_and_loaded_again_is_as_before(
    store: RemoteStore, expected: Graphs
) -> None:
    key = "lake-talks-post"
    assert remove(store, [key], receiving=receiving) == [key]
    less = graphs_of(store)
    assert less.keys() == expected.keys() - {str(Minter(BASE).article_graph(key))}
    assert less[f"{BASE}graph/entities"] < expected[f"{BASE}graph/entities"]
    load(store, SOME, receiving=receiving)
    assert graphs_of(store) == expected


def test_what_a_writer_left_undone_is_made_right_by_the_next(
    store: RemoteStore, expected: Graphs
) -> None:
    """The derived graphs do not fit the articles, and the mark of a writer is still there."""
    writer = store.writer()
    for name in ("entities", "links"):
        graph = f"{BASE}graph/{name}"
        wrong = ox.Triple(*[ox.NamedNode(f"http://example.org/{n}") for n in "spo"])
        store.protocol.put(graph, {*list(expected[graph])[1:], wrong})
    writer._whole = False  # as if it had ended between two requests
    writer.close()
    assert graphs_of(store) != expected
    load(store, receiving=receiving)
    assert graphs_of(store) == expected
    assert not store.protocol.holds(
        f"ASK {{ GRAPH <{BASE}graph/provenance> "
        "{ ?s <http://www.w3.org/ns/prov#startedAtTime> ?o } }"
    )


def test_event_tables_come_and_go(
    store: RemoteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In many requests the same graphs as in a folder; again nothing; replaced; removed."""
    monkeypatch.setattr(protocol, "ADDED", 40)
    path = write(tmp_path / "day.export.CSV", coded_rows())
    with Store.open(tmp_path / "embedded", BASE) as embedded:
        expected = load_table(embedded, path)
        graphs = graphs_of(embedded)
        write(path, coded_rows()[5:])
        load_table(embedded, path)
        fewer = graphs_of(embedded)
    before = graphs_of(store)
    write(path, coded_rows())
    summary = load_table(store, path)
    assert (summary.rows, summary.added) == (expected.rows, expected.added)
    assert graphs_of(store) == before | graphs
    assert load_table(store, path).tables == {"unchanged": 1}
    write(path, coded_rows()[5:])
    assert load_table(store, path).tables == {"replaced": 1}
    assert graphs_of(store) == before | fewer
    assert divide_names(store, ["day.export", "day-export"]) == (["day.export"], ["day-export"])
    with opening(store) as tables:
        tables.remove(["day-export"])
    assert graphs_of(store) == before


def test_one_writes_at_a_time(store: RemoteStore, engine: Running, files: Path) -> None:
    with store.writer(), engine.open(BASE, files) as other:
        with pytest.raises(StoreBusyError, match="is being written"):
            other.writer()
        with pytest.raises(StoreBusyError):
            load(other, SOME[:1], receiving=receiving)
    store.writer().close()


def test_another_base_is_refused(store: RemoteStore, engine: Running) -> None:
    assert store.base == BASE
    with pytest.raises(BaseMismatchError, match=BASE):
        engine.open("http://example.org/other/")
    with engine.open() as found:
        assert found.base == BASE


def test_the_folder_of_texts_must_be_named_again(store: RemoteStore, engine: Running) -> None:
    with engine.open(BASE) as without, pytest.raises(StoreError, match="--files"):
        load(without, SOME[:1], receiving=receiving)


def test_writing_needs_the_addresses_for_it(store: RemoteStore, engine: Running) -> None:
    done = kg(engine, "load", str(SOME[0]), without=("KG_UPDATE", "KG_GRAPH_STORE"))
    assert done.returncode == 2
    assert "--update (or KG_UPDATE) and --graph-store" in done.stderr
    assert "Traceback" not in done.stderr


def kg(engine: Running, *arguments: str, without: tuple[str, ...] = (), **more: str):  # type: ignore[no-untyped-def]
    environment = surroundings(**engine.environment(), **more)
    return subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        env={k: v for k, v in environment.items() if k not in without},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_the_commands_work_on_it(
    store: RemoteStore, engine: Running, files: Path, tmp_path: Path
) -> None:
    said = {"KG_BASE": BASE, "KG_FILES": str(files)}
    loaded = kg(engine, "load", str(SOME[0]), **said)
    assert loaded.returncode == 0, loaded.stderr
    assert "1 unchanged" in loaded.stdout
    info = json.loads(kg(engine, "info", "--json", **said).stdout)
    assert (info["articles"], info["base"], info["store"]) == (len(SOME), BASE, engine.query)
    with Store.open(tmp_path / "store", BASE) as embedded:
        load(embedded, SOME)
    names = ("articles", "-f", "csv")
    here = subprocess.run(
        [sys.executable, "-m", "kg", "query", *names, "--store", str(tmp_path / "store")],
        capture_output=True, text=True, env=surroundings(), timeout=60,
    )  # fmt: skip
    there = kg(engine, "query", *names)
    assert there.returncode == 0, there.stderr
    assert there.stdout == here.stdout
    valid = kg(engine, "validate", **said)
    assert (valid.returncode, valid.stderr) == (0, "")
    assert f"{len(SOME)} articles checked: 0 violations" in valid.stdout
    graph = f"{BASE}graph/entities"
    dumped = kg(engine, "dump", "--format", "nquads", "--graph", graph)
    assert {q.triple for q in ox.parse(dumped.stdout, ox.RdfFormat.N_QUADS)} == (
        graphs_of(store)[graph]
    )


def test_named_queries_give_the_golden_rows(engine: Running) -> None:
    """All of them, with a user's graph beside that says otherwise: rows, order and number."""
    graphs: dict[str, list[ox.Triple]] = {}
    for quad in database():
        graphs.setdefault(quad.graph_name.value, []).append(quad.triple)  # type: ignore[union-attr]
    with engine.open(BASE) as other:
        for graph in graphs_of(other):
            other.protocol.put(graph, ())
        other.protocol.put(f"{BASE}graph/provenance", ())
    with engine.open() as store:
        for graph, triples in graphs.items():
            store.protocol.put(graph, triples)
        asked = RemoteEngine(store, Settings())
        wrong = [case.id for case in cases() if rows(asked, case) != case.rows]
    assert len(list(GOLDEN.glob("*/*.csv"))) == len(cases()) > 100
    assert wrong == []


def rows(asked: RemoteEngine, case: Case) -> list[list[str]]:
    """Ask a case as `questions.answer` does, of an engine."""
    text = queries()[case.query].bind(case.values, DEFAULT_BASE, labels())
    with answer(asked, text, named="json") as given:
        found = ox.parse_query_results(b"".join(given.chunks), ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)
    return [[shortened(row[column]) for column in case.columns] for row in found]


def test_graphs_are_constructed_and_described_as_by_our_own_engine(engine: Running) -> None:
    with engine.open() as store:
        asked = RemoteEngine(store, Settings())
        memory = database()
        for text in (
            "PREFIX dkg: <https://w3id.org/diplomacy-kg/ns#> "
            "CONSTRUCT { ?m a dkg:Meeting ; <http://example.org/n> [ dkg:article ?a ] } "
            "WHERE { ?m a dkg:Meeting ; dkg:article ?a } ORDER BY ?m ?a LIMIT 3",
            "CONSTRUCT WHERE { <article/moscow-times-2013-02-02> ?p ?o }",
            "DESCRIBE <article/moscow-times-2013-02-02> <http://example.org/nothing>",
            "PREFIX dkg: <https://w3id.org/diplomacy-kg/ns#> "
            "DESCRIBE ?m WHERE { ?m a dkg:Meeting } ORDER BY ?m LIMIT 1",
        ):
            with answer(asked, text, named="nt", base=DEFAULT_BASE) as given:
                found = {q.triple for q in ox.parse(b"".join(given.chunks), ox.RdfFormat.N_TRIPLES)}
            wanted = set(
                memory.query(text, base_iri=DEFAULT_BASE, use_default_graph_as_union=True)  # type: ignore[arg-type]
            )
            assert canonical(found) == canonical(wanted), text


def canonical(triples: set[ox.Triple]) -> ox.Dataset:
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def test_an_engines_own_functions_are_refused(engine: Running) -> None:
    with engine.open() as store:
        asked = RemoteEngine(store, Settings())
        for text in (
            "SELECT (<bif:now>() AS ?x) {}",
            "PREFIX b: <BIF:> SELECT (b:now() AS ?x) {}",
            "PREFIX b: <\\u0062if:> SELECT (b:now() AS ?x) {}",
            "DEFINE get:soft 'replace' SELECT * { ?s ?p ?o }",
            "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        ):
            with pytest.raises(Exception, match=r"not SPARQL|cannot begin|not allowed"):
                answer(asked, text)


def test_it_is_served(engine: Running) -> None:
    """Our pages, named queries and endpoint in front of the engine."""
    said = engine.environment()
    with serving(Path("unused"), "--store", engine.query, KG_TOKEN="a-token", **said) as server:
        for path, words in (
            ("/", "article"),
            ("/article/moscow-times-2013-02-02", "Moscow"),
            ("/id/place/munich-deu.html", "Munich"),
            ("/search?q=moscow", "Moscow"),
            ("/queries", "Which states met"),
            ("/ontology", "Meeting"),
        ):
            page = server.get(path, accept="text/html")
            assert page.status == 200 and words in page.text, (path, page.status)
        found = server.get("/queries/states-met?state=RUS", accept="text/csv")
        assert found.status == 200 and "state/RUS" in found.text
        assert server.query("ASK { ?s ?p ?o }").json()["boolean"] is True
        counted = server.query("SELECT (COUNT(*) AS ?n) { ?s a <https://schema.org/NewsArticle> }")
        assert int(counted.rows[0]["n"]) > 20
        assert server.get("/healthz").status == 200
        refused = server.update("CLEAR ALL", token="a-token")
        assert (refused.status, refused.json()["title"]) == (403, "This server is read-only")
        wrong = server.query("SELECT * { ?s ?p ?o FILTER(?nothing(1)) }")
        assert wrong.status == 400, wrong.text
        assert engine.process is not None
        engine.process.kill()
        engine.process.wait()
        gone = server.query("ASK { ?s ?p ?o }")
        assert (gone.status, gone.type) == (503, "application/problem+json")
        assert "Retry-After".lower() in gone.headers and "127.0.0.1" not in gone.text
        assert server.get("/healthz").status == 503
        assert server.get("/healthz/live").status == 200
        assert server.get("/article/moscow-times-2013-02-02").status == 503
