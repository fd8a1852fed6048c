"""Word classes of open words: nouns, verbs and adjectives, which their neighbours decide."""

from __future__ import annotations

from functools import cache

from kg.extract.lexicon import lexicon
from kg.extract.tokens import Token
from kg.extract.word_classes import candidates, closed_class

# Verbs whose past is their base form.
_SAME_PAST = frozenset(
    "read put set cut hit let cast quit bet cost shut split spread beat burst hurt".split()
)

_TO = frozenset(("according", "due", "owing", "thanks"))
BEFORE_NOUNS = frozenset("DJ'#")
"""Tags behind which no finite verb stands."""


def open_word(
    lower: str,
    kinds: frozenset[str],
    verb: str,
    noun: str,
    previous: str,
    following: Token | None,
    tokens: list[Token],
    index: int,
) -> tuple[str, str]:
    """Return tag and lemma of a word that is no grammar word and no name.

    Args:
        lower: the word in lower case.
        kinds: what the dictionary says that it can be.
        verb: its base form as a verb.
        noun: its base form as a noun.
        previous: tag of the last token that is no adverb.
        following: the token behind it.
        tokens: the sentence.
        index: its place in the sentence.
    """
    if previous in ("T", "M") and "V" in kinds:
        if previous == "T" and "N" in kinds and _noun_after_to(tokens[index]):
            return "N", noun
        if previous == "T" and "N" in kinds and index > 1 and tokens[index - 2].lower in _TO:
            return "N", noun  # "according to state television"
        return "I", verb
    if previous == "A" and "V" in kinds and lower == verb and _denied(tokens, index):
        return "I", verb
    if previous == "M" and "E" in kinds and lower == verb:
        return "I", verb
    if "G" in kinds:
        if previous in BEFORE_NOUNS and "N" in kinds:
            return "N", noun
        if previous == "N" and "N" in kinds and index > 1 and tokens[index - 2].tag in "DJ":
            if following is None or closed_class(following.lower) in ("P", "A", "M"):
                return "N", noun  # "an emergency meeting in Cairo"
        return "G", verb
    if "E" in kinds:
        if previous in "D'#" and "J" not in kinds and following is not None:
            return "J", lower
        if "J" in kinds and previous in "D'#J":
            return "J", lower
        if "N" in kinds and previous in ("D", "J", "'", "P"):
            return "N", noun
        if previous == "P" and lower.endswith("ed"):
            return "J", lower
        return "E", verb
    if "V" in kinds:
        if kinds == {"V"}:
            return ("V", verb) if previous not in BEFORE_NOUNS else ("N", lower)
        return _verb_or_noun(lower, kinds, verb, noun, previous, following, tokens, index)
    if "J" in kinds and "N" in kinds:
        if previous in ("V", "A", "E") and (following is None or closed_class(following.lower)):
            return "J", lower
        nxt = following is not None and (
            candidates(following.lower)[0] & {"N", "J"} and not closed_class(following.lower)
        )
        return ("J", lower) if nxt else ("N", noun)
    if "J" in kinds:
        return "J", lower
    if "B" in kinds and "N" not in kinds:
        return "B", lower
    return "N", noun


def _noun_after_to(token: Token) -> bool:
    """Tell "to talks with" (preposition) from "to talk": a plural noun is no base form."""
    return token.lower.endswith("s") and not token.lower.endswith("ss")


def _verb_or_noun(
    lower: str,
    kinds: frozenset[str],
    verb: str,
    noun: str,
    previous: str,
    following: Token | None,
    tokens: list[Token],
    index: int,
) -> tuple[str, str]:
    """Decide a word such as "calls" or "report" by what stands around it."""
    if previous in ("D", "'", "J", "P", "#", "G"):
        return ("J", lower) if "J" in kinds and "N" not in kinds else ("N", noun)
    nxt = closed_class(following.lower) if following is not None else ""
    opens_object = following is not None and (
        nxt in ("D", "R", "S", "W", "T", "B", "#")
        or following.text in ("“", '"', ":", "''")
        or following.text[0].isupper()
        or (nxt == "P" and lower != noun)
        or (not nxt and candidates(following.lower)[0] & {"J", "N"} and lower.endswith("s"))
    )
    if (
        previous == "X"
        and lower == verb
        and lower not in _SAME_PAST
        and not _plural_subject(tokens, index)
    ):
        return "N", noun  # "the Hezbollah attack": a singular name has no verb without an ending
    if (
        previous == "X"
        and lower in ("talks", "meetings")
        and index > 1
        and (tokens[index - 2].tag == "D")
    ):
        return "N", noun
    if previous == "X" and nxt not in ("D", "R", "S") and _of_nation(tokens[index - 1].text):
        return "N", noun  # "Iraqi forces in Mosul"
    if previous == "X" and lower == f"{noun}s" and _is_verb(following):
        return "N", noun  # "the BRICS states met"
    if previous in ("X", "R", "W", "Q"):
        if previous == "X" and nxt == "" and not opens_object and following is not None:
            return ("V", verb) if lower.endswith("s") and lower == noun + "s" else ("N", noun)
        return ("V", verb) if opens_object or previous in ("R", "W") else ("N", noun)
    if (
        previous == "N"
        and lower == verb
        and lower not in _SAME_PAST
        and not _plural_subject(tokens, index)
    ):
        return "N", noun  # "radio host Jan Berg"
    if previous == "N":
        if opens_object and nxt != "P":
            return "V", verb
        return "N", noun
    if (
        previous == "C"
        and lower in ("calls", "urges", "appeals")
        and following is not None
        and following.lower in ("for", "on", "upon", "to")
        and any(token.tag in "VA" for token in tokens[:index])
    ):
        return "V", verb  # "is concerned by X and calls for Y"
    if (
        previous in ("C", "")
        and opens_object
        and (nxt in ("D", "S", "W") or (following is not None and following.text[0].isupper()))
    ):
        return "V", verb
    if previous == "." and opens_object and lower.endswith("s"):
        return "V", verb
    if previous == "A":
        return ("J", lower) if "J" in kinds else ("N", noun)
    return ("J", lower) if "J" in kinds and "N" not in kinds else ("N", noun)


def _denied(tokens: list[Token], index: int) -> bool:
    """Tell a verb behind "does not", "didn't"."""
    at = index - 1
    negated = False
    while at >= 0 and tokens[at].tag in "BO":
        negated = negated or tokens[at].tag == "O"
        at -= 1
    if at < 0 or tokens[at].lemma != "do":
        return False
    return negated or tokens[at].lower.endswith("n't")


@cache
def _of_nation(word: str) -> bool:
    """Tell a state's adjective, behind which a noun stands."""
    match = lexicon().match([word], 0)
    return match is not None and match[1].kind == "adjective" and not word.isupper()


def _is_verb(token: Token | None) -> bool:
    """Tell whether a word can be nothing but a verb."""
    if token is None or not token.text[0].islower():
        return False
    return closed_class(token.lower) in ("A", "M") or candidates(token.lower)[0] == {"E"}


def _plural_subject(tokens: list[Token], index: int) -> bool:
    """Tell whether the name before a word can be the subject of a verb without an ending."""
    at = index - 1
    while at >= 0 and tokens[at].tag in "BO":
        at -= 1
    if at < 0:
        return False
    if tokens[at].text.endswith("s") or tokens[at].lower == "police":
        return True
    while at >= 0 and tokens[at].tag in "XD'#":
        at -= 1
    if at > 0 and tokens[at].lower == "of":
        return tokens[at - 1].text.endswith("s")  # "members of the Council urge"
    return at >= 0 and tokens[at].lower in ("and", "to", "let", "help")
