"""Stances that stay out of a matter: abstained, remains neutral, has taken no position."""

from __future__ import annotations

from kg.extract.clause_ends import end_of_clause
from kg.extract.entities import Entity
from kg.extract.grammar import VerbGroup
from kg.extract.sentences import Sentence
from kg.extract.stance_parts import StanceReader
from kg.extract.stance_words import Stance

_STAYING = frozenset(("remain", "stay", "be", "keep"))
_ALOOF = frozenset(
    ("neutral", "impartial", "non-aligned", "nonaligned", "uncommitted", "undecided")
)
_SIDES = frozenset(("side", "position", "stance", "stand"))
_LINKS = frozenset(("on", "in", "over", "about", "between", "towards", "toward", "regarding", "as"))
_TEXTS = frozenset(("resolution", "motion", "draft", "amendment", "proposal", "text", "measure"))
_UNWILLING = frozenset(("decline", "refuse", "avoid"))


class NeutralStances(StanceReader):
    """Finds neutral stances."""

    def _neutral(
        self, sentence: Sentence, number: int, group: VerbGroup, voice: Entity | None
    ) -> list[Stance]:
        """Read "abstained from the vote on X", "is neutral on X", "has not taken sides in X"."""
        if group.passive or group.modal in ("must", "should", "could", "may", "might", "would"):
            return []
        rule, act = "neutral", ""
        at: int | None = None
        if group.lemma == "abstain" and not group.negated and group.form == "finite":
            rule, act, at = "abstained", "abstention", self._vote(sentence, group.end)
            if at is None:
                return self._abstained(sentence, number, group, voice)
        elif group.lemma in _STAYING and not group.negated and group.form == "finite":
            at = self._aloof(sentence, group.end)
        elif group.lemma in ("take", "have", "choose", "adopt"):
            at = self._no_side(sentence, number, group)
        elif group.lemma == "decide" and group.form == "infinitive":
            at = self._undecided(sentence, group)
        if at is None:
            return []
        end = end_of_clause(sentence, at, number)
        if end <= at:
            return []
        target = self._trimmed(sentence.tokens, (at, end))
        return [
            Stance(rule, holder, "neutral", "act" if act else "word", target, sentence,
                   (group.start, at), act=act, own=own, confidence=0.8)
            for holder, own in self._holders(sentence, number, group, voice)
        ]  # fmt: skip

    def _abstained(
        self, sentence: Sentence, number: int, group: VerbGroup, voice: Entity | None
    ) -> list[Stance]:
        """Read "the resolution passed by 13 votes; X abstained": the text that was voted on."""
        tokens = sentence.tokens
        phrase = next(
            (
                p
                for p in sentence.phrases
                if p.end <= group.start and tokens[p.head].lemma.lower() in _TEXTS
            ),
            None,
        )
        if phrase is None:
            return []
        return [
            Stance("abstained", holder, "neutral", "act", (phrase.start, phrase.end), sentence,
                   (group.start, group.end), act="abstention", own=own, confidence=0.75)
            for holder, own in self._holders(sentence, number, group, voice)
        ]  # fmt: skip

    def _vote(self, sentence: Sentence, at: int) -> int | None:
        """Return where the matter begins behind "abstained (from the vote) (on …)"."""
        tokens = sentence.tokens
        while at < len(tokens) and tokens[at].tag == "B":
            at += 1
        for _ in range(3):
            if at + 1 >= len(tokens) or tokens[at].lower not in ("from", "on", "in", "during"):
                return None
            phrase = next((p for p in sentence.phrases if p.start == at + 1), None)
            voting = tokens[at + 1].lower == "voting"
            if phrase is None and not voting:
                return None
            head = tokens[at + 1 if phrase is None else phrase.head]
            after = at + 2 if phrase is None else phrase.end
            follows = after < len(tokens) and tokens[after].lower in ("on", "for", "in", "over")
            if not (voting or head.lemma.lower() in ("vote", "ballot")) or not follows:
                return None if voting else at + 1
            at = after
        return None

    def _aloof(self, sentence: Sentence, at: int) -> int | None:
        tokens = sentence.tokens
        while at < len(tokens) and tokens[at].tag == "B" and tokens[at].lower not in _ALOOF:
            at += 1
        if at + 2 >= len(tokens) or tokens[at].lower not in _ALOOF:
            return None
        return at + 2 if tokens[at + 1].lower in _LINKS else None

    def _no_side(self, sentence: Sentence, number: int, group: VerbGroup) -> int | None:
        """Return where the matter begins behind "has not taken sides in", "took no position on"."""
        tokens = sentence.tokens
        phrase = next((p for p in sentence.phrases if p.start == group.end), None)
        if phrase is None or phrase.end + 1 >= len(tokens):
            return None
        if tokens[phrase.head].lemma.lower() not in _SIDES:
            return None
        if tokens[phrase.end].lower not in _LINKS:
            return None
        without = tokens[phrase.start].lower in ("no", "neither")
        refused = (
            group.form in ("infinitive", "ing")
            and number > 0
            and sentence.verbs[number - 1].lemma in _UNWILLING
            and not sentence.verbs[number - 1].negated
        )
        if group.lemma == "have" and not without:
            return None
        return phrase.end + 1 if without or group.negated or refused else None

    def _undecided(self, sentence: Sentence, group: VerbGroup) -> int | None:
        """Return where the matter begins behind "has yet to decide on", "… whether to"."""
        tokens = sentence.tokens
        start = group.start - (tokens[group.start].tag != "T")
        if start < 1 or "yet" not in [t.lower for t in tokens[max(0, start - 2) : start + 1]]:
            return None
        at = group.end
        if at + 2 < len(tokens) and tokens[at].lower in ("on", "whether"):
            return at + 2 if tokens[at + 1].tag == "T" else at + 1
        return None
