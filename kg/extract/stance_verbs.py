"""Stances that a verb shows: condemned, supports, urged X to, will not."""

from __future__ import annotations

from kg.extract.clause_ends import end_of_clause
from kg.extract.clauses import complement
from kg.extract.entities import Entity
from kg.extract.grammar import VerbGroup
from kg.extract.name_parts import CALENDAR
from kg.extract.sentences import Sentence
from kg.extract.stance_parts import StanceReader
from kg.extract.stance_words import Stance
from kg.extract.subjects import subject
from kg.extract.tokens import Token


class VerbStances(StanceReader):
    """Finds stances by their verbs."""

    def _by_verb(
        self, sentence: Sentence, number: int, group: VerbGroup, voice: Entity | None
    ) -> list[Stance]:
        tokens = sentence.tokens
        if group.passive:
            return []
        at = group.end
        while at < len(tokens) and tokens[at].tag == "B":
            at += 1
        if at >= len(tokens):
            return []
        word = self.words.verbs.get(group.lemma)
        start = at
        rule = "stance-verb"
        pair = self.words.verb_preps.get((group.lemma, tokens[at].lower))
        if pair is None and word is not None and word.preps:
            if tokens[at].lower == word.preps:
                start = at + 1
            elif word.stance == "opposes" and group.lemma == "warn":
                return []
        if pair is not None and at + 1 < len(tokens) and tokens[at + 1].text in CALENDAR:
            return []  # "agreed on Thursday to"
        if pair is not None:
            word, start, rule = pair, at + 1, "stance-verb-preposition"
        if word is None or start >= len(tokens):
            return []
        if group.form == "finite" and group.modal and group.modal not in ("will", "'ll"):
            return []
        stance = word.stance
        if group.negated:
            if stance == "opposes":
                return []
            stance = "opposes"
        if group.form == "infinitive" and _open_question(tokens, group):
            return []
        start = self._over_manner(sentence, start)
        phrase = next((p for p in sentence.phrases if p.start == start), None)
        if phrase is None:
            if not (tokens[start].lower in ("both", "that") or tokens[start].tag == "G"):
                return []
            if tokens[start].lower in ("both", "that"):
                start += 1
        if group.lemma in ("announce", "encourage", "adopt", "seek", "deny", "protest"):
            if phrase is None or group.lemma == "encourage":
                return []
            if tokens[phrase.head].tag != "N":
                return []
        holders = self._holders(sentence, number, group, voice)
        found = []
        for holder, own in holders:
            for part in self._parts(sentence, start, number):
                found.append(
                    Stance(
                        rule, holder, stance, word.means, part, sentence,
                        (group.start, start), word.code,
                        group.lemma if word.means == "act" else "",
                        self._count(tokens, part), own,
                        0.75 if group.form == "finite" else 0.6,
                        former=_former(tokens, group),
                    )
                )  # fmt: skip
        return found

    def _demand(
        self, sentence: Sentence, number: int, group: VerbGroup, voice: Entity | None
    ) -> list[Stance]:
        """Read "we call on X to do Y", "X urged Y to do Z"."""
        verb = self.book.lexicon.speech.get(group.lemma)
        if verb is None or not (verb.frames & {"o"} or verb.lemma in ("call", "appeal")):
            return []
        if group.passive or group.negated or group.lemma in ("ask", "challenge", "invite"):
            return []
        if group.form != "finite" or (group.modal and group.modal not in ("will", "'ll")):
            return []
        clause = complement(sentence, number, verb)
        if clause is None or not clause.demand:
            return []
        start, end = clause.spans[0]
        found = []
        tokens = sentence.tokens
        parts = [(start, end)]
        for index in range(start + 1, end - 1):
            if tokens[index].tag == "C" and tokens[index + 1].tag == "T":
                parts = [(start, index), (index + 1, end)]
        for holder, own in self._holders(sentence, number, group, voice):
            for part in parts:
                found.append(
                    Stance("demand-verb", holder, "demands", "word", self._trimmed(tokens, part),
                           sentence, (group.start, group.end), "100", own=own, confidence=0.8)
                )  # fmt: skip
        return found

    def _called(
        self, sentence: Sentence, number: int, group: VerbGroup, voice: Entity | None
    ) -> list[Stance]:
        """Read "called X courageous", "described X as a threat"."""
        if (
            group.lemma not in ("call", "describe", "label", "brand")
            or group.passive
            or group.negated
        ):
            return []
        tokens = sentence.tokens
        phrase = next((p for p in sentence.phrases if p.start == group.end), None)
        if phrase is None or group.form == "infinitive":
            return []
        end = end_of_clause(sentence, group.end, number, whole=True)
        lower = {t.lower for t in tokens[phrase.start : min(end, group.end + 14)]}
        good, bad = lower & self.words.approving, lower & self.words.disapproving
        if bool(good) == bool(bad):
            return []
        holders = self._holders(sentence, number, group, voice)
        found = []
        for holder, own in holders:
            found.append(
                Stance("called", holder, "supports" if good else "opposes", "word",
                       (phrase.start, phrase.end), sentence,
                       (group.start, min(end, group.end + 10)), own=own, confidence=0.65)
            )  # fmt: skip
        return found

    def _necessity(
        self, sentence: Sentence, number: int, group: VerbGroup, voice: Entity
    ) -> list[Stance]:
        """Read "we have to find a solution", "we need a ceasefire"."""
        tokens = sentence.tokens
        if group.form != "finite" or group.negated or group.lemma not in ("have", "need", "want"):
            return []
        parts = subject(tokens, sentence.phrases, sentence.verbs, number)
        if not parts or tokens[parts[0].start].lower != "we" or group.end + 1 >= len(tokens):
            return []
        if tokens[group.end].tag != "T":
            return []
        start = group.end + 1
        end = end_of_clause(sentence, start, number)
        if end <= start + 1:
            return []
        return [Stance("necessity", voice, "supports", "word", self._trimmed(tokens, (start, end)),
                       sentence, (group.start, group.end), own=True, confidence=0.65)]  # fmt: skip

    def _refusal(
        self, sentence: Sentence, number: int, group: VerbGroup, voice: Entity | None
    ) -> list[Stance]:
        """Read "it will not offer him asylum", "X refuses to talk"."""
        tokens = sentence.tokens
        start = group.head
        if group.form != "finite" or group.passive:
            return []
        if group.negated and group.modal in ("will", "'ll", "would", "wo", "won't", "cannot"):
            if group.lemma in ("be", "have", "do", "know"):
                return []
            if group.lemma in _SILENCE:
                return []
        elif group.lemma in ("refuse", "decline") and not group.negated and group.end < len(tokens):
            if tokens[group.end].tag != "T":
                return []
            start = group.end + 1
            if start >= len(tokens) or tokens[start].lemma in _SILENCE:
                return []  # "declined to comment"
        else:
            return []
        end = end_of_clause(sentence, start, number)
        if end <= start + 1:
            return []
        found = []
        for holder, own in self._holders(sentence, number, group, voice):
            if holder.kind == "state" or own or holder.state:
                found.append(
                    Stance("refusal", holder, "opposes", "word",
                           self._trimmed(tokens, (start, end)), sentence,
                           (group.start, group.end), "120", own=own, confidence=0.65)
                )  # fmt: skip
        return found

    def _from(
        self, sentence: Sentence, number: int, group: VerbGroup, voice: Entity | None
    ) -> list[Stance]:
        """Read "defend X from Y's Z" and "are prohibited from doing Y"."""
        tokens = sentence.tokens
        if group.lemma in ("prohibit", "ban", "bar") and group.passive and voice is not None:
            if group.end < len(tokens) and tokens[group.end].lower == "from":
                end = end_of_clause(sentence, group.end + 1, number)
                return [Stance("prohibited", voice, "opposes", "act",
                               self._trimmed(tokens, (group.end + 1, end)), sentence,
                               (group.start, group.end), "170", "ban", own=True)]  # fmt: skip
            return []
        if group.lemma not in ("defend", "protect", "shield", "save"):
            return []
        end = end_of_clause(sentence, group.end, number)
        at = next((i for i in range(group.end, end) if tokens[i].lower == "from"), None)
        if at is None:
            return []
        found = []
        parts = [(at + 1, end)]
        for index in range(at + 2, end - 1):
            if tokens[index].lower == "and" and tokens[index + 1].tag in "XD":
                parts = [(at + 1, index), (index + 1, end)]
                break
        for holder, own in self._holders(sentence, number, group, voice):
            for part in parts:
                found.append(
                    Stance("defend-from", holder, "opposes", "word", self._trimmed(tokens, part),
                           sentence, (group.start, at + 1), own=own)
                )  # fmt: skip
        return found


_FORMERLY = frozenset("previously formerly initially originally once long".split())


def _former(tokens: list[Token], group: VerbGroup) -> bool:
    """Tell "had opposed", "once backed", "initially rejected": what held before."""
    if group.perfect and group.past:
        return True
    near = tokens[max(0, group.start - 2) : group.end]
    return group.past and any(token.lower in _FORMERLY for token in near)


def _open_question(tokens: list[Token], group: VerbGroup) -> bool:
    """Tell "whether to recognise X": a question, and no stance."""
    at = group.start - 1
    while at >= 0 and tokens[at].tag in "TB":
        at -= 1
    return at >= 0 and tokens[at].lower in ("whether", "how", "when", "yet")


_SILENCE = frozenset(
    "comment discuss say answer elaborate respond speculate name identify confirm provide".split()
)
