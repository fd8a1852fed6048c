"""Plain data into facts: what the model refuses becomes one clear line a problem."""

from __future__ import annotations

import types
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from kg.errors import Problem
from kg.evidence import SpanError, check_unplaced, place
from kg.facts import ArticleFacts, Span
from kg.nearest import nearest
from kg.readers.tree import Path, Tree


class Checker:
    """Collects the problems of one record.

    Args:
        tree: the record with the places of its parts.
        file: its file, as messages name it.
    """

    def __init__(self, tree: Tree, file: str) -> None:
        self.tree = tree
        self.file = file
        self.problems: list[Problem] = []

    def add(self, path: Path, message: str, remedy: str) -> None:
        """Note a problem at a part of the record."""
        line, column = self.tree.place(path)
        self.problems.append(Problem(message, remedy, dotted(path), self.file, line, column))

    def model(self) -> ArticleFacts | None:
        """Return the record as facts, or None after noting why it is none."""
        try:
            return ArticleFacts.model_validate(self.tree.data)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self._explain(dict(detail))
            return None

    def _explain(self, detail: dict[str, Any]) -> None:
        path = tuple(part for part in detail["loc"] if part != "[key]")
        kind, context = detail["type"], detail.get("ctx", {})
        last = path[-1] if path else ""
        if kind == "extra_forbidden":
            known = sorted(_fields(path[:-1]))
            near = nearest(str(last), known)
            remedy = f"did you mean {near!r}?" if near else f"known are {', '.join(known)}"
            self.add(path, f"unknown key {last!r}", remedy)
        elif kind == "missing":
            self.add(path, f"{last!r} is missing", "add it")
        elif kind == "literal_error":
            near = nearest(str(detail["input"]), _choices(context["expected"]))
            hint = f"did you mean {near!r}? " if near else ""
            self.add(
                path, f"{detail['input']!r} is not known", f"{hint}write {context['expected']}"
            )
        elif kind == "string_pattern_mismatch":
            self.add(path, f"{detail['input']!r} has the wrong form", _form(context["pattern"]))
        elif kind == "value_error":
            message, _, remedy = str(context["error"]).partition("; ")
            self.add(path, message, remedy)
        elif kind == "too_short" and last == "participants":
            self.add(path, "has fewer than two parties", "one party alone is no meeting")
        elif kind in ("too_short", "string_too_short"):
            self.add(path, "is empty", "fill it or leave it out")
        else:
            shown = _shortened(detail["input"])
            self.add(path, f"{shown}: {detail['msg']}", "see docs/facts.md for its form")

    def spans(self, facts: ArticleFacts, text: str | None) -> ArticleFacts:
        """Return the facts with every span placed in the text, noting those that are not there.

        Args:
            facts: facts of the right shape.
            text: the article's text, or None where it is not at hand.
        """
        placed: dict[str, Any] = {}
        for section in type(facts).model_fields:
            value = getattr(facts, section)
            if isinstance(value, list):
                placed[section] = [
                    self._placed(fact, (section, number), text) for number, fact in enumerate(value)
                ]
        return facts.model_copy(update=placed)

    def _placed(self, fact: BaseModel, path: Path, text: str | None) -> BaseModel:
        changed: dict[str, Any] = {}
        for field in type(fact).model_fields:
            value = getattr(fact, field)
            if isinstance(value, list) and value and isinstance(value[0], Span):
                changed[field] = [
                    self._span(span, (*path, field, number), text)
                    for number, span in enumerate(value)
                ]
        return fact.model_copy(update=changed)

    def _span(self, span: Span, path: Path, text: str | None) -> Span:
        try:
            return check_unplaced(span) if text is None else place(span, text)
        except SpanError as error:
            self.add(path, error.message, error.remedy)
            return span


def dotted(path: Path) -> str:
    """Return a path as people write it: ``meetings[0].evidence[1]``."""
    shown = ""
    for part in path:
        shown += f"[{part}]" if isinstance(part, int) else f".{part}" if shown else str(part)
    return shown


def _fields(path: Path) -> set[str]:
    """Return the keys that the model has at a path."""
    model: Any = ArticleFacts
    for part in path:
        if isinstance(part, int) or not _is_model(model):
            continue
        field = model.model_fields.get(part)
        model = _model_in(field.annotation) if field else None
    return set(model.model_fields) if _is_model(model) else set()


def _is_model(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BaseModel)


def _model_in(annotation: Any) -> Any:
    """Return the model class inside ``list[…]``, ``dict[…, …]``, ``… | None``."""
    if _is_model(annotation):
        return annotation
    if get_origin(annotation) in (list, dict, Union, types.UnionType, Annotated):
        for argument in reversed(get_args(annotation)):
            found = _model_in(argument)
            if found is not None:
                return found
    return None


def _choices(expected: str) -> list[str]:
    return [part.strip().strip("'") for part in expected.replace(" or ", ", ").split(",")]


def _form(pattern: str) -> str:
    return {
        r"\S": "write some words, or leave it out",
        r"^[A-Z]{3}$": "a state is written by its ISO 3166-1 alpha-3 code, such as RUS",
        r"^[A-Za-z0-9][A-Za-z0-9_-]*$": "an id has letters, digits, - and _ only",
        r"^[0-9a-f]{64}$": "a SHA-256 has 64 hexadecimal digits in lower case",
        r"^\d{2,4}$": "a CAMEO code has two to four digits, such as 1122",
    }.get(pattern, f"it must match {pattern}")


def _shortened(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:59] + "…"
