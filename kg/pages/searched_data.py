"""What a search found, as JSON shows it."""

from __future__ import annotations

from typing import Any

from kg.pages.links import Links
from kg.pages.searched import search_address
from kg.search.answers import PAGE, Ask, Found, Hit
from kg.search.asking import Piece
from kg.vocabulary import ENTITIES


def as_data(links: Links, ask: Ask, found: Found, current: int) -> dict[str, Any]:
    """Return what was found as JSON has it; ``/openapi.json`` describes it."""
    pages = max(1, -(-found.total // PAGE))
    return {
        "revision": found.revision,
        "current": current,
        "total": found.total,
        "more": found.more,
        "page": ask.page,
        "pages": pages,
        "next": search_address(ask, page=ask.page + 1, format="json") if ask.page < pages else None,
        "results": [_result(links, hit) for hit in found.hits],
        "facets": {
            name: [
                {"value": one.value, "label": one.label, "count": one.count, "more": one.more}
                for one in choices
            ]
            for name, choices in (
                ("kind", found.kinds),
                ("party", found.parties),
                ("year", found.years),
                ("article", found.articles),
            )
        },
        "unknown": list(found.unknown),
    }


def _result(links: Links, hit: Hit) -> dict[str, Any]:
    result: dict[str, Any] = {
        "kind": hit.kind,
        "iri": hit.iri,
        "href": links.href(hit.iri),
        "label": hit.label,
        "marks": _marks(hit.pieces),
    }
    if hit.kind in ENTITIES:
        others = [{"name": _text(other), "marks": _marks(other)} for other in hit.others]
        return {**result, "others": others, "facts": hit.facts}
    result["date"] = hit.date or None
    if hit.kind == "article":
        return result
    article = f"{links.base}article/{hit.article}"
    href = links.href(article)
    result["article"] = {
        "key": hit.article, "iri": article, "href": href, "title": hit.title,
    }  # fmt: skip
    result["passages"] = [
        {
            "exact": _text(quote.pieces),
            "marks": _marks(quote.pieces),
            "start": quote.start,
            "end": quote.end,
            "href": href if quote.start is None else f"{href}#char-{quote.start}-{quote.end}",
        }
        for quote in hit.quotes
    ]
    return result


def _text(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


def _marks(pieces: tuple[Piece, ...]) -> list[list[int]]:
    """Return where the words that were looked for stand, in code points."""
    marks, at = [], 0
    for piece in pieces:
        if piece.found:
            marks.append([at, at + len(piece.text)])
        at += len(piece.text)
    return marks
