"""Maps positions: who stands how towards what, and what shows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kg.facts import ArticleFacts, Position
from kg.facts.dates import parse_period
from kg.literals import day, flag, number
from kg.mappers.context import Context, Mapper, Triple
from kg.mappers.evidence import map_common, texts
from kg.mappers.labels import position_label
from kg.vocabulary import CAMEO, DKG, MEANS, SCHEMA, STANCE


def map_position(position: Position, facts: ArticleFacts, context: Context) -> Iterator[Triple]:
    """Yield the triples of one position."""
    subject = context.fact("position", position.id)
    label = position_label(position, facts)
    yield from map_common(subject, DKG.Position, label, position, facts, context)
    yield subject, DKG.holder, context.party(facts, position.holder)
    yield subject, DKG.stance, STANCE.term(position.stance)
    yield subject, DKG.demand, flag(position.demand)
    yield subject, DKG.shownBy, MEANS.term(position.shown_by)
    if position.target is not None:
        yield subject, DKG.target, _target(position.target, facts, context)
    if position.voiced_by is not None:
        yield subject, DKG.voicedBy, context.party(facts, position.voiced_by)
    if position.statement is not None:
        yield subject, DKG.statement, context.fact("statement", position.statement)
    if position.revises is not None:
        yield subject, DKG.revises, context.fact("position", position.revises)
    yield from _act(subject, position)
    yield from _time(subject, position, facts)
    yield from texts(
        subject,
        targetText=position.target_text,
        condition=position.condition,
        qualifier=position.qualifier,
    )


def _target(id: str, facts: ArticleFacts, context: Context) -> str:
    if id in facts.topics:
        return context.topic(facts, id)
    if any(meeting.id == id for meeting in facts.meetings):
        return context.fact("meeting", id)
    return context.party(facts, id)


def _act(subject: str, position: Position) -> Iterator[Triple]:
    act = position.act
    if act is None:
        return
    yield from texts(subject, act=act.label, actObject=act.object)
    if act.count is not None:
        yield subject, DKG.actCount, number(act.count)
    if act.code is not None:
        yield subject, DKG.actCode, CAMEO.term(act.code)


def _time(subject: str, position: Position, facts: ArticleFacts) -> Iterator[Triple]:
    if position.valid_from is not None:
        yield subject, SCHEMA.validFrom, day(parse_period(position.valid_from).first)
    if position.valid_to is not None:
        yield subject, SCHEMA.validThrough, day(parse_period(position.valid_to).last)
    known = _as_of(position, facts)
    if known is not None:
        yield subject, DKG.asOf, day(known)


def _as_of(position: Position, facts: ArticleFacts) -> date | None:
    """Return the day by which positions are put in order of time."""
    said = next((s.date for s in facts.statements if s.id == position.statement), None)
    written = position.valid_from or said or facts.article.published
    if written is None:
        return None
    known = parse_period(written).first
    if position.valid_to is not None:
        # An article may tell of a position that was given up long before it was published.
        known = min(known, parse_period(position.valid_to).last)
    return known


POSITION = Mapper("position", lambda facts: facts.positions, map_position)
