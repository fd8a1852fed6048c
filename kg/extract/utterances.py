"""Which quotations are utterances of their own, and which are words in a sentence."""

from __future__ import annotations

from functools import cache

from kg.extract.lexicon import lexicon
from kg.extract.quotes import Quotation
from kg.extract.tokens import Token
from kg.extract.word_classes import candidates

ENDS = frozenset(".!?…")


MARKS = frozenset(("“", "”", '"', "''", '""', '"""', "``", "«", "»", "„"))


def is_utterance(
    quotation: Quotation,
    tokens: list[Token],
    before: dict[int, Quotation],
    utterances: set[int],
) -> bool:
    """Tell whether a quotation stands as an utterance, by its marks and what leads to it."""
    if quotation.continues >= 0:
        return quotation.continues in utterances or quotation.continues not in before
    first, last = tokens[quotation.first], tokens[quotation.last - 1]
    lead = tokens[quotation.first - 2] if quotation.first >= 2 else None
    length = quotation.last - quotation.first
    at = quotation.last - 1
    while at > quotation.first and last.text in ("'", "’", ")", "]"):
        at -= 1
        last = tokens[at]
    ended = last.text in ENDS or last.text == "," or last.text[0] in ".…"
    follower = tokens[quotation.last + 1] if quotation.last + 1 < len(tokens) else None
    if follower is not None and follower.text == ",":
        ended = True
    starts = (
        first.text[0].isupper()
        or not first.text[0].isalnum()
        or (first.text[0].isdigit() and ended)
    )
    if lead is None or lead.text in ENDS or lead.text in MARKS:
        return (ended and (starts or length > 4)) or (follower is None and (starts or length > 4))
    if lead.text in (",", "—", "―", "–") and ended and _interrupted(tokens, quotation, utterances):
        return True
    if lead.lower in _JOINING and ended and _interrupted(tokens, quotation, utterances):
        return True  # «"A," he said, but "B."»
    if lead.text == "," and quotation.first > 2 and tokens[quotation.first - 3].lower == "that":
        return False
    if lead.text in (",", ":", "—", "―", "–", "--"):
        if lead.text == ":" or starts:
            return ended or length > 4
        return ended and length > 1 and _speaking(tokens, quotation.first - 2)
    if _says(lead.lower) and (
        starts or (ended and (length > 3 or last.text in ENDS)) or lead.lower in _CALLING
    ):
        return True
    if lead.lower in ("that", "as", "a", "an", "the", "of", "in", "on", "and", "for"):
        return False
    return starts and length > 3 and (last.text in ENDS or last.text == ",")


def _interrupted(tokens: list[Token], quotation: Quotation, utterances: set[int]) -> bool:
    """Tell whether the utterance before broke off with a comma, so that this one goes on."""
    for at in range(quotation.first - 2, 0, -1):
        if tokens[at].text in ENDS and tokens[at].quote < 0:
            return False
        if tokens[at].quote >= 0:
            return tokens[at].text == ","
        if tokens[at].lower == "that" or tokens[at].lower.endswith("ing"):
            return False
    return False


_JOINING = frozenset(("but", "and", "because", "so", "yet", "or"))


_CALLING = frozenset(
    "chanting chanted chant shouting shouted shout yelling yelled screaming screamed crying".split()
)


SPOKEN = frozenset(
    "said says say saying added adding told tells wrote writes tweeted asked asks continued "
    "replied responded declared stated explained noted insisted argued warned".split()
)


def _speaking(tokens: list[Token], comma: int) -> bool:
    return any(token.lower in SPOKEN for token in tokens[max(0, comma - 3) : comma])


@cache
def _says(word: str) -> bool:
    """Tell whether a word is a form of a verb that introduces quotations."""
    verb = lexicon().speech.get(candidates(word)[1])
    return verb is not None and "q" in verb.frames and word != "to"
