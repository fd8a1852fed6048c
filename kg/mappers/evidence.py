"""The words that prove a fact, as Web Annotation selectors into a version of the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.facts import ArticleFacts, Fact, Span
from kg.facts.dates import parse_period
from kg.literals import day, decimal, number, plain
from kg.mappers.context import Context, Triple
from kg.vocabulary import DKG, OA, RDF, RDFS, SEM


def map_spans(
    fact: str, link: str, spans: Iterable[Span], facts: ArticleFacts, context: Context
) -> Iterator[Triple]:
    """Yield the triples that tie a fact to passages of the text.

    The passage is an ``oa:SpecificResource`` of the text version; its selector quotes the words
    (Web Annotation Data Model 4.2.4) and gives their place in code points (4.2.5), written in
    its IRI as RFC 5147 does.

    Args:
        fact: the fact that the words prove.
        link: ``dkg:evidence`` or ``dkg:content``.
        spans: the words.
        facts: the article.
        context: where its facts go.
    """
    for span in spans:
        if span.start is None or span.end is None:
            passage = context.mint.unplaced_evidence(context.key, span.exact, span.occurrence or 1)
            selector = f"{passage}#quote"
        else:
            passage = context.mint.evidence(context.key, span.start, span.end)
            selector = f"{passage}#char={span.start},{span.end}"
            yield selector, RDF.type, OA.TextPositionSelector
            yield selector, OA.start, number(span.start)
            yield selector, OA.end, number(span.end)
        yield fact, link, passage
        yield passage, RDF.type, OA.SpecificResource
        yield passage, OA.hasSource, context.mint.text(facts.article.text_sha256 or "")
        yield passage, OA.hasSelector, selector
        yield selector, RDF.type, OA.TextQuoteSelector
        yield selector, OA.exact, plain(span.exact)


def map_common(
    subject: str, type: str, label: str, fact: Fact, facts: ArticleFacts, context: Context
) -> Iterator[Triple]:
    """Yield what every fact has: type, label, article, evidence, chain of report, method."""
    yield subject, RDF.type, type
    yield subject, RDFS.label, plain(label)
    yield subject, DKG.article, context.article
    yield from map_spans(subject, DKG.evidence, fact.evidence, facts, context)
    if fact.reported_by is not None:
        yield subject, DKG.reportedBy, context.fact("statement", fact.reported_by)
    if fact.confidence is not None:
        yield subject, DKG.confidence, decimal(fact.confidence)
    yield subject, DKG.method, plain(fact.method or ("rule" if facts.extractor else "person"))


def texts(subject: str, **values: str | None) -> Iterator[Triple]:
    """Yield a plain string for each named property of the ontology that has a value."""
    for name, value in values.items():
        if value is not None:
            yield subject, DKG.term(name), plain(value)


def stamps(subject: str, written: str | None) -> Iterator[Triple]:
    """Yield the first and last day of when something was (SEM time stamps)."""
    if written is not None:
        period = parse_period(written)
        yield subject, SEM.hasBeginTimeStamp, day(period.first)
        yield subject, SEM.hasEndTimeStamp, day(period.last)
