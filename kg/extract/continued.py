"""Utterances that stand alone: which statement goes on with them."""

from __future__ import annotations

from kg.extract.parties import PartyBook
from kg.extract.sentences import Analysis, Sentence
from kg.extract.voices import Attribution


def join_paragraph(
    analysis: Analysis,
    book: PartyBook,
    sentences: list[Sentence],
    rows: list[tuple[Sentence, list[Attribution]]],
    owners: dict[int, Attribution],
    lead: Attribution | None,
) -> list[Attribution]:
    """Return the statements of a paragraph, each with all of its utterances.

    Args:
        analysis: the article, read.
        book: its parties.
        sentences: the paragraph's.
        rows: what was found in each of them by itself.
        owners: the statement of each utterance so far; those of this paragraph are added.
        lead: what the paragraph before ended with, where that was "X said:".
    """
    found: list[Attribution] = []
    waiting: list[Sentence] = []
    last: Attribution | None = None  # the last direct statement of this paragraph
    recent: Attribution | None = None  # the last statement of any mode
    for sentence, attributions in rows:
        directs = [a for a in attributions if a.utterances]
        direct = directs[0] if directs else None
        numbers = [token.quote for token in sentence.tokens if token.tag == "Q"]
        if direct is not None:
            for earlier in waiting:
                _give(analysis, direct, earlier, owners, front=True)
            waiting = []
            for attribution in directs:
                for quote in attribution.utterances:
                    owners[quote] = attribution
                _take_beginning(analysis, attribution, owners)
            found.extend(attributions)
            last = recent = directs[-1]
            continue
        if numbers:
            owner = _continued(analysis, numbers, owners)
            if owner is None and last is not None and _only_quotes(sentence):
                owner = last
            if owner is None and recent is not None and _only_quotes(sentence):
                owner = _follow(recent, sentence, "direct-after-report", 0.8)
                found.append(owner)
                last = owner
            if owner is None and lead is not None and sentence is sentences[0]:
                owner = _follow(lead, sentence, "direct-after-colon", 0.9)
                found.append(owner)
                last = owner
            if owner is not None:
                _give(analysis, owner, sentence, owners)
                last = owner
            else:
                waiting.append(sentence)
        found.extend(attributions)
        if attributions:
            recent = attributions[-1]
    for sentence in waiting:
        if not _only_quotes(sentence) or _goes_on(analysis, sentence):
            continue
        orphan = _orphan(analysis, book, sentence, sentences, owners)
        if orphan is not None:
            new = not orphan.utterances
            _give(analysis, orphan, sentence, owners)
            _take_beginning(analysis, orphan, owners)
            if new:
                found.append(orphan)
    return found


def _take_beginning(
    analysis: Analysis, attribution: Attribution, owners: dict[int, Attribution]
) -> None:
    """Add the paragraphs before, where the quotation began there and only now is attributed."""
    before = analysis.quotations[attribution.utterances[0]].continues
    while before >= 0 and before not in owners:
        quotation = analysis.quotations[before]
        owners[before] = attribution
        attribution.utterances.insert(0, before)
        attribution.content.insert(0, (quotation.start, quotation.end))
        before = quotation.continues


def _continued(
    analysis: Analysis, numbers: list[int], owners: dict[int, Attribution]
) -> Attribution | None:
    for number in numbers:
        before = analysis.quotations[number].continues
        if before in owners:
            return owners[before]
    return None


def _follow(model: Attribution, sentence: Sentence, rule: str, confidence: float) -> Attribution:
    return Attribution(
        rule, model.speaker, model.voice, model.cue, [], sentence, model.verb, [], confidence,
        first=model.first,
    )  # fmt: skip


def _give(
    analysis: Analysis,
    owner: Attribution,
    sentence: Sentence,
    owners: dict[int, Attribution],
    front: bool = False,
) -> None:
    spans = []
    for token in sentence.tokens:
        if token.tag == "Q":
            quotation = analysis.quotations[token.quote]
            spans.append((quotation.start, quotation.end))
            owners[token.quote] = owner
            owner.utterances.append(token.quote)
    owner.content = [*spans, *owner.content] if front else [*owner.content, *spans]
    owner.content.sort()


def _only_quotes(sentence: Sentence) -> bool:
    return all(token.tag == "Q" or not token.text[0].isalnum() for token in sentence.tokens)


def _orphan(
    analysis: Analysis,
    book: PartyBook,
    sentence: Sentence,
    sentences: list[Sentence],
    owners: dict[int, Attribution],
) -> Attribution | None:
    """Return a statement for an utterance without attribution, or None where all is guessing.

    The last speaker goes on where the paragraph before was quoted too; else the subject of the
    sentence before is taken.
    """
    index = sentences.index(sentence)
    before = [
        owner
        for number, owner in owners.items()
        if analysis.quotations[number].end <= sentence.start
    ]
    if before and index == 0:
        latest = max(before, key=lambda a: max(end for _, end in a.content))
        gap = sentence.paragraph - latest.sentence.paragraph
        if gap <= 1 and latest.utterances and _last_spoke(analysis, sentence.paragraph - 1, latest):
            return latest
        if gap <= 2:
            return _follow(latest, sentence, "direct-carried", 0.6)
    if index > 0 or sentence.paragraph > 0:
        since = sentences[0].start if index > 0 else analysis.paragraphs[sentence.paragraph - 1][0]
        entity = book.subject_before(sentence.start, since) or book.person_before(
            sentence.start, since
        )
        if entity is not None:
            at = (sentence.start, sentence.start)
            return Attribution("direct-subject", entity, at, at, [], sentence, confidence=0.6)
    return None


def _goes_on(analysis: Analysis, sentence: Sentence) -> bool:
    """Tell whether a sentence's quotation goes on in the next paragraph."""
    numbers = [token.quote for token in sentence.tokens if token.tag == "Q"]
    following = analysis.quotations.get(numbers[-1] + 1) if numbers else None
    return following is not None and following.continues == numbers[-1]


def _last_spoke(analysis: Analysis, paragraph: int, attribution: Attribution) -> bool:
    """Tell whether a paragraph ends with a quotation, or with the words that attribute one."""
    start, end = analysis.paragraphs[paragraph]
    if analysis.text[start:end].rstrip()[-1:] in "”\"'»":
        return True
    return start <= attribution.sentence.start and attribution.sentence.end >= end
