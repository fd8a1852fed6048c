"""Facts files as YAML and JSON."""

from __future__ import annotations

from typing import Any

import yaml

from kg.extract.assemble import Extraction


def as_json(extraction: Extraction, with_text: bool = True) -> dict[str, Any]:
    """Return the facts file as plain data, with the article's text or only its SHA-256."""
    data = extraction.facts.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    article = data["article"]
    if with_text:
        article["text"] = extraction.document.text
    return data


class _Dumper(yaml.SafeDumper):
    """Writes spans on one line and everything else in blocks."""


def _mapping(dumper: yaml.SafeDumper, value: dict[str, Any]) -> yaml.Node:
    flow = set(value) <= {"exact", "start", "end", "occurrence"} or (
        set(value) <= {"title", "of"} and "title" in value
    )
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=flow)


def _string(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(str, _string)


def as_yaml(extraction: Extraction, with_text: bool = True) -> str:
    """Return the facts file as YAML, which a person can correct."""
    data = as_json(extraction, with_text)
    head = (
        "# Made by kg extract. Correct what is wrong, write reviewed: true and load it:\n"
        "# it then wins over later extractions of the same article.\n"
    )
    written: str = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    return head + written
