"""Reads and checks the YAML file of the entity registry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pyoxigraph import NamedNode

from kg.errors import Problem, RegistryError
from kg.nearest import nearest
from kg.readers.tree import Path, Tree, TreeError, parse_yaml

KINDS = ("person", "organisation", "group", "anonymous", "topic", "place", "occasion")
"""Kinds of entities that have a path; states have fixed IRIs."""

_SECTIONS = ("entities", "merge", "split")
_ENTITY_KEYS = ("label", "aliases", "same_as", "kind", "state")
_SPLIT_KEYS = ("article", "name", "entity", "kind", "state")
_PATH = re.compile(rf"(?:{'|'.join(KINDS)})(?:/[^\s/<>\"{{}}|\\^`?#]+){{1,2}}")


def read_registry(text: str, file: str) -> dict[str, Any]:
    """Return the registry's content: ``entities``, ``merge`` and ``split``, all checked.

    Raises:
        RegistryError: with every problem and its line.
    """
    try:
        tree = parse_yaml(text)
    except TreeError as error:
        problem = Problem(
            error.message, error.remedy, file=file, line=error.line, column=error.column
        )
        raise RegistryError([problem]) from error
    checker = _Checker(tree, file)
    data = checker.content()
    if checker.problems:
        raise RegistryError(checker.problems)
    return data


class _Checker:
    def __init__(self, tree: Tree, file: str) -> None:
        self.tree = tree
        self.file = file
        self.problems: list[Problem] = []

    def add(self, path: Path, message: str, remedy: str) -> None:
        line, column = self.tree.place(path)
        place = ".".join(str(part) for part in path)
        self.problems.append(Problem(message, remedy, place, self.file, line, column))

    def content(self) -> dict[str, Any]:
        data = self.tree.data if self.tree.data is not None else {}
        empty: dict[str, Any] = {"entities": {}, "merge": {}, "split": []}
        if not isinstance(data, dict):
            self.add((), "is no registry", f"write the sections {', '.join(_SECTIONS)}")
            return empty
        self._keys((), data, _SECTIONS)
        entities = self._mapping("entities", data)
        merges = self._mapping("merge", data)
        splits = data.get("split") or []
        if not isinstance(splits, list):
            self.add(("split",), "is no list", "write '- {article: …, name: …, entity: …}'")
            splits = []
        known = {path: self._entity(path, said) for path, said in entities.items()}
        for old, new in merges.items():
            self._path(("merge", old), old)
            self._path(("merge", old), new)
        self._cycles(merges)
        checked = [self._split(number, item) for number, item in enumerate(splits)]
        if self.problems:
            return empty
        return {"entities": known, "merge": merges, "split": checked}

    def _mapping(self, section: str, data: Mapping[str, Any]) -> dict[str, Any]:
        value = data.get(section) or {}
        if isinstance(value, dict):
            return value
        self.add((section,), "is no mapping", "write one 'path: …' a line below it")
        return {}

    def _keys(self, path: Path, data: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in data:
            if key not in known:
                near = nearest(key, list(known))
                remedy = f"did you mean {near!r}?" if near else f"known are {', '.join(known)}"
                self.add((*path, key), f"unknown key {key!r}", remedy)

    def _entity(self, path: str, said: Any) -> dict[str, Any]:
        at: Path = ("entities", path)
        self._path(at, path)
        if said is None:
            return {}
        if not isinstance(said, dict):
            self.add(at, "is no mapping", f"write {', '.join(_ENTITY_KEYS)} below it")
            return {}
        self._keys(at, said, _ENTITY_KEYS)
        checked: dict[str, Any] = {}
        for key in ("aliases", "same_as"):
            value = said.get(key)
            items = value if isinstance(value, list) else [] if value is None else [value]
            for item in items:
                self._words((*at, key), item)
            checked[key] = [item for item in items if isinstance(item, str)]
        for iri in checked["same_as"]:
            self._iri((*at, "same_as"), iri)
        if said.get("label") is not None:
            self._words((*at, "label"), said["label"])
            checked["label"] = said["label"]
        checked |= self._kind_and_state(at, said)
        return checked

    def _split(self, number: int, said: Any) -> dict[str, Any]:
        at: Path = ("split", number)
        if not isinstance(said, dict):
            self.add(at, "is no mapping", "write {article: …, name: …, entity: …}")
            return {}
        self._keys(at, said, _SPLIT_KEYS)
        checked: dict[str, Any] = {}
        for key in ("article", "name", "entity"):
            if said.get(key) is None:
                self.add(at, f"{key!r} is missing", "add it")
            else:
                self._words((*at, key), said[key])
                checked[key] = said[key]
        if isinstance(said.get("entity"), str):
            self._path((*at, "entity"), said["entity"])
        return checked | self._kind_and_state(at, said)

    def _kind_and_state(self, at: Path, said: Mapping[str, Any]) -> dict[str, Any]:
        checked: dict[str, Any] = {}
        kind, state = said.get("kind"), said.get("state")
        if kind is not None:
            if kind not in KINDS:
                self.add((*at, "kind"), f"{kind!r} is no kind", f"known are {', '.join(KINDS)}")
            checked["kind"] = kind
        if state is not None:
            if not (isinstance(state, str) and re.fullmatch("[A-Z]{3}", state)):
                self.add((*at, "state"), f"{state!r} is no state", "write its alpha-3 code: RUS")
            checked["state"] = state
        return checked

    def _words(self, at: Path, value: Any) -> None:
        if not isinstance(value, str) or not value.strip():
            self.add(at, f"{value!r} is no name", "write some words, in quotes if need be")

    def _path(self, at: Path, path: Any) -> None:
        if not isinstance(path, str) or not _PATH.fullmatch(path):
            self.add(
                at,
                f"{path!r} is no path of an entity",
                "write kind/name, such as person/sergei-lavrov-rus; 'kg entities' lists them",
            )

    def _iri(self, at: Path, iri: str) -> None:
        try:
            NamedNode(iri)
        except ValueError:
            self.add(at, f"{iri!r} is no absolute IRI", "write it whole, with its scheme")

    def _cycles(self, merges: Mapping[str, Any]) -> None:
        for start in merges:
            seen, path = [start], merges[start]
            while path in merges and path not in seen:
                seen.append(path)
                path = merges[path]
            if path == start:
                self.add(
                    ("merge", start),
                    f"is merged into itself ({' → '.join([*seen, start])})",
                    "remove one of these lines",
                )
