"""Stances that deeds show: severed ties with X, suspended aid to X, sent weapons to X."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from kg.extract.clause_ends import end_of_clause
from kg.extract.entities import Entity
from kg.extract.grammar import VerbGroup
from kg.extract.lexicon.files import load_yaml
from kg.extract.sentences import Sentence
from kg.extract.stance_parts import StanceReader
from kg.extract.stance_words import Stance


@dataclass(frozen=True)
class Deed:
    """One kind of deed (``acts`` of ``stances.yaml``): verbs, what is done, towards whom."""

    verbs: frozenset[str]
    objects: frozenset[str]
    preps: frozenset[str]
    stance: str
    act: str
    code: str = ""


@cache
def deeds() -> tuple[Deed, ...]:
    """Return the kinds of deeds."""
    return tuple(
        Deed(
            frozenset(row["verbs"].split()),
            frozenset(row["objects"].split()),
            frozenset(row["preps"].split()),
            row["stance"],
            row["act"],
            row.get("code", ""),
        )
        for row in load_yaml("stances.yaml")["acts"]
    )


class ActStances(StanceReader):
    """Finds stances by deeds."""

    def _deed(
        self, sentence: Sentence, number: int, group: VerbGroup, voice: Entity | None
    ) -> list[Stance]:
        tokens = sentence.tokens
        if group.passive or group.negated or group.form == "infinitive":
            return []
        if group.modal and group.modal not in ("will", "'ll"):
            return []
        start = group.end
        if start < len(tokens) and tokens[start].lower in ("off", "up"):
            start += 1
        phrase = next((p for p in sentence.phrases if p.start == start), None)
        if phrase is None or phrase.end + 1 >= len(tokens):
            return []
        head, link = tokens[phrase.head].lemma.lower(), tokens[phrase.end].lower
        deed = next(
            (d for d in deeds()
             if group.lemma in d.verbs and head in d.objects and link in d.preps), None
        )  # fmt: skip
        target = next((p for p in sentence.phrases if p.start == phrase.end + 1), None)
        if deed is None or target is None:
            return []
        end = min(end_of_clause(sentence, target.start, number), target.end)
        return [
            Stance("stance-deed", holder, deed.stance, "act", (target.start, end), sentence,
                   (group.start, phrase.end), deed.code, deed.act, own=own, confidence=0.75)
            for holder, own in self._holders(sentence, number, group, voice)
        ]  # fmt: skip
