"""Reading the graph for a page: every look into the store goes through here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import cached_property, partial
from itertools import islice
from typing import TypeVar

import pyoxigraph as ox

from kg.endpoint.current import current_engine, current_store
from kg.endpoint.execute import Engine
from kg.endpoint.selecting import select
from kg.pages.links import Links
from kg.pages.searching import IndexAt
from kg.queries import GraphLabels
from kg.queries.terms import sparql_form
from kg.search.index import Searched
from kg.search.labels import IndexLabels
from kg.search.naming import labels_of
from kg.store import Snapshot, Store

Term = ox.NamedNode | ox.Literal | ox.BlankNode
Row = dict[str, Term]
T = TypeVar("T")

_VARIABLE = re.compile(r"\?(\w+)")
_LABELS = tuple(
    ox.NamedNode(iri)
    for iri in (
        "http://www.w3.org/2000/01/rdf-schema#label",
        "http://www.w3.org/2004/02/skos/core#prefLabel",
        "https://schema.org/name",
    )
)
_ABOUT = (
    "SELECT ?thing ?property ?value {{ VALUES ?thing {{ {subjects} }} ?thing ?property ?value }}"
)
_LINKED = "SELECT ?thing ?value {{ VALUES ?thing {{ {subjects} }} ?value ?property ?thing }}"


class Reader:
    """One revision of the store, as a page reads it.

    Queries are the pages' own; a reader's values enter them as terms, never as text. They run
    over the union of all graphs unless they name one, and, like all queries, in the workers.
    What is looked up by a pattern is read in this process.
    """

    def __init__(self, store: Store, snapshot: Snapshot, engine: Engine) -> None:
        self.store = store
        self.engine = engine
        self.snapshot = snapshot
        self.base = store.base
        self.links = Links(store.base)
        self.revision = snapshot.revision
        self._ox = snapshot.ox
        self._labels: dict[str, str] = {}
        self._about: dict[str, dict[str, list[str]]] = {}
        self._index = IndexAt(snapshot.revision)

    def rows(self, query: str, /, **terms: ox.NamedNode | ox.Literal | str) -> list[Row]:
        """Run a SELECT query; return each row's bound variables.

        Args:
            query: SPARQL that may use all prefixes of the project.
            terms: variable name to the term that takes its place; a string means an IRI.

        Raises:
            ValueError: a term is none that a graph can hold.
            KgError: it was stopped, as any query may be.
        """
        forms = {
            name: sparql_form(ox.NamedNode(term) if isinstance(term, str) else term)
            for name, term in terms.items()
        }
        # Oxigraph's own substitutions take only variables that are selected.
        filled = _VARIABLE.sub(lambda found: forms.get(found[1], found[0]), query)
        _, solutions = select(self.engine, filled)
        names = [variable.value for variable in solutions.variables]
        return [{name: row[name] for name in names if row[name] is not None} for row in solutions]

    def row(self, query: str, /, **terms: ox.NamedNode | ox.Literal | str) -> Row:
        """Run a SELECT query that has one row at most; return it, or an empty one."""
        found = self.rows(query, **terms)
        return found[0] if found else {}

    def named(self, query: str) -> list[tuple[str, str, str]]:
        """Run a SELECT query of three columns; return the text of each row's terms."""
        found = select(self.engine, query)[1]
        return [(row[0].value, row[1].value, row[2].value) for row in found]

    @cached_property
    def resolve(self) -> IndexLabels:
        """Finds what a name means in this revision."""
        return IndexLabels(
            partial(self._index.look, later=True), GraphLabels(self.named, self.base)
        )

    def look(self, see: Callable[[Searched], T]) -> T | None:
        """Return what is seen in the search index; None while it has another revision, or none.

        What it knows takes it a read or two, where the graph takes one for each term.
        """
        return self._index.look(see)

    def close(self) -> None:
        """Let go of the search index."""
        self._index.close()

    def outgoing(self, iri: str) -> list[ox.Quad]:
        """Return all quads with this subject."""
        return list(self._ox.quads_for_pattern(ox.NamedNode(iri), None, None, None))

    def about(self, iri: str) -> dict[str, list[str]]:
        """Return the texts and IRIs that each property of a thing has, in order.

        A thing that no graph can have has none.
        """
        if iri in self._about:
            return self._about[iri]
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            return {}
        found: dict[str, set[str]] = {}
        for quad in self._ox.quads_for_pattern(node, None, None, None):
            if isinstance(quad.object, ox.NamedNode | ox.Literal):
                found.setdefault(quad.predicate.value, set()).add(quad.object.value)
        return {name: sorted(some) for name, some in found.items()}

    def linked(self, iris: Iterable[str], property: str) -> dict[str, set[str]]:
        """Return the things with which several are linked by a property that holds both ways.

        What leads to a thing is looked for: triples of one property stand together by that.
        """
        subjects = " ".join(str(ox.NamedNode(iri)) for iri in iris)
        found: dict[str, set[str]] = {}
        if subjects:
            for row in self.rows(_LINKED.format(subjects=subjects), property=property):
                found.setdefault(text_of(row["thing"]), set()).add(text_of(row["value"]))
        return found

    def read_ahead(self, iris: Iterable[str]) -> None:
        """Read what `about` will tell of several things, in one query for all.

        A query decodes what a thing's properties have; a pattern also the thing and the graph, each
        of which is a read.
        """
        wanted = {iri for iri in iris if iri not in self._about and is_iri(iri)}
        if not wanted:
            return
        found: dict[str, dict[str, set[str]]] = {iri: {} for iri in wanted}
        subjects = " ".join(str(ox.NamedNode(iri)) for iri in sorted(wanted))
        for row in self.rows(_ABOUT.format(subjects=subjects)):
            values = found[text_of(row["thing"])].setdefault(text_of(row["property"]), set())
            if not isinstance(row["value"], ox.BlankNode):
                values.add(text_of(row["value"]))
        for iri, about in found.items():
            self._about[iri] = {name: sorted(some) for name, some in about.items() if some}

    def name(self, iris: Iterable[str]) -> None:
        """Look up what `label` will call several things, as the search index knows it."""
        wanted = [iri for iri in iris if iri not in self._labels]
        known = self.look(lambda searched: labels_of(searched, wanted)) if wanted else None
        self._labels |= known or {}

    def referring(self, property: str, iri: str, most: int) -> list[str]:
        """Return the things that have a thing as a value of a property, each once.

        Args:
            property: IRI of the property.
            iri: the thing.
            most: how many at most; which of more is left open.
        """
        quads = self._ox.quads_for_pattern(None, ox.NamedNode(property), ox.NamedNode(iri), None)
        named = (
            q.subject.value for q in islice(quads, most) if isinstance(q.subject, ox.NamedNode)
        )
        return list(dict.fromkeys(named))

    def incoming(self, iri: str) -> Iterator[ox.Quad]:
        """Yield all quads with this object."""
        return self._ox.quads_for_pattern(None, None, ox.NamedNode(iri), None)

    def graph(self, iri: str) -> list[ox.Quad]:
        """Return all quads of a named graph."""
        return list(self._ox.quads_for_pattern(None, None, None, ox.NamedNode(iri)))

    def knows(self, iri: str) -> bool:
        """Tell whether the graph says anything about an IRI, or uses it."""
        node = ox.NamedNode(iri)
        return any(
            next(self._ox.quads_for_pattern(*pattern), None) is not None
            for pattern in ((node, None, None), (None, None, node))
        ) or self._ox.contains_named_graph(node)

    def label(self, iri: str) -> str:
        """Return a name for an IRI: its label (English or untagged first), else its short form."""
        if iri not in self._labels:
            self._labels[iri] = self.own_label(iri) or self.links.short(iri)
        return self._labels[iri]

    def own_label(self, iri: str) -> str | None:
        """Return the label that the graph gives an IRI, or None."""
        node = ox.NamedNode(iri)
        told = self._about.get(iri)
        for naming in _LABELS:
            if told is not None and len(some := told.get(naming.value, ())) < 2:
                if some:
                    return some[0]
                continue
            found = [
                quad.object
                for quad in self._ox.quads_for_pattern(node, naming, None, None)
                if isinstance(quad.object, ox.Literal)
            ]
            if found:
                return min(
                    found, key=lambda one: (one.language not in ("en", None), one.value)
                ).value
        return None

    def size(self) -> int:
        """Return the number of quads."""
        return len(self._ox)


@contextmanager
def reading() -> Iterator[Reader]:
    """Give a reader on the current revision, for the length of one request."""
    store = current_store()
    with (
        store.snapshot() as snapshot,
        closing(Reader(store, snapshot, current_engine())) as reader,
    ):
        yield reader


def is_iri(text: str) -> bool:
    """Tell whether a graph can have an IRI."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def text_of(term: Term | None) -> str:
    """Return a term's text: a literal's value, an IRI, or nothing for None."""
    return "" if term is None else term.value


def number_of(term: Term | None) -> int:
    """Return a literal's whole number; 0 for none, and for what users write in its place."""
    try:
        return int(text_of(term) or 0)
    except ValueError:
        return 0
