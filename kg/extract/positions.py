"""Stances into positions: whose they are, what they are about, which of them are one."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.extract.encounter_words import Range
from kg.extract.entities import Entity
from kg.extract.holders import holder_of, speaks_for
from kg.extract.parties import PartyBook
from kg.extract.sentences import Analysis, Sentence
from kg.extract.stance_words import Stance
from kg.extract.stances import StanceFinder
from kg.extract.status import condition_of
from kg.extract.tokens import Token
from kg.extract.voices import Attribution


@dataclass
class FoundPosition:
    """A position with its evidence."""

    holder: Entity
    stance: str
    target: Range
    target_text: str
    means: str
    rule: str
    confidence: float
    evidence: list[Range]
    cue: Range
    voiced_by: Entity | None = None
    statement: Attribution | None = None
    act: str = ""
    code: str = ""
    count: int | None = None
    condition: str | None = None
    held: str = ""
    former: bool = False
    ended: bool = False
    revises: FoundPosition | None = None
    words: frozenset[str] = field(default_factory=frozenset)


def find_positions(
    analysis: Analysis,
    book: PartyBook,
    statements: list[Attribution],
    voice: Entity | None,
    release: bool,
) -> list[FoundPosition]:
    """Return the positions of an article.

    Args:
        analysis: the article, read.
        book: its parties.
        statements: its statements; their speakers' words are read for stances.
        voice: who says "we" outside quotations.
        release: whether the whole text is that body's own.
    """
    finder = StanceFinder(book)
    found: list[FoundPosition] = []
    by_utterance = {number: a for a in statements for number in a.utterances}
    blocks = [a for a in statements if a.rule == "block"]
    by_sentence: dict[int, list[Attribution]] = {}
    for attribution in statements:
        by_sentence.setdefault(id(attribution.sentence), []).append(attribution)
    for sentence in analysis.all_sentences():
        spoken = by_utterance.get(sentence.quote) or _block_of(sentence, blocks)
        nearby = by_sentence.get(id(sentence), [])
        speaker = spoken.speaker if spoken is not None else None
        own = speaker if speaker is not None else (voice if release else None)
        reported = [
            (start, end, a.speaker)
            for a in nearby
            if not a.utterances and a.speaker is not None
            for start, end in a.content
        ]
        for stance in finder.in_sentence(sentence, own, reported):
            position = _position(stance, book, analysis, spoken, nearby)
            if position is not None:
                found.append(position)
    found.extend(_demands(statements, book, analysis))
    return _merged(found)


def _block_of(sentence: Sentence, blocks: list[Attribution]) -> Attribution | None:
    """Return the statement "X said:" whose paragraphs a sentence is part of."""
    if sentence.quote < 0:
        for attribution in blocks:
            for start, end in attribution.content:
                if start <= sentence.start and sentence.end <= end:
                    return attribution
    return None


def _within_report(tokens: list[Token], start: int, end: int, nearby: list[Attribution]) -> int:
    """Return where a target ends: no later than the report that it begins in."""
    for attribution in nearby:
        for first, last in attribution.content:
            if first <= tokens[start].start < last:
                while end > start + 1 and tokens[end - 1].start >= last:
                    end -= 1
    while end > start + 1 and tokens[end - 1].text == ",":
        end -= 1
    return end


_NO_TARGETS = frozenset(("me", "you", "us", "it", "anonymity", "myself", "itself"))


def _position(
    stance: Stance,
    book: PartyBook,
    analysis: Analysis,
    spoken: Attribution | None,
    nearby: list[Attribution],
) -> FoundPosition | None:
    holder = holder_of(stance.holder, book)
    if holder is not None and holder.media:
        return None
    if holder is None or (holder.kind == "organisation" and holder.name[:1].islower()):
        return None
    sentence = stance.sentence
    tokens = sentence.tokens
    start, end = stance.target
    if end <= start:
        return None
    end = _within_report(tokens, start, end, nearby)
    target = (tokens[start].start, tokens[end - 1].end)
    text = " ".join(analysis.text[target[0] : target[1]].split())
    words = _content(tokens[start:end])
    if not words or words <= {"anonymity", "comment"} or tokens[start].lower in _NO_TARGETS:
        return None
    condition = condition_of(sentence, stance.cue[1])
    shown = None
    if condition is not None:
        shown = " ".join(
            analysis.text[tokens[condition[0]].start : tokens[condition[1] - 1].end].split()
        )
    inner = [
        a
        for a in nearby
        if not (a.first and a.inside >= 0)
        and any(s <= target[0] and target[1] <= e for s, e in a.content)
    ]
    own = next(
        (a for a in (*inner, spoken) if a is not None and speaks_for(a.speaker, holder, book)),
        None,
    )
    return FoundPosition(
        holder,
        stance.stance,
        target,
        text,
        stance.means,
        stance.rule,
        stance.confidence,
        [(sentence.start, sentence.end)],
        (tokens[stance.cue[0]].start, tokens[max(stance.cue[0], stance.cue[1] - 1)].end),
        stance.holder if stance.holder is not holder else None,
        own,
        stance.act,
        stance.code,
        stance.count,
        shown,
        stance.held,
        stance.former,
        words=words,
    )


def _demands(
    statements: list[Attribution], book: PartyBook, analysis: Analysis
) -> list[FoundPosition]:
    """Return the demands that statements are: "urged X to do Y"."""
    found: list[FoundPosition] = []
    for attribution in statements:
        if not attribution.demand or attribution.speaker is None:
            continue
        holder = holder_of(attribution.speaker, book)
        if holder is None or attribution.verb is None or attribution.verb.lemma == "ask":
            continue
        start, end = attribution.content[0]
        sentence = attribution.sentence
        tokens = [t for t in sentence.tokens if start <= t.start < end][:24]
        if not tokens:
            continue
        for part in _coordinated(tokens):
            text = " ".join(analysis.text[part[0].start : part[-1].end].split())
            words = _content(part)
            if words:
                found.append(
                    FoundPosition(
                        holder, "demands", (part[0].start, part[-1].end), text, "word", "demand",
                        0.8, [(sentence.start, sentence.end)], attribution.cue,
                        attribution.speaker if attribution.speaker is not holder else None,
                        attribution, code="100", words=words,
                    )
                )  # fmt: skip
    return found


def _coordinated(tokens: list[Token]) -> list[list[Token]]:
    """Return the parts of "to do A and to do B"."""
    parts, start = [], 0
    for index in range(1, len(tokens) - 1):
        if tokens[index].tag == "C" and tokens[index + 1].tag == "T":
            parts.append(tokens[start:index])
            start = index + 1
    parts.append(tokens[start:])
    return [part for part in parts if part]


def _content(tokens: list[Token]) -> frozenset[str]:
    return frozenset(
        token.lemma.lower() or token.lower
        for token in tokens
        if token.tag in "NXJVIGE#" and len(token.text) > 1
    )


def _merged(found: list[FoundPosition]) -> list[FoundPosition]:
    """Return one position per holder, target and stance, with all its evidence."""
    kept: list[FoundPosition] = []
    alike: dict[tuple[str, str], list[FoundPosition]] = {}
    for position in found:
        row = alike.setdefault((position.holder.key, position.stance), [])
        same = next(
            (
                other
                for other in row[-200:]
                if (
                    other.words == position.words
                    or (
                        other.evidence[0] == position.evidence[0]
                        and other.target[0] < position.target[1]
                        and position.target[0] < other.target[1]
                    )
                )
            ),
            None,
        )
        if same is None:
            kept.append(position)
            row.append(position)
            continue
        same.evidence.extend(span for span in position.evidence if span not in same.evidence)
        same.confidence = max(same.confidence, position.confidence)
        same.condition = same.condition or position.condition
    return kept
