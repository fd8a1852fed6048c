"""What facts are about: targets that are parties or topics, topics of statements."""

from __future__ import annotations

from kg.extract.assemble import Assembler
from kg.extract.lexicon import Lexicon
from kg.extract.parties import PartyBook
from kg.extract.topics import assign, topic_patterns


def assign_topics(assembler: Assembler, book: PartyBook, lexicon: Lexicon) -> None:
    """Give positions their targets and statements their topics, where they are known.

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
    for number, statement in enumerate(assembler.statements):
        words = " ".join(span.exact for span in statement.content)
        topic = assign(words, patterns, book.named)
        if topic is not None:
            about = [assembler.topic(topic)]
            assembler.statements[number] = statement.model_copy(update={"about": about})
