"""The result of a query as the answer to the request at hand."""

from __future__ import annotations

from flask import Response, request

from kg.endpoint.current import current_engine, current_store
from kg.endpoint.execute import DatasetClause
from kg.endpoint.replying import Wish, result


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
    headers = request.headers
    wish = Wish(request.method, headers.get("Accept"), headers.get("If-None-Match"))
    chosen = dataset or DatasetClause()
    store, engine = current_store(), current_engine()
    return result(store, engine, wish, text, chosen, named=named, union=union).response()
