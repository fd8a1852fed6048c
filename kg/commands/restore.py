"""``kg restore``: a store from a backup or a dump."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.options import base_option, folder_option


@click.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@folder_option
@base_option
def command(source: Path, store: Path, base: str | None) -> None:
    """Make a new store from SOURCE: the folder of a backup, or a dump (.trig, .nq, .jsonld).

    A backup brings everything. A dump brings the graph alone, without texts and registry; its
    base is read from the names of its graphs.
    """
    from kg.store import Store
    from kg.store.copying import copy_store, restore_dump

    if source.is_dir():
        with Store.open(source, base, create=False) as backup:
            copy_store(backup, store)
    else:
        restore_dump(source, store, base)
    with Store.open(store, create=False) as made, made.snapshot() as snapshot:
        click.echo(
            f"restored {len(snapshot.ox):,} triples to {store}, base {made.base}, "
            f"revision {snapshot.revision}"
        )
