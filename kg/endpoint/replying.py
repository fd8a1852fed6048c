"""The result of a query as the response to the request at hand."""

from __future__ import annotations

from flask import Response, request

from kg.endpoint.caching import Validator, changes, has, not_modified
from kg.endpoint.compressing import VARY
from kg.endpoint.current import current_engine, current_store
from kg.endpoint.execute import Answer, DatasetClause, answer
from kg.endpoint.spreadsheet import SPREADSHEET, send_spreadsheet
from kg.formats import CSV

_VARY = f"Accept, {VARY}"


def reply(
    text: str,
    dataset: DatasetClause | None = None,
    *,
    named: str | None = None,
    union: bool = True,
) -> Response:
    """Answer the request at hand with the result of a query, or with 304 if the client has it.

    Args:
        text: SPARQL 1.1 Query.
        dataset: the dataset that the request names, if it does.
        named: a format by name, which overrides the Accept header.
        union: whether the default graph is the union of all graphs where no dataset is named.

    Raises:
        KgError: what `kg.endpoint.execute.answer` raises.
    """
    store, accept = current_store(), request.headers.get("Accept")
    chosen = dataset or DatasetClause()
    fixed = not changes(text)
    known = request.headers.get("If-None-Match")
    validator = None
    if fixed and request.method in ("GET", "HEAD"):
        form = ["format", named] if named is not None else ["accept", accept]
        validator = Validator(store, (text, chosen.default, chosen.named, form, union))
        unchanged = validator.unchanged(known, vary=_VARY)
        if unchanged is not None:
            return unchanged
    spread = named == SPREADSHEET
    found = answer(
        current_engine(),
        text,
        chosen,
        accept,
        named=CSV.suffix if spread else named,
        base=store.base,
        union=union,
    )
    tag = None if validator is None else validator.tag(found.revision)
    if tag is not None and has(known, tag):
        found.close()
        return not_modified(tag, found.revision, _VARY)
    response = send_spreadsheet(found) if spread else _send(found)
    # A copy may be kept, but not be given again before it was asked whether it still holds.
    response.headers["Cache-Control"] = "no-cache" if fixed else "no-store"
    if tag is not None:
        response.headers["ETag"] = tag
    return response


def _send(found: Answer) -> Response:
    headers = {
        "Content-Type": found.content_type,
        "Vary": "Accept",
        "KG-Revision": str(found.revision),
    }
    if found.length is not None:
        headers["Content-Length"] = str(found.length)
    response = Response(found.chunks, headers=headers, direct_passthrough=True)
    response.call_on_close(found.close)
    return response
