"""Statements, meetings and positions as facts of the model."""

from __future__ import annotations

from kg.choices import Mode
from kg.extract.assemble import Assembler, Range, identity
from kg.extract.chains import Chain
from kg.extract.confidence import confidence
from kg.extract.meetings import FoundMeeting
from kg.extract.positions import FoundPosition
from kg.extract.voices import Attribution
from kg.facts import (
    Act,
    Meeting,
    Position,
    Statement,
)


def add_statements(assembler: Assembler, found: list[Attribution]) -> Chain:
    """Add statements, and return in whose words each place of the text stands."""
    told = [a for a in found if a.speaker is not None and not (a.inside >= 0 and a.first)]
    chain = Chain(told)
    for attribution in sorted(told, key=_outer_first):
        if attribution.speaker is None:
            continue
        content = assembler.spans(_without_final(assembler.text, attribution.content))
        if not content:
            continue
        evidence: list[Range] = [_evidence_range(attribution)]
        for start, end in attribution.content:
            if not any(a <= start and end <= b for a, b in evidence):
                evidence.append((start, end))
        shown = assembler.spans(sorted(evidence))
        if not shown:
            continue
        id = assembler.fact_id("s")
        cue = assembler.span(*attribution.cue)
        assembler.statements.append(
            Statement(
                id=id,
                speaker=assembler.party(attribution.speaker),
                mode=_mode(attribution, assembler.text),
                content=content,
                cue=" ".join(cue.exact.split()) if cue else None,
                addressee=[assembler.party(entity) for entity in attribution.addressee],
                evidence=shown,
                reported_by=_known(assembler, chain.reporter(attribution)),
                confidence=confidence(attribution.rule, attribution.confidence),
                method=attribution.rule,
            )
        )
        assembler.by_attribution[identity(attribution)] = id
        assembler.trace(
            id,
            attribution.rule,
            ("speaker", attribution.voice),
            ("cue", attribution.cue),
            *(("content", place) for place in attribution.content),
        )
    return chain


def _outer_first(attribution: Attribution) -> tuple[int, int]:
    """Return the key that orders statements by place, a report before the words inside it."""
    return attribution.content[0][0], -sum(end - start for start, end in attribution.content)


def _known(assembler: Assembler, attribution: Attribution | None) -> str | None:
    """Return the id of a statement that was added before."""
    return None if attribution is None else assembler.by_attribution.get(identity(attribution))


def _evidence_range(attribution: Attribution) -> Range:
    sentence = attribution.sentence
    return sentence.start, sentence.end


def _mode(attribution: Attribution, text: str) -> Mode:
    if attribution.rule == "transcript":
        return "direct"  # a transcript prints the very words
    if attribution.utterances and not attribution.rule.startswith("reported"):
        return "direct"
    quoted = sum(_quoted(text, start, end) for start, end in attribution.content)
    total = sum(1 for s, e in attribution.content for c in text[s:e] if c.isalnum())
    if not quoted:
        return "indirect"
    if quoted >= total:
        # "said that “…”": words built into the sentence are no direct speech.
        lead = text[attribution.cue[1] : attribution.content[0][0]].split()
        return "mixed" if "that" in lead else "direct"
    return "mixed"


def _quoted(text: str, start: int, end: int) -> int:
    """Return how many letters and digits of a range stand inside quotation marks."""
    inside = False
    before = text[max(0, start - 3) : start].rstrip()
    if before[-1:] in '“"„«' or before.endswith("''"):
        inside = bool(before)
    count = 0
    at = start
    while at < end:
        mark = text[at]
        if text.startswith("''", at):
            inside = not inside
            at += 2
            continue
        if mark in "“„«":
            inside = True
        elif mark in "”»":
            inside = False
        elif mark == '"':
            inside = not inside
        elif inside and mark.isalnum():
            count += 1
        at += 1
    return count


def _without_final(text: str, ranges: list[Range]) -> list[Range]:
    """Return ranges without the comma that a quotation ends with before its attribution."""
    found = []
    for start, end in ranges:
        while end > start and text[end - 1] in ", \n\t":
            end -= 1
        found.append((start, end))
    return found


def add_meetings(assembler: Assembler, found: list[FoundMeeting], chain: Chain) -> None:
    """Add meetings.

    Args:
        assembler: where they go.
        found: the meetings.
        chain: in whose words each place stands.
    """
    for meeting in found:
        evidence = assembler.spans(sorted(meeting.evidence))
        if not evidence:
            continue
        id = assembler.fact_id("m")
        assembler.meetings.append(
            Meeting(
                id=id,
                participants=[assembler.party(entity) for entity in meeting.parties],
                status=meeting.status,  # type: ignore[arg-type]
                form=meeting.form,  # type: ignore[arg-type]
                place=meeting.place,
                date=meeting.when.value if meeting.when else None,
                date_text=meeting.when.words if meeting.when else None,
                duration=meeting.duration,
                occasion=meeting.occasion,
                condition=meeting.condition,
                reported_by=_second_hand(assembler, meeting, chain),
                evidence=evidence,
                confidence=confidence(meeting.rule, meeting.confidence),
                method=meeting.rule,
            )
        )
        assembler.by_meeting[identity(meeting)] = id
        assembler.trace(id, meeting.rule, ("meeting", meeting.trigger))


def _second_hand(assembler: Assembler, meeting: FoundMeeting, chain: Chain) -> str | None:
    """Return the statement that a meeting is known from, where the article itself has no word."""
    reports = [chain.around(trigger) for trigger in (meeting.trigger, *meeting.others)]
    return None if None in reports else _known(assembler, reports[0])


def add_positions(assembler: Assembler, found: list[FoundPosition], chain: Chain) -> None:
    """Add positions.

    Args:
        assembler: where they go.
        found: the positions.
        chain: in whose words each place stands.
    """
    ids: dict[int, str] = {}
    revising: dict[str, FoundPosition] = {}
    for position in found:
        evidence = assembler.spans(sorted(position.evidence))
        if not evidence or not position.target_text.strip():
            continue
        id = ids[identity(position)] = assembler.fact_id("p")
        demand = position.stance == "demands"
        act = None
        if position.means == "act" and position.act:
            act = Act(
                label=position.act,
                count=position.count,
                object=position.target_text,
                code=position.code or None,
            )
        own = position.statement
        reporter = chain.reporter(own) if own is not None else chain.around(position.cue)
        assembler.positions.append(
            Position(
                id=id,
                holder=assembler.party(position.holder),
                target_text=position.target_text,
                stance="supports" if demand else position.stance,  # type: ignore[arg-type]
                demand=demand,
                condition=position.condition,
                shown_by=position.means,  # type: ignore[arg-type]
                act=act,
                valid_to=assembler.document.published if position.ended else None,
                voiced_by=assembler.party(position.voiced_by) if position.voiced_by else None,
                statement=_known(assembler, own),
                reported_by=_known(assembler, reporter),
                evidence=evidence,
                confidence=confidence(position.rule, position.confidence),
                method=position.rule,
            )
        )
        if position.revises is not None:
            revising[id] = position.revises
        assembler.trace(id, position.rule, ("cue", position.cue), ("target", position.target))
    for number, made in enumerate(assembler.positions):
        earlier = ids.get(identity(revising[made.id])) if made.id in revising else None
        if earlier is not None:
            assembler.positions[number] = made.model_copy(update={"revises": earlier})
