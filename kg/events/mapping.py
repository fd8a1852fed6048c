"""Coded events to N-Triples, or N-Quads, as text: fast, since what repeats is written once.

Text of this kind goes straight to a database's bulk loader. Actors and places are described in a
graph of their own, since many files name the same: each part gives those that it names.
"""

from __future__ import annotations

import hashlib
from typing import TypeVar

from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, SKOS, XSD

from kg.events.model import Actor, Code, CodedEvent, Place
from kg.events.terms import address, escape, literal
from kg.iris import Minter, slug
from kg.vocabulary import CAMEO, DKG, EVENT, SCHEMA, SEM, STATE

VERSION = 1
"""Raised when the same rows give other triples than before, so that they are loaded anew."""

_REMEMBERED = 50_000
_K = TypeVar("_K")
_V = TypeVar("_V")

_A = f"<{RDF.type}>"
_LABEL = f"<{RDFS.label}>"
_CODED_EVENT = f"{_A} <{DKG.CodedEvent}>"
_KIND = f"<{DCTERMS.type}> <{EVENT}"
_DAY = f"<{SEM.hasTimeStamp}>"
_ADDED = f"<{SCHEMA.dateCreated}>"
_LAG = f"<{DKG.lag}>"
_MENTIONS = f"<{DKG.mentionCount}>"
_TONE = f"<{DKG.tone}>"
_GOLDSTEIN = f"<{DKG.goldstein}>"
_AGENT, _OBJECT, _PLACE = f"<{SCHEMA.agent}>", f"<{SCHEMA.object}>", f"<{SCHEMA.location}>"
_DATE, _MOMENT = f"^^<{XSD.date}>", f"^^<{XSD.dateTime}>"
_INTEGER, _DECIMAL = f"^^<{XSD.integer}>", f"^^<{XSD.decimal}>"


