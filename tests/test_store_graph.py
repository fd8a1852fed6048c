"""``kg.open_graph``: a store in the hands of plain rdflib code."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import RDF, Dataset, Graph, Literal, Namespace, URIRef
from rdflib_terms import DKG

import kg
from kg.errors import StoreBusyError, StoreError
from kg.loader.pipeline import load
from kg.resources import resource
from kg.store import Store
from kg.store.graph import names_dataset

EX = Namespace("http://example.org/")
ARTICLE = URIRef("http://127.0.0.1:8000/graph/article/reykjavik-1986")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graph") / "store"
    with Store.open(folder) as store:
        load(store, [resource("samples") / "reykjavik-1986.yaml"])
    return folder


def test_plain_rdflib_code_reads_it(path: Path):
    """Iterating, matching, counting, naming graphs, walking: all as on any Dataset."""
    dataset = kg.open_graph(path)
    assert isinstance(dataset, Dataset)
    meetings = set(dataset.subjects(RDF.type, DKG.Meeting))
    assert meetings
    one = min(meetings)
    assert dataset.value(one, DKG.article) == URIRef("http://127.0.0.1:8000/article/reykjavik-1986")
    graph = dataset.graph(ARTICLE)
    assert (one, RDF.type, DKG.Meeting) in graph
    assert len(graph) == sum(1 for _ in graph)
    assert ARTICLE in {g.identifier for g in dataset.graphs()}
    assert {q[3] for q in dataset.quads((one, RDF.type, None, None))} == {ARTICLE}
    dataset.close()


def test_strings_are_plain_literals(path: Path):
    """A string equals ``Literal("…")``, as code that was written for rdflib's stores expects."""
    dataset = kg.open_graph(path)
    state = URIRef("https://w3id.org/diplomacy-kg/state/USA")
    title = dataset.value(
        URIRef("http://127.0.0.1:8000/article/reykjavik-1986"),
        URIRef("https://schema.org/inLanguage"),
    )
    assert title == Literal("en")
    (row,) = dataset.query("SELECT ?l WHERE { ?s schema:inLanguage ?l }")
    assert row.l == Literal("en")
    built = dataset.query(f"CONSTRUCT {{ <{state}> rdfs:label ?l }} WHERE {{ ?s dc:creator ?l }}")
    assert all(o.datatype is None for o in built.graph.objects())
    dataset.close()


def test_queries_as_strings_run_over_the_union(path: Path):
    """Without a dataset clause all graphs answer; with one, the graphs that it names."""
    dataset = kg.open_graph(path)
    ask = "SELECT (COUNT(*) AS ?n) {} WHERE {{ ?m a dkg:Meeting }}"
    (row,) = dataset.query(ask.format(""))
    assert row.n.toPython() == len(set(dataset.subjects(RDF.type, DKG.Meeting))) > 0
    (row,) = dataset.query(ask.format("FROM <http://example.org/none>"))
    assert row.n.toPython() == 0
    (row,) = dataset.query(ask.format(f"FROM <{ARTICLE}>"))
    assert row.n.toPython() > 0
    assert dataset.query("ASK { ?m a dkg:Meeting }").askAnswer
    (row,) = dataset.query("SELECT ?none WHERE { OPTIONAL { ?s <http://example.org/none> ?none } }")
    assert row.none is None
    text = dataset.query(f"DESCRIBE <{ARTICLE}>").serialize(format="turtle")
    assert b"prov" in text
    dataset.close()


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("SELECT * FROM <http://g> WHERE {}", True),
        ("SELECT * from named <http://g> {}", True),
        ("SELECT * FROM<http://g>{}", True),
        ("SELECT * FROM ex:g {}", True),
        ("PREFIX from: <http://x/> SELECT ?from { ?from from:x from:y }", False),
        ("SELECT * { ?s ?p ' FROM <http://g> ' }", False),
        ('SELECT * { ?s ?p """a "quote" FROM <http://g>""" }', False),
        ("SELECT * # FROM <http://g>\n { ?s ?p <http://x/#FROM> }", False),
    ],
)
def test_dataset_clauses_are_told_from_the_word_from(query: str, named: bool):
    """In names, strings, IRIs and comments the word means nothing."""
    assert names_dataset(query) is named


