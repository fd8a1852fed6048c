"""What the tests of named queries ask, and whom: one graph, and answers written down for it."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from coded_rows import coded_rows
from shared import once
from tables import load_table, write

from kg.iris import DEFAULT_BASE
from kg.loader.pipeline import load
from kg.queries import GraphLabels, NamedQuery, labels_of, load_queries
from kg.resources import resource
from kg.store import Store
from kg.vocabulary import PREFIXES, STANCE, STATE, STATUS

TESTS = Path(__file__).resolve().parent
GOLDEN = TESTS / "golden"
NOTES = ox.NamedNode("http://example.org/notes")


@dataclass(frozen=True)
class Case:
    """One golden file: a query, the values it is asked with, and the rows it must give.

    The header of the file says in words what is expected, and why; its ``#:`` lines give the
    values. The columns may be some of the query's.
    """

    query: str
    name: str
    values: dict[str, str]
    columns: list[str]
    rows: list[list[str]]

    @property
    def id(self) -> str:
        return f"{self.query}/{self.name}"


def read_case(path: Path) -> Case:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    values = dict(
        re.fullmatch(r"#: (\w+):\s*(.*)\n", line).groups()  # type: ignore[union-attr, misc]
        for line in lines
        if line.startswith("#:")
    )
    table = list(csv.reader(io.StringIO("".join(x for x in lines if not x.startswith("#")))))
    return Case(path.parent.name, path.stem, values, table[0], table[1:])


@cache
def cases() -> tuple[Case, ...]:
    return tuple(read_case(path) for path in sorted(GOLDEN.glob("*/*.csv")))


@cache
def queries() -> dict[str, NamedQuery]:
    return load_queries()


@cache
def database() -> ox.Store:
    """Return samples, invented articles and events, loaded, and a user's graph beside them.

    The user's graph repeats all of it with other words, stances and statuses: queries about
    what articles assert must not see it.
    """
    memory = ox.Store()
    # In the order in which they were put there, as some answers come in that order.
    memory.bulk_extend(ox.parse(path=once("questions.nq", _make), format=ox.RdfFormat.N_QUADS))
    return memory


def _make(path: Path) -> None:
    memory = ox.Store()
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "store") as store:
        data = TESTS / "data"
        summary = load(store, [resource("samples"), data / "invented", data / "queries"])
        assert not summary.articles["rejected"]
        table = write(Path(folder) / "20310512114500.export.CSV", coded_rows())
        assert not load_table(store, table).rows["rejected"]
        with store.snapshot() as snapshot:
            memory.bulk_extend(snapshot.ox)
            memory.load(_OPINIONS.encode(), format=ox.RdfFormat.TURTLE, to_graph=NOTES)
            memory.bulk_extend(
                note for quad in snapshot.ox if _is_of_articles(quad) for note in _notes(quad)
            )
    memory.dump(path, format=ox.RdfFormat.N_QUADS)


@cache
def labels() -> GraphLabels:
    return labels_of(database(), DEFAULT_BASE)


def _is_of_articles(quad: ox.Quad) -> bool:
    graph = quad.graph_name.value  # type: ignore[union-attr]
    ours = ("graph/article/", "graph/entities", "graph/events/")
    return graph.startswith(tuple(f"{DEFAULT_BASE}{name}" for name in ours)) or (
        graph == f"{DEFAULT_BASE}graph/states" and quad.predicate.value.endswith("#label")
    )


_OTHERWISE = {
    STANCE.term("supports"): STANCE.term("opposes"),
    STANCE.term("opposes"): STANCE.term("supports"),
    STATUS.term("denied"): STATUS.term("occurred"),
    STATUS.term("planned"): STATUS.term("occurred"),
    STATUS.term("occurred"): STATUS.term("denied"),
}


_SOME_STATE = ox.NamedNode(f"{STATE}QZZ")
_SOMEBODY = ox.NamedNode(f"{DEFAULT_BASE}id/person/tavi-oske-qno")


def _notes(quad: ox.Quad) -> list[ox.Quad]:
    """Return what the user's graph has for one of the articles': it says otherwise."""
    term = quad.object
    others = [term]
    if isinstance(term, ox.Literal) and term.datatype.value.endswith("#string"):
        others = [ox.Literal(f"{term.value} (noted)")]
    elif isinstance(term, ox.NamedNode) and term.value in _OTHERWISE:
        others = [ox.NamedNode(_OTHERWISE[term.value])]
    elif isinstance(term, ox.NamedNode) and term.value.startswith(f"{DEFAULT_BASE}id/"):
        others = [term, _SOMEBODY]
    elif isinstance(term, ox.NamedNode) and term.value.startswith(STATE):
        others = [term, _SOME_STATE]
    elif isinstance(term, ox.Literal) and term.datatype.value.endswith("#date"):
        others = [term, ox.Literal("1901-01-01", datatype=term.datatype)]
    return [ox.Quad(quad.subject, quad.predicate, other, NOTES) for other in others]


# What else the user holds: other matches, copies and publishers, another order of topics, and
# another chain of report.
_OPINIONS = """
BASE <http://127.0.0.1:8000/>
PREFIX dkg: <https://w3id.org/diplomacy-kg/ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX state: <https://w3id.org/diplomacy-kg/state/>
PREFIX topic: <https://w3id.org/diplomacy-kg/topic/>
<id/meeting/secret-post/m1> dkg:sameMeeting <id/meeting/secret-denial/m2> .
<id/meeting/lake-talks-courier/m1> dkg:sameMeeting <id/meeting/lake-talks-tribune/m1> .
<id/meeting/secret-post/m1> dkg:sameMeeting <id/meeting/lake-talks-courier/m1> .
<id/position/dam-before/p1> dkg:revises <id/position/dam-after/p2> .
<article/lake-talks-post> dkg:nearCopyOf <article/lake-talks-courier> .
<article/lake-talks-courier> dkg:nearCopyOf <article/lake-talks> , <article/call-wire> .
<article/call-wire> schema:publisher <id/organisation/venna-zenith> ,
  <id/organisation/valdor-courier> , <id/organisation/norvane-morning-post> .
