"""Checks that the derived graphs are what the articles' graphs and the registry make them."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.derived.derivation import Derivation
from kg.derived.links import Links
from kg.validation.findings import Finding
from kg.validation.view import View


def check_entities(view: View) -> Iterator[Finding]:
    """Yield the entities whose description is not what mentions and registry say."""
    derivation = Derivation(view.database, view.mint, view.registry, view.text_of)
    extra, missing = derivation.whole_entities()
    yield from _differences(view.mint.graph("entities"), "derived-entities", missing, extra)


def check_links(view: View) -> Iterator[Finding]:
    """Yield the links between reports that are missing, or should not be there."""
    graph = ox.NamedNode(view.mint.graph("links"))
    links = Links(view.database, view.mint, view.text_of)
    extra = set(view.quads(graph.value))
    missing: set[ox.Quad] = set()
    for key in view.article_keys():
        for t in links.of(view.mint.article(key)):
            quad = ox.Quad(t.subject, t.predicate, t.object, graph)
            if quad not in view.database:
                missing.add(quad)
            extra.discard(quad)
    yield from _differences(graph.value, "derived-links", missing, extra)


def _differences(
    graph: str, rule: str, missing: set[ox.Quad], extra: set[ox.Quad]
) -> Iterator[Finding]:
    nodes: dict[str, list[str]] = {}
    for quads, what in ((missing, "lacks"), (extra, "has")):
        for quad in quads:
            node = str(getattr(quad.subject, "value", quad.subject))
            nodes.setdefault(node, []).append(f"{what} {quad.predicate} {quad.object}")
    for node, differences in sorted(nodes.items()):
        more = f" and {len(differences) - 3} more" if len(differences) > 3 else ""
        yield Finding(
            graph,
            node,
            rule,
            f"The graph is not what the articles make it: it {', '.join(sorted(differences)[:3])}"
            f"{more}",
            "load the articles that name it again, or run 'kg load' without files",
        )
