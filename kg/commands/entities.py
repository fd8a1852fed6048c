"""``kg entities``: who is in the store, and what about them wants a person's eye."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg.addresses import Place
from kg.commands.options import remote_options, store_option

if TYPE_CHECKING:
    from kg.registry.review import Finding

_KINDS = ("person", "organisation", "group", "anonymous", "topic", "place", "occasion")


@click.command()
@store_option
@remote_options
@click.option("--kind", type=click.Choice(_KINDS), help="Only entities of one kind.")
@click.option("--unresolved", is_flag=True, help="Bare surnames, and groups of one article.")
@click.option("--suspicious", is_flag=True, help="What may be one entity twice, or two as one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    store: Place, kind: str | None, unresolved: bool, suspicious: bool, as_json: bool
) -> None:
    """List the entities, by path, names, states and number of articles.

    With --unresolved or --suspicious, list what a person should decide, each with a line to
    paste into the store's registry.yaml; 'kg load' then applies them.
    """
    import json
    from dataclasses import asdict

    from kg.iris import Minter
    from kg.loader.opening import open_store
    from kg.registry import Registry, review

    with open_store(store, create=False) as opened:
        kept = opened.layout.registry if opened.has_files else None
        registry = Registry() if kept is None else Registry.load(kept)
        with opened.snapshot() as snapshot:
            found = review.seen_entities(snapshot.ox, Minter(opened.base))
    entities = [seen for seen in found.values() if kind is None or kind in seen.kinds]
    if not unresolved and not suspicious:
        if as_json:
            lists = [{k: _plain(v) for k, v in asdict(seen).items()} for seen in entities]
            click.echo(json.dumps(lists, indent=2, ensure_ascii=False))
        else:
            for seen in entities:
                click.echo(str(seen))
        return
    findings = list(review.unresolved(entities)) if unresolved else []
    findings += list(review.suspicious(entities, registry)) if suspicious else []
    if as_json:
        click.echo(json.dumps([asdict(f) for f in findings], indent=2, ensure_ascii=False))
    else:
        _print(findings, str(kept or "registry.yaml in the folder that --files names"))


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, set) else value


def _print(findings: list[Finding], registry: str) -> None:
    for finding in findings:
        click.echo(finding.reason)
        if finding.section:
            click.echo(f"    under {finding.section + ':':<10} {finding.line}")
        else:
            click.echo(f"    {finding.line}")
    if findings:
        click.echo(f"{len(findings)} to decide; edit {registry}, then run 'kg load'")
    else:
        click.echo("nothing to decide")
