"""Make ontology/context.jsonld, the JSON-LD context of all terms, from the ontology.

    python -m ontology.make.context [check]

A term's key is the last part of its IRI; where two terms would have one key, the ontology's own
keeps it (`KEYS` names the other). Values that are IRIs or dates are written as plain strings.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rdflib import OWL, RDF, RDFS, XSD, Graph, URIRef

from kg.vocabulary import DKG, PREFIXES
from ontology.make.output import finish

FOLDER = Path(__file__).resolve().parent.parent

KEYS = {
    "schema:text": "words",
    "dc:source": "madeFrom",
    "dcterms:source": "takenFrom",
    "dcterms:type": "eventKind",
}
"""Keys of reused terms whose own names are taken."""

IRIS = (
    "schema:url schema:publisher schema:locationCreated schema:containedInPlace org:hasMembership"
    " org:member org:organization skos:exactMatch skos:closeMatch skos:broader skos:inScheme"
    " skos:topConceptOf skos:hasTopConcept owl:sameAs oa:hasSource oa:hasSelector prov:generated"
    " prov:used prov:invalidated prov:hadPrimarySource dcterms:source"
    " dcterms:type schema:agent schema:object schema:location prov:alternateOf"
)
"""Reused properties whose values are IRIs."""

TYPED = {
    "schema:datePublished": XSD.date,
    "schema:validFrom": XSD.date,
    "schema:validThrough": XSD.date,
    "sem:hasBeginTimeStamp": XSD.date,
    "sem:hasEndTimeStamp": XSD.date,
    "sem:hasTimeStamp": XSD.date,
    "prov:endedAtTime": XSD.dateTime,
    "schema:dateCreated": XSD.dateTime,
    "schema:latitude": XSD.decimal,
    "schema:longitude": XSD.decimal,
    "schema:foundingDate": XSD.gYear,
    "schema:dissolutionDate": XSD.gYear,
}
"""Reused properties whose values have a datatype that JSON does not know."""

SETS = (
    "dkg:participant dkg:evidence dkg:content dkg:addressee dkg:about dkg:surface"
    " dkg:matchedReport dkg:sameMeeting dkg:nearCopyOf org:hasMembership skos:altLabel"
    " skos:exactMatch skos:closeMatch skos:hasTopConcept owl:sameAs"
)
"""Properties that can have several values, always written as lists."""

# JSON's own types say enough for these.
_NATIVE = {XSD.string, XSD.boolean, XSD.integer}


def make() -> dict[str, Any]:
    """Return the context document."""
    graph = Graph()
    for file in ("dkg.ttl", "reused.ttl"):
        graph.parse(FOLDER / file)
    terms: dict[str, Any] = {}
    for kind in (OWL.Class, RDFS.Class):
        for term in graph.subjects(RDF.type, kind):
            assert isinstance(term, URIRef)
            terms[_key(term)] = _short(term)
    for kind in (OWL.ObjectProperty, OWL.DatatypeProperty, RDF.Property):
        for term in graph.subjects(RDF.type, kind):
            assert isinstance(term, URIRef)
            if term != RDF.type:
                terms[_key(term)] = _property(graph, term)
    # Where a scheme and a property share a name, the values are written as whole IRIs.
    prefixes = {name: PREFIXES[name] for name in sorted(PREFIXES) if name not in terms}
    ordered = {key: terms[key] for key in sorted(terms)}
    return {"@context": {"id": "@id", "type": "@type", **prefixes, **ordered}}


def _property(graph: Graph, term: URIRef) -> dict[str, str] | str:
    name, value = _short(term), graph.value(term, RDFS.range)
    described: dict[str, str] = {"@id": name}
    if name in IRIS.split() or (term, RDF.type, OWL.ObjectProperty) in graph:
        described["@type"] = "@id"
    elif name in TYPED:
        described["@type"] = _short(TYPED[name])
    elif isinstance(value, URIRef) and value not in _NATIVE:
        described["@type"] = _short(value)
    if name in SETS.split():
        described["@container"] = "@set"
    return described if len(described) > 1 else name


def _key(term: URIRef) -> str:
    name = _short(term)
    own = term.startswith(DKG.NAMESPACE)
    return name.split(":")[1] if own else KEYS.get(name, name.split(":")[1])


def _short(term: URIRef) -> str:
    return next(
        f"{prefix}:{term.removeprefix(iri)}"
        for prefix, iri in PREFIXES.items()
        if term.startswith(iri)
    )


if __name__ == "__main__":
    finish(FOLDER / "context.jsonld", json.dumps(make(), indent=2) + "\n")
