"""Loads the lexicon's data files, each once."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class ClosedWords:
    """The closed word classes of English (``closed.yaml``)."""

    determiners: frozenset[str]
    pronouns: frozenset[str]
    prepositions: frozenset[str]
    coordinators: frozenset[str]
    subordinators: frozenset[str]
    wh: frozenset[str]
    modals: frozenset[str]
    be: frozenset[str]
    have: frozenset[str]
    do: frozenset[str]
    negations: frozenset[str]
    adverbs: frozenset[str]
    numbers: frozenset[str]
    abbreviations: frozenset[str]


@cache
def closed_words() -> ClosedWords:
    """Return the closed word classes."""
    table = load_yaml("closed.yaml")
    return ClosedWords(
        **{field.name: frozenset(str(table[field.name]).split()) for field in fields(ClosedWords)}
    )


def load_yaml(name: str) -> dict[str, Any]:
    """Return one YAML data file."""
    with (FOLDER / name).open(encoding="utf-8") as file:
        found: dict[str, Any] = yaml.load(
            file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
    return found


def load_table(name: str) -> list[dict[str, str]]:
    """Return the rows of one tab-separated data file; lines that begin with # are comments."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        lines = [line for line in file if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
