"""Names, offices and descriptions to parties, over a whole article."""

from __future__ import annotations

import itertools

from kg.extract.described import DescribedParties, Seen
from kg.extract.entities import Entity, surname_key
from kg.extract.grammar import Phrase
from kg.extract.lexicon import Lexicon
from kg.extract.mentions import Mention, read_phrase
from kg.extract.sentences import Analysis, Sentence
from kg.extract.subjects import subject
from kg.extract.tokens import Token


class NamedParties(DescribedParties):
    """The parties of one article, by the names and offices that it gives them.

    Args:
        analysis: the article, read.
        lexicon: known names.
        publisher: who publishes it; its state is that of bare domestic offices.
    """

    def __init__(self, analysis: Analysis, lexicon: Lexicon, publisher: str | None = None) -> None:
        super().__init__(lexicon, publisher)
        self.analysis = analysis
        self.official = bool(
            set((publisher or "").lower().split())
            & {"government", "department", "ministry", "office", "embassy", "delegation"}
        )
        self._read_all()

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
                        Seen(mention.start, owner, phrase.start in subjects, sentence.quote)
                    )
                entity = self._named_entity(mention)
                if entity is not None:
                    self._seen.append(
                        Seen(
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
                if _speaks(tokens, second.end, gap):
                    continue
                entity = self._named_entity(first)
                if entity is not None:
                    self._give_role(entity, second)
            elif first.kind == "office" and second.kind == "person" and first.definite:
                entity = self._named_entity(second)
                if entity is not None:
                    self._give_role(entity, first)

    def _named_entity(self, mention: Mention) -> Entity | None:
        """Return whom a phrase means without looking at what stands before it."""
        if mention.kind == "person":
            if mention.full:
                return self._person(mention)
            last = surname_key(mention.name)
            known = self._surnames.get(last, []) or self._firsts.get(last, [])
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


def _speaks(tokens: list[Token], end: int, gap: list[str]) -> bool:
    """Tell whether an office behind a comma is a subject: "to meet X, the minister said"."""
    following = next((token for token in tokens if token.start >= end), None)
    return gap == [","] and following is not None and following.tag in ("V", "E", "A", "M")
