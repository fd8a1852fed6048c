"""The tables of the index, an SQLite database, and how it is opened.

A report's number begins with its day, so that the full-text table gives reports latest first, and
those of some days, without looking at others. What is counted of many reports stands in rows of
some bytes (``report``), apart from their words: a search looks at a thousand of them. All that
lists tell of a report stands in one row (``told``), with the key and title of its article, since
from a cold disk it is the number of rows that takes time.
The full-text tables hold no text; to take something out of them, what was put in is worked out
again from the rows.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg.search.documents import Passage
from kg.search.kinds import NUMBERS
from kg.search.words import RULES, spelled

FORMAT = f"3.{RULES}.{unicodedata.unidata_version}"
"""Of the tables and of the words in them; an index of another one is made anew."""

_DAY = 40
_LATEST_DAY = (1 << 22) - 1

TABLES = """
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE article(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL, published TEXT NOT NULL,
  publisher TEXT NOT NULL, passages INTEGER NOT NULL, triples INTEGER NOT NULL,
  refers TEXT NOT NULL
);
CREATE TABLE report(
  id INTEGER PRIMARY KEY, article INTEGER NOT NULL, kind INTEGER NOT NULL, date TEXT NOT NULL,
  things TEXT NOT NULL
);
CREATE INDEX report_article ON report(article);
CREATE INDEX report_kind ON report(kind, date);
CREATE TABLE told(
  id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, iri TEXT NOT NULL, label TEXT NOT NULL,
  key TEXT NOT NULL, title TEXT NOT NULL, passages TEXT NOT NULL, parts TEXT NOT NULL,
  said TEXT NOT NULL, presented TEXT NOT NULL
);
CREATE INDEX told_iri ON told(iri);
CREATE TABLE property(
  id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, triples INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE refers(
  entity INTEGER NOT NULL, property INTEGER NOT NULL, triples INTEGER NOT NULL,
  PRIMARY KEY(entity, property)
) WITHOUT ROWID;
CREATE TABLE entity(
  id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, kind INTEGER, label TEXT NOT NULL DEFAULT '',
  facts INTEGER NOT NULL DEFAULT 0, reports INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX entity_kind ON entity(kind, facts);
CREATE TABLE name(
  entity INTEGER NOT NULL, spelled TEXT NOT NULL, name TEXT NOT NULL, label INTEGER NOT NULL
);
CREATE INDEX name_spelled ON name(spelled, label);
CREATE INDEX name_entity ON name(entity);
CREATE VIRTUAL TABLE named USING fts5(
  label, others, marks, content='', columnsize=0, prefix='2 3', tokenize='ascii'
);
CREATE VIRTUAL TABLE reported USING fts5(
  label, words, marks, content='', columnsize=0, prefix='2 3', tokenize='ascii'
);
"""


def connect(path: Path, *, write: bool = False, new: bool = False) -> sqlite3.Connection:
    """Open an index; transactions are begun and ended by the caller.

    Raises:
        sqlite3.Error: it is not there, or none.
    """
    mode = "rwc" if new else "rw" if write else "ro"
    opened = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=5.0,
        check_same_thread=False,
    )  # fmt: skip
    if new:
        # Whoever makes it puts it in place when it is whole; until then it may be lost.
        opened.execute("PRAGMA journal_mode=OFF")
        opened.execute("PRAGMA synchronous=OFF")
        opened.execute("PRAGMA cache_size=-65536")
    elif not write:
        opened.execute("PRAGMA cache_size=-8192")
    else:
        opened.execute("PRAGMA journal_mode=WAL")
        opened.execute("PRAGMA synchronous=NORMAL")
    return opened


def meta(index: sqlite3.Connection, name: str) -> str:
    """Return what the index says of itself; nothing where it says nothing."""
    row = index.execute("SELECT value FROM meta WHERE name=?", (name,)).fetchone()
    return "" if row is None else str(row[0])


def set_meta(index: sqlite3.Connection, name: str, value: str) -> None:
    """Let the index say something of itself."""
    index.execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", (name, value))


def day_number(written: str) -> int:
    """Return the number of a day in ISO form; 0 for none, and for days of no calendar."""
    try:
        return date.fromisoformat(written[:10]).toordinal()
    except ValueError:
        return 0


def first_report(day: int) -> int:
    """Return the least number of a report of a day or a later one."""
    return min(day, _LATEST_DAY) << _DAY


def report_number(day: int, running: int) -> int:
    """Return the number of a report."""
    return (day << _DAY) | running


def day_of(report: int) -> int:
    """Return the number of the day under which a report is listed; 0 for none."""
    return report >> _DAY


@dataclass(frozen=True)
class Row:
    """A report as the tables have it; what is JSON there is here as it was.

    Args:
        number: its number.
        article: its article's.
        kind: its kind's.
        iri: its IRI.
        label: its title or words.
        key: its article's key.
        title: its article's title.
        date: its own day, or empty.
        passages: the words that prove it.
        things: numbers of the entities that have a part in it, and of the states they act for.
        parts: pairs of a role's and an entity's number.
        said: pairs of the place of a property in `kg.search.documents.SAID`, and its values.
        presented: an entity's number, those of the states that it acts for, and its offices.
    """

    number: int
    article: int
    kind: int
    iri: str
    label: str
    key: str
    title: str
    date: str
    passages: Iterable[Passage]
    things: Iterable[int]
    parts: Iterable[tuple[int, int]]
    said: Iterable[tuple[int, Iterable[str]]] = ()
    presented: Iterable[tuple[int, Iterable[int], Iterable[str]]] = ()


def add_report(index: sqlite3.Connection, row: Row) -> None:
    """Put a report into the tables and into the full-text table."""
    index.execute(
        "INSERT INTO report VALUES(?, ?, ?, ?, ?)",
        (row.number, row.article, row.kind, row.date, _packed(row.things)),
    )
    plain = (row.number, row.kind, row.iri, row.label, row.key, row.title)
    rest = (row.passages, row.parts, row.said, row.presented)
    index.execute(
        "INSERT INTO told VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*plain, *map(_packed, rest))
    )
    _put_report(index, "", row)


def remove_reports(index: sqlite3.Connection, article: int) -> Iterator[Row]:
    """Take an article's reports out of all tables; yield what each was."""
    rows = index.execute(
        "SELECT r.id, r.article, r.kind, t.iri, t.label, t.key, t.title, r.date,"
        " t.passages, r.things, t.parts"
        " FROM report r JOIN told t ON t.id = r.id WHERE r.article = ?",
        (article,),
    ).fetchall()
    for *plain, passages, things, parts in rows:
        row = Row(*plain, *map(json.loads, (passages, things, parts)))
        _put_report(index, "delete", row)
        index.execute("DELETE FROM told WHERE id = ?", (row.number,))
        yield row
    index.execute("DELETE FROM report WHERE article = ?", (article,))


def _packed(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _put_report(index: sqlite3.Connection, verb: str, row: Row) -> None:
    marks = [f"k{row.kind}", f"a{row.article}", *(f"e{thing}" for thing in row.things)]
    marks += [f"r{role}e{thing}" for role, thing in row.parts]
    words = " · ".join(spelled(exact) for exact, _, _ in row.passages)
    _put(index, "reported", verb, row.number, spelled(row.label), words, " ".join(marks))


def put_names(
    index: sqlite3.Connection, verb: str, entity: int, kind: str, names: Iterable[tuple[str, int]]
) -> None:
    """Put an entity's names, each with whether it is the label, into the full-text table."""
    label, others = ([name for name, is_label in names if is_label == one] for one in (1, 0))
    # The words of two names are never one phrase: this is in no word.
    _put(index, "named", verb, entity, " ".join(label), " · ".join(others), f"k{NUMBERS[kind]}")


def _put(
    index: sqlite3.Connection, table: str, verb: str, number: int, one: str, two: str, marks: str
) -> None:
    columns = "label, others, marks" if table == "named" else "label, words, marks"
    if verb:
        index.execute(
            f"INSERT INTO {table}({table}, rowid, {columns}) VALUES(?, ?, ?, ?, ?)",
            (verb, number, one, two, marks),
        )
    else:
        index.execute(
            f"INSERT INTO {table}(rowid, {columns}) VALUES(?, ?, ?, ?)", (number, one, two, marks)
        )
