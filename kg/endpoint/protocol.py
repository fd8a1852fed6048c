"""``/sparql``: the SPARQL 1.1 Protocol for queries and updates over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from flask import Blueprint, Response, redirect, request
from werkzeug.http import parse_options_header
from werkzeug.wrappers import Response as AnyResponse

from kg.endpoint.current import current_settings, current_store
from kg.endpoint.description import service_description
from kg.endpoint.execute import DatasetClause
from kg.endpoint.problems import ProblemError
from kg.endpoint.replying import reply
from kg.endpoint.write import authorise, update

blueprint = Blueprint("sparql", __name__)

METHODS = "GET, HEAD, POST, OPTIONS"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_ONCE = ("query", "update", "managed")

Parameters = Mapping[str, Sequence[str]]


@blueprint.route("/sparql", methods=["GET", "POST", "OPTIONS"], provide_automatic_options=False)
@blueprint.route("/sparql/", methods=["GET", "POST", "OPTIONS"], provide_automatic_options=False)
def sparql() -> AnyResponse:
    """Answer a query, do an update, or say what this service is."""
    if request.method == "OPTIONS":
        return _options()
    parameters = _parse(request.query_string, "the query string")
    if request.method != "POST":
        if "update" in parameters:
            raise _bad("updates are sent by POST", "send it as a form, or as " + UPDATE)
        if "query" not in parameters:
            return _describe(parameters)
        return _query(parameters["query"][0], parameters)
    kind, options = parse_options_header(request.content_type)
    if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise _unsupported(f"the charset {options['charset']} is not taken", "send UTF-8")
    match kind:
        case _ if kind == FORM:
            form = _parse(request.get_data(), "the form")
            return _from_form(_merge(parameters, form))
        case _ if kind == QUERY:
            _refuse(parameters, ("query", "update"), "the body is the query")
            return _query(_text(request.get_data()), parameters)
        case _ if kind == UPDATE:
            _refuse(parameters, ("query", "update"), "the body is the update")
            return _update(_text(request.get_data()), parameters)
        case _:
            raise _unsupported(
                f"the content type {kind} is not taken" if kind else "the content type is missing",
                f"send {FORM}, {QUERY} or {UPDATE}",
            )


def _from_form(parameters: Parameters) -> AnyResponse:
    if "query" in parameters and "update" in parameters:
        raise _bad("there is a query and an update", "send one of them")
    if "update" in parameters:
        return _update(parameters["update"][0], parameters)
    if "query" not in parameters:
        raise _bad("there is no query and no update", "send 'query' or 'update'")
    return _query(parameters["query"][0], parameters)


def _query(text: str, parameters: Parameters) -> Response:
    _refuse(parameters, ("using-graph-uri", "using-named-graph-uri"), "they are for updates")
    dataset = DatasetClause(
        tuple(parameters.get("default-graph-uri", ())), tuple(parameters.get("named-graph-uri", ()))
    )
    union = not current_settings().strict_dataset
    return reply(text, dataset, named=_format(parameters), union=union)


def _update(text: str, parameters: Parameters) -> Response:
    settings = current_settings()
    authorise(request.headers.get("Authorization"), settings)
    _refuse(parameters, ("default-graph-uri", "named-graph-uri"), "they are for queries")
    using = DatasetClause(
        tuple(parameters.get("using-graph-uri", ())),
        tuple(parameters.get("using-named-graph-uri", ())),
    )
    managed = _one(parameters, "managed")
    if managed not in (None, "allow"):
        raise _bad(f"managed={managed} means nothing", "send managed=allow, or leave it away")
    revision = update(current_store(), text, using, managed=managed == "allow", settings=settings)
    return Response(status=204, headers={"KG-Revision": str(revision)})


def _describe(parameters: Parameters) -> AnyResponse:
    """Answer a request without a query: the query page for people, else what this service is."""
    if parameters.keys() - {"format"}:
        raise _bad("there is no query", "send it as 'query'")
    named = _format(parameters)
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


def _parse(data: bytes, where: str) -> dict[str, list[str]]:
    """Read percent-encoded parameters; what is not UTF-8 is an error rather than guessed at."""
    found: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(
            data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=1000
        )
    except UnicodeError as error:
        raise _bad(f"{where} is not percent-encoded UTF-8", "encode it as UTF-8") from error
    except ValueError as error:
        raise _bad(f"{where} has too many parameters", "send 1,000 at most") from error
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    for name in _ONCE:
        if len(found.get(name, ())) > 1:
            raise _bad(f"there are {len(found[name])} parameters '{name}'", "send one")
    return found


def _merge(first: Parameters, second: Parameters) -> Parameters:
    for name in _ONCE:
        if name in first and name in second:
            raise _bad(f"'{name}' is in the query string and in the form", "send it once")
    names = [*first, *(name for name in second if name not in first)]
    return {name: [*first.get(name, ()), *second.get(name, ())] for name in names}


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad(f"the body is not UTF-8 (byte {error.start})", "encode it as UTF-8") from error


def _one(parameters: Parameters, name: str) -> str | None:
    return parameters[name][0] if name in parameters else None


def _format(parameters: Parameters) -> str | None:
    # SPARQLWrapper sends several: the short name and the media types.
    return ",".join(parameters["format"]) if "format" in parameters else None


def _refuse(parameters: Parameters, names: Sequence[str], why: str) -> None:
    for name in names:
        if name in parameters:
            raise _bad(f"the parameter '{name}' does not belong here: {why}", "leave it away")


def _bad(detail: str, remedy: str) -> ProblemError:
    return ProblemError(400, "request", "The request does not fit the protocol", detail, remedy)


def _unsupported(detail: str, remedy: str) -> ProblemError:
    return ProblemError(
        415, "content-type", "This content type is not taken", detail, remedy,
        {"Accept-Post": f"{FORM}, {QUERY}, {UPDATE}"},
    )  # fmt: skip
