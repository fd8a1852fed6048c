"""The terms that are written and asked for, as closed namespaces: a misspelt term is an error.

The terms are described in ``ontology/``; a test keeps both equal.
"""

from __future__ import annotations

from kg.vocabulary.kinds import ENTITIES
from kg.vocabulary.namespaces import Namespace, Terms
from kg.vocabulary.own import (
    CAMEO,
    DKG,
    EVENT,
    FORM,
    MEANS,
    MODE,
    ROOT,
    STANCE,
    STATE,
    STATUS,
    TOPIC,
)
from kg.vocabulary.reused import (
    DC,
    DCTERMS,
    FOAF,
    OA,
    ORG,
    OWL,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SD,
    SEM,
    SKOS,
    VOID,
    XSD,
)

__all__ = [
    "CAMEO",
    "DC",
    "DCTERMS",
    "DKG",
    "ENTITIES",
    "EVENT",
    "FOAF",
    "FORM",
    "MEANS",
    "MODE",
    "OA",
    "ORG",
    "OWL",
    "PREFIXES",
    "PROV",
    "RDF",
    "RDFS",
    "ROOT",
    "SCHEMA",
    "SD",
    "SEM",
    "SKOS",
    "STANCE",
    "STATE",
    "STATUS",
    "TOPIC",
    "VOID",
    "XSD",
    "Namespace",
    "Terms",
]

PREFIXES: dict[str, str] = {
    "dkg": DKG.NAMESPACE,
    "state": STATE,
    "stance": STANCE,
    "status": STATUS,
    "form": FORM,
    "mode": MODE,
    "means": MEANS,
    "cameo": CAMEO,
    "topic": TOPIC,
    "event": EVENT,
    "schema": SCHEMA.NAMESPACE,
    "sem": SEM.NAMESPACE,
    "oa": OA.NAMESPACE,
    "org": ORG.NAMESPACE,
    "prov": PROV.NAMESPACE,
    "skos": SKOS.NAMESPACE,
    "dc": DC.NAMESPACE,
    "dcterms": DCTERMS.NAMESPACE,
    "rdf": RDF.NAMESPACE,
    "rdfs": RDFS.NAMESPACE,
    "owl": OWL.NAMESPACE,
    "xsd": XSD.NAMESPACE,
    "void": VOID.NAMESPACE,
    "dcat": "http://www.w3.org/ns/dcat#",
}
"""Prefix to IRI, for every writer, page and example."""
