"""``kg info``: what is in the store."""

from __future__ import annotations

import click

from kg.addresses import Place
from kg.commands.options import store_option


@click.command()
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(store: Place, as_json: bool) -> None:
    """Say what is in the store: revision, graphs, articles, facts, entities."""
    import json
    from dataclasses import asdict

    from kg.loader.inventory import take_inventory
    from kg.loader.opening import open_store

    with open_store(store, create=False) as opened:
        inventory = take_inventory(opened)
    if as_json:
        click.echo(json.dumps(asdict(inventory), indent=2))
        return
    click.echo(f"store      {inventory.store}, revision {inventory.revision}")
    click.echo(f"base       {inventory.base}")
    click.echo(f"triples    {inventory.triples:,}")
    click.echo(f"graphs     {_counts(inventory.graphs)}")
    click.echo(f"articles   {inventory.articles:,}, {inventory.reviewed:,} of them reviewed")
    click.echo(f"facts      {_counts(inventory.facts)}")
    click.echo(f"entities   {_counts(inventory.entities)}")
    click.echo(f"links      {_counts(inventory.links)}")
    click.echo(f"last load  {inventory.last_load or 'nothing was loaded yet'}")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in counts.items())
