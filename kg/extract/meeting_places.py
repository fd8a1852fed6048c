"""Where a meeting was, on which occasion, and what it was about: from the words around it."""

from __future__ import annotations

import re

from kg.extract.encounter_words import Encounter
from kg.extract.name_parts import CALENDAR
from kg.extract.parties import PartyBook
from kg.extract.sentences import Sentence
from kg.extract.tokens import Token

_OCCASION = re.compile(
    r"\bon the (?:sidelines|margins|fringes|margin) of (?:the |an? )?"
    r"((?:[^,.;]|(?<=[A-Z])\.){3,80}?)"
    r"(?= (?:in|on|at|this|last|next)\b|[,;]|(?<![A-Z])\.|\.?$)"
)
_EVENT = re.compile(
    r"\b(?:at|during) (?:the|an?|this year's|last year's) "
    r"((?:[\w’'&-]+ ){0,6}?(?:[Ss]ummit|[Cc]onference|[Ff]orum|General Assembly|[Cc]ongress)"
    r"(?: (?:of|on|for) (?:the )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*)?)"
)
_SUBJECT = re.compile(
    r"\b(?:discuss(?:ed|es|ing)?|to (?:address|review|resolve|end|negotiate|debate|consider|"
    r"coordinate|settle|save|revive|defuse|ease|prevent)|on|about|over|regarding|concerning|"
    r"(?:aimed|focus(?:ed|ing)?|cent(?:ered|red)) (?:at|on)|agenda)\b"
)
_STOP = re.compile(
    r"[.;:“”\"]|, (?:who|which|and said|he|she|they|according)\b|\b(?:said|if|unless)\b|''"
)


def find_occasion(text: str, start: int, end: int) -> str | None:
    """Return the occasion that a stretch of text names: "on the sidelines of X"."""
    match = _OCCASION.search(text, start, end)
    if match is None:
        match = _EVENT.search(text, start, end)
        if match is None or not any(word[0].isupper() for word in match.group(1).split()):
            return None
    return " ".join(match.group(1).removeprefix("the ").split())


def find_subjects(text: str, encounter: Encounter) -> list[str]:
    """Return the words that can say what a meeting was about, nearest first.

    These are what stands before the noun ("trade talks") and behind "to discuss", "on", "over".
    """
    sentence, (start, end) = encounter.sentence, encounter.trigger
    tokens = sentence.tokens
    at = next((i for i, token in enumerate(tokens) if token.start == start), 0)
    found = []
    for index in (at, encounter.at, encounter.at + 1):
        phrase = sentence.phrase_at(index)
        if phrase is not None and tokens[phrase.start].start < sentence.end:
            found.append(text[tokens[phrase.start].start : tokens[phrase.head].end])
            break
    stop = _STOP.search(text, end, sentence.end)
    limit = stop.start() if stop else sentence.end
    for match in _SUBJECT.finditer(text, start, limit):
        found.append(text[match.start() : limit])
    return found[:8]


def find_place(encounter: Encounter, book: PartyBook) -> str | None:
    """Return the place behind the trigger: the first name behind "in" or "at"."""
    sentence = encounter.sentence
    tokens = sentence.tokens
    for at in [*range(encounter.at, len(tokens) - 1), *_before(sentence, encounter.at)]:
        if tokens[at].lower not in ("in", "at") or tokens[at + 1].lower == "least":
            if tokens[at].lower != "to" or tokens[at - 1].lemma not in _JOURNEYS:
                continue
        phrase = next((p for p in sentence.phrases if p.start == at + 1), None)
        if phrase is None:
            continue
        words = [t for t in tokens[phrase.start : phrase.end] if t.tag != "D" or t.text == "The"]
        while words and words[-1].tag in "JN#" and words[0].tag == "X" and len(words) > 1:
            if words[-1].lower in _SEATS:
                break
            words.pop()  # "in Cairo next week"
        if not words or words[0].tag not in "XD" or words[-1].tag == "D":
            continue
        name = " ".join(book.analysis.text[words[0].start : words[-1].end].split())
        if tokens[at].lower == "in" and _unknown_place(book, words):
            return name
        known = book.lexicon.places.get(name) or _is_state_or_seat(book, name)
        if known or words[-1].lower in _SEATS:
            return name
    return None


def _unknown_place(book: PartyBook, words: list[Token]) -> bool:
    """Tell a name behind "in" that is no party's: then it is a place's."""
    if any(t.tag != "X" or t.text in CALENDAR or t.text.isupper() for t in words):
        return False
    parts = [token.text.replace("’", "'") for token in words]
    if book.lexicon.match(parts, 0) is not None:
        return False
    named = book.named(" ".join(parts))
    return named is None or (named.kind == "person" and not named.roles and len(parts) == 1)


_SEATS = frozenset(("palace", "house", "hotel", "embassy", "kremlin"))
_JOURNEYS = frozenset("travel fly go return journey head trip visit".split())


def _before(sentence: Sentence, at: int) -> list[int]:
    """Return the tokens of the clause before an encounter, nearest first.

    What stands before the sentence's first comma counts too where it is no clause: "At a
    conference in Munich, X met Y".
    """
    tokens = sentence.tokens
    start = at - 1
    while start > 0 and tokens[start - 1].text not in (",", ";", ":", "that"):
        start -= 1
    found = list(range(at - 2, start - 1, -1))
    comma = next((i for i in range(start) if tokens[i].text == ","), None)
    if comma is not None and tokens[0].tag == "P":
        if not any(group.form == "finite" and group.start < comma for group in sentence.verbs):
            found.extend(range(comma - 1))
    return found


def _is_state_or_seat(book: PartyBook, name: str) -> bool:
    words = name.replace("’", "'").split()
    match = book.lexicon.match(words, 0)
    return bool(match and match[0] == len(words) and match[1].kind in ("state", "seat"))
