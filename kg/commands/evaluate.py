"""``kg evaluate``: how well the extractor finds what annotators found."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command()
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--texts",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Where texts stand that a facts file names by hash only; may be repeated.",
)
@click.option("--errors", is_flag=True, help="List what was missed and what was found falsely.")
@click.option(
    "--lexicon", multiple=True, type=click.Path(path_type=Path), help="Your own words (YAML)."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="A table for people, or data.",
)
def command(
    gold: tuple[Path, ...],
    texts: tuple[Path, ...],
    errors: bool,
    lexicon: tuple[Path, ...],
    form: str,
) -> None:
    """Extract from the texts of GOLD and compare with its facts.

    GOLD is a folder with docs/ and gold/, a JSONL file of attributions or of sentences with
    event codes, or a facts file. Prints precision, recall and F for each kind, with a 95 %
    bootstrap interval.
    """
    from kg.evaluate.gold import read_gold
    from kg.evaluate.report import as_data, as_text
    from kg.evaluate.run import extractor
    from kg.evaluate.scoring import score
    from kg.readers import TextIndex

    index = TextIndex.of(texts)
    run = extractor(lexicon)
    reports = [score(str(path), read_gold(path, index), run) for path in gold]
    if form == "json":
        click.echo(json.dumps([as_data(report, errors) for report in reports], indent=2))
    else:
        click.echo("\n\n".join(as_text(report, errors) for report in reports))
