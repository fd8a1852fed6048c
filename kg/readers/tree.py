"""YAML into plain data, with the line and column of every part.

Plain scalars of YAML stay as they are written: a title ``1984`` is text and a country ``NO`` is
no boolean; the model says what is a number. Only ``null``, ``true`` and ``false`` (YAML 1.2 core
schema) have a meaning of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from kg.shown import shown

Path = tuple[str | int, ...]

DEEPEST = 20
"""Levels of nesting beyond which a file is refused; a facts file has five."""

_ROOM = 100_000
_GROWTH = 10
_NULLS = {"", "~", "null", "Null", "NULL"}
_FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_TOO_DEEP = "maximum nesting depth"
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_HINTS = {
    "mapping values are not allowed": "put words that hold a colon in quotes",
    "cannot start any token": "put the words in quotes, and indent with spaces, not tabs",
    "expected key": "put the whole value in one pair of quotes, or correct the indentation",
}


class TreeError(ValueError):
    """Text that is neither YAML nor JSON, with the place where it goes wrong."""

    def __init__(self, message: str, remedy: str, line: int = 1, column: int = 1) -> None:
        self.message, self.remedy, self.line, self.column = message, remedy, line, column
        super().__init__(message)


def too_deep(line: int, column: int) -> TreeError:
    """Return the error for a part that is nested beyond all measure."""
    return TreeError(
        f"nested more than {DEEPEST} levels deep", "check the brackets there", line, column
    )


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
    loader = _Loader(text)
    builder = _Builder(_ROOM + _GROWTH * len(text))
    try:
        # Events come one by one, so that neither the C parser nor Python recurses: composing
        # the document's nodes ends the process on brackets nested 100,000 deep.
        while loader.check_event():
            builder.take(loader.get_event())
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, text) from None
    except yaml.reader.ReaderError as error:
        raise _bad_character(error, text) from None
    finally:
        loader.dispose()
    return Tree(builder.data, builder.places)


def _not_yaml(error: yaml.MarkedYAMLError, text: str) -> TreeError:
    mark = error.problem_mark or error.context_mark
    if mark and error.context_mark and mark.line >= len(text.rstrip().splitlines()):
        mark = error.context_mark  # what is open at the end goes wrong where it opens
    said = ", ".join(str(part) for part in (error.context, error.problem) if part)
    if mark and _TOO_DEEP in said:  # the C parser looks ahead, and gives up before any event
        return too_deep(mark.line + 1, mark.column + 1)
    hints = (remedy for words, remedy in _HINTS.items() if words in said)
    remedy = next(hints, "correct the indentation or the quotes there")
    if mark is error.context_mark and mark is not error.problem_mark:
        remedy = "close the quote or the bracket that opens there"
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return TreeError(f"not YAML: {said}", remedy, line, column)


def _bad_character(error: yaml.reader.ReaderError, text: str) -> TreeError:
    # The C reader counts bytes and gives a number, the other counts characters and gives one.
    before = text[: error.position]
    if getattr(yaml, "__with_libyaml__", False):
        before = text.encode()[: error.position].decode(errors="ignore")
    code = error.character if isinstance(error.character, int) else ord(error.character)
    return TreeError(
        f"not YAML: the character U+{code:04X} is not allowed",
        "remove it, or write it as an escape in double quotes",
        before.count("\n") + 1,
        len(before) - before.rfind("\n"),
    )


@dataclass
class _Open:
    """A list or mapping whose end has not come yet; ``key`` waits for its value."""

    data: Any
    path: Path
    anchor: str | None
    place: tuple[int, int]
    key: str | None = None
    size: int = 1
    height: int = 1


class _Builder:
    """Builds data from events. A part that an alias repeats is one object, not a copy."""

    def __init__(self, room: int) -> None:
        self.data: Any = None
        self.places: dict[Path, tuple[int, int]] = {}
        self._room = room
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int, int]] = {}
        self._begun = False

    def take(self, event: Any) -> None:
        at = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.DocumentStartEvent):
            if self._begun:
                raise TreeError(
                    "holds a second document",
                    "write one article a file",
                    *at,
                )
            self._begun = True
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(self._open) == DEEPEST:
                raise too_deep(*at)
            data: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            path = self._place_next(at)
            self._open.append(_Open(data, path, event.anchor, at))
        elif isinstance(event, yaml.CollectionEndEvent):
            done = self._open.pop()
            self._add(done.data, done.size, done.height, done.anchor, done.place)
        elif isinstance(event, yaml.AliasEvent):
            self._place_next(at)
            self._add(*self._known(str(event.anchor), at), None, at)
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event, at)

    def _scalar(self, event: Any, at: tuple[int, int]) -> None:
        around = self._open[-1] if self._open else None
        if around is not None and isinstance(around.data, dict) and around.key is None:
            if event.value in around.data:
                raise TreeError(f"the key {shown(event.value)} stands twice", "keep one", *at)
            around.key = event.value
            # A key's place tells more than its value's: that is where a person looks.
            self.places[(*around.path, event.value)] = at
            return
        self._place_next(at)
        value: Any = event.value
        if not event.style and event.implicit[0]:
            value = None if value in _NULLS else _FLAGS.get(value, value)
        self._add(value, 1 + len(event.value), 0, event.anchor, at)

    def _place_next(self, at: tuple[int, int]) -> Path:
        """Note where the part that begins now stands, and return its path."""
        if not self._open:
            self.places[()] = at
            return ()
        around = self._open[-1]
        if isinstance(around.data, list):
            path = (*around.path, len(around.data))
            self.places[path] = at
            return path
        if around.key is None:
            raise TreeError("a key that is not text", "write keys as plain words", *at)
        return (*around.path, around.key)

    def _known(self, anchor: str, at: tuple[int, int]) -> tuple[Any, int, int]:
        if anchor in self._anchors:
            return self._anchors[anchor]
        inside = any(part.anchor == anchor for part in self._open)
        said = "repeats a part inside itself" if inside else "repeats what is nowhere before"
        raise TreeError(f"the alias *{anchor} {said}", "write the words themselves", *at)

    def _add(
        self, value: Any, size: int, height: int, anchor: str | None, at: tuple[int, int]
    ) -> None:
        if anchor is not None:
            self._anchors[anchor] = (value, size, height)
        if not self._open:
            self.data = value
            return
        around = self._open[-1]
        around.size += size
        around.height = max(around.height, height + 1)
        if around.size > self._room:
            raise TreeError("aliases unfold it to many times its size", "write it out", *at)
        if len(self._open) + height > DEEPEST:
            raise too_deep(*at)
        if isinstance(around.data, list):
            around.data.append(value)
        else:
            around.data[around.key] = value
            around.key = None
