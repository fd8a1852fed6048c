"""Puts the extractor to the scorer: gold texts in, found items out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kg.evaluate.model import GoldDocument, Items
from kg.evaluate.reduce import reduce_facts
from kg.evaluate.scoring import Extractor
from kg.extract import Document, extract
from kg.extract.lexicon import extended
from kg.readers.article_text import document_from_text


def _document(gold: GoldDocument) -> Document:
    """Return a gold text as an article: with its frame, where the text has one."""
    if gold.title and gold.title in gold.text[:500]:
        return document_from_text(gold.text)
    return Document(gold.text, gold.title, publisher=gold.publisher, published=gold.published)


def extractor(additions: Sequence[Path] = ()) -> Extractor:
    """Return the extractor as the scorer calls it.

    Args:
        additions: users' own lexicon files.
    """
    words = extended(additions)

    def run(document: GoldDocument) -> Items:
        made = extract(_document(document), words)
        mentions = {
            id: next((start, end) for part, start, end in trace.words if part == "speaker")
            for id, trace in made.traces.items()
            if any(part == "speaker" for part, _, _ in trace.words)
        }
        return reduce_facts(made.facts, mentions)

    return run
