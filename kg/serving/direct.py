"""Queries to ``/sparql``, answered before the web framework sees them.

Most requests to an endpoint are short queries, for which Flask takes longer than the engine does.
So a plain query is read, answered and sent here, by the same functions that the Flask route
calls. Whatever is anything else, or does not fit the protocol, is handed on untouched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from io import BytesIO
from typing import Any

from kg.endpoint.answering import Answering
from kg.endpoint.clients import engine_for
from kg.endpoint.compressing import compress_plain
from kg.endpoint.execute import Engine
from kg.endpoint.plain import Plain
from kg.endpoint.problems import failed, problem_of
from kg.endpoint.reading import Query, read
from kg.endpoint.replying import Wish, result
from kg.endpoint.settings import Settings
from kg.errors import KgError
from kg.monitoring.notes import notes_of
from kg.serving.headers import DATA
from kg.store import Store

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

_PATHS = ("/sparql", "/sparql/")
_LONGEST = 1024 * 1024  # bytes of a body that is read here
PHRASES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
"""What a status line says of each status."""


class Direct:
    """A WSGI application that answers queries, and hands all else on.

    Args:
        following: to whom it is handed.
        store: the store.
        settings: the settings.
        pool: what answers queries.
    """

    def __init__(self, following: Wsgi, store: Store, settings: Settings, pool: Answering) -> None:
        self._following, self._store, self._pool = following, store, pool
        self._union = not settings.strict_dataset

    def __call__(self, environ: dict[str, Any], start: Any, /) -> Iterable[bytes]:
        """Answer a request."""
        path = environ["PATH_INFO"]
        query = _query(environ) if path in _PATHS and not environ.get("SCRIPT_NAME") else None
        if query is None:
            return self._following(environ, start)
        notes_of(environ).route = path
        try:
            engine = engine_for(environ, self._pool)
            plain = answered(self._store, engine, query, environ, union=self._union)
        except Exception:
            plain = with_headers(failed().plain())
        start(PHRASES[plain.status], list(plain.headers.items()))
        return _Body(plain)


def answered(
    store: Store, engine: Engine, query: Query, environ: Mapping[str, Any], *, union: bool
) -> Plain:
    """Answer a query, or say what is wrong with it; the answer has all its headers.

    Args:
        store: the store.
        engine: what answers queries to it.
        query: the query.
        environ: method, protocol and headers of the request, as in a WSGI environment.
        union: whether the default graph is the union of all graphs where no dataset is named.
    """
    wish = Wish(
        environ["REQUEST_METHOD"],
        environ.get("HTTP_ACCEPT"),
        environ.get("HTTP_IF_NONE_MATCH"),
    )
    try:
        plain = result(
            store, engine, wish, query.text, query.dataset, named=query.format, union=union
        )
    except KgError as error:
        plain = problem_of(error).plain()
    compress_plain(plain, environ)
    return with_headers(plain)


def with_headers(plain: Plain) -> Plain:
    """Give an answer the headers that all have."""
    plain.headers = {**DATA, **plain.headers}
    return plain


def _query(environ: dict[str, Any]) -> Query | None:
    """Return the query that a request asks, where it is a plain one; leave its body readable."""
    method = environ["REQUEST_METHOD"]
    if method == "GET":
        body = b""
    elif method == "POST":
        length = environ.get("CONTENT_LENGTH", "")
        if not (length.isascii() and length.isdecimal() and int(length) <= _LONGEST):
            return None
        try:
            body = environ["wsgi.input"].read(int(length))
        except KgError:
            return None  # it broke off, and who is next finds that out too
        environ["wsgi.input"] = BytesIO(body)
    else:
        return None
    try:
        asked = read(
            method,
            environ.get("QUERY_STRING", "").encode("latin-1"),
            environ.get("CONTENT_TYPE"),
            lambda: body,
        )
    except KgError:
        return None  # who is next says so
    return asked if isinstance(asked, Query) else None


class _Body:
    """The body of an answer; what it comes from is freed at its end, and when it is closed."""

    def __init__(self, plain: Plain) -> None:
        self._plain = plain

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._plain.body)

    def close(self) -> None:
        """Free it."""
        close = getattr(self._plain.body, "close", None)
        if close is not None:
            close()
        self._plain.close()
