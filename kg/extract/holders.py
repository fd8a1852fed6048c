"""Whose a stance is: the state or body for which a party speaks."""

from __future__ import annotations

from kg.extract.entities import Entity
from kg.extract.parties import PartyBook

_MOVEMENTS = frozenset(
    "opposition rebels rebel militants fighters forces powers parties party movement allies "
    "government coalition insurgents separatists regime army militias faction factions".split()
)


def holder_of(entity: Entity, book: PartyBook) -> Entity | None:
    """Return the state or body behind a party; None where it stands for itself alone."""
    if entity.kind in ("state", "organisation"):
        if entity.kind == "organisation" and entity.state and _governmental(entity.name):
            return book.state(entity.state)
        return entity
    if entity.state:
        if entity.kind == "group" and not _official(entity.name):
            words = set(entity.name.lower().split())
            return entity if words & _MOVEMENTS else None
        return book.state(entity.state)
    if entity.kind == "person":
        for title, _ in entity.roles:
            body = book.body_named(title)
            if body is not None:
                return body
        return None
    if entity.kind == "group":
        words = set(entity.name.lower().split())
        return entity if words & _MOVEMENTS else None
    return None


def speaks_for(speaker: Entity | None, holder: Entity, book: PartyBook) -> bool:
    """Tell whether a statement voices its speaker's own position, and not another's."""
    return speaker is not None and (speaker is holder or holder_of(speaker, book) is holder)


def _governmental(name: str) -> bool:
    lower = name.lower()
    return any(
        word in lower
        for word in ("government", "ministry", "department", "office", "white house", "kremlin",
                     "pentagon", "treasury", "army", "military")
    )  # fmt: skip


def _official(name: str) -> bool:
    lower = name.lower()
    return any(
        word in lower
        for word in ("official", "minister", "diplomat", "authorit", "government", "troops",
                     "forces", "envoy", "leader", "representative", "military", "army")
    )  # fmt: skip
