"""Checks what a facts file's parts say of each other: ids, state codes, chains of report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from kg.facts import ArticleFacts, Fact, Position, Statement
from kg.nearest import nearest
from kg.states import is_country, is_state, suggest

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """One wrong reference: where it stands, what is wrong, and what to do."""

    path: Path
    message: str
    remedy: str


def check_references(facts: ArticleFacts) -> list[Finding]:
    """Return every reference that leads nowhere, or to the wrong kind of thing.

    Args:
        facts: a facts file whose shape is right.
    """
    return [
        *_repeated_ids(facts),
        *_states(facts),
        *_party_references(facts),
        *_topic_references(facts),
        *_fact_references(facts),
        *_circles(facts),
    ]


def _fact_lists(facts: ArticleFacts) -> Iterator[tuple[str, int, Fact]]:
    for name in type(facts).model_fields:
        value = getattr(facts, name)
        if isinstance(value, list):
            for number, fact in enumerate(value):
                if isinstance(fact, Fact):
                    yield name, number, fact


def _repeated_ids(facts: ArticleFacts) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for section in ("parties", "topics", "places", "occasions"):
        for id in getattr(facts, section):
            if id in seen:
                yield Finding(
                    (section, id), f"id {id!r} is already one of the {seen[id]}", "rename one"
                )
            seen.setdefault(id, section)
    for section, number, fact in _fact_lists(facts):
        if fact.id in seen:
            yield Finding(
                (section, number, "id"),
                f"id {fact.id!r} is already one of the {seen[fact.id]}",
                "give each part of the file an id of its own",
            )
        seen.setdefault(fact.id, section)


def _states(facts: ArticleFacts) -> Iterator[Finding]:
    for id, party in facts.parties.items():
        if party.state is not None:
            yield from _state(("parties", id, "state"), party.state)
        elif party.kind == "state":
            yield Finding(
                ("parties", id), f"the state {party.name!r} has no code", _which_state(party.name)
            )
        for number, role in enumerate(party.roles):
            if role.of is not None and role.of not in facts.parties:
                yield from _state(("parties", id, "roles", number, "of"), role.of, facts.parties)
    for id, place in facts.places.items():
        if place.country is not None and not is_country(place.country):
            yield Finding(
                ("places", id, "country"),
                f"unknown state {place.country!r}",
                _which_state(place.country),
            )


def _state(path: Path, code: str, others: Collection[str] = ()) -> Iterator[Finding]:
    if not is_state(code):
        kind = "state or party" if others else "state"
        near = nearest(code, others)
        remedy = f"did you mean {near}?" if near else _which_state(code)
        yield Finding(path, f"unknown {kind} {code!r}", remedy)


def _which_state(name: str) -> str:
    near = suggest(name)
    codes = f"did you mean {' or '.join(near)}? " if near else ""
    return f"{codes}states are written by their ISO 3166-1 alpha-3 code, such as RUS"


def _party_references(facts: ArticleFacts) -> Iterator[Finding]:
    for section, number, fact in _fact_lists(facts):
        for field in ("participants", "speaker", "holder", "addressee", "voiced_by"):
            value = getattr(fact, field, None)
            if value is None:
                continue
            many = isinstance(value, list)
            for at, id in enumerate(value if many else [value]):
                path: Path = (section, number, field, at) if many else (section, number, field)
                yield from _party(path, id, facts)
        parties = getattr(fact, "participants", None)
        if parties and len(set(parties)) < len(parties):
            yield Finding(
                (section, number, "participants"), "names one party twice", "name each once"
            )


def _party(path: Path, id: str, facts: ArticleFacts) -> Iterator[Finding]:
    if id not in facts.parties and not is_state(id):
        yield Finding(path, f"unknown party {id!r}", _known(id, facts.parties, "parties"))


def _topic_references(facts: ArticleFacts) -> Iterator[Finding]:
    for section, number, fact in _fact_lists(facts):
        for at, id in enumerate(getattr(fact, "about", ())):
            if id not in facts.topics:
                yield Finding(
                    (section, number, "about", at),
                    f"unknown topic {id!r}",
                    _known(id, facts.topics, "topics"),
                )


def _fact_references(facts: ArticleFacts) -> Iterator[Finding]:
    statements = {item.id for item in facts.statements}
    meetings = {item.id for item in facts.meetings}
    positions = {item.id for item in facts.positions}
    for section, number, fact in _fact_lists(facts):
        links: list[tuple[str, str | None, set[str], str]] = [
            ("reported_by", fact.reported_by, statements, "statement")
        ]
        if isinstance(fact, Statement):
            links.append(("said_at", fact.said_at, meetings, "meeting"))
        if isinstance(fact, Position):
            links.append(("statement", fact.statement, statements, "statement"))
            links.append(("revises", fact.revises, positions, "position"))
            targets = {*facts.topics, *facts.parties, *meetings}
            if fact.target is not None and not is_state(fact.target):
                links.append(("target", fact.target, targets, "topic, party or meeting"))
        for field, id, known, kind in links:
            if id is not None and id not in known:
                yield Finding(
                    (section, number, field), f"unknown {kind} {id!r}", _known(id, known, kind)
                )


def _circles(facts: ArticleFacts) -> Iterator[Finding]:
    """Find chains of report and of revision that come back to where they began."""
    for section, field in (("statements", "reported_by"), ("positions", "revises")):
        items = getattr(facts, section)
        following = {item.id: getattr(item, field) for item in items}
        for number, item in enumerate(items):
            seen, at = {item.id}, following[item.id]
            while at is not None and at not in seen:
                seen.add(at)
                at = following.get(at)
            if at == item.id:
                yield Finding(
                    (section, number, field),
                    f"the chain of {field} from {item.id!r} comes back to itself",
                    "end it at the outermost report",
                )


def _known(id: str, known: Iterable[str], section: str) -> str:
    near = nearest(id, known)
    if near:
        return f"did you mean {near!r}?"
    return (
        f"declare it under {section}" if section in ("parties", "topics") else f"name a {section}"
    )
