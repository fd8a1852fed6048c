"""The kinds of things that can be found."""

from __future__ import annotations

from kg.vocabulary import DKG, ENTITIES

FACTS: dict[str, str] = {
    "meeting": DKG.Meeting,
    "statement": DKG.Statement,
    "position": DKG.Position,
}
"""Kind of a fact to its class."""

REPORTS = ("article", *FACTS)
KINDS = (*ENTITIES, *REPORTS)
"""All kinds in the order in which they are offered."""

NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
PARTIES = ("person", "state", "organisation", "group", "anonymous")
"""The kinds of those who meet, speak and hold positions."""
