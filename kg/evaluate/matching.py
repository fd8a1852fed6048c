"""When a found fact counts as a gold one.

A meeting: the evidence touches and two participants (or all, if fewer) match by name or state.
A statement: the content overlaps by half or more of the union, and the speaker matches.
A position: the evidence touches, holder and stance agree, the targets share a content word.
Each gold fact is found once, and each found fact counts once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from kg.evaluate.model import Actor, MeetingItem, PositionItem, Range, StatementItem
from kg.states import nearest

Item = TypeVar("Item")

_WORD = re.compile(r"[^\W_]+(?:[.’'][^\W_]+)*")
_EMPTY = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "and",
        "or",
        "in",
        "on",
        "at",
        "to",
        "for",
        "from",
        "by",
        "with",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "it",
        "its",
        "his",
        "her",
        "their",
        "our",
        "this",
        "that",
        "these",
        "those",
        "who",
        "which",
        "not",
        "no",
        "has",
        "have",
        "had",
        "will",
        "would",
        "must",
        "should",
        "can",
        "may",
        "mr",
        "mrs",
        "ms",
        "dr",
        "sir",
    ]
)
_PRONOUNS = frozenset(
    [
        "he",
        "she",
        "they",
        "it",
        "who",
        "which",
        "that",
        "i",
        "we",
        "you",
        "his",
        "her",
        "their",
        "its",
    ]
)


@dataclass(frozen=True)
class Pairing(Generic[Item]):
    """What came of comparing: pairs of gold and found, gold missed, found that is false."""

    pairs: tuple[tuple[Item, Item], ...]
    missed: tuple[Item, ...]
    false: tuple[Item, ...]


def pair(
    gold: Sequence[Item],
    found: Sequence[Item],
    doubtful: Sequence[Item],
    matches: Callable[[Item, Item], bool],
) -> Pairing[Item]:
    """Pair gold with found facts so that as many as can be are paired.

    Args:
        gold: facts that count.
        found: what was extracted.
        doubtful: gold facts that count neither way: what matches one of them is left out.
        matches: the rule, called with a gold and a found fact.
    """
    edges = [[j for j, other in enumerate(found) if matches(item, other)] for item in gold]
    owner: dict[int, int] = {}

    def assign(i: int, seen: set[int]) -> bool:
        for j in edges[i]:
            if j not in seen:
                seen.add(j)
                if j not in owner or assign(owner[j], seen):
                    owner[j] = i
                    return True
        return False

    for i in range(len(gold)):
        assign(i, set())
    taken = {i: j for j, i in owner.items()}
    left = [
        item
        for j, item in enumerate(found)
        if j not in owner and not any(matches(other, item) for other in doubtful)
    ]
    return Pairing(
        tuple((gold[i], found[j]) for i, j in sorted(taken.items())),
        tuple(item for i, item in enumerate(gold) if i not in taken),
        tuple(left),
    )


def meetings_match(gold: MeetingItem, found: MeetingItem) -> bool:
    """Tell whether two meetings are the same by the rule above."""
    if not touch(gold.evidence, found.evidence):
        return False
    wanted = min(2, len(gold.participants), len(found.participants))
    free = list(found.participants)
    hits = 0
    for actor in gold.participants:
        other = next((candidate for candidate in free if actors_match(actor, candidate)), None)
        if other is not None:
            free.remove(other)
            hits += 1
    return hits >= wanted


def statements_match(gold: StatementItem, found: StatementItem) -> bool:
    """Tell whether two statements are the same by the rule above."""
    if overlap(gold.content, found.content) < 0.5:
        return False
    if gold.speaker is None or found.speaker is None:
        return gold.speaker is found.speaker
    return actors_match(gold.speaker, found.speaker)


def positions_match(gold: PositionItem, found: PositionItem) -> bool:
    """Tell whether two positions are the same by the rule above."""
    return (
        touch(gold.evidence, found.evidence)
        and bool(gold.stances & found.stances)
        and actors_match(gold.holder, found.holder)
        and bool(content_words(gold.target) & content_words(found.target))
    )


def touch(one: Sequence[Range], other: Sequence[Range]) -> bool:
    """Tell whether any two ranges share a character."""
    return any(a < d and c < b for a, b in one for c, d in other)


def overlap(one: Sequence[Range], other: Sequence[Range]) -> float:
    """Return the characters in both divided by the characters in either."""
    first = {at for start, end in one for at in range(start, end)}
    second = {at for start, end in other for at in range(start, end)}
    return len(first & second) / len(first | second) if first | second else 0.0


def content_words(text: str) -> frozenset[str]:
    """Return the words of a text that carry meaning, in lower case, without a plural's s."""
    found = (match.group().lower() for match in _WORD.finditer(text))
    plain = (word.removesuffix("'s").removesuffix("’s") for word in found)
    return frozenset(
        word.removesuffix("s") if len(word) > 3 else word for word in plain if word not in _EMPTY
    )


def actors_match(gold: Actor, found: Actor) -> bool:
    """Tell whether two parties are the same: by mention, by state, or by a name.

    Names are the same where the words of one are all among the other's, or where both end in
    the same word and it is no description. Offsets decide where gold gives a pronoun.
    """
    if gold.mention and found.mention:
        a, b = gold.mention, found.mention
        if a[0] < b[1] and b[0] < a[1]:
            return True
        if gold.names[0].lower() in _PRONOUNS:
            return False
    gold_state, found_state = _state(gold), _state(found)
    if gold_state and gold_state == found_state:
        return True
    return any(_same_name(one, other) for one in gold.names for other in found.names)


def _state(actor: Actor) -> str | None:
    if actor.state:
        return actor.state
    exact = nearest(actor.names[0]) if actor.names[0].istitle() else ()
    same = [state for state in exact if state.name.lower() == actor.names[0].lower()]
    return same[0].code if same else None


def _same_name(one: str, other: str) -> bool:
    a, b = _name_words(one), _name_words(other)
    if not a or not b:
        return False
    if set(a) <= set(b) or set(b) <= set(a):
        return True
    return a[-1] == b[-1] and (one[-len(a[-1]) :][:1].isupper())


def _name_words(name: str) -> list[str]:
    found = [match.group().lower() for match in _WORD.finditer(name.replace("-", " "))]
    plain = [word.removesuffix("'s").removesuffix("’s").replace(".", "") for word in found]
    expanded: list[str] = []
    for word in plain:
        expanded.extend(
            {
                "uk": ["united", "kingdom"],
                "un": ["united", "nations"],
                "us": ["united", "states"],
                "eu": ["european", "union"],
            }.get(word, [word])
        )
    return [word for word in expanded if word not in _EMPTY]
