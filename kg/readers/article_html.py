"""Articles as HTML pages: text and metadata through trafilatura (JSON-LD, OpenGraph, markup)."""

from __future__ import annotations

import logging
import re
from typing import Any

from kg.extract.document import Document
from kg.readers.article_text import _clean_url, _day, document_from_text


def document_from_html(page: str) -> Document:
    """Return the article in an HTML page; menus, comments and links to other pages stay out.

    The stored text is the page's running text, a paragraph a line.
    """
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    found: Any = None
    try:
        found = trafilatura.bare_extraction(
            page,
            with_metadata=True,
            include_comments=False,
            include_tables=False,
            include_links=False,
            favor_precision=True,
        )
    except Exception:  # a page can be broken in more ways than the parser names
        found = None
    data = found.as_dict() if found is not None and hasattr(found, "as_dict") else {}
    text = _paragraphs(str(data.get("text") or ""))
    if not text:
        return Document("")
    read = document_from_text(text)
    title = _value(data, "title") or read.title
    return Document(
        read.text,
        title=title,
        body=read.body,
        url=_clean_url(_value(data, "url")),
        publisher=_value(data, "sitename") or read.publisher,
        author=_value(data, "author") or read.author,
        published=_day(_value(data, "date")) or read.published,
        place=read.place,
        reading=read.reading,
    )


def _value(data: dict[str, Any], name: str) -> str | None:
    value = data.get(name)
    return " ".join(str(value).split()) or None if value else None


def _paragraphs(text: str) -> str:
    lines = [re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in text.splitlines()]
    return "\n\n".join(line for line in lines if line)
