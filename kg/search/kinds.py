"""The kinds of things that can be found."""

from __future__ import annotations

from rdflib.namespace import SKOS

from kg.vocabulary import DKG, SCHEMA

ENTITIES: dict[str, str] = {
    "person": str(SCHEMA.Person),
    "state": str(DKG.State),
    "organisation": str(SCHEMA.Organization),
    "group": str(DKG.Group),
    "anonymous": str(DKG.AnonymousSource),
    "place": str(SCHEMA.Place),
    "topic": str(SKOS.Concept),
    "occasion": str(SCHEMA.Event),
}
"""Kind of an entity to its class; of an entity with several classes the first one counts."""

FACTS: dict[str, str] = {
    "meeting": str(DKG.Meeting),
    "statement": str(DKG.Statement),
    "position": str(DKG.Position),
}
"""Kind of a fact to its class."""

REPORTS = ("article", *FACTS)
KINDS = (*ENTITIES, *REPORTS)
"""All kinds in the order in which they are offered."""

NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
PARTIES = ("person", "state", "organisation", "group", "anonymous")
"""The kinds of those who meet, speak and hold positions."""
