"""Reported speech: verbs that carry a message, and what they carry."""

from __future__ import annotations

from kg.extract.clause_ends import end_of_clause
from kg.extract.clauses import Clause, complement, preceding_clause
from kg.extract.grammar import VerbGroup
from kg.extract.lexicon import SpeechVerb
from kg.extract.mentions import Mention
from kg.extract.quotes import Quotation
from kg.extract.sentences import Sentence
from kg.extract.status import under_condition
from kg.extract.subjects import subject
from kg.extract.voices import DOCUMENTS, Attribution, Range, VoiceReader

_MAIN = frozenset(("continue", "begin", "use", "break", "go", "take", "step", "rush", "turn",
                   "come", "manage", "tend", "hasten", "proceed", "interrupt"))  # fmt: skip


_AGENTS = ("er", "or", "ist", "ian", "man", "woman", "ee", "ant", "ent", "ess", "body", "one")


_BY = frozenset(
    "announce claim condemn propose demand denounce praise welcome criticise criticize reject "
    "endorse request voice issue oppose".split()
)


_THING_VERBS = frozenset(
    "underscore underline highlight show affirm demonstrate suggest indicate reveal reflect "
    "confirm signal imply illustrate find offer recall".split()
)


class ReportReader(VoiceReader):
    """Finds what is reported without quotation marks, or with some."""

    def _reported(self, sentence: Sentence, number: int, group: VerbGroup) -> Attribution | None:
        verb = self._verb(sentence, group)
        if verb is None and group.lemma == "be":
            return self._clear(sentence, number, group)
        if verb is None or not self._asserts(sentence, number, group, verb):
            return None
        voice = self._voice(sentence, number, [])
        if voice is None:
            return None
        phrase, mention, place = voice
        clause = complement(sentence, number, verb)
        rule = f"reported-{clause.frame}" if clause is not None else ""
        if clause is None:
            clause = preceding_clause(sentence, number, phrase)
            rule = "reported-before"
            if clause is None:
                return None
        if group.lemma == "recall" and clause.frame == "object":
            return None  # "recalled its ambassador"
        if not self._may_speak(mention, verb, clause):
            return None
        content = self._ranges(sentence, clause)
        if not content:
            return None
        speaker = self.book.resolve_mention(mention, sentence, phrase)
        addressee = [
            entity
            for entity in (self.book.resolve(sentence, part) for part in clause.addressee)
            if entity is not None and entity is not speaker
        ]
        end = group.end
        if clause.frame == "through" and not addressee and end < len(sentence.tokens):
            end += 1
        return Attribution(
            rule,
            speaker,
            place,
            self._span(sentence, group.start, end),
            content,
            sentence,
            verb,
            addressee,
            clause.confidence,
            sentence.quote,
            mention.name in ("i", "we"),
            clause.demand,
        )

    def _clear(self, sentence: Sentence, number: int, group: VerbGroup) -> Attribution | None:
        """Read "X was clear that S"."""
        tokens = sentence.tokens
        at = group.end
        while at < len(tokens) and tokens[at].tag == "B":
            at += 1
        if (
            at + 2 >= len(tokens)
            or tokens[at].lower not in ("clear", "adamant", "emphatic", "insistent")
            or tokens[at + 1].lower != "that"
            or group.form != "finite"
            or group.negated
            or group.modal
        ):
            return None
        voice = self._voice(sentence, number, [])
        if voice is None or voice[1].kind in ("thing", "place"):
            return None
        phrase, mention, place = voice
        if mention.name in ("it", "that", "this"):
            return None
        end = end_of_clause(sentence, at + 2, number, whole=True)
        if end <= at + 2:
            return None
        return Attribution(
            "reported-clear",
            self.book.resolve_mention(mention, sentence, phrase),
            place,
            self._span(sentence, group.start, at + 1),
            [(tokens[at + 2].start, tokens[end - 1].end)],
            sentence,
            confidence=0.8,
            inside=sentence.quote,
            first=mention.name in ("i", "we"),
        )

    def _reported_by(self, sentence: Sentence, number: int, group: VerbGroup) -> Attribution | None:
        """Read "the ceasefire announced by X" and "the attack was condemned by X"."""
        tokens = sentence.tokens
        verb = self._verb(sentence, group)
        if (
            verb is None
            or group.lemma not in _BY
            or group.end >= len(tokens)
            or tokens[group.end].lower != "by"
            or tokens[group.head].tag not in "EJ"
            or group.modal
            or group.negated
        ):
            return None
        phrase = next((p for p in sentence.phrases if p.start == group.end + 1), None)
        parts = subject(tokens, sentence.phrases, sentence.verbs, number)
        if phrase is None or not parts:
            return None
        mention = self._mention(sentence, phrase)
        if mention.kind not in ("person", "state", "organisation", "office", "group", "media"):
            return None
        if tokens[parts[0].start].tag in "RW":
            return None
        return Attribution(
            "reported-by",
            self.book.resolve_mention(mention, sentence, phrase),
            (mention.start, mention.end),
            self._span(sentence, group.start, group.end + 1),
            [(tokens[parts[0].start].start, tokens[group.start - 1].end)],
            sentence,
            verb,
            confidence=0.65,
            inside=sentence.quote,
        )

    def _asserts(self, sentence: Sentence, number: int, group: VerbGroup, verb: SpeechVerb) -> bool:
        """Tell whether the verb reports something said, not what could or will be said."""
        if group.passive or (group.negated and verb.lemma != "deny"):
            return False
        tokens = sentence.tokens
        if group.form == "finite" and under_condition(sentence, group):
            return False  # "whether X opposes Y"
        if (
            group.end < len(tokens)
            and tokens[group.end].lower == "by"
            and (tokens[group.head].tag in "EJ")
        ):
            return False  # "claimed by X"
        if group.form == "ing" and "s" not in verb.frames and group.start > 0:
            if tokens[group.start - 1].tag == "P":
                return False  # "warned against extending X"
        if group.form == "ing" and verb.lemma in ("signal", "show", "find", "offer", "indicate"):
            return False
        if group.modal and group.modal not in ("will", "'ll", "would", "can", "could"):
            return False
        if group.modal:
            return False
        if group.form == "infinitive":
            if number == 0:
                return False
            before = sentence.verbs[number - 1]
            return before.lemma in _MAIN and not before.modal and not before.negated
        return True

    def _may_speak(self, mention: Mention, verb: SpeechVerb, clause: Clause) -> bool:
        if verb.lemma == "attack" and mention.kind in ("state", "group"):
            return False  # with arms, not with words
        if mention.kind in ("place",):
            return False
        if (
            mention.kind == "pronoun"
            and mention.name in ("it", "this", "that", "which")
            and (verb.lemma in _THING_VERBS)
        ):
            return False
        if mention.kind == "thing" and not (
            set(mention.surface.lower().replace("'s", "").split()) & DOCUMENTS
            or mention.surface[:1].isupper()
            or (
                verb.lemma not in _THING_VERBS
                and (mention.plural or mention.surface.lower().endswith(_AGENTS))
            )
        ):
            return False
        if mention.kind == "thing":
            if clause.frame != "clause" and clause.frame != "before":
                return False
            return mention.surface[:1].isalpha() and verb.lemma not in ("agree", "go", "begin")
        if mention.kind == "pronoun" and mention.name in (
            "which",
            "that",
            "this",
            "these",
            "those",
            "what",
            "something",
            "nothing",
            "everything",
        ):
            return clause.frame == "clause" and verb.lemma in ("show", "say", "find", "suggest")
        return not (
            mention.kind == "pronoun" and mention.name in ("you", "there", "him", "her", "them")
        )

    def _ranges(self, sentence: Sentence, clause: Clause) -> list[Range]:
        tokens = sentence.tokens
        found: list[Range] = []
        for start, end in clause.spans:
            if end <= start:
                continue
            found.append((tokens[start].start, tokens[end - 1].end))
        return [
            self._bare(start, end) if self._is_quoted(start, end) else (start, end)
            for start, end in found
            if end > start
        ]

    def _is_quoted(self, start: int, end: int) -> bool:
        return any(q.outer_start == start and q.outer_end >= end - 1 for q in self._in(start, end))

    def _bare(self, start: int, end: int) -> Range:
        quotation = next(q for q in self._in(start, end) if q.outer_start == start)
        return quotation.start, quotation.end

    def _in(self, start: int, end: int) -> list[Quotation]:
        return [
            q
            for q in self.analysis.quotations.values()
            if q.outer_start < end and start < q.outer_end
        ]
