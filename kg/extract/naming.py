"""Names, offices and descriptions to parties, over a whole article."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from dataclasses import dataclass

from kg.extract.entities import Entity, opposes_state, plain_title, same_person, surname_key
from kg.extract.grammar import Phrase
from kg.extract.lexicon import Lexicon
from kg.extract.mentions import Mention, read_phrase
from kg.extract.sentences import Analysis, Sentence
from kg.extract.subjects import subject
from kg.iris import slug
from kg.states import state_name

_DOMESTIC = frozenset(
    "president premier chancellor minister secretary vice-president undersecretary ambassador "
    "king queen senator speaker pm".split()
)


# Offices that are the same person's whatever stands before them, where the article has one.
_ALONE = frozenset(("leader", "envoy", "chief", "negotiator", "mediator"))


@dataclass(slots=True)
class _Seen:
    """A mention in the order of the text, for pronouns."""

    at: int
    entity: Entity
    subject: bool
    quote: int
    plural: bool = False


# Ids that facts and topics have.
_TAKEN = re.compile(r"[msp]\d+|topic-.*|[A-Z]{3}")


class NamedParties:
    """The parties of one article, by the names and offices that it gives them.

    Args:
        analysis: the article, read.
        lexicon: known names.
        publisher: who publishes it; its state is that of bare domestic offices.
    """

    def __init__(self, analysis: Analysis, lexicon: Lexicon, publisher: str | None = None) -> None:
        self.analysis = analysis
        self.lexicon = lexicon
        self.entities: dict[str, Entity] = {}
        self.home = self._home(publisher)
        self.official = bool(
            set((publisher or "").lower().split())
            & {"government", "department", "ministry", "office", "embassy", "delegation"}
        )
        self._surnames: dict[str, list[Entity]] = {}
        self._names: dict[str, Entity] = {}
        self._offices: list[tuple[str, Entity]] = []
        self._seen: list[_Seen] = []
        self._read_all()

    def _home(self, publisher: str | None) -> str | None:
        words = (publisher or "").replace("’", "'").split()
        for at in range(len(words)):
            for stop in range(len(words), at, -1):
                match = self.lexicon.match(words[:stop], at)
                if match and match[1].state:
                    return match[1].state
        return None

    def _read_all(self) -> None:
        sentences = self.analysis.all_sentences()
        readings: list[tuple[Sentence, list[tuple[Phrase, Mention]]]] = []
        for sentence in sentences:
            readings.append((sentence, self._row(sentence)))
        for _, row in readings:
            for _, mention in row:
                if mention.kind == "person" and mention.full:
                    self._person(mention)
        for sentence, row in readings:
            self._appositions(sentence, row)
        for sentence, row in readings:
            subjects = {
                phrase.start
                for number, group in enumerate(sentence.verbs)
                if group.form == "finite"
                for phrase in subject(sentence.tokens, sentence.phrases, sentence.verbs, number)
            }
            for phrase, mention in row:
                owner = self._owner(sentence, phrase)
                if owner is not None:
                    self._seen.append(
                        _Seen(mention.start, owner, phrase.start in subjects, sentence.quote)
                    )
                entity = self._named_entity(mention)
                if entity is not None:
                    self._seen.append(
                        _Seen(
                            mention.start, entity, phrase.start in subjects, sentence.quote,
                            mention.plural,
                        )
                    )  # fmt: skip
        self._seen.sort(key=lambda seen: seen.at)
        if self.home is not None and self.official:
            for entity in self.entities.values():
                # In a ministry's own release a bare "Mr X" is its minister.
                if entity.kind == "person" and entity.state is None and not entity.roles:
                    entity.state = self.home

    def _row(self, sentence: Sentence) -> list[tuple[Phrase, Mention]]:
        """Return a sentence's phrases as mentions, without parts of a longer name or office."""
        row: list[tuple[Phrase, Mention]] = []
        taken = -1
        for phrase in sentence.phrases:
            mention = read_phrase(sentence, phrase, self.lexicon, self.analysis.text)
            if mention.start >= taken:
                row.append((phrase, mention))
                if mention.kind in ("person", "office", "organisation", "state"):
                    taken = mention.end
        return row

    def _owner(self, sentence: Sentence, phrase: Phrase) -> Entity | None:
        """Return whom a possessive in a phrase names: the owner in "Alkhatib's purpose"."""
        for index in range(phrase.start + 1, phrase.end - 1):
            if sentence.tokens[index].tag == "'":
                mention = read_phrase(
                    sentence, Phrase(phrase.start, index), self.lexicon, self.analysis.text
                )
                if mention.kind in ("person", "state", "organisation"):
                    return self._named_entity(mention)
                return None
        return None

    def _appositions(self, sentence: Sentence, row: list[tuple[Phrase, Mention]]) -> None:
        """Read "X, the minister of Y" and "the minister, X"."""
        tokens = sentence.tokens
        for (one, first), (other, second) in itertools.pairwise(row):
            gap = [token.text for token in tokens[one.end : other.start]]
            between = "".join(gap)
            if between not in (",", "(") and tokens[one.end - 1].text not in (",",):
                tail = next(
                    (at for at in range(one.end, other.start) if tokens[at].text == ","), -1
                )
                if tail < 0 or other.start - tail > 1 or other.start - one.end > 8:
                    continue
            if first.kind == "person" and second.kind == "office":
                entity = self._named_entity(first)
                if entity is not None:
                    self._give_role(entity, second)
            elif first.kind == "office" and second.kind == "person" and first.definite:
                entity = self._named_entity(second)
                if entity is not None:
                    self._give_role(entity, first)

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

    def _named_entity(self, mention: Mention) -> Entity | None:
        """Return whom a phrase means without looking at what stands before it."""
        if mention.kind == "person":
            if mention.full:
                return self._person(mention)
            last = surname_key(mention.name)
            known = self._surnames.get(last, [])
            if known:
                entity = known[0]
                entity.surfaces.setdefault(mention.name)
                if mention.role:
                    self._give_role(entity, mention)
                return entity
            return self._person(mention)
        if mention.kind == "state" and mention.state:
            entity = self.state(mention.state)
            if mention.surface != entity.name:
                entity.surfaces.setdefault(mention.surface)
            return entity
        if mention.kind in ("organisation", "media"):
            if mention.definite and mention.surface.islower():
                body = self._body(mention)
                if body is not None:
                    body.surfaces.setdefault(mention.surface)
                    return body
            entity = self._described(mention, "organisation")
            entity.media = entity.media or mention.kind == "media"
            if mention.surface != entity.name:
                entity.surfaces.setdefault(mention.surface)
            if entity.state is None and mention.state:
                entity.state = mention.state
            return entity
        if mention.kind == "office":
            return self._holder(mention)
        if mention.kind == "group":
            entity = self._described(mention, "group")
            if entity.state is None:
                entity.state = self._state_of_leader(mention)
            return entity
        return None

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
        if len(hits) == 1:
            hits[0].surfaces.setdefault(mention.surface)
            return hits[0]
        return None
