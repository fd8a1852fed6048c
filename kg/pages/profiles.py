"""What a person, a state or a topic is in a few lines: whom it met, where it stands.

Each part is the answer to a named query, which it leads to. Where there is too much to look at
within a page's time, it is that of the latest facts alone, and says since when.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from kg.pages.dates import from_to, in_words
from kg.pages.explore.asking import Asked, Crowd, address, ask, crowded
from kg.pages.explore.stances import Attested, Cell, attested, summed
from kg.pages.fields import path_of
from kg.pages.reading import Reader, Row, number_of, text_of
from kg.vocabulary import DKG, ORG, STATE

SHOWN = 12
LOOKED_AT = 400
MEETINGS = 6000
NAMED = 3000
_PARTIES = ("person", "organisation", "group", "anonymous", "state")


@dataclass(frozen=True)
class Line:
    """One line of a part: a name with its page, what is said of it, and where to look further.

    ``of`` is the body of an office, with its page.
    """

    name: str
    href: str | None
    words: str
    more: str
    cell: Cell | None = None
    of: tuple[str, str | None] = ("", None)


@dataclass(frozen=True)
class Part:
    """A part of a profile.

    Args:
        heading: what it tells.
        lines: its first lines.
        total: how many there are in all.
        question: the query behind them, in words.
        href: where that is asked.
        cut: what was left out, in words.
    """

    heading: str
    lines: tuple[Line, ...]
    total: int
    question: str
    href: str
    cut: str = ""


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
        offices = _offices(reader, iri, path) if kind == "person" else None
        holders = _holders(reader, iri, path) if kind in ("organisation", "group") else None
        parts = (offices, holders, met, _stands(reader, iri, path))
        return Profile(looks, tuple(part for part in parts if part))
    if kind == "topic":
        where = ("Who stands where", address(url_for("pages.positions"), target=path))
        on = _stood_on(reader, iri, path)
        return Profile((where, timeline), (on,) if on else ())
    return Profile((timeline,)) if kind in ("place", "occasion") else Profile()


def kind_of(reader: Reader, iri: str) -> str:
    """Return the kind of thing that an IRI names: ``person``, ``topic``, …, or an empty text."""
    if iri.startswith(STATE):
        return "state"
    space = f"{reader.base}id/"
    return iri.removeprefix(space).partition("/")[0] if iri.startswith(space) else ""


def _offices(reader: Reader, iri: str, path: str) -> Part | None:
    if crowded(reader, Crowd(DKG.entity, iri), NAMED):
        return None
    asked = ask(reader, "offices-over-time", {"person": path})
    lines = [
        Line(
            name=text_of(row["office"]),
            href=None,
            words=_printed(row),
            more=address(url_for("pages.named", name="offices-of-person"), person=path),
            of=_named(reader, row, "body"),
        )
        for row in asked.rows
        if "office" in row
    ]
    return _part("Offices over time", lines, asked)


def _holders(reader: Reader, iri: str, path: str) -> Part | None:
    if crowded(reader, Crowd(ORG.organization, iri), NAMED):
        return None
    asked = ask(reader, "office-holders", {"body": path})
    lines = []
    for row in asked.rows:
        holder = text_of(row["holder"])
        more = address(
            url_for("pages.named", name="offices-of-person"), person=path_of(reader, holder)
        )
        name, href = _named(reader, row, "holder")
        lines.append(Line(name, href, f"{text_of(row['office'])}, {_printed(row)}", more))
    return _part("Who holds office in it", lines, asked)


def _met(reader: Reader, iri: str, path: str) -> Part | None:
    crowd = Crowd(DKG.participant, iri)
    if crowded(reader, crowd, LOOKED_AT):
        latest = ask(reader, "meeting-network", {"party": path}, crowd, LOOKED_AT)
        return _pairs(reader, iri, latest, "people", "Whom it met")
    asked = ask(reader, "meetings-of-party", {"party": path}, crowd, LOOKED_AT)
    counted: Counter[str] = Counter()
    last: dict[str, Row] = {}
    for row in asked.rows:
        other = text_of(row["other"])
        counted[other] += 1
        last[other] = row
    lines = [
        Line(
            *_named(reader, last[other], "other"),
            words=_last(last[other], counted[other]),
            more=_between(path, path_of(reader, other), "people"),
        )
        for other, _ in counted.most_common()
    ]
    return _part("Whom it met", lines, asked)


def _states_met(reader: Reader, iri: str, path: str) -> Part | None:
    crowd = Crowd(DKG.participant)
    asked = ask(reader, "state-network", {"state": path}, crowd, MEETINGS)
    return _pairs(reader, iri, asked, "states", "Whom its representatives met")


def _pairs(reader: Reader, iri: str, asked: Asked, of: str, heading: str) -> Part | None:
    """Return a line for each pair that one is an end of."""
    lines = []
    for row in asked.rows:
        one, other = text_of(row["one"]), text_of(row["other"])
        if iri in (one, other):
            end = "other" if one == iri else "one"
            days = in_words(text_of(row.get("first")), text_of(row.get("last")))
            words = f"{_times(number_of(row['meetings']))}{', ' + days if days else ''}"
            more = _between(path_of(reader, iri), path_of(reader, text_of(row[end])), of)
            lines.append(Line(*_named(reader, row, end), words, more))
    return _part(heading, lines, asked)


def _stands(reader: Reader, iri: str, path: str) -> Part | None:
    crowd = Crowd(DKG.holder, iri)
    asked = ask(reader, "position-matrix", {"holder": path}, crowd, LOOKED_AT)
    return _part("Where it stands", _cells(reader, asked, "target", holder=path), asked)


def _stood_on(reader: Reader, iri: str, path: str) -> Part | None:
    crowd = Crowd(DKG.target, iri)
    asked = ask(reader, "position-matrix", {"target": path}, crowd, LOOKED_AT)
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
    return Part(heading, found[:SHOWN], len(found), asked.question, asked.href, asked.cut)


def _named(reader: Reader, row: Row, column: str) -> tuple[str, str | None]:
    """Return the name and the page of what a column has; nothing where it has nothing."""
    iri = text_of(row.get(column))
    name = text_of(row.get(f"{column}Name")) or (reader.links.short(iri) if iri else "")
    return name, reader.links.href(iri) if iri else None


def _printed(row: Row) -> str:
    """Return when articles print an office, and how many do."""
    count = number_of(row["articles"])
    when = from_to(text_of(row.get("first")), text_of(row.get("last")))
    words = "1 article" if count == 1 else f"{count} articles"
    return f"{when}, {words}" if when else words


def _last(row: Row, count: int) -> str:
    """Return how many reports of meetings there are, and when the latest of them was."""
    when = in_words(text_of(row.get("begin")), text_of(row.get("end")))
    words = "1 report" if count == 1 else f"{count} reports"
    return f"{words}{', last ' if count > 1 else ', '}{when}" if when else words


def _times(count: int) -> str:
    return "1 meeting" if count == 1 else f"{count} meetings"


def _between(one: str, other: str, of: str) -> str:
    return address(url_for("pages.network"), of=of, one=one, other=other) + "#behind"
