"""The clients that people have, against a real server."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from servers import ARTICLE, EX, QUADS, TOKEN, Server
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, Unauthorized

OF_A = f"SELECT ?o {{ <{EX}a> <{EX}p> ?o }} ORDER BY ?o"
HEADLINE = URIRef("https://schema.org/headline")


def wrapper(server: Server, query: str) -> SPARQLWrapper:
    client = SPARQLWrapper(server.endpoint)
    client.setQuery(query)
    return client


# SPARQLWrapper


@pytest.mark.parametrize("method", [GET, POST])
@pytest.mark.parametrize("how", [URLENCODED, POSTDIRECTLY])
def test_sparqlwrapper_asks(server: Server, method: str, how: str) -> None:
    client = wrapper(server, OF_A)
    client.setMethod(method)
    client.setRequestMethod(how)
    client.setReturnFormat(JSON)
    rows = client.queryAndConvert()["results"]["bindings"]
    assert [row["o"]["value"] for row in rows] == ["1", "2"]


# With parameters it says what it wants as format, output and results, some of them twice.
CONNEG = pytest.mark.parametrize("conneg", [True, False], ids=["header", "parameters"])


@CONNEG
def test_sparqlwrapper_reads_every_result_format(server: Server, conneg: bool) -> None:
    for form in (JSON, XML, CSV, TSV):
        client = wrapper(server, OF_A)
        client.setOnlyConneg(conneg)
        client.setReturnFormat(form)
        found = client.queryAndConvert()
        text = found.toxml() if form == XML else str(found)
        assert "1" in text and "2" in text, form


@CONNEG
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_sparqlwrapper_reads_every_graph_format(server: Server, conneg: bool) -> None:
    for form in (XML, RDFXML, JSONLD, TURTLE, N3):
        client = wrapper(server, f"CONSTRUCT WHERE {{ <{EX}a> ?p ?o }}")
        client.setOnlyConneg(conneg)
        client.setReturnFormat(form)
        found = client.queryAndConvert()
        if isinstance(found, bytes):
            found = Graph().parse(data=found, format="turtle")
        assert len(found) == 2, form


def test_sparqlwrapper_names_graphs(server: Server) -> None:
    client = wrapper(server, OF_A)
    client.addDefaultGraph(f"{EX}two")
    client.setReturnFormat(JSON)
    rows = client.queryAndConvert()["results"]["bindings"]
    assert [row["o"]["value"] for row in rows] == ["2"]


def test_sparqlwrapper_tells_what_is_wrong(server: Server) -> None:
    with pytest.raises(QueryBadFormed, match="dkg: is not declared"):
        wrapper(server, "SELECT * { ?s a dkg:Meeting }").query()


def test_sparqlwrapper_updates_with_the_token(writable: Server) -> None:
    text = f"INSERT DATA {{ GRAPH <{EX}mine> {{ <{EX}s> <{EX}p> 'new' }} }}"
    client = wrapper(writable, text)
    client.setMethod(POST)
    with pytest.raises(Unauthorized):
        client.query()
    client.addCustomHttpHeader("Authorization", f"Bearer {TOKEN}")
    client.query()
    assert [row["o"] for row in writable.query(f"SELECT ?o {{ <{EX}s> ?p ?o }}").rows] == ["new"]


# rdflib


def test_rdflib_reads_as_from_a_graph(server: Server) -> None:
    graph = Graph(SPARQLStore(server.endpoint))
    assert len(graph) == len(QUADS)
    assert [str(row.o) for row in graph.query(OF_A)] == ["1", "2"]
    assert list(graph.objects(None, HEADLINE)) == [Literal("Talks go on")]
    assert (URIRef(f"{EX}a"), URIRef(f"{EX}p"), None) in graph
    assert bool(graph.query("ASK { ?s ?p 2 }"))
    assert len(graph.query("CONSTRUCT WHERE { ?s ?p 2 }").graph) == 1


def test_rdflib_reads_one_named_graph(server: Server) -> None:
    graph = Graph(SPARQLStore(server.endpoint), identifier=URIRef(f"{EX}two"))
    assert len(graph) == 2
    assert {str(value) for value in graph.objects()} == {"2", "of two"}


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("returns", ["xml", "json", "csv", "tsv"])
def test_rdflib_asks_in_every_way(server: Server, method: str, returns: str) -> None:
    store = SPARQLStore(server.endpoint, method=method, returnFormat=returns)
    assert [str(row[0]) for row in Graph(store).query(OF_A)] == ["1", "2"]


def test_rdflib_writes_with_the_token(writable: Server) -> None:
    store = SPARQLUpdateStore(
        writable.endpoint, writable.endpoint, headers={"Authorization": f"Bearer {TOKEN}"}
    )
    mine = Graph(store, identifier=URIRef(f"{EX}mine"))
    triple = (URIRef(f"{EX}s"), URIRef(f"{EX}p"), Literal("né\n'\"\\", lang="fr"))
    mine.add(triple)
    assert list(mine) == [triple]
    mine.update(f"INSERT {{ ?s <{EX}q> ?o }} WHERE {{ ?s <{EX}p> ?o }}")
    assert len(mine) == 2
    mine.remove((None, None, None))
    assert len(mine) == 0


def test_rdflib_cannot_write_into_an_article_by_accident(writable: Server) -> None:
    store = SPARQLUpdateStore(
        writable.endpoint, writable.endpoint, headers={"Authorization": f"Bearer {TOKEN}"}
    )
    article = Graph(store, identifier=URIRef(ARTICLE))
    with pytest.raises(Exception, match="403"):
        article.add((URIRef(f"{EX}s"), URIRef(f"{EX}p"), Literal("new")))
    assert len(article) == 2


# Debian's roqet and rapper


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_roqet_asks(server: Server, needs: Callable[[str], str]) -> None:
    """It reads the rows of SELECT over the protocol (of ASK it reads no answer from anyone)."""
    roqet = needs("roqet")
    for query, expected in (
        (OF_A, ["o", "1", "2"]),
        (f"SELECT ?o FROM <{EX}two> {{ ?s ?p ?o FILTER(isNumeric(?o)) }}", ["o", "2"]),
    ):
        found = run(roqet, "-q", "-p", server.endpoint, "-e", query, "-r", "csv")
        assert found.split() == expected


@pytest.mark.parametrize(
    ("suffix", "parser", "quads"),
    [
        ("ttl", "turtle", False),
        ("nt", "ntriples", False),
        ("trig", "trig", True),
        ("nq", "nquads", True),
    ],
)
def test_rapper_reads_every_dump(
    server: Server,
    needs: Callable[[str], str],
    tmp_path: Path,
    suffix: str,
    parser: str,
    quads: bool,
) -> None:
    rapper = needs("rapper")
    file = tmp_path / f"dump.{suffix}"
    file.write_bytes(server.get(f"/dump.{suffix}").body)
    written = run(rapper, "-q", "-i", parser, "-o", "nquads" if quads else "ntriples", str(file))
    lines = {line for line in written.splitlines() if line}
    assert len(lines) == len(QUADS)


@pytest.mark.parametrize(
    ("media_type", "parser"),
    [
        ("text/turtle", "turtle"),
        ("application/rdf+xml", "rdfxml"),
        ("application/n-triples", "ntriples"),
    ],
)
def test_rapper_reads_what_is_constructed(
    server: Server, needs: Callable[[str], str], tmp_path: Path, media_type: str, parser: str
) -> None:
    rapper = needs("rapper")
    file = tmp_path / "graph"
    file.write_bytes(server.query("CONSTRUCT WHERE { ?s ?p ?o }", media_type).body)
    written = run(rapper, "-q", "-i", parser, "-o", "ntriples", str(file), EX)
    assert len(set(written.splitlines())) == len(QUADS)
