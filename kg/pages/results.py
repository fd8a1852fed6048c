"""A query's answer as a page shows it, before any script runs."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pyoxigraph as ox

from kg.endpoint.execute import Answer, answer
from kg.endpoint.guard import Form
from kg.pages.reading import Reader
from kg.pages.values import Value, show

SHOWN = 200
"""Rows in the page as it is sent; the script on the page shows all of them."""

_LINES = "text/tab-separated-values, application/n-triples;q=0.9"
_TRIPLE = ("subject", "property", "value")


@dataclass(frozen=True)
class Result:
    """The answer to a query.

    Args:
        shape: ``rows``, ``triples`` or ``boolean``.
        columns: names of the columns.
        rows: the first rows; None for an unbound variable.
        total: how many rows there are.
        truth: the answer to an ASK query.
        seconds: how long it took.
        body: the first lines as they came, for the script, as TSV or N-Triples.
    """

    shape: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value | None, ...], ...]
    total: int
    truth: bool
    seconds: float
    body: str

    @property
    def whole(self) -> bool:
        """Tell whether all rows are here."""
        return len(self.rows) == self.total


def run(reader: Reader, query: str) -> Result:
    """Run a query.

    Raises:
        QueryError: it cannot be read, or is refused.
    """
    begun = time.perf_counter()
    with answer(reader.engine, query, accept=_LINES, base=reader.base) as given:
        lines, count = _lines(given, SHOWN if given.form in (Form.SELECT, Form.ASK) else SHOWN - 1)
        seconds = time.perf_counter() - begun
    body = "".join(f"{line}\n" for line in lines)
    if given.form is Form.ASK:
        return Result("boolean", (), (), 0, body.strip() == "true", seconds, body)
    if given.form is Form.SELECT:
        columns, rows = _solutions(reader, body)
        return Result("rows", columns, rows, count - 1, False, seconds, body)
    triples = list(ox.parse(body, format=ox.RdfFormat.N_TRIPLES))
    shown = tuple(
        (_value(reader, t.subject), _value(reader, t.predicate), _value(reader, t.object))
        for t in triples
    )
    return Result("triples", _TRIPLE, shown, count, False, seconds, body)


def _lines(given: Answer, last: int) -> tuple[list[str], int]:
    """Return the first lines of an answer, up to number ``last`` from 0, and how many there are."""
    kept: list[str] = []
    count, rest = 0, b""
    for chunk in given.chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        kept.extend(line.decode() for line in whole[: max(0, last + 1 - count)])
        count += len(whole)
    if rest:
        if count <= last:
            kept.append(rest.decode())
        count += 1
    return kept, count


def _solutions(
    reader: Reader, body: str
) -> tuple[tuple[str, ...], tuple[tuple[Value | None, ...], ...]]:
    solutions = ox.parse_query_results(body, format=ox.QueryResultsFormat.TSV)
    assert isinstance(solutions, ox.QuerySolutions)
    columns = tuple(variable.value for variable in solutions.variables)
    # A column like ``placeName`` names the things of the column ``place``.
    named = {name: other for name in columns if (other := f"{name}Name") in columns}
    shown = tuple(name for name in columns if name not in named.values())
    rows = tuple(
        tuple(
            _value(reader, row[name], row[named[name]] if name in named else None) for name in shown
        )
        for row in solutions
    )
    return shown, rows


def _value(reader: Reader, term: object, name: object = None) -> Value | None:
    if isinstance(term, ox.NamedNode) and isinstance(name, ox.Literal):
        return Value(name.value, reader.links.href(term.value), term.value)
    if isinstance(term, ox.NamedNode | ox.Literal):
        return show(reader, term)
    return None if term is None else Value(str(term))
