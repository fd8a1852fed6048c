"""What single engines do otherwise than the standard, as far as our data meets it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from tempfile import SpooledTemporaryFile
from typing import IO

_MEMORY = 8 * 1024 * 1024

OWN_GRAPHS = frozenset(
    (
        "http://www.openlinksw.com/schemas/virtrdf#",
        "http://www.w3.org/ns/ldp#",
        "http://localuriqaserver/sparql",
        "urn:activitystreams-owl:map",
        "urn:core:services:sparql",
    )
)
"""Graphs that Virtuoso keeps for itself; they are no part of a store."""

CUT_OFF = "x-sparql-maxrows"
"""Virtuoso's header on a SELECT result that it ended at its limit of rows (ResultSetMaxRows)."""

PARTIAL = "x-sql-state"
"""Virtuoso's header on a result that it ended when the time was up."""

_BOOLEAN = re.compile(
    rb'("datatype"\s*:\s*"http://www\.w3\.org/2001/XMLSchema#boolean"\s*,\s*"value"\s*:\s*")([01])"'
)


def is_virtuoso(headers: Mapping[str, str]) -> bool:
    """Tell whether an answer is Virtuoso's."""
    return headers.get("server", "").startswith("Virtuoso")


def with_true_and_false(rows: IO[bytes]) -> IO[bytes]:
    """Return a JSON result with booleans in their canonical form; Virtuoso writes 1 and 0.

    The pattern has quotes that are not escaped, so it cannot stand inside a value. Virtuoso
    writes a row a line.

    Args:
        rows: the result; it is closed.
    """
    written: IO[bytes] = SpooledTemporaryFile(_MEMORY)  # noqa: SIM115 - closed by its reader
    with rows:
        for line in rows:
            if b"#boolean" in line:
                line = _BOOLEAN.sub(_canonical, line)
            written.write(line)
    written.seek(0)
    return written


def _canonical(found: re.Match[bytes]) -> bytes:
    return found[1] + (b"true" if found[2] == b"1" else b"false") + b'"'
