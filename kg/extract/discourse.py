"""Statements over sentences: quotations that go on, blocks under "X said:", first persons."""

from __future__ import annotations

import re

from kg.extract.entities import Entity
from kg.extract.lexicon import Lexicon
from kg.extract.parties import PartyBook
from kg.extract.sentences import Analysis, Sentence
from kg.extract.statements import StatementFinder
from kg.extract.transcripts import find_turns
from kg.extract.voices import Attribution

_BLOCK_ENDS = re.compile(
    r"notes? (?:to|for) editors|further information|background\b|ends\b|media enquiries|contact|"
    r".*\bcan be found\b|follow (?:the|us)|read more|related|###|press office|photo",
    re.IGNORECASE,
)


def find_statements(
    analysis: Analysis, book: PartyBook, lexicon: Lexicon, voice: Entity | None
) -> list[Attribution]:
    """Return every attribution of an article, in order.

    Args:
        analysis: the article, read.
        book: its parties.
        lexicon: verbs and names.
        voice: who speaks where the article itself says "we": the issuer of a press release.
    """
    finder = StatementFinder(analysis, book, lexicon)
    found: list[Attribution] = []
    owners: dict[int, Attribution] = {}
    by_paragraph: dict[int, list[Sentence]] = {}
    for sentence in analysis.outer:
        by_paragraph.setdefault(sentence.paragraph, []).append(sentence)
    block: Attribution | None = None
    lead: Attribution | None = None
    turns = find_turns(analysis, book, by_paragraph)
    for number in sorted(by_paragraph):
        sentences = by_paragraph[number]
        if number in turns:
            found.append(turns[number])
            block = lead = None
            continue
        rows = [(sentence, finder.in_sentence(sentence)) for sentence in sentences]
        if block is not None:
            if _ends_block(analysis, number, sentences, rows):
                block = None
            else:
                block.content.append(analysis.paragraphs[number])
                for _, attributions in rows:
                    found.extend(a for a in attributions if _told(a))
                continue
        row = _paragraph(analysis, book, sentences, rows, owners, lead)
        found.extend(row)
        lead = _leading(sentences, rows, finder)
        if lead is not None and lead.rule == "block":
            following = by_paragraph.get(number + 1)
            if following and following[0].tokens[0].tag != "Q":
                block = lead
                found.append(lead)
    found.extend(_inside(analysis, finder, owners))
    for attribution in found:
        if attribution.first and attribution.inside < 0:
            attribution.speaker = voice
        elif attribution.speaker is None and attribution.utterances:
            start, end = attribution.voice
            attribution.speaker = book.unknown(analysis.text[start:end])
    return [a for a in found if a.speaker is not None and a.content]


def _paragraph(
    analysis: Analysis,
    book: PartyBook,
    sentences: list[Sentence],
    rows: list[tuple[Sentence, list[Attribution]]],
    owners: dict[int, Attribution],
    lead: Attribution | None,
) -> list[Attribution]:
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
        if gap == 1 and latest.utterances and _ends_with_quote(analysis, sentence.paragraph - 1):
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


def _ends_with_quote(analysis: Analysis, paragraph: int) -> bool:
    start, end = analysis.paragraphs[paragraph]
    return analysis.text[start:end].rstrip()[-1:] in "”\"'»"


def _leading(
    sentences: list[Sentence],
    rows: list[tuple[Sentence, list[Attribution]]],
    finder: StatementFinder,
) -> Attribution | None:
    """Return an empty statement where the paragraph ends with "X said:"."""
    sentence = sentences[-1]
    if not sentence.tokens or sentence.tokens[-1].text != ":":
        return None
    for number in range(len(sentence.verbs) - 1, -1, -1):
        group = sentence.verbs[number]
        verb = finder.lexicon.speech.get(group.lemma)
        if verb is None or "q" not in verb.frames or group.form == "participle":
            continue
        voice = finder._voice(sentence, number, [])
        if voice is None:
            continue
        phrase, mention, place = voice
        if mention.kind in ("thing", "place"):
            continue
        start, end = sentence.tokens[group.start].start, sentence.tokens[group.end - 1].end
        return Attribution(
            "block",
            finder.book.resolve_mention(mention, sentence, phrase),
            place,
            (start, end),
            [],
            sentence,
            verb,
            confidence=0.9,
            first=mention.name in ("i", "we"),
        )
    entity = finder.book.subject_before(sentence.end, sentence.start)
    if entity is None:
        entity = finder.book.person_before(sentence.end, sentence.start)
    if entity is not None:
        place = (sentence.start, sentence.end)
        return Attribution("colon", entity, place, place, [], sentence, confidence=0.6)
    return None


def _ends_block(
    analysis: Analysis,
    number: int,
    sentences: list[Sentence],
    rows: list[tuple[Sentence, list[Attribution]]],
) -> bool:
    start, end = analysis.paragraphs[number]
    words = analysis.text[start:end]
    if _BLOCK_ENDS.match(words) or words.startswith(("“", '"', "- ", "* ", "#")):
        return True
    if len(words) < 60 and words[-1] not in '.!?”"':
        return True
    return any(
        a.rule in ("direct-verb",) and not a.first for _, attributions in rows for a in attributions
    )


def _told(attribution: Attribution) -> bool:
    """Tell whether a report inside somebody's words names another speaker for sure."""
    return (
        not attribution.first
        and attribution.rule == "reported-clause"
        and (attribution.speaker is not None and attribution.voice[1] - attribution.voice[0] > 4)
    )


def _inside(
    analysis: Analysis, finder: StatementFinder, owners: dict[int, Attribution]
) -> list[Attribution]:
    """Return the reports that utterances hold: other people's words, as the speaker tells them."""
    found: list[Attribution] = []
    for number, sentences in analysis.inner.items():
        owner = owners.get(number)
        for sentence in sentences:
            for attribution in finder.in_sentence(sentence):
                attribution.inside = number
                if attribution.first:
                    if owner is None:
                        continue
                    attribution.speaker = owner.speaker
                elif sentence.tokens and _generic(analysis.text, attribution):
                    continue
                found.append(attribution)
    return found


def _generic(text: str, attribution: Attribution) -> bool:
    """Tell whether a report in a quotation is of nobody in particular: "those who say"."""
    start, end = attribution.voice
    return text[start:end].lower() in ("who", "you", "people", "they", "everyone", "it", "some")
