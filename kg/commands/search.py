"""``kg search``: names, titles and quoted words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg.addresses import Place
from kg.commands.options import store_option

if TYPE_CHECKING:
    from kg.search.answers import Hit

_KINDS = (
    "person", "state", "organisation", "group", "anonymous", "place", "topic", "occasion",
    "article", "meeting", "statement", "position",
)  # fmt: skip


@click.command()
@click.argument("words", nargs=-1)
@store_option
@click.option("--kind", type=click.Choice(_KINDS), help="Only things of one kind.")
@click.option("--party", default="", help="Only facts with a part of somebody: name, path or code.")
@click.option("--from", "first", default="", metavar="DAY", help="Only facts of this day or later.")
@click.option("--to", "last", default="", metavar="DAY", help="Only facts of this day or earlier.")
@click.option("--article", default="", metavar="KEY", help="Only facts of one article.")
@click.option("--page", type=click.IntRange(1, 50), default=1, help="Which twenty results.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    words: tuple[str, ...],
    store: Place,
    kind: str | None,
    party: str,
    first: str,
    last: str,
    article: str,
    page: int,
    as_json: bool,
) -> None:
    """Find entities by their names, and articles and facts by their words.

    All WORDS must be found; each finds what begins with it. Words in one quoted argument with
    spaces must stand together: kg search syria "chemical weapons".
    """
    import json
    from dataclasses import asdict

    from kg.endpoint.settings import Settings
    from kg.loader.opening import open_store
    from kg.search.answers import Ask
    from kg.search.days import whole_day
    from kg.search.finding import search
    from kg.search.opening import open_searcher

    written = " ".join(f'"{word}"' if " " in word else word for word in words)
    days = whole_day("from", first), whole_day("to", last)
    ask = Ask(written, kind or "", party, *days, article, page)
    if ask.empty:
        raise click.UsageError("say what to look for: words, or an option such as --party RUS")
    most = Settings.from_environment().copy_triples
    with open_store(store, create=False) as opened:
        found = open_searcher(opened, most).ask(lambda searched: search(searched, ask))
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2, ensure_ascii=False))
        return
    for hit in found.hits:
        _print(hit)
    for name in found.unknown:
        click.echo(f"no {name} {party if name == 'party' else article!r}", err=True)
    kinds = ", ".join(f"{one.count}{'+' if one.more else ''} {one.label}" for one in found.kinds)
    more = "more than " if found.more else ""
    click.echo(f"{more}{found.total} found" + (f" ({kinds})" if kinds else ""))


def _print(hit: Hit) -> None:
    """Print one thing: what it is, where it is told, and the words."""
    note = f"{hit.date or 'undated'}  {hit.article}" if hit.article else f"{hit.facts} facts"
    click.echo(f"{hit.kind:12} {hit.label}")
    click.echo(f"{'':12} {hit.iri}  {note}")
    for quote in hit.quotes:
        words = "".join(piece.text for piece in quote.pieces)
        place = "" if quote.start is None else f"  [{quote.start}–{quote.end}]"
        click.echo(f"{'':12} “{words}”{place}")
