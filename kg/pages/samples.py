"""The project's own sample texts, for a first look without an article at hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from kg.resources import resource

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Sample:
    """A sample text.

    Args:
        key: its file's name without ending.
        title: its headline.
        text: the text.
        publisher: who wrote it.
    """

    key: str
    title: str
    text: str
    publisher: str


@lru_cache(maxsize=1)
def samples() -> dict[str, Sample]:
    """Return the samples that come with their text, by key."""
    found = {}
    for path in sorted(resource("samples").glob("*.txt")):
        facts = path.with_suffix(".yaml").read_text(encoding="utf-8")
        about = yaml.load(facts, Loader=_LOADER)["article"]
        found[path.stem] = Sample(
            path.stem, about["title"], path.read_text(encoding="utf-8"),
            about.get("publisher", ""),
        )  # fmt: skip
    return found
