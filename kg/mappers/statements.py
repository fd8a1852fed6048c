"""Maps statements: who said what, to whom, in which words, and who reports it."""

from __future__ import annotations

from collections.abc import Iterator

from kg.facts import ArticleFacts, Statement
from kg.literals import plain
from kg.mappers.context import Context, Mapper, Triple
from kg.mappers.evidence import map_common, map_spans, stamps, texts
from kg.mappers.labels import statement_label
from kg.vocabulary import DKG, MODE, SCHEMA


def map_statement(statement: Statement, facts: ArticleFacts, context: Context) -> Iterator[Triple]:
    """Yield the triples of one statement."""
    subject = context.fact("statement", statement.id)
    label = statement_label(statement, facts)
    yield from map_common(subject, DKG.Statement, label, statement, facts, context)
    yield subject, DKG.speaker, context.party(facts, statement.speaker)
    yield subject, DKG.mode, MODE.term(statement.mode)
    yield from map_spans(subject, DKG.content, statement.content, facts, context)
    yield subject, SCHEMA.text, plain(" … ".join(span.exact for span in statement.content))
    for party in statement.addressee:
        yield subject, DKG.addressee, context.party(facts, party)
    for topic in statement.about:
        yield subject, DKG.about, context.topic(facts, topic)
    if statement.said_at is not None:
        yield subject, DKG.saidAt, context.fact("meeting", statement.said_at)
    yield from stamps(subject, statement.date)
    yield from texts(subject, cue=statement.cue)


STATEMENT = Mapper("statement", lambda facts: facts.statements, map_statement)
