"""``kg serve``: the server."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

import click

from kg.addresses import Addresses, Place
from kg.commands.options import base_option, remote_options, store_option
from kg.monitoring.log import LogFormat


@click.command()
@store_option
@remote_options
@base_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535),
    help="Port; 0 takes a free one.",
)  # fmt: skip
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="Processes.")
@click.option(
    "--threads", default=40, show_default=True, type=click.IntRange(1),
    help="Requests that each process works on at once.",
)  # fmt: skip
@click.option(
    "--access-log/--no-access-log", default=True, show_default=True,
    help="Write each request to standard error.",
)  # fmt: skip
@click.option(
    "--log-format", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="How: a line for people, or an object of JSON.",
)  # fmt: skip
@click.option(
    "--slow-query", metavar="SECONDS", type=click.FloatRange(0),
    help="Write queries that take that long to standard error, with their text.",
)  # fmt: skip
@click.option(
    "--grace", metavar="SECONDS", default=20, show_default=True, type=click.IntRange(1),
    help="How long requests under way may take to end when the server is stopped.",
)  # fmt: skip
@click.option(
    "--max-rows", type=click.IntRange(1),
    help="Most rows or triples of a result; more are an error. Any number unless given.",
)  # fmt: skip
@click.option(
    "--client-queries", type=click.IntRange(1),
    help="Most queries of one client at once; more are answered 429. Any number unless given.",
)  # fmt: skip
@click.option(
    "--proxies", type=click.IntRange(0),
    help="Proxies in front whose X-Forwarded-For names the client. None unless given.",
)  # fmt: skip
@click.option(
    "--strict-dataset",
    is_flag=True,
    help="Let /sparql ask the graph without a name where none is named, not the union of all.",
)
@click.option(
    "--try/--no-try", "trying", default=True, show_default=True,
    help="Let readers try articles of their own at /try; nothing of them is kept.",
)  # fmt: skip
@click.option("--samples", is_flag=True, help="Make the store if need be, and load the samples.")
def command(
    store: Place,
    base: str | None,
    host: str,
    port: int,
    workers: int,
    threads: int,
    access_log: bool,
    log_format: LogFormat,
    slow_query: float | None,
    grace: int,
    max_rows: int | None,
    client_queries: int | None,
    proxies: int | None,
    strict_dataset: bool,
    trying: bool,
    samples: bool,
) -> None:
    """Serve a store over SPARQL and HTTP, until Ctrl-C.

    Anyone who reaches the address may query. Writing over HTTP is off unless KG_TOKEN is set
    in the environment; then it needs that token.

    With --samples a store that has nothing yet gets the sample articles of the package.
    """
    from kg.endpoint.settings import Settings
    from kg.serving.server import Serving, serve

    serving = Serving(host, port, workers, threads, access_log, log_format, slow_query, grace, base)
    settings = replace(Settings.from_environment(), strict_dataset=strict_dataset, trying=trying)
    if max_rows is not None:
        settings = replace(settings, result_rows=max_rows)
    if client_queries is not None:
        settings = replace(settings, client_queries=client_queries)
    if proxies is not None:
        settings = replace(settings, proxies=proxies)
    if isinstance(store, Addresses):
        if samples or strict_dataset:
            raise click.UsageError(
                "--samples and --strict-dataset are for a store in a folder; "
                "'kg load' loads the samples into an engine"
            )
    elif samples:
        _load_samples(store, base)
    serve(store, serving, settings)


def _load_samples(store: Path, base: str | None) -> None:
    """Load the samples into a store that is new, in a process of its own.

    The server forks, and a process that has opened a database must not: the database's threads
    are not in the children, which then crash when they end.
    """
    import subprocess
    import sys

    from kg.errors import StoreError
    from kg.resources import resource
    from kg.store import Store

    with contextlib.suppress(StoreError):
        if Store.open(store, base, create=False).revision > 1:
            return
    command = [sys.executable, "-m", "kg", "load", str(resource("samples")), "--store", str(store)]
    done = subprocess.run([*command, *(["--base", base] if base else [])], check=False)
    if done.returncode:
        raise SystemExit(done.returncode)
