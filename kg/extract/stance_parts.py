"""Parts of stances: whose they are and what they are about."""

from __future__ import annotations

from kg.extract.clause_ends import end_of_clause
from kg.extract.entities import Entity
from kg.extract.grammar import Phrase, VerbGroup
from kg.extract.mentions import read_phrase
from kg.extract.parties import PartyBook
from kg.extract.sentences import Sentence
from kg.extract.stance_words import stance_words
from kg.extract.subjects import subject
from kg.extract.tokens import Token
from kg.extract.voices import DOCUMENTS
from kg.extract.word_classes import candidates

_FIRST = frozenset(("i", "we", "us", "our", "my"))


_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "twice": 2, "once": 1}


_NO_HOLDERS = frozenset(
    "initiative report poll survey project campaign study conference press newspaper".split()
)


class StanceReader:
    """Reads holders and targets in the sentences of one article."""

    def __init__(self, book: PartyBook) -> None:
        self.book = book
        self.words = stance_words()

    def _holders(
        self, sentence: Sentence, number: int, group: VerbGroup, voice: Entity | None
    ) -> list[tuple[Entity, bool]]:
        """Return whose stance a verb shows, and whether it is the voice's own."""
        tokens = sentence.tokens
        parts: tuple[Phrase, ...] = ()
        if group.form == "finite":
            parts = subject(tokens, sentence.phrases, sentence.verbs, number)
        else:
            # "committed to working with X to defeat Y": the subject of the main verb
            phrase = sentence.phrase_at(group.start - 1)
            if (
                group.form == "ing"
                and phrase is not None
                and tokens[phrase.head].tag in "NX"
                and tokens[phrase.head].lower not in DOCUMENTS
            ):
                parts = (phrase,)  # "rebels fighting to topple", "those fighting ISIL"
            else:
                for earlier in range(number - 1, -1, -1):
                    before = sentence.verbs[earlier]
                    if before.form == "finite" or (
                        before.form == "ing"
                        and sentence.phrase_at(before.start - 1) is not None
                        and tokens[before.start - 1].tag in "NX"
                    ):
                        if before.passive or before.negated:
                            return []
                        if before.modal in ("must", "should", "could", "would", "may", "might"):
                            return []
                        if before.form == "ing":
                            near = sentence.phrase_at(before.start - 1)
                            parts = (near,) if near is not None else ()
                        else:
                            parts = subject(tokens, sentence.phrases, sentence.verbs, earlier)
                            if (
                                before.lemma == "be"
                                and parts
                                and (tokens[parts[0].start].lower in ("it", "there"))
                            ):
                                return [(voice, True)] if voice is not None else []
                        break
        found: list[tuple[Entity, bool]] = []
        for phrase in parts:
            entity, own = self._entity(sentence, phrase, voice)
            if entity is not None and all(entity is not known for known, _ in found):
                found.append((entity, own))
        return found

    def _entity(
        self, sentence: Sentence, phrase: Phrase, voice: Entity | None
    ) -> tuple[Entity | None, bool]:
        mention = read_phrase(sentence, phrase, self.book.lexicon, self.book.analysis.text)
        if mention.kind == "organisation":
            owner = self.book._owner(sentence, phrase)
            if owner is not None:
                return (owner, False) if owner.kind != "person" else (None, False)
            if mention.surface.lower().split()[-1] in _NO_HOLDERS:
                return None, False
        if mention.kind == "pronoun":
            if mention.name in _FIRST:
                return voice, True
            if mention.name not in ("he", "she", "it", "they", "who"):
                return None, False
            if mention.name == "it":
                meant = self.book.resolve_mention(mention, sentence, phrase)
                speaks = meant is not None and (meant.kind == "state" or bool(meant.state))
                return (meant, False) if speaks else (None, False)
        if mention.kind in ("thing", "place"):
            words = set(mention.surface.lower().split())
            if voice is not None and words & {"policy", "policies", "support", "effort", "efforts"}:
                if sentence.tokens[phrase.start].lower in _FIRST:
                    return voice, True
            return None, False
        return self.book.resolve_mention(mention, sentence, phrase), False

    def _parts(self, sentence: Sentence, start: int, number: int) -> list[tuple[int, int]]:
        """Return the targets of an object: its coordinated parts where each is a whole phrase."""
        tokens = sentence.tokens
        end = end_of_clause(sentence, start, number)
        for index in range(start + 1, end):
            token = tokens[index]
            if (
                token.text == ","
                and index + 1 < end
                and tokens[index + 1].lower
                in (
                    "which",
                    "who",
                    "including",
                    "where",
                    "as",
                    "when",
                    "with",
                )
                and not (tokens[index + 1].lower == "as" and tokens[index + 2].lower == "well")
            ):
                end = index
                break
            if _new_verb(sentence, index) or _comment(tokens, index, end):
                end = index
                break
            if token.lower in (
                "as",
                "because",
                "which",
                "after",
                "while",
                "when",
                "if",
                "since",
            ) and (token.tag in "SWP" and index > start):
                if not (
                    token.lower == "as" and index + 1 < end and tokens[index + 1].lower == "well"
                ):
                    end = index
                    break
        parts: list[tuple[int, int]] = []
        begin = start
        index = start + 1
        while index < end:
            token = tokens[index]
            skip = 0
            if token.lower == "and" or token.text == ",":
                skip = 1
                if (
                    token.text == ","
                    and index + 1 < end
                    and tokens[index + 1].lower in ("and", "as")
                ):
                    skip = 2
                    if tokens[index + 1].lower == "as":
                        skip = 4
            elif token.lower == "as" and index + 2 < end and tokens[index + 1].lower == "well":
                skip = 3
            following = index + skip
            if token.text == "," and skip == 1 and not _listed(tokens, following, end):
                skip = 0
            if (
                skip
                and following < end
                and (
                    tokens[following].lower
                    in ("the", "other", "a", "an", "its", "their", "his", "our")
                )
                and index > begin
            ):
                parts.append((begin, index))
                begin = following
                index = following
            index += 1
        if begin < end:
            parts.append((begin, end))
        return [self._trimmed(tokens, part) for part in parts[:5] if part[1] > part[0]]

    def _trimmed(self, tokens: list[Token], part: tuple[int, int]) -> tuple[int, int]:
        start, end = part
        end = min(end, start + 24)
        while end > start + 1 and tokens[end - 1].tag in ".CPDTS'":
            end -= 1
        return start, end

    def _over_manner(self, sentence: Sentence, at: int) -> int:
        """Step over "in the strongest terms" between verb and target."""
        tokens = sentence.tokens
        if at + 1 < len(tokens) and tokens[at].lower == "in":
            phrase = next((p for p in sentence.phrases if p.start == at + 1), None)
            if phrase is not None and tokens[phrase.head].lower in ("terms", "manner", "language"):
                following = phrase.end
                if following < len(tokens) and tokens[following].lower == "possible":
                    following += 1
                return following
        return at

    def _count(self, tokens: list[Token], part: tuple[int, int]) -> int | None:
        for token in tokens[part[0] : min(part[1], part[0] + 2)]:
            if token.tag == "#":
                if token.lower in _COUNTS:
                    return _COUNTS[token.lower]
                if token.lower.isdigit() and 0 < int(token.lower) < 1000:
                    return int(token.lower)
        return None


