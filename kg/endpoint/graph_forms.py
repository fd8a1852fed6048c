"""CONSTRUCT and DESCRIBE over an engine that is asked for rows only.

A CONSTRUCT query becomes a SELECT of its template's variables; the template is filled with the
rows here, by Oxigraph. A DESCRIBE query becomes a SELECT of what is to be described, and one of
all triples that have it as subject, which is what our own engine gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import pyoxigraph as ox

from kg.endpoint.guard import Examined, Form
from kg.endpoint.tokens import Kind, Token, error_at
from kg.errors import QueryError

Ask = Callable[[str], Iterable[ox.QuerySolution]]

_ROWS = 500
_THINGS = 50
_REMEMBERED = 1_000_000
_NODE = "urn:diplomacy-kg:blank:"  # stands for a blank node of the engine, which no query can name
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_NONE = "(1 AS ?kg_one)"


def declared(examined: Examined, base: str) -> str:
    """Return the declaration of a base that a query needs and does not have, or nothing.

    There may be one only, and first, for some engines.

    Args:
        examined: the query.
        base: what its relative IRIs are relative to.
    """
    for token in examined.tokens:
        if token.word == "BASE":
            return ""
        if token.word == examined.form.value:
            break
    relative = any(
        token.kind is Kind.IRI and not _SCHEME.match(token.text) for token in examined.tokens
    )
    return f"BASE <{base}> " if relative else ""


def constructed(examined: Examined, base: str, ask: Ask) -> Iterator[ox.Triple]:
    """Yield the graph of a CONSTRUCT query.

    Args:
        examined: the query.
        base: what relative IRIs are relative to.
        ask: runs a SELECT query.

    Raises:
        QueryError: its template cannot be read.
    """
    text, tokens = examined.text, examined.tokens
    at = _first(examined, Form.CONSTRUCT)
    begin = at + 1
    short = begin >= len(tokens) or tokens[begin].text != "{"
    while begin < len(tokens) and tokens[begin].text != "{":
        begin += 1
    end = _closing(text, tokens, begin)
    template = text[tokens[begin].start : tokens[end].end]
    names = dict.fromkeys(t.text[1:] for t in tokens[begin:end] if t.kind is Kind.VAR)
    prologue = declared(examined, base) + text[: tokens[at].start]
    rest = text[tokens[at].end :] if short else text[tokens[end].end :]
    chosen = " ".join(f"?{name}" for name in names) or _NONE
    rows = iter(ask(f"{prologue} SELECT {chosen} {rest}"))
    seen: set[ox.Triple] = set()
    while some := list(islice(rows, _ROWS)):
        for triple in _filled(prologue, template, list(names), some):
            if triple not in seen:
                if len(seen) >= _REMEMBERED:
                    seen.clear()
                seen.add(triple)
                yield triple


def described(examined: Examined, base: str, ask: Ask) -> Iterator[ox.Triple]:
    """Yield the graph of a DESCRIBE query: all triples of the things it names or finds.

    Args:
        examined: the query.
        base: what relative IRIs are relative to.
        ask: runs a SELECT query.

    Raises:
        QueryError: it cannot be read.
    """
    text, tokens = examined.text, examined.tokens
    at = _first(examined, Form.DESCRIBE)
    end = at + 1
    while end < len(tokens) and (
        tokens[end].kind in (Kind.VAR, Kind.IRI, Kind.PNAME) or tokens[end].text == "*"
    ):
        end += 1
    named = tokens[at + 1 : end]
    if not named:
        raise error_at(text, tokens[at], "DESCRIBE names nothing", "write DESCRIBE <IRI>")
    prologue = declared(examined, base) + text[: tokens[at].start]
    rest = text[tokens[end].start :] if end < len(tokens) else ""
    found: dict[ox.NamedNode, None] = {}
    iris = [token.text for token in named if token.kind in (Kind.IRI, Kind.PNAME)]
    for iri in iris:
        for row in _here(f"{prologue} SELECT ({iri} AS ?thing) {{}}"):
            found[row[0]] = None
    variables = [token.text for token in named if token.text[0] in "?$*"]
    if variables:
        for row in ask(f"{prologue} SELECT {' '.join(variables)} {rest}"):
            found.update((term, None) for term in row if isinstance(term, ox.NamedNode))
    elif rest:
        _ = list(ask(f"{prologue} SELECT {_NONE} {rest}"))  # it may be wrong, or find nothing
    dataset = " ".join(_dataset(text, tokens))
    things = iter(found)
    while some := list(islice(things, _THINGS)):
        values = " ".join(str(thing) for thing in some)
        for row in ask(
            f"{prologue} SELECT DISTINCT ?s ?p ?o {dataset} "
            f"WHERE {{ VALUES ?s {{ {values} }} ?s ?p ?o }}"
        ):
            yield ox.Triple(row["s"], row["p"], row["o"])


def _first(examined: Examined, form: Form) -> int:
    return next(n for n, token in enumerate(examined.tokens) if token.word == form.value)


def _closing(text: str, tokens: Sequence[Token], begin: int) -> int:
    """Return where the bracket closes that opens at a place."""
    depth = 0
    for number in range(begin, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[number].text, 0)
        if depth == 0:
            return number
    raise QueryError("the query ends too early", "close every { with }")


def _dataset(text: str, tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the FROM clauses of a query."""
    for number, token in enumerate(tokens):
        if token.word == "FROM" and number + 1 < len(tokens):
            last = number + (2 if tokens[number + 1].word == "NAMED" else 1)
            if last < len(tokens):
                yield text[token.start : tokens[last].end]


def _filled(
    prologue: str, template: str, names: Sequence[str], rows: Sequence[ox.QuerySolution]
) -> Iterator[ox.Triple]:
    values = "\n".join(f"({' '.join(_form(row[name]) for name in names)})" for row in rows)
    variables = " ".join(f"?{name}" for name in names)
    where = f"VALUES ({variables}) {{ {values} }}" if names else ""
    for triple in _here(f"{prologue} CONSTRUCT {template} WHERE {{ {where} }}"):
        s, p, o = triple
        yield ox.Triple(_back(s), p, _back(o))  # type: ignore[arg-type]


def _here(query: str) -> Any:
    """Run a query that looks at no data."""
    try:
        return ox.Store().query(query)
    except SyntaxError as error:
        raise QueryError(f"it cannot be read ({error})", "see SPARQL 1.1 Query") from None


def _form(term: object) -> str:
    if term is None:
        return "UNDEF"
    return f"<{_NODE}{term.value}>" if isinstance(term, ox.BlankNode) else str(term)


def _back(term: object) -> object:
    if isinstance(term, ox.NamedNode) and term.value.startswith(_NODE):
        return ox.BlankNode(term.value.removeprefix(_NODE))
    return term
