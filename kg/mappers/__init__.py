"""Facts into triples: one mapper a kind, all in one tuple.

A mapper is a pure function: it reads no store and no clock, so that the same facts give the same
graph. To add a fact kind, write its mapper and enter it in :data:`MAPPERS`.
"""

from __future__ import annotations

from kg.facts import ArticleFacts
from kg.mappers.article import ARTICLE
from kg.mappers.context import Context, Mapper, Resolve, Triple
from kg.mappers.meetings import MEETING
from kg.mappers.mentions import NAMED, PARTY
from kg.mappers.positions import POSITION
from kg.mappers.statements import STATEMENT

__all__ = ["MAPPERS", "Context", "Mapper", "Resolve", "Triple", "map_article"]

MAPPERS: tuple[Mapper, ...] = (ARTICLE, PARTY, NAMED, MEETING, STATEMENT, POSITION)


def map_article(
    facts: ArticleFacts, context: Context, mappers: tuple[Mapper, ...] = MAPPERS
) -> set[Triple]:
    """Return the graph of one article.

    Args:
        facts: the article's facts in their normal form (``kg.readers``).
        context: where they go, and who the names mean.
        mappers: what is mapped, and how.
    """
    return {
        triple
        for mapper in mappers
        for item in mapper.items(facts)
        for triple in mapper.map(item, facts, context)
    }
