"""``kg extract``: from an article's text to a facts file, and ways to look at what was made."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kg.extract import Extraction
    from kg.extract.lexicon import Lexicon

_ENDINGS = {"txt": ".txt", "md": ".md", "html": ".html"}


@click.command()
@click.argument("articles", nargs=-1, required=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "json", "jsonl"]),
    default=None,
    help="How the facts are written; yaml for one article, jsonl for several.",
)
@click.option(
    "--from",
    "source_format",
    type=click.Choice(sorted(_ENDINGS)),
    help="What standard input holds; otherwise it is told by its beginning.",
)
@click.option("--explain", is_flag=True, help="Say for each fact which rule and words made it.")
@click.option("--html", is_flag=True, help="Write one page with every fact marked in the text.")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    help="Say what differs from this facts file of the same article.",
)
@click.option(
    "--lexicon",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Your own words (YAML); may be repeated.",
)
@click.option("--no-text", is_flag=True, help="Leave the text out; its SHA-256 stands for it.")
def command(
    articles: tuple[str, ...],
    form: str | None,
    source_format: str | None,
    explain: bool,
    html: bool,
    against: Path | None,
    lexicon: tuple[Path, ...],
    no_text: bool,
) -> None:
    """Make a facts file from each of ARTICLES: text, Markdown or HTML; "-" for standard input.

    A folder stands for every article in it. The facts file goes to standard output; correct it
    and load it in the article's place.
    """
    from kg.extract.lexicon import extended

    words = extended(lexicon)
    failed = 0
    made: list[Extraction] = []
    for name, extraction in _extractions(articles, source_format, words):
        if isinstance(extraction, str):
            click.echo(f"kg: {name}: {extraction}", err=True)
            failed += 1
            continue
        made.append(extraction)
        if len(made) > 1 and (form != "jsonl" or html or against) and not explain:
            raise click.UsageError("several articles: write --format jsonl, or give one at a time")
        _write(extraction, form or "yaml", explain, html, against, no_text)
    if failed:
        sys.exit(2)


def _write(
    extraction: Extraction,
    form: str,
    explain: bool,
    html: bool,
    against: Path | None,
    no_text: bool,
) -> None:
    from kg.extract.writing import as_json, as_yaml

    if explain:
        from kg.extract.explain import explanation

        click.echo(explanation(extraction))
    elif html:
        from kg.extract.page import review_page

        click.echo(review_page(extraction))
    elif against is not None:
        from kg.extract.against import differences

        click.echo(differences(extraction, against))
    elif form == "yaml":
        click.echo(as_yaml(extraction, not no_text), nl=False)
    else:
        data = as_json(extraction, not no_text)
        indent = 2 if form == "json" else None
        click.echo(json.dumps(data, ensure_ascii=False, indent=indent))


def _extractions(
    articles: tuple[str, ...], source_format: str | None, words: Lexicon
) -> Iterator[tuple[str, Extraction | str]]:
    """Yield each article's name with what was made of it, or with why nothing was."""
    from kg.errors import ReadError
    from kg.extract import extract
    from kg.readers import FACTS, READERS, find_files
    from kg.readers.article import ArticleError, document_from, looks_like_html
    from kg.readers.source import Source

    for article in articles:
        if article == "-":
            data = sys.stdin.buffer.read()
            ending = _ENDINGS[source_format] if source_format else ""
            ending = ending or (".html" if looks_like_html(data) else ".txt")
            sources = [(Source("-", data), ending)]
        else:
            sources = []
            for path in find_files(Path(article)) if Path(article).is_dir() else [Path(article)]:
                ending = path.suffix.lower()
                if Path(article).is_dir() and ending in FACTS:
                    continue
                try:
                    data = path.read_bytes()
                except OSError as error:
                    reason = error.strerror or type(error).__name__
                    raise ReadError(
                        str(path), f"cannot be read: {reason}", "check its name"
                    ) from None
                if ending in FACTS:
                    raise ReadError(str(path), "holds facts already", "give the article's text")
                if ending not in READERS:
                    ending = ".html" if looks_like_html(data) else ".txt"
                sources.append((Source(str(path), data, path.parent), ending))
        for source, ending in sources:
            try:
                yield source.name, extract(document_from(source, ending), words)
            except ArticleError as error:
                yield source.name, str(error)
