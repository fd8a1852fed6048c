"""Which format a client gets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.endpoint.negotiate import negotiate
from kg.errors import NotAcceptableError
from kg.formats import DATASETS, GRAPHS, RESULTS

CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        (CHROME, JSON),
        (XML, XML),
        ("application/xml", "application/xml"),
        ("application/json", "application/json"),
        ("text/csv", "text/csv"),
        ("text/*", "text/csv"),
        ("text/*;q=0.5, */*;q=0.1", "text/csv"),
        ("text/tab-separated-values, */*;q=0.1", "text/tab-separated-values"),
        (f"{JSON};q=0.5, {XML};q=0.9", XML),
        (f"{JSON};q=0, */*", XML),
        ("text/csv, */*", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/csv; charset=utf-8; q=0.9, application/foo", "text/csv"),
        ("text/html, text/csv;q=0.1", "text/csv"),
        (f"{XML};q=1.5, text/csv", XML),
        (";;;, text/csv", "text/csv"),
        ("application/*", JSON),
        ("text/turtle, application/rdf+xml, text/csv;q=0.2", "text/csv"),
    ],
)
def test_results(accept: str | None, expected: str) -> None:
    assert negotiate(accept, RESULTS).media_type == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "text/turtle"),
        (CHROME, "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/rdf+xml;q=0.9, text/turtle;q=0.8", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/json"),
        ("text/plain", "text/plain"),
        ("text/plain;q=0.5, application/n-triples", "application/n-triples"),
        ("application/xml", "application/xml"),
        ("text/n3", "text/n3"),
    ],
)
def test_graphs(accept: str | None, expected: str) -> None:
    assert negotiate(accept, GRAPHS).media_type == expected


@pytest.mark.parametrize(
    "accept", ["image/png", "text/html", "*/*;q=0", "text/turtle", f"{JSON};q=0.0", "nonsense"]
)
def test_what_cannot_be_given_is_refused_with_what_there_is(accept: str) -> None:
    with pytest.raises(NotAcceptableError) as caught:
        negotiate(accept, RESULTS)
    assert caught.value.offered == tuple(form.media_type for form in RESULTS)


@pytest.mark.parametrize(
    ("name", "offered", "expected"),
    [
        ("json", RESULTS, JSON),
        ("XML", RESULTS, XML),
        ("text/csv", RESULTS, "text/csv"),
        ("application/sparql-results json", RESULTS, JSON),  # a plus that nobody encoded
        ("json", GRAPHS, "application/ld+json"),
        ("xml", GRAPHS, "application/rdf+xml"),
        ("turtle", GRAPHS, "text/turtle"),
        ("nt", GRAPHS, "application/n-triples"),
        ("json-ld", GRAPHS, "application/ld+json"),
        ("nquads", DATASETS, "application/n-quads"),
    ],
)
def test_a_name_overrides_the_header(name: str, offered: tuple, expected: str) -> None:  # type: ignore[type-arg]
    assert negotiate("image/png", offered, named=name).media_type == expected


def test_a_name_that_means_nothing_is_refused() -> None:
    with pytest.raises(NotAcceptableError, match="pdf"):
        negotiate("*/*", RESULTS, named="pdf")


_RANGES = st.sampled_from(
    [*(form.media_type for form in (*RESULTS, *GRAPHS)), "*/*", "text/*", "application/*",
     "text/html", "application/xml", "application/json", "image/png"]
)  # fmt: skip


@given(
    st.lists(st.tuples(_RANGES, st.integers(0, 1000)), min_size=1, unique_by=lambda one: one[0]),
    st.sampled_from([RESULTS, GRAPHS]),
)
def test_the_chosen_type_is_wanted_most(ranges: list[tuple[str, int]], offered: tuple) -> None:  # type: ignore[type-arg]
    accept = ", ".join(f"{kind};q={quality / 1000:.3f}" for kind, quality in ranges)
    wanted = dict(ranges)

    def quality(kind: str) -> int:
        main = kind.partition("/")[0]
        return wanted.get(kind, wanted.get(f"{main}/*", wanted.get("*/*", 0)))

    best = max(quality(form.media_type) for form in offered)
    try:
        choice = negotiate(accept, offered)
    except NotAcceptableError:
        assert best == 0
    else:
        assert choice.format in offered
        assert quality(choice.media_type) > 0
        assert quality(choice.media_type) >= best


@given(st.text(max_size=60))
def test_no_header_breaks_it(accept: str) -> None:
    try:
        assert negotiate(accept, RESULTS).format in RESULTS
    except NotAcceptableError as error:
        assert error.offered
