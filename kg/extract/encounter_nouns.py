"""Encounters that a noun tells of: a meeting with X, talks between X and Y."""

from __future__ import annotations

from kg.extract.encounter_parts import EncounterReader
from kg.extract.encounter_verbs import phrase_words
from kg.extract.encounter_words import Encounter
from kg.extract.entities import Entity
from kg.extract.grammar import Phrase, VerbGroup
from kg.extract.sentences import Sentence
from kg.extract.status import status_of
from kg.extract.subjects import subject

_ARRANGED = frozenset(("plan", "schedule", "expect", "set", "arrange"))


_TOGETHER = frozenset(("reach", "agree", "discuss", "exchange", "settle", "resolve", "review"))
_HAPPENED = frozenset(("take", "begin", "start", "open", "end", "last", "bring", "produce"))


class NounEncounters(EncounterReader):
    """Finds encounters by their nouns."""

    def _by_noun(
        self, sentence: Sentence, phrase: Phrase, speaker: Entity | None
    ) -> Encounter | None:
        """Read "after a meeting with X, Y said", "Y's talks with X", "talks between X and Y"."""
        noun = self._noun(sentence, phrase)
        if noun is None:
            return None
        word, form = noun
        tokens = sentence.tokens
        words = phrase_words(sentence, phrase)
        if word in ("effort", "call", "session", "round") or "press" in words or "news" in words:
            if not (word == "effort" and "mediation" in words) and "phone" not in words:
                return None
        pronoun = tokens[phrase.start].lower in ("his", "her", "its", "their")
        governing = self._governing(sentence, phrase)
        others, separate = self._attached(sentence, phrase, speaker)
        owner = self._owner(sentence, phrase, speaker)
        between = any(
            t.lower in ("between", "among", "amongst") for t in tokens[phrase.end : phrase.end + 2]
        )
        if governing is not None and sentence.verbs[governing].lemma in self.words.holding:
            return None  # read by the verb's rule
        if word in ("mediation", "effort") and pronoun:
            return None  # "thanked X for his mediation between Y and Z"
        hub = list(owner)
        clause: int | None = None
        if not hub and not between and others:
            hub, clause = self._clause_subject(sentence, phrase, others, speaker)
        parties = [*hub, *(entity for entity in others if entity not in hub)]
        rule = "noun-between" if between else "noun-with"
        if not others and not hub:
            both = self._both(sentence, phrase, speaker)
            if both:
                return Encounter(
                    "noun-both", both, "occurred", form, sentence,
                    (tokens[phrase.head].start, tokens[phrase.head].end), phrase.end,
                    confidence=0.7, hub=both,
                )  # fmt: skip
        if not others:
            host = self._took_place(sentence, phrase, word)
            if host is None:
                return None
            parties = [*hub, *(e for e in host if e not in hub)]
            rule = "noun-took-place"
        status = self._noun_status(sentence, phrase, governing)
        if clause is not None and status == "occurred":
            status = self._clause_status(sentence, phrase, clause)
        return Encounter(
            rule, parties, status, form, sentence,
            (tokens[phrase.head].start, tokens[phrase.head].end), phrase.end, separate,
            0.8 if others else 0.65, hub,
        )  # fmt: skip

    def _both(self, sentence: Sentence, phrase: Phrase, speaker: Entity | None) -> list[Entity]:
        """Return X and Y of "X and Y reached an agreement during a meeting"."""
        tokens = sentence.tokens
        if phrase.start == 0 or tokens[phrase.start].lower not in ("a", "an"):
            return []
        if tokens[phrase.start - 1].lower not in ("during", "in", "at"):
            return []
        for number in range(len(sentence.verbs) - 1, -1, -1):
            group = sentence.verbs[number]
            if group.start > phrase.start or group.form != "finite":
                continue
            if group.lemma not in _TOGETHER or group.modal or group.negated or group.passive:
                return []
            parts = subject(tokens, sentence.phrases, sentence.verbs, number)
            found = self._entities(sentence, parts, speaker)
            return found if len(found) > 1 else []
        return []

    def _describes(self, sentence: Sentence, phrase: Phrase, group: VerbGroup) -> bool:
        """Tell whether a participle describes the noun: right behind it, or behind a comma."""
        tokens = sentence.tokens
        if group.end - group.start > 1 or tokens[group.head].tag != "E":
            return False
        return group.start == phrase.end or (
            tokens[group.start - 1].text == "," and group.start - phrase.end < 10
        )

    def _took_place(self, sentence: Sentence, phrase: Phrase, word: str) -> list[Entity] | None:
        """Return the parties of "the last meeting of ministers took place" and "hosted by X"."""
        tokens = sentence.tokens
        follows = tokens[phrase.end : phrase.end + 16]
        held = [
            g for g in sentence.verbs
            if phrase.end <= g.start <= phrase.end + 10
            and (g.lemma in ("take", "begin", "start", "open", "meet", "continue", "resume", "end")
                 or (g.passive and g.lemma in ("hold", "host", "chair", "convene", "lead")))
        ]  # fmt: skip
        if not held:
            return None
        for offset, token in enumerate(follows):
            if token.lower == "by" and phrase.end + offset == held[0].end:
                listed, _ = self.parties.listed(sentence, phrase.end + offset + 1)
                involved = self._adjective_parties(sentence, phrase)
                return [*listed, *(e for e in involved if e not in listed)] or None
        if word in ("visit", "call", "conversation"):
            return None
        return self._of_members(sentence, phrase)

    def _of_members(self, sentence: Sentence, phrase: Phrase) -> list[Entity] | None:
        """Return the members and the body of "a meeting of Coalition foreign ministers"."""
        tokens = sentence.tokens
        if phrase.end >= len(tokens) or tokens[phrase.end].lower != "of":
            return None
        listed, _ = self.parties.listed(sentence, phrase.end + 1)
        if not listed:
            return None
        inner = next((p for p in sentence.phrases if p.start == phrase.end + 1), None)
        if len(listed) == 1 and inner is not None:
            body = self.book.body_in(sentence, inner)
            if body is not None and body is not listed[0]:
                listed.append(body)
        return listed

    def _adjective_parties(self, sentence: Sentence, phrase: Phrase) -> list[Entity]:
        """Return the state of "the intra-Syrian talks"."""
        for token in sentence.tokens[phrase.start : phrase.end]:
            for part in token.text.split("-"):
                match = self.book.lexicon.match([part], 0)
                if match and match[1].state and match[1].kind in ("adjective", "state"):
                    return [self.book.state(match[1].state)]
        return []

    def _owner(self, sentence: Sentence, phrase: Phrase, speaker: Entity | None) -> list[Entity]:
        tokens = sentence.tokens
        for index in range(phrase.start + 1, phrase.end):
            if tokens[index].tag == "'":
                return self.parties.one(sentence, Phrase(phrase.start, index), speaker)
        first = tokens[phrase.start]
        pronoun = {"his": "m", "her": "f", "their": "", "its": ""}.get(first.lower)
        if pronoun is not None:
            found = self.book.possessor(first, sentence)
            return [found] if found is not None else []
        if first.lower == "our" and speaker is not None:
            return [speaker]
        if tokens[phrase.start].tag == "X" and phrase.start == 0 and sentence.start <= 400:
            # a headline: "Syrian Opposition Talks With Russia and Iran"
            return self._headline(sentence, phrase)
        return []

    def _headline(self, sentence: Sentence, phrase: Phrase) -> list[Entity]:
        if phrase.head == phrase.start or sentence.tokens[-1].text == ".":
            return []
        return self.parties.one(sentence, Phrase(phrase.start, phrase.head))

    def _clause_subject(
        self,
        sentence: Sentence,
        phrase: Phrase,
        others: list[Entity],
        speaker: Entity | None,
    ) -> tuple[list[Entity], int | None]:
        """Return the subject of the main verb: Y in "after a meeting with X, Y said"."""
        order = sorted(
            range(len(sentence.verbs)),
            key=lambda n: abs(sentence.verbs[n].start - phrase.start),
        )
        tokens = sentence.tokens
        before = phrase.start - 1
        while before >= 0 and tokens[before].tag in "DJ#'":
            before -= 1
        lead = tokens[before].lower if before >= 0 else ""
        if lead not in ("after", "before", "during", "in", "following", "at", "for", "from",
                        "through", "since", "of", "ahead", "upon", "to"):  # fmt: skip
            return [], None
        for number in order:
            if sentence.verbs[number].form != "finite":
                continue
            parts = subject(tokens, sentence.phrases, sentence.verbs, number)
            found = [
                entity
                for entity in self._entities(sentence, parts, speaker)
                if entity not in others
            ]
            if found:
                return (found[:1] if len(parts) == 1 else found), number
        return [], None

    def _clause_status(self, sentence: Sentence, phrase: Phrase, number: int) -> str:
        """Return the status that the main verb gives: "will travel there for a meeting"."""
        tokens = sentence.tokens
        group = sentence.verbs[number]
        lead = [t.lower for t in tokens[max(0, phrase.start - 4) : phrase.start]]
        if "after" in lead or "following" in lead or "since" in lead or group.start > phrase.start:
            return "occurred"
        status = status_of(sentence, number, self.words.status)
        return status if status in ("planned", "hypothetical") else "occurred"

    def _governing(self, sentence: Sentence, phrase: Phrase) -> int | None:
        """Return the verb group whose object a meeting noun is."""
        tokens = sentence.tokens
        at = phrase.start - 1
        while at > 0 and tokens[at].lower == "of":
            earlier = sentence.phrase_at(at - 1)
            if earlier is None:
                break
            at = earlier.start - 1
        for number, group in enumerate(sentence.verbs):
            if group.end - 1 <= at < group.end + 1 and group.end <= phrase.start:
                return number
        return None

    def _noun_status(self, sentence: Sentence, phrase: Phrase, governing: int | None) -> str:
        tokens = sentence.tokens
        words = self.words.status
        verbs = [g for g in sentence.verbs if g.start >= phrase.end]
        if verbs and verbs[0].lemma in _ARRANGED and self._describes(sentence, phrase, verbs[0]):
            # "the talks planned for Monday were cancelled", "…, scheduled for June, may be delayed"
            main = verbs[1] if len(verbs) > 1 else None
            if main is not None and main.passive and main.lemma in words.refusing:
                return "denied"
            if main is None or main.modal or not main.past or main.lemma not in _HAPPENED:
                return "planned"
            return "occurred"
        following = verbs[0] if verbs else None
        if following is not None and following.start - phrase.end < 12:
            between = tokens[phrase.end : following.start]
            direct = not any(t.text in (",", ";") or t.tag in "SWC" for t in between[-1:])
            # "the talks that will be held"
            relative = len(between) == 1 and between[0].lower in ("that", "which")
            direct = direct or (relative and following.lemma in ("hold", "host", "take", "begin"))
            if direct and following.form == "finite":
                number = sentence.verbs.index(following)
                if following.lemma in words.refusing:
                    return "denied"
                if following.modal:
                    return status_of(sentence, number, words)
        if governing is not None:
            lemma = sentence.verbs[governing].lemma
            if lemma in words.refusing:
                return "denied"
            if lemma in words.wishing and lemma not in ("call", "ask", "press", "appeal"):
                return "hypothetical"
            if lemma in words.planning:
                return "planned"
            status = status_of(sentence, governing, words)
            if status != "occurred":
                return status
        before = [t.lower for t in tokens[max(0, phrase.start - 4) : phrase.end]]
        if "no" in before[-3:] or "without" in before:
            return "denied"
        if before[-4:-2] == ["way", "for"] or "ahead" in before:
            return "hypothetical" if "way" in before else "planned"
        for word in before:
            if word in ("possible", "potential", "proposed", "prospective", "proposal", "for"):
                if word != "for" or "called" in before or "call" in before:
                    return "hypothetical"
            if word in ("planned", "upcoming", "forthcoming", "scheduled", "next"):
                return "planned"
            if word in ("ongoing", "continuing"):
                return "ongoing"
        for group in sentence.verbs:
            if group.end <= phrase.start and group.form == "finite":
                continue
        return "occurred"
