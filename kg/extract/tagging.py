"""Word classes: which part each token plays in its sentence.

A closed list names the grammar words; a morphological lexicon (LemmInflect) says what the others
can be, and the neighbours decide. Tags:

D determiner, R pronoun, P preposition, C coordinator, S subordinator, W wh-word, M modal, A form
of be, have or do, T infinitive "to", O negation, B adverb, J adjective, N noun, X name (written
with a capital), V finite verb, I verb in base form behind "to" or a modal, G verb in -ing,
E verb in -ed (participle or past), # number, ' possessive ending, Q quotation, . mark.
"""

from __future__ import annotations

from functools import cache

from kg.extract.lexicon import lexicon
from kg.extract.open_words import BEFORE_NOUNS, open_word
from kg.extract.tokens import Token
from kg.extract.word_classes import arabic_name, aux_lemma, candidates, closed_class, is_common

# Adjectives that the lexicon knows as nouns and verbs too.
_ORDER = frozenset(
    "last next same other first second third latest former own key main senior outgoing current "
    "recent new first-ever joint bilateral annual such".split()
)


def tag(tokens: list[Token], names: frozenset[str] = frozenset()) -> None:
    """Set tag and lemma of the tokens of one sentence.

    Args:
        tokens: the sentence.
        names: words that the article writes with a capital in mid-sentence.
    """
    previous = ""  # tag of the last token that is no adverb
    last = len(tokens) - 1
    for index, token in enumerate(tokens):
        word, lower = token.text, token.lower
        if token.tag == "Q":
            previous = "Q"
            continue
        if not word[0].isalnum():
            if lower in ("'s", "'") and index and tokens[index - 1].tag in ("N", "X", "J", "#"):
                token.tag = _apostrophe(tokens, index)
            elif lower in ("'re", "'m", "'ve", "'ll", "'d", "'s"):
                token.tag = "M" if lower in ("'ll", "'d") else "A"
            else:
                token.tag = "."
            token.lemma = "be" if token.tag == "A" else lower
            previous = token.tag
            continue
        following = tokens[index + 1] if index < last else None
        token.tag, token.lemma = _word(tokens, index, word, lower, previous, following, names)
        if token.tag not in "BO":
            previous = token.tag


def _apostrophe(tokens: list[Token], index: int) -> str:
    """Tell a possessive from a shortened is or has: the latter stands before no noun."""
    if index + 1 == len(tokens):
        return "'"
    following = tokens[index + 1].lower
    if following in ("a", "an", "the", "not", "been", "being"):
        return "A"
    kinds = candidates(following)[0]
    if "G" in kinds and "N" not in kinds and tokens[index + 1].text.islower():
        return "A"
    return "'"


def _word(
    tokens: list[Token],
    index: int,
    word: str,
    lower: str,
    previous: str,
    following: Token | None,
    names: frozenset[str],
) -> tuple[str, str]:
    if word[0].isdigit():
        return "#", lower
    if lower in ("no", "longer") and _no_longer(tokens, index, lower):
        return ("O" if lower == "no" else "B"), lower
    first = index == 0 or (tokens[index - 1].tag == "." and tokens[index - 1].text not in ",()-–")
    closed = closed_class(lower)
    if closed and (not word[0].isupper() or first or len(word) < 3 or closed in "PDCSRWAMO"):
        if word.isupper() and len(word) > 1 and not first and lower in ("us", "it"):
            return "X", lower
        return _grammar_word(tokens, index, lower, closed, previous, following)
    if lower == "to":
        return "T", lower
    if arabic_name(word):
        return "X", word
    if lower in _ORDER and not word[0].isupper():
        return "J", lower
    kinds, verb, noun = candidates(lower)
    if word[0].isupper() and (
        not first or word in names or _looks_like_name(word, kinds, following)
    ):
        return "X", word
    return open_word(lower, kinds, verb, noun, previous, following, tokens, index)


def _no_longer(tokens: list[Token], index: int, lower: str) -> bool:
    """Tell "no longer", which denies a verb."""
    other = index + 1 if lower == "no" else index - 1
    if not 0 <= other < len(tokens):
        return False
    return tokens[other].lower == ("longer" if lower == "no" else "no")


@cache
def _names_state(word: str) -> bool:
    """Tell a state's name that is a common word as well: "Turkey", "Chad"."""
    match = lexicon().match([word], 0)
    return match is not None and match[1].kind == "state"


def _looks_like_name(word: str, kinds: frozenset[str], following: Token | None) -> bool:
    if (len(word) > 1 and word.isupper()) or not is_common(word.lower()):
        return True
    if _names_state(word):
        return True
    if following is not None and (following.text[0].isupper() or following.lower in ("'s", "'")):
        return not (kinds & {"G", "B", "E"})
    return not kinds & {"N", "J", "B", "G", "E"}


def _grammar_word(
    tokens: list[Token],
    index: int,
    lower: str,
    closed: str,
    previous: str,
    following: Token | None,
) -> tuple[str, str]:
    if closed == "A":
        return "A", aux_lemma(lower)
    if lower == "to":
        return "T", lower
    if lower == "that":
        if following is not None:
            nxt = candidates(following.lower)[0]
            if previous in ("V", "E", "G", "I", "N", "X", "J") or index == 0:
                if index == 0 or previous in "VEGI":
                    if (
                        not nxt & {"N"}
                        or following.text[0].isupper()
                        or closed_class(following.lower)
                    ):
                        return "S", lower
                    return ("S" if previous in "VEGI" else "D"), lower
                return "W" if closed_class(following.lower) in ("A", "M") or nxt == {
                    "V"
                } else "S", lower
        return "S", lower
    if lower in ("may", "will", "might") and previous in BEFORE_NOUNS:
        return "N", lower
    if lower == "since" and previous == "A":
        return "B", lower
    if closed == "S" and lower == "so":
        return "B", lower
    if lower in ("her", "his") and following is not None and following.tag == "":
        if (
            closed_class(following.lower) in ("P", "C", "T", "S", "B")
            or not following.text[0].isalnum()
        ):
            return "R", lower
        return "D", lower
    if (
        closed == "D"
        and lower
        in (
            "this",
            "that",
            "these",
            "those",
            "some",
            "many",
            "all",
            "both",
            "most",
            "each",
            "few",
            "several",
            "any",
            "another",
            "more",
        )
        and (
            following is None
            or not following.text[0].isalnum()
            or closed_class(following.lower) in ("A", "M", "P", "W", "C")
            or candidates(following.lower)[0] <= {"V", "E"}
            or following.lower in ("said", "say", "says")
        )
    ):
        return "R", lower
    if lower == "one":
        noun_ahead = (
            following is not None
            and bool(candidates(following.lower)[0] & {"N", "J"})
            and not closed_class(following.lower)
        )
        return ("#" if noun_ahead else "R"), lower
    if closed == "P" and lower == "to":
        return "T", lower
    if lower in ("like", "concerning", "including", "regarding", "following") and previous in "TM":
        return "I", lower
    return closed, lower
