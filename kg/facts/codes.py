"""Checks the codes of a facts file: states, curated topics, CAMEO events."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from kg.concepts import cameo, topics
from kg.facts import ArticleFacts
from kg.facts.references import Finding, Path
from kg.nearest import nearest
from kg.shown import shown
from kg.states import is_country, is_state, suggest


def check_codes(facts: ArticleFacts) -> list[Finding]:
    """Return every code that stands for nothing.

    Args:
        facts: a facts file whose shape is right.
    """
    return [*_states(facts), *_concepts(facts)]


def which_state(name: str) -> str:
    """Return the remedy for what is no state's code: the states that may be meant."""
    near = suggest(name)
    codes = f"did you mean {' or '.join(near)}? " if near else ""
    return f"{codes}states are written by their ISO 3166-1 alpha-3 code, such as RUS"


def _states(facts: ArticleFacts) -> Iterator[Finding]:
    for id, party in facts.parties.items():
        if party.state is not None:
            yield from _state(("parties", id, "state"), party.state)
        elif party.kind == "state":
            yield Finding(
                ("parties", id),
                f"the state {shown(party.name)} has no code",
                _its_code(party.name),
            )
        for number, role in enumerate(party.roles):
            if role.of is not None and role.of not in facts.parties:
                yield from _state(("parties", id, "roles", number, "of"), role.of, facts.parties)
    for id, place in facts.places.items():
        if place.country is not None and not is_country(place.country):
            yield Finding(
                ("places", id, "country"),
                f"unknown state {place.country!r}",
                which_state(place.country),
            )


def _its_code(name: str) -> str:
    near = suggest(name)
    return f"add state: {' or '.join(near)}" if near else "add its alpha-3 code, as in state: RUS"


def _state(path: Path, code: str, parties: Collection[str] | None = None) -> Iterator[Finding]:
    if not is_state(code):
        near = nearest(code, parties or ())
        remedy = f"did you mean {near!r}?" if near else which_state(code)
        kind = "state" if parties is None else "state or party"
        yield Finding(path, f"unknown {kind} {code!r}", remedy)


def _concepts(facts: ArticleFacts) -> Iterator[Finding]:
    """Check the codes of the ontology's concept schemes."""
    for id, topic in facts.topics.items():
        if topic.broader is not None and topic.broader not in topics():
            near = nearest(topic.broader, topics())
            tops = ", ".join(name for name, concept in topics().items() if not concept.broader)
            remedy = f"did you mean {near!r}?" if near else f"the broadest are {tops}"
            yield Finding(
                ("topics", id, "broader"),
                f"no topic of the curated scheme: {topic.broader!r}",
                remedy,
            )
    for number, position in enumerate(facts.positions):
        code = position.act.code if position.act else None
        if code is not None and code not in cameo():
            yield Finding(
                ("positions", number, "act", "code"),
                f"no CAMEO event code: {code!r}",
                _nearest_code(code),
            )


def _nearest_code(code: str) -> str:
    root = cameo().get(code[:-1]) or cameo().get(code[:2])
    if root is None:
        return "the root codes are 01 to 20"
    return f"the nearest above it is {root.notation} ({root.label})"
