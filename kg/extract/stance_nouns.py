"""Stances that a noun or a relation shows: support for X, the allies of Y."""

from __future__ import annotations

from kg.extract.clause_ends import end_of_clause
from kg.extract.entities import Entity
from kg.extract.grammar import Phrase, VerbGroup
from kg.extract.sentences import Sentence
from kg.extract.stance_parts import StanceReader
from kg.extract.stance_words import Stance
from kg.extract.subjects import subject

_ENEMIES = frozenset(("enemy", "foe", "opponent", "critic", "adversary"))


_ALLIES = _ENEMIES | {"ally", "supporter", "backer", "supplier", "patron", "sponsor"}


class NounStances(StanceReader):
    """Finds stances by nouns and relations."""

    def _by_noun(self, sentence: Sentence, voice: Entity | None) -> list[Stance]:
        """Read "X's support for Y", "committed to Y", "the need for Y", "concern about Y"."""
        tokens = sentence.tokens
        found: list[Stance] = []
        for index in range(len(tokens) - 2):
            link = tokens[index + 1].lower
            if tokens[index + 1].tag not in "PTSW":
                continue
            head = tokens[index]
            word = self.words.nouns.get((head.lower, link)) or self.words.nouns.get(
                (head.lemma.lower(), link)
            )
            start = index + 2
            stance = word.stance if word else ""
            if (
                word is not None
                and head.lower == "end"
                and not (
                    index >= 2
                    and {t.lemma for t in tokens[max(0, index - 3) : index]}
                    & {"pursue", "seek", "demand", "bring"}
                )
            ):
                continue
            if word is None:
                if head.lower == "need" and link == "for" and head.tag == "N":
                    stance = "supports"
                else:
                    continue
            if head.lower == "opposition" and link == "to" and tokens[start].tag in "IV":
                continue  # "the Syrian opposition to defend X"
            holder, own = self._noun_holder(sentence, index, voice)
            towards = self._towards(sentence, start) if link == "of" else None
            if towards is not None:  # "the support of X for Y"
                holder, own = self._entity(sentence, towards[0], voice)
                start = towards[1]
            if holder is None:
                continue
            end = end_of_clause(sentence, start)
            if head.lower == "need" and any(
                g.form == "infinitive" and start < g.start < end for g in sentence.verbs
            ):
                stance = "demands"
            if tokens[start].tag == "G":
                group = next((g for g in sentence.verbs if g.start == start), None)
                inner = self.words.verbs.get(group.lemma) if group else None
                if inner is not None and word is not None and word.stance == "supports":
                    stance = inner.stance
                    start = start + 1
            parts = [_before_verb(sentence, p) for p in self._parts(sentence, start, -1)]
            for part in parts[:1] if head.lower == "end" else parts:
                found.append(
                    Stance(
                        "stance-noun", holder, stance, word.means if word else "word", part,
                        sentence, (index, index + 2), own=own, confidence=0.65,
                    )
                )  # fmt: skip
        return found

    def _towards(self, sentence: Sentence, start: int) -> tuple[Phrase, int] | None:
        """Return X and where Y begins in "the support of X for Y"."""
        tokens = sentence.tokens
        phrase = next((p for p in sentence.phrases if p.start == start), None)
        if phrase is None or phrase.end + 1 >= len(tokens):
            return None
        if tokens[phrase.end].lower != "for":
            return None
        return phrase, phrase.end + 1

    def _noun_holder(
        self, sentence: Sentence, index: int, voice: Entity | None
    ) -> tuple[Entity | None, bool]:
        tokens = sentence.tokens
        phrase = sentence.phrase_at(index)
        if phrase is not None:
            for at in range(index - 1, phrase.start, -1):
                if tokens[at].tag == "'":
                    return self._entity(sentence, Phrase(phrase.start, at), voice)
            nation = self.book.lexicon.match([tokens[index - 1].text], 0) if index else None
            if nation is not None and nation[1].kind == "adjective" and nation[1].state:
                return self.book.state(nation[1].state), False  # "Chinese support for X"
            first = tokens[phrase.start]
            if first.lower in ("our", "my"):
                return voice, True
            if first.lower in ("his", "her", "their", "its"):
                entity = self.book.possessor(first, sentence)
                return entity, False
        for number in range(len(sentence.verbs) - 1, -1, -1):
            group = sentence.verbs[number]
            if group.start > index or group.form == "infinitive":
                continue
            if group.modal and group.modal not in ("will", "'ll"):
                return None, False
            if group.form == "finite":
                if group.negated:
                    return None, False
                parts = subject(tokens, sentence.phrases, sentence.verbs, number)
                if parts:
                    entity, own = self._entity(sentence, parts[0], voice)
                    if entity is None and voice is not None:
                        return voice, True
                    return entity, own
        return (voice, True) if voice is not None else (None, False)

    def _alliance(
        self, sentence: Sentence, number: int, group: VerbGroup, voice: Entity | None
    ) -> list[Stance]:
        """Read "X and Y are the staunchest allies of Z", "X is Z's main arms supplier"."""
        tokens = sentence.tokens
        if group.lemma != "be" or group.form != "finite" or group.negated or group.modal:
            return []
        phrase = next((p for p in sentence.phrases if group.end <= p.start <= group.end + 1), None)
        if phrase is None or tokens[phrase.head].lemma.lower() not in _ALLIES:
            return []
        target: tuple[int, int] | None = None
        for at in range(phrase.start + 1, phrase.end):
            if tokens[at].tag == "'":
                target = (phrase.start, at)
        if (
            target is None
            and phrase.end + 1 < len(tokens)
            and tokens[phrase.end].lower in ("of", "to")
        ):
            following = next((p for p in sentence.phrases if p.start == phrase.end + 1), None)
            if following is not None:
                target = (following.start, following.end)
        if target is None:
            return []
        stance = "opposes" if tokens[phrase.head].lemma.lower() in _ENEMIES else "supports"
        parts = subject(tokens, sentence.phrases, sentence.verbs, number)
        found = []
        for part in parts:
            holder, own = self._entity(sentence, part, voice)
            if holder is not None:
                found.append(
                    Stance("alliance", holder, stance, "act", target, sentence,
                           (group.start, phrase.end), act="alliance", own=own, confidence=0.8)
                )  # fmt: skip
        return found


def _before_verb(sentence: Sentence, part: tuple[int, int]) -> tuple[int, int]:
    """Return a target without the verb whose subject the noun is: "support for X grew"."""
    phrase = next((p for p in sentence.phrases if p.start <= part[0] < p.end), None)
    if phrase is None or phrase.end >= part[1]:
        return part
    main = any(g.start == phrase.end and g.form == "finite" for g in sentence.verbs)
    return (part[0], phrase.end) if main else part
