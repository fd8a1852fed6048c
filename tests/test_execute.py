"""The one door to the engine, as a function."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import EX, QUADS, make_store, quad

from kg.endpoint.declarations import Ordered
from kg.endpoint.depth import RefusedError
from kg.endpoint.execute import Answer, DatasetClause, TooLargeError, answer
from kg.endpoint.guard import Form
from kg.endpoint.settings import Settings
from kg.errors import NotAcceptableError, QueryError
from kg.store import Store


@dataclass
class Fixed:
    """A revision in memory."""

    ox: ox.Store
    revision: int = 7


@pytest.fixture
def revision() -> Fixed:
    store = ox.Store()
    store.extend(QUADS)
    return Fixed(store)


def whole(given: Answer) -> bytes:
    with given:
        return b"".join(given.chunks)


def test_an_answer_knows_itself(revision: Fixed) -> None:
    given = answer(revision, "SELECT ?o { ?s ?p ?o } LIMIT 1", accept="text/csv")
    assert (given.content_type, given.revision) == ("text/csv; charset=utf-8", 7)
    assert (given.form, given.format.suffix) == (Form.SELECT, "csv")
    assert len(whole(given)) == given.length


def test_an_answer_outlives_its_snapshot(tmp_path: Path) -> None:
    with Store.open(make_store(tmp_path / "store")) as store:
        with store.snapshot() as snapshot:
            given = answer(snapshot, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", accept="text/csv")
        assert whole(given) == f"n\r\n{len(QUADS)}\r\n".encode()


def test_errors_come_before_the_first_byte(revision: Fixed) -> None:
    with pytest.raises(NotAcceptableError):
        answer(revision, "ASK {}", accept="image/png")
    with pytest.raises(QueryError):
        answer(revision, "ASK { FILTER(1 = ) }")
    with pytest.raises(RefusedError):
        answer(revision, "ASK { SERVICE <a:b> {} }")


def test_a_result_over_the_limit_is_an_error_and_never_cut_off(revision: Fixed) -> None:
    revision.ox.extend([quad(f"{EX}{n}", f"{EX}p", "x" * 100, f"{EX}g") for n in range(1000)])
    for query in ("SELECT ?o { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"):
        size = len(whole(answer(revision, query)))
        assert len(whole(answer(revision, query, settings=Settings(result_bytes=size)))) == size
        with pytest.raises(TooLargeError, match="the result has more than"):
            answer(revision, query, settings=Settings(result_bytes=size - 1))


def test_a_query_over_the_limit_is_an_error(revision: Fixed) -> None:
    settings = Settings(query_bytes=20)
    whole(answer(revision, "ASK {" + " " * 14 + "}", settings=settings))
    with pytest.raises(TooLargeError, match="21 bytes"):
        answer(revision, "ASK {" + " " * 15 + "}", settings=settings)


def test_a_dataset_is_a_choice_of_graphs(revision: Fixed) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    for clause, count in (
        (None, len(QUADS)),
        (DatasetClause(), len(QUADS)),
        (DatasetClause((f"{EX}two",)), 2),
        (DatasetClause((f"{EX}two", f"{EX}two")), 2),
        (DatasetClause((f"{EX}one", f"{EX}two")), 3),
        (DatasetClause((), (f"{EX}two",)), 0),
    ):
        given = answer(revision, query, clause, "text/csv")
        assert whole(given) == f"n\r\n{count}\r\n".encode(), clause


def test_a_query_cannot_change_the_store(revision: Fixed) -> None:
    for text in ("DROP ALL", "INSERT DATA { <a:a> <a:b> 1 }", "SELECT * {} ; DROP ALL"):
        with pytest.raises(QueryError):
            answer(revision, text)
    assert len(revision.ox) == len(QUADS)


def test_turtle_declares_its_prefixes_in_order(revision: Fixed) -> None:
    data = whole(answer(revision, "CONSTRUCT WHERE { ?s ?p ?o }", accept="text/turtle"))
    header = [line for line in data.splitlines() if line.startswith(b"@prefix ")]
    assert len(header) > 10
    assert header == sorted(header)
    assert data.startswith(b"\n".join(header))
    assert {str(one.triple) for one in ox.parse(data, ox.RdfFormat.TURTLE)} == {
        str(one.triple) for one in QUADS
    }


@given(
    st.lists(st.sampled_from([b"@prefix b: <b> .\n", b"@prefix a: <a> .\n"]), max_size=4),
    st.sampled_from([b"", b"\n", b"<a:s> <a:p> '@prefix ' .\n@prefix x: <y> .\n", b"@", b"{}"]),
    st.integers(1, 30),
)
def test_what_is_kept_is_what_was_written(header: list[bytes], rest: bytes, step: int) -> None:
    data = b"".join(header) + rest
    out = io.BytesIO()
    ordered = Ordered(out)
    for start in range(0, len(data), step):
        ordered.write(data[start : start + step])
    ordered.finish()
    assert out.getvalue() == b"".join(sorted(header)) + rest
