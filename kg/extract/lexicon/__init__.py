"""Words that the rules look for, kept as data files beside this module."""

from kg.extract.lexicon.entries import Lexicon, NameEntry, SpeechVerb, extended, lexicon
from kg.extract.lexicon.files import ClosedWords, closed_words

__all__ = [
    "ClosedWords",
    "Lexicon",
    "NameEntry",
    "SpeechVerb",
    "closed_words",
    "extended",
    "lexicon",
]
