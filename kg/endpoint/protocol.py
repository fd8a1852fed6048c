"""``/sparql``: the SPARQL 1.1 Protocol for queries and updates over HTTP.

Most queries are answered by `kg.serving.direct` before they come here, in the same way: what a
request asks is read by `kg.endpoint.reading`, and answered by `kg.endpoint.replying`.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kg.endpoint.current import current_engine, current_settings, current_store
from kg.endpoint.description import service_description
from kg.endpoint.execute import DatasetClause
from kg.endpoint.reading import FORM, QUERY, UPDATE, Describe, Query, Update, read
from kg.endpoint.replying import Wish, result
from kg.endpoint.write import authorise, update

blueprint = Blueprint("sparql", __name__)

METHODS = "GET, HEAD, POST, OPTIONS"


@blueprint.route("/sparql", methods=["GET", "POST", "OPTIONS"], provide_automatic_options=False)
@blueprint.route("/sparql/", methods=["GET", "POST", "OPTIONS"], provide_automatic_options=False)
def sparql() -> AnyResponse:
    """Answer a query, do an update, or say what this service is."""
    if request.method == "OPTIONS":
        return _options()
    asked = read(request.method, request.query_string, request.content_type, request.get_data)
    match asked:
        case Query():
            union = not current_settings().strict_dataset
            return reply(asked.text, asked.dataset, named=asked.format, union=union)
        case Update():
            return _update(asked)
        case Describe():
            return _describe(asked.format)


def _update(asked: Update) -> Response:
    settings = current_settings()
    authorise(request.headers.get("Authorization"), settings)
    using, managed = asked.terms()
    revision = update(current_store(), asked.text, using, managed=managed, settings=settings)
    return Response(status=204, headers={"KG-Revision": str(revision)})


def _describe(named: str | None) -> AnyResponse:
    """Answer a request without a query: the query page for people, else what this service is."""
    best = request.accept_mimetypes.best_match(
        ["text/turtle", "text/html", "application/rdf+xml", "application/ld+json"]
    )
    if named is None and best == "text/html":
        response = redirect("/query", 303)
        response.headers["Vary"] = "Accept"
        return response
    return service_description(request.headers.get("Accept"), named)


def _options() -> Response:
    return Response(
        status=204,
        headers={
            "Allow": METHODS,
            "Accept-Post": f"{FORM}, {QUERY}, {UPDATE}",
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-None-Match",
            "Access-Control-Max-Age": "86400",
        },
    )


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
