"""Parties of an article as they grow while it is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kg.extract.lexicon import Lexicon
from kg.extract.mentions import Mention


@dataclass
class Entity:
    """A party of the article, as it grows while the article is read."""

    key: str
    name: str
    kind: str
    state: str | None = None
    roles: list[tuple[str, str | None]] = field(default_factory=list)
    surfaces: dict[str, None] = field(default_factory=dict)
    gender: str = ""
    plural: bool = False
    media: bool = False

    def add_role(self, title: str, of: str | None) -> None:
        """Note an office, once."""
        if title and all(title.lower() != known.lower() for known, _ in self.roles):
            self.roles.append((title, of))


def agrees(word: str, mention: Mention, entity: Entity) -> bool:
    """Tell whether a pronoun can mean a party."""
    if mention.gender:
        return entity.kind == "person" and entity.gender in ("", mention.gender)
    if word in ("they", "them", "themselves"):
        return entity.plural or entity.kind in ("group", "organisation")
    if word in ("it", "itself"):
        return entity.kind in ("state", "organisation")
    return False


def same_person(one: str, other: str) -> bool:
    """Tell whether two names can be one person's: first names or initials agree."""
    a, b = one.lower().split(), other.lower().split()
    if len(a) == 1 or len(b) == 1:
        return a[-1] == b[-1]
    return a[0] == b[0] or (a[0][0] == b[0][0] and (len(a[0]) <= 2 or len(b[0]) <= 2))


def opposes_state(role: str) -> bool:
    """Tell an office that names a state without acting for it: "Syrian opposition leader"."""
    lower = role.lower()
    return any(
        word in lower
        for word in ("opposition", "dissident", "rebel", "activist", "exile", "envoy for",
                     "analyst", "expert", "editor", "correspondent", "veteran", "former ", "ex-",
                     "retired", "separatist")
    )  # fmt: skip


def plain_title(role: str, lexicon: Lexicon) -> str:
    """Return an office without the names of states before it."""
    words = role.replace(" 's", "'s").replace("’s", "'s").split()
    start = 0
    while start < len(words):
        bare = [words[start].removesuffix("'s"), *words[start + 1 :]]
        match = lexicon.match(bare, 0)
        if match is None or match[1].state is None or start + match[0] >= len(words):
            break
        start += match[0]
    return " ".join(words[start:])


def surname_key(name: str) -> str:
    """Return the word by which a name is found again: its last, without an Arabic article."""
    last = name.split()[-1].lower()
    return re.sub(r"^(?:al|el|ad|an|ar|as|ash|at|az)-(?=.{3})", "", last)
