"""The JSON Schema of the facts file, for editors and other extractors."""

from __future__ import annotations

from typing import Any

from kg.facts import ArticleFacts


def json_schema(model: type[ArticleFacts] = ArticleFacts) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a facts file.

    It allows what the reader allows: one value where a list of one is meant, and bare words
    for a span. What words mean (ids, offsets, state codes) only the reader can check.

    Args:
        model: the facts, or a subclass with kinds of its own.
    """
    schema = model.model_json_schema()
    span = schema["$defs"]["Span"]
    bare = {key: value for key, value in span["properties"]["exact"].items() if key != "title"}
    schema["$defs"]["Span"] = {"anyOf": [bare, span]}
    for part in (schema, *schema["$defs"].values()):
        for name, value in part.get("properties", {}).items():
            if value.pop("one-or-more", False):
                part["properties"][name] = {"anyOf": [value["items"], value]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
