"""What facts are about: targets that are parties or topics, topics of statements."""

from __future__ import annotations

from kg.extract.assemble import Assembler, identity
from kg.extract.lexicon import Lexicon
from kg.extract.meetings import FoundMeeting
from kg.extract.parties import PartyBook
from kg.extract.topics import assign, topic_patterns


def assign_topics(
    assembler: Assembler, book: PartyBook, lexicon: Lexicon, meetings: list[FoundMeeting]
) -> None:
    """Give positions their targets, statements and meetings their topics, where they are known.

    A target whose words name a party is that party; else the scheme of topics decides. Targets
    that neither fits are noted as unassigned.
    """
    patterns = topic_patterns(lexicon)
    for number, position in enumerate(assembler.positions):
        words = position.target_text or ""
        entity = book.named(words)
        if entity is not None and entity.key != position.holder:
            target = assembler.party(entity)
        else:
            topic = assign(words, patterns, book.named)
            if topic is None:
                assembler.unassigned.append(words)
                continue
            target = assembler.topic(topic)
        assembler.positions[number] = position.model_copy(update={"target": target})
    subjects = {
        assembler.by_meeting[identity(meeting)]: meeting.subjects
        for meeting in meetings
        if identity(meeting) in assembler.by_meeting
    }
    for number, meeting in enumerate(assembler.meetings):
        topics: list[str] = []
        for words in subjects.get(meeting.id, ()):
            topic = assign(words, patterns, book.named)
            if topic is not None and topic.id not in topics:
                topics.append(assembler.topic(topic))
        if topics:
            assembler.meetings[number] = meeting.model_copy(update={"about": topics[:3]})
    for number, statement in enumerate(assembler.statements):
        words = " ".join(span.exact for span in statement.content)
        topic = assign(words, patterns, book.named)
        if topic is not None:
            about = [assembler.topic(topic)]
            assembler.statements[number] = statement.model_copy(update={"about": about})
