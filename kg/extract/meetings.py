"""Encounters into meetings: which mentions tell of one and the same, and its place and time."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kg.extract.document import Document
from kg.extract.encounter_words import Encounter
from kg.extract.encounters import EncounterFinder
from kg.extract.entities import Entity
from kg.extract.name_parts import CALENDAR
from kg.extract.parties import PartyBook
from kg.extract.sentences import Analysis, Sentence
from kg.extract.status import condition_of
from kg.extract.tokens import Token
from kg.extract.when import When, find_duration, find_when

Range = tuple[int, int]
_OCCASION = re.compile(
    r"\bon the (?:sidelines|margins|fringes|margin) of (?:the |an? )?([^,.;]{3,80}?)"
    r"(?= (?:in|on|at|this|last|next)\b|[,.;]|$)"
)


@dataclass
class FoundMeeting:
    """A meeting with all its mentions in the article."""

    parties: list[Entity]
    status: str
    form: str
    rule: str
    confidence: float
    evidence: list[Range] = field(default_factory=list)
    trigger: Range = (0, 0)
    place: str | None = None
    when: When | None = None
    duration: str | None = None
    occasion: str | None = None
    condition: str | None = None
    others: list[Range] = field(default_factory=list)


def find_meetings(
    analysis: Analysis,
    book: PartyBook,
    document: Document,
    speakers: dict[int, Entity],
    voice: Entity | None,
) -> list[FoundMeeting]:
    """Return the meetings of an article.

    Args:
        analysis: the article, read.
        book: its parties.
        document: for the day of publication.
        speakers: who speaks in each utterance, by its number.
        voice: who says "we" outside quotations.
    """
    finder = EncounterFinder(book)
    mentions: list[Encounter] = []
    for sentence in analysis.all_sentences():
        speaker = speakers.get(sentence.quote) if sentence.quote >= 0 else voice
        for encounter in finder.in_sentence(sentence, speaker):
            mentions.extend(_split(encounter))
    single: list[FoundMeeting] = []
    for encounter in mentions:
        found = _meeting(encounter, analysis, document, book)
        same = next((m for m in single[-200:] if _same(m, found, exactly=True)), None)
        if same is None:
            single.append(found)
        else:
            _merge(same, found)
    meetings: list[FoundMeeting] = []
    for found in _distributed(single):
        same = next((m for m in meetings[-200:] if _same(m, found, exactly=False)), None)
        if same is None:
            meetings.append(found)
        else:
            _merge(same, found)
    return meetings


def _split(encounter: Encounter) -> list[Encounter]:
    """Return an encounter for each counterpart where they are met separately."""
    others = [entity for entity in encounter.parties if entity not in encounter.hub]
    if not encounter.separate or not encounter.hub or len(others) < 2:
        return [encounter]
    return [
        Encounter(
            encounter.rule, [*encounter.hub, other], encounter.status, encounter.form,
            encounter.sentence, encounter.trigger, encounter.at, False, encounter.confidence,
            encounter.hub,
        )
        for other in others
    ]  # fmt: skip


def _meeting(
    encounter: Encounter, analysis: Analysis, document: Document, book: PartyBook
) -> FoundMeeting:
    sentence = encounter.sentence
    text = analysis.text
    found = FoundMeeting(
        encounter.parties,
        encounter.status,
        encounter.form,
        encounter.rule,
        encounter.confidence,
        [(sentence.start, sentence.end)],
        encounter.trigger,
    )
    found.place = _place(encounter, book)
    ahead = encounter.status in ("planned", "hypothetical")
    dates = find_when(text, sentence.start, sentence.end, document.published, ahead)
    if dates:
        found.when = min(dates, key=lambda when: abs(when.start - encounter.trigger[0]))
    near = text[max(sentence.start, encounter.trigger[0] - 40) : encounter.trigger[1] + 30]
    found.duration = find_duration(near) if "old" not in near else None
    occasion = _OCCASION.search(text, sentence.start, sentence.end)
    if occasion:
        found.occasion = " ".join(occasion.group(1).split())
    condition = condition_of(sentence, encounter.at)
    if condition is not None:
        start, end = condition
        tokens = sentence.tokens
        found.condition = " ".join(text[tokens[start].start : tokens[end - 1].end].split())
        if found.status in ("planned", "occurred") and found.status == "planned":
            found.status = "hypothetical"
    return found


def _place(encounter: Encounter, book: PartyBook) -> str | None:
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


def _same(one: FoundMeeting, other: FoundMeeting, exactly: bool) -> bool:
    """Tell whether two mentions tell of one encounter: the same parties, nothing contradicting.

    Args:
        one: a meeting.
        other: another.
        exactly: whether both must have as many parties.
    """
    few, many = sorted((one.parties, other.parties), key=len)
    if exactly and len(few) != len(many):
        return False
    if len(_matched(few, many)) < len(few):
        return False
    if (one.status == "denied") != (other.status == "denied"):
        return False
    happened = {"occurred", "ongoing"}
    if (one.status in happened) != (other.status in happened):
        return False
    if one.place and other.place and one.place != other.place:
        return False
    first, second = _day(one), _day(other)
    return first is None or second is None or first == second


def _day(meeting: FoundMeeting) -> str | None:
    value = meeting.when.value if meeting.when else None
    return value if value and len(value) == 10 else None


def _matched(few: list[Entity], many: list[Entity]) -> list[tuple[Entity, Entity]]:
    """Return pairs of parties that can be the same, each of the larger list once."""
    free = list(many)
    pairs = []
    for entity in few:
        other = entity if entity in free else next((e for e in free if _alike(entity, e)), None)
        if other is not None:
            free.remove(other)
            pairs.append((entity, other))
    return pairs


def _alike(one: Entity, other: Entity) -> bool:
    """Tell whether two parties can be one: a state and who acts for it, a body and its leader."""
    if one is other:
        return True
    if one.kind == "person" and other.kind == "person":
        return False
    if one.state and one.state == other.state:
        return True
    person, body = (one, other) if one.kind == "person" else (other, one)
    if person.kind != "person":
        return False
    words = set(body.name.lower().split())
    titles = [title for title, _ in person.roles] + list(person.surfaces)
    return any(words <= set(title.lower().split()) for title in titles)


def _merge(one: FoundMeeting, other: FoundMeeting) -> None:
    one.evidence.extend(span for span in other.evidence if span not in one.evidence)
    one.others.extend((other.trigger, *other.others))
    few, many = sorted((one.parties, other.parties), key=len)
    for entity, same in _matched(few, many):
        mine, theirs = (entity, same) if few is one.parties else (same, entity)
        if mine.kind != "person" and theirs.kind == "person":
            one.parties[one.parties.index(mine)] = theirs
    matched = {e.key for pair in _matched(few, many) for e in pair}
    for entity in other.parties:
        if entity not in one.parties and entity.kind == "person" and entity.key not in matched:
            one.parties.append(entity)
    one.place = one.place or other.place
    one.when = one.when or other.when
    one.duration = one.duration or other.duration
    one.occasion = one.occasion or other.occasion
    one.condition = one.condition or other.condition
    one.confidence = max(one.confidence, other.confidence)


def _distributed(meetings: list[FoundMeeting]) -> list[FoundMeeting]:
    """Give a summary's evidence to the single meetings that it sums up, and drop it.

    "X met the ministers of A and B" sums up a meeting with each where the article also tells of
    both by themselves.
    """
    kept: list[FoundMeeting] = []
    for meeting in meetings:
        if len(meeting.parties) > 2:
            pairs = [
                other
                for other in meetings[:400]
                if other is not meeting
                and len(other.parties) == 2
                and len(_matched(other.parties, meeting.parties)) == 2
                and other.status == meeting.status
            ]
            covered = {
                entity.key
                for other in pairs
                for _, entity in _matched(other.parties, meeting.parties)
            }
            if len(pairs) > 1 and covered == {entity.key for entity in meeting.parties}:
                for other in pairs:
                    other.evidence.extend(meeting.evidence)
                    other.others.append(meeting.trigger)
                    other.when = other.when or meeting.when
                    other.place = other.place or meeting.place
                continue
        kept.append(meeting)
    return kept
