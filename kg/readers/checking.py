"""Plain data into facts: what the model refuses becomes one clear line a problem."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from kg.errors import Problem
from kg.facts import ArticleFacts, Span
from kg.facts.evidence import SpanError, check_unplaced, place
from kg.readers.explaining import dotted, explain
from kg.readers.tree import Path, Tree


class Checker:
    """Collects the problems of one record.

    Args:
        tree: the record with the places of its parts.
        file: its file, as messages name it.
        model: what the record is held to.
    """

    def __init__(self, tree: Tree, file: str, model: type[ArticleFacts] = ArticleFacts) -> None:
        self.tree = tree
        self.file = file
        self.problems: list[Problem] = []
        self._model = model
        self._characters: dict[int, tuple[str, Path]] = {}

    def add(self, path: Path, message: str, remedy: str) -> None:
        """Note a problem at a part of the record."""
        line, column = self.tree.place(path)
        self.problems.append(Problem(message, remedy, dotted(path), self.file, line, column))

    def model(self) -> ArticleFacts | None:
        """Return the record as facts, or None after noting why it is none."""
        try:
            return self._model.model_validate(self.tree.data)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self.add(*explain(dict(detail), self._model))
            return None

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
            if text is not None:
                return place(span, text)
            self._compare(check_unplaced(span), path)
        except SpanError as error:
            self.add(path, error.message, error.remedy)
        return span

    def _compare(self, span: Span, path: Path) -> None:
        """Hold a span of a text that is not at hand to the others: one place, one character."""
        if span.start is None:
            return
        for at, character in enumerate(span.exact, start=span.start):
            before, where = self._characters.setdefault(at, (character, path))
            if before != character:
                raise SpanError(
                    f"has {character!r} at {at}, where {dotted(where)} has {before!r}",
                    "count both again",
                )
