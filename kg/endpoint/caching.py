"""Answers that need not be given twice: entity tags, and 304 for what a client has already.

An answer is a function of the store's revision and of what was asked, so its tag is made of
these and known before the query runs. Queries that ask the clock, chance or new blank nodes have
none (SPARQL 1.1 Query, 17.4.2.9, 17.4.2.12, 17.4.3 and 17.4.5.1).
"""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

import kg
from kg.endpoint.plain import Plain
from kg.endpoint.tokens import Kind, tokenize
from kg.errors import QueryError
from kg.store import Store

if TYPE_CHECKING:
    from flask import Response

_CHANGING = ("NOW", "RAND", "UUID", "BNODE")  # and STRUUID, which has UUID in it
_NAMED = re.compile("|".join(_CHANGING), re.IGNORECASE)
_LONGEST = 65_536  # characters that are looked at closely
_PROGRAMS = (kg.__version__, ox.__version__)
_TAG = re.compile(r'(?:W/)?"([^"]*)"')


def changes(query: str) -> bool:
    """Tell whether a query can have another answer each time, over the same revision.

    Oxigraph wants no space after a keyword, so a name inside a word counts; in a string, a
    comment or an IRI it does not. Where letters are written as code points it is not looked
    further.
    """
    if "\\u" in query or "\\U" in query:
        return True
    upper = query.upper()
    if not any(name in upper for name in _CHANGING):
        return False
    if len(query) > _LONGEST:
        return True
    try:
        words = [token.text for token in tokenize(query) if token.kind in (Kind.WORD, Kind.PNAME)]
    except QueryError:
        return True
    return any(_NAMED.search(word.partition(":")[0]) for word in words)


@dataclass(frozen=True)
class Validator:
    """What tells whether the answer that a client has still holds.

    Args:
        store: the store that is asked.
        asked: all that the answer's bytes depend on, beside the store: strings, numbers, and
            tuples and lists of them.
    """

    store: Store
    asked: tuple[object, ...]

    def tag(self, revision: int) -> str:
        """Return the entity tag of the answer from a revision (RFC 9110, 8.8.3).

        It is a weak one: compressed or not, the answer is the same. Another store has other
        tags, even when it stands where this one stood and is at the same revision.
        """
        if self.store.remote:
            # Others may write there without our seeing it: no answer is known to hold still.
            return f'W/"{uuid.uuid4()}"'
        told = (revision, *_PROGRAMS, *_made(self.store, revision), *self.asked)
        digest = hashlib.sha256(repr(told).encode("utf-8", "surrogatepass"))
        return f'W/"{revision}-{digest.hexdigest()[:32]}"'

    def known(self, header: str | None) -> int | None:
        """Return the revision where a client has the current answer, or None.

        Args:
            header: If-None-Match; ``*`` is left to be found out by asking.
        """
        if not header or header.strip() == "*":
            return None
        revision = self.store.revision
        return revision if has(header, self.tag(revision)) else None

    def unchanged(self, header: str | None, *, vary: str) -> Response | None:
        """Return the answer to a client that has the current one, or None.

        Args:
            header: If-None-Match.
            vary: the header of that name.
        """
        revision = self.known(header)
        if revision is None:
            return None
        return not_modified(self.tag(revision), revision, vary).response()


@lru_cache(4)
def _made(store: Store, revision: int) -> tuple[int, int]:
    """Return what tells a store from others; its revisions are read from the same one."""
    made = store.layout.description.stat()
    return made.st_ino, made.st_ctime_ns


def has(header: str | None, tag: str) -> bool:
    """Tell whether If-None-Match names a tag, by the weak comparison (RFC 9110, 13.1.2)."""
    if not header:
        return False
    if header.strip() == "*":
        return True
    return _opaque(tag) in {match[1] for match in _TAG.finditer(header)}


def _opaque(tag: str) -> str:
    return tag.removeprefix("W/").strip('"')


def not_modified(tag: str, revision: int, vary: str) -> Plain:
    """Return the answer that has no body, since the client has it (RFC 9110, 15.4.5)."""
    headers = {
        "ETag": tag,
        "Vary": vary,
        "Cache-Control": "no-cache",
        "KG-Revision": str(revision),
    }
    return Plain(304, headers)
