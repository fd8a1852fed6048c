"""What the editor and the form fields suggest: prefixes, terms, and things by their names."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
from flask import Response, jsonify, request

from kg.pages.glossary import schemes
from kg.pages.glossary import terms as ontology_terms
from kg.pages.reading import Reader, reading, text_of
from kg.queries.terms import unfit_character
from kg.vocabulary import PREFIXES, SCHEMA, STATE

_MOST_LABELS = 500
_MOST_FOUND = 30
_SHORTEST = 2

_CLASSES: dict[str, str] = {
    "person": "?thing a schema:Person .",
    "organisation": "?thing a schema:Organization .",
    "state": "?thing a dkg:State .",
    "place": "?thing a schema:Place .",
    "topic": "?thing a skos:Concept . FILTER(STRSTARTS(STR(?thing), ?root))",
    "occasion": "?thing a schema:Event .",
    "article": "?thing a schema:NewsArticle .",
    "entity": (
        "VALUES ?class { schema:Person schema:Organization dkg:Group dkg:State schema:Place"
        " schema:Event skos:Concept schema:NewsArticle } ?thing a ?class ."
    ),
}
"""What a field may ask for to the pattern that such things match."""

_FIND = """
SELECT ?thing (SAMPLE(?name) AS ?label) (MIN(?place) AS ?rank) {
  VALUES ?naming { rdfs:label skos:altLabel }
  %s
  ?thing ?naming ?name .
  FILTER(CONTAINS(LCASE(STR(?name)), ?needle))
  BIND(STRLEN(STRBEFORE(LCASE(STR(?name)), ?needle)) AS ?place)
} GROUP BY ?thing ORDER BY ?rank STRLEN(?label) ?thing LIMIT """ + str(_MOST_FOUND)


def terms() -> Response:
    """Answer ``/query/terms``: prefixes, classes and properties with their comments, concepts."""
    with reading() as reader:
        base = reader.base
    found = {
        "base": base,
        "prefixes": PREFIXES,
        "terms": [
            {"iri": term.iri, "kind": term.kind, "label": term.label, "comment": term.comment}
            for term in ontology_terms()
        ],
        "concepts": [
            {"iri": iri, "label": label, "comment": definition}
            for scheme in schemes()
            if len(scheme.concepts) <= _MOST_LABELS
            for iri, label, definition in scheme.concepts
        ],
    }
    return jsonify(found)


def labels() -> Response:
    """Answer ``/query/labels``.

    GET with ``q`` (part of a name) and optionally ``kind`` finds things by their names; POST with
    a JSON list of IRIs gives their labels.
    """
    with reading() as reader:
        if request.method == "POST":
            asked = request.get_json(silent=True)
            known = (
                [iri for iri in asked if isinstance(iri, str)] if isinstance(asked, list) else []
            )
            return jsonify(_labels(reader, known[:_MOST_LABELS]))
        needle = " ".join(request.args.get("q", "").split()).lower()
        kind = request.args.get("kind", "entity")
        return jsonify(find(reader, needle, kind))


def find(reader: Reader, needle: str, kind: str = "entity") -> list[dict[str, Any]]:
    """Return the things whose name or alias has these words in it, best first.

    Args:
        reader: where to look.
        needle: part of a name, in lower case.
        kind: which things; unknown kinds mean all of them.
    """
    if len(needle) < _SHORTEST or unfit_character(needle):
        return []
    query = _FIND % _CLASSES.get(kind, _CLASSES["entity"])
    rows = reader.rows(query, needle=ox.Literal(needle), root=ox.Literal(reader.base))
    return [
        {
            "iri": iri,
            "label": reader.own_label(iri) or text_of(row.get("label")),
            "matched": text_of(row.get("label")),
            "short": iri.removeprefix(str(STATE)) if iri.startswith(str(STATE)) else "",
        }
        for row in rows
        if (iri := text_of(row.get("thing")))
    ]


def _labels(reader: Reader, iris: list[str]) -> dict[str, str]:
    found = {}
    for iri in iris:
        try:
            label = reader.own_label(iri)
        except ValueError:
            continue
        if label and not iri.startswith(str(SCHEMA._NS)):
            found[iri] = label
    return found
