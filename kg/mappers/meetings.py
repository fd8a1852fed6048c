"""Maps meetings: who met, in what form, where and when, and whether it came to pass."""

from __future__ import annotations

from collections.abc import Iterator

from kg.facts import ArticleFacts, Meeting
from kg.mappers.context import Context, Mapper, Triple
from kg.mappers.evidence import map_common, stamps, texts
from kg.mappers.labels import meeting_label
from kg.vocabulary import DKG, FORM, STATUS


def map_meeting(meeting: Meeting, facts: ArticleFacts, context: Context) -> Iterator[Triple]:
    """Yield the triples of one meeting."""
    subject = context.fact("meeting", meeting.id)
    label = meeting_label(meeting, facts)
    yield from map_common(subject, DKG.Meeting, label, meeting, facts, context)
    for party in meeting.participants:
        yield subject, DKG.participant, context.party(facts, party)
    yield subject, DKG.status, STATUS.term(meeting.status)
    yield subject, DKG.form, FORM.term(meeting.form)
    if meeting.place is not None:
        yield subject, DKG.place, context.place(facts, meeting.place)
    yield from stamps(subject, meeting.date)
    if meeting.occasion is not None:
        yield subject, DKG.occasion, context.occasion(facts, meeting.occasion)
    for topic in meeting.about:
        yield subject, DKG.about, context.topic(facts, topic)
    yield from texts(
        subject,
        dateText=meeting.date_text,
        duration=meeting.duration,
        condition=meeting.condition,
    )


MEETING = Mapper("meeting", lambda facts: facts.meetings, map_meeting)
