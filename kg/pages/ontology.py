"""The ontology as a page and as data, and each of its terms and concepts."""

from __future__ import annotations

from flask import Response, render_template

from kg.endpoint.problems import nothing
from kg.pages.documents import alternates, find, rdf_document, spellings, wanted, with_address
from kg.pages.formats import HTML, named
from kg.pages.glossary import ontology as ontology_graph
from kg.pages.glossary import schemes, terms
from kg.pages.reading import Reader, number_of, reading, text_of
from kg.pages.things import document
from kg.vocabulary import DKG, ROOT

_USES_OF_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) { GRAPH ?g { ?s ?term ?o } } GROUP BY ?term"
_USES_OF_CLASSES = "SELECT ?term (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?term } } GROUP BY ?term"
_USES: dict[str, tuple[int, dict[str, int]]] = {}


def ontology(suffix: str | None = None) -> Response:
    """Answer ``/ontology``: all terms with their meaning and their uses in this graph."""
    form = named(suffix) if suffix else wanted()
    if form is not HTML:
        triples = (quad.triple for quad in ontology_graph())
        return rdf_document(triples, form, "/ontology")
    with reading() as reader:
        page = render_template(
            "ontology.html",
            terms=terms(),
            schemes=schemes(),
            uses=_uses(reader),
            short=reader.links.short,
            href=reader.links.href,
            alternates=alternates("/ontology"),
        )
    return with_address(Response(page), "/ontology.html")


def term(name: str) -> Response:
    """Answer ``/ontology/NAME``, such as ``Meeting``, ``status`` or ``status/occurred``."""
    with reading() as reader:
        mount = "/ontology/"
        known = [*spellings(DKG.NAMESPACE, mount, name), *spellings(ROOT, mount, name)]
        found = find(reader, known)
        if found is None:
            raise nothing(f"the ontology has no term {name}", "/ontology lists them all")
        iri, suffix = found
        return document(reader, iri, suffix or wanted(), reader.links.path(iri) or "")


def _uses(reader: Reader) -> dict[str, int]:
    """Return how often each term is used; counted once a revision, since it reads everything."""
    place = str(reader.store.path)
    last = _USES.get(place)
    if last is None or last[0] != reader.revision:
        counts = {
            text_of(row["term"]): number_of(row["n"])
            for query in (_USES_OF_CLASSES, _USES_OF_PROPERTIES)
            for row in reader.rows(query)
            if "term" in row
        }
        last = _USES[place] = (reader.revision, counts)
    return last[1]
