"""What a row of an event table says, in codes that we know."""

from __future__ import annotations

from collections.abc import Sequence
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


@dataclass(frozen=True, eq=False, slots=True)
class When:
    """The two dates of a row.

    Args:
        day: the day of the event as the table gives it, in ISO form.
        added: when the table's makers entered it, in ISO form with time zone, the day alone, or
            an empty string where the table does not say.
        lag: days from ``day`` to the day of ``added``; 0 where the table has no ``added``.
    """

    day: str
    added: str
    lag: int


class CodedEvents(NamedTuple):
    """Rows that were checked, column by column: codes are known, days exist, numbers are numbers.

    Columns are of one length, and what stands at one place of each is one event. Text is UTF-8.

    Args:
        ids: the rows' own ids in their table.
        codes: what happened.
        kinds: the kind of event that the row stands for; empty for none of ours.
        agents: who did it, where the table says.
        objects: to whom, where the table says.
        whens: when it was, and when it was entered.
        places: where it took place, where the table says.
        sources: URL of an article that reports it, or what the table has in its place.
        mentions: how often it was mentioned, or an empty string.
        tones: average tone of what mentions it, in canonical decimal form, or an empty string.
        goldsteins: the row's Goldstein score, in canonical decimal form, or an empty string.
    """

    ids: Sequence[bytes]
    codes: Sequence[Code]
    kinds: Sequence[str]
    agents: Sequence[Actor | None]
    objects: Sequence[Actor | None]
    whens: Sequence[When]
    places: Sequence[Place | None]
    sources: Sequence[bytes]
    mentions: Sequence[str]
    tones: Sequence[str]
    goldsteins: Sequence[str]
