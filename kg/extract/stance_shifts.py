"""Stances that changed: dropped its demand, reversed its opposition, no longer insists on."""

from __future__ import annotations

from kg.extract.clause_ends import end_of_clause
from kg.extract.entities import Entity
from kg.extract.grammar import VerbGroup
from kg.extract.name_parts import CALENDAR
from kg.extract.sentences import Sentence
from kg.extract.stance_parts import StanceReader
from kg.extract.stance_words import Stance

_ENDING = frozenset(
    "drop abandon withdraw reverse lift end renounce relinquish waive rescind retract".split()
)
_HELD = {
    "opposition": "opposes", "objection": "opposes", "resistance": "opposes", "veto": "opposes",
    "support": "supports", "backing": "supports", "endorsement": "supports",
    "demand": "demands", "insistence": "demands", "call": "demands",
}  # fmt: skip
_AFTER = {"opposes": "neutral", "supports": "opposes", "demands": "neutral"}
_OWNERS = frozenset(("its", "his", "her", "their", "our", "my", "all"))
_LINKS = frozenset(("to", "for", "that", "on", "of", "over"))


class ShiftStances(StanceReader):
    """Finds stances that replace earlier ones."""

    def _shift(
        self, sentence: Sentence, number: int, group: VerbGroup, voice: Entity | None
    ) -> list[Stance]:
        """Read "dropped its demand that X", "reversed its opposition to X"."""
        tokens = sentence.tokens
        if group.passive or group.negated or group.lemma not in _ENDING:
            return []
        if group.form != "finite" or group.modal not in ("", "will", "'ll"):
            return []
        phrase = next((p for p in sentence.phrases if p.start == group.end), None)
        if phrase is None or tokens[phrase.start].lower not in _OWNERS:
            return []
        held = _HELD.get(tokens[phrase.head].lemma.lower())
        if held is None or phrase.end + 1 >= len(tokens):
            return []
        if tokens[phrase.end].lower not in _LINKS:
            return []
        start = phrase.end + 1
        end = end_of_clause(sentence, start, number, whole=tokens[phrase.end].lower == "that")
        stance = _AFTER[held]
        if group.lemma == "reverse":
            stance = "supports" if held == "opposes" else "opposes"
        return self._made(sentence, number, group, voice, (start, end), stance, held)

    def _no_longer(
        self, sentence: Sentence, number: int, group: VerbGroup, voice: Entity | None
    ) -> list[Stance]:
        """Read "no longer opposes X", "will no longer insist on X"."""
        tokens = sentence.tokens
        lead = [token.lower for token in tokens[max(0, group.start - 2) : group.end]]
        if "longer" not in lead or lead[lead.index("longer") - 1] != "no" or group.passive:
            return []
        if group.modal not in ("", "will", "'ll") or group.end >= len(tokens):
            return []
        start = group.end
        word = self.words.verb_preps.get((group.lemma, tokens[start].lower))
        if word is not None:
            start += 1
        else:
            word = self.words.verbs.get(group.lemma)
        if word is None or word.stance not in _AFTER or word.preps:
            return []
        if not any(p.start == start for p in sentence.phrases):
            return []
        end = end_of_clause(sentence, start, number)
        return self._made(
            sentence, number, group, voice, (start, end), _AFTER[word.stance], word.stance
        )

    def _made(
        self,
        sentence: Sentence,
        number: int,
        group: VerbGroup,
        voice: Entity | None,
        part: tuple[int, int],
        stance: str,
        held: str,
    ) -> list[Stance]:
        tokens = sentence.tokens
        start, end = self._trimmed(tokens, part) if part[1] > part[0] else part
        # "dropped its opposition to X on Tuesday": the day is the shift's
        for at in range(start + 1, end - 1):
            if tokens[at].lower == "on" and tokens[at + 1].lower.endswith("day"):
                end = at
                break
        if end <= start or tokens[start].text in CALENDAR:
            return []
        return [
            Stance("shift", holder, stance, "word", (start, end), sentence, (group.start, start),
                   own=own, confidence=0.75, held=held)
            for holder, own in self._holders(sentence, number, group, voice)
        ]  # fmt: skip
