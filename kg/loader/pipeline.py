"""The pipeline: files in, articles in the store, refused records in a file of their own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from kg.errors import Problem, StoreError
from kg.loader.articles import Outcome
from kg.loader.receivers import Receiving, Result, direct
from kg.loader.refresh import Refreshed
from kg.readers import Reading, Reject, TextIndex, find_files, read
from kg.store import Store

if TYPE_CHECKING:
    from kg.extract.lexicon import Lexicon


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
    receiving: Receiving = direct,
    texts: TextIndex | None = None,
    format: str | None = None,
    force: bool = False,
    rejects: Path | None = None,
    lexicon: Lexicon | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Load files into a store, after bringing it up to date.

    An article that is there already is replaced as a whole. When this returns, everything it
    reports is on the disk.

    Args:
        store: the store.
        paths: files, folders, or ``-`` for standard input.
        receiving: opens what takes the articles in; by default the store's writer itself.
        texts: texts that stand apart from the facts which quote them.
        format: the format of all files, in place of their endings.
        force: let unreviewed facts replace reviewed ones.
        rejects: where refused records go; by default into the store's folder ``rejects``.
        lexicon: the words with which articles are read, by default the shipped ones.
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
    with receiving(store) as receiver:
        summary.refreshed = receiver.refresh()
        refused = _Rejects(rejects or _default_rejects(store))

        def refuse(reject: Reject) -> None:
            refused.add(reject)
            summary.articles["rejected"] += 1
            watcher.reject(reject)

        def settle(results: list[Result]) -> None:
            for result in results:
                if result.outcome is None:
                    refuse(_unmapped(result))
                else:
                    _count(summary, result.reading, result.outcome)
                    watcher.article(result.reading, result.key, result.outcome)

        try:
            for file in files:
                for item in read(file, texts=texts, format=format, lexicon=lexicon):
                    if isinstance(item, Reject):
                        refuse(item)
                    else:
                        settle(receiver.put(item, force=force))
                watcher.file(str(file))
            settle(receiver.finish())
        finally:
            refused.close()
        summary.rejects = refused.path if summary.articles["rejected"] else None
        written = receiver.written
        summary.added, summary.removed = written.added, written.removed
        summary.revision = written.revision
    return summary


def _count(summary: Summary, reading: Reading, outcome: Outcome) -> None:
    summary.articles[outcome] += 1
    if outcome in ("new", "replaced"):
        summary.facts.update(type(fact).__name__.lower() for fact in reading.facts.facts())


def _unmapped(result: Result) -> Reject:
    reading = result.reading
    problem = Problem(f"cannot be mapped: {result.error}", "correct it", file=reading.file)
    return Reject(reading.file, reading.line, reading.facts.normal_form(), (problem,))


def remove(store: Store, names: Sequence[str], *, receiving: Receiving = direct) -> list[str]:
    """Remove articles from a store.

    Args:
        store: the store.
        names: keys, IRIs or URLs of articles.
        receiving: opens what removes them; by default the store's writer itself.

    Returns:
        Their keys.

    Raises:
        UnknownNameError: one of them is not there; nothing was removed then.
        StoreBusyError: another process is writing.
    """
    with receiving(store) as receiver:
        return receiver.remove(names)


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
