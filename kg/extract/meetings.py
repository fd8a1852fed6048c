"""Encounters into meetings: which mentions tell of one and the same, and its place and time."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.extract.document import Document
from kg.extract.encounter_words import Encounter, Range
from kg.extract.encounters import EncounterFinder
from kg.extract.entities import Entity
from kg.extract.meeting_places import find_occasion, find_place, find_subjects
from kg.extract.parties import PartyBook
from kg.extract.sentences import Analysis, Sentence
from kg.extract.status import condition_of
from kg.extract.tokens import Token
from kg.extract.when import When, find_duration, find_when


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
    subjects: list[str] = field(default_factory=list)


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
    found.place = find_place(encounter, book)
    ahead = encounter.status in ("planned", "hypothetical")
    dates = [
        when
        for when in find_when(text, sentence.start, sentence.end, document.published, ahead)
        if not _of_report(sentence, when.start, encounter.trigger[0])
    ]
    if dates:
        found.when = min(dates, key=lambda when: abs(when.start - encounter.trigger[0]))
    near = text[max(sentence.start, encounter.trigger[0] - 40) : encounter.trigger[1] + 30]
    found.duration = find_duration(near) if "old" not in near else None
    found.occasion = find_occasion(text, sentence.start, sentence.end)
    found.subjects = find_subjects(text, encounter)
    condition = condition_of(sentence, encounter.at)
    if condition is not None:
        start, end = condition
        tokens = sentence.tokens
        found.condition = " ".join(text[tokens[start].start : tokens[end - 1].end].split())
        if found.status in ("planned", "occurred") and found.status == "planned":
            found.status = "hypothetical"
    return found


_REPORTING = frozenset(("say", "tell", "announce", "report", "add", "state", "confirm"))


def _of_report(sentence: Sentence, date: int, trigger: int) -> bool:
    """Tell whether a date is that of the report: "said on Monday that X had met Y"."""
    first, last = sorted((date, trigger))
    tokens = sentence.tokens
    between = [token for token in tokens if first <= token.start < last]
    if date < trigger:
        if any(token.tag == "S" and token.lower == "that" for token in between):
            return True
        told = [g for g in sentence.verbs if g.lemma in _REPORTING]
        return any(
            first < tokens[g.start].start < last
            or 0 <= _words_between(tokens, tokens[g.end - 1].end, date) <= 1
            for g in told
        )
    return any(
        first < tokens[group.start].start < last and group.lemma in _REPORTING
        for group in sentence.verbs
        if group.form == "finite"
    )


def _words_between(tokens: list[Token], start: int, end: int) -> int:
    return sum(start <= token.start < end for token in tokens) if start <= end else -1


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
        other = entity if entity in free else next((e for e in free if alike(entity, e)), None)
        if other is not None:
            free.remove(other)
            pairs.append((entity, other))
    return pairs


def alike(one: Entity, other: Entity) -> bool:
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
    one.subjects.extend(other.subjects)
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