def test_reading_refuses_every_change_in_words(path: Path):
    """Adding, removing, parsing and updating are refused with the way to do it."""
    dataset = kg.open_graph(path)
    triple = (EX.a, EX.b, EX.c)
    before = len(dataset)
    for change in (
        lambda: dataset.add(triple),
        lambda: dataset.graph(EX.g).add(triple),
        lambda: dataset.addN([(*triple, dataset.graph(EX.g))]),
        lambda: dataset.remove((None, None, None)),
        lambda: dataset.remove_graph(ARTICLE),
        lambda: dataset.graph(EX.g).parse(data="<x:a> <x:b> <x:c> .", format="turtle"),
        lambda: dataset.update("CLEAR ALL"),
    ):
        with pytest.raises(StoreError, match="write=True"):
            change()
    assert len(dataset) == before
    dataset.close()
    with pytest.raises(StoreError, match="closed"):
        len(dataset)


def test_writing_goes_into_a_graph_of_ones_own(tmp_path: Path):
    """What was parsed, added, updated and removed is there once the dataset is closed."""
    path = tmp_path / "store"
    dataset = kg.open_graph(path, write=True)
    mine = dataset.graph(EX.mine)
    mine.parse(data="@prefix ex: <http://example.org/> . ex:a ex:b [ ex:c 'd' ] .", format="turtle")
    mine.add((EX.x, EX.y, Literal("gone")))
    mine.remove((EX.x, None, None))
    dataset.update("INSERT DATA { GRAPH <http://example.org/other> { <x:s> <x:p> 'o' } }")
    with pytest.raises(StoreBusyError):
        kg.open_graph(path, write=True)
    reader = kg.open_graph(path)
    assert len(reader) == 0
    reader.close()
    dataset.close()
    reader = kg.open_graph(path)
    wanted = Graph().parse(
        data="@prefix ex: <http://example.org/> . ex:a ex:b [ ex:c 'd' ] .", format="turtle"
    )
    assert reader.graph(EX.mine).isomorphic(wanted)
    assert len(reader.graph(EX.other)) == 1
    reader.close()


def test_a_dataset_keeps_its_revision(tmp_path: Path):
    """What is written later is not seen, and the old checkpoint goes when it is closed."""
    path = tmp_path / "store"
    Store.open(path).close()
    reader = kg.open_graph(path)
    for number in range(2):
        writer = kg.open_graph(path, write=True)
        writer.graph(EX.g).add((EX.a, EX.b, Literal(number)))
        writer.close()
    assert len(reader) == 0
    reader.close()
    with Store.open(path) as store, store.writer():
        names = {place.name for place in store.layout.checkpoints.iterdir()}
    assert names == {"000003"}


def test_reloading_leaves_users_graphs_alone(tmp_path: Path):
    """A graph that a user wrote stays as it is when articles come and go."""
    path = tmp_path / "store"
    sample = resource("samples") / "reykjavik-1986.yaml"
    dataset = kg.open_graph(path, write=True)
    dataset.graph(EX.mine).parse(data="<x:a> <x:b> [ <x:c> 1 ] .", format="turtle")
    dataset.close()
    with Store.open(path) as store:
        load(store, [sample])
        load(store, [sample])
    reader = kg.open_graph(path)
    assert len(reader.graph(EX.mine)) == 2
    reader.close()


def test_no_store_is_said(tmp_path: Path):
    """Opening for reading makes nothing."""
    with pytest.raises(StoreError, match="there is no store here"):
        kg.open_graph(tmp_path / "none")
