"""Checks a graph against the shapes of ``ontology/shapes.ttl``, by pySHACL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import pyoxigraph as ox
from pyshacl import validate
from rdflib import RDF, SH, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from kg.resources import resource
from kg.validation.findings import Finding
from kg.validation.view import View
from kg.vocabulary import DKG

SHAPES = "https://w3id.org/diplomacy-kg/shapes#"
_IN_SCHEME = ox.NamedNode(str(SKOS.inScheme))
_BATCH = 2_000


@cache
def shapes() -> Graph:
    """Return the shapes; read at the first call."""
    return Graph().parse(resource("ontology") / "shapes.ttl", format="turtle")


def check_article(view: View, key: str) -> Iterator[Finding]:
    """Yield where an article's graph does not have the form it should have.

    The article's graph is looked at by itself, so that memory stays flat however many there are;
    of the concepts that it names, the schemes are looked up.
    """
    graph = view.mint.article_graph(key)
    yield from check_triples(_with_schemes(view, view.quads(graph)), graph)


def check_graph(view: View, name: str) -> Iterator[Finding]:
    """Yield where the nodes of another managed graph, such as ``links``, have a wrong form.

    Each node's triples are looked at together, and many nodes at once.
    """
    graph = ox.NamedNode(view.mint.graph(name))
    batch: list[ox.Quad] = []
    # Only nodes with a type have a shape; links between articles' own nodes have none.
    for typed in view.database.quads_for_pattern(None, ox.NamedNode(str(RDF.type)), None, graph):
        quads = view.database.quads_for_pattern(typed.subject, None, None, graph)
        batch.extend(quads)
        if len(batch) >= _BATCH:
            yield from check_triples(_with_schemes(view, batch), graph.value)
            batch = []
    yield from check_triples(_with_schemes(view, batch), graph.value)


def check_triples(triples: Graph, name: str) -> Iterator[Finding]:
    """Yield where triples do not fit the shapes.

    Args:
        triples: what to check.
        name: IRI of the graph that they come from.
    """
    _, report, _ = validate(
        triples, shacl_graph=shapes(), advanced=False, inference="none", meta_shacl=False
    )
    assert isinstance(report, Graph)
    seen = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        finding = _finding(report, result, name)
        if finding not in seen:
            seen.add(finding)
            yield finding


def _finding(report: Graph, result: Node, graph: str) -> Finding:
    message, _, remedy = str(report.value(result, SH.resultMessage)).partition("; ")
    warning = report.value(result, SH.resultSeverity) == SH.Warning
    return Finding(
        graph=graph,
        node=str(report.value(result, SH.focusNode)),
        rule=str(report.value(result, SH.sourceShape)).removeprefix(SHAPES),
        message=message,
        remedy=remedy,
        severity="warning" if warning else "violation",
    )


def _with_schemes(view: View, quads: Iterable[ox.Quad]) -> Graph:
    graph = Graph()
    _add(graph, quads)
    concepts = ox.NamedNode(view.mint.graph("concepts"))
    for named in {*graph.objects(None, URIRef(DKG.actCode)), *graph.objects(None, SKOS.broader)}:
        _add(
            graph,
            view.database.quads_for_pattern(ox.NamedNode(str(named)), _IN_SCHEME, None, concepts),
        )
    return graph


def _add(graph: Graph, quads: Iterable[ox.Quad]) -> None:
    for quad in quads:
        # Blank nodes have a rule of their own.
        if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.BlankNode):
            graph.add((URIRef(quad.subject.value), URIRef(quad.predicate.value), _term(quad)))


def _term(quad: ox.Quad) -> URIRef | Literal:
    term = quad.object
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    return URIRef(str(getattr(term, "value", term)))
