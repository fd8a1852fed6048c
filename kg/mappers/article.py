"""Maps the article itself."""

from __future__ import annotations

from collections.abc import Iterator

from kg.facts import Article, ArticleFacts
from kg.facts.dates import parse_period
from kg.iris import digest
from kg.literals import day, flag, plain
from kg.mappers.context import Context, Mapper, Triple
from kg.vocabulary import DC, DKG, RDF, RDFS, SCHEMA


def map_article(article: Article, facts: ArticleFacts, context: Context) -> Iterator[Triple]:
    """Yield who published what and when, and which text version the evidence points into."""
    subject = context.article
    yield subject, RDF.type, SCHEMA.NewsArticle
    yield subject, RDFS.label, plain(article.title)
    yield subject, SCHEMA.headline, plain(article.title)
    yield subject, SCHEMA.inLanguage, plain(article.language)
    yield subject, DKG.text, context.mint.text(article.text_sha256 or "")
    if article.url is not None:
        yield subject, SCHEMA.url, article.url
    if article.publisher is not None:
        yield subject, SCHEMA.publisher, context.entity("organisation", article.publisher)
    if article.author is not None:
        yield subject, DC.creator, plain(article.author)
    if article.published is not None:
        yield subject, SCHEMA.datePublished, day(parse_period(article.published).first)
    if article.place is not None:
        yield subject, SCHEMA.locationCreated, context.place(facts, article.place)
    by = f"{facts.extractor.name} {facts.extractor.version}" if facts.extractor else "person"
    yield subject, DKG.extractor, plain(by)
    yield subject, DKG.reviewed, flag(facts.reviewed)
    yield subject, DKG.factsDigest, plain(digest(facts.normal_form()))


ARTICLE = Mapper("article", lambda facts: [facts.article], map_article)
