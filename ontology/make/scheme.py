"""What the scripts that make concept schemes share: a table's rows into SKOS, as Turtle."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import DCTERMS, RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef

from kg.vocabulary import DKG, PREFIXES, ROOT


@dataclass(frozen=True)
class Concept:
    """One concept of a scheme.

    Args:
        notation: its code, which is also the last part of its IRI.
        label: its name.
        definition: a sentence that says what falls under it.
        broader: notation of the concept above it, or an empty string at the top.
        names: other names.
        goldstein: its Goldstein score, for event codes.
    """

    notation: str
    label: str
    definition: str
    broader: str = ""
    names: tuple[str, ...] = ()
    goldstein: str = ""


def rows(table: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a tab-separated table with a header line, comments (#) left out."""
    with table.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        yield from csv.DictReader(lines, delimiter="\t")


def turtle(
    name: str, title: str, description: str, source: str, concepts: Iterable[Concept], header: str
) -> str:
    """Return a scheme with its concepts as Turtle.

    Args:
        name: name of the scheme, a prefix in ``kg.vocabulary``.
        title: title of the scheme.
        description: what the scheme is for.
        source: where it comes from, an IRI, or an empty string where it was made here.
        concepts: the concepts; those above before those below.
        header: comment for the top of the file.
    """
    graph = Graph()
    for prefix in (name, "dkg", "skos", "rdfs", "dcterms", "xsd"):
        graph.bind(prefix, PREFIXES[prefix], replace=True)
    scheme = URIRef(f"{ROOT}{name}")
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, RDFS.label, Literal(title, lang="en")))
    graph.add((scheme, DCTERMS.title, Literal(title, lang="en")))
    graph.add((scheme, DCTERMS.description, Literal(description, lang="en")))
    if source:
        graph.add((scheme, DCTERMS.source, URIRef(source)))
    for concept in concepts:
        _describe(graph, scheme, concept, PREFIXES[name])
    # rdflib writes 2 as 2.0, which is not the form in which Oxigraph keeps it.
    text = re.sub(r"(dkg:goldstein) (-?\d+)\.0\b", r'\1 "\2"^^xsd:decimal', graph.serialize())
    return f"{header}\n{text}"


def _describe(graph: Graph, scheme: URIRef, concept: Concept, base: str) -> None:
    node = URIRef(f"{base}{concept.notation}")
    graph.add((node, RDF.type, SKOS.Concept))
    graph.add((node, SKOS.prefLabel, Literal(concept.label, lang="en")))
    # The plain label serves who asks every node for its rdfs:label.
    graph.add((node, RDFS.label, Literal(concept.label)))
    graph.add((node, SKOS.definition, Literal(concept.definition, lang="en")))
    graph.add((node, SKOS.notation, Literal(concept.notation)))
    graph.add((node, SKOS.inScheme, scheme))
    for name in concept.names:
        graph.add((node, SKOS.altLabel, Literal(name, lang="en")))
    if concept.goldstein:
        score = Literal(concept.goldstein, datatype=XSD.decimal)
        graph.add((node, URIRef(DKG.goldstein), score))
    if concept.broader:
        graph.add((node, SKOS.broader, URIRef(f"{base}{concept.broader}")))
    else:
        graph.add((node, SKOS.topConceptOf, scheme))
        graph.add((scheme, SKOS.hasTopConcept, node))
