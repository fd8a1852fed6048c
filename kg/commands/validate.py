"""``kg validate``: checks what is in the store."""

from __future__ import annotations

import click

from kg.addresses import Place
from kg.commands.options import remote_options, store_option


@click.command()
@click.argument("articles", nargs=-1, metavar="[ARTICLE]...")
@store_option
@remote_options
@click.option(
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="One line a finding, or one JSON document.",
)
def command(articles: tuple[str, ...], store: Place, format: str) -> int:
    """Check the graph against its shapes and rules.

    ARTICLE is the key, IRI or URL of an article; without any, everything is checked. The exit
    status is 1 where a rule is violated; warnings do not count.
    """
    import json
    from collections import Counter

    from kg.loader.opening import open_store
    from kg.loader.receivers import find_article
    from kg.registry import Registry
    from kg.validation import View, validate

    with open_store(store, create=False) as opened, opened.snapshot() as snapshot:
        registry = Registry.load(opened.layout.registry)
        view = View(snapshot.local(), opened.base, opened.text, registry)
        named = [find_article(view.database, view.mint, name) for name in articles]
        keys = list(dict.fromkeys(named)) or None
        checked = len(view.article_keys() if keys is None else keys)
        counts: Counter[str] = Counter()
        found = []
        for finding in validate(view, keys):
            counts[finding.severity] += 1
            if format == "text":
                click.echo(str(finding))
            else:
                found.append(finding.as_dict())
    violations, warnings = counts["violation"], counts["warning"]
    if format == "json":
        summary = {"articles": checked, "violations": violations, "warnings": warnings}
        click.echo(json.dumps({**summary, "findings": found}, indent=2, ensure_ascii=False))
    else:
        click.echo(
            f"{_number(checked, 'article')} checked: {_number(violations, 'violation')},"
            f" {_number(warnings, 'warning')}"
        )
    return 1 if violations else 0


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
