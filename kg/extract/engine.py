"""From an article's text to its facts: the one door of the extractor."""

from __future__ import annotations

from kg.extract.about import assign_topics
from kg.extract.assemble import Assembler, Extraction
from kg.extract.discourse import find_statements
from kg.extract.document import UNFIT, Document
from kg.extract.facts_made import add_meetings, add_positions, add_statements
from kg.extract.lexicon import Lexicon, lexicon
from kg.extract.meetings import find_meetings
from kg.extract.parties import PartyBook
from kg.extract.positions import find_positions
from kg.extract.revisions import with_revisions
from kg.extract.sentences import analyse
from kg.extract.settings import place_statements
from kg.extract.voice import is_release, issuer


def extract(document: Document, words: Lexicon | None = None) -> Extraction:
    """Return the facts that an article reports.

    The same text and lexicon give the same facts on every run.

    Args:
        document: the article.
        words: the lexicon, perhaps with a user's additions.
    """
    words = words or lexicon()
    reading = UNFIT.sub(" ", document.reading or document.text)
    analysis = analyse(reading, list(document.body) or None)
    book = PartyBook(analysis, words, document.publisher)
    voice = issuer(analysis, book, document)
    statements = find_statements(analysis, book, words, voice)
    assembler = Assembler(document)
    chain = add_statements(assembler, statements)
    speakers = {
        number: attribution.speaker
        for attribution in statements
        for number in attribution.utterances
        if attribution.speaker is not None
    }
    meetings = find_meetings(analysis, book, document, speakers, voice)
    add_meetings(assembler, meetings, chain)
    place_statements(assembler, statements, meetings)
    release = is_release(analysis, book, document)
    positions = with_revisions(
        find_positions(analysis, book, statements, voice, release), document.published is not None
    )
    add_positions(assembler, positions, chain)
    assign_topics(assembler, book, words, meetings)
    return assembler.finish()
