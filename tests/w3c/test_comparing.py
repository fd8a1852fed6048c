"""That the comparison of answers, on which the W3C's tests stand, tells right from wrong."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from comparing import Blank, Table, as_values, graph_of, read_csv, same_graphs, same_results
from hypothesis import given
from hypothesis import strategies as st

ONE = ox.Literal("1", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))
ONE_POINT = ox.Literal("1.0", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))
A, B, C = (Blank(label) for label in "abc")


def table(*rows: tuple[object, ...]) -> Table:
    return Table(("x", "y"), rows)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (table((1, 2), (3, None)), table((3, None), (1, 2)), True),
        (table((1, 2), (1, 2)), table((1, 2)), False),
        (table((1, 2), (1, 2), (3, 4)), table((1, 2), (3, 4), (3, 4)), False),
        (table((1, None)), table((None, 1)), False),
        (table((A, B), (B, A)), table((C, A), (A, C)), True),
        (table((A, A), (B, B)), table((A, B), (B, A)), False),
        (table((A, 1), (A, 2)), table((A, 1), (B, 2)), False),
        (table((A, 1), (B, 2)), table((A, 1), (A, 2)), False),
        (table((A, B)), table((A, 1)), False),
        (Table(("x",), ()), Table(("y",), ()), False),
        (table((ONE, 1)), table((ONE_POINT, 1)), False),
        (True, True, True),
        (True, False, False),
        (True, table(), False),
    ],
)
def test_results(one: bool | Table, other: bool | Table, same: bool) -> None:
    assert same_results(one, other) is same
    assert same_results(other, one) is same


def test_values_are_told_from_how_they_are_written() -> None:
    assert same_results(as_values(table((ONE, 1))), as_values(table((ONE_POINT, 1))))
    assert not same_results(as_values(table((ONE, 1))), as_values(table((ONE, 2))))


def test_columns_of_csv_may_be_in_any_order() -> None:
    assert same_results(read_csv(b"x,y\r\n1,_:a\r\n"), read_csv(b"y,x\r\n_:b,1\r\n"))
    assert not same_results(read_csv(b"x,y\r\n1,2\r\n"), read_csv(b"x,y\r\n2,1\r\n"))


def test_graphs_are_compared_as_they_are_written() -> None:
    def graph(text: str) -> object:
        quads = ox.parse(text, format=ox.RdfFormat.N_TRIPLES)
        return graph_of(quad.triple for quad in quads)

    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    assert same_graphs(graph("_:a <x:p> _:b ."), graph("_:c <x:p> _:a ."))  # type: ignore[arg-type]
    for one, other in (
        ("_:a <x:p> _:b .", "_:a <x:p> _:a ."),
        (f'<x:a> <x:p> "1"{integer} .', f'<x:a> <x:p> "01"{integer} .'),
        ("<x:a> <x:p> <x:b> .", ""),
    ):
        assert not same_graphs(graph(one), graph(other))  # type: ignore[arg-type]


rows = st.lists(
    st.tuples(st.sampled_from([1, 2, None, A, B, C]), st.sampled_from([1, A, B])), max_size=6
)


@given(rows, st.permutations([A, B, C]), st.randoms())
def test_order_and_labels_make_no_difference(
    some: list[tuple[object, ...]], labels: list[Blank], random: object
) -> None:
    renamed = dict(zip((A, B, C), labels, strict=True))
    other = [tuple(renamed.get(cell, cell) for cell in row) for row in some]  # type: ignore[call-overload]
    random.shuffle(other)  # type: ignore[attr-defined]
    assert same_results(table(*some), table(*other))
