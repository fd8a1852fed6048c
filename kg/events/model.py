"""What a row of an event table says, in codes that we know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, eq=False, slots=True)
class Code:
    """A CAMEO event code; there is one object a code.

    Args:
        code: the code, such as ``042``.
        label: its name.
        kind: the kind of event that it stands for, or an empty string for none of ours.
        parties: how many parties an event of the kind must have.
    """

    code: str
    label: str
    kind: str
    parties: int


@dataclass(frozen=True, eq=False, slots=True)
class Actor:
    """A party of a coded event, as a table names it.

    Args:
        code: its CAMEO actor code.
        name: its name in the table.
        state: alpha-3 code where the party is a state: the land itself, or its executive,
            military or intelligence service.
        country: alpha-3 code of the state or territory to which another party belongs.
        label: what the code means.
        organisation: name of the organisation that the code means, or an empty string.
    """

    code: str
    name: str
    state: str
    country: str
    label: str
    organisation: str


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """Where a coded event took place, as far as the table knows.

    Args:
        name: its name in the table.
        country: alpha-3 code of the state or territory in which it lies, or an empty string.
        latitude: decimal degrees in canonical form, or an empty string.
        longitude: the same.
        feature: its id in the table's gazetteer.
    """

    name: str
    country: str
    latitude: str
    longitude: str
    feature: str


class CodedEvent(NamedTuple):
    """One row, checked: codes are known, days exist, numbers are numbers.

    Args:
        id: the row's own id in its table.
        code: what happened.
        kind: the kind of event that the row stands for; empty for none of ours.
        agent: who did it, where the table says.
        object: to whom, where the table says.
        day: the day of the event as the table gives it, in ISO form.
        added: when the table's makers entered it, in ISO form with time zone, or the day alone.
        lag: days from ``day`` to the day of ``added``, or None where the table has no ``added``.
        place: where it took place, where the table says.
        source: URL of an article that reports it, or what the table has in its place.
        mentions: how often it was mentioned, or an empty string.
        tone: average tone of what mentions it, in canonical decimal form, or an empty string.
        goldstein: the row's Goldstein score, in canonical decimal form, or an empty string.
    """

    id: str
    code: Code
    kind: str
    agent: Actor | None
    object: Actor | None
    day: str
    added: str
    lag: int | None
    place: Place | None
    source: str
    mentions: str
    tone: str
    goldstein: str
