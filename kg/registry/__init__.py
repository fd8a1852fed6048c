"""The entity registry: which names mean whom, written by people in a file of the store.

An entity is found in this order: a ``split`` for the article, an alias or label of ``entities``,
else by the name itself (:func:`mint`). What was found is then followed through ``merge``.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from kg.errors import Problem, RegistryError
from kg.iris import slug as plain_slug
from kg.registry.file import KINDS, read_registry

__all__ = ["TEMPLATE", "Entity", "Registry", "Split", "mint"]

# The same names come again and again, in an article and in the next one.
slug = lru_cache(maxsize=100_000)(plain_slug)

TEMPLATE = """\
# The entity registry of this store: who is who. Edit it, then run 'kg load' (with or without
# files): the articles that are concerned are mapped anew. 'kg entities' shows the paths, lists
# what is unresolved or looks wrong, and gives ready lines to paste here.
#
# entities:                          # what is known of an entity, by its path
#   person/sergei-lavrov-rus:
#     label: Sergei Lavrov           # the name that pages and answers show
#     aliases: [Lavrov, S. Lavrov]   # other names that mean this entity
#     state: RUS                     # aliases count for parties of this state, or of none
#     kind: person                   # where articles disagree: person, organisation, group, …
#     same_as: [http://www.wikidata.org/entity/Q58217]
# merge:                             # two paths that are one: the left one becomes the right one
#   person/sergey-lavrov-rus: person/sergei-lavrov-rus
# split:                             # in one article, a name that means somebody else
#   - {article: some-article, name: Ivan Petrov, entity: person/ivan-petrov-the-poet}
entities:

merge:

split:
"""


@dataclass(frozen=True)
class Entity:
    """What the registry knows of one entity, by its path under ``id/``."""

    path: str
    label: str | None = None
    aliases: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    kind: str | None = None
    state: str | None = None

    @property
    def family(self) -> str:
        """The kind of names that mean it: its kind, else the first part of its path."""
        return self.kind or self.path.split("/", 1)[0]


@dataclass(frozen=True)
class Split:
    """A name that means another entity in one article."""

    article: str
    name: str
    entity: str
    kind: str | None = None
    state: str | None = None

    def means(self, kind: str, name: str, state: str | None, article: str) -> bool:
        """Tell whether a mention is the one that is split off."""
        return (
            article == self.article
            and slug(name) == slug(self.name)
            and self.kind in (None, kind)
            and self.state in (None, state)
        )


@dataclass(frozen=True)
class Registry:
    """What people have decided about entities; empty by default.

    Args:
        entities: path to what is known of it.
        merges: path to the path that it is one with.
        splits: names that mean another entity in one article.
    """

    entities: Mapping[str, Entity] = field(default_factory=dict)
    merges: Mapping[str, str] = field(default_factory=dict)
    splits: tuple[Split, ...] = ()

    @classmethod
    def load(cls, path: Path) -> Registry:
        """Read a registry file; one that is absent is an empty registry.

        Raises:
            RegistryError: it is no YAML, has unknown keys, or contradicts itself; each problem
                names its line and what to do.
        """
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError) as error:
            raise RegistryError(
                [Problem(f"cannot be read ({error})", "save it in UTF-8", file=str(path))]
            ) from error
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str, file: str = "registry.yaml") -> Registry:
        """Read a registry from its text; raises as `load` does."""
        data = read_registry(text, file)
        return cls(
            {path: Entity(path, **_tuples(known)) for path, known in data["entities"].items()},
            data["merge"],
            tuple(Split(**item) for item in data["split"]),
        )

    def resolve(self, kind: str, name: str, state: str | None, article_key: str) -> str:
        """Return the path of the entity that a mention means.

        Args:
            kind: ``person``, ``organisation``, ``group``, ``anonymous``, ``topic``, ``place`` or
                ``occasion``.
            name: the name as the article's facts give it.
            state: alpha-3 of the state that it acts for or, for a place, lies in.
            article_key: key of the article.

        Returns:
            A path such as ``person/sergei-lavrov-rus``, to stand below ``{base}id/``.
        """
        for split in self.splits:
            if split.means(kind, name, state, article_key):
                return self.follow(split.entity)
        known = self._known(kind, name, state)
        return self.follow(known or mint(kind, name, state, article_key))

    def follow(self, path: str) -> str:
        """Return the path that a path is merged into, or itself."""
        while path in self.merges:
            path = self.merges[path]
        return path

    @cached_property
    def digest(self) -> str:
        """A hash of what the registry says; comments and order do not count."""
        said = {
            "entities": {path: vars(entity) for path, entity in self.entities.items()},
            "merge": dict(self.merges),
            "split": sorted((vars(split) for split in self.splits), key=str),
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def owners(self) -> Mapping[tuple[str, str], list[Entity]]:
        """Return kind and slug of every label and alias, with the entities that have it."""
        return self._owners

    @cached_property
    def _owners(self) -> dict[tuple[str, str], list[Entity]]:
        owners: dict[tuple[str, str], list[Entity]] = defaultdict(list)
        for _, entity in sorted(self.entities.items()):
            for name in {slug(name) for name in (*entity.aliases, entity.label) if name}:
                owners[entity.family, name].append(entity)
        return owners

    def _known(self, kind: str, name: str, state: str | None) -> str | None:
        """Return the one entity that has a name, or None when none or several have it."""
        found = [
            entity
            for entity in self._owners.get((kind, slug(name)), ())
            if state is None or entity.state in (None, state)
        ]
        exact = [entity for entity in found if entity.state == state]
        paths = {self.follow(entity.path) for entity in exact or found}
        return paths.pop() if len(paths) == 1 else None


def mint(kind: str, name: str, state: str | None, article_key: str) -> str:
    """Return the path of an entity of which only the name is known.

    The same full name for the same state means the same entity. A person's single word or
    description, a group and an anonymous source stay the article's own: nothing says that two
    articles mean the same ones.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of entity with a path; known are {', '.join(KINDS)}")
    short = slug(name) + (f"-{state.lower()}" if state else "")
    own = kind in ("group", "anonymous") or (kind == "person" and is_bare(name))
    return f"{kind}/{article_key}/{short}" if own else f"{kind}/{short}"


def is_bare(name: str) -> bool:
    """Tell whether a person's name is too little to know the person: one word, or words only."""
    words = name.split()
    return len(words) < 2 or words[0][0].islower()


def _tuples(known: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in known.items()}
