"""``kg serve``: the server."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.options import base_option, store_option


@click.command()
@store_option
@base_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535),
    help="Port; 0 takes a free one.",
)  # fmt: skip
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="Processes.")
@click.option(
    "--threads", default=8, show_default=True, type=click.IntRange(1),
    help="Requests that each process works on at once.",
)  # fmt: skip
@click.option(
    "--access-log/--no-access-log", default=True, show_default=True,
    help="Write each request to standard error.",
)  # fmt: skip
@click.option("--samples", is_flag=True, help="Make the store if need be, and load the samples.")
def command(
    store: Path,
    base: str | None,
    host: str,
    port: int,
    workers: int,
    threads: int,
    access_log: bool,
    samples: bool,
) -> None:
    """Serve a store over SPARQL and HTTP, until Ctrl-C.

    Anyone who reaches the address may query. Writing over HTTP is off unless KG_TOKEN is set
    in the environment; then it needs that token.

    With --samples a store that has nothing yet gets the sample articles of the package.
    """
    from kg.endpoint.settings import Settings
    from kg.server import Serving, serve
    from kg.store import Store

    serving = Serving(host, port, workers, threads, access_log)
    settings = Settings.from_environment()
    with Store.open(store, base, create=samples) as opened:
        if samples and opened.revision == 1:
            from kg.loader import load
            from kg.resources import resource

            done = load(opened, [resource("samples")])
            click.echo(f"loaded {done.articles.total()} sample articles into {store}", err=True)
    serve(store, serving, settings)
