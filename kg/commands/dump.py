"""``kg dump``: the graph as text."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from kg.addresses import Place
from kg.commands.options import store_option


@click.command()
@store_option
@click.option(
    "--format", "format_name", metavar="FORMAT",
    help="turtle, trig, nquads, ntriples or jsonld. Default: what the output file's name says, "
    "else trig.",
)  # fmt: skip
@click.option(
    "--graph", "graphs", multiple=True, metavar="IRI", help="Only this graph; may be repeated."
)
@click.option(
    "--article", "articles", multiple=True, metavar="KEY",
    help="Only what this article says; may be repeated.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="File to write, in place of standard output.",
)  # fmt: skip
def command(
    store: Place,
    format_name: str | None,
    graphs: tuple[str, ...],
    articles: tuple[str, ...],
    output: Path | None,
) -> None:
    """Write the graph as text, in an order that is always the same.

    TriG, N-Quads and JSON-LD keep the graphs apart; 'kg restore' makes the same dataset of
    them. Turtle and N-Triples are the union of the graphs.
    """
    from kg.dump import article_graphs, dump, format_named
    from kg.loader.opening import open_store

    suffix = output.suffix.lstrip(".") if output else ""
    form = format_named(format_name or suffix or "trig")
    with open_store(store, create=False) as opened, opened.snapshot() as snapshot:
        chosen = [*graphs, *article_graphs(snapshot.ox, opened.base, articles)]
        pieces = dump(snapshot.ox, form, opened.base, chosen or None)
        if output is None:
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            sys.stdout.flush()
        else:
            _write(output, pieces)


def _write(output: Path, pieces: Iterator[bytes]) -> None:
    """Write a file whole, or leave the one that was there."""
    started = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with started.open("wb") as file:
            file.writelines(pieces)
        started.replace(output)
    except OSError as error:
        raise click.ClickException(f"{output}: cannot be written ({error.strerror})") from error
    finally:
        started.unlink(missing_ok=True)
