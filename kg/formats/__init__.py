"""The formats in which results, graphs and whole stores are given."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

Engine = ox.RdfFormat | ox.QueryResultsFormat


@dataclass(frozen=True)
class Format:
    """A format that answers can take.

    Args:
        media_type: its registered type.
        suffix: file name suffix, and shortest name in ``format=``.
        label: name for people.
        engine: what pyoxigraph calls it.
        names: further names in ``format=``.
        aliases: types that clients ask for and mean it.
        iri: its name in service descriptions (SPARQL 1.1 Service Description, 3.2.10).
    """

    media_type: str
    suffix: str
    label: str
    engine: Engine
    names: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    iri: str = ""

    def content_type(self, media_type: str | None = None) -> str:
        """Return the Content-Type header; text types say that they are UTF-8."""
        kind = media_type or self.media_type
        return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


_R, _G = ox.QueryResultsFormat, ox.RdfFormat
_FORMATS = "http://www.w3.org/ns/formats/"

JSON = Format(
    "application/sparql-results+json", "json", "JSON", _R.JSON, ("srj",), ("application/json",),
    f"{_FORMATS}SPARQL_Results_JSON",
)  # fmt: skip
XML = Format(
    "application/sparql-results+xml", "xml", "XML", _R.XML, ("srx",),
    ("application/xml", "text/xml"), f"{_FORMATS}SPARQL_Results_XML",
)  # fmt: skip
CSV = Format("text/csv", "csv", "CSV", _R.CSV, iri=f"{_FORMATS}SPARQL_Results_CSV")
TSV = Format("text/tab-separated-values", "tsv", "TSV", _R.TSV, iri=f"{_FORMATS}SPARQL_Results_TSV")
TURTLE = Format(
    "text/turtle", "ttl", "Turtle", _G.TURTLE, ("turtle", "n3"),
    ("application/x-turtle", "application/turtle", "text/n3", "text/rdf+n3"), f"{_FORMATS}Turtle",
)  # fmt: skip
NTRIPLES = Format(
    "application/n-triples", "nt", "N-Triples", _G.N_TRIPLES,
    ("ntriples", "n-triples"), ("text/plain",), f"{_FORMATS}N-Triples",
)  # fmt: skip
RDFXML = Format(
    "application/rdf+xml", "rdf", "RDF/XML", _G.RDF_XML, ("rdfxml", "rdf+xml", "xml"),
    ("application/xml", "text/xml"), f"{_FORMATS}RDF_XML",
)  # fmt: skip
JSONLD = Format(
    "application/ld+json", "jsonld", "JSON-LD", _G.JSON_LD, ("json-ld", "json"),
    ("application/json",), f"{_FORMATS}JSON-LD",
)  # fmt: skip
TRIG = Format("application/trig", "trig", "TriG", _G.TRIG, iri=f"{_FORMATS}TriG")
NQUADS = Format(
    "application/n-quads", "nq", "N-Quads", _G.N_QUADS, ("nquads", "n-quads"),
    ("text/x-nquads", "text/nquads"), f"{_FORMATS}N-Quads",
)  # fmt: skip

RESULTS = (JSON, XML, CSV, TSV)
GRAPHS = (TURTLE, NTRIPLES, JSONLD, RDFXML)
DATASETS = (TURTLE, TRIG, NQUADS, NTRIPLES, JSONLD)
