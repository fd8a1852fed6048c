"""``kg remove``: articles and event tables out of the store."""

from __future__ import annotations

import click

from kg.addresses import Place
from kg.commands.options import remote_options, store_option


@click.command()
@click.argument("articles", nargs=-1, required=True, metavar="NAME...")
@store_option
@remote_options
def command(articles: tuple[str, ...], store: Place) -> None:
    """Remove articles, named by key, IRI or URL, with all they assert; and event tables.

    An event table is named by its key, which is its file name without endings, or by the IRI of
    its graph. No article is removed when one of the names is not there. While a server runs on
    the store, its writer does it.
    """
    from kg.endpoint.writer.tables import opening
    from kg.events.removing import divide_names
    from kg.loader.opening import open_store, receiving
    from kg.loader.pipeline import remove

    with open_store(store, create=False) as opened:
        names, tables = divide_names(opened, articles)
        keys = remove(opened, names, receiving=receiving) if names else []
        if tables:
            with opening(opened) as graphs:
                graphs.remove(tables)
        click.echo(f"removed: {', '.join([*keys, *tables])}; revision {opened.revision}")
