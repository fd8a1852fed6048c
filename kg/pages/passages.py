"""A text cut into segments, so that overlapping passages can be marked in place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from kg.pages.facts import Fact


@dataclass(frozen=True)
class Segment:
    """A run of text that the same facts rest on.

    Args:
        text: its characters.
        kinds: the kinds of those facts, in order; empty for plain text.
        facts: those facts.
        anchors: ids of the passages that begin here.
    """

    text: str
    kinds: tuple[str, ...]
    facts: tuple[Fact, ...]
    anchors: tuple[str, ...]

    @property
    def leads(self) -> bool:
        """Tell whether it is long enough to be pressed; a full stop or a space is not."""
        return len(self.text.strip()) > 3


def segments(text: str, facts: Iterable[Fact]) -> list[Segment]:
    """Cut a text wherever a proving passage begins or ends.

    Passages are half-open ranges of code points; what lies outside the text is left out. The time
    that this takes grows with the passages and how far they overlap, not with their square.
    """
    spans = [
        (proof.start, proof.end, fact, proof.anchor)
        for fact in facts
        for proof in fact.proofs
        if proof.start is not None and proof.end is not None
        if 0 <= proof.start < proof.end <= len(text)
    ]
    cuts = sorted({0, len(text), *(edge for span in spans for edge in span[:2])})
    begins, ends = defaultdict(list), defaultdict(list)
    for number, (start, stop, _, _) in enumerate(spans):
        begins[start].append(number)
        ends[stop].append(number)
    made = []
    open_ones: set[int] = set()
    for begin, end in pairwise(cuts):
        open_ones = open_ones.difference(ends[begin]).union(begins[begin])
        unique = tuple({spans[n][2].iri: spans[n][2] for n in sorted(open_ones)}.values())
        made.append(
            Segment(
                text=text[begin:end],
                kinds=tuple(sorted({fact.kind for fact in unique})),
                facts=unique,
                anchors=tuple(dict.fromkeys(spans[number][3] for number in begins[begin])),
            )
        )
    return made
