"""Named queries: questions that people ask, as SPARQL files with typed parameters.

The library is the folder ``queries/``; a file there needs no code. Use :func:`load_queries`, and
``labels_of`` for a resolver of names on a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kg.errors import UnknownNameError
from kg.nearest import nearest
from kg.queries.header import HeaderError, parse_query, read_query
from kg.queries.labels import Candidate, Found, GraphLabels, ResolveLabel, labels_of
from kg.queries.named import Column, NamedQuery, Parameter
from kg.queries.parameters import TYPES, ParameterType
from kg.resources import resource

__all__ = [
    "TYPES",
    "Candidate",
    "Column",
    "Found",
    "GraphLabels",
    "HeaderError",
    "NamedQuery",
    "Parameter",
    "ParameterType",
    "ResolveLabel",
    "find_query",
    "labels_of",
    "load_queries",
    "parse_query",
    "read_query",
]


def load_queries(folder: Path | None = None) -> dict[str, NamedQuery]:
    """Return the queries of a folder by name, in the order of their names.

    Args:
        folder: where the ``.rq`` files are; by default the package's own.

    Raises:
        HeaderError: a file is malformed.
    """
    files = sorted((folder or resource("queries")).glob("*.rq"))
    return {path.stem: read_query(path) for path in files}


def find_query(name: str, queries: Mapping[str, NamedQuery]) -> NamedQuery:
    """Return a query by its name.

    Raises:
        UnknownNameError: there is none of that name; the nearest is suggested.
    """
    if name in queries:
        return queries[name]
    near = nearest(name, queries)
    if near:
        raise UnknownNameError("query", name, [near])
    raise UnknownNameError("query", name, remedy="run 'kg query --list' for those there are")
