"""``kg remove``: articles out of the store."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.options import store_option


@click.command()
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
@store_option
def command(articles: tuple[str, ...], store: Path) -> None:
    """Remove articles, named by key, IRI or URL, with all they assert.

    Nothing is removed when one of them is not there. While a server runs on the store, its
    writer does it.
    """
    from kg.endpoint.writer.handing import receiving
    from kg.loader.pipeline import remove
    from kg.store import Store

    with Store.open(store, create=False) as opened:
        keys = remove(opened, articles, receiving=receiving)
        click.echo(f"removed: {', '.join(keys)}; revision {opened.revision}")
