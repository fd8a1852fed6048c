"""Queries that differ in their IRIs alone are looked at once: a program asks the same again.

What the fence in `kg.endpoint.guard` finds depends on an IRI in angle brackets only through where
it stands and through a few characters in it. So each IRI without such characters is replaced by
one and the same, and what was found for that text holds for all texts that become it.

It holds wherever the replaced characters stand. Outside of strings and comments they are one
token, as no other reading begins with ``<`` and no longer one can; inside they have neither a
quote nor the end of a line nor a backslash, so the string or the comment ends where it ended.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kg.endpoint.guard import Form, examine
from kg.errors import QueryError

_PLAIN = re.compile(r"<https?://[A-Za-z0-9._~:/?=&%+-]*>")
_SAME = "<http://a/>"
_LONGEST = 4096  # characters of a query that is kept
_KEPT = 512  # of them


@dataclass(frozen=True)
class Looked:
    """What must be known of a query before it runs.

    Args:
        form: what it asks for.
        names_dataset: whether it has FROM or FROM NAMED.
    """

    form: Form
    names_dataset: bool


def look(text: str) -> Looked:
    """Look at a query without running it.

    Raises:
        QueryError: as `kg.endpoint.guard.examine` does.
        RefusedError: the same.
    """
    if len(text) <= _LONGEST:
        try:
            return _looked(_PLAIN.sub(_SAME, text))
        except QueryError:
            pass  # line and column are those of the text itself
    return _looked.__wrapped__(text)


@lru_cache(_KEPT)
def _looked(text: str) -> Looked:
    examined = examine(text)
    return Looked(examined.form, examined.names_dataset)
