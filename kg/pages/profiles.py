"""What a person, a state or a topic is in a few lines: whom it met, where it stands.

Each part is the answer to a named query, which it leads to. Where there is too much to look at
within a page's time, the part only leads there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from kg.pages.dates import in_words
from kg.pages.explore.asking import Asked, address, ask, crowded
from kg.pages.explore.stances import Attested, Cell, attested, summed
from kg.pages.fields import path_of
from kg.pages.reading import Reader, Row, number_of, text_of
from kg.vocabulary import STATE

SHOWN = 12
LOOKED_AT = 400
MEETINGS = 6000
_PARTIES = ("person", "organisation", "group", "anonymous", "state")


@dataclass(frozen=True)
class Line:
    """One line of a part: a name with its page, what is said of it, and where to look further."""

    name: str
    href: str | None
    words: str
    more: str
    cell: Cell | None = None


@dataclass(frozen=True)
class Part:
    """A part of a profile: its lines, how many there are in all, and the query behind them."""

    heading: str
    lines: tuple[Line, ...]
    total: int
    question: str
    href: str


@dataclass(frozen=True)
class Profile:
    """What a page has beside its lists: ways to look at the thing, and parts."""

    looks: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = ()


def profile(reader: Reader, iri: str) -> Profile:
    """Return the profile of a party, topic or place; an empty one for anything else."""
    kind = kind_of(reader, iri)
    path = path_of(reader, iri)
    timeline = ("In the timeline", address(url_for("pages.timeline"), of=path))
    if kind in _PARTIES:
        network = {"of": "states", "state": path} if kind == "state" else {"party": path}
        looks = (
            ("In the network", address(url_for("pages.network"), **network)),
            timeline,
            ("Where it stands", address(url_for("pages.positions"), holder=path)),
        )
        met = _states_met(reader, iri, path) if kind == "state" else _met(reader, iri, path)
        return Profile(looks, tuple(part for part in (met, _stands(reader, iri, path)) if part))
    if kind == "topic":
        where = ("Who stands where", address(url_for("pages.positions"), target=path))
        on = _stood_on(reader, iri, path)
        return Profile((where, timeline), (on,) if on else ())
    return Profile((timeline,)) if kind in ("place", "occasion") else Profile()


def kind_of(reader: Reader, iri: str) -> str:
    """Return the kind of thing that an IRI names: ``person``, ``topic``, …, or an empty text."""
    if iri.startswith(str(STATE)):
        return "state"
    space = f"{reader.base}id/"
    return iri.removeprefix(space).partition("/")[0] if iri.startswith(space) else ""


def _met(reader: Reader, iri: str, path: str) -> Part | None:
    if crowded(reader, f"?meeting dkg:participant <{iri}>", LOOKED_AT):
        return None
    asked = ask(reader, "meetings-of-party", {"party": path})
    counted: Counter[str] = Counter()
    latest: dict[str, Row] = {}
    for row in asked.rows:
        other = text_of(row["other"])
        counted[other] += 1
        latest[other] = row
    lines = [
        Line(
            name=text_of(latest[other].get("otherName")) or reader.links.short(other),
            href=reader.links.href(other),
            words=_last(latest[other], counted[other]),
            more=_between(path, path_of(reader, other), "people"),
        )
        for other, _ in counted.most_common()
    ]
    return _part("Whom it met", lines, asked)


def _states_met(reader: Reader, iri: str, path: str) -> Part | None:
    if crowded(reader, "?meeting dkg:participant ?who", MEETINGS):
        return None
    asked = ask(reader, "state-network", {"state": path})
    lines = []
    for row in asked.rows:
        end = "other" if text_of(row["one"]) == iri else "one"
        other = text_of(row[end])
        count = number_of(row["meetings"])
        days = in_words(text_of(row.get("first")), text_of(row.get("last")))
        lines.append(
            Line(
                name=text_of(row.get(f"{end}Name")) or reader.links.short(other),
                href=reader.links.href(other),
                words=f"{_times(count)}{', ' + days if days else ''}",
                more=_between(path, path_of(reader, other), "states"),
            )
        )
    return _part("Whom its representatives met", lines, asked)


def _stands(reader: Reader, iri: str, path: str) -> Part | None:
    if crowded(reader, f"?position dkg:holder <{iri}>", LOOKED_AT):
        return None
    asked = ask(reader, "position-matrix", {"holder": path})
    return _part("Where it stands", _cells(reader, asked, "target", holder=path), asked)


def _stood_on(reader: Reader, iri: str, path: str) -> Part | None:
    if crowded(reader, f"?position dkg:target <{iri}>", LOOKED_AT):
        return None
    asked = ask(reader, "position-matrix", {"target": path})
    return _part("Who stands where", _cells(reader, asked, "holder", target=path), asked)


def _cells(reader: Reader, asked: Asked, column: str, **fixed: str) -> list[Line]:
    """Return a line for each holder or target, those with most positions first."""
    stances: dict[str, list[Attested]] = {}
    names: dict[str, str] = {}
    for row in asked.rows:
        iri = text_of(row[column])
        names[iri] = text_of(row.get(f"{column}Name")) or reader.links.short(iri)
        stances.setdefault(iri, []).append(attested(row))
    cells = {iri: summed(some) for iri, some in stances.items()}
    page = url_for("pages.positions")
    lines = []
    for iri in sorted(cells, key=lambda one: (-cells[one].positions, names[one])):
        ends = {column: path_of(reader, iri), **fixed}
        more = address(page, **fixed, of=ends["holder"], on=ends["target"]) + "#behind"
        lines.append(Line(names[iri], reader.links.href(iri), cells[iri].words, more, cells[iri]))
    return lines


def _part(heading: str, lines: Iterable[Line], asked: Asked) -> Part | None:
    found = tuple(lines)
    if not found:
        return None
    return Part(heading, found[:SHOWN], len(found), asked.question, asked.href)


def _last(row: Row, count: int) -> str:
    """Return how many reports of meetings there are, and when the latest of them was."""
    when = in_words(text_of(row.get("begin")), text_of(row.get("end")))
    words = "1 report" if count == 1 else f"{count} reports"
    return f"{words}{', last ' if count > 1 else ', '}{when}" if when else words


def _times(count: int) -> str:
    return "1 meeting" if count == 1 else f"{count} meetings"


def _between(one: str, other: str, of: str) -> str:
    return address(url_for("pages.network"), of=of, one=one, other=other) + "#behind"
