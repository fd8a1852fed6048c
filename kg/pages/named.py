"""The named queries: their list, and the answer to one as a page or as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, render_template, request, url_for

from kg.endpoint.protocol import reply
from kg.errors import ParameterError
from kg.pages.explore.asking import Crowd, crowded
from kg.pages.formats import wants_page
from kg.pages.query import answered, bound, library, misfit, unanswered
from kg.pages.reading import reading
from kg.queries import NamedQuery, find_query
from kg.vocabulary import DKG

_CROWD = Crowd(DKG.article)
_WIDE = ("boolean", "integer")
"""Types of parameters that narrow a question hardly, whatever they are."""
_FOR_THE_PAGE = ("format", "view")
"""What an address may say beside the query's parameters: the form and the look of its answer."""


def queries() -> Response:
    """Answer ``/queries``: the list of questions, as a page or as JSON."""
    found = library().values()
    if wants_page(request.accept_mimetypes):
        page = Response(render_template("queries.html", queries=found))
    else:
        page = jsonify(
            {
                "openapi": url_for("pages.openapi"),
                "queries": [_entry(query) for query in found],
            }
        )
    page.headers["Vary"] = "Accept"
    page.headers["Link"] = f'<{url_for("pages.openapi")}>; rel="service-desc"'  # RFC 8631
    return page


def named(name: str) -> Response:
    """Answer ``/queries/NAME?parameter=value``: a page for browsers, else data.

    The page of a query about everything does not run it in a very large graph before it is told to.

    Raises:
        UnknownNameError: there is no such query.
        ParameterError: a value does not fit (as data; a page says it beside the field).
        NotAcceptableError: the format asked for is none of its result's.
    """
    query = find_query(name, library())
    values = _values()
    form = request.args.get("format")
    with reading() as reader:
        page = wants_page(request.accept_mimetypes) and form is None
        try:
            text = bound(reader, query, values)
        except ParameterError as error:
            if page:
                return _varied(misfit(reader, query, values, error))
            raise
        if page and not request.args and not _narrow(query) and crowded(reader, _CROWD):
            return _varied(unanswered(reader, text, query))
        if page:
            return _varied(answered(reader, text, query, values))
    return reply(text, named=form)


def _narrow(query: NamedQuery) -> bool:
    """Tell whether a query asks about something even where nothing was chosen."""
    return any(
        parameter.required and parameter.type.name not in _WIDE
        for parameter in query.parameters.values()
    )


def _values() -> dict[str, str]:
    """Return the parameters of the request; what is said twice is not guessed at."""
    for name, values in request.args.lists():
        if len(values) > 1:
            raise ParameterError(name, f"is there {len(values)} times", "send one")
    return {name: value for name, value in request.args.items() if name not in _FOR_THE_PAGE}


def _varied(response: Response) -> Response:
    response.headers["Vary"] = "Accept"
    return response


def _entry(query: NamedQuery) -> Mapping[str, Any]:
    return {
        "name": query.name,
        "title": query.title,
        "question": query.question,
        "description": query.description,
        "view": query.view,
        "href": url_for("pages.named", name=query.name),
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type.name,
                "label": parameter.label,
                "description": parameter.description,
                "required": parameter.required,
                "default": parameter.default,
                "schema": dict(parameter.type.schema),
            }
            for parameter in query.parameters.values()
        ],
        "columns": [
            {"name": column.name, "label": column.label, "description": column.description}
            for column in query.columns.values()
        ],
    }
