"""Phrases of a sentence: noun phrases and verb groups."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kg.extract.tokens import Token

_INSIDE = frozenset("JNX#")


_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())


_OPENS = frozenset("DJNX#")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase without what is attached behind it: ``[start, end)`` of the tokens."""

    start: int
    end: int

    @property
    def head(self) -> int:
        """Index of the head word, the last one."""
        return self.end - 1


@dataclass(frozen=True, slots=True)
class VerbGroup:
    """A verb with its auxiliaries: "has not been told".

    Args:
        start: index of its first token.
        end: index behind its last token.
        head: index of the main verb.
        lemma: base form of the main verb.
        form: ``finite``, ``infinitive``, ``ing`` or ``participle``.
        modal: the modal verb or an empty string.
        negated: whether a negation stands in it.
        passive: whether it is a passive.
        perfect: whether it has "have".
        progressive: whether it is "is doing".
        past: whether its first verb stands in the past.
    """

    start: int
    end: int
    head: int
    lemma: str
    form: str
    modal: str = ""
    negated: bool = False
    passive: bool = False
    perfect: bool = False
    progressive: bool = False
    past: bool = False


def noun_phrases(tokens: list[Token]) -> list[Phrase]:
    """Return the noun phrases of a tagged sentence, in order, none overlapping another."""
    found: list[Phrase] = []
    index, count = 0, len(tokens)
    while index < count:
        tag = tokens[index].tag
        if tag == "R" or (tag == "W" and tokens[index].lower in ("who", "which")):
            found.append(Phrase(index, index + 1))
            index += 1
        elif tag in _OPENS or (tag in "EG" and _modifies(tokens, index, False)):
            end = _phrase_end(tokens, index, count)
            if end is None:
                index += 1
            else:
                found.append(Phrase(index, end))
                index = end
        else:
            index += 1
    return found


def _phrase_end(tokens: list[Token], start: int, count: int) -> int | None:
    index = start
    end = None
    day = start > 0 and tokens[start - 1].lower == "on" and tokens[start].lower in _DAYS
    year = (
        start > 0
        and tokens[start - 1].lower in ("in", "since", "by")
        and len(tokens[start].text) == 4
        and tokens[start].text.isdigit()
    )
    while index < count:
        tag = tokens[index].tag
        if (day or year) and index == start + 1 and tag in "DX":
            break  # "On Monday Germany said", "In 1945 Churchill met"
        if tag in _INSIDE:
            if tag in "NX#":
                end = index + 1
        elif tag == "D":
            if index != start and tokens[index - 1].tag not in "D":
                break
        elif tag == "'":
            if end is None:
                break
        elif tag == "B":
            following = tokens[index + 1].tag if index + 1 < count else ""
            if index == start or following not in ("J", "E"):
                break
        elif tag in "EG":
            if index != start and not _modifies(tokens, index, True):
                break
        elif (
            tokens[index].text == "&"
            or (tokens[index].lower == "and" and _joins_modifiers(tokens, index))
            or (tokens[index].text == "," and _joins_modifiers(tokens, index))
        ):
            pass
        else:
            break
        index += 1
    if end is None and tokens[start].tag in "D#" and index - start >= 1:
        return index if tokens[index - 1].tag in "D#J" and index - start > 1 else None
    return end


def _modifies(tokens: list[Token], index: int, inside: bool) -> bool:
    """Tell a participle that stands before its noun ("warring parties") from a verb."""
    if index + 1 >= len(tokens):
        return False
    before = tokens[index - 1].tag if index else ""
    after = tokens[index + 1].tag
    if after not in "NXJ":
        return False
    if inside:
        return before in "DJ'#" or (before == "X" and tokens[index].text[0].isupper())
    return tokens[index].tag == "E" and before in ("P", "", "E", "V") and after in "NJ"


