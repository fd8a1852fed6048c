"""Transcripts: paragraphs that begin with a speaker's name in capitals and a colon."""

from __future__ import annotations

import re

from kg.extract.grammar import Phrase
from kg.extract.mentions import Mention
from kg.extract.parties import PartyBook
from kg.extract.sentences import Analysis, Sentence
from kg.extract.voices import Attribution

_TURN = re.compile(r"[\"“]?((?:[A-Z][A-Z.'’-]+ ?){1,4}):\s+(?=\S)")
_TITLES = frozenset(
    "MR MS MRS DR SIR SECRETARY MINISTER FOREIGN PRIME PRESIDENT AMBASSADOR AMB SENATOR".split()
)
_NO_NAMES = frozenset("QUESTION ANSWER Q A NOTE UPDATE BREAKING VIDEO PHOTO RELATED WATCH".split())


def find_turns(
    analysis: Analysis, book: PartyBook, by_paragraph: dict[int, list[Sentence]]
) -> dict[int, Attribution]:
    """Return the statements of a transcript by paragraph; none where fewer than two turns are.

    Args:
        analysis: the article, read.
        book: its parties.
        by_paragraph: its sentences outside utterances.
    """
    found: dict[int, Attribution] = {}
    for number, sentences in by_paragraph.items():
        start, end = analysis.paragraphs[number]
        match = _TURN.match(analysis.text, start, end)
        if match is None or match.group(1) in _NO_NAMES or match.end() >= end:
            continue
        words = [word for word in match.group(1).split() if word.rstrip(".") not in _TITLES]
        name = " ".join(word.capitalize() for word in words)
        if not name:
            continue
        mention = Mention(
            "person", name, name, match.start(1), match.end(1), full=" " in name.strip()
        )
        speaker = book.resolve_mention(mention, sentences[0], Phrase(0, 1))
        if speaker is None:
            continue
        if speaker.name.isupper():
            speaker.name = name
        place = (match.start(1), match.end(1))
        found[number] = Attribution(
            "transcript", speaker, place, (match.end(1), match.end(1) + 1),
            [(match.end(), end)], sentences[0], confidence=0.85,
        )  # fmt: skip
    return found if len(found) > 1 else {}
