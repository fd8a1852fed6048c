"""Whom the article speaks of: parties, and whom a name, an office or a pronoun means in it.

Nothing is merged across articles here, and nothing by guess: a surname means the person of that
name whom the article names in full, an office the person to whom the article gives it.
"""

from __future__ import annotations

from bisect import bisect_left

from kg.extract.entities import Entity, agrees, surname_key
from kg.extract.grammar import Phrase
from kg.extract.mentions import Mention, read_phrase
from kg.extract.naming import NamedParties
from kg.extract.sentences import Sentence
from kg.extract.tokens import Token

_BODIES = frozenset(("office", "government", "ministry", "administration", "cabinet"))
_OWNED = _BODIES | {"spokesman", "spokeswoman", "spokesperson", "aide", "adviser", "lawyer"}


class PartyBook(NamedParties):
    """The parties of one article, and whom each phrase means in its place."""

    def resolve(self, sentence: Sentence, phrase: Phrase) -> Entity | None:
        """Return the party that a phrase means, or None where it means none that is known."""
        mention = read_phrase(sentence, phrase, self.lexicon, self.analysis.text)
        return self.resolve_mention(mention, sentence, phrase)

    def resolve_mention(
        self, mention: Mention, sentence: Sentence, phrase: Phrase
    ) -> Entity | None:
        """Return the party of a mention that was already read."""
        if mention.kind == "pronoun":
            return self._pronoun(mention, sentence, phrase)
        if mention.surface.lower() == "resolution":
            council = self._names.get("un security council")
            if council is not None:
                return council
        owned = self._owned(mention, sentence, phrase)
        if owned is not None:
            return owned
        found = self._named_entity(mention)
        if found is not None:
            return found
        if mention.kind == "office":
            entity = self._described(mention, "group" if mention.plural else "anonymous")
            if entity.state is None:
                entity.state = mention.state or self._office_state(mention.role)
            return entity
        if mention.kind == "thing":
            kind = "group" if mention.plural else "organisation"
            words = mention.surface.lower().split()
            if words and words[-1] in self.lexicon.anonymous:
                kind = "anonymous"
            return self._described(mention, kind)
        return None

    def _owned(self, mention: Mention, sentence: Sentence, phrase: Phrase) -> Entity | None:
        """Return who speaks for somebody as "his office", "her spokesman"."""
        first = sentence.tokens[phrase.start]
        words = mention.surface.split()
        if first.lower not in ("his", "her", "its") or not words or words[-1] not in _OWNED:
            return None
        named = next((p for p in sentence.phrases if p.start == phrase.end + 1), None)
        if named is not None and sentence.tokens[phrase.end].text == ",":
            follower = read_phrase(sentence, named, self.lexicon, self.analysis.text)
            if follower.kind == "person":
                return self._named_entity(follower)  # "his lawyer, Jan Berg, said"
        owner = self.possessor(first, sentence)
        if owner is None or owner.kind not in ("person", "state", "organisation"):
            return None
        name = f"{owner.name}'s {mention.surface}"
        kind = "organisation" if words[-1] in _BODIES else "anonymous"
        entity = self._names.get(name.lower())
        if entity is None:
            entity = self._new(name, kind, owner.state)
            self._names[name.lower()] = entity
        return entity

    def named(self, words: str) -> Entity | None:
        """Return the party that words name as they stand, or None where they say more."""
        plain = words.strip().removeprefix("the ").removeprefix("The ").replace("’", "'")
        parts = plain.split()
        if not parts or not parts[0][:1].isupper() or len(parts) > 8:
            return None
        match = self.lexicon.match(parts, 0)
        if match is not None and match[0] == len(parts):
            entry = match[1]
            if entry.kind in ("state", "seat") and entry.state:
                return self.state(entry.state)
            if entry.kind in ("organisation", "government", "media"):
                mention = Mention("organisation", entry.name, plain, 0, 0, entry.state)
                return self._named_entity(mention)
        found = self._names.get(plain.lower())
        if found is not None:
            return found
        known = self._surnames.get(surname_key(plain), [])
        if len(known) == 1:
            name = set(known[0].name.lower().split())
            titles = {w for title, _ in known[0].roles for w in title.lower().split()}
            state = known[0].state
            for part in parts[:-1]:
                entry_match = self.lexicon.match([part], 0)
                of_state = entry_match is not None and entry_match[1].state == state
                if part.lower() not in name | titles and not of_state:
                    return None
            return known[0]
        return None

    def author(self, name: str) -> Entity:
        """Return the party that writes the article; one who has no name is anonymous."""
        known = self._names.get(name.lower())
        if known is not None:
            return known
        entity = Entity("author", name, "anonymous" if name == "the author" else "person")
        return self.entities.setdefault("author", entity)

    def unknown(self, words: str) -> Entity | None:
        """Return an unnamed party for a pronoun that means nobody named before."""
        word = words.strip().lower()
        if word not in ("he", "she", "they", "who", "one"):
            return None
        mention = Mention("anonymous", word, word, 0, 0)
        return self._described(mention, "anonymous")

    def body_named(self, title: str) -> Entity | None:
        """Return the body that an office's title names: "Syrian National Coalition leader"."""
        words = title.replace("’", "'").split()
        for at in range(len(words)):
            match = self.lexicon.match(words, at)
            if match and match[1].kind in ("organisation", "government"):
                mention = Mention("organisation", match[1].name, match[1].name, 0, 0)
                return self._named_entity(mention)
        return None

    def body_in(self, sentence: Sentence, phrase: Phrase) -> Entity | None:
        """Return the organisation that a group's description names: "Coalition ministers"."""
        for stop in range(phrase.end - 1, phrase.start, -1):
            part = Phrase(phrase.start, stop)
            mention = read_phrase(sentence, part, self.lexicon, self.analysis.text)
            if mention.kind == "organisation" and mention.end <= sentence.tokens[stop - 1].end:
                return self._body(mention) or self._named_entity(mention)
        return None

    def possessor(self, token: Token, sentence: Sentence) -> Entity | None:
        """Return whom "his", "her", "their" or "its" means."""
        word = {"his": "he", "her": "she", "their": "they", "its": "it"}[token.lower]
        gender = {"he": "m", "she": "f"}.get(word, "")
        mention = Mention(
            "pronoun", word, token.text, token.start, token.end, gender=gender,
            plural=word == "they",
        )  # fmt: skip
        return self._pronoun(mention, sentence, Phrase(0, 1))

    def named_before(self, at: int, back: int, kinds: tuple[str, ...]) -> list[Entity]:
        """Return the parties of some kinds that the text names in the passage before a place."""
        until = bisect_left(self._seen, at, key=lambda seen: seen.at)
        found: list[Entity] = []
        for seen in self._seen[max(0, until - 40) : until]:
            if seen.at >= at - back and seen.entity.kind in kinds and seen.entity not in found:
                found.append(seen.entity)
        return found

    def person_before(self, at: int, since: int) -> Entity | None:
        """Return the last person named between two offsets."""
        until = bisect_left(self._seen, at, key=lambda seen: seen.at)
        for seen in reversed(self._seen[max(0, until - 50) : until]):
            if since <= seen.at and seen.entity.kind == "person":
                return seen.entity
        return None

    def subject_before(self, at: int, since: int) -> Entity | None:
        """Return the last person that is a subject between two offsets."""
        until = bisect_left(self._seen, at, key=lambda seen: seen.at)
        for seen in reversed(self._seen[max(0, until - 50) : until]):
            if since <= seen.at and seen.subject and seen.entity.kind == "person":
                return seen.entity
        return None

    def _pronoun(self, mention: Mention, sentence: Sentence, phrase: Phrase) -> Entity | None:
        word = mention.name
        if word in ("who", "which"):
            before = [p for p in sentence.phrases if p.end <= phrase.start]
            if not before:
                return None
            chosen = before[-1]
            tokens = sentence.tokens
            nearest = read_phrase(sentence, chosen, self.lexicon, self.analysis.text)
            people = nearest.kind == "group" and word == "who"
            while (
                not people
                and len(before) > 1
                and tokens[chosen.start - 1].lower in ("of", "for", "at", "in")
                and before[-2].end == chosen.start - 1
            ):
                before.pop()
                chosen = before[-1]
            return self.resolve(sentence, chosen)
        if word in ("i", "we", "us", "me", "our", "my"):
            return None
        best: Entity | None = None
        best_score = -1.0
        until = bisect_left(self._seen, mention.start, key=lambda seen: seen.at)
        for back, seen in enumerate(reversed(self._seen[max(0, until - 14) : until])):
            entity = seen.entity
            if not (agrees(word, mention, entity) or (word in ("they", "them") and seen.plural)):
                continue
            same = sentence.start <= seen.at
            score = (
                10
                - back
                + (6.0 if seen.subject and word == "they" else 4.0 if seen.subject else 0)
                - (2.0 if seen.quote >= 0 else 0)
            )
            if same and not seen.subject and word != "they":
                score -= 3
            if word == "they" and entity.kind == "organisation" and not seen.plural:
                score -= 6
            if score > best_score:
                best, best_score = entity, score
        if best is None and word not in ("he", "she", "him", "her", "they", "it"):
            return self._described(mention, "group" if mention.plural else "anonymous")
        return best
