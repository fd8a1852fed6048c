"""When a statement was made, and at which meeting: from the words beside its cue."""

from __future__ import annotations

from kg.extract.assemble import Assembler, identity
from kg.extract.encounter_words import encounter_words
from kg.extract.entities import Entity
from kg.extract.grammar import Phrase
from kg.extract.meetings import FoundMeeting, alike
from kg.extract.sentences import Sentence
from kg.extract.voices import Attribution, Range
from kg.extract.when import When, find_when

_SPEAKING = frozenset(("speak", "talk", "address", "write", "ask", "respond", "reply", "open"))
_AT = frozenset(("at", "during", "in"))
_AFTER = frozenset(("after", "following"))
_PRESS = frozenset(("news", "press", "media"))
_VENUES = frozenset(("conference", "briefing", "appearance", "statement"))
_DEFINITE = frozenset(("the", "their", "his", "her", "this", "that", "these", "those"))
_FORMS = frozenset(("meeting", "conference", "negotiation", "call"))


def place_statements(
    assembler: Assembler, statements: list[Attribution], meetings: list[FoundMeeting]
) -> None:
    """Give statements their date and the meeting at which they were said, where words say so.

    Args:
        assembler: it holds both kinds of facts already.
        statements: as they were found.
        meetings: as they were found.
    """
    reader = _SettingReader(assembler, meetings)
    changes = {}
    for attribution in statements:
        id = assembler.by_attribution.get(identity(attribution))
        if id is None or attribution.rule == "transcript":
            continue
        when, meeting = reader.date(attribution), reader.meeting(attribution)
        if when is not None or meeting is not None:
            changes[id] = {"date": when.value if when else None, "said_at": meeting}
    for number, statement in enumerate(assembler.statements):
        if statement.id in changes:
            assembler.statements[number] = statement.model_copy(update=changes[statement.id])


