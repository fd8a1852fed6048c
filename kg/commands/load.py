"""``kg load``: facts files, articles and event tables into the store."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.addresses import Place
from kg.commands.options import (
    all_events_option,
    base_option,
    columns_option,
    remote_options,
    store_option,
)
from kg.telling import Telling

if TYPE_CHECKING:
    from kg.loader.articles import Outcome
    from kg.loader.pipeline import Summary
    from kg.readers import Reading


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@store_option
@remote_options
@base_option
@click.option(
    "--texts",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="File or folder with the texts of articles that give only their SHA-256. "
    "They are checked, and not kept.",
)
@click.option("--format", metavar="yaml|json|jsonl", help="Format, in place of the file's ending.")
@columns_option
@all_events_option
@click.option("--force", is_flag=True, help="Let unreviewed facts replace reviewed ones.")
@click.option(
    "--lexicon",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Your own words (YAML) for reading articles; may be repeated.",
)
@click.option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File for refused records.  [default: a new one in the store's folder 'rejects']",
)
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[str, ...],
    store: Place,
    base: str | None,
    texts: tuple[Path, ...],
    format: str | None,
    columns: Path | None,
    all_events: bool,
    force: bool,
    lexicon: tuple[Path, ...],
    rejects: Path | None,
) -> None:
    """Load facts files, articles, event tables, folders of them, or '-' for standard input.

    An article or table that is there already is replaced as a whole. Event tables (.csv, .tsv,
    .zip, .gz; in folders .export.CSV) are those of GDELT 2.0, or what --columns describes.
    Without a PATH, only edits of the registry are applied. While a server runs on the store, its
    writer does it.

    Exit status: 0 all good, 1 some records were refused, 2 nothing could be done.
    """
    from kg.events.columns import gdelt, read_columns
    from kg.events.files import find_tables
    from kg.events.shown import EventWatcher, event_lines
    from kg.loader.opening import open_store, receiving
    from kg.loader.pipeline import load
    from kg.readers import TextIndex

    words = None
    if lexicon:
        from kg.extract.lexicon import extended

        words = extended(lexicon)
    form = gdelt() if columns is None else read_columns(columns)
    others, tables = ([*paths], []) if format else find_tables(paths, form)
    with open_store(store, base) as opened, _Watcher() as watcher:
        summary = load(
            opened,
            others,
            receiving=receiving,
            texts=TextIndex.of(texts),
            format=format,
            force=force,
            rejects=rejects,
            lexicon=words,
            progress=watcher,
        )
        events = None
        if tables:
            from kg.endpoint.writer.tables import opening
            from kg.events.loading import load_events

            apart = rejects and rejects.with_name(f"{rejects.stem}-events{rejects.suffix}")
            with EventWatcher(len(tables)) as event_watcher:
                events = load_events(
                    opened,
                    tables,
                    form,
                    opening=opening,
                    all_events=all_events,
                    rejects=apart if others else rejects,
                    progress=event_watcher,
                )
    if others or not tables:
        for line in _lines(summary, bool(paths)):
            click.echo(line)
    if events is not None:
        for line in event_lines(events):
            click.echo(line)
    refused = summary.articles["rejected"] + (events.rows["rejected"] if events else 0)
    if refused:
        loaded = sum(summary.articles.values()) - summary.articles["rejected"]
        loaded += events.taken if events else 0
        context.exit(1 if loaded else 2)


class _Watcher(Telling):
    """A bar on a terminal; elsewhere a plain line now and then."""

    def __init__(self) -> None:
        super().__init__("records")
        self._task: int | None = None
        self._files = self._done = self._articles = 0
        self._spoken = time.monotonic()

    def begin(self, files: int) -> None:
        self._files = files
        if files and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as RichProgress

            self._bar = RichProgress(
                TextColumn("loading"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("files, {task.fields[articles]} articles"),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._bar.add_task("loading", total=files, articles=0)
            self._bar.start()

    def article(self, reading: Reading, key: str, outcome: Outcome) -> None:
        self._articles += 1
        if outcome == "kept":
            self._say(
                f"{reading.file}: {key} is reviewed in the store and was kept; --force replaces it"
            )
        self._tell()

    def file(self, name: str) -> None:
        self._done += 1
        self._tell()

    def _tell(self) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.update(
                self._task,  # type: ignore[arg-type]
                completed=self._done,
                articles=self._articles,
            )
        elif time.monotonic() - self._spoken >= 2:
            self._spoken = time.monotonic()
            self._say(f"{self._done} of {self._files} files, {self._articles} articles")


def _lines(summary: Summary, asked: bool) -> list[str]:
    lines = []
    if asked:
        outcomes = ("new", "replaced", "unchanged", "kept", "rejected")
        shown = ", ".join(f"{summary.articles[outcome]:,} {outcome}" for outcome in outcomes)
        lines.append(f"articles: {shown}")
        if summary.facts:
            kinds = ", ".join(_number(n, kind) for kind, n in sorted(summary.facts.items()))
            lines.append(f"facts:    {kinds}")
        lines.append(
            f"triples:  {summary.added:,} added, {summary.removed:,} removed; "
            f"revision {summary.revision}"
        )
    refreshed = summary.refreshed
    if refreshed.remapped or refreshed.lost or not asked:
        lines.append(f"registry: {_number(refreshed.remapped, 'article')} mapped anew")
    if refreshed.lost:
        lines.append(
            f"          {len(refreshed.lost):,} could not be, since their facts are not kept here; "
            f"load them again: {', '.join(refreshed.lost[:10])}"
        )
    if summary.rejects is not None:
        lines.append(f"rejects:  {summary.rejects}")
    return lines


def _number(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
