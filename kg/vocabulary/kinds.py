"""The kinds of entities."""

from __future__ import annotations

from kg.vocabulary.own import DKG
from kg.vocabulary.reused import SCHEMA, SKOS

ENTITIES: dict[str, str] = {
    "person": SCHEMA.Person,
    "state": DKG.State,
    "organisation": SCHEMA.Organization,
    "group": DKG.Group,
    "anonymous": DKG.AnonymousSource,
    "place": SCHEMA.Place,
    "topic": SKOS.Concept,
    "occasion": SCHEMA.Event,
}
"""Kind of an entity to its class; of an entity with several classes the first one counts.

The search index numbers them in this order.
"""
