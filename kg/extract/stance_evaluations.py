"""Stances in somebody's own words: "X must", "it is vital", "a brutal regime"."""

from __future__ import annotations

from kg.extract.clause_ends import end_of_clause
from kg.extract.entities import Entity
from kg.extract.grammar import VerbGroup
from kg.extract.sentences import Sentence
from kg.extract.stance_parts import StanceReader
from kg.extract.stance_words import Stance
from kg.extract.subjects import subject

_TYRANTS = frozenset("tyrant dictator butcher murderer thug despot aggressor criminal".split())


class EvaluationStances(StanceReader):
    """Finds demands and evaluations in a voice's own words."""

    def _modal(
        self, sentence: Sentence, number: int, group: VerbGroup, voice: Entity
    ) -> list[Stance]:
        """Read "X must do Y", "there must be no Z", "it is vital that X do Y"."""
        tokens = sentence.tokens
        if group.form != "finite" or group.modal not in ("must", "should"):
            return []
        parts = subject(tokens, sentence.phrases, sentence.verbs, number)
        if group.lemma == "be" and group.start > 0 and tokens[group.start - 1].lower == "there":
            end = end_of_clause(sentence, group.end, number)
            at = group.end
            stance = "demands"
            if at < end and tokens[at].lower == "no":
                at, stance = at + 1, "opposes"
            if at >= end:
                return []
            return [Stance("modal-there", voice, stance, "word", self._trimmed(tokens, (at, end)),
                           sentence, (group.start, at), "100", own=True)]  # fmt: skip
        if not parts or group.end >= len(tokens):
            return []
        head = tokens[parts[0].start]
        if head.lower in ("i", "you") or (group.modal == "should" and group.perfect):
            return []
        start = parts[0].start
        end = end_of_clause(sentence, group.head, whole=True)
        stance = "opposes" if group.negated else "demands"
        if end <= start:
            return []
        if head.lower in ("we", "it", "this", "that", "which", "he", "she", "they"):
            start = group.head
            if head.lower == "we":
                stance = "supports" if stance == "demands" else stance
        return [Stance("modal-must", voice, stance, "word", self._trimmed(tokens, (start, end)),
                       sentence, (group.start, group.end), "100", own=True)]  # fmt: skip

    def _evaluation(
        self, sentence: Sentence, number: int, group: VerbGroup, voice: Entity
    ) -> list[Stance]:
        """Read "X is unacceptable", "it is vital that Y", "we need Z"."""
        tokens = sentence.tokens
        if group.lemma != "be" or group.form != "finite":
            return []
        at = group.end
        words: list[int] = []
        for index in range(at, min(len(tokens), at + 7)):
            if tokens[index].tag in "SWTP.V" and tokens[index].lower not in ("of",):
                break
            words.append(index)
        if not words:
            return []
        lower = {tokens[index].lower for index in words}
        after = words[-1] + 1
        before = tokens[group.start - 1].lower if group.start else ""
        if before == "it" and after < len(tokens):
            return self._impersonal(sentence, number, group, voice, lower, after)
        bad = lower & self.words.disapproving
        good = lower & self.words.approving
        parts = subject(tokens, sentence.phrases, sentence.verbs, number)
        if not parts or group.negated:
            return []
        first = tokens[parts[0].start]
        if first.tag in "RW" and first.lower not in ("this", "these"):
            return []
        if bad and (not group.modal or group.modal in ("would",)):
            stop = group.start
            return [Stance("evaluation-bad", voice, "opposes", "word",
                           self._trimmed(tokens, (parts[0].start, stop)), sentence,
                           (group.start, after), "111", own=True)]  # fmt: skip
        if good and not group.modal and "step" in lower:
            return [Stance("evaluation-good", voice, "supports", "word",
                           self._trimmed(tokens, (parts[0].start, group.start)), sentence,
                           (group.start, after), own=True, confidence=0.6)]  # fmt: skip
        return []

    def _impersonal(
        self,
        sentence: Sentence,
        number: int,
        group: VerbGroup,
        voice: Entity,
        lower: set[str],
        after: int,
    ) -> list[Stance]:
        tokens = sentence.tokens
        link = tokens[after]
        if link.lower not in ("that", "to", "for"):
            return []
        start = after + 1
        if start >= len(tokens):
            return []
        end = end_of_clause(sentence, start, number, whole=True)
        cue = (group.start, after)
        found: list[Stance] = []
        if lower & self.words.disapproving and not group.negated:
            found.append(Stance("impersonal-bad", voice, "opposes", "word",
                                self._trimmed(tokens, (start, end)), sentence, cue, "111",
                                own=True))  # fmt: skip
        elif lower & self.words.vital and not group.negated:
            stance = "supports" if link.lower == "to" else "demands"
            parts = [(start, end)]
            for index in range(start, end - 2):
                if tokens[index].lower == "and" and tokens[index + 1].lower == "that":
                    parts = [(start, index), (index + 2, end)]
            for part in parts:
                found.append(Stance("impersonal-vital", voice, stance, "word",
                                    self._trimmed(tokens, part), sentence, cue, "100",
                                    own=True))  # fmt: skip
        elif "right" in lower and not group.negated:
            found.append(Stance("impersonal-right", voice, "supports", "word",
                                self._trimmed(tokens, (start, end)), sentence, cue,
                                own=True))  # fmt: skip
        elif "early" in lower and "too" in lower:
            found.append(Stance("impersonal-early", voice, "opposes", "word",
                                self._trimmed(tokens, (start, end)), sentence, cue,
                                own=True))  # fmt: skip
        return found

    def _pejorative(self, sentence: Sentence, voice: Entity, known: list[Stance]) -> list[Stance]:
        """Read "the murderous regime of Assad": a name for what the voice opposes."""
        tokens = sentence.tokens
        found: list[Stance] = []
        for phrase in sentence.phrases:
            words = {token.lower for token in tokens[phrase.start : phrase.end]}
            if not words & self.words.pejorative:
                continue
            end = phrase.end
            while end + 1 < len(tokens) and tokens[end].lower in ("of", "by", "in"):
                following = next((p for p in sentence.phrases if p.start == end + 1), None)
                if following is None:
                    break
                end = following.end
            if any(
                s.stance == "opposes" and s.target[0] < end and phrase.start < s.target[1]
                for s in known
            ):
                continue
            found.append(Stance("pejorative", voice, "opposes", "word", (phrase.start, end),
                                sentence, (phrase.start, phrase.end), own=True,
                                confidence=0.6))  # fmt: skip
        return found

    def _wickedness(self, sentence: Sentence, voice: Entity) -> list[Stance]:
        """Read "X's cowardice", "the barbarity of X": a name for what X is opposed for."""
        tokens = sentence.tokens
        found = []
        for phrase in sentence.phrases:
            head = tokens[phrase.head].lower
            if head not in self.words.bad_nouns:
                continue
            cut = next(
                (i for i in range(phrase.start + 1, phrase.end) if tokens[i].tag == "'"), None
            )
            target = (phrase.start, phrase.end) if cut is not None else None
            end = phrase.end
            if target is None and end + 1 < len(tokens) and tokens[end].lower in ("of", "by"):
                following = next((p for p in sentence.phrases if p.start == end + 1), None)
                if following is not None:
                    target = (phrase.start, following.end)
            elif target is None and end + 1 < len(tokens) and tokens[end].lower == "carried":
                target = (phrase.start, min(len(tokens), end + 7))
            if target is not None:
                found.append(Stance("wickedness", voice, "opposes", "word",
                                    self._trimmed(tokens, target), sentence,
                                    (phrase.start, phrase.end), own=True))  # fmt: skip
        return found

    def _tyrant(
        self,
        sentence: Sentence,
        voice: Entity | None,
        reported: list[tuple[int, int, Entity]],
    ) -> list[Stance]:
        """Read "X, a tyrant": the name that the voice gives X."""
        tokens = sentence.tokens
        found = []
        for before, phrase in zip(sentence.phrases, sentence.phrases[1:], strict=False):
            if tokens[phrase.head].lower not in _TYRANTS or phrase.start != before.end + 1:
                continue
            at = tokens[phrase.head].start
            own = voice or next((e for start, end, e in reported if start <= at < end), None)
            if own is not None and tokens[before.end].text == ",":
                found.append(Stance("apposition", own, "opposes", "word",
                                    (before.start, before.end), sentence,
                                    (phrase.start, phrase.end), own=True))  # fmt: skip
        return found

    def _justice(self, sentence: Sentence, voice: Entity) -> list[Stance]:
        """Read "bring X to justice", "hold X to account", "an end to X's Y"."""
        tokens = sentence.tokens
        found = []
        for number, group in enumerate(sentence.verbs):
            if group.lemma not in ("bring", "hold") or group.negated:
                continue
            end = end_of_clause(sentence, group.end, number)
            words = [t.lower for t in tokens[group.end : end]]
            stop = next(
                (
                    group.end + i
                    for i, word in enumerate(words)
                    if word == "accountable"
                    or (word == "to" and words[i + 1 : i + 2] in (["justice"], ["account"]))
                ),
                None,
            )
            if stop is None and words[:3] == ["an", "end", "to"]:
                found.append(Stance("end-of", voice, "opposes", "word",
                                    self._trimmed(tokens, (group.end + 3, end)), sentence,
                                    (group.start, group.end + 3), own=True))  # fmt: skip
                continue
            if stop is None or stop <= group.end:
                continue
            holders = self._holders(sentence, number, group, voice) or [(voice, True)]
            for holder, own in holders:
                found.append(Stance("justice", holder, "opposes", "word", (group.end, stop),
                                    sentence, (group.start, stop), own=own))  # fmt: skip
        return found
