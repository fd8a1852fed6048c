"""Who holds an office, leads a group, or is meant by a body's kind: by what the article says."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from kg.extract.entities import Entity, plain_title
from kg.extract.lexicon import Lexicon
from kg.extract.mentions import Mention
from kg.extract.party_list import PartyList

# Offices that are the same person's whatever stands before them, where the article has one.
_ALONE = frozenset(("leader", "envoy", "chief", "negotiator", "mediator"))


@dataclass(slots=True)
class Seen:
    """A mention in the order of the text, for pronouns."""

    at: int
    entity: Entity
    subject: bool
    quote: int
    plural: bool = False


class DescribedParties(PartyList):
    """Parties that are named by what they are: "the minister", "the council".

    Args:
        lexicon: known names.
        publisher: who publishes the article.
    """

    def __init__(self, lexicon: Lexicon, publisher: str | None) -> None:
        super().__init__(lexicon, publisher)
        self._seen: list[Seen] = []

    def _state_of_leader(self, mention: Mention) -> str | None:
        """Return the state of the person whose name stands in "Assad envoys"."""
        words = mention.surface.lower().replace("'s", "").replace("’s", "").split()
        if words and words[-1] in ("foes", "opponents", "rivals", "critics", "enemies"):
            return None
        for word in words[:-1]:
            for known in self._surnames.get(word, ()):
                if known.state:
                    return known.state
        return None

    def _body(self, mention: Mention) -> Entity | None:
        head = mention.surface.split()[-1]
        until = bisect_left(self._seen, mention.start, key=lambda seen: seen.at)
        for seen in reversed(self._seen[max(0, until - 200) : until]):
            if seen.entity.kind == "organisation" and head in seen.entity.name.lower().split():
                return seen.entity
        for entity in self.entities.values():
            if entity.kind == "organisation" and head in entity.name.lower().split()[1:]:
                return entity
        return None

    def holder(self, title: str, state: str) -> Entity | None:
        """Return the one person to whom the article gives an office of a state."""
        wanted = title.lower()
        hits = {
            entity.key: entity
            for known, entity in self._offices
            if entity.state == state and (known == wanted or known.endswith(" " + wanted))
        }
        return next(iter(hits.values())) if len(hits) == 1 else None

    def _holder(self, mention: Mention) -> Entity | None:
        """Return the person to whom the article gives this office, if it is one person."""
        if not mention.definite:
            return None
        wanted = plain_title(mention.role, self.lexicon).lower()
        state = mention.state or self._office_state(mention.role)
        hits: list[Entity] = []
        for title, entity in self._offices:
            if (
                (wanted == title or title.endswith(" " + wanted) or wanted.endswith(" " + title))
                and (state is None or entity.state is None or entity.state == state)
                and entity not in hits
            ):
                hits.append(entity)
        if not hits and (" " not in wanted or wanted.split()[-1] in _ALONE):
            head = wanted.split()[-1]
            for title, entity in self._offices:
                fits = state is None or entity.state in (None, state)
                if title.split()[-1:] == [head] and fits and entity not in hits:
                    hits.append(entity)
        exact = [e for e in hits if (wanted, e) in self._offices]
        if len(hits) > 1 and len(exact) == 1:
            hits = exact  # the president, beside a vice president
        if len(hits) == 1:
            hits[0].surfaces.setdefault(mention.surface)
            return hits[0]
        return None
