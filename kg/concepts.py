"""The concepts that a facts file names by code: curated topics and CAMEO event codes.

Read from the tables in ``ontology/`` from which the SKOS schemes are made.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kg.resources import resource


@dataclass(frozen=True)
class Concept:
    """One line of a table.

    Args:
        notation: its code, the last part of its IRI.
        label: its English name.
        names: other names.
        broader: the topic above, or the root code; empty for the uppermost.
    """

    notation: str
    label: str
    names: tuple[str, ...] = ()
    broader: str = ""


def _rows(name: str) -> list[dict[str, str]]:
    with (resource("ontology") / name).open(encoding="utf-8", newline="") as file:
        return list(
            csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
        )


@cache
def topics() -> Mapping[str, Concept]:
    """Return the curated topics by id; read at the first call."""
    return {
        row["id"]: Concept(
            row["id"],
            row["label"],
            tuple(name.strip() for name in row["names"].split(";") if name.strip()),
            row["broader"],
        )
        for row in _rows("topics.tsv")
    }


@cache
def cameo() -> Mapping[str, Concept]:
    """Return the CAMEO event codes by code; read at the first call."""
    return {
        row["code"]: Concept(
            row["code"], row["label"], (), row["root"] if row["root"] != row["code"] else ""
        )
        for row in _rows("cameo.tsv")
    }
