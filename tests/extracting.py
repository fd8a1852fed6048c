"""Extraction of short texts, with the parties of facts as names: what tests compare."""

from __future__ import annotations

from kg.extract import Document, Extraction, extract
from kg.facts import Meeting, Position, Statement

PUBLISHED = "2015-06-10"  # a Wednesday


def made(text: str, published: str | None = PUBLISHED, **about: str) -> Extraction:
    """Return what is extracted from a text."""
    return extract(Document(text, published=published, **about))  # type: ignore[arg-type]


def name(found: Extraction, id: str) -> str:
    """Return the name of a party."""
    return found.facts.parties[id].name


def statement(found: Extraction, speaker: str) -> Statement:
    """Return the first statement of a speaker."""
    return next(s for s in found.facts.statements if name(found, s.speaker) == speaker)


def only_meeting(found: Extraction) -> Meeting:
    """Return the one meeting that was found."""
    (meeting,) = found.facts.meetings
    return meeting


def who(found: Extraction, meeting: Meeting) -> list[str]:
    """Return the names of a meeting's participants, in order of the alphabet."""
    return sorted(name(found, id) for id in meeting.participants)


def position(found: Extraction, holder: str, stance: str) -> Position:
    """Return the first position of a holder with a stance (``demands`` for a demand)."""
    return next(
        p
        for p in found.facts.positions
        if name(found, p.holder) == holder and ("demands" if p.demand else p.stance) == stance
    )
