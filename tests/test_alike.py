"""Queries that differ in IRIs alone are looked at once, and found to be what each of them is."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.endpoint.alike import Looked, look
from kg.endpoint.depth import RefusedError
from kg.endpoint.guard import examine
from kg.errors import QueryError

PIECES = [
    "SELECT", "ASK", "CONSTRUCT", "PREFIX", "FROM", "NAMED", "SERVICE", "SERVICESILENT", "GRAPH",
    "FILTER", "{", "}", "(", ")", "?s", "?p", "a", "1", "<", ">", "<=", "||", "x:", "x:y", ":", ".",
    ";", "<http://a/>", "<http://example.org/b?c=d&e=%20>", "<https://x/y#z>", "<http://a/(b)>",
    "<urn:a>", '"', "'", '"""', "\\", '"a"', "'b<http://a/>'", "#", "# <http://c/>", "\n", " ",
    "@en", "^^", "^", "!", "http://a/>", "<http://",
]  # fmt: skip


def told(text: str, way: object) -> object:
    """Return what is found for a text, or how it is refused."""
    try:
        found = way(text)  # type: ignore[operator]
    except QueryError as error:
        return type(error), error.message, error.remedy, error.line, error.column
    return Looked(found.form, found.names_dataset)


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(["", " "]))
@example(["ASK", "{", '"', "\\", '"', "<http://a/>", '"', " ", "SERVICE", '"', "}"], " ")
@example(["ASK", "{", "FILTER", "(", "?s", "<http://a/>", ")", "}"], "")
@example(["ASK", "{", "FILTER", "(", "?s", "<http://a/(b)>", ")", "}"], "")
def test_what_is_found_is_what_would_be_found_alone(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    for query in (text, f"ASK {{ {text} }}", f"SELECT * FROM <http://a/> {{ ?s ?p {text} . }}"):
        assert told(query, look) == told(query, examine)


def test_a_text_that_was_let_through_lets_no_other_through() -> None:
    assert look("ASK { <http://a/b> ?p ?o }") == look("ASK { <http://a/c> ?p ?o }")
    with pytest.raises(RefusedError):
        look("ASK { SERVICE <http://a/b> { ?s ?p ?o } }")
    with pytest.raises(QueryError) as caught:
        look("ASK {\n <http://a/much/longer/than/the/other> x:y ?o }")
    assert (caught.value.line, caught.value.column) == (2, 40)
