"""An article as the extractor takes it: its text, and what its frame says about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What no facts file can hold (XML 1.0, section 2.2), and the delete character."""


@dataclass(frozen=True)
class Document:
    """An article without facts.

    Args:
        text: the stored text; all offsets count in it.
        title: headline.
        body: the paragraphs that are read for facts, as ranges of the text; empty means all.
        url: canonical address.
        publisher: who publishes it.
        author: byline.
        published: day of publication, YYYY-MM-DD.
        place: dateline.
        language: language tag.
        reading: the text with markup blanked out, character for character; None where there is
            none.
        id: key of the article, where its source gives one.
    """

    text: str
    title: str = ""
    body: tuple[tuple[int, int], ...] = field(default=())
    url: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: str | None = None
    place: str | None = None
    language: str = "en"
    id: str | None = None
    reading: str | None = None
