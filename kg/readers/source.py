"""What goes into a reader and what comes out of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kg.errors import Problem
from kg.facts import ArticleFacts
from kg.readers.texts import TextIndex

if TYPE_CHECKING:
    from kg.extract.lexicon import Lexicon


@dataclass(frozen=True)
class Source:
    """Bytes to read, with the name that messages give them.

    Args:
        name: the file as the user wrote it, or ``-``.
        data: its content.
        folder: where files that it names are looked for; None for standard input.
        texts: texts that stand apart from the facts that quote them.
        model: what a record is held to: the facts, or a subclass with kinds of its own.
        lexicon: the words with which an article is read; by default the shipped ones.
    """

    name: str
    data: bytes
    folder: Path | None = None
    texts: TextIndex = field(default_factory=TextIndex)
    model: type[ArticleFacts] = ArticleFacts
    lexicon: Lexicon | None = None


@dataclass(frozen=True)
class Reading:
    """One article that was read, in its normal form.

    Args:
        facts: the facts; every span has its offsets where the text is at hand, the article
            carries ``text_sha256`` and neither ``text`` nor ``text_file``.
        text: the article's text, where it is at hand.
        keep_text: whether the text came with the facts, so that it may be kept with them.
        file: where it was read.
        line: its line in the file, from 1.
    """

    facts: ArticleFacts
    text: str | None
    keep_text: bool
    file: str
    line: int


@dataclass(frozen=True)
class Reject:
    """One record that cannot be taken, whole, with each reason.

    Args:
        file: where it was read.
        line: the record's line in the file, from 1.
        record: the record as it was written.
        problems: what is wrong with it.
    """

    file: str
    line: int
    record: str
    problems: tuple[Problem, ...]


class Reader(Protocol):
    """Reads one input format. It raises nothing for bad input: it yields a :class:`Reject`."""

    def __call__(self, source: Source) -> Iterator[Reading | Reject]:
        """Yield each article of the source, or why it is none."""
        ...
