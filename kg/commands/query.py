"""``kg query``: a named query, a query file, or a query from standard input."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.addresses import Place
from kg.commands.options import store_option
from kg.errors import ParameterError, QueryError, ReadError

if TYPE_CHECKING:
    from kg.queries import NamedQuery
    from kg.store import Snapshot, Store

FORMATS = {
    "table": "table", "csv": "csv", "json": "json", "xml": "xml", "tsv": "tsv",
    "turtle": "ttl", "nt": "nt", "jsonld": "jsonld",
}  # fmt: skip
"""Name on the command line to the endpoint's name for the format."""


@click.command()
@click.argument("name", required=False, metavar="[NAME|FILE|-]")
@store_option
@click.option(
    "--param", "-p", "given", multiple=True, metavar="NAME=VALUE",
    help="Value of a named query's parameter; may be repeated. An empty value leaves an "
    "optional one open.",
)  # fmt: skip
@click.option(
    "--format", "-f", "form", type=click.Choice(list(FORMATS)),
    help="Default: a table on a terminal, else CSV; Turtle for CONSTRUCT and DESCRIBE.",
)  # fmt: skip
@click.option("--list", "listing", is_flag=True, help="List the named queries.")
def command(
    name: str | None, store: Place, given: tuple[str, ...], form: str | None, listing: bool
) -> None:
    """Run a named query, a query file, or a query from standard input.

    Without a name it lists the named queries with their questions and parameters. Files and
    standard input hold SPARQL 1.1 Query; nothing is ever changed.
    """
    from kg.loader.opening import open_store
    from kg.queries import labels_of, load_queries

    queries = load_queries()
    if listing or name is None:
        _list(queries)
        return
    values = _values(given)
    with open_store(store, create=False) as opened, opened.snapshot() as snapshot:
        query = queries.get(name)
        if query is None:
            text = _raw(name, values, queries)
        else:
            text = query.bind(values, opened.base, labels_of(snapshot.ox, opened.base))
        headings = {} if query is None else {c.name: c.label for c in query.columns.values()}
        _answer(text, form, opened, snapshot, headings)


def _answer(
    text: str, form: str | None, store: Store, snapshot: Snapshot, headings: Mapping[str, str]
) -> None:
    from kg.endpoint.execute import answer
    from kg.endpoint.guard import Form, examine
    from kg.endpoint.remote import engine_for

    rows = examine(text).form in (Form.SELECT, Form.ASK)
    wanted = form or (("table" if sys.stdout.isatty() else "csv") if rows else "turtle")
    if wanted == "table" and not rows:
        raise QueryError("a graph is no table", "ask for turtle, nt or jsonld")
    if wanted == "json" and not rows:
        wanted = "jsonld"
    named = "json" if wanted == "table" else FORMATS[wanted]
    with answer(engine_for(store, snapshot), text, named=named, base=store.base) as whole:
        if wanted == "table":
            from rich.console import Console

            from kg.formats.tables import print_table

            print_table(json.loads(b"".join(whole.chunks)), Console(), store.base, headings)
            return
        for chunk in whole.chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.flush()


def _values(given: tuple[str, ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise ParameterError(item, "has no value", "write --param NAME=VALUE")
        if name in values:
            raise ParameterError(name, "is given twice", "give it once")
        values[name] = value
    return values


def _raw(name: str, values: Mapping[str, str], queries: Mapping[str, NamedQuery]) -> str:
    from kg.queries import find_query

    if name != "-" and not Path(name).is_file():
        find_query(name, queries)  # raises, with the nearest name
    if values:
        raise ParameterError(
            next(iter(values)), "only named queries have parameters", "leave --param out"
        )
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise ReadError(name, f"cannot be read: {error.strerror}", "check its name") from None
    except UnicodeDecodeError as error:
        raise ReadError(
            name, f"is not UTF-8 at byte {error.start}", "save the query in UTF-8"
        ) from None


def _list(queries: Mapping[str, NamedQuery]) -> None:
    for name, query in queries.items():
        click.echo(f"{click.style(name, bold=True)}\n  {query.ask()}")
        for parameter in query.parameters.values():
            default = parameter.default_label or parameter.default
            has = f"default {default}" if default else "optional"
            click.echo(f"    {parameter.name}: {parameter.type.wants} ({has})")
