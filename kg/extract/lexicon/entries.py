"""What the rules look names and words up in: the shipped lexicon with a user's additions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kg.errors import ReadError
from kg.extract.lexicon.files import load_table, load_yaml
from kg.states import is_state, states


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A known name.

    Args:
        name: how facts call it.
        kind: ``state``, ``adjective`` (of a state), ``people`` (of a state), ``seat`` (capital
            or seat of government), ``organisation``, ``government``, ``media`` or ``person``.
        state: alpha-3 code of the state it stands or acts for.
    """

    name: str
    kind: str
    state: str | None = None


@dataclass(frozen=True, slots=True)
class SpeechVerb:
    """A verb that carries a message (``speech.tsv``)."""

    lemma: str
    frames: frozenset[str]
    preps: frozenset[str]
    stance: str
    cameo: str


@dataclass
class Lexicon:
    """Names by their first word, and word lists."""

    names: dict[str, list[tuple[tuple[str, ...], NameEntry]]] = field(default_factory=dict)
    speech: dict[str, SpeechVerb] = field(default_factory=dict)
    offices: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    state_bodies: frozenset[str] = frozenset()
    anonymous: frozenset[str] = frozenset()
    particles: frozenset[str] = frozenset()
    honorifics: dict[str, str] = field(default_factory=dict)
    state_offices: dict[str, str] = field(default_factory=dict)
    genders: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    topics: list[dict[str, Any]] = field(default_factory=list)

    def add_name(self, written: str, entry: NameEntry) -> None:
        """Enter one way of writing a name; the first entry of a writing stays."""
        words = tuple(split_name(written))
        if not words:
            return
        row = self.names.setdefault(words[0], [])
        if all(known != words for known, _ in row):
            row.append((words, entry))
            row.sort(key=lambda item: -len(item[0]))

    def match(self, words: list[str], at: int) -> tuple[int, NameEntry] | None:
        """Return how many words of a list a known name takes from a place on, and the name.

        Args:
            words: tokens as written, possessive endings apart.
            at: where to begin.
        """
        row = self.names.get(words[at])
        if row is None:
            return None
        for name, entry in row:
            if words[at : at + len(name)] == list(name):
                return len(name), entry
        return None


def split_name(written: str) -> list[str]:
    """Return a name's words as the tokeniser gives them."""
    return written.replace("’", "'").split()


@cache
def lexicon() -> Lexicon:
    """Return the shipped lexicon, made once."""
    found = Lexicon()
    _states(found)
    for row in load_table("organisations.tsv"):
        entry = NameEntry(row["name"], row["kind"], row["state"] or None)
        for written in (row["name"], *_parts(row["aliases"])):
            found.add_name(written.removeprefix("the ").removeprefix("The "), entry)
    offices = load_yaml("offices.yaml")
    for name in ("offices", "bodies", "groups", "state_bodies", "anonymous", "particles"):
        setattr(found, name, frozenset(str(offices[name]).split()))
    found.honorifics = {str(key): str(value) for key, value in offices["honorifics"].items()}
    found.state_offices = dict(offices["state_offices"])
    found.genders = {row["name"]: row["gender"] for row in load_table("first_names.tsv")}
    found.places = {row["name"]: row["country"] for row in load_table("places.tsv")}
    found.speech = {
        row["lemma"]: SpeechVerb(
            row["lemma"],
            frozenset(row["frames"].split()),
            frozenset(row["preps"].split()),
            row["stance"],
            row["cameo"] or "",
        )
        for row in load_table("speech.tsv")
    }
    return found


def _parts(cell: str | None) -> list[str]:
    return [part for part in (cell or "").split("|") if part]


