"""Errors on their way between processes: as plain data, and back as the error they were."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from typing import Any

from kg.endpoint.depth import RefusedError
from kg.endpoint.engine import TooLargeError
from kg.endpoint.problems import ProblemError
from kg.errors import (
    DiskFullError,
    KgError,
    Problem,
    QueryError,
    RegistryError,
    StoreBusyError,
    StoreError,
    UnknownNameError,
)

_QUERY = ("message", "remedy", "line", "column")
_KINDS: dict[str, tuple[type[KgError], tuple[str, ...]]] = {
    "problem": (
        ProblemError,
        ("status", "name", "title", "detail", "remedy", "headers", "members"),
    ),
    "too-large": (TooLargeError, _QUERY),
    "refused": (RefusedError, _QUERY),
    "query": (QueryError, _QUERY),
    "busy": (StoreBusyError, ("message", "remedy", "pid")),
    "disk-full": (DiskFullError, ("message", "remedy")),
    "store": (StoreError, ("message", "remedy")),
    "unknown-name": (UnknownNameError, ("kind", "name", "nearest")),
    "registry": (RegistryError, ("problems",)),
}
"""Name on the way to the class and its arguments; a class stands before those it is made from."""


def as_data(error: KgError) -> dict[str, Any]:
    """Return an error of the package as what JSON can hold."""
    for name, (kind, fields) in _KINDS.items():
        if isinstance(error, kind):
            return {"class": name, **{field: _plain(getattr(error, field)) for field in fields}}
    return {"class": "other", "message": str(error)}


def as_error(data: dict[str, Any]) -> KgError:
    """Return the error that `as_data` told of."""
    known = _KINDS.get(str(data.get("class")))
    if known is None:
        return KgError(str(data.get("message", "the writer failed")))
    kind, fields = known
    values = {field: data.get(field) for field in fields}
    if kind is RegistryError:
        return RegistryError([Problem(**problem) for problem in data["problems"]])
    return kind(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value
