"""JSON into plain data, and the line and column of its parts where there is something to say."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, NoReturn

from kg.readers.tree import DEEPEST, Path, Tree, TreeError, too_deep
from kg.shown import shown

_TOKEN = re.compile(
    r'[ \t\n\r]*(?:(?P<mark>[{}\[\],:])|(?P<string>"[^"\\]*(?:\\.[^"\\]*)*")'
    r'|(?P<other>[^\s{}\[\],:"]+))',
    re.DOTALL,
)
_REMEDIES = {
    "Extra data": "write one article, or one a line in a file that ends in .jsonl",
    "Expecting ','": "add the comma, or close the bracket before it",
    "Expecting value": "write a value there, and no comma before a closing bracket",
    "Expecting property name": "write keys in double quotes, and no comma before a closing bracket",
    "Illegal trailing comma": "take the comma away",
    "Invalid control character": "write it as an escape, such as \\n",
    "Invalid \\escape": "write a backslash as two",
}


def parse_json(text: str, first_line: int = 1) -> Tree:
    """Read one JSON value (RFC 8259).

    Args:
        text: the JSON text.
        first_line: its line in the file, for a record of a JSON Lines file.

    Returns:
        The data, with the place of the whole alone: see :func:`locate_json`.

    Raises:
        TreeError: it is not JSON, a key stands twice, or it is nested beyond all measure.
    """
    if not text.strip():
        return Tree(None, {(): (first_line, 1)})
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        hints = (remedy for words, remedy in _REMEDIES.items() if error.msg.startswith(words))
        raise TreeError(
            f"not JSON: {error.msg[0].lower()}{error.msg[1:].removesuffix(' at')}",
            next(hints, "correct it there"),
            error.lineno + first_line - 1,
            error.colno,
        ) from None
    except (ValueError, RecursionError):
        locate_json(text, first_line)  # raises with the place
        raise TreeError(
            "not JSON: a number of thousands of digits", "write it shorter", first_line
        ) from None
    return Tree(data, {(): (first_line, 1)})


@dataclass
class _Open:
    path: Path
    keys: set[str] | None
    key: str | None = None
    count: int = 0


def locate_json(text: str, first_line: int = 1) -> dict[Path, tuple[int, int]]:
    """Return the line and column of every part of a JSON text, of members those of their keys.

    This takes longer than reading, so it is done only when there is something to report.

    Raises:
        TreeError: a key stands twice, a number is none of JSON, or it is nested beyond all
            measure.
    """
    ends = [match.start() for match in re.finditer("\n", text)]
    places: dict[Path, tuple[int, int]] = {}
    stack: list[_Open] = []
    for token in _TOKEN.finditer(text):
        at = token.start(token.lastgroup or 0)
        row = bisect_right(ends, at - 1)
        place = (row + first_line, at - (ends[row - 1] if row else -1))
        mark, string = token["mark"], token["string"]
        if mark is not None and mark in "]}":
            stack.pop()
        elif mark == ",":
            stack[-1].key = None
        elif mark == ":":
            continue
        elif string is not None and stack and stack[-1].keys is not None and stack[-1].key is None:
            _key(json.loads(string, strict=False), stack[-1], places, place)
        else:
            path = _path(stack)
            places.setdefault(path, place)
            if mark is not None:
                if len(stack) == DEEPEST:
                    raise too_deep(*place)
                stack.append(_Open(path, set() if mark == "{" else None))
            elif token["other"] in ("NaN", "Infinity", "-Infinity"):
                raise TreeError(
                    f"not JSON: {token['other']} is no number of JSON", "leave it out", *place
                )
    return places


def _key(
    key: str, around: _Open, places: dict[Path, tuple[int, int]], place: tuple[int, int]
) -> None:
    assert around.keys is not None
    if key in around.keys:
        raise TreeError(f"the key {shown(key)} stands twice", "keep one", *place)
    around.keys.add(key)
    around.key = key
    places[(*around.path, key)] = place


def _path(stack: list[_Open]) -> Path:
    if not stack:
        return ()
    around = stack[-1]
    if around.keys is None:
        around.count += 1
        return (*around.path, around.count - 1)
    return (*around.path, around.key or "")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise ValueError("a key stands twice")
    return data


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
