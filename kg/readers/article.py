"""Reads articles: text, Markdown and HTML pages become documents, and documents facts.

What cannot be an English article gives one clear line: wrong encodings, binaries, empty files,
pages that are too large, other languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from kg.errors import Problem
from kg.readers.source import Reading, Reject, Source

if TYPE_CHECKING:
    from kg.extract import Document, Extraction

LARGEST = 4 * 1024 * 1024
"""Larger files are no articles: a book has a quarter of this."""

_MAGIC = {
    b"%PDF": "a PDF file",
    b"PK\x03\x04": "a zip archive or office document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"\x1f\x8b": "a gzip archive",
    b"\xd0\xcf\x11\xe0": "an office document",
    b"\x7fELF": "a program",
}
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.I)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ENGLISH = frozenset(
    "the of and to in a is that for on was with as by it be at from are this have not or an has "
    "were but which they he she his her their been had will would said who its also after than "
    "we i you our if all more about up out new one two when there so no can over into".split()
)


class ArticleError(ValueError):
    """Bytes that are no English article. ``message`` says why, ``remedy`` what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        self.message, self.remedy = message, remedy
        super().__init__(f"{message}; {remedy}")


def read_text(source: Source) -> Iterator[Reading | Reject]:
    """Read a text file laid out like an article: title, byline, date, paragraphs."""
    from kg.readers.article_text import document_from_text

    yield _extracted(source, document_from_text)


def read_markdown(source: Source) -> Iterator[Reading | Reject]:
    """Read a Markdown file; its markup stays in the stored text and is not read."""
    from kg.readers.article_text import document_from_markdown

    yield _extracted(source, document_from_markdown)


def read_html(source: Source) -> Iterator[Reading | Reject]:
    """Read an HTML page with its JSON-LD or OpenGraph metadata."""
    from kg.readers.article_html import document_from_html

    yield _extracted(source, document_from_html)


def document_from(source: Source, ending: str) -> Document:
    """Return the article that a source holds, without facts.

    Args:
        source: its bytes.
        ending: file name ending that says the format: ``.txt``, ``.md`` or ``.html``.

    Raises:
        ArticleError: it is no English article.
    """
    from kg.readers.article_html import document_from_html
    from kg.readers.article_text import document_from_markdown, document_from_text

    makers: dict[str, Callable[[str], Document]] = {
        ".txt": document_from_text,
        ".md": document_from_markdown,
        ".markdown": document_from_markdown,
        ".html": document_from_html,
        ".htm": document_from_html,
        ".xhtml": document_from_html,
    }
    return _made(source.data, makers[ending])


def looks_like_html(data: bytes) -> bool:
    """Tell whether bytes without a file name are an HTML page."""
    head = data[:1000].lstrip().lower()
    return head.startswith((b"<!doctype html", b"<html", b"<?xml")) or b"<body" in head


def _extracted(source: Source, make: Callable[[str], Document]) -> Reading | Reject:
    from kg.extract import extract

    try:
        made = extract(_made(source.data, make), source.lexicon)
    except ArticleError as error:
        problem = Problem(error.message, error.remedy, file=source.name)
        shown = source.data[:2000].decode("utf-8", "backslashreplace")
        return Reject(source.name, 1, shown, (problem,))
    return reading_of(made, source.name)


def reading_of(made: Extraction, name: str) -> Reading:
    """Return an extraction as what a reader yields."""
    return Reading(made.facts, made.document.text, True, name, 1)


def _made(data: bytes, make: Callable[[str], Document]) -> Document:
    document = make(_decoded(data))
    if not document.text.strip():
        raise ArticleError("holds no text", "give the article's text, or its page as HTML")
    _check_english(document.text)
    return document


def _decoded(data: bytes) -> str:
    if not data.strip():
        raise ArticleError("is empty", "give the article's text")
    if len(data) > LARGEST:
        size = len(data) / 1024 / 1024
        raise ArticleError(
            f"has {size:.1f} MB, more than an article has (at most {LARGEST // 1024 // 1024} MB)",
            "give one article a file",
        )
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise ArticleError(f"is {what}, not text", "save the article as text or HTML")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _as(data, "utf-16")
    if b"\x00" in data[:100_000]:
        raise ArticleError("is binary, not text", "save the article as text or HTML in UTF-8")
    try:
        return _storable(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        named = _CHARSET.search(data[:4096])
        if named:
            return _as(data, named.group(1).decode("ascii", "replace"))
        raise ArticleError(
            f"is not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}",
            "save the file in UTF-8",
        ) from None


def _as(data: bytes, encoding: str) -> str:
    try:
        return _storable(data.decode(encoding))
    except (UnicodeDecodeError, LookupError):
        raise ArticleError(
            f"is not in {encoding}, the encoding that it names", "save the file in UTF-8"
        ) from None


def _storable(text: str) -> str:
    """Return text without the control characters that no XML holds, each as a blank."""
    from kg.extract.document import UNFIT

    return UNFIT.sub(" ", text)


def _check_english(text: str) -> None:
    words = [match.group().lower() for match in _WORD.finditer(text[:20_000])]
    if len(words) < 25:
        return
    share = sum(word in _ENGLISH for word in words) / len(words)
    if share < 0.14:
        raise ArticleError(
            "is not in English, or is no running text", "only English articles can be extracted"
        )
