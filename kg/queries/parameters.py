"""The types of parameters: what people may write for one, and the term that it becomes.

To add a type, enter it in :data:`TYPES`; forms, the command line and OpenAPI follow from there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import get_args

import pyoxigraph as ox

from kg import choices
from kg.nearest import nearest
from kg.queries.entities import (
    CONCEPT_SPACES,
    Setting,
    UnfitError,
    read_article,
    read_entity,
    read_state,
)
from kg.queries.terms import Term, iri, unfit_character
from kg.vocabulary import FORM, MEANS, MODE, STANCE, STATE, STATUS, TOPIC, Namespace

_XSD = "http://www.w3.org/2001/XMLSchema#"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True)
class ParameterType:
    """A type of parameters.

    Args:
        name: as headers write it.
        wants: what a person may write, in a few words.
        read: turns what was written into a term; raises ``UnfitError``.
        schema: its JSON Schema, for OpenAPI.
        choices: the values there are, where they are few.
    """

    name: str
    wants: str
    read: Callable[[str, Setting], Term]
    schema: Mapping[str, object]
    choices: tuple[str, ...] = ()


def text_of(term: Term, base: str) -> str:
    """Return a term as a person would write it for a parameter, such as ``RUS``.

    Args:
        term: the term.
        base: the store's base IRI.
    """
    if isinstance(term, ox.Literal):
        return term.value
    value = term.value
    for space in (STATE, *CONCEPT_SPACES, f"{base}id/", f"{base}article/"):
        if value.startswith(space):
            return value.removeprefix(space)
    if value.startswith(TOPIC):
        return f"topic:{value.removeprefix(TOPIC)}"
    return value


def _date(written: str, _: Setting) -> Term:
    try:
        if not _DAY.fullmatch(written):
            raise ValueError("it has another form")
        date.fromisoformat(written)
    except ValueError as error:
        raise UnfitError(
            f"{written!r} is not a day ({error})", "write YYYY-MM-DD, such as 2013-02-02"
        ) from None
    return ox.Literal(written, datatype=ox.NamedNode(f"{_XSD}date"))


def _integer(written: str, _: Setting) -> Term:
    if not _WHOLE.fullmatch(written):
        raise UnfitError(f"{written!r} is not a whole number", "write digits, such as 10")
    return ox.Literal(str(int(written)), datatype=ox.NamedNode(f"{_XSD}integer"))


def _boolean(written: str, _: Setting) -> Term:
    value = {"true": "true", "yes": "true", "1": "true", "on": "true"} | {
        "false": "false", "no": "false", "0": "false", "off": "false"
    }  # fmt: skip
    if written.casefold() not in value:
        raise UnfitError(f"{written!r} is neither true nor false", "write true or false")
    return ox.Literal(value[written.casefold()], datatype=ox.NamedNode(f"{_XSD}boolean"))


def _string(written: str, _: Setting) -> Term:
    unfit = unfit_character(written)
    if unfit:
        raise UnfitError(
            f"the character U+{ord(unfit):04X} stands in no text of the graph", "leave it out"
        )
    return ox.Literal(written)


def _language(written: str, _: Setting) -> Term:
    if not _LANGUAGE.fullmatch(written):
        raise UnfitError(f"{written!r} is not a language tag", "write a tag such as en or pt-BR")
    return ox.Literal(written)


def _concept(space: Namespace, choices: Sequence[str], written: str, _: Setting) -> Term:
    scheme = space.rstrip("/").rsplit("/", 1)[-1]
    local = written.removeprefix(space).removeprefix(f"{scheme}:").casefold()
    if local not in choices:
        near = nearest(local, choices)
        hint = f"did you mean {near!r}? " if near else ""
        raise UnfitError(f"no {scheme} {written!r}", f"{hint}there are: {', '.join(choices)}")
    return iri(f"{space}{local}")


def _scheme(name: str, space: Namespace, values: object) -> ParameterType:
    choices = get_args(values)
    schema = {"type": "string", "enum": list(choices)}
    wants = f"one of {', '.join(choices)}"
    return ParameterType(name, wants, partial(_concept, space, choices), schema, choices)


def _entity(name: str, wants: str) -> ParameterType:
    described = f"{wants}: its name or alias, its path such as person/…, or its IRI"
    return ParameterType(name, described, partial(read_entity, name), {"type": "string"})


_ALL = (
    _entity("person", "a person"),
    _entity("organisation", "an organisation"),
    _entity("party", "a person, organisation, group or state"),
    _entity("topic", "a topic"),
    _entity("place", "a place"),
    _entity("occasion", "an occasion, such as a named conference"),
    _entity("entity", "anything that has a name, or a fact"),
    ParameterType(
        "state", "a state: its alpha-3 code such as RUS, or its name", read_state,
        {"type": "string"},
    ),
    ParameterType(
        "article", "an article: its key, URL, headline or IRI", read_article, {"type": "string"}
    ),
    ParameterType(
        "date", "a day as YYYY-MM-DD", _date, {"type": "string", "format": "date"}
    ),
    ParameterType("integer", "a whole number", _integer, {"type": "integer"}),
    ParameterType(
        "boolean", "true or false", _boolean, {"type": "boolean"}, ("true", "false")
    ),
    ParameterType("string", "any text", _string, {"type": "string"}),
    ParameterType(
        "language", "a language tag such as en", _language,
        {"type": "string", "pattern": f"^{_LANGUAGE.pattern}$"},
    ),
    _scheme("status", STATUS, choices.Status),
    _scheme("stance", STANCE, choices.Stance),
    _scheme("form", FORM, choices.Form),
    _scheme("mode", MODE, choices.Mode),
    _scheme("means", MEANS, choices.Means),
)  # fmt: skip

TYPES: dict[str, ParameterType] = {kind.name: kind for kind in _ALL}
"""Name of a parameter's type to the type."""
