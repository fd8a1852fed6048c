"""A remote graph that is read the way an embedded database is.

It has the part of pyoxigraph's ``Store`` that the rest of the package reads with, so that loader,
pages and dumps need not know where the graph is. Only named graphs are looked at, without those
that an engine keeps for itself. There is no snapshot: what others write meanwhile is seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

import pyoxigraph as ox

from kg.store.remote.protocol import CutOffError, Protocol
from kg.store.remote.quirks import OWN_GRAPHS
from kg.vocabulary import DKG, RDF

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
Pattern = tuple[Term | None, Term | None, Term | None, Graph | None]

_ONLY = "#only#"
"""Stands in a query where a filter may be put."""

_TOGETHER = 100
"""How many nodes are asked about in one query."""

_KEPT = 1_000
"""How many patterns are remembered at most."""

# Whoever asks for these goes on to all that is said of the subjects.
_STARS = {
    (ox.NamedNode(DKG.entity), None),
    (ox.NamedNode(DKG.kind), None),
    (ox.NamedNode(RDF.type), ox.NamedNode(DKG.Mention)),
}


class RemoteDatabase:
    """The named graphs of a remote engine, to be read only.

    Args:
        protocol: asks the engine.
        remember: whether what was read is kept at hand until `forget`; only where nobody else
            writes.
    """

    def __init__(self, protocol: Protocol, *, remember: bool = False) -> None:
        self._protocol = protocol
        self._remember = remember
        self._stars: dict[tuple[Term, Graph], list[ox.Quad]] = {}
        self._known: dict[Pattern, list[ox.Quad]] = {}

    @property
    def as_store(self) -> ox.Store:
        """Itself, for code that is written for pyoxigraph's class, which cannot be derived from."""
        return cast(ox.Store, self)

    def forget(self) -> None:
        """Read everything anew from now on."""
        self._stars.clear()
        self._known.clear()

    def query(self, query: str, **_: object) -> ox.QuerySolutions:
        """Run a SELECT query that names its graphs."""
        return self._protocol.solutions(query)

    def quads_for_pattern(
        self,
        subject: Term | None,
        predicate: Term | None,
        object: Term | None,
        graph_name: Graph | None = None,
    ) -> Iterator[ox.Quad]:
        """Yield the quads that fit; None fits anything. Nothing fits a blank node of ours."""
        pattern = (subject, predicate, object, graph_name)
        if any(isinstance(term, ox.BlankNode | ox.DefaultGraph) for term in pattern):
            return iter(())
        if isinstance(subject, ox.Literal):
            return iter(())
        known = self._known.get(pattern)
        if known is not None:
            return iter(known)
        if subject is not None and graph_name is not None:
            star = self._stars.get((subject, graph_name))
            if star is not None:
                return (q for q in star if _fits(q, pattern))
        if self._remember and subject is None and graph_name is None and _leads_on(pattern):
            return iter(self._with_stars(pattern))
        found = self._found(pattern)
        if self._remember and subject is None and graph_name is not None and object is None:
            if len(self._known) >= _KEPT:
                self.forget()
            kept = self._known[pattern] = list(found)
            return iter(kept)
        return found

    def named_graphs(self) -> Iterator[ox.NamedNode]:
        """Yield the names of the graphs that are not empty."""
        # Counted, not DISTINCT: for that Virtuoso takes up to minutes where this takes a moment.
        rows = self._rows(
            f"SELECT ?g (COUNT(*) AS ?n) WHERE {{ GRAPH ?g {{ ?s ?p ?o }} {_ONLY} }} GROUP BY ?g",
            "g",
        )
        seen: set[str] = set()
        for graph, _ in rows:
            if isinstance(graph, ox.NamedNode) and graph.value not in OWN_GRAPHS | seen:
                seen.add(graph.value)
                yield graph

    def contains_named_graph(self, graph: ox.NamedNode | ox.BlankNode) -> bool:
        """Tell whether a graph is there and not empty."""
        if isinstance(graph, ox.BlankNode):
            return False
        return self._protocol.holds(f"ASK {{ GRAPH {graph} {{ ?s ?p ?o }} }}")

    def number(self, graph: ox.NamedNode) -> int:
        """Count the triples of a graph."""
        query = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
        return int(next(iter(self._protocol.solutions(query)))[0].value)

    def __contains__(self, quad: ox.Quad) -> bool:
        pattern = (quad.subject, quad.predicate, quad.object, quad.graph_name)
        return next(self.quads_for_pattern(*pattern), None) is not None

    def __len__(self) -> int:
        rows = self._protocol.solutions(
            "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
        )
        return sum(int(n.value) for g, n in rows if g.value not in OWN_GRAPHS)

    def __iter__(self) -> Iterator[ox.Quad]:
        for graph in self.named_graphs():
            yield from self.quads_for_pattern(None, None, None, graph)

    def expect(self, entities: Iterable[str], subjects: Iterable[tuple[str, str]]) -> None:
        """Read together what is soon asked for one by one.

        Args:
            entities: IRIs of entities whose mentions will be asked for.
            subjects: pairs of a subject and a graph of which everything will be asked for.
        """
        entity = ox.NamedNode(DKG.entity)
        wanted = [ox.NamedNode(iri) for iri in dict.fromkeys(entities)]
        wanted = [one for one in wanted if (None, entity, one, None) not in self._known]
        for some in _parts(wanted):
            lists: dict[Term, list[ox.Quad]] = {one: [] for one in some}
            for quad in self._stars_of(f"VALUES ?e {{ {_joined(some)} }} ?s {entity} ?e ."):
                if quad.predicate == entity and quad.object in lists:
                    lists[quad.object].append(quad)
            for one, found in lists.items():
                self._known[None, entity, one, None] = found
        graphs: dict[str, list[ox.NamedNode]] = {}
        for subject, graph in dict.fromkeys(subjects):
            if (ox.NamedNode(subject), ox.NamedNode(graph)) not in self._stars:
                graphs.setdefault(graph, []).append(ox.NamedNode(subject))
        for graph, nodes in graphs.items():
            self._expect_in(ox.NamedNode(graph), nodes)

    def _expect_in(self, graph: ox.NamedNode, nodes: Sequence[ox.NamedNode]) -> None:
        for some in _parts(nodes):
            for node in some:
                self._stars[node, graph] = []
                self._known[None, None, node, graph] = []
            values = _joined(some)
            for s, p, o in self._rows(
                f"SELECT ?s ?p ?o WHERE {{ VALUES ?s {{ {values} }} "
                f"GRAPH {graph} {{ ?s ?p ?o }} {_ONLY} }}",
                "s",
            ):
                quad = _quad(s, p, o, graph)
                self._stars[quad.subject, graph].append(quad)
            for s, p, o in self._rows(
                f"SELECT ?s ?p ?o WHERE {{ VALUES ?o {{ {values} }} "
                f"GRAPH {graph} {{ ?s ?p ?o }} {_ONLY} }}",
                "s",
            ):
                quad = _quad(s, p, o, graph)
                self._known[None, None, quad.object, graph].append(quad)

    def _with_stars(self, pattern: Pattern) -> list[ox.Quad]:
        _, predicate, object, _ = pattern
        where = f"?s {predicate} {object if object is not None else '?any'} ."
        found = [
            quad
            for quad in self._stars_of(where)
            if quad.predicate == predicate and object in (None, quad.object)
        ]
        self._known[pattern] = found
        return found

    def _stars_of(self, where: str) -> Iterator[ox.Quad]:
        """Yield all that is said of the subjects which fit, in the graphs where they do."""
        stars: dict[tuple[Term, Graph], list[ox.Quad]] = {}
        seen: set[ox.Quad] = set()
        for s, p, o, g in self._rows(
            f"SELECT ?s ?p ?o ?g WHERE {{ GRAPH ?g {{ {where} ?s ?p ?o }} {_ONLY} }}",
            "s",
        ):
            quad = _quad(s, p, o, g)
            if quad not in seen:
                seen.add(quad)
                stars.setdefault((quad.subject, quad.graph_name), []).append(quad)
        self._stars.update(stars)
        return iter(seen)

    def _found(self, pattern: Pattern) -> Iterator[ox.Quad]:
        names = ("s", "p", "o", "g")
        parts = [f"?{n}" if t is None else str(t) for n, t in zip(names, pattern, strict=True)]
        free = [name for name, term in zip(names, pattern, strict=True) if term is None]
        where = f"GRAPH {parts[3]} {{ {' '.join(parts[:3])} }}"
        if not free:
            if self._protocol.holds(f"ASK {{ {where} }}"):
                yield ox.Quad(*pattern)  # type: ignore[arg-type]
            return
        chosen = " ".join(f"?{name}" for name in free)
        for row in self._rows(f"SELECT {chosen} WHERE {{ {where} {_ONLY} }}", free[0]):
            told = dict(zip(free, row, strict=True))
            quad = _quad(*(told.get(n, t) for n, t in zip(names, pattern, strict=True)))
            if not (isinstance(quad.graph_name, ox.NamedNode) and _is_own(quad.graph_name)):
                yield quad

    def _rows(self, template: str, by: str, start: str = "") -> Iterator[tuple[Term, ...]]:
        """Yield the rows of a query, in parts where the engine gives only so many at once.

        Args:
            template: the query, with `_ONLY` where a filter can stand.
            by: the variable by whose hash the parts are made.
            start: what the hash begins with in this part.
        """
        only = f'FILTER(STRSTARTS(MD5(STR(?{by})), "{start}"))' if start else ""
        try:
            rows = [tuple(row) for row in self._protocol.solutions(template.replace(_ONLY, only))]
        except CutOffError:
            if len(start) >= 4:
                raise
        else:
            yield from rows
            return
        for digit in "0123456789abcdef":
            yield from self._rows(template, by, start + digit)


def _quad(s: object, p: object, o: object, g: object) -> ox.Quad:
    return ox.Quad(s, p, o, g)  # type: ignore[arg-type] # an engine's answer


def _is_own(graph: ox.NamedNode) -> bool:
    return graph.value in OWN_GRAPHS


def _fits(quad: ox.Quad, pattern: Pattern) -> bool:
    _, predicate, object, _ = pattern
    return predicate in (None, quad.predicate) and object in (None, quad.object)


def _leads_on(pattern: Pattern) -> bool:
    _, predicate, object, _ = pattern
    return (predicate, None) in _STARS or (predicate, object) in _STARS


def _parts(nodes: Sequence[ox.NamedNode]) -> Iterator[Sequence[ox.NamedNode]]:
    for start in range(0, len(nodes), _TOGETHER):
        yield nodes[start : start + _TOGETHER]


def _joined(nodes: Iterable[ox.NamedNode]) -> str:
    return " ".join(str(node) for node in nodes)
