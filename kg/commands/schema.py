"""``kg schema``: the JSON Schema of the facts file."""

from __future__ import annotations

import json

import click


@click.command()
def command() -> None:
    """Print the JSON Schema of the facts file, for editors and other extractors."""
    from kg.facts.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
