"""What this service is and what it holds: SPARQL 1.1 Service Description, and VoID."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
from flask import Blueprint, Response, request

from kg.endpoint.contents import Contents, contents
from kg.endpoint.current import current_engine, current_settings, current_store
from kg.endpoint.negotiate import Choice, negotiate
from kg.formats import DATASETS, GRAPHS, RESULTS, TURTLE, Format
from kg.formats.turtle import TurtleWriter
from kg.iris import Minter
from kg.literals import number
from kg.vocabulary import DCTERMS, FOAF, PREFIXES, RDF, RDFS, SD, VOID

blueprint = Blueprint("description", __name__)

_MOST_GRAPHS = 1000


@blueprint.get("/.well-known/void")
def void() -> Response:
    """Describe the dataset in VoID: what is in it, in numbers, and the ways to it."""
    choice = negotiate(request.headers.get("Accept"), GRAPHS, named=request.args.get("format"))
    held = contents(current_store(), current_engine())
    graph = _Description()
    _describe_dataset(graph, held)
    return _send(graph, choice, held)


def service_description(accept: str | None, named: str | None) -> Response:
    """Describe the endpoint: languages, formats, features and its dataset.

    Args:
        accept: Accept header.
        named: format by name, which overrides it.

    Raises:
        NotAcceptableError: no RDF format fits.
    """
    choice = negotiate(accept, GRAPHS, named=named)
    held = contents(current_store(), current_engine())
    root = request.url_root
    graph = _Description()
    service = f"{root}sparql#service"
    dataset = f"{root}sparql#dataset"
    default = f"{root}sparql#default-graph"
    graph.add(service, RDF.type, SD.Service)
    graph.add(service, SD.endpoint, f"{root}sparql")
    graph.add(service, SD.supportedLanguage, SD.SPARQL11Query)
    if current_settings().token is not None:
        graph.add(service, SD.supportedLanguage, SD.SPARQL11Update)
    strict = current_settings().strict_dataset
    if not strict:
        graph.add(service, SD.feature, SD.UnionDefaultGraph)
    graph.add(service, RDFS.seeAlso, f"{root}openapi.json")
    for form in (*RESULTS, *GRAPHS):
        graph.add(service, SD.resultFormat, form.iri)
    graph.add(service, SD.defaultDataset, dataset)
    graph.add(service, SD.availableGraphs, dataset)
    graph.add(dataset, RDF.type, SD.Dataset)
    graph.add(dataset, RDF.type, SD.GraphCollection)
    graph.add(dataset, SD.defaultGraph, default)
    graph.add(default, RDF.type, SD.Graph)
    unnamed = held.triples - sum(held.graphs.values())
    graph.add(default, VOID.triples, number(unnamed if strict else held.triples))
    if not strict:
        graph.add(default, DCTERMS.description, _TEXT_UNION)
    for place, (iri, triples) in enumerate(_listed(held).items(), start=1):
        entry, content = ox.BlankNode(f"named{place}"), ox.BlankNode(f"graph{place}")
        graph.add(dataset, SD.namedGraph, entry)
        graph.add(entry, RDF.type, SD.NamedGraph)
        graph.add(entry, SD.name, iri)
        graph.add(entry, SD.graph, content)
        graph.add(content, RDF.type, SD.Graph)
        graph.add(content, VOID.triples, number(triples))
    return _send(graph, choice, held)


_TEXT_UNION = ox.Literal("The union of all graphs.", language="en")


def _listed(held: Contents) -> dict[str, int]:
    """Return the graphs to list: all, or all but those of articles where there are too many."""
    if len(held.graphs) <= _MOST_GRAPHS:
        return held.graphs
    start = Minter(current_store().base).article_graph("")
    others = {iri: count for iri, count in held.graphs.items() if not iri.startswith(start)}
    return others if len(others) <= _MOST_GRAPHS else {}


def _describe_dataset(graph: _Description, held: Contents) -> None:
    base, root = current_store().base, request.url_root
    dataset = f"{base}.well-known/void#dataset"
    document = f"{base}.well-known/void"
    articles = f"{base}.well-known/void#articles"
    graph.add(document, RDF.type, VOID.DatasetDescription)
    graph.add(document, FOAF.primaryTopic, dataset)
    graph.add(dataset, RDF.type, VOID.Dataset)
    graph.add(dataset, DCTERMS.title, ox.Literal("Diplomacy in the news", language="en"))
    graph.add(dataset, DCTERMS.description, _TEXT_DATASET)
    graph.add(dataset, FOAF.homepage, root)
    graph.add(dataset, VOID.sparqlEndpoint, f"{root}sparql")
    graph.add(dataset, VOID.uriSpace, ox.Literal(base))
    graph.add(dataset, VOID.triples, number(held.triples))
    graph.add(dataset, VOID.distinctSubjects, number(held.subjects))
    graph.add(dataset, VOID.distinctObjects, number(held.objects))
    graph.add(dataset, VOID.classes, number(len(held.classes)))
    graph.add(dataset, VOID.properties, number(len(held.properties)))
    for form in DATASETS:
        graph.add(dataset, VOID.dataDump, f"{root}dump.{form.suffix}")
        graph.add(dataset, VOID.feature, form.iri)
    used = {_namespace(iri) for iri in (*held.classes, *held.properties)}
    for iri in sorted(used & set(PREFIXES.values())):
        graph.add(dataset, VOID.vocabulary, iri)
    graph.add(dataset, VOID.subset, articles)
    graph.add(articles, RDF.type, VOID.Dataset)
    graph.add(articles, DCTERMS.title, ox.Literal("What the articles say", language="en"))
    graph.add(articles, VOID.uriSpace, ox.Literal(Minter(base).article_graph("")))
    graph.add(articles, VOID.documents, number(held.articles))
    graph.add(articles, VOID.triples, number(held.article_triples))
    for place, (iri, count) in enumerate(held.classes.items(), start=1):
        part = ox.BlankNode(f"class{place}")
        graph.add(dataset, VOID.classPartition, part)
        graph.add(part, VOID.NAMESPACE.term("class"), iri)
        graph.add(part, VOID.entities, number(count))
    for place, (iri, count) in enumerate(held.properties.items(), start=1):
        part = ox.BlankNode(f"property{place}")
        graph.add(dataset, VOID.propertyPartition, part)
        graph.add(part, VOID.property, iri)
        graph.add(part, VOID.triples, number(count))


_TEXT_DATASET = ox.Literal(
    "Who met whom, who said what, and where each state stands, as the news reported it, "
    "with the words that prove it.",
    language="en",
)


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


class _Description:
    """Triples in the order in which they are said, those of a subject together.

    Where a string stands, it is an IRI.
    """

    def __init__(self) -> None:
        self._said: dict[_Subject, dict[str, list[_Value]]] = {}

    def add(self, subject: _Subject, predicate: str, value: _Value) -> None:
        """Say something of a subject."""
        self._said.setdefault(subject, {}).setdefault(predicate, []).append(value)

    def quads(self) -> Iterator[ox.Quad]:
        """Yield what was said."""
        for subject, about in self._said.items():
            node = ox.NamedNode(subject) if isinstance(subject, str) else subject
            for predicate, values in about.items():
                for value in values:
                    term = ox.NamedNode(value) if isinstance(value, str) else value
                    yield ox.Quad(node, ox.NamedNode(predicate), term)

    def written(self, form: Format) -> bytes:
        """Return the triples in an RDF format."""
        prefixes = {**PREFIXES, "sd": SD.NAMESPACE, "foaf": FOAF.NAMESPACE}
        if form == TURTLE:
            writer = TurtleWriter(prefixes)
            return "\n".join((writer.header(), *writer.subjects(self.quads()))).encode()
        assert isinstance(form.engine, ox.RdfFormat)  # negotiated from GRAPHS
        known = None if form.engine == ox.RdfFormat.N_TRIPLES else prefixes
        triples = (quad.triple for quad in self.quads())
        return ox.serialize(triples, format=form.engine, prefixes=known) or b""


_Subject = str | ox.BlankNode
_Value = str | ox.BlankNode | ox.Literal


def _send(graph: _Description, choice: Choice, held: Contents) -> Response:
    headers = {"Vary": "Accept", "Cache-Control": "no-cache", "KG-Revision": str(held.revision)}
    data = graph.written(choice.format)
    return Response(data, headers=headers, content_type=choice.content_type)
