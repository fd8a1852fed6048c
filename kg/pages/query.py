"""The query page: write a query, or take a question, and look at the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import Response, render_template, request

from kg.endpoint.problems import problem_of
from kg.errors import KgError, ParameterError, QueryError
from kg.pages.errors import sentence
from kg.pages.fields import Field, fields
from kg.pages.reading import Reader, reading
from kg.pages.results import Result, run
from kg.queries import NamedQuery, load_queries
from kg.queries.labels import CLASSES

_START = """\
PREFIX dkg: <https://w3id.org/diplomacy-kg/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sem: <http://semanticweb.cs.vu.nl/2009/11/sem/>

# Who met whom, latest first
SELECT ?meeting ?who ?date WHERE {
  ?meeting a dkg:Meeting ;
    dkg:participant ?who .
  OPTIONAL { ?meeting sem:hasBeginTimeStamp ?date }
}
ORDER BY DESC(?date)
LIMIT 100
"""


@dataclass(frozen=True)
class Trouble:
    """Why there is no answer, in words, and where in the query."""

    message: str
    line: int | None = None
    column: int | None = None


def query() -> Response:
    """Answer ``/query``: the page, with the answer where the request has a query.

    The text comes as ``query`` in the URL or a form. Without script, the form on the page leads
    here; with it, the page asks ``/sparql`` itself.
    """
    text = request.values.get("query")
    with reading() as reader:
        if not text or not text.strip():
            return _page(reader, _START)
        return answered(reader, text)


def answered(
    reader: Reader,
    text: str,
    named: NamedQuery | None = None,
    values: Mapping[str, str] | None = None,
) -> Response:
    """Return the page with a query's answer, or with what is wrong with the query."""
    try:
        result = run(reader, text)
    except QueryError as error:
        trouble = Trouble(_words(error), error.line, error.column)
        return _page(reader, text, named, values, trouble=trouble, status=problem_of(error).status)
    return _page(reader, text, named, values, result)


def unanswered(reader: Reader, text: str, named: NamedQuery) -> Response:
    """Return the page of a query that looks at more than a page should without being told."""
    return _page(reader, text, named, large=True)


def misfit(
    reader: Reader, named: NamedQuery, values: Mapping[str, str], error: ParameterError
) -> Response:
    """Return the page with what does not fit beside the field that it was written in."""
    text = named.bind(base=reader.base)
    return _page(reader, text, named, values, misfit=error, status=400)


@lru_cache(maxsize=1)
def library() -> dict[str, NamedQuery]:
    """Return the named queries."""
    return load_queries()


def bound(reader: Reader, named: NamedQuery, values: Mapping[str, str]) -> str:
    """Return a named query with its parameters filled.

    Raises:
        ParameterError: a value does not fit.
    """
    return named.bind(values, reader.base, reader.resolve)


def names_of(reader: Reader, named: NamedQuery, values: Mapping[str, str]) -> dict[str, str]:
    """Return what values are called that may be written as paths, codes or IRIs.

    Raises:
        ParameterError: a value does not fit.
    """
    kinds = {name: one.type.name for name, one in named.parameters.items()}
    written = {name: value for name, value in values.items() if kinds.get(name) in CLASSES}
    terms = named.terms(written, reader.base, reader.resolve)
    reader.name(term.value for term in terms.values() if term is not None)
    return {name: reader.label(term.value) for name, term in terms.items() if term is not None}


def _page(
    reader: Reader,
    text: str,
    named: NamedQuery | None = None,
    values: Mapping[str, str] | None = None,
    result: Result | None = None,
    *,
    trouble: Trouble | None = None,
    misfit: ParameterError | None = None,
    large: bool = False,
    status: int = 200,
) -> Response:
    called = dict(values or {})
    if named and not misfit:
        called |= names_of(reader, named, called)
    form: list[Field] = fields(reader, named, values or {}, misfit) if named else []
    page = render_template(
        "query.html",
        text=text,
        named=named,
        question=named.ask(called) if named else "",
        columns={one.name: one.label for one in named.columns.values()} if named else {},
        fields=form,
        address=request.full_path.rstrip("?"),
        result=result,
        trouble=trouble,
        large=large,
        misfit=sentence(str(misfit)) if misfit and misfit.name not in _names(form) else "",
        queries=library().values(),
        base=reader.base,
    )
    return Response(page, status)


def _names(form: list[Field]) -> set[str]:
    return {field.name for field in form}


def _words(error: KgError) -> str:
    message = getattr(error, "message", str(error))
    remedy = getattr(error, "remedy", "")
    return sentence(f"{message}; {remedy}" if remedy else message)