_ASIDES = frozenset(
    "charge claim move step decision accusation allegation bid plan demand idea proposal".split()
)


def _new_verb(sentence: Sentence, index: int) -> bool:
    """Tell whether "and" leads to another verb of the subject's: "X and voiced Y"."""
    before = candidates(sentence.tokens[index - 1].lower)[0]
    if sentence.tokens[index].tag != "C" or "J" in before:
        return False  # "full and sustained access"
    tokens = sentence.tokens
    return any(
        group.form == "finite"
        and index < group.start <= index + 2
        and tokens[group.head].lower != group.lemma  # "a ceasefire and return to talks"
        and all(token.tag == "B" for token in tokens[index + 1 : group.start])
        for group in sentence.verbs
    )


def _comment(tokens: list[Token], index: int, end: int) -> bool:
    """Tell an aside behind a comma: ", a charge that Y denies"."""
    return (
        tokens[index].text == ","
        and index + 2 < end
        and tokens[index + 1].lower in ("a", "an")
        and any(token.lower in _ASIDES for token in tokens[index + 2 : index + 4])
    )


def _listed(tokens: list[Token], at: int, end: int) -> bool:
    """Tell whether a comma is one of a list, which an "and" ends."""
    return any(token.lower in ("and", "or") for token in tokens[at:end])
