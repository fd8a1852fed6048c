"""``kg validate``: checks what is in the store."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kg.validation import View


@click.command()
@click.argument("articles", nargs=-1, metavar="[ARTICLE]...")
@click.option(
    "--store",
    "path",
    envvar="KG_STORE",
    default="store",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder of the store [env: KG_STORE].",
)
@click.option(
    "--format",
    "format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="One line a finding, or one JSON document.",
)
def command(articles: tuple[str, ...], path: Path, format: str) -> int:
    """Check the graph against its shapes and rules.

    ARTICLE is the key or the IRI of an article; without any, everything is checked. The exit
    status is 1 where a rule is violated; warnings do not count.
    """
    from kg.registry import Registry
    from kg.store import Store
    from kg.validation import View, validate

    with Store.open(path, create=False) as store, store.snapshot() as snapshot:
        registry = Registry.load(store.layout.registry)
        view = View(snapshot.ox, store.base, store.text, registry)
        keys = _keys(articles, view) if articles else None
        checked = len(view.article_keys() if keys is None else keys)
        counts: Counter[str] = Counter()
        found = []
        for finding in validate(view, keys):
            counts[finding.severity] += 1
            if format == "text":
                click.echo(str(finding))
            else:
                found.append(finding.as_dict())
    if format == "json":
        summary = {"articles": checked, "violations": counts["violation"]}
        summary["warnings"] = counts["warning"]
        click.echo(json.dumps({**summary, "findings": found}, indent=2, ensure_ascii=False))
    else:
        click.echo(
            f"{_number(checked, 'article')} checked: {_number(counts['violation'], 'violation')},"
            f" {_number(counts['warning'], 'warning')}"
        )
    return 1 if counts["violation"] else 0


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _keys(articles: Sequence[str], view: View) -> list[str]:
    from kg.errors import UnknownNameError
    from kg.nearest import nearest

    known = view.article_keys()
    prefix = str(view.mint.article(""))
    keys = [article.removeprefix(prefix) for article in articles]
    for key in keys:
        if key not in known:
            near = nearest(key, known)
            raise UnknownNameError(
                "article", key, [near] if near else [], "'kg info' says what is in the store"
            )
    return keys
