"""A named query: a question with parameters, whose body is plain SPARQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.errors import ParameterError
from kg.iris import DEFAULT_BASE
from kg.nearest import nearest
from kg.queries.blocks import Block, fill
from kg.queries.entities import Setting, UnfitError
from kg.queries.labels import ResolveLabel
from kg.queries.parameters import TYPES, ParameterType, text_of
from kg.queries.terms import Term

PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Parameter:
    """A place in a query that its caller fills.

    Args:
        name: its name, that of the variable in the query.
        type: what may be written for it.
        label: what a form calls it.
        description: what it does, in a sentence, or an empty string.
        required: whether it must have a value; without one, an optional one restricts nothing.
        default: its value in the file as :meth:`NamedQuery.bind` takes it, or None where the
            file says UNDEF.
        default_label: the default as people call it, for questions and forms.
    """

    name: str
    type: ParameterType
    label: str
    description: str = ""
    required: bool = False
    default: str | None = None
    default_label: str | None = None

    def read(self, written: str, setting: Setting) -> Term | None:
        """Return the term that a text means, or None where it is empty: anything will do.

        Raises:
            ParameterError: it does not fit.
        """
        value = written if self.type.name == "string" else written.strip()
        if not value:
            if self.required:
                raise ParameterError(self.name, "has no value", f"write {self.type.wants}")
            return None
        try:
            return self.type.read(value, setting)
        except UnfitError as error:
            raise ParameterError(self.name, error.message, error.remedy) from None


@dataclass(frozen=True)
class Column:
    """A column of a query's result."""

    name: str
    label: str
    description: str = ""


@dataclass(frozen=True)
class NamedQuery:
    """A query of the library.

    Args:
        name: its name, that of its file.
        title: a few words.
        question: what it answers; ``{person}`` stands for a parameter.
        description: what counts, and what is left out.
        view: how its result is best seen: ``table``, ``network``, ``timeline`` or ``chart``.
        parameters: by name, in the order of the header.
        columns: what its result's columns are, by name, in the order of the result.
        text: the whole file, which runs as it stands.
        body: the file without its header.
    """

    name: str
    title: str
    question: str
    description: str
    view: str
    parameters: Mapping[str, Parameter]
    columns: Mapping[str, Column]
    text: str
    body: str
    blocks: tuple[Block, ...] = field(repr=False)

    def ask(self, values: Mapping[str, str] | None = None) -> str:
        """Return the question in words.

        Args:
            values: parameter name to what it shall be called; by default what the file has.
        """
        given = values or {}

        def called(found: re.Match[str]) -> str:
            parameter = self.parameters[found[1]]
            value = given.get(parameter.name)
            if value is None:
                value = parameter.default_label or parameter.default or ""
            return value or f"any {parameter.label.lower()}"

        return PLACEHOLDER.sub(called, self.question)

    def terms(
        self, values: Mapping[str, str], base: str, resolve_label: ResolveLabel | None = None
    ) -> dict[str, Term | None]:
        """Return the terms that values mean; those not given are not in it.

        Args:
            values: parameter name to what was written; an empty text frees an optional one.
            base: the store's base IRI.
            resolve_label: finds what a label means in the store (``kg.queries.labels``).

        Raises:
            ParameterError: a name is unknown, or a value does not fit.
        """
        setting = Setting(base, resolve_label)
        for name in values:
            if name not in self.parameters:
                raise ParameterError(name, f"{self.name} has no such parameter", self._known(name))
        return {name: self.parameters[name].read(text, setting) for name, text in values.items()}

    def bind(
        self,
        values: Mapping[str, str] | None = None,
        base: str = DEFAULT_BASE,
        resolve_label: ResolveLabel | None = None,
    ) -> str:
        """Return the query as SPARQL text with its parameters filled.

        Values become terms, which are written in SPARQL's notation; no text is ever pasted.

        Args:
            values: as for :meth:`terms`; what is not given keeps the file's default.
            base: the store's base IRI.
            resolve_label: as for :meth:`terms`.

        Raises:
            ParameterError: as for :meth:`terms`.
        """
        terms = self.terms(values or {}, base, resolve_label)
        return f"# {self.title}\n{fill(self.body, list(self.blocks), terms, base)}"

    def _known(self, name: str) -> str:
        if not self.parameters:
            return "it has none"
        near = nearest(name, self.parameters)
        return f"did you mean {near}?" if near else f"it has: {', '.join(self.parameters)}"


def parameter(
    name: str, given: Mapping[str, object], block: Block, *, base: str = DEFAULT_BASE
) -> Parameter:
    """Return a parameter from its entry in a header and its block in the query.

    Args:
        name: its name.
        given: the entry, checked by ``kg.queries.header``.
        block: where it stands.
        base: base of the IRIs in the file.
    """
    shown = given.get("default_label")
    return Parameter(
        name=name,
        type=TYPES[str(given["type"])],
        label=str(given["label"]),
        description=str(given.get("description", "")),
        required=bool(given.get("required", False)),
        default=None if block.default is None else text_of(block.default, base),
        default_label=None if shown is None else str(shown),
    )
