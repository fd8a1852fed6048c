"""The pipeline: files in, articles in the store, refused records in a file of their own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TextIO

import pyoxigraph as ox

from kg.articles import Articles, Outcome
from kg.errors import Problem, StoreError, UnknownNameError
from kg.iris import Minter
from kg.nearest import nearest
from kg.readers import Reading, Reject, TextIndex, find_files, read
from kg.refresh import Refreshed, refresh
from kg.store import Store
from kg.vocabulary import SCHEMA

_URL = ox.NamedNode(str(SCHEMA.url))


@dataclass
class Summary:
    """What a load did.

    Args:
        articles: number of articles by outcome: new, replaced, unchanged, kept, rejected.
        facts: number of facts by kind, in the articles that are new or replaced.
        added: number of triples that were added, derived ones included.
        removed: number of triples that were removed.
        rejects: the file with the refused records, if there are any.
        refreshed: what else was brought up to date.
        revision: the revision that has it all.
    """

    articles: Counter[str] = field(default_factory=Counter)
    facts: Counter[str] = field(default_factory=Counter)
    added: int = 0
    removed: int = 0
    rejects: Path | None = None
    refreshed: Refreshed = field(default_factory=Refreshed)
    revision: int = 0


class Progress(Protocol):
    """Is told how a load goes on."""

    def begin(self, files: int) -> None:
        """Say how many files there are."""

    def article(self, reading: Reading, key: str, outcome: Outcome) -> None:
        """Say what became of one article."""

    def reject(self, reject: Reject) -> None:
        """Say what is wrong with one record."""

    def file(self, name: str) -> None:
        """Say that a file is done."""


class Quiet:
    """Progress that nobody looks at."""

    def begin(self, files: int) -> None:
        """Ignore it."""

    def article(self, reading: Reading, key: str, outcome: Outcome) -> None:
        """Ignore it."""

    def reject(self, reject: Reject) -> None:
        """Ignore it."""

    def file(self, name: str) -> None:
        """Ignore it."""


def load(
    store: Store,
    paths: Iterable[Path | str] = (),
    *,
    texts: TextIndex | None = None,
    format: str | None = None,
    force: bool = False,
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Load files into a store, after bringing it up to date.

    An article that is there already is replaced as a whole. When this returns, everything it
    reports is on the disk.

    Args:
        store: the store.
        paths: files, folders, or ``-`` for standard input.
        texts: texts that stand apart from the facts which quote them.
        format: the format of all files, in place of their endings.
        force: let unreviewed facts replace reviewed ones.
        rejects: where refused records go; by default into the store's folder ``rejects``.
        progress: is told how it goes on.

    Raises:
        ReadError: a path is not there or of no known format; nothing was loaded then.
        RegistryError: the store's registry is wrong.
        StoreBusyError: another process is writing.
        StoreError: the disk refused; what was committed before stays.
    """
    files = _files(paths, format)
    watcher = progress or Quiet()
    watcher.begin(len(files))
    summary = Summary()
    with store.writer() as writer, Articles(store, writer) as articles:
        summary.refreshed = refresh(store, writer, articles)
        refused = _Rejects(rejects or _default_rejects(store))
        try:
            for file in files:
                for item in read(file, texts=texts, format=format):
                    reject = (
                        item
                        if isinstance(item, Reject)
                        else _put(articles, item, force, summary, watcher)
                    )
                    if reject is not None:
                        refused.add(reject)
                        summary.articles["rejected"] += 1
                        watcher.reject(reject)
                watcher.file(str(file))
            articles.flush()
        finally:
            refused.close()
        summary.added, summary.removed = articles.added, articles.removed
        summary.rejects = refused.path if summary.articles["rejected"] else None
        summary.revision = writer.commit()
    return summary


def _put(
    articles: Articles, reading: Reading, force: bool, summary: Summary, watcher: Progress
) -> Reject | None:
    text = reading.text if reading.keep_text else None
    try:
        key, outcome = articles.put(reading.facts, text, force=force)
    except ValueError as error:
        problem = Problem(f"cannot be mapped: {error}", "correct it", file=reading.file)
        record = reading.facts.normal_form()
        return Reject(reading.file, reading.line, record, (problem,))
    summary.articles[outcome] += 1
    if outcome in ("new", "replaced"):
        summary.facts.update(type(fact).__name__.lower() for fact in reading.facts.facts())
    watcher.article(reading, key, outcome)
    return None


def remove(store: Store, names: Sequence[str]) -> list[str]:
    """Remove articles from a store.

    Args:
        store: the store.
        names: keys, IRIs or URLs of articles.

    Returns:
        Their keys.

    Raises:
        UnknownNameError: one of them is not there; nothing was removed then.
        StoreBusyError: another process is writing.
    """
    with store.writer() as writer, Articles(store, writer) as articles:
        keys = list(dict.fromkeys(find_article(writer.ox, articles.mint, n) for n in names))
        for key in keys:
            articles.remove(key)
        articles.flush()
    return keys


def find_article(database: ox.Store, minter: Minter, name: str) -> str:
    """Return the key of an article from its key, its IRI, its graph's IRI or its URL.

    Raises:
        UnknownNameError: there is none; the nearest keys are suggested.
    """
    for prefix in (str(minter.article("")), str(minter.article_graph(""))):
        name = name.removeprefix(prefix)
    try:
        if database.contains_named_graph(ox.NamedNode(str(minter.article_graph(name)))):
            return name
        address = ox.NamedNode(name)
    except ValueError:
        address = None
    prefix = str(minter.article(""))
    if address is not None:
        for quad in database.quads_for_pattern(None, _URL, address, None):
            subject = quad.subject
            if isinstance(subject, ox.NamedNode) and subject.value.startswith(prefix):
                return subject.value.removeprefix(prefix)
    graphs = str(minter.article_graph(""))
    keys = [
        graph.value.removeprefix(graphs)
        for graph in database.named_graphs()
        if isinstance(graph, ox.NamedNode) and graph.value.startswith(graphs)
    ]
    near = nearest(name, keys)
    raise UnknownNameError("article", name, [near] if near else [])


def _files(paths: Iterable[Path | str], format: str | None) -> list[Path | str]:
    files: dict[str, Path | str] = {}
    for path in paths:
        if str(path) == "-":
            files["-"] = "-"
        elif format is not None and Path(path).is_file():
            files[str(path)] = path
        else:
            files |= {str(file): file for file in find_files(Path(path))}
    return list(files.values())


class _Rejects:
    """The file of refused records, which is there only when there are any."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: TextIO | None = None

    def add(self, reject: Reject) -> None:
        """Write one record down: file, line, reasons, the record itself."""
        if self._file is None:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self.path.open("w", encoding="utf-8", errors="backslashreplace")
            except OSError as error:
                raise StoreError(
                    f"{self.path}: refused records cannot be written ({error.strerror})",
                    "name another file with --rejects",
                ) from error
        line = {
            "file": reject.file,
            "line": reject.line,
            "reasons": [str(problem) for problem in reject.problems],
            "record": reject.record,
        }
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def _default_rejects(store: Store) -> Path:
    return store.layout.rejects / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.jsonl"
