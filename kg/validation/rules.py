"""The graph's rules that no shape can say: about graphs, blank nodes and the text itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pyoxigraph as ox

from kg.derived.view import ArticleGraph, value, values
from kg.iris import digest
from kg.validation.findings import Finding
from kg.validation.reference import known_terms
from kg.validation.view import View
from kg.vocabulary import DKG, OA, PREFIXES, RDF, SCHEMA

_RELOAD = "load the article again"
_TYPE = ox.NamedNode(RDF.type)


def check_quads(view: View, graph: str, others: Collection[str]) -> Iterator[Finding]:
    """Yield the blank nodes of a managed graph, and its triples that another one has as well.

    Args:
        view: the store.
        graph: the graph's IRI.
        others: the graphs that are compared; of a triple in several of them only the first
            reports it.
    """
    for quad in view.quads(graph):
        if any(isinstance(term, ox.BlankNode) for term in (quad.subject, quad.object)):
            yield Finding(
                graph,
                _iri(quad.subject),
                "no-blank-nodes",
                f"The managed graph has a blank node: {quad.triple}",
                "dump the graph, remove it, and load its articles again",
            )
            continue
        same = view.database.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        names = sorted(_iri(other.graph_name) for other in same if other != quad)
        shared = [name for name in names if view.mint.is_managed(name)]
        if shared and not any(name in others and name < graph for name in shared):
            yield Finding(
                graph,
                _iri(quad.subject),
                "one-graph",
                f"The triple {quad.triple} is also in {', '.join(f'<{n}>' for n in shared)}",
                "load the articles of these graphs again",
            )


def check_article_graph(view: View, key: str) -> Iterator[Finding]:
    """Yield where an article's graph is not about that article, or uses unknown terms."""
    name = ox.NamedNode(view.mint.article_graph(key))
    graph = ArticleGraph.read(view.database, name)
    article = view.mint.article(key)
    found = sorted(node for node, _ in graph.of_type(SCHEMA.NewsArticle))
    if found != [article]:
        yield Finding(
            name.value, article, "own-article", f"The graph describes {_list(found)}", _RELOAD
        )
    used = {quad.predicate.value for quad in graph.quads} | {
        quad.object.value
        for quad in graph.quads
        if quad.predicate == _TYPE and isinstance(quad.object, ox.NamedNode)
    }
    for term in sorted(used - known_terms()):
        users = sorted(
            _iri(quad.subject)
            for quad in graph.quads
            if term in (quad.predicate.value, getattr(quad.object, "value", None))
        )
        yield Finding(
            name.value,
            users[0],
            "known-terms",
            f"The graph uses {_short(term)}, which the ontology does not describe",
            "describe it in ontology/reused.ttl, or remove it",
        )
    yield from _check_evidence(view, graph, value(graph.about(article), DKG.text))


def _check_evidence(view: View, graph: ArticleGraph, text_iri: str | None) -> Iterator[Finding]:
    name = _iri(graph.graph)
    sha256 = (text_iri or "").rsplit("/", 1)[-1]
    text = view.text_of(sha256) if sha256 else None
    if text is not None and digest(text) != sha256:
        yield Finding(
            name,
            text_iri or name,
            "text-hash",
            "The stored text is not the one that its name promises",
            "restore the store from a backup, or load the article with its text again",
        )
    for passage, about in sorted(graph.of_type(OA.SpecificResource)):
        source = value(about, OA.hasSource)
        if source != text_iri:
            yield Finding(
                name,
                passage,
                "evidence-source",
                f"The passage is of <{source}>, the article's text is <{text_iri}>",
                _RELOAD,
            )
        elif text is not None:
            for selector in values(about, OA.hasSelector):
                yield from _check_words(graph, passage, selector, text)


def _check_words(graph: ArticleGraph, passage: str, selector: str, text: str) -> Iterator[Finding]:
    about = graph.about(selector)
    exact = value(about, OA.exact) or ""
    start, end = (value(about, str(place)) for place in (OA.start, OA.end))
    if start is None or end is None:
        right = exact in text
        where = "anywhere in the text"
    else:
        right = text[_count(start) : _count(end)] == exact
        where = f"at {start} to {end} of the text"
    if not right:
        yield Finding(
            _iri(graph.graph),
            passage,
            "evidence-words",
            f"The words {_cut(exact)!r} do not stand {where}",
            "correct the facts and load the article again",
        )


def _iri(term: object) -> str:
    return str(getattr(term, "value", term))


def _count(number: str) -> int:
    return int(number) if number.lstrip("-").isdecimal() else -1


def _cut(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:59]}…"


def _list(iris: list[str]) -> str:
    return " and ".join(f"<{iri}>" for iri in iris) or "no article"


def _short(term: str) -> str:
    for prefix, iri in PREFIXES.items():
        if term.startswith(iri):
            return f"{prefix}:{term.removeprefix(iri)}"
    return f"<{term}>"
