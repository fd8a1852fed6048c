"""Finding entities by what they are called."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz, process

from kg.search.asking import expression, terms
from kg.search.index import Searched
from kg.search.kinds import KINDS, NUMBERS
from kg.search.words import spelled, words
from kg.vocabulary import ENTITIES, STATE, TOPIC

_LAST = "\U0010ffff"
_SCANNED = 20_000
_NEAR = 4_000
_FOREMOST = 1_000
_LIKE = 70
_COLUMNS = "e.id, e.iri, e.kind, e.label, e.facts"


class Named(NamedTuple):
    """An entity with the name by which it was found.

    Args:
        id: its number in the index.
        iri: its IRI.
        kind: one of `kg.vocabulary.ENTITIES`.
        label: its name.
        facts: the number of facts that it has a part in.
        matched: the name that was found, which may be another one.
    """

    id: int
    iri: str
    kind: str
    label: str
    facts: int
    matched: str


def best_names(
    searched: Searched, written: str, kinds: Sequence[str] = tuple(ENTITIES), most: int = 30
) -> list[Named]:
    """Return the entities that are called so, best first.

    First those with just this name, then those whose name begins so, then those with all the words
    in their name, then in other names; in each group those with most facts first.

    Args:
        searched: the index, open.
        written: a name or the beginning of one; words may be in any order.
        kinds: which kinds of entities.
        most: how many at most.
    """
    asked = terms(written)
    plain = spelled(written)
    if not asked or not plain:
        return []
    index = searched.database
    numbers = ", ".join(str(NUMBERS[kind]) for kind in kinds)
    found: dict[int, tuple[int, Named]] = {}  # how well, and by which name
    for tier, where, values in (
        (0, "n.spelled = ?", (plain,)),
        (1, "n.spelled >= ? AND n.spelled < ?", (plain, plain + _LAST)),
    ):
        rows = index.execute(
            f"SELECT {_COLUMNS}, n.name, n.label FROM"
            f" (SELECT * FROM name n WHERE {where} LIMIT {_SCANNED}) n"
            f" JOIN entity e ON e.id = n.entity WHERE e.kind IN ({numbers})"
            f" ORDER BY e.facts DESC, e.id LIMIT ?",
            (*values, 2 * most),
        )
        for entity, iri, kind, label, facts, name, is_label in rows:
            # The label is the better reason for the same entity.
            well = 2 * tier + (0 if is_label else 1)
            known = found.get(entity)
            if known is None or (well, name) < (known[0], known[1].matched):
                found[entity] = (well, Named(entity, iri, KINDS[kind], label, facts, name))
    marks = " OR ".join(f"k{NUMBERS[kind]}" for kind in kinds)
    for well, columns in ((4, "label"), (5, "{label others}")):
        if len(found) >= most:  # what comes now would come after all of these
            break
        rows = index.execute(
            f"SELECT {_COLUMNS} FROM"
            f" (SELECT rowid AS id FROM named WHERE named MATCH ? LIMIT {_SCANNED}) m"
            " JOIN entity e ON e.id = m.id ORDER BY e.facts DESC, e.id LIMIT ?",
            (f"{columns} : ({expression(asked)}) AND marks : ({marks})", most),
        )
        for entity, iri, kind, label, facts in rows:
            if entity not in found:
                found[entity] = (well, Named(entity, iri, KINDS[kind], label, facts, label))
    return [named for _, named in sorted(found.values(), key=_rank)[:most]]


def _rank(one: tuple[int, Named]) -> tuple[int, int, int, str, str]:
    well, named = one
    return well, -named.facts, len(named.label), named.label, named.iri


def bearing(searched: Searched, written: str, kinds: Iterable[str]) -> list[Named]:
    """Return the entities with just this name or alias, in whatever case and accents.

    Where some have it exactly as written, only these.
    """
    numbers = ", ".join(str(NUMBERS[kind]) for kind in kinds)
    rows = searched.database.execute(
        "SELECT e.id, e.iri, e.kind, e.label, e.facts, n.name FROM name n"
        f" JOIN entity e ON e.id = n.entity WHERE n.spelled = ? AND e.kind IN ({numbers})"
        " ORDER BY e.label, e.iri",
        (spelled(written),),
    )
    found = [
        Named(entity, iri, KINDS[kind], label, facts, name)
        for entity, iri, kind, label, facts, name in rows
    ]
    for same in (str, str.casefold):
        exact = [one for one in found if same(one.matched) == same(written.strip())]
        if exact:
            return exact
    return found


def foremost(searched: Searched, kinds: Iterable[str], most: int) -> list[Named]:
    """Return the entities with most facts about them, those of no report left out."""
    rows = searched.database.execute(
        "SELECT e.id, e.iri, e.kind, e.label, e.facts, e.label FROM"
        f" ({_foremost(kinds)}) m JOIN entity e ON e.id = m.id WHERE e.reports > 0"
        " ORDER BY e.facts DESC, e.label, e.iri LIMIT ?",
        (most,),
    )
    return [
        Named(entity, iri, KINDS[kind], label, facts, name)
        for entity, iri, kind, label, facts, name in rows
    ]


def _foremost(kinds: Iterable[str]) -> str:
    return " UNION ALL ".join(
        f"SELECT id FROM (SELECT id FROM entity WHERE kind = {NUMBERS[kind]}"
        f" ORDER BY facts DESC LIMIT {_FOREMOST})"
        for kind in kinds
    )


def like(searched: Searched, written: str, kinds: Sequence[str]) -> list[tuple[float, Named]]:
    """Return entities that are called nearly so, each with how nearly, at most 100, best first.

    Looked at are names with a word that begins with the same two letters as one of these, and
    those of the entities with most facts.
    """
    numbers = ", ".join(str(NUMBERS[kind]) for kind in kinds)
    index = searched.database
    beginnings = sorted({word[:2] for word in words(written)[:8]})
    matching = " OR ".join(f'"{word}" *' for word in beginnings)
    if not matching:
        return []
    rows = index.execute(
        "SELECT e.id, e.iri, e.kind, e.label, e.facts, n.name FROM ("
        f" SELECT rowid AS id FROM (SELECT rowid FROM named WHERE named MATCH ? LIMIT {_NEAR})"
        f" UNION {_foremost(kinds)}"
        f") m JOIN entity e ON e.id = m.id JOIN name n ON n.entity = e.id"
        f" WHERE e.kind IN ({numbers})",
        (f"{{label others}} : ({matching})",),
    ).fetchall()
    near = process.extract(
        written.casefold().strip(),
        {number: row[5].casefold() for number, row in enumerate(rows)},
        scorer=fuzz.WRatio,
        score_cutoff=_LIKE,
        limit=100,
    )
    made = []
    for _, score, number in near:
        entity, iri, kind, label, facts, name = rows[number]
        made.append((float(score), Named(entity, iri, KINDS[kind], label, facts, name)))
    return made


def entities_meant(searched: Searched, written: str) -> list[int]:
    """Return the numbers of the entities that a filter names by IRI, path, code or name."""
    text = written.strip()
    local = text.removeprefix("/").removeprefix("id/")
    for iri in (
        text,
        f"{searched.base}id/{local}",
        f"{STATE}{local.removeprefix('state/').upper()}",
        f"{TOPIC}{local.removeprefix('topic:')}",
    ):
        row = searched.database.execute("SELECT id FROM entity WHERE iri=?", (iri,)).fetchone()
        if row is not None:
            return [int(row[0])]
    return [named.id for named in bearing(searched, text, ENTITIES)][:50]


def labels_of(searched: Searched, iris: Iterable[str]) -> dict[str, str]:
    """Return what entities and articles are called, those left out that the index does not know."""
    articles = f"{searched.base}article/"
    rows = searched.database.execute(
        "SELECT e.iri, e.label FROM json_each(?1) j JOIN entity e ON e.iri = j.value"
        " WHERE e.label > ''"
        " UNION ALL SELECT j.value, a.title FROM json_each(?1) j"
        " JOIN article a ON a.key = substr(j.value, length(?2) + 1)"
        " WHERE substr(j.value, 1, length(?2)) = ?2 AND a.title > ''",
        (json.dumps(list(iris)), articles),
    )
    return dict(rows.fetchall())


def label_of(searched: Searched, iri: str) -> str:
    """Return what an entity is called, or nothing where the index does not know it."""
    row = searched.database.execute("SELECT label FROM entity WHERE iri = ?", (iri,)).fetchone()
    return "" if row is None else str(row[0])
