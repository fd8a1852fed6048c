"""Stances in a sentence: who supports, opposes or demands what, by which words."""

from __future__ import annotations

from kg.extract.entities import Entity
from kg.extract.sentences import Sentence
from kg.extract.stance_acts import ActStances
from kg.extract.stance_evaluations import EvaluationStances
from kg.extract.stance_neutral import NeutralStances
from kg.extract.stance_nouns import NounStances
from kg.extract.stance_shifts import ShiftStances
from kg.extract.stance_verbs import VerbStances
from kg.extract.stance_words import Stance
from kg.extract.status import asks


class StanceFinder(
    VerbStances, ActStances, NeutralStances, ShiftStances, EvaluationStances, NounStances
):
    """Finds stances in sentences of one article."""

    def in_sentence(
        self,
        sentence: Sentence,
        voice: Entity | None,
        reported: list[tuple[int, int, Entity]] | None = None,
    ) -> list[Stance]:
        """Return the stances in a sentence.

        Args:
            sentence: the sentence.
            voice: in whose words it is: the speaker of a quotation, the issuer of a release.
            reported: stretches of the text that report what somebody said.
        """
        found: list[Stance] = []
        if asks(sentence):
            return []
        tokens = sentence.tokens
        for number, group in enumerate(sentence.verbs):
            found.extend(self._neutral(sentence, number, group, voice))
            found.extend(self._shift(sentence, number, group, voice))
            found.extend(self._no_longer(sentence, number, group, voice))
        settled = [(stance.target[0], stance.target[1]) for stance in found]
        for number, group in enumerate(sentence.verbs):
            found.extend(self._by_verb(sentence, number, group, voice))
            found.extend(self._deed(sentence, number, group, voice))
            found.extend(self._demand(sentence, number, group, voice))
            found.extend(self._refusal(sentence, number, group, voice))
            found.extend(self._from(sentence, number, group, voice))
            own = voice
            if own is None and reported is not None:
                at = tokens[group.head].start
                own = next((e for start, end, e in reported if start <= at < end), None)
            found.extend(self._called(sentence, number, group, voice))
            if own is not None:
                found.extend(self._necessity(sentence, number, group, own))
                found.extend(self._modal(sentence, number, group, own))
                found.extend(self._evaluation(sentence, number, group, own))
            found.extend(self._alliance(sentence, number, group, voice))
        found.extend(self._by_noun(sentence, voice))
        found.extend(self._tyrant(sentence, voice, reported or []))
        if voice is not None:
            found.extend(self._justice(sentence, voice))
            found.extend(self._wickedness(sentence, voice))
            found.extend(self._pejorative(sentence, voice, found))
        return [s for s in found if s.stance == "neutral" or s.held or not _within(s, settled)]


def _within(stance: Stance, settled: list[tuple[int, int]]) -> bool:
    """Tell whether a stance repeats the target of one that was read as neutral or as a shift."""
    start, end = stance.target
    return any(start < b and a < end for a, b in settled)