def _joins_modifiers(tokens: list[Token], index: int) -> bool:
    """Tell "foreign and defence ministers" and "Foreign and Commonwealth Office"."""
    if index == 0 or index + 2 >= len(tokens):
        return False
    before, after, next_ = tokens[index - 1].tag, tokens[index + 1].tag, tokens[index + 2].tag
    return before == "J" and after in "JN" and next_ in "NJ" and tokens[index + 1].lower != "other"


def verb_groups(tokens: list[Token]) -> list[VerbGroup]:
    """Return the verb groups of a tagged sentence, in order."""
    found: list[VerbGroup] = []
    index, count = 0, len(tokens)
    while index < count:
        if tokens[index].tag in "MAVIGET" or (
            tokens[index].tag in "BO" and _leads(tokens, index, count)
        ):
            group = _group(tokens, index, count)
            if group is not None:
                found.append(_joined(tokens, group, found))
                index = group.end
                continue
        index += 1
    return found


def _joined(tokens: list[Token], group: VerbGroup, before: list[VerbGroup]) -> VerbGroup:
    """Return a bare verb behind "and" as an infinitive where one stands before: "to A and B"."""
    token = tokens[group.head]
    if (
        before
        and group.form == "finite"
        and group.start == group.head > 0
        and token.tag == "V"
        and token.lower == group.lemma
        and tokens[group.start - 1].lower in ("and", "or")
        and before[-1].form == "infinitive"
    ):
        return replace(group, form="infinitive")
    return group


def _leads(tokens: list[Token], index: int, count: int) -> bool:
    """Tell whether adverbs here belong to the verb behind them."""
    if tokens[index].lower == "no" and index + 2 < count and tokens[index + 1].lower == "longer":
        return tokens[index + 2].tag in "VAEG"
    return index + 1 < count and tokens[index + 1].tag in "VMAEG" and tokens[index].tag == "B"


def _group(tokens: list[Token], start: int, count: int) -> VerbGroup | None:
    index = start
    modal, negated, have, be = "", False, False, False
    past = False
    form = "finite"
    first_verb = True
    while index < count:
        token = tokens[index]
        tag = token.tag
        if tag in "BO":
            negated = negated or tag == "O"
            index += 1
        elif tag == "M":
            modal = token.lower
            negated = negated or token.lower.endswith("n't") or token.lower == "cannot"
            past = token.lower in ("would", "could", "should", "might", "'d")
            first_verb = False
            index += 1
        elif tag == "T":
            if not first_verb or index + 1 >= count:
                return None
            if tokens[index + 1].tag not in "IABO" or (
                tokens[index + 1].tag == "A" and tokens[index + 1].lower not in ("be", "have", "do")
            ):
                return None
            form = "infinitive"
            first_verb = False
            index += 1
        elif tag == "A":
            negated = negated or token.lower.endswith("n't")
            if token.lemma == "be":
                be = True
            elif token.lemma == "have":
                have = True
            if first_verb:
                past = token.lower in (
                    "was",
                    "were",
                    "had",
                    "did",
                    "been",
                    "wasn't",
                    "weren't",
                    "hadn't",
                    "didn't",
                )
                if token.lower in ("being", "having", "doing"):
                    form = "ing"
            first_verb = False
            nxt = _next_verbal(tokens, index + 1, count)
            if nxt is None:
                return VerbGroup(
                    start, index + 1, index, token.lemma, form, modal, negated, False,
                    have and token.lemma != "have", False, past,
                )  # fmt: skip
            index += 1
        elif tag in "VIEG":
            if tag == "G" and first_verb:
                form = "ing"
            if tag == "E" and first_verb:
                past = True
            passive = tag == "E" and be
            lemma = token.lemma
            return VerbGroup(
                start, index + 1, index, lemma, form, modal, negated, passive,
                have and tag in "EG", be and tag == "G", past,
            )  # fmt: skip
        else:
            return None
    return None


def _next_verbal(tokens: list[Token], index: int, count: int) -> int | None:
    while index < count and tokens[index].tag in "BO":
        index += 1
    if index < count and tokens[index].tag in "AVIEG":
        if tokens[index].tag == "G" and index + 1 < count and tokens[index - 1].tag == "D":
            return None
        return index
    return None
