"""Names inside a noun phrase: known ones, and runs of capitals that can be a person's."""

from __future__ import annotations

from dataclasses import dataclass

from kg.extract.lexicon import Lexicon, NameEntry
from kg.extract.tokens import Token
from kg.extract.word_classes import arabic_name

_PORTFOLIO = frozenset(
    "State Defense Defence Foreign Affairs Interior Finance Treasury Energy Justice Trade Economy "
    "Oil Health Education Agriculture Labor Labour Transport Information Homeland Security War "
    "Commerce Culture Intelligence Europe Expatriates Staff General and &".split()
)


CALENDAR = frozenset(
    "January February March April May June July August September October November December Monday "
    "Tuesday Wednesday Thursday Friday Saturday Sunday Jan. Feb. Aug. Sept. Oct. Nov. Dec. "
    "Christmas Easter Ramadan God".split()
)


@dataclass(slots=True)
class Part:
    """A known name inside a phrase."""

    start: int
    end: int
    entry: NameEntry


def is_office(token: Token, lexicon: Lexicon) -> bool:
    """Tell whether a word names an office."""
    return token.lower in lexicon.offices or token.text in lexicon.honorifics


def known(words: list[str], lexicon: Lexicon) -> list[Part]:
    """Return the known names among words, longest first, none overlapping another."""
    found: list[Part] = []
    at = 0
    while at < len(words):
        match = lexicon.match(words, at)
        if match is None and words[at] in ("the", "The") and at + 1 < len(words):
            at += 1
            continue
        if match is None:
            at += 1
            continue
        length, entry = match
        if entry.kind in ("organisation", "government", "media") and _inside_name(
            words, at, lexicon
        ):
            at += length
            continue
        found.append(Part(at, at + length, entry))
        at += length
    return found


def _inside_name(words: list[str], at: int, lexicon: Lexicon) -> bool:
    """Tell whether a known body's words are the end of a longer name of another body."""
    if at == 0 or not words[at - 1][0].isupper() or words[at - 1] in ("The", "UN", "U.N."):
        return False
    before = lexicon.match(words, at - 1)
    return before is None or before[1].state is None


def lexicon_body(token: Token, lexicon: Lexicon) -> bool:
    """Tell whether a word ends the name or description of a body."""
    return token.lower in lexicon.bodies


def name_run(tokens: list[Token], covered: set[int], lexicon: Lexicon) -> tuple[int, int]:
    """Return the run of capitalised words that can be a person's name, the last one."""
    best = (0, 0)
    index, count = 0, len(tokens)
    while index < count:
        if not _name_word(tokens[index], index in covered, lexicon):
            index += 1
            continue
        begin = index
        while index < count and (
            _name_word(tokens[index], index in covered, lexicon)
            or (
                tokens[index].lower in lexicon.particles
                and index + 1 < count
                and tokens[index + 1].text[0].isupper()
                and tokens[index].tag != "P"
            )
            or _title_inside(tokens, index, begin, covered, lexicon)
        ):
            index += 1
        # A body's name is no person's: "Syrian National COALITION", unless in mid-run.
        if any(lexicon_body(token, lexicon) for token in tokens[begin:index][-1:]):
            continue
        best = (begin, index)
        if begin == 0 and index < count and tokens[index].lower == "of":
            break  # "Saeed Jalili of the Supreme National Security Council"
    return best


def _title_inside(
    tokens: list[Token], index: int, begin: int, covered: set[int], lexicon: Lexicon
) -> bool:
    """Tell a title that is part of a name: "Hassan Sheikh Mohamud"."""
    return (
        index > begin
        and index + 1 < len(tokens)
        and tokens[index].text in ("Sheikh", "Shaikh")
        and _name_word(tokens[index + 1], index + 1 in covered, lexicon)
    )


def _name_word(token: Token, covered: bool, lexicon: Lexicon) -> bool:
    if (
        covered
        or not (token.text[0].isupper() or arabic_name(token.text))
        or token.tag not in ("X", "N", "J", "V")
    ):
        return False
    if token.text in CALENDAR and token.text != "May":  # which is a family name as well
        return False
    if token.text in _PORTFOLIO or token.text in lexicon.honorifics:
        return False
    if len(token.text) > 3 and token.text.isupper() and "-" not in token.text:
        return False
    return token.lower not in lexicon.offices and token.lower not in lexicon.groups
