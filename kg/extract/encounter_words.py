"""What an encounter is, and the words that tell of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from kg.extract.entities import Entity
from kg.extract.lexicon.files import load_yaml
from kg.extract.sentences import Sentence
from kg.extract.status import StatusWords, status_words

Range = tuple[int, int]


@dataclass(frozen=True)
class EncounterWords:
    """The words of ``encounters.yaml``."""

    together: dict[str, str]
    transitive: dict[str, str]
    with_: dict[str, str]
    holding: frozenset[str]
    nouns: dict[str, str]
    weak: frozenset[str]
    audiences: frozenset[str]
    status: StatusWords


@cache
def encounter_words() -> EncounterWords:
    """Return the words of meetings."""
    table = load_yaml("encounters.yaml")
    return EncounterWords(
        dict(table["together"]),
        dict(table["transitive"]),
        dict(table["with"]),
        frozenset(str(table["holding"]).split()),
        dict(table["nouns"]),
        frozenset(str(table["weak_nouns"]).split()),
        frozenset(str(table["audiences"]).split()),
        status_words(),
    )


@dataclass
class Encounter:
    """A mention of a meeting.

    Args:
        rule: name of the rule that found it.
        parties: who takes part.
        status: see ``kg.facts``.
        form: see ``kg.facts``.
        sentence: where it stands.
        trigger: offsets of the word that tells of it.
        at: token index behind the trigger, where place and date are looked for.
        separate: whether each counterpart is met by itself.
        confidence: how often the rule is right.
    """

    rule: str
    parties: list[Entity]
    status: str
    form: str
    sentence: Sentence
    trigger: Range
    at: int
    separate: bool = False
    confidence: float = 0.8
    hub: list[Entity] = field(default_factory=list)
