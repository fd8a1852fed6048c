"""Encounters that a verb tells of: met, held talks, received, telephoned."""

from __future__ import annotations

from kg.extract.encounter_parts import EncounterReader
from kg.extract.encounter_words import Encounter
from kg.extract.entities import Entity
from kg.extract.grammar import Phrase, VerbGroup
from kg.extract.sentences import Sentence


def phrase_words(sentence: Sentence, phrase: Phrase) -> set[str]:
    """Return the words of a phrase in lower case."""
    return {token.lower for token in sentence.tokens[phrase.start : phrase.end]}


_TEAMS = frozenset(("state", "organisation"))
_WITH_OBJECT = frozenset(("gather", "convene", "assemble"))


class VerbEncounters(EncounterReader):
    """Finds encounters by their verbs."""

    def _by_verb(
        self, sentence: Sentence, number: int, group: VerbGroup, speaker: Entity | None
    ) -> Encounter | None:
        words = self.words
        lemma = group.lemma
        if lemma in words.together:
            return self._together(sentence, number, group, speaker)
        if lemma in words.holding or lemma == "receive":
            held = self._held(sentence, number, group, speaker)
            if held is not None:
                return held
        if lemma in ("call", "ring"):
            return self._called(sentence, number, group, speaker)
        if lemma in words.transitive:
            return self._transitive(sentence, number, group, speaker)
        if lemma in words.with_:
            return self._with(sentence, number, group, speaker)
        return None

    def _together(
        self, sentence: Sentence, number: int, group: VerbGroup, speaker: Entity | None
    ) -> Encounter | None:
        if group.passive:
            return None
        tokens = sentence.tokens
        subjects = self._subjects(sentence, number, speaker)
        at = group.end
        separate = any(
            t.lower in ("separately", "individually") for t in tokens[group.start : group.end + 2]
        )
        while at < len(tokens) and tokens[at].tag == "B":
            at += 1
        if group.lemma in _WITH_OBJECT and at < len(tokens) and tokens[at].tag in "DJNXGR":
            return None  # "gathered support", "convened a panel"
        others: list[Entity] = []
        rule = "verb-meet"
        if at < len(tokens) and tokens[at].lower == "with":
            others, after = self.parties.listed(sentence, at + 1, speaker)
            while after + 1 < len(tokens) and tokens[after].lower == "and":
                if tokens[after + 1].lower != "with":
                    break
                more, after = self.parties.listed(sentence, after + 2, speaker)
                others.extend(entity for entity in more if entity not in others)
                separate = True
                if not more:
                    break
        elif group.lemma == "meet":
            others, _ = self.parties.listed(sentence, at, speaker)
            if others and all(e.kind in _TEAMS for e in (*subjects, *others)):
                return None  # "Brazil will meet Germany": a match
        if not others:
            others = self._with_later(sentence, at, speaker)
        if not others and len(subjects) == 1:
            subjects = self._with_body(sentence, number, subjects[0])
        if not others and len(subjects) < 2:
            return None
        if not others:
            rule = "verb-meet-together"
        return self._made(rule, subjects, others, sentence, number, group, separate,
                          self.words.together[group.lemma])  # fmt: skip

    def _held(
        self, sentence: Sentence, number: int, group: VerbGroup, speaker: Entity | None
    ) -> Encounter | None:
        """Read "held talks with X", "attended a summit", "talks were held between X and Y"."""
        tokens = sentence.tokens
        if group.passive:
            return None  # the noun's own rule reads "talks were held"
        phrase = next((p for p in sentence.phrases if group.end <= p.start <= group.end + 2), None)
        if phrase is None:
            return None
        noun = self._noun(sentence, phrase)
        head = phrase
        steps = 0
        while (
            noun is None
            and steps < 2
            and head.end < len(tokens)
            and tokens[head.end].lower
            in (
                "of",
                "in",
            )
        ):
            # "a round of talks", "a series of meetings"
            following = next((p for p in sentence.phrases if p.start == head.end + 1), None)
            if following is None:
                break
            head, steps = following, steps + 1
            noun = self._noun(sentence, head)
        if noun is None or (
            noun[0] in ("effort",) and "mediation" not in phrase_words(sentence, phrase)
        ):
            return None
        word, form = noun
        subjects = self._subjects(sentence, number, speaker)
        others, separate = self._attached(sentence, head, speaker)
        if "separate" in phrase_words(sentence, phrase):
            separate = True
        if not others and group.lemma == "receive":
            others = self._sender(sentence, head, word, speaker)
        if not others and not group.passive and len(subjects) == 1:
            subjects = self._with_body(sentence, number, subjects[0])
        if not others and (word in self.words.weak or not subjects):
            if group.lemma != "host" and word not in ("conference",):
                return None
        if not others:
            others = self._of_body(sentence, phrase, head)
        if "press" in phrase_words(sentence, phrase) or "news" in phrase_words(sentence, phrase):
            if len(subjects) < 2:
                return None
        return self._made("verb-hold", subjects, others, sentence, number, group, separate, form)

    def _sender(
        self, sentence: Sentence, phrase: Phrase, word: str, speaker: Entity | None
    ) -> list[Entity]:
        """Return from whom one "received a telephone call", "received a visit"."""
        tokens = sentence.tokens
        if word not in ("call", "visit") or phrase.end >= len(tokens):
            return []
        if word == "call" and not phrase_words(sentence, phrase) & {"phone", "telephone"}:
            return []
        if tokens[phrase.end].lower not in ("from", "by"):
            return []
        listed, _ = self.parties.listed(sentence, phrase.end + 1, speaker)
        return listed

    def _called(
        self, sentence: Sentence, number: int, group: VerbGroup, speaker: Entity | None
    ) -> Encounter | None:
        """Read "X called Y on Saturday" and "X called on Y to discuss"."""
        tokens = sentence.tokens
        if group.passive or group.form != "finite":
            return None
        before = sentence.phrase_at(group.start - 1)
        if before is not None and tokens[before.head].tag == "N":
            if tokens[before.head].lower not in self.book.lexicon.offices:
                return None  # "a group called Dawn"
        at = group.end
        rule = "verb-telephone"
        form = "call"
        if at < len(tokens) and tokens[at].lower in ("on", "upon"):
            at += 1
            rule, form = "verb-call-on", "visit"
        others, after = self.parties.listed(sentence, at, speaker)
        if not others or others[0].kind not in ("person", "anonymous"):
            return None
        following = tokens[after] if after < len(tokens) else None
        if following is not None and following.quote >= 0:
            return None
        if form == "visit":
            verb = next((g for g in sentence.verbs if g.start >= after), None)
            if verb is None or verb.lemma not in ("discuss", "review", "exchange"):
                return None
        elif (
            following is not None
            and following.text not in (".", ",")
            and not (
                following.tag in "PTB"
                or following.lower
                in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
            )
        ) or (following is not None and following.lower in ("for", "as", "out")):
            return None
        subjects = self._subjects(sentence, number, speaker)
        return self._made(rule, subjects, others, sentence, number, group, False, form)

    def _transitive(
        self, sentence: Sentence, number: int, group: VerbGroup, speaker: Entity | None
    ) -> Encounter | None:
        form = self.words.transitive[group.lemma]
        tokens = sentence.tokens
        if not form or group.form == "ing":
            return None
        subjects = self._subjects(sentence, number, speaker)
        if group.passive:
            return self._received_by(sentence, number, group, subjects, form, speaker)
        others, after = self.parties.listed(sentence, group.end, speaker)
        if not others:
            return None
        talks = any(
            token.lower in self.words.nouns for token in tokens[after : min(len(tokens), after + 8)]
        )
        people = all(entity.kind in ("person", "group", "anonymous") for entity in others)
        if group.lemma == "visit":
            return (
                None
                if not people
                else self._made(
                    "verb-visit", subjects, others, sentence, number, group, False, form, 0.7
                )
            )
        if group.lemma == "welcome" and not (talks and people):
            return None
        if not (people or talks):
            return None
        return self._made("verb-receive", subjects, others, sentence, number, group, False, form)

    def _received_by(
        self,
        sentence: Sentence,
        number: int,
        group: VerbGroup,
        subjects: list[Entity],
        form: str,
        speaker: Entity | None,
    ) -> Encounter | None:
        tokens = sentence.tokens
        if group.form == "finite" and group.end < len(tokens) and tokens[group.end].lower == "by":
            others, _ = self.parties.listed(sentence, group.end + 1, speaker)
            people = [e for e in subjects if e.kind in ("person", "group")]
            if others and people:
                return self._made(
                    "verb-received-by", people, others, sentence, number, group, False, form
                )
        return None

    def _with(
        self, sentence: Sentence, number: int, group: VerbGroup, speaker: Entity | None
    ) -> Encounter | None:
        """Read "spoke with X", "talked to X by phone", "discussed Y with X"."""
        tokens = sentence.tokens
        if group.passive or group.form == "ing":
            return None
        at = group.end
        limit = min(len(tokens), at + (24 if group.lemma == "discuss" else 8))
        wanted = ("with",) if group.lemma != "talk" and group.lemma != "speak" else ("with", "to")
        seen_mediate = group.lemma == "mediate"
        for index in range(at, limit):
            token = tokens[index]
            if token.lower in wanted or (seen_mediate and token.lower == "between"):
                if group.lemma == "sit" and not any(t.lower == "down" for t in tokens[at:index]):
                    return None
                others, after = self.parties.listed(sentence, index + 1, speaker)
                if not others:
                    continue
                if token.lower == "to" and others[0].kind in ("organisation", "state"):
                    return None  # a speech to an audience
                phone = any(
                    t.lower in ("phone", "telephone", "call")
                    for t in tokens[index : min(len(tokens), after + 8)]
                )
                if group.lemma in ("engage", "review") and not phone:
                    return None
                subjects = self._subjects(sentence, number, speaker)
                form = "call" if phone else self.words.with_[group.lemma]
                return self._made(
                    "verb-talk-with", subjects, others, sentence, number, group, False, form, 0.7
                )
            if token.tag in "VEASWM" or token.text in (";", ":"):
                break
        if group.lemma == "discuss" and not group.negated and not group.modal:
            subjects = self._subjects(sentence, number, speaker)
            tail = tokens[at : min(len(tokens), at + 24)]
            phone = any(t.lower in ("phone", "telephone") for t in tail)
            if len(subjects) > 1 and group.form == "finite":
                return self._made(
                    "verb-discuss", subjects, [], sentence, number, group, False,
                    "call" if phone else "meeting", 0.7,
                )  # fmt: skip
        return None
