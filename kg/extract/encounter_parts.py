"""Parts of encounters: subjects, counterparts, meeting nouns."""

from __future__ import annotations

from kg.extract.counterparts import Counterparts
from kg.extract.encounter_words import Encounter, encounter_words
from kg.extract.entities import Entity
from kg.extract.grammar import Phrase, VerbGroup
from kg.extract.parties import PartyBook
from kg.extract.sentences import Sentence
from kg.extract.status import status_of
from kg.extract.subjects import subject

_HAPPEN = frozenset(
    ("take", "hold", "begin", "start", "resume", "continue", "occur", "schedule", "plan", "expect")
)


class EncounterReader:
    """Reads the parts of encounters in sentences."""

    def __init__(self, book: PartyBook) -> None:
        self.book = book
        self.words = encounter_words()
        self.parties = Counterparts(book, self.words.audiences)

    def _subjects(self, sentence: Sentence, number: int, speaker: Entity | None) -> list[Entity]:
        group = sentence.verbs[number]
        parts = subject(sentence.tokens, sentence.phrases, sentence.verbs, number)
        entities = self._entities(sentence, parts, speaker)
        if entities and group.form == "finite":
            return entities
        if group.form in ("infinitive", "ing"):
            owner = self._owner_before(sentence, group, speaker)
            if owner:
                return owner
            for earlier in range(number - 1, -1, -1):
                before = sentence.verbs[earlier]
                controlled = self._object_of(sentence, before, group, speaker)
                if controlled:
                    return controlled
                if before.form == "finite":
                    parts = subject(sentence.tokens, sentence.phrases, sentence.verbs, earlier)
                    found = self._entities(sentence, parts, speaker)
                    if found:
                        return found
            return entities
        return entities

    def _object_of(
        self, sentence: Sentence, before: VerbGroup, group: VerbGroup, speaker: Entity | None
    ) -> list[Entity]:
        """Return whom "urged X to meet" makes the subject of "to meet"."""
        if before.lemma not in (
            "urge",
            "ask",
            "invite",
            "tell",
            "call",
            "encourage",
            "press",
            "allow",
            "order",
            "want",
            "send",
            "help",
            "force",
            "persuade",
            "convince",
        ):
            return []
        phrase = next(
            (p for p in sentence.phrases if before.end <= p.start and p.end <= group.start), None
        )
        return self.parties.one(sentence, phrase, speaker) if phrase is not None else []

    def _owner_before(
        self, sentence: Sentence, group: VerbGroup, speaker: Entity | None
    ) -> list[Entity]:
        """Return the owner in "X's readiness to meet"."""
        phrase = sentence.phrase_at(group.start - 1)
        if phrase is None:
            return []
        for index in range(phrase.start + 1, phrase.end):
            if sentence.tokens[index].tag == "'":
                return self.parties.one(sentence, Phrase(phrase.start, index), speaker)
        return []

    def _entities(
        self, sentence: Sentence, parts: tuple[Phrase, ...], speaker: Entity | None
    ) -> list[Entity]:
        found: list[Entity] = []
        for phrase in parts:
            listed, _ = self.parties.listed(sentence, phrase.start, speaker)
            for entity in listed:
                if entity not in found:
                    found.append(entity)
        return found

    def _with_later(self, sentence: Sentence, at: int, speaker: Entity | None) -> list[Entity]:
        """Return the counterpart behind "in Munich with X", over places and days."""
        tokens = sentence.tokens
        for index in range(at, min(len(tokens), at + 14)):
            if tokens[index].text in (",", ";") or tokens[index].tag in "SWC":
                break
            if index > at and tokens[index].tag in "VE" and tokens[index].lower != "held":
                break
            if tokens[index].lower in ("with", "between", "among", "amongst"):
                others, _ = self.parties.listed(sentence, index + 1, speaker)
                return others
        return []

    def _noun(self, sentence: Sentence, phrase: Phrase) -> tuple[str, str] | None:
        tokens = sentence.tokens
        head = tokens[phrase.head]
        for word in (head.lower, head.lemma.lower(), head.lower.rstrip("s")):
            if word in self.words.nouns:
                return word, self.words.nouns[word]
        return None

    def _attached(
        self, sentence: Sentence, phrase: Phrase, speaker: Entity | None
    ) -> tuple[list[Entity], bool]:
        """Return the counterparts behind a meeting noun, and whether they are met separately."""
        tokens = sentence.tokens
        at = phrase.end
        limit = min(len(tokens), at + 22)
        found: list[Entity] = []
        repeated = 0
        # "a mediation effort that should settle what lies between X and Y"
        far = any(t.lower == "mediation" for t in tokens[phrase.start : phrase.end])
        while at < limit:
            token = tokens[at]
            if token.lower in ("with", "between", "among", "amongst", "involving"):
                listed, after = self.parties.listed(sentence, at + 1, speaker)
                if listed:
                    repeated += token.lower == "with"
                    found.extend(entity for entity in listed if entity not in found)
                    at = max(after, at + 1)
                    continue
                if found:
                    break
                at += 1
                continue
            if token.text in (";", ":", ".") or token.tag in "SWQ":
                break
            if token.tag in "VMAEI" and not far:
                happening = next((g for g in sentence.verbs if g.start <= at < g.end), None)
                if happening is None or found or happening.lemma not in _HAPPEN:
                    break
                at = happening.end
                continue
            if token.text == "," and found:
                break
            at += 1
        return found, repeated > 1

    def _with_body(self, sentence: Sentence, number: int, group: Entity) -> list[Entity]:
        """Return a group with the body whose members it is: "EU ministers", "BRICS leaders".

        Such a group meets among itself; one of a single state, or of none that is named, does not.
        """
        parts = subject(sentence.tokens, sentence.phrases, sentence.verbs, number)
        if group.kind != "group" or group.state or len(parts) != 1:
            return [group]
        phrase = parts[0]
        body = self.book.body_in(sentence, phrase)
        tokens = sentence.tokens
        if body is None and phrase.end < len(tokens) and tokens[phrase.end].lower in ("of", "from"):
            inner = next((p for p in sentence.phrases if p.start == phrase.end + 1), None)
            if inner is not None:
                mention = self.parties._read(sentence, inner)
                named = self.parties.one(sentence, inner) if mention.kind == "organisation" else []
                body = named[0] if named else self.book.body_in(sentence, inner)
        if body is None or body.state or (" " not in body.name and not body.name.isupper()):
            return [group]
        return [group, body]

    def _of_body(self, sentence: Sentence, phrase: Phrase, head: Phrase) -> list[Entity]:
        """Return the body of "a meeting of the Security Council" and "the EU summit"."""
        tokens = sentence.tokens
        if head.end < len(tokens) and tokens[head.end].lower == "of":
            listed, _ = self.parties.listed(sentence, head.end + 1)
            if listed:
                return listed
        for stop in range(phrase.end - 1, phrase.start, -1):
            start = phrase.start
            while start < stop and tokens[start].tag == "D":
                start += 1
            if start >= stop:
                break
            mention = self.parties._read(sentence, Phrase(start, stop))
            if mention.kind in ("organisation", "state") and mention.name[0].isupper():
                return self.parties.one(sentence, Phrase(start, stop))
        return []

    def _made(
        self,
        rule: str,
        subjects: list[Entity],
        others: list[Entity],
        sentence: Sentence,
        number: int,
        group: VerbGroup,
        separate: bool,
        form: str,
        confidence: float = 0.85,
    ) -> Encounter | None:
        status = status_of(sentence, number, self.words.status)
        if group.lemma in self.words.status.refusing and rule == "verb-hold":
            status = "denied"
        elif group.lemma in self.words.status.wishing and rule == "verb-hold":
            status = "hypothetical" if status == "occurred" else status
        elif group.lemma in self.words.status.planning and rule == "verb-hold":
            status = "planned" if status == "occurred" else status
        parties = [*subjects, *(entity for entity in others if entity not in subjects)]
        tokens = sentence.tokens
        return Encounter(
            rule, parties, status, form, sentence,
            (tokens[group.head].start, tokens[group.head].end), group.end, separate,
            confidence, list(subjects),
        )  # fmt: skip
