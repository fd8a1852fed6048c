"""Whether an encounter took place: from tense, modality, condition and negation."""

from __future__ import annotations

from dataclasses import dataclass

from kg.extract.grammar import VerbGroup
from kg.extract.lexicon.files import load_yaml
from kg.extract.sentences import Sentence


@dataclass(frozen=True)
class StatusWords:
    """Words that govern "to meet" and "talks" (``encounters.yaml``)."""

    planning: frozenset[str]
    wishing: frozenset[str]
    refusing: frozenset[str]


def status_words() -> StatusWords:
    """Return the words of the shipped lexicon."""
    table = load_yaml("encounters.yaml")
    return StatusWords(
        *(frozenset(str(table[name]).split()) for name in ("planning", "wishing", "refusing"))
    )


def status_of(sentence: Sentence, number: int, words: StatusWords) -> str:
    """Return the status of what a verb group says.

    Args:
        sentence: the sentence.
        number: the verb group that carries the encounter.
        words: governing words.

    Returns:
        ``occurred``, ``ongoing``, ``planned``, ``hypothetical`` or ``denied``.
    """
    group = sentence.verbs[number]
    if group.form in ("infinitive", "ing"):
        return _governed(sentence, number, words)
    status = _finite(sentence, group)
    if group.modal == "would" and status == "hypothetical" and _told(sentence, number):
        status = "planned"
        if under_condition(sentence, group) or condition_of(sentence, group.end):
            status = "hypothetical"
    if status == "occurred" and under_condition(sentence, group):
        return "hypothetical"
    return status


def _finite(sentence: Sentence, group: VerbGroup) -> str:
    if group.negated:
        return "denied"
    if group.modal in ("will", "'ll", "shall"):
        return "planned"
    if group.modal:
        return "hypothetical"
    if group.progressive and not group.past:
        return "ongoing"
    return "occurred"


def _governed(sentence: Sentence, number: int, words: StatusWords) -> str:
    """Return the status of "to meet" or "meeting" from the word that governs it."""
    tokens = sentence.tokens
    group = sentence.verbs[number]
    before = group.start - 1
    while before >= 0 and tokens[before].tag in "BO":
        if tokens[before].tag == "O":
            return "denied"
        before -= 1
    if before < 0:
        return "planned" if group.form == "infinitive" else "occurred"
    word = tokens[before]
    for candidate in (word.lower, word.lemma):
        if candidate in words.refusing:
            return "denied"
        if candidate in words.wishing:
            return _unless(sentence, number, "hypothetical")
        if candidate in words.planning:
            return _unless(sentence, number, "planned")
    if word.tag == "A" and word.lemma == "be" and group.form == "infinitive":
        return "planned"  # "is to meet"
    for earlier in range(number - 1, -1, -1):
        governor = sentence.verbs[earlier]
        if governor.lemma in words.refusing:
            return "denied"
        if governor.lemma in words.planning and governor.lemma != "agree":
            return "planned"
        if governor.lemma in words.wishing or governor.modal in (
            "would",
            "could",
            "may",
            "might",
            "should",
            "must",
            "can",
        ):
            return "hypothetical"
        if governor.modal in ("will", "'ll") or governor.lemma in ("agree", "go"):
            return "planned"
        if governor.negated:
            return "denied"
        if governor.form == "finite":
            # "traveled to Damascus to meet": the journey was for it, and took place.
            return "occurred" if governor.past or governor.perfect else _present(governor)
    return "planned" if group.form == "infinitive" else "occurred"


_TELLING = frozenset(("say", "tell", "announce", "confirm", "state", "report"))


def _told(sentence: Sentence, number: int) -> bool:
    """Tell "said that X would meet Y": the future, as a past report has it."""
    if number == 0:
        return False
    before = sentence.verbs[number - 1]
    return (
        before.lemma in _TELLING
        and before.form == "finite"
        and not (before.modal or before.negated)
    )


def _present(governor: VerbGroup) -> str:
    return "ongoing" if governor.progressive else "occurred"


def _unless(sentence: Sentence, number: int, status: str) -> str:
    """Return the status, or ``denied`` where the governing verb is denied."""
    for earlier in range(number - 1, max(-1, number - 3), -1):
        if sentence.verbs[earlier].negated:
            return "denied"
    return status


def under_condition(sentence: Sentence, group: VerbGroup) -> bool:
    """Tell whether the verb itself stands in an if-clause."""
    tokens = sentence.tokens
    for at in range(group.start - 1, max(-1, group.start - 8), -1):
        if tokens[at].text in (",", ";"):
            return False
        if tokens[at].lower in ("if", "unless", "whether"):
            return True
    return False


def asks(sentence: Sentence) -> bool:
    """Tell a question that yes or no answers, which asserts nothing: "Has X met Y?"."""
    tokens = sentence.tokens
    if len(tokens) < 3 or tokens[-1].text != "?":
        return False
    at = 2 if tokens[1].text == ":" else 1 if tokens[0].tag in "C." else 0
    return tokens[at].tag in "AM"


def condition_of(sentence: Sentence, at: int) -> tuple[int, int] | None:
    """Return the token range of the condition behind a place: "if …", "provided that …"."""
    tokens = sentence.tokens
    for index in range(at, len(tokens)):
        if tokens[index].lower in ("if", "unless", "provided") and index + 1 < len(tokens):
            start = index + 1
            if tokens[index].lower == "provided" and tokens[start].lower != "that":
                continue
            if tokens[start].lower == "that":
                start += 1
            end = len(tokens)
            while end > start and tokens[end - 1].text in (".", ",", "!", "?"):
                end -= 1
            comma = next((i for i in range(start, end) if tokens[i].text in (",", ";")), end)
            return (start, comma) if comma > start else None
    return None