class Mapping:
    """Writes the events of one table file.

    Args:
        base: base of the store's IRIs.
        key: the file's key.
        quads: name the graph in each line (N-Quads); else the lines are N-Triples.
    """

    def __init__(self, base: str, key: str, *, quads: bool) -> None:
        self._mint = Minter(base)
        self._prefix = f"<{self._mint.entity(f'event/{key}/')}"
        self.end = f" <{graph_of(base, key)}> .\n" if quads else " .\n"
        self._names_end = f" <{names_graph(base)}> .\n" if quads else " .\n"
        self._actors: dict[Actor, tuple[str, str]] = {}
        self._places: dict[Place, str] = {}
        self._sources: dict[str, str] = {}
        self._codes: dict[Code, tuple[str, str]] = {}
        self._names: dict[str, str] = {}

    def event(self, event: CodedEvent) -> str:
        """Return the triples of an event, a line each."""
        (
            id, code, kind, agent, object, day, added, lag, place, source, mentions, tone,
            goldstein,
        ) = event  # fmt: skip
        end = self.end
        s = f"{self._prefix}{id}> "
        label, code_line = self._codes.get(code) or self._code(code)
        parties = ""
        lines = f"{s}{_CODED_EVENT}{end}{s}{code_line}"
        if kind:
            lines += f"{s}{_KIND}{kind}>{end}"
        if agent is not None:
            iri, parties = self._actors.get(agent) or self._actor(agent)
            lines += f"{s}{_AGENT} {iri}{end}"
        if object is not None:
            iri, name = self._actors.get(object) or self._actor(object)
            lines += f"{s}{_OBJECT} {iri}{end}"
            parties = f"{parties} → {name}" if parties else f"→ {name}"
        lines += f'{s}{_LABEL} "{label}: {parties}, {day}"{end}{s}{_DAY} "{day}"{_DATE}{end}'
        if source:
            lines += f"{s}{self._sources.get(source) or self._source(source)}"
        if added:
            lines += f'{s}{_ADDED} "{added}"{_MOMENT if len(added) > 10 else _DATE}{end}'
            if lag:
                lines += f'{s}{_LAG} "{lag}"{_INTEGER}{end}'
        if place is not None:
            lines += f"{s}{self._places.get(place) or self._place(place)}"
        if mentions:
            lines += f'{s}{_MENTIONS} "{mentions}"{_INTEGER}{end}'
        if tone:
            lines += f'{s}{_TONE} "{tone}"{_DECIMAL}{end}'
        if goldstein:
            lines += f'{s}{_GOLDSTEIN} "{goldstein}"{_DECIMAL}{end}'
        return lines

    def pair(self, host: str, guest: str) -> str:
        """Return the triple that says that two rows are one event, told from both sides.

        Args:
            host: id of the row of the host's side.
            guest: id of the row of the guest's side, which stands for both.
        """
        return f"{self._prefix}{host}> <{PROV.alternateOf}> {self._prefix}{guest}>{self.end}"

    def take_names(self) -> dict[str, str]:
        """Return what describes each actor and place named since this was asked last, by IRI."""
        names, self._names = self._names, {}
        self._actors.clear()
        self._places.clear()
        return names

    def _code(self, code: Code) -> tuple[str, str]:
        text = f"<{DKG.actCode}> <{CAMEO[code.code]}>{self.end}"
        self._codes[code] = (escape(code.label), text)
        return self._codes[code]

    def _actor(self, actor: Actor) -> tuple[str, str]:
        if actor.state:
            iri = f"<{STATE[actor.state]}>"
        else:
            iri = f"<{self._mint.entity(f'actor/{actor.code}')}>"
            self._describe_actor(iri, actor)
        return _remember(self._actors, actor, (iri, escape(actor.name or actor.label)))

    def _describe_actor(self, iri: str, actor: Actor) -> None:
        if iri in self._names:
            return
        kind = SCHEMA.Organization if actor.organisation else DKG.Group
        about = [
            (_A, f"<{kind}>"),
            (_LABEL, literal(actor.label)),
            (f"<{SKOS.notation}>", literal(actor.code)),
        ]
        if actor.country:
            about.append((_PLACE, f"<{STATE[actor.country]}>"))
        if actor.organisation:
            same = self._mint.entity(f"organisation/{slug(actor.organisation)}")
            about.append((f"<{SKOS.closeMatch}>", f"<{same}>"))
        self._names[iri] = self._lines(iri, about)

    def _place(self, place: Place) -> str:
        parts = (place.name, place.country, place.latitude, place.longitude)
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
        iri = f"<{self._mint.entity(f'event-place/{digest}')}>"
        about = [(_A, f"<{SCHEMA.Place}>"), (_LABEL, literal(place.name or place.country))]
        if place.country:
            about.append((f"<{SCHEMA.containedInPlace}>", f"<{STATE[place.country]}>"))
        if place.latitude:
            about.append((f"<{SCHEMA.latitude}>", f'"{place.latitude}"{_DECIMAL}'))
            about.append((f"<{SCHEMA.longitude}>", f'"{place.longitude}"{_DECIMAL}'))
        self._names[iri] = self._lines(iri, about)
        return _remember(self._places, place, f"{_PLACE} {iri}{self.end}")

    def _source(self, source: str) -> str:
        iri = address(source)
        value = literal(source) if iri is None else f"<{iri}>"
        return _remember(self._sources, source, f"<{DCTERMS.source}> {value}{self.end}")

    def _lines(self, iri: str, about: list[tuple[str, str]]) -> str:
        return "".join(f"{iri} {term} {value}{self._names_end}" for term, value in about)


def graph_of(base: str, key: str) -> str:
    """Return the IRI of the graph that holds the events of a table file."""
    return f"{Minter(base).graph('events')}/{key}"


def names_graph(base: str) -> str:
    """Return the IRI of the graph that describes the actors and places of all table files."""
    return str(Minter(base).graph("event-names"))


def _remember(known: dict[_K, _V], key: _K, value: _V) -> _V:
    if len(known) >= _REMEMBERED:
        known.clear()
    known[key] = value
    return value
