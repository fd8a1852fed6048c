"""What is looked for in the index, and what is found: the words that search and pages share."""

from __future__ import annotations

from dataclasses import dataclass

from kg.search.asking import Piece

MOST = 1_000
"""Reports that a search looks at; where there are more, it says so."""
MOST_NAMES = 300
"""Entities, likewise: who has so many before him writes more of the name."""
PAGE = 20


@dataclass(frozen=True)
class Ask:
    """What is looked for.

    Args:
        words: as a reader wrote them; may be empty where a filter is set.
        kind: one of `kg.search.kinds.KINDS`, or empty for all.
        party: IRI, path, code or name of an entity that has a part in it.
        first: first day, in ISO form.
        last: last day.
        article: key of the article.
        page: which page, counted from 1.
    """

    words: str = ""
    kind: str = ""
    party: str = ""
    first: str = ""
    last: str = ""
    article: str = ""
    page: int = 1

    @property
    def empty(self) -> bool:
        """Tell whether nothing is asked."""
        return not (
            self.words.strip() or self.kind or self.party or self.first or self.last or self.article
        )


@dataclass(frozen=True)
class Quote:
    """Words of an article, with those that were looked for marked."""

    pieces: tuple[Piece, ...]
    start: int | None
    end: int | None


@dataclass(frozen=True)
class Hit:
    """Something that was found.

    Args:
        kind: its kind.
        iri: its IRI.
        label: its name, title or words.
        pieces: the same with what was looked for marked.
        others: of an entity, the other names that were looked for, or the first of them.
        facts: of an entity, the number of facts that it has a part in.
        date: of a report, its day, where the article gives one.
        article: of a fact, the key of its article.
        title: of a fact, the title of its article.
        quotes: of a fact, words that prove it, those that were looked for first.
    """

    kind: str
    iri: str
    label: str
    pieces: tuple[Piece, ...]
    others: tuple[tuple[Piece, ...], ...] = ()
    facts: int = 0
    date: str = ""
    article: str = ""
    title: str = ""
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True)
class Choice:
    """A value of a filter, with how many of what was found it leaves.

    Args:
        value: what the filter's parameter takes.
        label: what it is called.
        count: how many.
        more: whether there may be more, which were not looked at.
    """

    value: str
    label: str
    count: int
    more: bool = False


@dataclass(frozen=True)
class Found:
    """What a search found.

    Args:
        revision: the revision of the store that it tells of.
        total: how many were found.
        more: whether there are more, which were not looked at.
        hits: those of the page.
        kinds: how all that was found divides by kind, whichever kind is chosen.
        parties: those who have a part in most of it.
        articles: the articles that have most of it.
        years: how reports divide by year.
        party: name of the party that was chosen.
        article: title of the article that was chosen.
        unknown: which filters name nothing that there is.
    """

    revision: int
    total: int = 0
    more: bool = False
    hits: tuple[Hit, ...] = ()
    kinds: tuple[Choice, ...] = ()
    parties: tuple[Choice, ...] = ()
    articles: tuple[Choice, ...] = ()
    years: tuple[Choice, ...] = ()
    party: str = ""
    article: str = ""
    unknown: tuple[str, ...] = ()
