"""Where the content of a report ends."""

from __future__ import annotations

from kg.extract.grammar import VerbGroup
from kg.extract.sentences import Sentence

_STOP_PARTICIPLES = frozenset(
    "add say call note argue tell claim suggest warn stress describe insist accuse cite".split()
)


def end_of_clause(
    sentence: Sentence,
    at: int,
    number: int = -1,
    whole: bool = False,
    stop_at_second_verb: bool = False,
) -> int:
    """Return the token index where content that begins at ``at`` ends.

    Args:
        sentence: the sentence.
        at: where the content begins.
        number: the reporting verb's group; a later verb with the same subject ends the content.
        whole: whether the content is a clause, which runs on over commas.
        stop_at_second_verb: whether the content is the subject's attribute, and ends before the
            sentence's own verb.
    """
    tokens = sentence.tokens
    end = last_word(sentence)
    if stop_at_second_verb:
        return _attribute_end(sentence, at, end)
    subordinate = (
        whole
        and number >= 0
        and tokens[0].lower in _OPENERS
        and not any(t.text == "," for t in tokens[: sentence.verbs[number].start])
    )
    for index in range(at, end):
        token = tokens[index]
        if token.text == ";":
            return index
        if subordinate and token.text == "," and index > at + 2:
            return index
        if token.tag == "Q":
            return index if index > at else index + 1
        if token.text == "," and index + 1 < end:
            following = tokens[index + 1]
            if following.lower == "according" or _attributed_behind(sentence, index + 1):
                return index
            if whole and token.quote < 0:
                if following.lower == "but" or _new_report(sentence, index + 1):
                    return index
                if (
                    following.lower in ("a", "an")
                    and index + 2 < end
                    and (tokens[index + 2].lower in _COMMENTS)
                ):
                    return index
            if following.tag == "G" and following.lemma in _STOP_PARTICIPLES:
                return index
            if following.tag == "G" and not whole and index > at:
                return index
            if (
                following.lower == "with"
                and index > at
                and any(g.form == "ing" and index < g.start <= index + 7 for g in sentence.verbs)
            ):
                return index
            if not whole and following.lower in (
                "but",
                "while",
                "after",
                "as",
                "although",
                "though",
                "whereas",
                "who",
                "with",
                "when",
                "so",
            ):
                return index
            if following.tag == "C" and _new_statement(sentence, index + 1, number, whole):
                return index
        if (
            token.tag == "C"
            and index > at
            and (
                _new_statement(sentence, index, number, whole)
                or (whole and token.quote < 0 and _new_report(sentence, index))
            )
        ):
            return index
    return end


_OPENERS = frozenset("when while after as although though before since once if because".split())


_COMMENTS = frozenset(
    "reference nod swipe dig jab allusion move sign claim charge remark departure contrast "
    "comment statement suggestion message position stance figure number rebuke".split()
)


_TELLING = frozenset(
    "say report add announce reiterate declare note write warn explain confirm state stress "
    "insist acknowledge tell".split()
)


_REPORTS = frozenset("say tell add argue note warn claim insist urge call".split())


def _attributed_behind(sentence: Sentence, at: int) -> bool:
    """Tell whether only an attribution stands behind a comma: "…, officials said."."""
    tokens = sentence.tokens
    phrase = next((p for p in sentence.phrases if p.start == at), None)
    if phrase is None:
        return False
    group = next((g for g in sentence.verbs if g.start >= phrase.end), None)
    if group is None or group.form != "finite" or group.lemma not in _TELLING:
        return False
    if group.start - phrase.end > 6:
        return False
    return (
        group.end >= len(tokens)
        or tokens[group.end].text in (".", ",")
        or (
            (
                tokens[group.end].lower in ("on", "in", "at", "late", "last")
                or _names_day(sentence, group.end)
            )
            and not any(g.start > group.end for g in sentence.verbs)
        )
    )


def _names_day(sentence: Sentence, at: int) -> bool:
    return sentence.tokens[at].lower.endswith("day") or sentence.tokens[at].lower == "yesterday"


def _new_report(sentence: Sentence, at: int) -> bool:
    """Tell whether another report begins here: "and others have said they …"."""
    tokens = sentence.tokens
    if tokens[at].tag != "C":
        return False
    group = next((g for g in sentence.verbs if g.start > at), None)
    if group is None or group.form != "finite" or group.lemma not in _REPORTS:
        return False
    return group.start - at <= 9 and all(
        t.tag in "DJNXR#'BCP" for t in tokens[at + 1 : group.start]
    )


def _new_statement(sentence: Sentence, at: int, number: int, whole: bool) -> bool:
    """Tell whether the reporting verb's subject goes on with another verb behind "and"."""
    tokens = sentence.tokens
    if number < 0:
        return False
    reporting = sentence.verbs[number]
    for group in sentence.verbs:
        if group.start <= at:
            continue
        between = tokens[at + 1 : group.start]
        if any(token.tag not in "BC" for token in between):
            if whole:
                return False
            # ", and NEW SUBJECT VERB": the object's sentence is over.
            return (
                group.form == "finite"
                and len(between) <= 4
                and tokens[at - 1].text == ","
                and all(token.tag in "DJNXR#'BC" for token in between)
            )
        return _parallel(sentence, reporting, group)
    return False


def _parallel(sentence: Sentence, first: VerbGroup, second: VerbGroup) -> bool:
    """Tell whether two verb groups can share a subject: same form and tense."""
    if first.form != second.form:
        return False
    if first.form == "finite":
        tokens = sentence.tokens
        word = tokens[second.head]
        if (
            word.lower == second.lemma
            and second.start == second.head
            and any(
                g.form == "infinitive" and first.end <= g.start < second.start
                for g in sentence.verbs
            )
        ):
            return False  # "urged X to do A and do B"
        inner = [
            g for g in sentence.verbs if first.end <= g.start < second.start and g.form == "finite"
        ]
        if inner:
            return False
        return first.past == second.past and not second.modal
    return first.form == "ing"


def _attribute_end(sentence: Sentence, at: int, end: int) -> int:
    """Return where an attribute clause ends: before the second finite verb."""
    finite = [g for g in sentence.verbs if g.form == "finite" and g.start >= at]
    tokens = sentence.tokens
    if len(finite) >= 2:
        second = finite[1]
        between = tokens[finite[0].end : second.start]
        if not any(token.tag in "SW" or token.text == "," for token in between):
            return second.start
    for index in range(at, end):
        if tokens[index].text in (",", ";"):
            return index
    return end


def last_word(sentence: Sentence) -> int:
    """Return the index behind the last word of a sentence, final marks left out."""
    end = len(sentence.tokens)
    while end > 0 and sentence.tokens[end - 1].text in (
        ".",
        "!",
        "?",
        "…",
        ",",
        ")",
        "]",
        "’",
        "'",
    ):
        if sentence.tokens[end - 1].text == ")" and any(
            token.text == "(" for token in sentence.tokens
        ):
            break
        end -= 1
    return end
