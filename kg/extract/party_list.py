"""The parties of one article as a list that grows: persons, bodies, states, their offices."""

from __future__ import annotations

import re

from kg.extract.entities import Entity, opposes_state, plain_title, same_person, surname_key
from kg.extract.lexicon import Lexicon
from kg.extract.mentions import Mention
from kg.iris import slug
from kg.states import state_name

_DOMESTIC = frozenset(
    "president premier chancellor minister secretary vice-president undersecretary ambassador "
    "king queen senator speaker pm".split()
)


# Ids that facts and topics have.
_TAKEN = re.compile(r"[msp]\d+|topic-.*|[A-Z]{3}")


class PartyList:
    """The parties found so far, by name and by office.

    Args:
        lexicon: known names.
        publisher: who publishes the article; its state is that of bare domestic offices.
    """

    def __init__(self, lexicon: Lexicon, publisher: str | None) -> None:
        self.lexicon = lexicon
        self.entities: dict[str, Entity] = {}
        self.home = self._home(publisher)
        self._surnames: dict[str, list[Entity]] = {}
        self._firsts: dict[str, list[Entity]] = {}
        self._names: dict[str, Entity] = {}
        self._offices: list[tuple[str, Entity]] = []

    def _home(self, publisher: str | None) -> str | None:
        words = (publisher or "").replace("’", "'").split()
        for at in range(len(words)):
            for stop in range(len(words), at, -1):
                match = self.lexicon.match(words[:stop], at)
                if match and match[1].state:
                    return match[1].state
        return None

    def _person(self, mention: Mention) -> Entity:
        name = mention.name
        entity = self._names.get(name.lower())
        if entity is None:
            last = surname_key(name)
            known = self._surnames.get(last, [])
            entity = next((e for e in known if same_person(e.name, name)), None)
            if entity is None:
                entity = self._new(name, "person")
                entity.gender = mention.gender
                self._surnames.setdefault(last, []).append(entity)
                first = name.split()[0].lower()
                if " " in name and first not in self.lexicon.genders:
                    # The family name comes first in many languages: "Kang Kyung-wha"
                    self._firsts.setdefault(first, []).append(entity)
            elif len(name.split()) > len(entity.name.split()):
                entity.surfaces.setdefault(entity.name)
                entity.name = name
            self._names[name.lower()] = entity
        if name != entity.name:
            entity.surfaces.setdefault(name)
        entity.gender = entity.gender or mention.gender
        if mention.role:
            self._give_role(entity, mention)
        return entity

    def _give_role(self, entity: Entity, mention: Mention) -> None:
        state = mention.state or self._office_state(mention.role)
        if state is None and mention.body:
            state = None
        if entity.state is None and state is not None and not opposes_state(mention.role):
            entity.state = state
        elif entity.state is None and not mention.body and self._is_domestic(mention.role):
            entity.state = self.home
        title = plain_title(mention.role, self.lexicon)
        entity.add_role(title, entity.state if state or entity.state else None)
        self._offices.append((title.lower(), entity))

    def _office_state(self, role: str) -> str | None:
        lower = role.lower()
        for office, state in self.lexicon.state_offices.items():
            if office in lower:
                return state
        return None

    def _is_domestic(self, role: str) -> bool:
        return bool(set(role.lower().split()) & _DOMESTIC)

    def _new(self, name: str, kind: str, state: str | None = None) -> Entity:
        base = slug(name)[:60].strip("-") or "party"
        if kind == "person" and " " in name:
            base = slug(name.split()[-1]) or base
        if not base[0].isascii() or not base.isascii():
            base = base.encode("ascii", "ignore").decode().strip("-_") or "party"
        if _TAKEN.fullmatch(base):
            base = f"party-{base}"
        key, number = base, 2
        while key in self.entities:
            key, number = f"{base}-{number}", number + 1
        entity = Entity(key, name, kind, state)
        self.entities[key] = entity
        return entity

    def _described(self, mention: Mention, kind: str) -> Entity:
        found = self._names.get(mention.name.lower())
        if found is None:
            found = self._new(mention.name, kind, mention.state)
            found.plural = mention.plural
            self._names[mention.name.lower()] = found
        return found

    def state(self, code: str) -> Entity:
        """Return the entity of a state."""
        if code not in self.entities:
            self.entities[code] = Entity(code, state_name(code), "state", code)
        return self.entities[code]
