"""The search, as ``/openapi.json`` describes it."""

from __future__ import annotations

from typing import Any

from kg.search.answers import MOST, PAGE
from kg.search.asking import LONGEST
from kg.search.kinds import KINDS

Json = dict[str, Any]

_ERRORS = ("400", "406", "503")
_PARAMETERS: tuple[tuple[str, str, Json], ...] = (
    (
        "q",
        "Words to look for; all must be found. A word finds what begins with it; words in "
        "quotation marks must stand together. Case, accents and compatibility forms make no "
        "difference.",
        {"type": "string", "maxLength": LONGEST},
    ),
    ("kind", "Only things of one kind.", {"type": "string", "enum": list(KINDS)}),
    (
        "party",
        "Only articles and facts in which somebody or something has a part: an IRI, a path such "
        "as `person/sergei-lavrov-rus`, the alpha-3 code of a state, or a name.",
        {"type": "string", "maxLength": LONGEST},
    ),
    (
        "from",
        "Only articles and facts of this day or later: a day, a month or a year.",
        {"type": "string", "pattern": r"^\d{4}(-\d\d){0,2}$"},
    ),
    (
        "to",
        "Only articles and facts of this day or earlier: a day, a month or a year.",
        {"type": "string", "pattern": r"^\d{4}(-\d\d){0,2}$"},
    ),
    ("article", "Only an article and its facts: its key or IRI.", {"type": "string"}),
    ("page", f"Which {PAGE} results, counted from 1.", {"type": "integer", "minimum": 1}),
    ("format", "The format, which overrides Accept.", {"enum": ["json", "html"]}),
)


def search_path() -> Json:
    """Return what ``/search`` takes and gives."""
    return {
        "get": {
            "operationId": "search",
            "summary": "Names, titles and quoted words",
            "description": (
                "Entities come by how well a name fits and then by the number of facts about "
                "them; articles and facts with all the words in their heading before those with "
                f"words in quotations, each latest first. Of more than {MOST} the latest are "
                "looked at, and `more` is true."
            ),
            "tags": ["search"],
            "parameters": [
                {
                    "name": name,
                    "in": "query",
                    "required": False,
                    "description": description,
                    "schema": schema,
                }
                for name, description, schema in _PARAMETERS
            ],
            "responses": {
                "200": {
                    "description": "What was found.",
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Found"}},
                        "text/html": {"schema": {"type": "string"}},
                    },
                },
                **{status: {"$ref": f"#/components/responses/{status}"} for status in _ERRORS},
            },
        }
    }


def found_schema() -> Json:
    """Return the schema of what a search gives."""
    text, number = {"type": "string"}, {"type": "integer"}
    marks = {
        "type": "array",
        "description": "Where the words that were looked for stand, in code points.",
        "items": {"type": "array", "items": number, "minItems": 2, "maxItems": 2},
    }
    href = {"type": ["string", "null"]}
    passage = _object(
        {"exact": text, "marks": marks, "start": {"type": ["integer", "null"]},
         "end": {"type": ["integer", "null"]}, "href": href},
    )  # fmt: skip
    article = _object({"key": text, "iri": text, "href": href, "title": text})
    other = _object({"name": text, "marks": marks})
    result = {
        "type": "object",
        "required": ["kind", "iri", "href", "label", "marks"],
        "additionalProperties": False,
        "properties": {
            "kind": {"enum": list(KINDS)},
            "iri": text,
            "href": href,
            "label": text,
            "marks": marks,
            "others": {"type": "array", "items": other},
            "facts": {**number, "description": "How many facts an entity has a part in."},
            "date": {"type": ["string", "null"]},
            "article": article,
            "passages": {"type": "array", "items": passage},
        },
    }
    choice = _object({"value": text, "label": text, "count": number, "more": {"type": "boolean"}})
    choices = {"type": "array", "items": choice}
    return _object(
        {
            "revision": {**number, "description": "The revision that this tells of."},
            "current": {**number, "description": "The store's revision by now."},
            "total": number,
            "more": {"type": "boolean"},
            "page": number,
            "pages": number,
            "next": href,
            "results": {"type": "array", "items": result},
            "facets": _object(dict.fromkeys(("kind", "party", "year", "article"), choices)),
            "unknown": {
                "type": "array",
                "description": "Filters that name nothing that there is.",
                "items": {"enum": ["party", "article"]},
            },
        }
    )


def _object(properties: Json) -> Json:
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }
