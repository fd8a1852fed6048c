"""``kg remove``: articles out of the store."""

from __future__ import annotations

import click

from kg.addresses import Place
from kg.commands.options import remote_options, store_option


@click.command()
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
@store_option
@remote_options
def command(articles: tuple[str, ...], store: Place) -> None:
    """Remove articles, named by key, IRI or URL, with all they assert.

    Nothing is removed when one of them is not there. While a server runs on the store, its
    writer does it.
    """
    from kg.loader.opening import open_store, receiving
    from kg.loader.pipeline import remove

    with open_store(store, create=False) as opened:
        keys = remove(opened, articles, receiving=receiving)
        click.echo(f"removed: {', '.join(keys)}; revision {opened.revision}")
