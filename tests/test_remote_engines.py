"""A store on another engine: loaded like one in a folder, and open to the commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from coded_rows import coded_rows
from commands import kg as run_kg
from engines import BASE, Graphs, Running, engine, graphs_of, surroundings
from tables import load_table, write

from kg.endpoint.writer.tables import opening
from kg.errors import BaseMismatchError, StoreBusyError, StoreError
from kg.events.removing import divide_names
from kg.iris import Minter
from kg.loader.opening import receiving
from kg.loader.pipeline import load, remove
from kg.store import Store
from kg.store.remote import protocol
from kg.store.remote.store import RemoteStore

__all__ = ["engine"]

INVENTED = Path(__file__).resolve().parent / "data" / "invented"
SOME = sorted(INVENTED.glob("[c-l]*.yaml"))


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
    assert less.keys() == expected.keys() - {Minter(BASE).article_graph(key)}
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
    return run_kg(*arguments, env={k: v for k, v in environment.items() if k not in without})


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
    here = run_kg("query", *names, "--store", tmp_path / "store", env=surroundings())
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
