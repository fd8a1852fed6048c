"""``kg backup``: a copy of the store while it is in use."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.options import folder_option


@click.command()
@click.argument("dest", type=click.Path(path_type=Path))
@folder_option
def command(dest: Path, store: Path) -> None:
    """Copy the store's current revision to the new folder DEST.

    Others may read and write meanwhile. The copy has the graph, the texts, the facts as loaded
    and the registry; it is a store itself, and 'kg restore' copies it back.
    """
    from kg.store import Store
    from kg.store.copying import copy_store

    with Store.open(store, create=False) as opened:
        revision = copy_store(opened, dest)
    click.echo(f"backed up revision {revision} to {dest}")