class _SettingReader:
    """Reads the circumstances of cues.

    Args:
        assembler: the article, and the ids of its meetings.
        meetings: its meetings.
    """

    def __init__(self, assembler: Assembler, meetings: list[FoundMeeting]) -> None:
        self.assembler = assembler
        self.text = assembler.text
        self.nouns = encounter_words().nouns
        self.meetings = [m for m in meetings if identity(m) in assembler.by_meeting]

    def date(self, attribution: Attribution) -> When | None:
        """Return the date of a statement: the one that belongs to its cue and to no other verb."""
        sentence = attribution.sentence
        published = self.assembler.document.published
        found = [
            when
            for when in find_when(self.text, sentence.start, sentence.end, published)
            if when.value and self._beside(attribution, when.start, when.start + len(when.words))
        ]
        cue = attribution.cue[0]
        return min(found, key=lambda when: abs(when.start - cue)) if found else None

    def _beside(self, attribution: Attribution, start: int, end: int) -> bool:
        """Tell whether words belong to a cue: outside what is said, no other verb between."""
        if any(a < end and start < b for a, b in attribution.content):
            return False
        sentence, (cue_start, cue_end) = attribution.sentence, attribution.cue
        if cue_end <= cue_start:
            return False
        voice_start, voice_end = attribution.voice
        if start >= cue_end:
            return not _parted(sentence, cue_end, start)
        if voice_end <= start and end <= cue_start:
            return not _parted(sentence, voice_end, start)
        if end > voice_start or voice_start >= cue_start:
            return False
        tokens = sentence.tokens
        early = [g for g in sentence.verbs if tokens[g.start].start < voice_start]
        return all(g.form == "ing" and g.lemma in _SPEAKING for g in early) and not any(
            token.tag in "QWS" for token in tokens if token.start < voice_start
        )

    def meeting(self, attribution: Attribution) -> str | None:
        """Return the id of the meeting at which a statement was made, where it is told."""
        sentence, speaker = attribution.sentence, attribution.speaker
        if speaker is None or not self.meetings:
            return None
        for phrase in sentence.phrases:
            form = self._form(sentence, phrase)
            if form is None or not self._at(attribution, phrase):
                continue
            found = self._same_words(sentence, phrase)
            if found is None and sentence.tokens[phrase.start].lower in _DEFINITE:
                found = self._before(sentence, form, speaker)
            if found is not None:
                return self.assembler.by_meeting[identity(found)]
        return self._after_meeting(attribution)

    def _form(self, sentence: Sentence, phrase: Phrase) -> str | None:
        """Return the form of the meeting that a phrase names; None for a news conference."""
        tokens = sentence.tokens
        if any(token.lower in _PRESS for token in tokens[phrase.start : phrase.end]):
            return None
        head = tokens[phrase.head]
        form = self.nouns.get(head.lower) or self.nouns.get(head.lemma.lower())
        return form if form in _FORMS else None

    def _at(self, attribution: Attribution, phrase: Phrase) -> bool:
        """Tell whether a cue says "at the talks", "told the summit", "told reporters after …"."""
        sentence = attribution.sentence
        tokens = sentence.tokens
        first = tokens[phrase.start]
        if not self._beside(attribution, first.start, tokens[phrase.head].end):
            return False
        if phrase.start == 0:
            return False
        lead = tokens[phrase.start - 1]
        if lead.lower in _AT:
            return True
        if lead.lower in _AFTER:
            return _at_venue(sentence, attribution.cue[1], lead.start)
        addressed = attribution.verb is not None and attribution.verb.frames & {"a", "o"}
        return bool(addressed) and lead.end == attribution.cue[1]

    def _same_words(self, sentence: Sentence, phrase: Phrase) -> FoundMeeting | None:
        """Return the meeting that these very words tell of."""
        start, end = sentence.tokens[phrase.start].start, sentence.tokens[phrase.head].end
        for meeting in self.meetings:
            if any(start <= a < end for a, _ in _triggers(meeting)):
                return meeting
        return None

    def _before(self, sentence: Sentence, form: str, speaker: Entity) -> FoundMeeting | None:
        """Return the last meeting told of before, in which the speaker takes part."""
        best: FoundMeeting | None = None
        latest = -1
        for meeting in self.meetings:
            if meeting.status not in ("occurred", "ongoing"):
                continue
            if (form == "call") != (meeting.form == "call"):
                continue
            if form == "conference" and meeting.form != "conference" and not meeting.occasion:
                continue
            if not any(alike(party, speaker) for party in meeting.parties):
                continue
            told = max((a for a, _ in _triggers(meeting) if a < sentence.end), default=-1)
            if told > latest:
                best, latest = meeting, told
        return best

    def _after_meeting(self, attribution: Attribution) -> str | None:
        """Read "told a news conference after meeting X"."""
        sentence = attribution.sentence
        tokens = sentence.tokens
        for meeting in self.meetings:
            for start, _ in _triggers(meeting):
                at = next((i for i, t in enumerate(tokens) if t.start == start), 0)
                if at < 1 or tokens[at - 1].lower not in _AFTER or tokens[at].tag != "G":
                    continue
                lead = tokens[at - 1]
                if self._beside(attribution, lead.start, lead.end) and _at_venue(
                    sentence, attribution.cue[1], lead.start
                ):
                    return self.assembler.by_meeting[identity(meeting)]
        return None


def _triggers(meeting: FoundMeeting) -> list[Range]:
    return [meeting.trigger, *meeting.others]


def _parted(sentence: Sentence, start: int, end: int) -> bool:
    """Tell whether a verb, or a word that opens a clause, stands between two offsets."""
    tokens = sentence.tokens
    return any(start <= tokens[group.start].start < end for group in sentence.verbs) or any(
        start <= token.start < end and (token.tag in "QWS" or token.text in (";", ":"))
        for token in tokens
    )


def _at_venue(sentence: Sentence, start: int, end: int) -> bool:
    """Tell whether a news conference or a joint statement is named between two offsets."""
    words = [token.lower for token in sentence.tokens if start <= token.start < end]
    return bool(_VENUES & set(words)) and bool((_PRESS | {"joint"}) & set(words))
