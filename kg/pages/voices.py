"""Who speaks or acts for a state, and in which offices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.pages.reading import Reader, text_of
from kg.search.counting import recent_facts
from kg.search.kinds import FACTS

LOOKED_AT = 100
"""Mentions of those who act for a state up to which all are looked at."""
_PRESENTED = 5
_VOICES = (
    "SELECT ?mention ?who {"
    f" {{ SELECT ?mention {{ ?mention dkg:actsFor ?state }} LIMIT {LOOKED_AT} }}"
    " ?mention dkg:entity ?who }"
)
_OFFICES = (
    "SELECT ?mention ?office {{ VALUES ?mention {{ {mentions} }}"
    " ?mention org:hasMembership/schema:roleName ?office }}"
)


@dataclass(frozen=True)
class Voice:
    """Who speaks or acts for a state, with its offices."""

    who: str
    offices: frozenset[str]


def voices_of(reader: Reader, iri: str, total: int, shown: int) -> tuple[list[Voice], bool]:
    """Return those who speak or act for a state, each once, and whether there may be others.

    Those whom most mentions name come first; of very many mentions, those who act for it in most
    of the latest facts, as the search index has them.

    Args:
        reader: the revision.
        iri: the state.
        total: how many mentions say that somebody acts for it.
        shown: for how many of them offices are looked up.
    """
    many = total > LOOKED_AT
    latest = _latest_voices(reader, iri) if many else []
    return latest or _voices(reader, iri, shown), many


def _latest_voices(reader: Reader, iri: str) -> list[Voice]:
    found = reader.look(
        lambda searched: recent_facts(searched, FACTS, [(iri, ())], whole=LOOKED_AT, most=LOOKED_AT)
    )
    counted: Counter[str] = Counter()
    offices: dict[str, set[str]] = {}
    for fact in found[0] if found else ():
        for who, states in fact.acting.items():
            if iri in states and who != iri:
                counted[who] += 1
                offices.setdefault(who, set()).update(fact.offices[who])
    ranked = sorted(counted, key=lambda who: (-counted[who], who))
    return [Voice(who, frozenset(offices[who])) for who in ranked]


def _voices(reader: Reader, iri: str, most: int) -> list[Voice]:
    named: dict[str, list[str]] = {}
    for row in reader.rows(_VOICES, state=iri):
        if text_of(row["who"]) != iri:
            named.setdefault(text_of(row["who"]), []).append(text_of(row["mention"]))
    ranked = sorted(named, key=lambda who: (-len(named[who]), who))
    shown = [mention for who in ranked[:most] for mention in named[who][:_PRESENTED]]
    offices = _offices_in(reader, shown)
    return [
        Voice(
            who,
            frozenset(o for mention in named[who][:_PRESENTED] for o in offices.get(mention, ())),
        )
        for who in ranked
    ]


def _offices_in(reader: Reader, mentions: Sequence[str]) -> dict[str, list[str]]:
    """Return the offices in which mentions present somebody."""
    found: dict[str, list[str]] = {}
    if mentions:
        listed = " ".join(str(ox.NamedNode(mention)) for mention in mentions)
        for row in reader.rows(_OFFICES.format(mentions=listed)):
            found.setdefault(text_of(row["mention"]), []).append(text_of(row["office"]))
    return found
