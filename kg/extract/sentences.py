"""Sentences, outside quotations and inside them.

A quotation that is an utterance of its own becomes one token (tag ``Q``) of the sentence around
it, and its words become sentences of their own. A few quoted words inside a sentence stay part
of it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from kg.extract.grammar import Phrase, VerbGroup, noun_phrases, verb_groups
from kg.extract.quotes import Quotation, find_quotations
from kg.extract.tagging import tag
from kg.extract.tokens import Token, paragraphs, tokenise
from kg.extract.utterances import ENDS, MARKS, SPOKEN, is_utterance

LONGEST = 200
"""Tokens of a sentence at most; what goes on longer is a list or noise, and is cut."""


_LEADS = frozenset((",", ":", "—", "–", "―", "--", "-", "(", "[", "..."))


@dataclass(slots=True)
class Sentence:
    """One sentence with its parts.

    Args:
        tokens: its words; an utterance is one token with tag Q.
        start: offset of its first character.
        end: offset behind its last character.
        paragraph: number of its paragraph.
        quote: number of the quotation that it lies in, or -1.
        phrases: its noun phrases, in order.
        verbs: its verb groups, in order.
    """

    tokens: list[Token]
    start: int
    end: int
    paragraph: int
    quote: int = -1
    phrases: list[Phrase] = field(default_factory=list)
    verbs: list[VerbGroup] = field(default_factory=list)

    def phrase_at(self, index: int) -> Phrase | None:
        """Return the noun phrase that covers a token."""
        for phrase in self.phrases:
            if phrase.start <= index < phrase.end:
                return phrase
        return None


@dataclass
class Analysis:
    """An article's text, read.

    Args:
        text: the text that all offsets count in.
        paragraphs: where its paragraphs are.
        outer: sentences outside utterances, in order.
        inner: sentences of each utterance, by the quotation's number.
        quotations: all quotations by number.
        utterances: numbers of those that stand as utterances.
    """

    text: str
    paragraphs: list[tuple[int, int]]
    outer: list[Sentence]
    inner: dict[int, list[Sentence]]
    quotations: dict[int, Quotation]
    utterances: frozenset[int]

    def all_sentences(self) -> list[Sentence]:
        """Return every sentence in the order of the text."""
        every = [*self.outer, *(s for group in self.inner.values() for s in group)]
        return sorted(every, key=lambda sentence: (sentence.start, -sentence.end))


def analyse(text: str, ranges: list[tuple[int, int]] | None = None) -> Analysis:
    """Read a text.

    Args:
        text: the article's text.
        ranges: the paragraphs to read; all of the text's by default.
    """
    spans = paragraphs(text) if ranges is None else ranges
    rows = [tokenise(text, start, end) for start, end in spans]
    quoted = find_quotations(rows, text)
    outer: list[Sentence] = []
    inner: dict[int, list[Sentence]] = {}
    every: dict[int, Quotation] = {}
    utterances: set[int] = set()
    names = _capitalised(rows)
    for number, (tokens, row) in enumerate(zip(rows, quoted, strict=True)):
        said = [q for q in row if is_utterance(q, tokens, every, utterances)]
        for quotation in row:
            every[quotation.number] = quotation
        utterances.update(q.number for q in said)
        outer.extend(_split(_collapsed(tokens, said), number, -1, names))
        for quotation in said:
            words = [t for t in tokens[quotation.first : quotation.last] if t.text not in MARKS]
            inner[quotation.number] = _split(words, number, quotation.number, names)
    return Analysis(text, spans, outer, inner, every, frozenset(utterances))


def _capitalised(rows: list[list[Token]]) -> frozenset[str]:
    """Return the words written with a capital where no sentence begins."""
    found: set[str] = set()
    for tokens in rows:
        for before, token in itertools.pairwise(tokens):
            if token.text[0].isupper() and before.text[0].islower():
                found.add(token.text)
    return frozenset(found)


def _collapsed(tokens: list[Token], said: list[Quotation]) -> list[Token]:
    """Return a paragraph's tokens with each utterance as one token, other marks kept."""
    found: list[Token] = []
    at = 0
    for quotation in said:
        found.extend(tokens[at : quotation.first - 1])
        ends = tokens[quotation.last - 1].text
        found.append(
            Token(
                "Q",
                ends,
                quotation.outer_start,
                quotation.outer_end,
                "Q",
                ends,
                quotation.number,
            )
        )
        at = quotation.last + (1 if quotation.closed else 0)
        if at < len(tokens) and tokens[at].text in "'’" and tokens[at].start == tokens[at - 1].end:
            at += 1
    found.extend(tokens[at:])
    return found


