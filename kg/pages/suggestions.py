"""What the editor and the form fields suggest: prefixes, terms, and things by their names."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from kg.pages.glossary import schemes
from kg.pages.glossary import terms as ontology_terms
from kg.pages.reading import Reader, reading
from kg.pages.searching import searcher
from kg.search.finding import titled
from kg.search.index import Searched, SearchError
from kg.search.labels import GROUPS
from kg.search.naming import best_names
from kg.vocabulary import PREFIXES, SCHEMA, STATE

_MOST_LABELS = 500
_MOST_FOUND = 30
_MOST_ARTICLES = 5
_SHORTEST = 2


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
    if request.method == "POST":
        asked = request.get_json(silent=True)
        known = [iri for iri in asked if isinstance(iri, str)] if isinstance(asked, list) else []
        with reading() as reader:
            return jsonify(_labels(reader, known[:_MOST_LABELS]))
    needle = " ".join(request.args.get("q", "").split())
    return jsonify(find(needle, request.args.get("kind", "entity")))


def find(needle: str, kind: str = "entity") -> list[dict[str, Any]]:
    """Return the things with a name or alias that begins so, or has words that do, best first.

    Args:
        needle: part of a name.
        kind: which things: ``article``, or a key of `kg.search.labels.GROUPS`; unknown kinds mean
            all of them.

    Returns:
        For each its ``iri``, its ``label``, the name that ``matched`` and, of a state, its code
        as ``short``. Nothing where the search index is not there yet.
    """
    if len(needle) < _SHORTEST:
        return []

    def look(searched: Searched) -> list[tuple[str, str, str]]:
        kinds = () if kind == "article" else GROUPS.get(kind, GROUPS["entity"])
        found = [
            (named.iri, named.label, named.matched)
            for named in (best_names(searched, needle, kinds, _MOST_FOUND) if kinds else ())
        ]
        if kind == "article" or kind not in GROUPS or kind == "entity":
            most = _MOST_FOUND if kind == "article" else _MOST_ARTICLES
            found += [(iri, title, title) for iri, title in titled(searched, needle, most)]
        return found

    try:
        found = searcher().ask(look)
    except SearchError:
        return []
    return [
        {
            "iri": iri,
            "label": label,
            "matched": matched,
            "short": iri.removeprefix(STATE) if iri.startswith(STATE) else "",
        }
        for iri, label, matched in found
    ]


def _labels(reader: Reader, iris: list[str]) -> dict[str, str]:
    found = {}
    for iri in iris:
        try:
            label = reader.own_label(iri)
        except ValueError:
            continue
        if label and not iri.startswith(SCHEMA.NAMESPACE):
            found[iri] = label
    return found
