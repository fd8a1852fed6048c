"""What is in a graph as a whole, and what is latest, as the index knows it without counting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.search.documents import ROLES
from kg.search.index import Searched
from kg.search.kinds import KINDS, NUMBERS
from kg.search.listed import Listed, listed
from kg.search.tables import day_number, first_report


@dataclass(frozen=True)
class Counted:
    """A graph in numbers.

    Args:
        reports: number of articles, meetings, statements and positions by kind.
        entities: number of entities that articles name, by kind.
        passages: how many passages are quoted.
        publishers: how many publishers there are.
        triples: how many triples the articles' graphs have.
        published: first and last day of an article, in ISO form; empty where no article says.
        met: first and last day of a meeting.
    """

    reports: dict[str, int]
    entities: dict[str, int]
    passages: int
    publishers: int
    triples: int
    published: tuple[str, str]
    met: tuple[str, str]


@dataclass(frozen=True)
class Latest:
    """An article with the numbers of its facts by kind."""

    iri: str
    title: str
    published: str
    publisher: str
    facts: dict[str, int]


def count(searched: Searched) -> Counted:
    """Return a graph in numbers."""
    ask = searched.database.execute
    passages, publishers, triples, first, last = ask(
        "SELECT sum(passages), count(DISTINCT nullif(publisher, '')), sum(triples),"
        " min(nullif(published, '')), max(published) FROM article"
    ).fetchone()
    began, ended = ask(
        "SELECT min(date), max(date) FROM report WHERE kind = ? AND date > ''",
        (NUMBERS["meeting"],),
    ).fetchone()
    return Counted(
        reports=_by_kind(searched, "SELECT kind, count(*) FROM report GROUP BY kind"),
        entities=_by_kind(
            searched,
            "SELECT kind, count(*) FROM entity WHERE kind NOTNULL AND reports > 0 GROUP BY kind",
        ),
        passages=passages or 0,
        publishers=publishers,
        triples=triples or 0,
        published=(first or "", last or ""),
        met=(began or "", ended or ""),
    )


def _by_kind(searched: Searched, query: str) -> dict[str, int]:
    return {KINDS[kind]: number for kind, number in searched.database.execute(query)}


def latest_articles(searched: Searched, most: int) -> list[Latest]:
    """Return the articles that appeared last, with what they report."""
    rows = searched.database.execute(
        "SELECT a.id, t.iri, a.title, a.published, a.publisher FROM"
        " (SELECT rowid AS id FROM reported WHERE reported MATCH ? ORDER BY rowid DESC LIMIT ?) m"
        " JOIN report r ON r.id = m.id JOIN told t ON t.id = m.id"
        " JOIN article a ON a.id = r.article"
        " ORDER BY a.published DESC, a.title",
        (f"marks : k{NUMBERS['article']}", most),
    ).fetchall()
    found = []
    for number, iri, title, published, publisher in rows:
        kinds = searched.database.execute(
            "SELECT kind, count(*) FROM report WHERE article = ? GROUP BY kind", (number,)
        )
        facts = {KINDS[kind]: amount for kind, amount in kinds}
        found.append(Latest(iri, title, published, publisher, facts))
    return found


def facts_of(searched: Searched, iri: str, role: str, most: int) -> list[Listed]:
    """Return the latest facts that have an entity in a role.

    Args:
        searched: the index, open.
        iri: the entity.
        role: one of `kg.search.documents.ROLES`.
        most: how many facts are given.
    """
    row = searched.database.execute("SELECT id FROM entity WHERE iri = ?", (iri,)).fetchone()
    if row is None:
        return []
    match = f"marks : r{ROLES.index(role)}e{row[0]}"
    facts = searched.database.execute(
        "SELECT rowid FROM reported WHERE reported MATCH ? ORDER BY rowid DESC LIMIT ?",
        (match, most),
    ).fetchall()
    return listed(searched, [number for (number,) in facts])


def articles_naming(searched: Searched, iri: str, most: int) -> list[Listed]:
    """Return the latest articles that name an entity.

    Args:
        searched: the index, open.
        iri: the entity.
        most: how many are given; fewer where of the latest ten times as many that tell of it, or
            of those who act for it, not so many name it.
    """
    row = searched.database.execute("SELECT id FROM entity WHERE iri = ?", (iri,)).fetchone()
    if row is None:
        return []
    numbers = searched.database.execute(
        "SELECT rowid FROM reported WHERE reported MATCH ? ORDER BY rowid DESC LIMIT ?",
        (f"marks : k{NUMBERS['article']} AND marks : e{row[0]}", 10 * most),
    ).fetchall()
    found: list[Listed] = []
    while numbers and len(found) < most:
        some, numbers = numbers[: 2 * most], numbers[2 * most :]
        read = listed(searched, [number for (number,) in some])
        found += [article for article in read if iri in article.acting]
    return found[:most]


def recent_facts(
    searched: Searched,
    kinds: Iterable[str],
    parts: Iterable[tuple[str, Iterable[str]]] = (),
    days: tuple[str, str] = ("", ""),
    whole: int = 400,
    most: int = 400,
) -> tuple[list[Listed], bool]:
    """Return the facts that are listed under the latest days, latest first, and whether all are.

    Args:
        searched: the index, open.
        kinds: their kinds, some of `kg.search.kinds.FACTS`.
        parts: who or what has a part in all of them: an entity with the roles that will do, some
            of `kg.search.documents.ROLES`; without a role any will do, and so will acting for it.
        days: first and last day, in ISO form; an empty text for no limit.
        whole: up to how many facts all are given.
        most: how many facts are given where there are more.
    """
    marks = [" OR ".join(f"k{NUMBERS[kind]}" for kind in kinds)]
    for iri, roles in parts:
        row = searched.database.execute("SELECT id FROM entity WHERE iri = ?", (iri,)).fetchone()
        if row is None:
            return [], True
        marks.append(
            " OR ".join(f"r{ROLES.index(role)}e{row[0]}" for role in roles) or f"e{row[0]}"
        )
    first, last = days
    facts = searched.database.execute(
        "SELECT rowid FROM reported WHERE reported MATCH ? AND rowid >= ? AND rowid < ?"
        " ORDER BY rowid DESC LIMIT ?",
        (
            " AND ".join(f"marks : ({mark})" for mark in marks),
            first_report(day_number(first)) if first else 0,
            first_report(day_number(last) + 1) if last else 1 << 62,
            whole + 1,
        ),
    ).fetchall()
    numbers = [number for (number,) in facts]
    if len(numbers) <= whole:
        return listed(searched, numbers), True
    return listed(searched, numbers[:most]), False


def referring(searched: Searched, iri: str) -> dict[str, int]:
    """Return how many triples of articles have an entity as value, by property."""
    return dict(
        searched.database.execute(
            "SELECT p.iri, f.triples FROM entity e JOIN refers f ON f.entity = e.id"
            " JOIN property p ON p.id = f.property WHERE e.iri = ?",
            (iri,),
        ).fetchall()
    )


def triples_with(searched: Searched, property: str) -> int:
    """Return how many triples of articles have a property that leads to an entity."""
    row = searched.database.execute(
        "SELECT triples FROM property WHERE iri = ?", (property,)
    ).fetchone()
    return 0 if row is None else int(row[0])


def reports(searched: Searched, most: int) -> int:
    """Return how many articles and facts there are, counted up to a number."""
    counted = "SELECT count(*) FROM (SELECT 1 FROM report LIMIT ?)"
    return int(searched.database.execute(counted, (most,)).fetchone()[0])
