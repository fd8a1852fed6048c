"""The codes of event tables and what they mean: events, actors and countries.

Read from the tables in ``ontology/``: ``cameo.tsv``, ``cameo_kinds.tsv``, ``cameo_actors.tsv``,
``fips.tsv`` and ``states.tsv``.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from functools import cache

from kg.concepts import cameo
from kg.events.model import Actor, Code
from kg.resources import resource
from kg.states import State, is_state, states

ORGANS = frozenset({"GOV", "MIL", "SPY"})
"""Roles whose holders act for their state: government, military, intelligence services."""


def _rows(name: str) -> list[dict[str, str]]:
    with (resource("ontology") / name).open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        return list(csv.DictReader(lines, delimiter="\t"))


@cache
def event_codes() -> Mapping[str, Code]:
    """Return every CAMEO event code with the kind of event that it stands for."""
    kinds = {row["prefix"]: (row["kind"], int(row["parties"])) for row in _rows("cameo_kinds.tsv")}
    found = {}
    for code, concept in cameo().items():
        prefixes = [prefix for prefix in kinds if code.startswith(prefix)]
        kind, parties = kinds[max(prefixes, key=len)] if prefixes else ("", 0)
        found[code] = Code(code, concept.label, kind, parties)
    return found


@cache
def kinds() -> tuple[str, ...]:
    """Return the kinds of events, in the order of the table."""
    return tuple(dict.fromkeys(row["kind"] for row in _rows("cameo_kinds.tsv")))


@cache
def fips() -> Mapping[str, str]:
    """Return alpha-3 code by FIPS 10-4 country code; empty where the code is of no country."""
    return {row["code"]: row["state"] for row in _rows("fips.tsv")}


@cache
def _parts() -> Mapping[str, dict[str, str]]:
    return {row["code"]: row for row in _rows("cameo_actors.tsv")}


@cache
def _by_alpha2() -> Mapping[str, str]:
    return {state.alpha2: code for code, state in states().items() if state.alpha2}


@cache
def _by_name() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for state in states().values():
        for name in (state.name, *state.names):
            found.setdefault(name.casefold(), state.code)
    return found


COUNTRIES: Mapping[str, Callable[[str], str | None]] = {
    "fips": lambda written: fips().get(written),
    "alpha2": lambda written: _by_alpha2().get(written),
    "alpha3": lambda written: written if written in states() else None,
    "name": lambda written: _by_name().get(written.casefold()),
}
"""How a table may write the country of a place: from what it writes to alpha-3, or None."""


def state_code(written: str) -> str | None:
    """Return the alpha-3 code of a state or territory that CAMEO may write otherwise.

    Returns:
        The code; an empty string for a region, which is no state; None for an unknown code.
    """
    part = _parts().get(written)
    if part is not None and part["kind"] in ("state", "territory", "region"):
        return part["state"] if part["kind"] == "state" else ""
    return written if written in states() else None


def read_actor(code: str, name: str, country: str) -> Actor | None:
    """Return the party that an actor code means.

    Args:
        code: the whole code, three characters a part.
        name: the name that the table gives.
        country: the part that says to which country it belongs, or an empty string.

    Returns:
        The party, or None where the code is malformed or the country unknown.
    """
    if not (code.isascii() and code.isalnum()) or len(code) % 3:
        return None
    own = state_code(country) if country else ""
    if own is None:
        return None
    parts = [code[at : at + 3] for at in range(0, len(code), 3)]
    rest = list(parts)
    if own and country in rest:
        rest.remove(country)
    acts = bool(own) and is_state(own) and ORGANS.issuperset(rest)
    return Actor(
        code=code,
        name=name,
        state=own if acts else "",
        country=own if not acts else "",
        label=", ".join([*(_meaning(part) for part in rest), *_home(own)]),
        organisation=_organisation(parts),
    )


def _home(code: str) -> list[str]:
    state: State | None = states().get(code)
    return [state.name if state else code] if code else []


def _meaning(part: str) -> str:
    known = _parts().get(part)
    if known:
        return known["name"]
    state = states().get(part)
    return state.name if state else part


def _organisation(parts: list[str]) -> str:
    """Return the organisation's name where the code ends in one; what comes before narrows it."""
    known = _parts().get(parts[-1])
    return known["name"] if known and known["kind"] == "organisation" else ""