<article/call-courier> dkg:nearCopyOf <article/call-zenith> .
<article/tie-ostrand> dkg:nearCopyOf <article/call-zenith> .
<article/call-zenith> schema:publisher <id/organisation/pelmar-post> .
<article/tie-pelmar> dkg:nearCopyOf <article/zenith> .
<article/zenith> schema:publisher <id/organisation/ostrand-post> .
<id/topic/one-china> skos:broader topic:energy .
<id/topic/ardent-dam> skos:broader topic:ceasefire .
topic:economy skos:broader topic:ceasefire .
<id/mention/tie-ostrand/lund> dkg:actsFor state:QOS .
<id/statement/chain/s4> dkg:reportedBy <id/statement/chain/s5> .
<id/statement/chain/s5> dkg:reportedBy <id/statement/dam-after/s1> ;
  dkg:speaker <id/person/dario-venn-qsa> ;
  dkg:content <id/evidence/dam-after/135-169> .
<id/statement/dam-before/s1> dkg:evidence <http://example.org/passage> .
<http://example.org/passage> oa:hasSelector <http://example.org/words> .
<http://example.org/words> oa:exact "\\"Sarenia will build its dam on the upper Ardent" .
"""


def ask(text: str) -> tuple[list[str], list[list[str]]]:
    """Run a query as the endpoint does, and return its variables and rows in short form."""
    results = database().query(text, use_default_graph_as_union=True)
    assert isinstance(results, ox.QuerySolutions)
    names = [variable.value for variable in results.variables]
    return names, [[shortened(row[name]) for name in names] for row in results]


def shortened(term: object) -> str:
    """Return a term as the golden files write it: prefixed, or below the store's base."""
    if term is None:
        return ""
    assert isinstance(term, ox.NamedNode | ox.Literal)
    value = term.value
    if isinstance(term, ox.Literal):
        return value
    if value.startswith(DEFAULT_BASE):
        return value.removeprefix(DEFAULT_BASE).removeprefix("id/")
    for prefix, space in PREFIXES.items():
        if value.startswith(space):
            return f"{prefix}:{value.removeprefix(space)}"
    return value


def answer(case: Case, text: str | None = None) -> list[list[str]]:
    """Return what a query, or a changed text of it, answers to a case, in the case's columns."""
    query = queries()[case.query]
    bound = query.bind(case.values, DEFAULT_BASE, labels()) if text is None else text
    names, rows = ask(bound)
    places = [names.index(column) for column in case.columns]
    return [[row[place] for place in places] for row in rows]
