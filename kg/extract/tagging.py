"""Word classes: which part each token plays in its sentence.

A closed list names the grammar words; a morphological lexicon (LemmInflect) says what the others
can be, and the neighbours decide. Tags:

D determiner, R pronoun, P preposition, C coordinator, S subordinator, W wh-word, M modal, A form
of be, have or do, T infinitive "to", O negation, B adverb, J adjective, N noun, X name (written
with a capital), V finite verb, I verb in base form behind "to" or a modal, G verb in -ing,
E verb in -ed (participle or past), # number, ' possessive ending, Q quotation, . mark.
"""

from __future__ import annotations

from kg.extract.tokens import Token
from kg.extract.word_classes import arabic_name, aux_lemma, candidates, closed_class, is_common

# Adjectives that the lexicon knows as nouns and verbs too.
_ORDER = frozenset(
    "last next same other first second third latest former own key main senior outgoing current "
    "recent new first-ever joint bilateral annual such".split()
)


# Verbs whose past is their base form.
_SAME_PAST = frozenset(
    "read put set cut hit let cast quit bet cost shut split spread beat burst hurt".split()
)
_ALWAYS_NOUN_BEFORE = frozenset("DJ'#")


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
    return _open_word(lower, kinds, verb, noun, previous, following, tokens, index)


def _looks_like_name(word: str, kinds: frozenset[str], following: Token | None) -> bool:
    if (len(word) > 1 and word.isupper()) or not is_common(word.lower()):
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
    if lower in ("may", "will", "might") and previous in _ALWAYS_NOUN_BEFORE:
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


def _open_word(
    lower: str,
    kinds: frozenset[str],
    verb: str,
    noun: str,
    previous: str,
    following: Token | None,
    tokens: list[Token],
    index: int,
) -> tuple[str, str]:
    if previous in ("T", "M") and "V" in kinds:
        if previous == "T" and "N" in kinds and _noun_after_to(tokens[index]):
            return "N", noun
        return "I", verb
    if previous == "M" and "E" in kinds and lower == verb:
        return "I", verb
    if "G" in kinds:
        if previous in _ALWAYS_NOUN_BEFORE and "N" in kinds:
            return "N", noun
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
            return ("V", verb) if previous not in _ALWAYS_NOUN_BEFORE else ("N", lower)
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
