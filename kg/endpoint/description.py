"""What this service is and what it holds: SPARQL 1.1 Service Description, and VoID."""

from __future__ import annotations

from flask import Blueprint, Response, request
from rdflib import RDF, RDFS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, VOID, XSD

from kg.endpoint.contents import Contents, contents
from kg.endpoint.current import current_engine, current_settings, current_store
from kg.endpoint.negotiate import Choice, negotiate
from kg.formats import DATASETS, GRAPHS, RESULTS
from kg.iris import Minter
from kg.vocabulary import PREFIXES

blueprint = Blueprint("description", __name__)

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_MOST_GRAPHS = 1000
_RDFLIB = {
    "text/turtle": "turtle",
    "application/n-triples": "nt11",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "pretty-xml",
}


@blueprint.get("/.well-known/void")
def void() -> Response:
    """Describe the dataset in VoID: what is in it, in numbers, and the ways to it."""
    choice = negotiate(request.headers.get("Accept"), GRAPHS, named=request.args.get("format"))
    held = contents(current_store(), current_engine())
    graph = _graph()
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
    graph = _graph()
    service = URIRef(f"{root}sparql#service")
    dataset = URIRef(f"{root}sparql#dataset")
    default = URIRef(f"{root}sparql#default-graph")
    graph.add((service, RDF.type, SD.Service))
    graph.add((service, SD.endpoint, URIRef(f"{root}sparql")))
    graph.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    if current_settings().token is not None:
        graph.add((service, SD.supportedLanguage, SD.SPARQL11Update))
    strict = current_settings().strict_dataset
    if not strict:
        graph.add((service, SD.feature, SD.UnionDefaultGraph))
    graph.add((service, RDFS.seeAlso, URIRef(f"{root}openapi.json")))
    for form in (*RESULTS, *GRAPHS):
        graph.add((service, SD.resultFormat, URIRef(form.iri)))
    graph.add((service, SD.defaultDataset, dataset))
    graph.add((service, SD.availableGraphs, dataset))
    graph.add((dataset, RDF.type, SD.Dataset))
    graph.add((dataset, RDF.type, SD.GraphCollection))
    graph.add((dataset, SD.defaultGraph, default))
    graph.add((default, RDF.type, SD.Graph))
    unnamed = held.triples - sum(held.graphs.values())
    graph.add((default, VOID.triples, _number(unnamed if strict else held.triples)))
    if not strict:
        graph.add((default, DCTERMS.description, _TEXT_UNION))
    for iri, triples in _listed(held).items():
        entry, content = BNode(), BNode()
        graph.add((dataset, SD.namedGraph, entry))
        graph.add((entry, RDF.type, SD.NamedGraph))
        graph.add((entry, SD.name, URIRef(iri)))
        graph.add((entry, SD.graph, content))
        graph.add((content, RDF.type, SD.Graph))
        graph.add((content, VOID.triples, _number(triples)))
    return _send(graph, choice, held)


_TEXT_UNION = Literal("The union of all graphs.", lang="en")


def _listed(held: Contents) -> dict[str, int]:
    """Return the graphs to list: all, or all but those of articles where there are too many."""
    if len(held.graphs) <= _MOST_GRAPHS:
        return held.graphs
    start = str(Minter(current_store().base).article_graph(""))
    others = {iri: count for iri, count in held.graphs.items() if not iri.startswith(start)}
    return others if len(others) <= _MOST_GRAPHS else {}


def _describe_dataset(graph: Graph, held: Contents) -> None:
    base, root = current_store().base, request.url_root
    dataset = URIRef(f"{base}.well-known/void#dataset")
    document = URIRef(f"{base}.well-known/void")
    articles = URIRef(f"{base}.well-known/void#articles")
    graph.add((document, RDF.type, VOID.DatasetDescription))
    graph.add((document, FOAF.primaryTopic, dataset))
    graph.add((dataset, RDF.type, VOID.Dataset))
    graph.add((dataset, DCTERMS.title, Literal("Diplomacy in the news", lang="en")))
    graph.add((dataset, DCTERMS.description, _TEXT_DATASET))
    graph.add((dataset, FOAF.homepage, URIRef(root)))
    graph.add((dataset, VOID.sparqlEndpoint, URIRef(f"{root}sparql")))
    graph.add((dataset, VOID.uriSpace, Literal(base)))
    graph.add((dataset, VOID.triples, _number(held.triples)))
    graph.add((dataset, VOID.distinctSubjects, _number(held.subjects)))
    graph.add((dataset, VOID.distinctObjects, _number(held.objects)))
    graph.add((dataset, VOID["classes"], _number(len(held.classes))))
    graph.add((dataset, VOID["properties"], _number(len(held.properties))))
    for form in DATASETS:
        graph.add((dataset, VOID.dataDump, URIRef(f"{root}dump.{form.suffix}")))
        graph.add((dataset, VOID.feature, URIRef(form.iri)))
    used = {_namespace(iri) for iri in (*held.classes, *held.properties)}
    for iri in used & set(PREFIXES.values()):
        graph.add((dataset, VOID.vocabulary, URIRef(iri)))
    graph.add((dataset, VOID.subset, articles))
    graph.add((articles, RDF.type, VOID.Dataset))
    graph.add((articles, DCTERMS.title, Literal("What the articles say", lang="en")))
    graph.add((articles, VOID.uriSpace, Literal(str(Minter(base).article_graph("")))))
    graph.add((articles, VOID.documents, _number(held.articles)))
    graph.add((articles, VOID.triples, _number(held.article_triples)))
    for iri, count in held.classes.items():
        part = BNode()
        graph.add((dataset, VOID.classPartition, part))
        graph.add((part, VOID["class"], URIRef(iri)))
        graph.add((part, VOID.entities, _number(count)))
    for iri, count in held.properties.items():
        part = BNode()
        graph.add((dataset, VOID.propertyPartition, part))
        graph.add((part, VOID.property, URIRef(iri)))
        graph.add((part, VOID.triples, _number(count)))


_TEXT_DATASET = Literal(
    "Who met whom, who said what, and where each state stands, as the news reported it, "
    "with the words that prove it.",
    lang="en",
)


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=XSD.integer)


def _graph() -> Graph:
    graph = Graph()
    for prefix, iri in {**PREFIXES, "sd": str(SD), "foaf": str(FOAF)}.items():
        graph.bind(prefix, iri, replace=True)
    return graph


def _send(graph: Graph, choice: Choice, held: Contents) -> Response:
    data = graph.serialize(format=_RDFLIB[choice.format.media_type], encoding="utf-8")
    headers = {"Vary": "Accept", "Cache-Control": "no-cache", "KG-Revision": str(held.revision)}
    return Response(data, headers=headers, content_type=choice.content_type)
