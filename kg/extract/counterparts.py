"""Who takes part: the parties that a list of phrases names."""

from __future__ import annotations

import re

from kg.extract.entities import Entity
from kg.extract.grammar import Phrase
from kg.extract.mentions import Mention, read_phrase
from kg.extract.parties import PartyBook
from kg.extract.sentences import Sentence

_PARTY_KINDS = frozenset(("person", "state", "organisation", "group", "anonymous"))


_OF = re.compile(r" (?:of|from) ")
_PAIRED_STATES = frozenset("sides countries states nations governments delegations teams".split())
_PAIRS = _PAIRED_STATES | frozenset(
    "leaders presidents ministers premiers chancellors secretaries diplomats envoys negotiators "
    "men women officials politicians monarchs kings commanders generals".split()
)


class Counterparts:
    """Reads the parties of encounters.

    Args:
        book: the article's parties.
        audiences: words for whom one addresses but does not meet.
    """

    def __init__(self, book: PartyBook, audiences: frozenset[str]) -> None:
        self.book = book
        self.audiences = audiences

    def one(
        self, sentence: Sentence, phrase: Phrase, speaker: Entity | None = None
    ) -> list[Entity]:
        """Return whom one phrase names: none where it is no party that can meet."""
        mention = self._read(sentence, phrase)
        if mention.kind == "pronoun" and mention.name in ("i", "we", "us", "me"):
            return [speaker] if speaker is not None else []
        pair = self._pair(mention)
        if pair:
            return pair
        return self._parties(mention, sentence, phrase)

    def _pair(self, mention: Mention) -> list[Entity]:
        """Return the two whom "they", "the two leaders" or "both sides" means.

        It is the only two persons, or the only two states, that the passage before names.
        """
        words = mention.surface.lower().split()
        if words == ["two", "koreas"]:
            return [self.book.state("PRK"), self.book.state("KOR")]
        if mention.kind == "pronoun" and mention.name in ("they", "both"):
            kinds = ("person",)
        elif words and words[0] in ("two", "both") and words[-1] in _PAIRS:
            kinds = ("state",) if words[-1] in _PAIRED_STATES else ("person",)
        else:
            return []
        before = self.book.named_before(mention.start, 500, kinds)
        return before if len(before) == 2 else []

    def listed(
        self, sentence: Sentence, at: int, speaker: Entity | None = None
    ) -> tuple[list[Entity], int]:
        """Return the parties of a list of phrases that begins at a token, and where it ends."""
        tokens = sentence.tokens
        found: list[Entity] = []
        after = at
        office: Mention | None = None
        for _ in range(30):
            phrase = next((p for p in sentence.phrases if p.start == after), None)
            if phrase is None:
                break
            mention = self._read(sentence, phrase)
            if mention.kind == "pronoun" or mention.surface.lower().startswith(("two ", "both ")):
                parties = self.one(sentence, phrase, speaker)
            elif office is not None and mention.kind == "state":
                parties = self._office_holder(office, mention.state)
            else:
                if mention.kind == "group" and mention.state and _OF.search(mention.surface):
                    office = mention
                    parties = self._office_holder(mention, mention.state)
                else:
                    office = None
                    parties = self._parties(mention, sentence, phrase)
            if not parties and self._shares_group(sentence, phrase, mention):
                parties = [self.book.state(mention.state or "")]
            if not parties and not found:
                return [], at
            if not parties:
                break
            found.extend(entity for entity in parties if entity not in found)
            after = phrase.end
            while after < len(tokens) and tokens[after].start < mention.end:
                after += 1
            after = self._over_apposition(sentence, after)
            step = self._next_item(sentence, after)
            if step is None:
                break
            after = step
        return found, after

    def _next_item(self, sentence: Sentence, after: int) -> int | None:
        tokens = sentence.tokens
        if after >= len(tokens):
            return None
        if tokens[after].lower in ("and", "&"):
            starts = any(p.start == after + 1 for p in sentence.phrases)
            return after + 1 if starts else None
        if tokens[after].text == "," and after + 1 < len(tokens):
            if tokens[after + 1].lower == "and":
                return after + 2
            phrase = next((p for p in sentence.phrases if p.start == after + 1), None)
            if phrase is not None and tokens[phrase.head].tag == "X" and phrase.end < len(tokens):
                if tokens[phrase.end].text == "," or tokens[phrase.end].lower == "and":
                    return after + 1
        if (
            tokens[after].lower == "as"
            and after + 2 < len(tokens)
            and tokens[after + 1].lower == "well"
        ):
            return after + 3
        return None

    def _over_apposition(self, sentence: Sentence, after: int) -> int:
        tokens = sentence.tokens
        if after + 1 < len(tokens) and tokens[after].text in (",", "("):
            inside = tokens[after + 1]
            closing = "," if tokens[after].text == "," else ")"
            if tokens[after].text == "(" or inside.lower in ("a", "an", "the", "who", "his", "her"):
                for at in range(after + 1, min(len(tokens), after + 15)):
                    if tokens[at].text == closing:
                        return at + 1
        return after

    def _read(self, sentence: Sentence, phrase: Phrase) -> Mention:
        return read_phrase(sentence, phrase, self.book.lexicon, self.book.analysis.text)

    def _parties(self, mention: Mention, sentence: Sentence, phrase: Phrase) -> list[Entity]:
        first = re.split(r" (?:of|in|at|from|for|to) ", mention.surface)[0]
        head = first.split()[-1].lower() if first.strip() else ""
        if head in self.audiences and mention.kind != "person":
            return []
        if mention.kind in ("thing", "place", "media"):
            return []
        if mention.kind == "pronoun" and mention.name not in (
            "he",
            "she",
            "they",
            "him",
            "her",
            "them",
            "who",
            "it",
            "himself",
            "herself",
        ):
            return []
        states = self._adjectives(mention, sentence, phrase)
        if len(states) > 1:
            return states
        entity = self.book.resolve_mention(mention, sentence, phrase)
        if entity is None or entity.kind not in _PARTY_KINDS:
            return []
        return [entity]

    def _shares_group(self, sentence: Sentence, phrase: Phrase, mention: Mention) -> bool:
        """Tell the adjective that shares a noun: "Russian" in "Russian and Ukrainian officials"."""
        tokens = sentence.tokens
        if mention.kind != "thing" or not mention.state or phrase.end - phrase.start > 1:
            return False
        if phrase.end >= len(tokens) or tokens[phrase.end].text not in ("and", ","):
            return False
        following = next((p for p in sentence.phrases if p.start == phrase.end + 1), None)
        return following is not None and self._read(sentence, following).kind in ("group", "state")

    def _adjectives(self, mention: Mention, sentence: Sentence, phrase: Phrase) -> list[Entity]:
        """Return the states of "Russian and Ukrainian negotiators"."""
        if mention.kind != "group":
            return []
        tokens = sentence.tokens
        joined = [i for i in range(phrase.start + 1, phrase.head) if tokens[i].text in ("and", ",")]
        if not joined:
            return []
        found: list[Entity] = []
        for index in {phrase.start, *(at + 1 for at in joined), *(at - 1 for at in joined)}:
            match = self.book.lexicon.match([tokens[index].text], 0)
            if match and match[1].state and match[1].kind in ("adjective", "state"):
                entity = self.book.state(match[1].state)
                if entity not in found:
                    found.append(entity)
        return found

    def _office_holder(self, office: Mention, state: str | None) -> list[Entity]:
        """Return who holds an office of a state: whom the article names, or the state."""
        if state is None:
            return []
        title = _OF.split(office.surface)[0].rstrip("s")
        holder = self.book.holder(title, state)
        return [holder if holder is not None else self.book.state(state)]
