"""Reduces a facts file to what the matching rules compare."""

from __future__ import annotations

from collections.abc import Mapping

from kg.evaluate.model import Actor, Items, MeetingItem, PositionItem, Range, StatementItem
from kg.facts import ArticleFacts, Party, Span
from kg.states import state_name


def reduce_facts(facts: ArticleFacts, mentions: Mapping[str, Range] | None = None) -> Items:
    """Return the facts of a placed facts file as items.

    Args:
        facts: facts whose spans have offsets.
        mentions: by statement id, where the extractor read the speaker.
    """
    items = Items()
    for meeting in facts.meetings:
        actors = tuple(_actor(facts, id) for id in meeting.participants)
        names = ", ".join(actor.names[0] for actor in actors)
        items.meetings.append(
            MeetingItem(
                actors, meeting.status, _ranges(meeting.evidence), f"{meeting.status}: {names}"
            )
        )
    for statement in facts.statements:
        speaker = _actor(facts, statement.speaker, (mentions or {}).get(statement.id))
        words = " … ".join(span.exact for span in statement.content)
        items.statements.append(
            StatementItem(
                speaker,
                statement.mode,
                _ranges(statement.content),
                f"{speaker.names[0]} [{statement.cue}] {words}",
            )
        )
    for position in facts.positions:
        holder = _actor(facts, position.holder)
        stances = {"demands"} if position.demand else {str(position.stance)}
        if position.condition:
            stances.add("conditional")
        target = " ".join(filter(None, (position.target_text, _label(facts, position.target))))
        items.positions.append(
            PositionItem(
                holder,
                frozenset(stances),
                target,
                _ranges(position.evidence),
                f"{holder.names[0]} {'/'.join(sorted(stances))} {target}",
            )
        )
    return items


def _ranges(spans: list[Span]) -> tuple[Range, ...]:
    return tuple(
        (span.start, span.end) for span in spans if span.start is not None and span.end is not None
    )


def _party(facts: ArticleFacts, id: str) -> Party:
    known = facts.parties.get(id)
    return known or Party(name=state_name(id), kind="state", state=id)


def _actor(facts: ArticleFacts, id: str, mention: Range | None = None) -> Actor:
    party = _party(facts, id)
    return Actor((party.name, *party.surface), party.state, mention)


def _label(facts: ArticleFacts, target: str | None) -> str | None:
    if target is None:
        return None
    if target in facts.topics:
        return facts.topics[target].label
    for meeting in facts.meetings:
        if meeting.id == target:
            return " ".join(_party(facts, id).name for id in meeting.participants)
    return _party(facts, target).name
