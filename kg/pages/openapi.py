"""``/openapi.json``: the named queries and the search as an API (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request

import kg
from kg.endpoint.current import current_settings
from kg.endpoint.spreadsheet import SPREADSHEET
from kg.formats import CSV, JSON, RESULTS, TSV, XML
from kg.pages.openapi_search import found_schema, search_path
from kg.pages.query import library
from kg.pages.trying_openapi import trying_paths
from kg.queries import NamedQuery, Parameter

Json = dict[str, Any]

_PROBLEM = "application/problem+json"
_ERRORS = {
    "400": "A parameter does not fit: `parameter` says which, `remedy` what to write instead.",
    "404": "There is no such query: `nearest` may have one of a name that is near.",
    "406": "No format fits: `offered` lists those there are.",
    "413": "The result, or the memory that it needs, is too large.",
    "503": "There is no room for the query at the moment.",
    "504": "The query took too long.",
}


def openapi() -> Response:
    """Answer ``/openapi.json``."""
    described = document(library(), request.url_root.rstrip("/"))
    if current_settings().trying:
        described["paths"] |= trying_paths()
    response = jsonify(described)
    response.headers["Cache-Control"] = "no-cache"
    return response


def document(queries: Mapping[str, NamedQuery], root: str) -> Json:
    """Return the description of the API.

    Args:
        queries: the named queries by name.
        root: where the server is, without a slash at its end.

    Returns:
        An OpenAPI 3.1 document.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "diplomacy-kg",
            "summary": "Questions to a graph of diplomacy in the news.",
            "description": (
                "Each question is a SPARQL query with a name and typed parameters. A parameter "
                "that is left away has its default; an empty one restricts nothing. Other queries "
                "are asked at `/sparql`, by the SPARQL 1.1 Protocol."
            ),
            "version": kg.__version__,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": root}],
        "paths": {
            "/queries": {"get": _list()},
            **{f"/queries/{name}": _path(query) for name, query in queries.items()},
            "/search": search_path(),
        },
        "components": {
            "schemas": {
                "Problem": _problem(),
                "Rows": _rows({}),
                "Query": _query(),
                "Found": found_schema(),
            },
            "parameters": {"format": _format()},
            "responses": {status: _error(status) for status in _ERRORS},
        },
    }


def _list() -> Json:
    listed = {
        "type": "object",
        "required": ["queries"],
        "properties": {
            "queries": {"type": "array", "items": {"$ref": "#/components/schemas/Query"}}
        },
    }
    return {
        "operationId": "queries",
        "summary": "The questions that there are",
        "tags": ["queries"],
        "responses": {
            "200": {
                "description": "The questions with their parameters.",
                "content": {"application/json": {"schema": listed}},
            }
        },
    }


def _path(query: NamedQuery) -> Json:
    parameters: list[Json] = [_parameter(one) for one in query.parameters.values()]
    return {
        "get": {
            "operationId": query.name,
            "summary": query.title,
            "description": "\n\n".join(filter(None, (query.ask(), query.description))),
            "tags": ["queries"],
            "parameters": [*parameters, {"$ref": "#/components/parameters/format"}],
            "responses": {
                "200": _answer(query),
                **{status: {"$ref": f"#/components/responses/{status}"} for status in _ERRORS},
            },
        }
    }


def _parameter(parameter: Parameter) -> Json:
    schema: Json = dict(parameter.type.schema)
    if parameter.default is not None:
        schema["default"] = _default(parameter.default, schema)
    if parameter.required and schema["type"] == "string":
        schema["minLength"] = 1
    text = [parameter.label + ".", parameter.description, f"Wanted: {parameter.type.wants}."]
    return {
        "name": parameter.name,
        "in": "query",
        "required": False,  # what is left away has its default
        "allowEmptyValue": not parameter.required,
        "description": " ".join(filter(None, text)),
        "schema": schema,
    }


def _default(written: str, schema: Json) -> object:
    match schema["type"]:
        case "integer":
            return int(written)
        case "boolean":
            return written == "true"
        case _:
            return written


def _answer(query: NamedQuery) -> Json:
    columns = {
        column.name: {"description": " ".join(filter(None, (column.label, column.description)))}
        for column in query.columns.values()
    }
    text = {"schema": {"type": "string"}}
    return {
        "description": "The answer.",
        "headers": {
            "KG-Revision": {
                "description": "The store's revision that the answer tells of.",
                "schema": {"type": "integer"},
            }
        },
        "content": {
            JSON.media_type: {"schema": _rows(columns)},
            **{form.media_type: text for form in (XML, CSV, TSV)},
        },
    }


def _rows(columns: Mapping[str, Json]) -> Json:
    """Return the schema of SPARQL 1.1 Query Results JSON, with the columns that are known."""
    term = {
        "type": "object",
        "required": ["type", "value"],
        "properties": {
            "type": {"enum": ["uri", "literal", "bnode"]},
            "value": {"type": "string"},
            "datatype": {"type": "string"},
            "xml:lang": {"type": "string"},
        },
    }
    row: Json = {"type": "object", "additionalProperties": term}
    if columns:
        named = {name: {**term, **said} for name, said in columns.items()}
        row = {"type": "object", "properties": named, "additionalProperties": False}
    return {
        "type": "object",
        "required": ["head", "results"],
        "properties": {
            "head": {
                "type": "object",
                "properties": {"vars": {"type": "array", "items": {"type": "string"}}},
            },
            "results": {
                "type": "object",
                "required": ["bindings"],
                "properties": {"bindings": {"type": "array", "items": row}},
            },
        },
    }


def _format() -> Json:
    names = [form.suffix for form in RESULTS]
    return {
        "name": "format",
        "in": "query",
        "description": (
            "The format of the answer, which overrides Accept. `csv` is the exact text of each "
            f"value; `{SPREADSHEET}` is CSV for opening in a spreadsheet, where no value can be "
            "a formula."
        ),
        "schema": {"type": "string", "enum": [*names, SPREADSHEET]},
    }


def _problem() -> Json:
    texts = {
        "type": "What kind of problem it is, as an IRI.",
        "title": "The kind in words.",
        "detail": "What is wrong this time.",
        "remedy": "What to do.",
        "parameter": "The parameter that does not fit.",
    }
    return {
        "type": "object",
        "description": "An error (RFC 9457).",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            **{name: {"type": "string", "description": text} for name, text in texts.items()},
            "status": {"type": "integer", "description": "The status of the response."},
            **{
                name: {"type": "array", "items": {"type": "string"}, "description": text}
                for name, text in (
                    ("offered", "The formats there are."),
                    ("nearest", "Names that are near the one that was asked for."),
                )
            },
        },
    }


def _query() -> Json:
    texts = ("name", "title", "question", "description", "view", "href")
    listed = {"type": "array", "items": {"type": "object"}}
    return {
        "type": "object",
        "required": [*texts, "parameters", "columns"],
        "properties": {
            **{name: {"type": "string"} for name in texts},
            "parameters": listed,
            "columns": listed,
        },
    }


def _error(status: str) -> Json:
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": _ERRORS[status], "content": {_PROBLEM: problem}}
