"""What a scorer compares: facts reduced to the parts that the matching rules look at.

Gold in any of its forms and facts files become the same few records; offsets count code points
of the text that the record belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Range = tuple[int, int]


@dataclass(frozen=True)
class Actor:
    """A party as a scorer sees it: all its names, and the state it acts for."""

    names: tuple[str, ...]
    state: str | None = None
    mention: Range | None = None


@dataclass(frozen=True)
class MeetingItem:
    """An encounter: who, which status, and where in the text it is reported."""

    participants: tuple[Actor, ...]
    status: str
    evidence: tuple[Range, ...]
    shown: str = ""


@dataclass(frozen=True)
class StatementItem:
    """Attributed words: their ranges, the speaker, the mode."""

    speaker: Actor | None
    mode: str
    content: tuple[Range, ...]
    shown: str = ""


@dataclass(frozen=True)
class PositionItem:
    """A stance; ``stance`` is ``demands`` for a demand and ``conditional`` under a condition."""

    holder: Actor
    stances: frozenset[str]
    target: str
    evidence: tuple[Range, ...]
    shown: str = ""


@dataclass
class Items:
    """All facts of one text, by kind."""

    meetings: list[MeetingItem] = field(default_factory=list)
    statements: list[StatementItem] = field(default_factory=list)
    positions: list[PositionItem] = field(default_factory=list)


@dataclass
class GoldDocument:
    """One text with what annotators found in it.

    Args:
        name: how reports name it.
        text: the whole text.
        title: its headline, where the gold gives one apart from the text.
        form: ``facts``, ``attribution`` or ``consult``.
        items: the facts that count.
        doubtful: facts that count neither way.
        consult: for sentences, whether two parties meet or talk in it.
        publisher: who issued the text, where known.
        published: day of publication, where known.
    """

    name: str
    text: str
    form: str
    title: str = ""
    items: Items = field(default_factory=Items)
    doubtful: Items = field(default_factory=Items)
    consult: bool = False
    publisher: str | None = None
    published: str | None = None
