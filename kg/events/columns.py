"""Which column of a table holds what, from a YAML file; GDELT's own is ``gdelt.yaml``.

``docs/events.md`` describes the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kg.errors import Problem, ReadError
from kg.events.codes import COUNTRIES
from kg.events.days import FORMS
from kg.nearest import nearest

ROLES: Mapping[str, bool] = {
    "id": True,
    "day": True,
    "added": False,
    "code": True,
    "root": False,
    "agent": True,
    "agent_name": False,
    "agent_country": False,
    "object": True,
    "object_name": False,
    "object_country": False,
    "place": False,
    "place_country": False,
    "latitude": False,
    "longitude": False,
    "feature": False,
    "source": False,
    "mentions": False,
    "tone": False,
    "goldstein": False,
}
"""What a column can hold, and whether a table must have it."""

_DELIMITERS = {"tab": "\t", "comma": ",", "semicolon": ";", "bar": "|"}
_KEYS = ("name", "delimiter", "header", "width", "columns", "day", "added", "country", "endings")


@dataclass(frozen=True)
class Columns:
    """The form of one kind of table.

    Args:
        name: name of the kind.
        width: how many columns a row has.
        delimiter: what stands between them.
        header: whether the first line names the columns.
        places: number of each column from 0 by what it holds; ``width`` where there is none.
        day: form of days, a key of ``FORMS``.
        added: form of the moment of entry.
        country: how the country of a place is written, a key of ``COUNTRIES``.
        endings: what files of the kind end in, in small letters, compression left out.
        digest: SHA-256 of the file that this was read from.
    """

    name: str
    width: int
    delimiter: str
    header: bool
    places: Mapping[str, int]
    day: str
    added: str
    country: str
    endings: tuple[str, ...]
    digest: str

    def has(self, role: str) -> bool:
        """Tell whether the table has a column for something."""
        return self.places[role] < self.width


def gdelt() -> Columns:
    """Return the form of GDELT 2.0 Events."""
    return read_columns(Path(__file__).with_name("gdelt.yaml"))


def read_columns(path: Path) -> Columns:
    """Read the description of a kind of table.

    Raises:
        ReadError: it cannot be read, or says what cannot be.
    """
    try:
        data = path.read_bytes()
        record = yaml.safe_load(data)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(getattr(error, "strerror", None) or error).split())
        raise ReadError(str(path), f"cannot be read: {reason}", "correct the file") from None
    try:
        return _columns(record, hashlib.sha256(data).hexdigest())
    except _WrongError as error:
        raise ReadError(str(path), error.problem.message, error.problem.remedy) from None


class _WrongError(ValueError):
    def __init__(self, message: str, remedy: str) -> None:
        self.problem = Problem(message, remedy)


def _columns(record: Any, digest: str) -> Columns:
    if not isinstance(record, dict):
        raise _WrongError("describes no table", f"give the keys {', '.join(_KEYS)}")
    for key in record:
        _known("key", key, _KEYS)
    columns = record.get("columns")
    if not isinstance(columns, dict):
        raise _WrongError("has no columns", "say under 'columns' which column holds what")
    width = record.get("width")
    if not isinstance(width, int) or isinstance(width, bool) or width < 1:
        raise _WrongError("has no width", "say under 'width' how many columns a row has")
    places = dict.fromkeys(ROLES, width)
    for role, number in columns.items():
        _known("column", role, tuple(ROLES))
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= width:
            raise _WrongError(
                f"columns.{role} is {number!r}", f"give the column's number, from 1 to {width}"
            )
        places[role] = number - 1
    missing = [role for role, wanted in ROLES.items() if wanted and role not in columns]
    if missing:
        raise _WrongError(f"columns lacks {', '.join(missing)}", "each table must have these")
    header = record.get("header", False)
    if not isinstance(header, bool):
        raise _WrongError(f"header is {header!r}", "write true or false")
    endings = record.get("endings", [])
    if not isinstance(endings, list) or not all(isinstance(item, str) for item in endings):
        raise _WrongError(f"endings is {endings!r}", "give a list of file name endings")
    return Columns(
        name=str(record.get("name", "table")),
        width=width,
        delimiter=_DELIMITERS[_choice(record, "delimiter", tuple(_DELIMITERS), "tab")],
        header=header,
        places=places,
        day=_choice(record, "day", tuple(FORMS), "YYYY-MM-DD"),
        added=_choice(record, "added", tuple(FORMS), "YYYY-MM-DD"),
        country=_choice(record, "country", tuple(COUNTRIES), "alpha3"),
        endings=tuple(item.casefold() for item in endings),
        digest=digest,
    )


def _choice(record: dict[str, Any], key: str, choices: tuple[str, ...], default: str) -> str:
    value = record.get(key, default)
    if value not in choices:
        raise _WrongError(f"{key} is {value!r}", f"there are: {', '.join(choices)}")
    return str(value)


def _known(what: str, name: object, choices: tuple[str, ...]) -> None:
    if name not in choices:
        near = nearest(str(name), choices)
        hint = f"did you mean {near!r}? " if near else ""
        raise _WrongError(f"unknown {what} {name!r}", f"{hint}there are: {', '.join(choices)}")
