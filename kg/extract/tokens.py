"""Words with their places: tokens, paragraphs and what a sentence may end with.

Offsets count code points of the text that was given; nothing is normalised away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.extract.lexicon import closed_words

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S.  p.m.
    r"|\d+(?:[.,:]\d+)*(?:st|nd|rd|th|%|s)?(?:-[^\W\d_]+)*"
    r"|''|``|\"{2,3}|\.{2,}|--+"
    r"|[^\W_]+(?:['’][^\W_]+|-[^\W_]+|&(?=[A-Z])[^\W_]+)*(?:['’](?=\s?[a-z]))?"
    r"|[^\s]"
)
_SHORTENED = re.compile(r"['’](?:re|m|ve|ll|d)$", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’](?:s|S)?$")


@dataclass(slots=True)
class Token:
    """One word or mark.

    Args:
        text: as it stands in the article.
        lower: in lower case, with straight apostrophes.
        start: offset of its first character.
        end: offset behind its last character.
        tag: word class (see ``kg.extract.tagging``).
        lemma: base form of a verb or noun, else the lower-case form.
        quote: number of the quotation it stands in, or -1.
    """

    text: str
    lower: str
    start: int
    end: int
    tag: str = ""
    lemma: str = ""
    quote: int = -1


def tokenise(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Return the tokens of a stretch of text, with possessive endings split off."""
    abbreviations = closed_words().abbreviations
    found: list[Token] = []
    stop = len(text) if end is None else end
    position = start
    while position < stop:
        match = _TOKEN.search(text, position, stop)
        if match is None:
            break
        begin, finish = match.span()
        word = match.group()
        position = finish
        if word[0].isalnum():
            if (
                finish < stop
                and text[finish] == "."
                and (word in abbreviations or (len(word) == 1 and word.isupper()))
            ):
                finish += 1
                position = finish
                word = text[begin:finish]
            elif len(word) > 2 and ("'" in word or "’" in word):
                short = _SHORTENED.search(word)
                if short and short.start() > 0:
                    cut = begin + short.start()
                    found.append(_token(text, begin, cut))
                    found.append(_token(text, cut, finish))
                    continue
                tail = _POSSESSIVE.search(word)
                if tail:
                    cut = begin + tail.start()
                    if tail.start() and (len(tail.group()) > 1 or word[tail.start() - 1] in "sSxz"):
                        found.append(_token(text, begin, cut))
                        found.append(_token(text, cut, finish))
                        continue
                    finish = cut
                    position = cut
                    word = text[begin:finish]
        found.append(Token(word, word.lower().replace("’", "'"), begin, finish))
    return found


def _token(text: str, start: int, end: int) -> Token:
    word = text[start:end]
    return Token(word, word.lower().replace("’", "'"), start, end)


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Return the stretches of text that stand as paragraphs.

    An empty line ends one; so does a line's end, unless the line breaks off in mid-sentence
    and the next goes on in lower case (text wrapped at a fixed width).
    """
    found: list[tuple[int, int]] = []
    for line_start, line_end in _lines(text):
        if line_start == line_end:
            continue
        if found and _goes_on(text, found[-1], line_start):
            found[-1] = (found[-1][0], line_end)
        else:
            found.append((line_start, line_end))
    return found


def _lines(text: str) -> list[tuple[int, int]]:
    lines = []
    at = 0
    for line in text.splitlines(keepends=True):
        body = line.strip()
        if body:
            begin = at + line.index(body[0])
            lines.append((begin, begin + len(body)))
        else:
            lines.append((at, at))
        at += len(line)
    return lines


def _goes_on(text: str, before: tuple[int, int], start: int) -> bool:
    if text.count("\n", before[1], start) > 1:
        return False
    last, first = text[before[1] - 1], text[start]
    return (last.isalnum() or last in ",-–") and first.islower() and before[1] - before[0] > 40
