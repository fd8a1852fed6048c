"""What a stance is, and the words that show one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from kg.extract.entities import Entity
from kg.extract.lexicon.files import load_yaml
from kg.extract.sentences import Sentence


@dataclass(frozen=True)
class StanceWord:
    """What a word shows."""

    stance: str
    means: str
    code: str = ""
    preps: str = ""


@dataclass(frozen=True)
class StanceWords:
    """The words of ``stances.yaml``."""

    verbs: dict[str, StanceWord]
    verb_preps: dict[tuple[str, str], StanceWord]
    nouns: dict[tuple[str, str], StanceWord]
    disapproving: frozenset[str]
    pejorative: frozenset[str]
    approving: frozenset[str]
    vital: frozenset[str]
    bad_nouns: frozenset[str]


@cache
def stance_words() -> StanceWords:
    """Return the words of stances."""
    table = load_yaml("stances.yaml")

    def pairs(name: str) -> dict[tuple[str, str], StanceWord]:
        return {
            (key.split()[0], key.split()[1]): StanceWord(**value)
            for key, value in table[name].items()
        }

    return StanceWords(
        {key: StanceWord(**value) for key, value in table["verbs"].items()},
        pairs("verb_preps"),
        pairs("nouns"),
        *(
            frozenset(str(table[name]).split())
            for name in ("disapproving", "pejorative", "approving", "vital", "bad_nouns")
        ),
    )


@dataclass
class Stance:
    """One stance as it was found.

    Args:
        rule: name of the rule.
        holder: whose it is: a party, before persons are led back to their states.
        stance: ``supports``, ``opposes``, ``neutral`` or ``demands``.
        means: ``word`` or ``act``.
        target: token range of the target in the sentence.
        sentence: where it stands.
        cue: token range of the words that show it.
        code: CAMEO code.
        act: what was done, for acts.
        count: how often, for acts.
        own: whether it is the voice's own ("we", or an evaluation in its words).
        confidence: how often the rule is right.
        held: the stance that this one replaces, or an empty string.
        former: whether it is told as one of an earlier time: "had opposed".
    """

    rule: str
    holder: Entity
    stance: str
    means: str
    target: tuple[int, int]
    sentence: Sentence
    cue: tuple[int, int]
    code: str = ""
    act: str = ""
    count: int | None = None
    own: bool = False
    confidence: float = 0.7
    held: str = ""
    former: bool = False
