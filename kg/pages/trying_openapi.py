"""``/try`` as an API, for ``/openapi.json`` (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any

from kg.endpoint.current import current_settings
from kg.pages.trying_request import BODIES, FORM, FORMS

Json = dict[str, Any]

_FIELDS = {
    "title": "The headline, where the text does not have it or another one.",
    "publisher": "Who publishes it.",
    "date": "The day of publication, as 2013-02-28; words such as Saturday are counted from it.",
    "url": "Its address, which tells articles apart.",
}
_WRONG = {
    "400": "A field does not fit: `parameter` says which, `remedy` what to write instead.",
    "403": "It was sent by the page of another site.",
    "413": "The text is too long (`too-large`), or needs too much memory (`try-memory`).",
    "415": "It is of a type that is not taken; `Accept-Post` has those that are.",
    "422": "It is no English article, and why.",
    "500": "The text ended the process that read it.",
    "503": "There is no room at the moment; `Retry-After` says when to come again.",
    "504": "Reading it took too long.",
}
_NOT_LOADED = {
    "401": "The token is missing or wrong.",
    "403": "The server takes nothing in, or it was sent by the page of another site.",
}


def trying_paths() -> Json:
    """Return the paths of the API, for the ``paths`` of a description."""
    return {"/try": {"post": _try()}, "/try/load": {"post": _load()}}


def _try() -> Json:
    given = {form.media_type: {"schema": {"type": "string"}} for form in FORMS}
    given["application/json"] = {"schema": {"type": "object"}}
    names = [form.name for form in FORMS]
    form: Json = {
        "name": "format",
        "in": "query",
        "description": "The form of the answer, which overrides Accept.",
        "schema": {"type": "string", "enum": names},
    }
    return {
        "operationId": "try",
        "summary": "What would be found in an article",
        "description": (
            "Finds meetings, statements and positions in an English article, each with the words "
            "that prove it, and gives them as a facts file or as triples. Nothing is stored."
        ),
        "tags": ["try"],
        "parameters": [*_parameters(), form],
        "requestBody": _body({"format": {"type": "string", "enum": names}}),
        "responses": {
            "200": {"description": "What was found.", "content": given},
            **_errors({**_WRONG, "406": "No form fits: `offered` lists those there are."}),
        },
    }


def _load() -> Json:
    no_text: Json = {
        "name": "no_text",
        "in": "query",
        "description": "`yes` to leave the text out, and keep only the words that prove the facts.",
        "schema": {"type": "string", "enum": ["yes"]},
    }
    kinds = {"key": "string", "article": "string", "href": "string", "added": "integer",
             "removed": "integer", "revision": "integer"}  # fmt: skip
    outcome = {"type": "string", "enum": ["new", "replaced", "unchanged", "kept"]}
    done = {
        "type": "object",
        "required": ["outcome", *kinds],
        "properties": {"outcome": outcome} | {name: {"type": kind} for name, kind in kinds.items()},
    }
    content = {"application/json": {"schema": done}}
    return {
        "operationId": "tryAndLoad",
        "summary": "Load an article with what is found in it",
        "description": (
            "Needs the server's token: as a bearer token, or as `token` in the form. An article "
            "that is there already is replaced, unless a person reviewed its facts (`kept`)."
        ),
        "tags": ["try"],
        "parameters": [*_parameters(), no_text],
        "requestBody": _body(
            {
                "token": {"type": "string", "format": "password"},
                "no_text": {"type": "string", "enum": ["yes"]},
            }
        ),
        "responses": {
            "200": {"description": "The article was there already.", "content": content},
            "201": {"description": "The article is new in the graph.", "content": content},
            **_errors({**_WRONG, **_NOT_LOADED}),
        },
    }


def _parameters() -> list[Json]:
    return [
        {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}
        for name, text in _FIELDS.items()
    ]


def _body(further: Json) -> Json:
    most = current_settings().try_bytes
    text = {"type": "string", "description": f"The article, up to {most:,} bytes of UTF-8."}
    fields = {name: {"type": "string", "description": said} for name, said in _FIELDS.items()}
    form = {
        "type": "object",
        "required": ["text"],
        "properties": {"text": text, **fields, **further},
    }
    content: Json = {media: {"schema": text} for media in BODIES}
    return {"required": True, "content": {**content, FORM: {"schema": form}}}


def _errors(said: dict[str, str]) -> Json:
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {"description": text, "content": {"application/problem+json": problem}}
        for status, text in sorted(said.items())
    }
