"""Statements over sentences: quotations that go on, blocks under "X said:", first persons."""

from __future__ import annotations

from kg.extract.blocks import ends_block, leading, told
from kg.extract.continued import join_paragraph
from kg.extract.entities import Entity
from kg.extract.lexicon import Lexicon
from kg.extract.parties import PartyBook
from kg.extract.sentences import Analysis, Sentence
from kg.extract.statements import StatementFinder
from kg.extract.transcripts import find_turns
from kg.extract.voices import Attribution


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
            if ends_block(analysis, number, rows):
                block = None
            else:
                block.content.append(analysis.paragraphs[number])
                for _, attributions in rows:
                    found.extend(a for a in attributions if told(a))
                continue
        row = join_paragraph(analysis, book, sentences, rows, owners, lead)
        found.extend(row)
        lead = leading(sentences, finder)
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
