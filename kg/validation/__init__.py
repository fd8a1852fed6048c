"""Checks what is in a store: its shapes (SHACL) and the rules of the graph.

A finding names the rule, the node, what is wrong and what to do. Articles are looked at one by
one, so memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.loader.packaged import FILES
from kg.validation.derivation import check_entities, check_links
from kg.validation.findings import Finding
from kg.validation.reference import check_reference
from kg.validation.rules import check_article_graph, check_quads
from kg.validation.shapes import check_article, check_graph
from kg.validation.view import View

__all__ = ["Finding", "View", "validate"]


def validate(view: View, keys: Sequence[str] | None = None) -> Iterator[Finding]:
    """Yield everything that is wrong in a store.

    Args:
        view: the store.
        keys: keys of the articles to look at; None looks at all of them and at the graphs of
            coded events, entities, links, loads, ontology, concepts and states as well.
    """
    chosen = view.article_keys() if keys is None else keys
    others = frozenset(
        view.graphs() if keys is None else (view.mint.article_graph(key) for key in keys)
    )
    for key in chosen:
        graph = view.mint.article_graph(key)
        yield from sorted(
            {
                *check_article(view, key),
                *check_article_graph(view, key),
                *check_quads(view, graph, others),
            }
        )
    if keys is None:
        yield from _check_others(view, others)


def _check_others(view: View, others: frozenset[str]) -> Iterator[Finding]:
    for graph in sorted(others):
        if not graph.startswith(view.article_prefix):
            yield from check_quads(view, graph, others)
    for name in FILES:
        yield from check_reference(view, name)
    start = view.mint.graph("")
    tables = sorted(graph.removeprefix(start) for graph in others if _is_of_table(graph, start))
    for name in ("links", "provenance", *tables):
        yield from check_graph(view, name)
    yield from check_entities(view)
    yield from check_links(view)


def _is_of_table(graph: str, start: str) -> bool:
    return graph.startswith(f"{start}events/")
