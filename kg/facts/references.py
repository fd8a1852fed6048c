"""Checks what a facts file's parts say of each other: ids and chains of report.

Which ids a field holds is said by its type (:class:`kg.facts.values.Refers`), so that a new fact
kind is checked without a line here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from kg.facts import ArticleFacts, Fact
from kg.facts.values import Refers
from kg.nearest import nearest
from kg.states import is_state, suggest

Path = tuple[str | int, ...]

_LISTED = 6


@dataclass(frozen=True)
class Finding:
    """One wrong reference: where it stands, what is wrong, and what to do."""

    path: Path
    message: str
    remedy: str


@dataclass(frozen=True)
class Reference:
    """An id that a fact holds: in which field, where in its list, and what it leads to."""

    field: str
    index: int | None
    id: str
    refers: Refers


def references(fact: Fact) -> Iterator[Reference]:
    """Yield every id by which a fact names another part of the file, or a state."""
    for field, refers in _referring(type(fact)).items():
        value = getattr(fact, field)
        if isinstance(value, list):
            for index, id in enumerate(value):
                yield Reference(field, index, id, refers)
        elif value is not None:
            yield Reference(field, None, value, refers)


@cache
def _referring(kind: type[Fact]) -> Mapping[str, Refers]:
    found: dict[str, Refers] = {}
    for name, field in kind.model_fields.items():
        refers = _marker(Annotated[field.annotation, None, *field.metadata])
        if refers is not None:
            found[name] = refers
    return found


def _marker(annotation: Any) -> Refers | None:
    """Return what an id's type says it leads to, also inside ``list[…]`` and ``… | None``."""
    if get_origin(annotation) is Annotated:
        for part in annotation.__metadata__:
            if isinstance(part, Refers):
                return part
    inner = (_marker(argument) for argument in get_args(annotation))
    return next((refers for refers in inner if refers is not None), None)


def check_references(facts: ArticleFacts) -> list[Finding]:
    """Return every reference that leads nowhere, or to the wrong kind of thing.

    Args:
        facts: a facts file whose shape is right.
    """
    sections = _sections(facts)
    return [
        *_repeated_ids(sections),
        *_unknown_ids(facts, sections),
        *_circles(facts),
    ]


def _fact_lists(facts: ArticleFacts) -> Iterator[tuple[str, int, Fact]]:
    for name in type(facts).model_fields:
        value = getattr(facts, name)
        if isinstance(value, list):
            for number, fact in enumerate(value):
                if isinstance(fact, Fact):
                    yield name, number, fact


def _sections(facts: ArticleFacts) -> dict[str, list[tuple[str, Path]]]:
    """Return the ids of each section, with the place of each."""
    sections: dict[str, list[tuple[str, Path]]] = {}
    for name in type(facts).model_fields:
        value = getattr(facts, name)
        if isinstance(value, dict):
            sections[name] = [(id, (name, id)) for id in value]
        elif isinstance(value, list):
            sections[name] = []
    for name, number, fact in _fact_lists(facts):
        sections[name].append((fact.id, (name, number, "id")))
    return sections


def _repeated_ids(sections: Mapping[str, list[tuple[str, Path]]]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for section, ids in sections.items():
        for id, path in ids:
            if id in seen:
                yield Finding(
                    path,
                    f"the id {id!r} already stands under {seen[id]}",
                    "give each part of the file an id of its own",
                )
            seen.setdefault(id, section)


def _unknown_ids(
    facts: ArticleFacts, sections: Mapping[str, list[tuple[str, Path]]]
) -> Iterator[Finding]:
    known = {name: {id for id, _ in ids} for name, ids in sections.items()}
    for section, number, fact in _fact_lists(facts):
        seen: set[tuple[str, str]] = set()
        for reference in references(fact):
            field, index, id = reference.field, reference.index, reference.id
            path: Path = (section, number, field)
            if index is not None:
                path = (*path, index)
                if (field, id) in seen:
                    yield Finding(path, f"names {id!r} twice", "name each once")
                    continue
                seen.add((field, id))
            refers = reference.refers
            if any(id in known.get(name, ()) for name in refers.sections):
                continue
            if not (refers.states and is_state(id)):
                yield _unknown(path, id, refers, known)


def _unknown(path: Path, id: str, refers: Refers, known: Mapping[str, set[str]]) -> Finding:
    kinds = _either([_singular(name) for name in refers.sections])
    elsewhere = next((name for name, ids in known.items() if id in ids), None)
    if elsewhere is not None:
        return Finding(path, f"{id!r} is no {kinds}", f"it stands under {elsewhere}")
    declared = {other for name in refers.sections for other in known.get(name, ())}
    near = nearest(id, declared)
    states = suggest(id) if refers.states else ()
    if near is not None:
        remedy = f"did you mean {near!r}?"
    elif states:
        remedy = f"did you mean {_either(states)}?"
    else:
        remedy = f"declare it under {_either(refers.sections)}"
        if 0 < len(declared) <= _LISTED:
            remedy += f", or write {_either(sorted(declared))}"
    return Finding(path, f"unknown {kinds} {id!r}", remedy)


def _either(names: Sequence[str]) -> str:
    return " or ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _singular(section: str) -> str:
    return f"{section[:-3]}y" if section.endswith("ies") else section.removesuffix("s")


def _circles(facts: ArticleFacts) -> Iterator[Finding]:
    """Find chains of report, of revision and the like that come back to where they began."""
    following: dict[tuple[str, str], dict[str, str]] = {}
    where: dict[str, int] = {}
    for section, number, fact in _fact_lists(facts):
        where[fact.id] = number
        for reference in references(fact):
            if reference.index is None and reference.refers.sections == (section,):
                links = following.setdefault((section, reference.field), {})
                links[fact.id] = reference.id
    for (section, field), links in following.items():
        for id in _circular(links):
            yield Finding(
                (section, where[id], field),
                f"the chain of {field} from {id!r} comes back to itself",
                "take it away from the one that begins the chain",
            )


def _circular(links: Mapping[str, str]) -> list[str]:
    """Return the members of circles among links from each to at most one other."""
    done: set[str] = set()
    members: list[str] = []
    for first in links:
        chain: dict[str, int] = {}
        at: str | None = first
        while at is not None and at not in done and at not in chain:
            chain[at] = len(chain)
            at = links.get(at)
        if at in chain:
            members += list(chain)[chain[at] :]
        done.update(chain)
    return members
