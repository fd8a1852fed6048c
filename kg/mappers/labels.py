"""Facts in a few words, composed from the article's own names."""

from __future__ import annotations

from kg.facts import ArticleFacts, Meeting, Position, Statement
from kg.states import state_name

_SHOWN = 80
_QUOTES = "\"'“”„‘’‚«»‹›「『"
_VERBS = {"supports": "supports", "opposes": "opposes", "neutral": "is neutral on"}


def name_of(id: str, facts: ArticleFacts) -> str:
    """Return what an article calls the thing with this id."""
    if id in facts.parties:
        return facts.parties[id].name
    if id in facts.topics:
        return facts.topics[id].label
    for meeting in facts.meetings:
        if meeting.id == id:
            return meeting_label(meeting, facts)
    return name_of_state(id, facts)


def name_of_state(code: str, facts: ArticleFacts) -> str:
    """Return the English name of a state that is named by its code, or what the article says."""
    name = state_name(code)
    if name == code:  # a code that is left to its users says nothing by itself
        called = (p.name for p in facts.parties.values() if p.kind == "state" and p.state == code)
        return next(called, code)
    return name


def meeting_label(meeting: Meeting, facts: ArticleFacts) -> str:
    """Return who met, how, where and when."""
    names = [name_of(id, facts) for id in meeting.participants]
    who = f"{', '.join(names[:-1])} and {names[-1]}"
    place = facts.places[meeting.place].name if meeting.place in facts.places else meeting.place
    how = meeting.form if meeting.status == "occurred" else f"{meeting.form} ({meeting.status})"
    return ", ".join(part for part in (who, how, place, meeting.date) if part)


def statement_label(statement: Statement, facts: ArticleFacts) -> str:
    """Return who spoke and the first words."""
    words = shortened(" … ".join(span.exact for span in statement.content))
    bare = statement.mode == "direct" and words[0] not in _QUOTES
    quoted = f"“{words}”" if bare else words
    return f"{name_of(statement.speaker, facts)}: {quoted}"


def position_label(position: Position, facts: ArticleFacts) -> str:
    """Return who stands how towards what."""
    verb = "demands" if position.demand else _VERBS[position.stance]
    target = name_of(position.target, facts) if position.target else position.target_text or ""
    return f"{name_of(position.holder, facts)} {verb} {shortened(target)}"


def shortened(words: str) -> str:
    """Return words on one line, cut after some 80 characters."""
    line = " ".join(words.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
