"""Coded events to N-Triples, or N-Quads, as text: fast, since what repeats is written once.

Each line of an event follows from one thing that it has, a party, a day, a number, and these
repeat from row to row. So the end of each line is written when the thing is first seen, and rows
are put together, many at once, from such ends and their subjects.

Text of this kind goes straight to a database's bulk loader. Actors and places are described in a
graph of their own, since many files name the same: each part gives those that it names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from operator import mul
from typing import Any

from kg.events.known import Known
from kg.events.model import Actor, Code, CodedEvents, Place, When
from kg.events.naming import graph_of, names_graph
from kg.events.terms import address, escape, literal
from kg.iris import Minter, slug
from kg.vocabulary import CAMEO, DCTERMS, DKG, EVENT, PROV, RDF, RDFS, SCHEMA, SEM, SKOS, STATE, XSD

VERSION = 1
"""Raised when the same rows give other triples than before, so that they are loaded anew."""

_A = f"<{RDF.type}>"
_LABEL = f"<{RDFS.label}>"
_CODED_EVENT = f"{_A} <{DKG.CodedEvent}>"
_KIND = f"<{DCTERMS.type}>"
_DAY = f"<{SEM.hasTimeStamp}>"
_ADDED = f"<{SCHEMA.dateCreated}>"
_LAG = f"<{DKG.lag}>"
_MENTIONS = f"<{DKG.mentionCount}>"
_TONE = f"<{DKG.tone}>"
_GOLDSTEIN = f"<{DKG.goldstein}>"
_AGENT, _OBJECT, _PLACE = f"<{SCHEMA.agent}>", f"<{SCHEMA.object}>", f"<{SCHEMA.location}>"
_DATE, _MOMENT = f"^^<{XSD.date}>", f"^^<{XSD.dateTime}>"
_INTEGER, _DECIMAL = f"^^<{XSD.integer}>", f"^^<{XSD.decimal}>"


_LINES = 14
"""How many triples an event has that lacks nothing."""


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
        self._end = f" <{graph_of(base, key)}> .\n" if quads else " .\n"
        self._names_end = f" <{names_graph(base)}> .\n" if quads else " .\n"
        self._named: dict[Actor | Place | None, None] = {}
        self._described = Known(self._describe)
        self._iris = Known(self._iri)
        self._subject = f"{self._prefix}%b> ".encode()
        self._first = f"{_CODED_EVENT}{self._end}".encode()
        # What follows the subject, by what the event has; empty where it has none.
        line = self._line
        self._codes = Known[Code, bytes](
            lambda code: line(f"<{DKG.actCode}>", f"<{CAMEO.term(code.code)}>")
        )
        self._kinds = Known[str, bytes](
            lambda kind: line(_KIND, f"<{EVENT}{kind}>" if kind else "")
        )
        self._agents = Known[Actor | None, bytes](lambda agent: line(_AGENT, self._iri_of(agent)))
        self._objects = Known[Actor | None, bytes](
            lambda object: line(_OBJECT, self._iri_of(object))
        )
        self._label_codes = Known[Code, bytes](
            lambda code: f'{_LABEL} "{escape(code.label)}: '.encode()
        )
        self._label_parties = Known(_parties)
        self._label_days = Known[When, bytes](lambda when: f', {when.day}"{self._end}'.encode())
        self._days = Known[When, bytes](lambda when: line(_DAY, f'"{when.day}"{_DATE}'))
        self._addeds = Known(self._added)
        self._lags = Known[When, bytes](
            lambda w: line(_LAG, f'"{w.lag}"{_INTEGER}' if w.lag else "")
        )
        self._places = Known[Place | None, bytes](lambda place: line(_PLACE, self._iri_of(place)))
        self._sources = Known(self._source)
        self._mentions = Known[str, bytes](
            lambda n: line(_MENTIONS, f'"{n}"{_INTEGER}' if n else "")
        )
        self._tones = Known[str, bytes](lambda n: line(_TONE, f'"{n}"{_DECIMAL}' if n else ""))
        self._goldsteins = Known[str, bytes](
            lambda n: line(_GOLDSTEIN, f'"{n}"{_DECIMAL}' if n else "")
        )

    def events(self, events: CodedEvents) -> tuple[bytes, int]:
        """Return the triples of events, a line each, in UTF-8, and how many there are."""
        absent = 0
        for named in (events.agents, events.objects, events.places):
            self._named.update(dict.fromkeys(named))
        codes, whens = events.codes, events.whens
        subjects = list(map(self._subject.__mod__, events.ids))
        labels = (
            subjects,
            map(self._label_codes.__getitem__, codes),
            map(self._label_parties.__getitem__, zip(events.agents, events.objects, strict=True)),
            map(self._label_days.__getitem__, whens),
        )

        def lines(*ends: tuple[Known[Any, bytes], Iterable[Any]]) -> Iterator[Iterable[bytes]]:
            nonlocal absent
            for known, column in ends:
                found = list(map(known.__getitem__, column))
                if all(found):
                    yield subjects
                else:  # no subject where there is no line
                    there = list(map(bool, found))
                    absent += there.count(False)
                    yield map(mul, subjects, there)
                yield found

        pieces = zip(
            subjects,
            repeat(self._first, len(codes)),
            *lines(
                (self._codes, codes),
                (self._kinds, events.kinds),
                (self._agents, events.agents),
                (self._objects, events.objects),
            ),
            *labels,
            *lines(
                (self._days, whens),
                (self._sources, events.sources),
                (self._addeds, whens),
                (self._lags, whens),
                (self._places, events.places),
                (self._mentions, events.mentions),
                (self._tones, events.tones),
                (self._goldsteins, events.goldsteins),
            ),
            strict=True,
        )
        text = b"".join(chain.from_iterable(pieces))
        return text, _LINES * len(codes) - absent

    def pair(self, host: str, guest: str) -> str:
        """Return the triple that says that two rows are one event, told from both sides.

        Args:
            host: id of the row of the host's side.
            guest: id of the row of the guest's side, which stands for both.
        """
        return f"{self._prefix}{host}> <{PROV.alternateOf}> {self._prefix}{guest}>{self._end}"

    def take_names(self) -> dict[str, str]:
        """Return what describes each actor and place named since this was asked last, by IRI."""
        named, self._named = self._named, {}
        texts = {self._iris[thing]: self._described[thing] for thing in named if thing}
        return {iri: text for iri, text in texts.items() if text}

    def _line(self, term: str, value: str) -> bytes:
        return f"{term} {value}{self._end}".encode() if value else b""

    def _added(self, when: When) -> bytes:
        form = _MOMENT if len(when.added) > len(when.day) else _DATE
        return self._line(_ADDED, f'"{when.added}"{form}' if when.added else "")

    def _source(self, source: bytes) -> bytes:
        text = source.decode()
        iri = address(text)
        value = literal(text) if iri is None else f"<{iri}>"
        return self._line(f"<{DCTERMS.source}>", value if text else "")

    def _iri_of(self, thing: Actor | Place | None) -> str:
        return self._iris[thing] if thing else ""

    def _iri(self, thing: Actor | Place) -> str:
        if isinstance(thing, Place):
            parts = (thing.name, thing.country, thing.latitude, thing.longitude)
            digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
            return f"<{self._mint.entity(f'event-place/{digest}')}>"
        if thing.state:
            return f"<{STATE.term(thing.state)}>"
        return f"<{self._mint.entity(f'actor/{thing.code}')}>"

    def _describe(self, thing: Actor | Place) -> str:
        if isinstance(thing, Place):
            about = self._about_place(thing)
        elif thing.state:
            return ""  # states are described elsewhere
        else:
            about = self._about_actor(thing)
        iri = self._iris[thing]
        return "".join(f"{iri} {term} {value}{self._names_end}" for term, value in about)

    def _about_actor(self, actor: Actor) -> list[tuple[str, str]]:
        kind = SCHEMA.Organization if actor.organisation else DKG.Group
        about = [
            (_A, f"<{kind}>"),
            (_LABEL, literal(actor.label)),
            (f"<{SKOS.notation}>", literal(actor.code)),
        ]
        if actor.country:
            about.append((_PLACE, f"<{STATE.term(actor.country)}>"))
        if actor.organisation:
            same = self._mint.entity(f"organisation/{slug(actor.organisation)}")
            about.append((f"<{SKOS.closeMatch}>", f"<{same}>"))
        return about

    def _about_place(self, place: Place) -> list[tuple[str, str]]:
        about = [(_A, f"<{SCHEMA.Place}>"), (_LABEL, literal(place.name or place.country))]
        if place.country:
            about.append((f"<{SCHEMA.containedInPlace}>", f"<{STATE.term(place.country)}>"))
        if place.latitude:
            about.append((f"<{SCHEMA.latitude}>", f'"{place.latitude}"{_DECIMAL}'))
            about.append((f"<{SCHEMA.longitude}>", f'"{place.longitude}"{_DECIMAL}'))
        return about


def _parties(pair: tuple[Actor | None, Actor | None]) -> bytes:
    """Return how a label names the two parties of an event."""
    agent, object = (escape(actor.name or actor.label) if actor else "" for actor in pair)
    return f"{agent}{' ' if agent and pair[1] else ''}{f'→ {object}' if pair[1] else ''}".encode()
