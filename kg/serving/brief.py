"""Answers in one piece; those to small queries with as little work as can be.

A program that looks up one thing after the other gets answers of which only the rows, their
length and the tag differ. So the rest is made once, by the same functions as for all answers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from kg.endpoint.caching import Validator, changes
from kg.endpoint.compressing import LEAST
from kg.endpoint.engine import DatasetClause, Question
from kg.endpoint.plain import Plain
from kg.endpoint.reading import Query
from kg.endpoint.replying import kept, telling
from kg.errors import KgError
from kg.serving.direct import PHRASES, with_headers
from kg.serving.exchange import begins, in_one
from kg.serving.here import Here
from kg.store import Store

_NO_DATASET = DatasetClause()


class Reply(NamedTuple):
    """An answer as it is sent.

    Args:
        status: HTTP status.
        data: all of it.
        size: bytes of its body.
    """

    status: int
    data: bytes
    size: int


def brief(
    store: Store, engine: Here, query: Query, accept: str | None, *, union: bool
) -> Reply | None:
    """Answer a small query, as `kg.serving.direct.answered` does.

    Args:
        store: the store.
        engine: what answers it, and remembers what it found.
        query: the query.
        accept: the header Accept.
        union: whether the default graph is the union of all graphs where no dataset is named.

    Returns:
        None where it is to be answered in the general way: an error, a large result, and what is
        rarely asked for.
    """
    text = query.text
    if query.dataset or query.format is not None or changes(text):
        return None
    try:
        rows, choice = engine.find(Question(text, _NO_DATASET, accept, None, store.base, union))
    except KgError:
        return None
    if len(rows) >= LEAST or engine.revision is None:
        return None
    tag = Validator(store, (text, (), (), ["accept", accept], union)).tag(engine.revision)
    head = _head(choice.content_type, engine.revision) % (len(rows), tag.encode())
    return Reply(200, b"".join((_first(200), head, rows)), len(rows))


def whole(plain: Plain) -> Reply:
    """Return an answer in one piece, and free what it comes from."""
    body = b"".join(plain.body)
    plain.close()
    headers = {"Content-Length": str(len(body)), **plain.headers}
    return Reply(plain.status, _first(plain.status) + in_one("", headers.items(), body), len(body))


def _first(status: int) -> bytes:
    return begins((1, 1), PHRASES[status], "keep-alive").encode()


@lru_cache(64)
def _head(content_type: str, revision: int) -> bytes:
    """Return the headers of a small result, with places for its length and its tag."""
    headers = telling(content_type, revision) | {"Content-Length": "%d"} | kept("%s", fixed=True)
    return in_one("", with_headers(Plain(200, headers)).headers.items(), b"")
