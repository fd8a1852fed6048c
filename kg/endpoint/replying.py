"""The result of a query as the answer to a request, before any web framework."""

from __future__ import annotations

from dataclasses import dataclass

from kg.endpoint.caching import Validator, changes, has, not_modified
from kg.endpoint.compressing import VARY
from kg.endpoint.execute import Answer, DatasetClause, Engine, answer
from kg.endpoint.plain import Plain
from kg.endpoint.spreadsheet import SPREADSHEET, as_spreadsheet
from kg.formats import CSV
from kg.store import Store

_VARY = f"Accept, {VARY}"
_SMALL = 64 * 1024  # bytes of an answer that is given in one piece


@dataclass(frozen=True)
class Wish:
    """What the headers of a request say of the answer.

    Args:
        method: the request's method.
        accept: the header Accept.
        known: the header If-None-Match.
    """

    method: str
    accept: str | None
    known: str | None


def result(
    store: Store,
    engine: Engine,
    wish: Wish,
    text: str,
    dataset: DatasetClause,
    *,
    named: str | None,
    union: bool,
) -> Plain:
    """Answer a query, or say that the client has the answer.

    Args:
        store: the store.
        engine: what answers queries to it.
        wish: what the request's headers say.
        text: SPARQL 1.1 Query.
        dataset: the dataset that the request names.
        named: a format by name, which overrides the Accept header.
        union: whether the default graph is the union of all graphs where no dataset is named.

    Raises:
        KgError: what `kg.endpoint.execute.answer` raises.
    """
    fixed = not changes(text)
    validator = None
    if fixed and wish.method in ("GET", "HEAD"):
        form = ["format", named] if named is not None else ["accept", wish.accept]
        validator = Validator(store, (text, dataset.default, dataset.named, form, union))
        revision = validator.known(wish.known)
        if revision is not None:
            return not_modified(validator.tag(revision), revision, _VARY)
    spread = named == SPREADSHEET
    found = answer(
        engine,
        text,
        dataset,
        wish.accept,
        named=CSV.suffix if spread else named,
        base=store.base,
        union=union,
    )
    tag = None if validator is None else validator.tag(found.revision)
    if tag is not None and has(wish.known, tag):
        found.close()
        return not_modified(tag, found.revision, _VARY)
    if found.length is None:
        found.begin()
    plain = as_spreadsheet(found) if spread else _whole(found)
    plain.headers |= kept(tag, fixed=fixed)
    return plain


def _whole(found: Answer) -> Plain:
    headers = telling(found.content_type, found.revision)
    if found.length is None:
        return Plain(200, headers, found.chunks, found.close)
    headers["Content-Length"] = str(found.length)
    if found.length > _SMALL:
        return Plain(200, headers, found.chunks, found.close)
    return Plain(200, headers, [b"".join(found.chunks)])


def telling(content_type: str, revision: int) -> dict[str, str]:
    """Return the headers that say what an answer is."""
    return {"Content-Type": content_type, "Vary": "Accept", "KG-Revision": str(revision)}


def kept(tag: str | None, *, fixed: bool) -> dict[str, str]:
    """Return the headers that say how long an answer holds."""
    # A copy may be kept, but not be given again before it was asked whether it still holds.
    held = {"Cache-Control": "no-cache" if fixed else "no-store"}
    return held if tag is None else held | {"ETag": tag}
