"""Blocks under "X said:": where they begin, where they end, and whose words stand in them."""

from __future__ import annotations

import re

from kg.extract.sentences import Analysis, Sentence
from kg.extract.statements import StatementFinder
from kg.extract.voices import Attribution

_BLOCK_ENDS = re.compile(
    r"notes? (?:to|for) editors|further information|background\b|ends\b|media enquiries|contact|"
    r".*\bcan be found\b|follow (?:the|us)|read more|related|###|press office|photo",
    re.IGNORECASE,
)


def leading(sentences: list[Sentence], finder: StatementFinder) -> Attribution | None:
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


def ends_block(
    analysis: Analysis,
    number: int,
    rows: list[tuple[Sentence, list[Attribution]]],
) -> bool:
    """Tell whether a paragraph ends the block before it: a heading, a note, another's words."""
    start, end = analysis.paragraphs[number]
    words = analysis.text[start:end]
    if _BLOCK_ENDS.match(words) or words.startswith(("“", '"', "- ", "* ", "#")):
        return True
    if len(words) < 60 and words[-1] not in '.!?”"':
        return True
    return any(
        a.rule in ("direct-verb",) and not a.first for _, attributions in rows for a in attributions
    )


def told(attribution: Attribution) -> bool:
    """Tell whether a report inside somebody's words names another speaker for sure."""
    return (
        not attribution.first
        and attribution.rule == "reported-clause"
        and (attribution.speaker is not None and attribution.voice[1] - attribution.voice[0] > 4)
    )
