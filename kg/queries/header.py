"""Reads query files: YAML in comments at the top, SPARQL below.

Header lines begin with ``#:``. What they hold is YAML with the keys ``title``, ``question``,
``description``, ``view``, ``parameters`` and ``columns``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from kg.errors import KgError, Problem
from kg.nearest import nearest
from kg.queries.blocks import Block, BlockError, find_blocks
from kg.queries.named import PLACEHOLDER, Column, NamedQuery, parameter
from kg.queries.parameters import TYPES

MARK = "#:"
VIEWS = ("table", "network", "timeline", "chart")
_KEYS = ("title", "question", "description", "view", "parameters", "columns")
_OF_PARAMETER = ("type", "label", "description", "required", "default_label")
_OF_COLUMN = ("label", "description")


class HeaderError(KgError, ValueError):
    """A query file whose header and body cannot be taken as they are."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def read_query(path: Path) -> NamedQuery:
    """Read one query file.

    Raises:
        HeaderError: its header is malformed, or does not fit its body; file and line are said.
        OSError: it cannot be read.
    """
    return parse_query(path.stem, path.read_text(encoding="utf-8"), path.name)


def parse_query(name: str, text: str, file: str = "") -> NamedQuery:
    """Read a query from the text of its file.

    Args:
        name: the query's name.
        text: header and SPARQL.
        file: the file's name, for messages.

    Raises:
        HeaderError: as for :func:`read_query`.
    """
    return _Reader(name, text, file or f"{name}.rq").query()


class _Reader:
    """Reads one file, and knows the line of each key of its header."""

    def __init__(self, name: str, text: str, file: str) -> None:
        self.name, self.text, self.file = name, text, file
        lines = text.splitlines(keepends=True)
        self.count = next((n for n, x in enumerate(lines) if not x.startswith(MARK)), len(lines))
        header = "".join(x.removeprefix(MARK).removeprefix(" ") for x in lines[: self.count])
        self.body = "".join(lines[self.count :]).lstrip("\n")
        self.lines: dict[tuple[str, ...], int] = {}
        self.header = self._parsed(header)

    def query(self) -> NamedQuery:
        self._known((), self.header, _KEYS)
        for key in ("title", "question"):
            if not isinstance(self.header.get(key), str) or not self.header[key].strip():
                raise self._error((), f"has no {key}", f"add '#: {key}: …'")
        view = self.header.get("view", "table")
        if view not in VIEWS:
            raise self._error(("view",), f"no view {view!r}", f"there are: {', '.join(VIEWS)}")
        blocks = self._blocks()
        given = self._mapping(("parameters",))
        columns = self._mapping(("columns",))
        parameters = {name: self._parameter(name, given[name], blocks) for name in given}
        for name, block in blocks.items():
            if name not in given:
                raise self._error_at(
                    self._line_in_file(block.line),
                    f"VALUES ?{name} is not declared",
                    f"add {name} to the parameters",
                )
        self._check_placeholders(parameters)
        return NamedQuery(
            name=self.name,
            title=str(self.header["title"]).strip(),
            question=str(self.header["question"]).strip(),
            description=" ".join(str(self.header.get("description", "")).split()),
            view=view,
            parameters=parameters,
            columns={name: self._column(name, columns[name]) for name in columns},
            text=self.text,
            body=self.body,
            blocks=tuple(self._found),
        )

    def _parsed(self, header: str) -> dict[str, Any]:
        try:
            node = yaml.compose(header, Loader=yaml.SafeLoader)
            data = yaml.safe_load(header)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise self._error_at(line, f"the header is no YAML: {error.problem}", "") from None
        if not isinstance(data, dict):
            raise self._error_at(1, "has no header", f"begin it with '{MARK} title: …'")
        self._note_lines((), node)
        return data

    def _note_lines(self, path: tuple[str, ...], node: Any) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                inner = (*path, str(key.value))
                self.lines[inner] = key.start_mark.line + 1
                self._note_lines(inner, value)

    def _blocks(self) -> dict[str, Block]:
        try:
            self._found = find_blocks(self.body)
        except BlockError as error:
            line = self._line_in_file(error.line)
            raise self._error_at(line, error.message, error.remedy) from None
        blocks: dict[str, Block] = {}
        for block in self._found:
            if blocks.setdefault(block.name, block).default != block.default:
                raise self._error_at(
                    self._line_in_file(block.line),
                    f"?{block.name} has another default than before",
                    "write the same in each VALUES block",
                )
        return blocks

    def _line_in_file(self, line: int) -> int:
        return self.text.count("\n") - self.body.count("\n") + line

    def _parameter(self, name: str, given: Any, blocks: Mapping[str, Block]) -> Any:
        path = ("parameters", name)
        if not isinstance(given, dict):
            raise self._error(path, f"{name} is no mapping", "write {type: …, label: …}")
        self._known(path, given, _OF_PARAMETER)
        for key in ("type", "label"):
            if key not in given:
                raise self._error(path, f"{name} has no {key}", f"add {key}")
        if given["type"] not in TYPES:
            near = nearest(str(given["type"]), TYPES)
            hint = f"did you mean {near}? " if near else ""
            raise self._error(
                path, f"no type {given['type']!r}", f"{hint}there are: {', '.join(TYPES)}"
            )
        if name not in blocks:
            raise self._error(
                path,
                f"{name} is declared but not used",
                f"write VALUES ?{name} {{ … }} in the query, or leave it out",
            )
        if given.get("required") and blocks[name].default is None:
            raise self._error(path, f"{name} is required but has no default", "write a default")
        return parameter(name, given, blocks[name])

    def _column(self, name: str, given: Any) -> Column:
        path = ("columns", name)
        if isinstance(given, str):
            return Column(name, given)
        if not isinstance(given, dict) or "label" not in given:
            raise self._error(path, f"{name} has no label", "write a label or {label: …}")
        self._known(path, given, _OF_COLUMN)
        return Column(name, str(given["label"]), str(given.get("description", "")))

    def _check_placeholders(self, parameters: Iterable[str]) -> None:
        for name in PLACEHOLDER.findall(self.header["question"]):
            if name not in parameters:
                raise self._error(("question",), f"{{{name}}} is no parameter", "declare it")

    def _mapping(self, path: tuple[str]) -> dict[str, Any]:
        value = self.header.get(path[0]) or {}
        if not isinstance(value, dict):
            raise self._error(path, f"{path[0]} is no mapping", "write name: {…} lines under it")
        return value

    def _known(
        self, path: tuple[str, ...], given: Mapping[str, Any], keys: tuple[str, ...]
    ) -> None:
        for key in given:
            if key not in keys:
                near = nearest(str(key), keys)
                remedy = f"did you mean {near}?" if near else f"there are: {', '.join(keys)}"
                raise self._error((*path, str(key)), f"unknown key {key!r}", remedy)

    def _error(self, path: tuple[str, ...], message: str, remedy: str) -> HeaderError:
        return self._error_at(self.lines.get(path, 1), message, remedy)

    def _error_at(self, line: int, message: str, remedy: str) -> HeaderError:
        return HeaderError(Problem(message, remedy, file=self.file, line=line))
