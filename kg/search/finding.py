"""Searching: what a question and filters find, and in which order."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.search.answers import MOST, MOST_NAMES, PAGE, Ask, Choice, Found, Hit, Quote
from kg.search.asking import LONGEST, Term, expression, marked, terms
from kg.search.documents import Passage
from kg.search.facets import articles_of, parties_of, years_of
from kg.search.index import Searched
from kg.search.kinds import KINDS, NUMBERS, REPORTS
from kg.search.naming import Named, best_names, entities_meant
from kg.search.tables import day_number, first_report
from kg.vocabulary import ENTITIES

LEADING = 6
"""Entities that come first where no kind is asked for."""
_QUOTED = 3


@dataclass
class _Rows:
    """Numbers of reports, best first, and whether more than were looked at are there."""

    numbers: list[int] = field(default_factory=list)
    more: bool = False


class _Known(NamedTuple):
    """What is counted of a report."""

    article: int
    kind: int
    date: str
    things: str  # the numbers of entities, as JSON


class _Search:
    def __init__(self, searched: Searched, ask: Ask) -> None:
        self.index: sqlite3.Connection = searched.database
        self.searched, self.ask = searched, ask
        self.terms: tuple[Term, ...] = terms(ask.words[:LONGEST])
        self.unknown: list[str] = []
        self.parties = entities_meant(searched, ask.party) if ask.party else []
        if ask.party and not self.parties:
            self.unknown.append("party")
        row = None
        if ask.article:
            key = ask.article.removeprefix(f"{searched.base}article/")
            row = self.index.execute("SELECT id, title FROM article WHERE key=?", (key,)).fetchone()
            if row is None:
                self.unknown.append("article")
        self.article: tuple[int, str] | None = row
        self.first = first_report(day_number(ask.first)) if ask.first else 0
        self.last = first_report(day_number(ask.last) + 1) if ask.last else 1 << 62
        if ask.first or ask.last:
            self.first = max(self.first, first_report(1))  # what has no day is in no days

    def found(self) -> Found:
        ask, revision = self.ask, self.searched.revision
        asked = ask.words.strip() and not self.terms
        if ask.empty or asked or self.unknown or ask.kind not in ("", *KINDS):
            return Found(revision, unknown=tuple(self.unknown))
        names = self._names()
        every = self._reports("")
        chosen = self._reports(ask.kind) if ask.kind in REPORTS else every
        things = self._things(chosen.numbers)
        everything = things if chosen is every else self._things(every.numbers)
        kinds = Counter(name.kind for name in names)
        kinds.update(KINDS[one.kind] for one in everything.values())
        hits, total, more = self._page(names, chosen, things)
        return Found(
            revision=revision,
            total=total,
            more=more,
            hits=tuple(hits),
            kinds=tuple(
                Choice(
                    kind,
                    kind,
                    kinds[kind],
                    every.more if kind in REPORTS else len(names) >= MOST_NAMES,
                )
                for kind in KINDS
                if kinds[kind] or kind == ask.kind
            ),
            parties=parties_of(
                self.index, (one.things for one in things.values()), self.parties, chosen.more
            ),
            articles=()
            if self.article
            else articles_of(self.index, (one.article for one in things.values()), chosen.more),
            years=years_of(chosen.numbers, chosen.more),
            party=self._label(self.parties[0]) if self.parties else "",
            article=self.article[1] if self.article else "",
        )

    def _names(self) -> list[Named]:
        """Return the entities that are called so; filters of reports leave none."""
        ask = self.ask
        if not self.terms or ask.party or ask.article or ask.first or ask.last:
            return []
        return best_names(self.searched, ask.words, tuple(ENTITIES), MOST_NAMES)

    def _reports(self, kind: str) -> _Rows:
        """Return reports that fit: those with all the words in their heading first."""
        marks = [f"marks : k{NUMBERS[kind]}"] if kind else []
        if self.article:
            marks.append(f"marks : a{self.article[0]}")
        if self.parties:
            any_of = " OR ".join(f"e{party}" for party in self.parties)
            marks.append(f"marks : ({any_of})")
        wanted = expression(self.terms)
        if not wanted:
            return self._matching(" AND ".join(marks)) if marks else self._latest()
        whole = self._matching(" AND ".join([f"{{label words}} : ({wanted})", *marks]))
        heading = self._matching(" AND ".join([f"label : ({wanted})", *marks]))
        headed = set(heading.numbers)
        numbers = heading.numbers + [n for n in whole.numbers if n not in headed]
        return _Rows(numbers[:MOST], whole.more or len(numbers) > MOST)

    def _matching(self, match: str) -> _Rows:
        return self._cut(
            "SELECT rowid FROM reported WHERE reported MATCH ? AND rowid >= ? AND rowid < ?"
            " ORDER BY rowid DESC LIMIT ?",
            (match, self.first, self.last, MOST + 1),
        )

    def _latest(self) -> _Rows:
        return self._cut(
            "SELECT id FROM report WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT ?",
            (self.first, self.last, MOST + 1),
        )

    def _cut(self, query: str, values: tuple[object, ...]) -> _Rows:
        numbers = [number for (number,) in self.index.execute(query, values)]
        return _Rows(numbers[:MOST], len(numbers) > MOST)

    def _things(self, numbers: list[int]) -> dict[int, _Known]:
        """Return what is counted of reports."""
        rows = self.index.execute(
            "SELECT id, article, kind, date, things FROM report WHERE id IN"
            " (SELECT value FROM json_each(?))",
            (json.dumps(numbers),),
        )
        return {
            number: _Known(article, kind, date, things)
            for number, article, kind, date, things in rows
        }

    def _page(
        self, names: list[Named], reports: _Rows, known: dict[int, _Known]
    ) -> tuple[list[Hit], int, bool]:
        kind = self.ask.kind
        begin = (self.ask.page - 1) * PAGE
        if kind in ENTITIES:
            of_kind = [name for name in names if name.kind == kind]
            shown = [self._entity(name) for name in of_kind[begin : begin + PAGE]]
            return shown, len(of_kind), len(names) >= MOST_NAMES
        leading = [] if kind else names[:LEADING]
        together: list[Named | int] = [*leading, *reports.numbers]
        shown = [
            self._report(one, known[one].date) if isinstance(one, int) else self._entity(one)
            for one in together[begin : begin + PAGE]
        ]
        # Entities beyond the first ones are counted among the kinds, and listed there.
        return shown, len(together), reports.more

    def _entity(self, named: Named) -> Hit:
        others = [
            (not any(piece.found for piece in pieces), pieces)
            for name in self._other_names(named.id)
            if (pieces := marked(name, self.terms))
        ]
        return Hit(
            kind=named.kind,
            iri=named.iri,
            label=named.label,
            pieces=marked(named.label, self.terms),
            others=tuple(pieces for _, pieces in sorted(others, key=lambda one: one[0])[:4]),
            facts=named.facts,
        )

    def _other_names(self, entity: int) -> list[str]:
        rows = self.index.execute(
            "SELECT name FROM name WHERE entity=? AND NOT label ORDER BY rowid LIMIT 200", (entity,)
        )
        return [str(name) for (name,) in rows]

    def _report(self, number: int, date: str) -> Hit:
        iri, kind, label, passages, key, title = self.index.execute(
            "SELECT iri, kind, label, passages, key, title FROM told WHERE id = ?",
            (number,),
        ).fetchone()
        quotes = [_quote(passage, self.terms) for passage in json.loads(passages)]
        quotes.sort(key=lambda quote: not any(piece.found for piece in quote.pieces))
        return Hit(
            kind=KINDS[kind],
            iri=iri,
            label=label,
            pieces=marked(label, self.terms),
            date=date,
            article=key,
            title=title,
            quotes=tuple(quotes[:_QUOTED]),
        )

    def _label(self, entity: int) -> str:
        row = self.index.execute("SELECT label, iri FROM entity WHERE id=?", (entity,)).fetchone()
        return str(row[0] or row[1])


def _quote(passage: Passage, asked: tuple[Term, ...]) -> Quote:
    exact, start, end = passage
    return Quote(marked(exact, asked), start, end)


def search(searched: Searched, ask: Ask) -> Found:
    """Return what a question finds.

    Entities come by how well their name fits and then by the number of facts about them; reports
    with all the words in their heading before those with some of them in quoted words, each
    latest first.

    Args:
        searched: the index, open.
        ask: the question.
    """
    return _Search(searched, ask).found()


def titled(searched: Searched, written: str, most: int) -> list[tuple[str, str]]:
    """Return IRI and title of articles with all the words in their title, latest first."""
    asked = terms(written)
    if not asked:
        return []
    rows = searched.database.execute(
        "SELECT t.iri, t.label FROM"
        " (SELECT rowid AS id FROM reported WHERE reported MATCH ? ORDER BY rowid DESC LIMIT ?) m"
        " JOIN told t ON t.id = m.id ORDER BY t.id DESC",
        (f"label : ({expression(asked)}) AND marks : k{NUMBERS['article']}", most),
    )
    return [(str(iri), str(title)) for iri, title in rows]