def _states(found: Lexicon) -> None:
    table = states()
    words = {row["code"]: row for row in load_table("states.tsv")}
    for code, state in table.items():
        if state.kind == "territory":
            continue
        entry = NameEntry(state.name, "state", code)
        for written in (state.name, *state.names):
            if len(written) > 2 and not written.isupper():
                found.add_name(written.removeprefix("the ").removeprefix("The "), entry)
        row = words.get(code)
        if row:
            _state_words(found, code, state.name, row)
    for written, code in (
        ("US", "USA"),
        ("U.S.", "USA"),
        ("USA", "USA"),
        ("U.S", "USA"),
        ("America", "USA"),
        ("UK", "GBR"),
        ("U.K.", "GBR"),
        ("Britain", "GBR"),
        ("UAE", "ARE"),
        ("Emirates", "ARE"),
        ("Burma", "MMR"),
        ("Ivory Coast", "CIV"),
        ("DRC", "COD"),
        ("USSR", "SUN"),
    ):
        entry = NameEntry(table[code].name, "state", code)
        found.names.setdefault(written.split()[0], []).insert(0, (tuple(written.split()), entry))
        found.names[written.split()[0]].sort(key=lambda item: -len(item[0]))


def _state_words(found: Lexicon, code: str, name: str, row: dict[str, str]) -> None:
    for kind, column in (("adjective", "adjectives"), ("people", "people"), ("seat", "seats")):
        for written in _parts(row[column]):
            found.add_name(written, NameEntry(name, kind, code))


def extended(additions: Iterable[Path]) -> Lexicon:
    """Return the lexicon with users' own files added.

    Args:
        additions: YAML files with any of ``names`` (written form to ``{name, kind, state}``),
            ``speech`` (lemma to ``{frames, preps, stance, cameo}``), ``offices``, ``groups``,
            ``bodies``, ``anonymous`` (lists of words) and ``topics`` (as in ``topics.yaml``).

    Raises:
        ReadError: a file cannot be read or has another form.
    """
    base = lexicon()
    paths = list(additions)
    if not paths:
        return base
    found = Lexicon(
        {word: list(rows) for word, rows in base.names.items()},
        dict(base.speech), base.offices, base.bodies, base.groups, base.state_bodies,
        base.anonymous, base.particles, dict(base.honorifics), dict(base.state_offices),
        dict(base.genders), dict(base.places), list(base.topics),
    )  # fmt: skip
    for path in paths:
        _add(found, path)
    return found


def _add(found: Lexicon, path: Path) -> None:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = str(error).split("\n")[0]
        raise ReadError(str(path), f"is no lexicon: {reason}", "see docs/extraction.md") from None
    if not isinstance(data, dict):
        raise ReadError(str(path), "is no lexicon: no keys", "see docs/extraction.md")
    known = {"names", "speech", "offices", "groups", "bodies", "anonymous", "topics"}
    for key in data:
        if key not in known:
            raise ReadError(
                str(path), f"has the unknown key {key!r}", f"known are {', '.join(sorted(known))}"
            )
    try:
        for written, entry in (data.get("names") or {}).items():
            code = entry.get("state")
            if code is not None and not is_state(code):
                raise ReadError(str(path), f"{code!r} is no state's code", "write it as RUS")
            kind = entry.get("kind", "organisation")
            found.names.setdefault(split_name(written)[0], []).insert(
                0, (tuple(split_name(written)), NameEntry(entry.get("name", written), kind, code))
            )
        for lemma, entry in (data.get("speech") or {}).items():
            found.speech[lemma] = SpeechVerb(
                lemma,
                frozenset(str(entry.get("frames", "q s")).split()),
                frozenset(str(entry.get("preps", "")).split()),
                str(entry.get("stance", "")),
                str(entry.get("cameo", "")),
            )
        for name in ("offices", "groups", "bodies", "anonymous"):
            words = frozenset(str(word) for word in data.get(name) or ())
            setattr(found, name, getattr(found, name) | words)
        found.topics.extend(data.get("topics") or ())
    except (AttributeError, TypeError, IndexError) as error:
        raise ReadError(str(path), f"has another form: {error}", "see docs/extraction.md") from None
