"""What a reader wrote into the search field, as words to look for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kg.search.words import in_order, words

LONGEST = 500
"""Characters of a question; what comes after is left out."""
MOST = 16
"""Words and phrases of a question."""
MOST_WORDS = 40

_PHRASE = re.compile(r'["“”„«»]([^"“”„«»]*)(?:["“”„«»]|$)|([^"“”„«»]+)')


@dataclass(frozen=True)
class Term:
    """One word or several that must stand together.

    Args:
        words: the words in order.
        open: whether the last one may go on: ``diplom`` finds ``diplomacy``.
    """

    words: tuple[str, ...]
    open: bool


def terms(written: str) -> tuple[Term, ...]:
    """Return the words and phrases of a question; all of them must be found.

    A word is the beginning of one. Words in quotation marks are a phrase, as written. Anything may
    be written; what has no letter and no digit asks for nothing.
    """
    found: list[Term] = []
    for phrase, plain in _PHRASE.findall(written[:LONGEST]):
        if plain:
            for word in plain.split():
                parts = tuple(words(word))[:MOST_WORDS]
                # One letter is too little for a beginning: half of all words would do.
                found.append(Term(parts, len(parts) > 1 or len("".join(parts)) > 1))
        else:
            found.append(Term(tuple(words(phrase))[:MOST_WORDS], False))
    return tuple(dict.fromkeys(term for term in found if term.words))[:MOST]


def expression(asked: Iterable[Term]) -> str:
    """Return terms in the language of FTS5 (SQLite, FTS5 full-text query syntax, section 3).

    Words have letters, digits and marks alone, so that nothing in them means anything to it.
    """
    return " AND ".join(
        '"' + " ".join(term.words) + '"' + (" *" if term.open else "") for term in asked
    )


@dataclass(frozen=True)
class Piece:
    """A run of text, and whether it was looked for."""

    text: str
    found: bool


def marked(text: str, asked: tuple[Term, ...]) -> tuple[Piece, ...]:
    """Cut a text where words that were looked for begin and end."""
    placed = list(in_order(text))
    spans: list[tuple[int, int]] = []
    for term in asked:
        size = len(term.words)
        for at in range(len(placed) - size + 1):
            if all(
                word == placed[at + place][0]
                or (
                    term.open and place == size - 1 and placed[at + place][0].startswith(word)
                )
                for place, word in enumerate(term.words)
            ):  # fmt: skip
                spans.append((placed[at][1], placed[at + size - 1][2]))
    pieces: list[Piece] = []
    done = 0
    for start, end in sorted(spans):
        if end <= done:
            continue
        start = max(start, done)
        if start > done:
            pieces.append(Piece(text[done:start], False))
        if pieces and pieces[-1].found:
            pieces[-1] = Piece(pieces[-1].text + text[start:end], True)
        else:
            pieces.append(Piece(text[start:end], True))
        done = end
    if done < len(text):
        pieces.append(Piece(text[done:], False))
    return tuple(pieces)
