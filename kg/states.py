"""The states that facts can name: ISO 3166-1, former states, and codes kept for private use.

A state is an actor, not a stretch of land. Territories that have a code of their own but whose
foreign relations another state conducts (Greenland, Hong Kong) can hold places, and cannot act.
The table is ``ontology/states.tsv``, made by ``ontology/make/states.py``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from kg.resources import resource

EU = "http://publications.europa.eu/resource/authority/country/"
WIKIDATA = "http://www.wikidata.org/entity/"
GEONAMES = "https://sws.geonames.org/"

Match = Literal["exactMatch", "closeMatch"]


@dataclass(frozen=True)
class State:
    """One row of the table.

    Args:
        code: alpha-3 code of ISO 3166-1 or 3166-3, or XKX for Kosovo.
        kind: ``state``, ``former`` or ``territory``.
        name: English name in common use.
        alpha2: alpha-2 code, or an empty string for former states.
        names: other English names.
        since: first year, for former states.
        until: last year, for former states.
        administered_by: code of the state that administers a territory, where undisputed.
        former_codes: codes that stood for the same state under another name.
        note: what a reader should know before using the code.
        links: SKOS mapping property and IRI in the EU authority table, Wikidata and GeoNames.
    """

    code: str
    kind: Literal["state", "former", "territory"]
    name: str
    alpha2: str = ""
    names: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    administered_by: str = ""
    former_codes: tuple[str, ...] = ()
    note: str = ""
    links: tuple[tuple[Match, str], ...] = ()

    @property
    def administration(self) -> str:
        """Return a sentence that says who administers a territory, or an empty string."""
        return f"Administered by {self.administered_by}." if self.administered_by else ""

    def __str__(self) -> str:
        return f"{self.code} ({self.name})"


def read_states(path: Path) -> Mapping[str, State]:
    """Return the states of a table by code, in the table's order.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: _state(row) for row in csv.DictReader(file, delimiter="\t")}


def _state(row: dict[str, str]) -> State:
    def parts(column: str) -> tuple[str, ...]:
        return tuple(part for part in row[column].split("|") if part)

    return State(
        code=row["code"],
        kind=row["kind"],  # type: ignore[arg-type]
        name=row["name"],
        alpha2=row["alpha2"],
        names=parts("names"),
        since=int(row["from"]) if row["from"] else None,
        until=int(row["until"]) if row["until"] else None,
        administered_by=row["administered_by"],
        former_codes=parts("former_codes"),
        note=row["note"],
        links=tuple(_links(row)),
    )


def _links(row: dict[str, str]) -> Iterator[tuple[Match, str]]:
    if row["eu"]:
        yield "exactMatch", f"{EU}{row['eu']}"
    if row["wikidata"]:
        yield "exactMatch", f"{WIKIDATA}{row['wikidata']}"
    if row["wikidata_close"]:
        yield "closeMatch", f"{WIKIDATA}{row['wikidata_close']}"
    if row["geonames"]:
        # GeoNames describes the land, which is not the actor.
        yield "closeMatch", f"{GEONAMES}{row['geonames']}/"


@cache
def states() -> Mapping[str, State]:
    """Return the whole table by alpha-3 code, territories included; read at the first call."""
    return read_states(resource("ontology") / "states.tsv")


def is_private(code: str) -> bool:
    """Tell whether ISO 3166-1 leaves an alpha-3 code to its users.

    These (AAA–AAZ, QMA–QZZ, XAA–XZZ, ZZA–ZZZ) stand for invented or unrecognised actors, which
    have no authority links and take their name from the article. XKX is Kosovo.
    """
    if len(code) != 3 or not (code.isascii() and code.isupper() and code.isalpha()):
        return False
    return code != "XKX" and (
        code[0] == "X" or code[:2] in ("AA", "ZZ") or (code[0] == "Q" and code[1] >= "M")
    )


def is_state(code: str) -> bool:
    """Tell whether a code names a state that can act: present, former or private."""
    known = states().get(code)
    return is_private(code) if known is None else known.kind != "territory"


def is_country(code: str) -> bool:
    """Tell whether a code can say where a place is: a state or a territory."""
    return code in states() or is_private(code)


def state_name(code: str) -> str:
    """Return the English name for a code, or the code itself where the table has none."""
    known = states().get(code)
    return known.name if known else code


SLIP = 3
"""Letters of the longest text that is as near to twenty codes as to one, and to as many names."""


@cache
def _by_name() -> Mapping[str, State]:
    known: dict[str, State] = {}
    # Later entries do not displace earlier ones: a state's name comes before another's alias.
    for state in states().values():
        known.setdefault(state.name.casefold(), state)
    for state in states().values():
        for name in (*state.names, state.alpha2, *state.former_codes):
            if name:
                known.setdefault(name.casefold(), state)
    return known


def _likeness(one: str, other: str, *, score_cutoff: float | None = None) -> float:
    # Swapped letters are one slip; a shared word counts a little less: "Korea" is in two names.
    return max(100 * OSA.normalized_similarity(one, other), 0.95 * fuzz.token_set_ratio(one, other))


def nearest(text: str, limit: int = 3) -> tuple[State, ...]:
    """Return the states that a wrong code or a name may have meant, best first.

    A territory leads to the state that administers it.

    Args:
        text: what was written: a code, a name, an alias, an alpha-2 or former code.
        limit: how many states at most.
    """
    table, wanted = states(), text.strip().casefold()
    exact = table.get(wanted.upper()) or _by_name().get(wanted)
    if exact:
        return (table.get(exact.administered_by, exact),)
    if len(wanted) <= SLIP:
        return ()
    best: dict[str, State] = {}
    for name, _, _ in process.extract(
        wanted, list(_by_name()), scorer=_likeness, score_cutoff=75, limit=limit * 3
    ):
        state = _by_name()[name]
        state = table.get(state.administered_by, state)
        best.setdefault(state.code, state)
    return tuple(best.values())[:limit]


def suggest(text: str, limit: int = 3) -> tuple[str, ...]:
    """Return the nearest states as texts for a message, such as ``RUS (Russia)``."""
    return tuple(str(state) for state in nearest(text, limit))
