"""A store on another engine, asked and served: the answers and pages of one in a folder."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pyoxigraph as ox
import pytest
from engines import BASE, Running, engine, graphs_of
from questions import GOLDEN, Case, cases, database, labels, queries, shortened
from servers import serving

from kg.endpoint.execute import answer
from kg.endpoint.remote import RemoteEngine
from kg.endpoint.settings import Settings
from kg.iris import DEFAULT_BASE

__all__ = ["engine"]


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
        with closing(RemoteEngine(store, Settings())) as asked:
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
    with engine.open() as store, closing(RemoteEngine(store, Settings())) as asked:
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
    with engine.open() as store, closing(RemoteEngine(store, Settings())) as asked:
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
