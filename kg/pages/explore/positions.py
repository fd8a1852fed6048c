"""Positions: holders by targets, with changes and contradictions, and what is behind each cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, render_template, request, url_for

from kg.pages.dates import in_words
from kg.pages.explore.asking import Asked, Crowd, address, ask
from kg.pages.explore.offered import busiest
from kg.pages.explore.stances import Attested, Cell, attested, summed
from kg.pages.facts import Fact, read_facts
from kg.pages.fields import path_of
from kg.pages.reading import Reader, reading, text_of
from kg.vocabulary import DKG

HOLDERS = 24
TARGETS = 40
BEHIND = 60
_CROWD = Crowd(DKG.holder)


@dataclass(frozen=True)
class Named:
    """A holder or a target: its name, its page, how a form writes it, and its positions."""

    iri: str
    name: str
    href: str | None
    path: str
    positions: int


@dataclass(frozen=True)
class Matrix:
    """The cells of the holders and targets with most positions, targets down the side."""

    holders: tuple[Named, ...]
    targets: tuple[Named, ...]
    cells: dict[tuple[str, str], Cell]
    all_holders: int
    all_targets: int

    def cell(self, target: Named, holder: Named) -> Cell | None:
        """Return the cell of a target and a holder, if there is a position."""
        return self.cells.get((holder.iri, target.iri))


@dataclass(frozen=True)
class Entry:
    """One position behind a cell, with who it is known from."""

    fact: Fact
    source: str
    changed: bool
    demand: bool
    until: str


@dataclass(frozen=True)
class Behind:
    """All positions behind a cell, in order of time."""

    asked: Asked
    holder: str
    target: str
    cell: Cell | None
    entries: tuple[Entry, ...]
    total: int


def positions() -> Response:
    """Answer ``/explore/positions``; with ``of`` and ``on`` also what is behind that cell."""
    with reading() as reader:
        asked = ask(reader, "position-matrix", crowd=_CROWD)
        matrix = _matrix(reader, asked)
        page = render_template(
            "explore_positions.html",
            asked=asked,
            matrix=matrix,
            behind=_behind(reader, asked, matrix),
            link=_linker(asked),
            busiest=busiest(reader, "pages.positions", "holder", "dkg:holder")
            if not asked.rows
            else (),
        )
        return Response(page, 200 if asked.fits else 400)


def _matrix(reader: Reader, asked: Asked) -> Matrix:
    rows: dict[tuple[str, str], list[Attested]] = {}
    names: dict[str, str] = {}
    held: Counter[str] = Counter()
    aimed: Counter[str] = Counter()
    for row in asked.rows:
        holder, target = text_of(row["holder"]), text_of(row["target"])
        names[holder] = text_of(row.get("holderName")) or reader.links.short(holder)
        names[target] = text_of(row.get("targetName")) or reader.links.short(target)
        one = attested(row)
        rows.setdefault((holder, target), []).append(one)
        held[holder] += one.positions
        aimed[target] += one.positions
    return Matrix(
        holders=_most(reader, held, names, HOLDERS),
        targets=_most(reader, aimed, names, TARGETS),
        cells={place: summed(some) for place, some in rows.items()},
        all_holders=len(held),
        all_targets=len(aimed),
    )


def _most(
    reader: Reader, counted: Counter[str], names: dict[str, str], most: int
) -> tuple[Named, ...]:
    """Return those with most positions; of as many by name."""
    ranked = sorted(counted, key=lambda iri: (-counted[iri], names[iri], iri))[:most]
    return tuple(
        Named(iri, names[iri], reader.links.href(iri), path_of(reader, iri), counted[iri])
        for iri in ranked
    )


def _linker(asked: Asked) -> Callable[[Named, Named], str]:
    """Return what makes the address that shows what is behind a cell."""
    kept = {name: value for name, value in asked.values.items() if value}
    page = url_for("pages.positions")

    def link(target: Named, holder: Named) -> str:
        return address(page, **kept, of=holder.path, on=target.path) + "#behind"

    return link


def _behind(reader: Reader, asked: Asked, matrix: Matrix) -> Behind | None:
    """Return the positions of the holder on the target that the request names, if it does."""
    of, on = request.args.get("of"), request.args.get("on")
    if not (of and on):
        return None
    days = {name: asked.values[name] for name in ("from", "to") if asked.values.get(name)}
    found = ask(reader, "positions-between", {"holder": of, "target": on, **days}, _CROWD)
    sources: dict[str, list[str]] = {}
    rows = {}
    for row in found.rows:
        iri = text_of(row["position"])
        rows[iri] = row
        if "source" in row:
            sources.setdefault(iri, []).append(
                text_of(row.get("sourceName")) or reader.links.short(text_of(row["source"]))
            )
    entries = [
        Entry(
            fact=fact,
            source=", ".join(sources.get(fact.iri, ())),
            changed=text_of(rows[fact.iri]["changed"]) == "true",
            demand=text_of(rows[fact.iri]["demand"]) == "true",
            until=in_words(text_of(rows[fact.iri].get("through"))),
        )
        for fact in read_facts(reader, list(rows)[:BEHIND])
    ]
    called = found.called
    cell = _cell(matrix, of, on)
    return Behind(found, called["holder"], called["target"], cell, tuple(entries), len(rows))


def _cell(matrix: Matrix, of: str, on: str) -> Cell | None:
    for holder in matrix.holders:
        for target in matrix.targets:
            if (holder.path, target.path) == (of, on):
                return matrix.cell(target, holder)
    return None
