"""``kg map``: event tables to files of N-Quads, for bulk loaders of any engine."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.options import all_events_option, columns_option


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="Folder for the shards and their manifest; made when it is not there.",
)
@click.option(
    "--base",
    metavar="IRI",
    envvar="KG_BASE",
    show_envvar=True,
    help="Base of the IRIs: that of the store which will hold them.",
)
@columns_option
@all_events_option
@click.option(
    "--compression",
    type=click.Choice(["gz", "zstd", "none"]),
    default="gz",
    show_default=True,
    help="zstd is quicker, and needs the extra 'cluster'; none is quickest.",
)
@click.option(
    "--shard-size",
    type=click.IntRange(min=1),
    default=8,
    show_default=True,
    metavar="MIB",
    help="Mebibytes of a plain table for one shard; a compressed table is one shard.",
)
@click.option(
    "--processes",
    type=click.IntRange(min=0),
    help="How many processes map.  [default: one a core]",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Map on the Dask cluster of this scheduler, such as tcp://host:8786, whose workers see "
    "the same files.",
)
@click.pass_context
def command(
    context: click.Context,
    sources: tuple[str, ...],
    folder: Path,
    base: str | None,
    columns: Path | None,
    all_events: bool,
    compression: str,
    shard_size: int,
    processes: int | None,
    scheduler: str | None,
) -> None:
    """Map event tables to files of N-Quads, without a store.

    The folder then holds shards, each with the quads of some rows, manifest.json with the hash,
    rows and triples of each, and rejects.jsonl with the rows that were refused.

    Exit status: 0 all good, 1 some rows were refused, 2 nothing could be done.
    """
    from kg.events.columns import gdelt, read_columns
    from kg.events.engines import dask, local
    from kg.events.export import ExportError, export
    from kg.events.files import find_tables
    from kg.events.shard_files import plan
    from kg.events.shown import row_lines
    from kg.iris import DEFAULT_BASE
    from kg.store.layout import check_base

    if compression == "zstd":
        try:
            import zstandard  # noqa: F401
        except ImportError:
            raise ExportError(
                "zstd needs a package; install it with 'pip install diplomacy-kg[cluster]', "
                "or take --compression gz"
            ) from None
    form = gdelt() if columns is None else read_columns(columns)
    others, tables = find_tables(sources, form)
    if others:
        raise ExportError(f"{others[0]}: is no event table; 'kg load' takes facts and articles")
    root = check_base(base or DEFAULT_BASE)
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    shards = list(
        plan(
            [table.absolute() for table in tables],
            form,
            root,
            folder,
            all_events=all_events,
            compression=compression,
            size=shard_size * 1024 * 1024,
        )
    )
    engine = dask(scheduler) if scheduler else local(processes)
    summary = export(shards, folder, root, engine)
    for line in row_lines(summary.rows, summary.kinds):
        click.echo(line)
    click.echo(f"triples:  {summary.triples:,} in {len(summary.shards):,} shards, {folder}")
    if summary.rejects is not None:
        click.echo(f"rejects:  {summary.rejects}")
        context.exit(1 if summary.rows["mapped"] else 2)
