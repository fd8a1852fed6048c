"""Event tables for tests: invented rows in the form of GDELT 2.0 Events, 61 columns each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kg.endpoint.writer.tables import opening
from kg.events.columns import gdelt
from kg.events.files import find_tables
from kg.events.loading import EventSummary, load_events
from kg.store import Store

# Number of each column, from 1, by the codebook's name for it.
COLUMNS = {
    "GLOBALEVENTID": 1, "SQLDATE": 2, "Actor1Code": 6, "Actor1Name": 7, "Actor1CountryCode": 8,
    "Actor2Code": 16, "Actor2Name": 17, "Actor2CountryCode": 18, "EventCode": 27,
    "EventBaseCode": 28, "EventRootCode": 29, "GoldsteinScale": 31, "NumMentions": 32,
    "AvgTone": 35, "ActionGeo_FullName": 53, "ActionGeo_CountryCode": 54, "ActionGeo_Lat": 57,
    "ActionGeo_Long": 58, "ActionGeo_FeatureID": 59, "DATEADDED": 60, "SOURCEURL": 61,
}  # fmt: skip
_USUAL = {
    "SQLDATE": "20310512", "GoldsteinScale": "1.0", "NumMentions": "4", "AvgTone": "-1.5",
    "ActionGeo_FullName": "Geneva, Geneve, Switzerland", "ActionGeo_CountryCode": "SZ",
    "ActionGeo_Lat": "46.2", "ActionGeo_Long": "6.16667", "ActionGeo_FeatureID": "-2551989",
    "DATEADDED": "20310512114500", "SOURCEURL": "https://news.example.org/2031/05/12/talks",
}  # fmt: skip


def row(id: object, code: str, one: str = "", other: str = "", **values: str) -> str:
    """Return a row without its line end.

    Args:
        id: its id.
        code: its event code.
        one: code of the first actor; the first three letters are taken for its country.
        other: the same of the second.
        values: other columns by the codebook's names.
    """
    named = {"GLOBALEVENTID": str(id), "EventCode": code, "EventBaseCode": code[:3],
             "EventRootCode": code[:2], **_USUAL}  # fmt: skip
    for number, actor in (("1", one), ("2", other)):
        if actor:
            named |= {
                f"Actor{number}Code": actor,
                f"Actor{number}Name": f"{actor} NAME",
                f"Actor{number}CountryCode": actor[:3],
            }
    fields = [""] * 61
    for name, value in {**named, **values}.items():
        fields[COLUMNS[name] - 1] = value
    return "\t".join(fields)


def write(path: Path, rows: Iterable[str]) -> Path:
    """Write a table; return its path."""
    path.write_text("".join(f"{line}\n" for line in rows), encoding="utf-8")
    return path


def usual_rows() -> list[str]:
    """Return some good rows, which between them use every term of coded events."""
    return [
        row(1, "042", "USA", "FRA"),
        row(2, "043", "FRA", "USA"),
        row(3, "112", "RUSGOV", "IGOUNO", Actor2CountryCode="", SQLDATE="20300512"),
        row(4, "010", "USABUS", SOURCEURL="BBC Monitoring"),
        row(5, "190", "SYR", "TUR"),
        row(6, "040", "DEU"),
    ]


def load_table(
    store: Store, *paths: Path, all_events: bool = False, processes: int | None = None
) -> EventSummary:
    """Load tables into a store."""
    _, tables = find_tables(paths, gdelt())
    return load_events(
        store, tables, gdelt(), opening=opening, all_events=all_events, processes=processes
    )
