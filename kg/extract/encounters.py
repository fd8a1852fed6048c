"""Meetings in a sentence: verbs and nouns of encounter, and who takes part."""

from __future__ import annotations

from dataclasses import replace

from kg.extract.encounter_nouns import NounEncounters
from kg.extract.encounter_verbs import VerbEncounters
from kg.extract.encounter_words import Encounter
from kg.extract.entities import Entity
from kg.extract.sentences import Sentence
from kg.extract.status import asks


def _checked(encounter: Encounter) -> Encounter | None:
    """Return an encounter with two parties or more, or None: one alone is no meeting."""
    seen: list[Entity] = []
    for entity in encounter.parties:
        if entity not in seen:
            seen.append(entity)
    if len(seen) < 2:
        return None
    return replace(encounter, parties=seen)


class EncounterFinder(VerbEncounters, NounEncounters):
    """Finds encounters in sentences."""

    def in_sentence(self, sentence: Sentence, speaker: Entity | None) -> list[Encounter]:
        """Return the encounters that a sentence tells of.

        Args:
            sentence: the sentence.
            speaker: whom "we" and "I" mean in it.
        """
        found: list[Encounter] = []
        if asks(sentence):
            return []
        for number, group in enumerate(sentence.verbs):
            encounter = self._by_verb(sentence, number, group, speaker)
            if encounter is not None:
                found.append(encounter)
        used = {range_ for e in found for range_ in (e.trigger,)}
        for phrase in sentence.phrases:
            encounter = self._by_noun(sentence, phrase, speaker)
            if encounter is not None and encounter.trigger not in used:
                found.append(encounter)
        return [e for e in (_checked(e) for e in found) if e is not None]
