"""What a word can be by itself: its classes, its base forms."""

from __future__ import annotations

from functools import cache

from lemminflect import getAllLemmas

from kg.extract.lexicon import closed_words

Candidates = tuple[frozenset[str], str, str]
"""The classes a word can have (N V G E J B), its verb lemma, its noun lemma."""


@cache
def candidates(word: str) -> Candidates:
    """Return what a word in lower case can be, by the lexicon or else by its ending."""
    lemmas = getAllLemmas(word)
    verb = lemmas.get("VERB", ("",))[0]
    noun = lemmas.get("NOUN", ("",))[0]
    kinds: set[str] = set()
    if verb:
        if word.endswith("ing") and word != verb:
            kinds.add("G")
        elif word != verb and not word.endswith("s"):
            kinds.add("E")
        else:
            kinds.add("V")
    if noun:
        kinds.add("N")
    if "ADJ" in lemmas:
        kinds.add("J")
    if "ADV" in lemmas:
        kinds.add("B")
    if not kinds:
        if word.endswith("ing"):
            kinds.add("G")
        elif word.endswith("ed"):
            kinds.add("E")
            verb = word[:-2]
        elif word.endswith("ly"):
            kinds.add("B")
        elif "-" in word:
            kinds |= {"J", "N"}
        elif word.endswith(("ous", "ive", "able", "ible", "al", "ic", "less", "ful", "ish")):
            kinds.add("J")
        else:
            kinds.add("N")
    return frozenset(kinds), verb or word, noun or word


@cache
def closed_class(word: str) -> str:
    """Return the tag of a grammar word, or an empty string."""
    closed = closed_words()
    for tag, words in (
        ("O", closed.negations),
        ("M", closed.modals),
        ("A", closed.be | closed.have | closed.do),
        ("C", closed.coordinators),
        ("W", closed.wh),
        ("S", closed.subordinators),
        ("D", closed.determiners),
        ("R", closed.pronouns),
        ("B", closed.adverbs),
        ("P", closed.prepositions),
        ("#", closed.numbers),
    ):
        if word in words:
            return tag
    return ""


@cache
def aux_lemma(word: str) -> str:
    """Return which of be, have and do a form belongs to."""
    closed = closed_words()
    if word in closed.be:
        return "be"
    return "have" if word in closed.have else "do"


@cache
def is_common(lower: str) -> bool:
    """Tell whether the lexicon has a word in lower case."""
    return bool(getAllLemmas(lower))


def arabic_name(word: str) -> bool:
    """Tell whether a word is a name with its article in front: "al-Jaafari"."""
    article, mark, rest = word.partition("-")
    return bool(mark) and article in _ARTICLES and rest[:1].isupper()


_ARTICLES = frozenset(("al", "el", "ad", "an", "ar", "as", "ash", "at", "az", "ul", "bin"))
