"""Who says "we" where an article is a body's own press statement."""

from __future__ import annotations

from kg.extract.document import Document
from kg.extract.entities import Entity
from kg.extract.parties import PartyBook
from kg.extract.sentences import Analysis


def issuer(analysis: Analysis, book: PartyBook, document: Document) -> Entity | None:
    """Return the body or state that speaks in the article's own first person.

    It is the state of the publisher where that is a government's office; the author where there
    is one, or where others are quoted, as in news; else the first body or state that is a subject.
    """
    if book.home is not None and (book.official or not analysis.quotations):
        return book.state(book.home)
    if document.author:
        return book.author(document.author)
    if analysis.quotations:
        return book.author("the author")
    first = analysis.outer[0].end if analysis.outer else 0
    for seen in book._seen:
        # A body's own statement begins with it: "The members of the Council urge …".
        if seen.subject and seen.at < first and seen.entity.kind in ("state", "organisation"):
            return seen.entity
    return None


def is_release(analysis: Analysis, book: PartyBook, document: Document) -> bool:
    """Tell whether the whole text is a body's own words: its "we", or a state's act of speech.

    A text with quotations or attributed blocks is none.
    """
    if analysis.quotations:
        return False
    firsts = 0
    for sentence in analysis.outer:
        for token in sentence.tokens:
            if token.lower in ("we", "our", "us"):
                firsts += 1
    if firsts:
        return True
    return book.home is not None
