"""What every mapper is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from kg.facts import ArticleFacts
from kg.iris import Minter
from kg.vocabulary import STATE

Triple = tuple[str, str, str | ox.Literal]
"""Subject, property and value: IRIs are strings, and what is none is a literal."""

Resolve = Callable[[str, str, str | None, str], str]
"""(kind, name, state or None, article key) to an entity's path, such as ``person/…``."""


@dataclass(frozen=True)
class Context:
    """Where the facts of one article go.

    Args:
        base: the store's base IRI.
        key: the article's short name.
        resolve: finds the entity that a name means in this article.
    """

    base: str
    key: str
    resolve: Resolve

    @cached_property
    def mint(self) -> Minter:
        """Return the minter of the store's IRIs."""
        return Minter(self.base)

    @cached_property
    def article(self) -> str:
        """Return the IRI of the article."""
        return self.mint.article(self.key)

    def fact(self, kind: str, id: str) -> str:
        """Return the IRI of a fact of the article."""
        return self.mint.fact(kind, self.key, id)

    def entity(self, kind: str, name: str, state: str | None = None) -> str:
        """Return the IRI of the entity that a name means."""
        return self.mint.entity(self.resolve(kind, name, state, self.key))

    def party(self, facts: ArticleFacts, id: str) -> str:
        """Return the entity of a party's id, or of a state's code that is not declared."""
        party = facts.parties.get(id)
        if party is None:
            return STATE.term(id)
        if party.kind == "state":
            return STATE.term(party.state or id)
        return self.entity(party.kind, party.name, party.state)

    def topic(self, facts: ArticleFacts, id: str) -> str:
        """Return the entity of a topic's id."""
        return self.entity("topic", facts.topics[id].label)

    def place(self, facts: ArticleFacts, name: str) -> str:
        """Return the entity of a place's id or plain name."""
        place = facts.places.get(name)
        if place is None:
            return self.entity("place", name)
        return self.entity("place", place.name, place.country)

    def occasion(self, facts: ArticleFacts, name: str) -> str:
        """Return the entity of an occasion's id or plain name."""
        occasion = facts.occasions.get(name)
        return self.entity("occasion", occasion.name if occasion else name)


@dataclass(frozen=True)
class Mapper:
    """Maps one kind of part of an article.

    Args:
        kind: the kind's name, as IRIs and messages use it.
        items: gives the parts of that kind.
        map: yields the triples of one part; a pure function of its arguments.
    """

    kind: str
    items: Callable[[ArticleFacts], Iterable[Any]]
    map: Callable[[Any, ArticleFacts, Context], Iterator[Triple]]