def _split(
    tokens: list[Token], paragraph: int, quote: int, names: frozenset[str]
) -> list[Sentence]:
    found: list[Sentence] = []
    start = 0
    count = len(tokens)
    for index, _token in enumerate(tokens):
        if index - start >= LONGEST:
            found.append(_sentence(tokens[start:index], paragraph, quote, names))
            start = index
        if index < start or not _ends_sentence(tokens, index, count):
            continue
        stop = index + 1
        while stop < count and tokens[stop].text in MARKS | {")", "]", "’"}:
            if tokens[stop].text in ("“", "„") or tokens[stop].quote >= 0:
                break
            if tokens[stop].text in ('"', "''") and not _closes(tokens, stop):
                break
            stop += 1
        found.append(_sentence(tokens[start:stop], paragraph, quote, names))
        start = stop
    if start < count:
        found.append(_sentence(tokens[start:], paragraph, quote, names))
    return [sentence for sentence in found if sentence.tokens]


def _closes(tokens: list[Token], index: int) -> bool:
    return index > 0 and tokens[index - 1].end == tokens[index].start


def _ends_sentence(tokens: list[Token], index: int, count: int) -> bool:
    token = tokens[index]
    following = tokens[index + 1] if index + 1 < count else None
    if following is None:
        return False
    if token.tag == "Q":
        return _utterance_ends(tokens, index, following)
    if token.text in ENDS or (token.text[0] in ".…" and len(token.text) > 1):
        if following.text in MARKS or following.text in (")", "]"):
            after = tokens[index + 2] if index + 2 < count else None
            return after is None or _begins(after)
        return _begins(following)
    if token.text.endswith(".") and len(token.text) > 2 and following.text[0].isupper():
        # "U.S." or "p.m." or "Inc." may end a sentence: then a grammar word follows.
        return token.text.count(".") > 1 and following.text in _STARTERS
    return False


_AFTER_ATTRIBUTION = frozenset(
    "in on at during last this to of about after when as earlier later while monday tuesday "
    "wednesday thursday friday saturday sunday again".split()
)


_STARTERS = frozenset(
    "The A An He She It They We I But And In On At This That These Those His Her Their There "
    "If When While After Before For From By With However Meanwhile".split()
)


def _begins(token: Token) -> bool:
    return (
        token.text[0].isupper()
        or token.text[0].isdigit()
        or token.tag == "Q"
        or (not token.text[0].isalnum() and token.text not in ",;:.-–—)]")
    )


def _utterance_ends(tokens: list[Token], index: int, following: Token) -> bool:
    """Tell whether the sentence ends with an utterance: full stop, and no attribution behind."""
    last = tokens[index].lower
    if last not in ENDS:
        # «"A" X said»: an utterance without a mark goes on with what follows.
        return following.tag == "Q"
    if following.tag == "Q":
        return True
    if not _begins(following):
        return False
    if following.text[0] in "(—–-―":
        return False
    for ahead in tokens[index + 1 : index + 9]:
        if ahead.text in ENDS or ahead.tag == "Q" or ahead.text in (",", ":"):
            break
        if ahead.lower in SPOKEN:
            # «"Why?" Vidal asked.» against «"No." Vidal said he …»
            after = tokens[tokens.index(ahead, index) + 1 :][:1]
            return bool(after) and not (
                after[0].text in (".", ",", ":") or after[0].lower in _AFTER_ATTRIBUTION
            )
    return True


def _sentence(tokens: list[Token], paragraph: int, quote: int, names: frozenset[str]) -> Sentence:
    words = [token for token in tokens if token.text not in MARKS]
    if not words:
        return Sentence([], 0, 0, paragraph, quote)
    tag(words, names)
    sentence = Sentence(words, tokens[0].start, tokens[-1].end, paragraph, quote)
    sentence.phrases = noun_phrases(words)
    sentence.verbs = verb_groups(words)
    return sentence
