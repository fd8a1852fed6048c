"""What a search found, as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from kg.pages.dates import in_words
from kg.pages.facts import words
from kg.pages.links import Links
from kg.search.answers import MOST, MOST_NAMES, PAGE, Ask, Choice, Found, Hit
from kg.search.asking import Piece
from kg.search.naming import Named
from kg.vocabulary import ENTITIES

PARAMETERS = ("q", "kind", "party", "from", "to", "article", "page")
"""The parameters of a search."""

_WORDS = {
    "person": ("person", "people"),
    "state": ("state", "states"),
    "organisation": ("organisation", "organisations"),
    "group": ("group", "groups"),
    "anonymous": ("anonymous source", "anonymous sources"),
    "place": ("place", "places"),
    "topic": ("topic", "topics"),
    "occasion": ("occasion", "occasions"),
    "article": ("article", "articles"),
    "meeting": ("meeting", "meetings"),
    "statement": ("statement", "statements"),
    "position": ("position", "positions"),
}


@dataclass(frozen=True)
class Place:
    """Quoted words with where they stand in their article."""

    pieces: tuple[Piece, ...]
    href: str | None
    where: str


@dataclass(frozen=True)
class Line:
    """One thing that was found."""

    kind: str
    word: str
    href: str | None
    pieces: tuple[Piece, ...]
    others: tuple[tuple[Piece, ...], ...]
    note: str
    date: str
    article: str
    article_href: str | None
    quotes: tuple[Place, ...]


@dataclass(frozen=True)
class Link:
    """A link to another search."""

    label: str
    href: str
    count: str = ""
    chosen: bool = False


@dataclass(frozen=True)
class Shown:
    """What the page shows of a search."""

    summary: str
    cut: str
    behind: str
    lines: tuple[Line, ...]
    facets: tuple[tuple[str, tuple[Link, ...]], ...]
    filters: tuple[Link, ...]
    previous: str
    next: str
    page: int
    pages: int
    asked: bool
    unknown: tuple[str, ...]
    near: tuple[Link, ...]
    offered: tuple[Link, ...]


def show(
    links: Links,
    ask: Ask,
    found: Found,
    near: Sequence[Named],
    offered: Sequence[Named],
    current: int,
) -> Shown:
    """Return what the page shows.

    Args:
        links: the links of the pages.
        ask: what was asked.
        found: what was found.
        near: names that are like what was asked, where nothing was found.
        offered: names to begin with, where nothing was asked.
        current: the store's revision by now.
    """
    pages = max(1, -(-found.total // PAGE))
    named = ask.kind in ENTITIES
    return Shown(
        summary=_summary(ask, found),
        cut=""
        if not found.more
        else f"Only the {f'first {MOST_NAMES}' if named else f'latest {MOST:,}'} were looked at;"
        " more words or a filter lead to the others.",
        behind=""
        if found.revision >= current
        else f"The search index tells of revision {found.revision} of the graph, which is at "
        f"{current} by now: what was loaded last may be missing for a moment.",
        lines=tuple(_line(links, hit) for hit in found.hits),
        facets=_facets(ask, found),
        filters=_filters(ask, found),
        previous=search_address(ask, page=ask.page - 1) if 1 < ask.page <= pages + 1 else "",
        next=search_address(ask, page=ask.page + 1) if ask.page < pages else "",
        page=ask.page,
        pages=pages,
        asked=not ask.empty,
        unknown=found.unknown,
        near=tuple(
            Link(
                one.label,
                search_address(ask, party=one.iri)
                if "party" in found.unknown
                else search_address(Ask(), q=one.label),
                _WORDS[one.kind][0],
            )
            for one in near
        ),
        offered=tuple(
            Link(one.label, links.href(one.iri) or "", f"{one.facts:,}") for one in offered
        ),
    )


def _summary(ask: Ask, found: Found) -> str:
    if ask.kind:
        word = _WORDS[ask.kind][0 if found.total == 1 and not found.more else 1]
    else:
        word = "result" if found.total == 1 else "results"
    return f"{'More than ' if found.more else ''}{found.total:,} {word}"


def _line(links: Links, hit: Hit) -> Line:
    entity = hit.kind in ENTITIES
    article = f"{links.base}article/{hit.article}" if hit.article else ""
    href = links.href(article) if article else None
    return Line(
        kind=hit.kind,
        word=_WORDS[hit.kind][0],
        href=links.href(hit.iri),
        pieces=hit.pieces if entity else _up_to(hit.pieces, len(words(hit.label))),
        others=hit.others,
        note=f"{hit.facts:,} {'fact' if hit.facts == 1 else 'facts'}" if entity else "",
        date=in_words(hit.date),
        article="" if hit.kind == "article" else hit.title or hit.article,
        article_href=href,
        quotes=tuple(
            Place(
                quote.pieces,
                href if quote.start is None else f"{href}#char-{quote.start}-{quote.end}",
                "in the article"
                if quote.start is None
                else f"characters {quote.start}–{quote.end}",
            )
            for quote in hit.quotes
        ),
    )


def _up_to(pieces: tuple[Piece, ...], length: int) -> tuple[Piece, ...]:
    """Return the beginning of a marked text; the date at its end is said in words elsewhere."""
    kept = []
    for piece in pieces:
        if length > 0:
            kept.append(Piece(piece.text[:length], piece.found))
            length -= len(piece.text)
    return tuple(kept)


def _facets(ask: Ask, found: Found) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    kinds = [
        Link(
            _WORDS[one.value][1].capitalize(),
            search_address(ask, kind="" if one.value == ask.kind else one.value),
            _count(one),
            one.value == ask.kind,
        )
        for one in found.kinds
    ]
    parties = [
        Link(one.label, search_address(ask, party=one.value), _count(one)) for one in found.parties
    ]
    years = [
        Link(one.label, search_address(ask, **{"from": one.value, "to": one.value}), _count(one))
        for one in found.years
    ]
    articles = [
        Link(one.label, search_address(ask, article=one.value), _count(one))
        for one in found.articles
    ]
    return tuple(
        (heading, tuple(some))
        for heading, some in (
            ("Kind", kinds),
            ("Who has a part in it", parties),
            ("Year", years if len(years) > 1 else []),
            ("Article", articles if len(articles) > 1 else []),
        )
        if some
    )


def _count(choice: Choice) -> str:
    return f"{choice.count:,}{'+' if choice.more else ''}"


def _filters(ask: Ask, found: Found) -> tuple[Link, ...]:
    """Return the filters that are set, each with the address without it."""
    days = " to ".join(filter(None, (in_words(ask.first) or "…", in_words(ask.last) or "…")))
    return tuple(
        Link(label, search_address(ask, **dict.fromkeys(names, "")))
        for label, names in (
            (_WORDS[ask.kind][1].capitalize() if ask.kind else "", ("kind",)),
            (found.party or ask.party, ("party",)),
            (days if ask.first or ask.last else "", ("from", "to")),
            (found.article or ask.article, ("article",)),
        )
        if label
    )


def search_address(ask: Ask, **changes: str | int) -> str:
    """Return the address of a search with other parameters, on its first page."""
    values: dict[str, str | int] = {
        "q": ask.words,
        "kind": ask.kind,
        "party": ask.party,
        "from": ask.first,
        "to": ask.last,
        "article": ask.article,
        **changes,
    }
    if values.get("page") == 1:
        del values["page"]
    given = urlencode({name: value for name, value in values.items() if value})
    return f"/search?{given}" if given else "/search"
