"""YAML and JSON into plain data, with the line and column of every part.

Plain scalars of YAML stay as they are written: a title ``1984`` is text and a country ``NO`` is
no boolean; the model says what is a number. Only ``null``, ``true`` and ``false`` (YAML 1.2 core
schema) have a meaning of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

Path = tuple[str | int, ...]

_LARGEST = 2_000_000
_WORDS = {"null": None, "~": None, "": None, "true": True, "false": False}
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class TreeError(ValueError):
    """Text that is neither YAML nor JSON, with the place where it goes wrong."""

    def __init__(self, message: str, remedy: str, line: int = 1, column: int = 1) -> None:
        self.message, self.remedy, self.line, self.column = message, remedy, line, column
        super().__init__(message)


@dataclass
class Tree:
    """Plain data and where its parts stand.

    Args:
        data: dictionaries, lists, strings, booleans, None (and numbers, from JSON).
        places: path of each part to its line and column, from 1.
    """

    data: Any
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def place(self, path: Path) -> tuple[int, int]:
        """Return the line and column of a part, or of the nearest part around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))


def parse_yaml(text: str) -> Tree:
    """Read one YAML document (JSON is YAML as well).

    Raises:
        TreeError: it is not YAML, a key stands twice, or it unfolds beyond all measure.
    """
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = " ".join(str(part) for part in (error.context, error.problem) if part)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise TreeError(
            f"not YAML: {message}", "correct the indentation or the quotes there", line, column
        ) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise TreeError(
            f"not YAML: the character U+{ord(text[error.position]):04X} is not allowed",
            "remove it, or write it as an escape in double quotes",
            line,
        ) from None
    except yaml.YAMLError as error:
        raise TreeError(f"not YAML: {error}", "see the YAML 1.2 specification") from None
    except RecursionError:
        raise TreeError("nested too deep", "a facts file has at most six levels") from None
    tree = Tree(None)
    budget = [_LARGEST]
    try:
        tree.data = _build(node, (), tree.places, budget)
    except RecursionError:
        raise TreeError("nested too deep", "a facts file has at most six levels") from None
    return tree


def _build(node: Any, path: Path, places: dict[Path, tuple[int, int]], budget: list[int]) -> Any:
    if node is None:
        return None
    budget[0] -= 1
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if budget[0] < 0:
        raise TreeError("unfolds to millions of parts", "write without aliases", line, column)
    places[path] = (line, column)
    if isinstance(node, yaml.MappingNode):
        data: dict[str, Any] = {}
        for key, value in node.value:
            at = (key.start_mark.line + 1, key.start_mark.column + 1)
            if not isinstance(key, yaml.ScalarNode):
                raise TreeError("a key that is not text", "write keys as plain words", *at)
            if key.value in data:
                raise TreeError(f"the key {key.value!r} stands twice", "keep one of them", *at)
            data[key.value] = _build(value, (*path, key.value), places, budget)
            # A key's place tells more than its value's: that is where a person looks.
            places[(*path, key.value)] = at
        return data
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*path, n), places, budget) for n, item in enumerate(node.value)]
    plain = node.style is None
    return _WORDS.get(node.value, node.value) if plain else node.value


def parse_json(text: str, first_line: int = 1) -> Tree:
    """Read one JSON value.

    Args:
        text: the JSON text.
        first_line: its line in the file, for a record of a JSON Lines file.

    Raises:
        TreeError: it is not JSON, or a key stands twice.
    """
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise TreeError(
            f"not JSON: {error.msg}", "correct it there", error.lineno + first_line - 1, error.colno
        ) from None
    except _DuplicateKeyError as error:
        line = text.count("\n", 0, max(text.rfind(f'"{error.key}"'), 0)) + first_line
        raise TreeError(f"the key {error.key!r} stands twice", "keep one of them", line) from None
    except (ValueError, RecursionError) as error:
        said = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise TreeError(f"not JSON: {said}", "correct it there", first_line) from None
    return Tree(data, {(): (first_line, 1)})


def locate_json(tree: Tree, text: str, first_line: int = 1) -> Tree:
    """Return the tree with the places of its parts, found by reading the text as YAML.

    Reading JSON with places is slow, so it is done only when there is something to report.
    """
    try:
        found = parse_yaml(text)
    except TreeError:
        return tree
    shifted = {
        path: (line + first_line - 1, column) for path, (line, column) in found.places.items()
    }
    return Tree(tree.data, shifted)


class _DuplicateKeyError(ValueError):
    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key, value in pairs:
        if key in data:
            raise _DuplicateKeyError(key)
        data[key] = value
    return data


def _no_constant(name: str) -> Iterator[None]:
    raise ValueError(f"{name} is not a number of JSON")
