"""Reading inputs: one module a format, chosen by one table.

To add a format, write a :class:`~kg.readers.source.Reader` and enter it in :data:`READERS`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import ReadError
from kg.facts import ArticleFacts
from kg.readers.article import read_html, read_markdown, read_text
from kg.readers.facts_file import read_json, read_jsonl, read_yaml
from kg.readers.source import Reader, Reading, Reject, Source
from kg.readers.texts import TextIndex

if TYPE_CHECKING:
    from kg.extract.lexicon import Lexicon

__all__ = [
    "READERS",
    "TABLES",
    "Reader",
    "Reading",
    "Reject",
    "Source",
    "TextIndex",
    "find_files",
    "read",
]

READERS: dict[str, Reader] = {
    ".yaml": read_yaml,
    ".yml": read_yaml,
    ".json": read_json,
    ".jsonl": read_jsonl,
    ".txt": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
}
"""File name ending to the reader of that format."""

TABLES = frozenset((".csv", ".tsv", ".gz", ".zip"))
"""Endings of event tables, plain and compressed, which `kg.events` reads a row at a time."""

FACTS = frozenset((".yaml", ".yml", ".json", ".jsonl"))
"""Endings of files that hold facts already; the others hold articles."""


def find_files(path: Path) -> list[Path]:
    """Return the files that a path means: itself, or all readable files below a folder.

    Raises:
        ReadError: there is nothing there, or nothing of a known format.
    """
    try:
        path.stat()
    except (OSError, ValueError) as error:
        if isinstance(error, FileNotFoundError):
            raise ReadError(
                str(path), "is not there", "name a facts file or a folder of them"
            ) from None
        raise _unreadable(str(path), error) from None
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in READERS)
        found = _without_described(files)
        if not found:
            raise ReadError(str(path), "holds no facts file", f"known are {_endings()}")
        return found
    if path.suffix.lower() not in READERS:
        raise ReadError(str(path), "is of no known format", f"known are {_endings()}")
    return [path]


def _without_described(files: list[Path]) -> list[Path]:
    """Return facts files, and the articles whose facts do not stand beside them.

    A facts file of the same name stands for its article. In a folder where facts files stand
    and none is named like an article, text files are what the facts quote, or notes.
    """
    beside: dict[Path, set[str]] = {}
    articles: dict[Path, set[str]] = {}
    for path in files:
        kind = beside if path.suffix.lower() in FACTS else articles
        kind.setdefault(path.parent, set()).add(path.stem)
    return [
        path
        for path in files
        if path.suffix.lower() in FACTS
        or (
            path.stem not in beside.get(path.parent, ())
            and path.stem.lower() != "readme"
            and (
                path.parent not in beside
                or not beside[path.parent].isdisjoint(articles[path.parent])
            )
        )
    ]


def read(
    path: Path | str,
    *,
    texts: TextIndex | None = None,
    format: str | None = None,
    model: type[ArticleFacts] = ArticleFacts,
    lexicon: Lexicon | None = None,
) -> Iterator[Reading | Reject]:
    """Read one file, or standard input.

    Args:
        path: the file, or ``-`` for standard input.
        texts: texts that stand apart from the facts that quote them.
        format: file name ending of the format (``yaml``, ``json``, ``jsonl``); by default the
            file's own, and ``yaml`` for standard input (JSON is YAML as well).
        model: what a record is held to: the facts, or a subclass with kinds of its own.
        lexicon: the words with which articles are read, by default the shipped ones.

    Yields:
        A :class:`Reading` for each article, a :class:`Reject` for what is none.

    Raises:
        ReadError: the file cannot be read, or its format is not known.
    """
    name = str(path)
    ending = f".{format.removeprefix('.')}" if format else Path(name).suffix.lower()
    if name == "-":
        data, folder = sys.stdin.buffer.read(), None
        ending = ending or ".yaml"
    else:
        try:
            data, folder = Path(path).read_bytes(), Path(path).parent
        except (OSError, ValueError) as error:
            raise _unreadable(name, error) from None
    reader = READERS.get(ending)
    if reader is None:
        raise ReadError(name, f"has the unknown format {ending!r}", f"known are {_endings()}")
    yield from reader(Source(name, data, folder, texts or TextIndex(), model, lexicon))


def _unreadable(name: str, error: Exception) -> ReadError:
    reason = getattr(error, "strerror", None) or str(error)
    return ReadError(name, f"cannot be read: {reason}", "check its name and its permissions")


def _endings() -> str:
    return ", ".join(READERS)
