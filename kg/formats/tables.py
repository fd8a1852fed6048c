"""Query results for people at a terminal: names in place of IRIs, wrapped to its width."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kg.vocabulary import FORM, MEANS, MODE, PREFIXES, STANCE, STATUS

_PLAIN = (STATUS, STANCE, FORM, MODE, MEANS)

_NARROWEST = 18
Term = Mapping[str, Any]
"""A term as SPARQL 1.1 Query Results JSON has it: type, value, perhaps xml:lang, datatype."""


def print_table(
    results: Mapping[str, Any], console: Console, base: str, labels: Mapping[str, str]
) -> None:
    """Print a result of SELECT or ASK.

    A column ``x`` that has a column ``xName`` beside it is shown once, by its name. Where the
    columns are too many for the terminal's width, each row becomes a block of lines.

    Args:
        results: the result, as SPARQL 1.1 Query Results JSON.
        console: where to print.
        base: the store's base IRI, which is left out of IRIs.
        labels: column name to its heading.
    """
    if "boolean" in results:
        console.print("yes" if results["boolean"] else "no")
        return
    names: list[str] = results["head"]["vars"]
    rows: list[Mapping[str, Term]] = results["results"]["bindings"]
    columns = [name for name in names if not _is_name(name, names)]
    cells = [[_cell(row, column, base) for column in columns] for row in rows]
    headings = [_printable(labels.get(column, column)) for column in columns]
    if rows and console.width < _NARROWEST * len(columns):
        _print_blocks(console, headings, cells)
    else:
        _print_columns(console, headings, cells)
    console.print(f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'}", style="dim")


def _is_name(name: str, names: Sequence[str]) -> bool:
    return name.endswith("Name") and name.removesuffix("Name") in names


def _cell(row: Mapping[str, Term], column: str, base: str) -> str:
    term = row.get(f"{column}Name") or row.get(column)
    return _printable(shortened(term, base)) if term else ""


def shortened(term: Term, base: str) -> str:
    """Return a term in short: an IRI as a path below the store's base, or with a prefix.

    Concepts of the small schemes, such as ``stance:opposes``, are their own last part.

    Args:
        term: the term.
        base: the store's base IRI.
    """
    value: str = term["value"]
    if term["type"] == "bnode":
        return f"_:{value}"
    if term["type"] != "uri":
        return value
    if value.startswith(base):
        return value.removeprefix(base).removeprefix("id/")
    if value.startswith(_PLAIN):
        return value.rsplit("/", 1)[-1]
    for prefix, space in PREFIXES.items():
        if value.startswith(space):
            return f"{prefix}:{value.removeprefix(space)}"
    return value


def _printable(text: str) -> str:
    """Replace what would move the cursor or change the terminal; lines and marks stay."""
    return "".join(c if c == "\n" or unicodedata.category(c) != "Cc" else "�" for c in text)


def _print_columns(
    console: Console, headings: Sequence[str], cells: Sequence[Sequence[str]]
) -> None:
    table = Table(show_lines=False, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(Text(heading), overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _print_blocks(
    console: Console, headings: Sequence[str], cells: Sequence[Sequence[str]]
) -> None:
    for row in cells:
        block = Table.grid(padding=(0, 2))
        block.add_column(style="bold", no_wrap=True)
        block.add_column(overflow="fold")
        for heading, cell in zip(headings, row, strict=True):
            if cell:
                block.add_row(Text(heading), Text(cell))
        console.print(block)
        console.print()
