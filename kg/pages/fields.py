"""The form fields of a named query's parameters, by their types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from kg.errors import ParameterError
from kg.pages.errors import sentence
from kg.pages.reading import Reader
from kg.pages.searching import searcher
from kg.queries import NamedQuery
from kg.queries.labels import CLASSES
from kg.search.index import SearchError
from kg.search.labels import GROUPS
from kg.search.naming import foremost
from kg.vocabulary import STATE, TOPIC

_OFFERED = 200
_KEPT: dict[str, tuple[int, tuple[tuple[str, str], ...]]] = {}
_WORDS = {"true": "yes", "false": "no"}
_INPUTS = {"date": "date", "integer": "number"}


@dataclass(frozen=True)
class Field:
    """One field.

    Args:
        name: the parameter's name.
        label: what it is called.
        hint: what it does, and what may be written.
        input: ``select``, ``names`` (text with suggestions), or a type of HTML's ``input``.
        kind: the type of the parameter.
        value: what stands in it.
        required: whether it must be filled.
        options: pairs of value and name to choose from or to suggest.
        error: what is wrong with the value.
    """

    name: str
    label: str
    hint: str
    input: str
    kind: str
    value: str
    required: bool
    options: tuple[tuple[str, str], ...] = ()
    error: str = ""


def fields(
    reader: Reader,
    query: NamedQuery,
    values: Mapping[str, str],
    misfit: ParameterError | None = None,
) -> list[Field]:
    """Return the fields of a named query with the values given, or its defaults."""
    made = []
    for name, parameter in query.parameters.items():
        kind = parameter.type
        value = values.get(name)
        if value is None:
            value = parameter.default or ""
            if kind.name in CLASSES and parameter.default_label:
                value = parameter.default_label
        options = tuple((one, _WORDS.get(one, one)) for one in kind.choices)
        input = "select" if options else _INPUTS.get(kind.name, "text")
        if kind.name in CLASSES:
            input, options = "names", suggested(reader, kind.name)
        made.append(
            Field(
                name=name,
                label=parameter.label,
                hint=parameter.description,
                input=input,
                kind=kind.name,
                value=value,
                required=parameter.required,
                options=options,
                error=_error(misfit) if misfit is not None and misfit.name == name else "",
            )
        )
    return made


def suggested(reader: Reader, kind: str) -> tuple[tuple[str, str], ...]:
    """Return the names that facts use most for a kind of thing, as pairs of value and note.

    A name that several things bear is given as the path of each, since it would not do. They are
    looked up once a revision.
    """
    kept = _KEPT.setdefault(f"{reader.store.path} {kind}", (-1, ()))
    if kept[0] == reader.revision:
        return kept[1]
    try:
        revision, things = searcher().ask(
            lambda searched: (searched.revision, foremost(searched, GROUPS[kind], _OFFERED))
        )
    except SearchError:
        return ()
    labels = Counter(thing.label for thing in things)
    offered = [
        (path_of(reader, thing.iri), thing.label) if labels[thing.label] > 1 else (thing.label, "")
        for thing in things
    ]
    made = tuple(sorted(offered, key=lambda pair: (pair[1] or pair[0]).casefold()))
    _KEPT[f"{reader.store.path} {kind}"] = (revision, made)
    return made


def path_of(reader: Reader, iri: str) -> str:
    """Return an IRI as a person would write it for a parameter: ``person/x``, ``RUS``."""
    for space in (f"{reader.base}id/", STATE):
        if iri.startswith(space):
            return iri.removeprefix(space)
    return f"topic:{iri.removeprefix(TOPIC)}" if iri.startswith(TOPIC) else iri


def _error(misfit: ParameterError) -> str:
    parts = (misfit.message, misfit.remedy)
    return sentence("; ".join(part for part in parts if part))
