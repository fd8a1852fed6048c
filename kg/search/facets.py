"""How what a search found divides: by who has a part in it, by article and by year."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date

from kg.search.answers import Choice
from kg.search.kinds import NUMBERS, PARTIES
from kg.search.tables import day_of

_OFFERED = 12
_ARTICLES = 6


def parties_of(
    index: sqlite3.Connection, things: Iterable[str], chosen: Collection[int], more: bool
) -> tuple[Choice, ...]:
    """Return those who have a part in most reports.

    Args:
        index: the index.
        things: the entities of each report, a list in JSON.
        chosen: entities that are left out, since they were asked for.
        more: whether there are reports that were not looked at.
    """
    # Read as one list: a list for each would take ten times as long.
    members = ",".join(some[1:-1] for some in things if some != "[]")
    counts = Counter(json.loads(f"[{members}]"))
    choices: list[Choice] = []
    parties = {NUMBERS[kind] for kind in PARTIES}
    for entity, count in counts.most_common(4 * _OFFERED):
        if len(choices) == _OFFERED:
            break
        iri, kind, label = index.execute(
            "SELECT iri, kind, label FROM entity WHERE id=?", (entity,)
        ).fetchone()
        if kind in parties and entity not in chosen:
            choices.append(Choice(iri, label, count, more))
    return tuple(choices)


def articles_of(
    index: sqlite3.Connection, articles: Iterable[int], more: bool
) -> tuple[Choice, ...]:
    """Return the articles that have most of the reports.

    Args:
        index: the index.
        articles: the article of each report.
        more: whether there are reports that were not looked at.
    """
    choices = []
    for article, count in Counter(articles).most_common(_ARTICLES):
        key, title = index.execute(
            "SELECT key, title FROM article WHERE id=?", (article,)
        ).fetchone()
        choices.append(Choice(key, title or key, count, more))
    return tuple(choices)


def years_of(reports: Iterable[int], more: bool) -> tuple[Choice, ...]:
    """Return how reports divide by year, latest first; those without a day are left out.

    Args:
        reports: their numbers, which begin with the day.
        more: whether there are reports that were not looked at.
    """
    years: Counter[int] = Counter()
    for day, count in Counter(day_of(number) for number in reports).items():
        if day:
            years[date.fromordinal(day).year] += count
    return tuple(
        Choice(f"{year:04}", f"{year:04}", years[year], more)
        for year in sorted(years, reverse=True)
    )
