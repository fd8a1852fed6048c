"""Writing over HTTP: who may, and how a request reaches the store's writer."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from kg.endpoint.engine import DatasetClause, TooLargeError
from kg.endpoint.problems import ProblemError
from kg.endpoint.settings import Settings
from kg.endpoint.writer.client import CutOffError, NoWriterError, WriterClient
from kg.endpoint.writer.jobs import uncertain
from kg.store import Store


def authorise(header: str | None, settings: Settings) -> None:
    """Let a writer in by its bearer token (RFC 6750), compared in constant time.

    Args:
        header: the Authorization header.
        settings: they hold the token.

    Raises:
        ProblemError: 403 where there is no token to know, 401 where the right one was not sent.
    """
    if settings.reads_only:
        raise ProblemError(
            403, "read-only", "This server is read-only",
            "its store is on another SPARQL engine, to which it passes no writes on",
            "write to that engine itself, or load articles with 'kg load'",
        )  # fmt: skip
    if settings.token is None:
        raise ProblemError(
            403, "read-only", "This server is read-only",
            "writing is off, since the server was started without KG_TOKEN",
            "start it with KG_TOKEN=… and send 'Authorization: Bearer …'",
        )  # fmt: skip
    scheme, _, sent = (header or "").partition(" ")
    right = hmac.compare_digest(
        sent.strip().encode("utf-8", "surrogateescape"), settings.token.encode()
    )
    if scheme.lower() == "bearer" and right:
        return
    challenge = 'Bearer realm="diplomacy-kg"'
    if header:
        challenge += ', error="invalid_token"'
    raise ProblemError(
        401, "unauthorised", "Writing needs the token",
        "the token is not the right one" if header else "no token was sent",
        "send 'Authorization: Bearer …' with the value of the server's KG_TOKEN",
        {"WWW-Authenticate": challenge},
    )  # fmt: skip


def update(
    store: Store,
    text: str,
    using: DatasetClause | None = None,
    *,
    managed: bool = False,
    settings: Settings | None = None,
) -> int:
    """Let the writer do an update.

    The whole update is one transaction. When this returns it is on the disk, and every query
    that starts afterwards sees it.

    Args:
        store: the store.
        text: SPARQL 1.1 Update.
        using: the graphs that the request names for its WHERE clauses.
        managed: whether it may change the graphs that the loader keeps.
        settings: limits.

    Returns:
        The revision that has it.

    Raises:
        QueryError: it cannot be read.
        RefusedError: it has LOAD or SERVICE, or nests too deep.
        ProblemError: it could change managed graphs and may not, took too long or too much, or
            the engine refused it.
        StoreError: the disk refused.
    """
    limits = settings or Settings()
    body = text.encode("utf-8", "surrogatepass")
    if len(body) > limits.update_bytes:
        raise TooLargeError(
            f"the update has {len(body):,} bytes; {limits.update_bytes:,} are allowed",
            "send it in parts, or load files with 'kg load'",
        )
    chosen = using or DatasetClause()
    header = {
        "kind": "update",
        "using": chosen.default,
        "using_named": chosen.named,
        "managed": managed,
    }
    return int(ask(store, header, body, limits)["revision"])


def ask(store: Store, header: Mapping[str, Any], body: bytes, settings: Settings) -> dict[str, Any]:
    """Send a request to the store's writer and wait for its answer.

    Raises:
        KgError: what the writer said.
        ProblemError: 503, there is no writer at the moment, or it ended before it answered.
    """
    try:
        with WriterClient.connect(store, settings.writer_wait) as client:
            return client.ask({**header, "seconds": settings.update_seconds}, body)
    except NoWriterError as error:
        raise ProblemError(
            503, "no-writer", "The store cannot be written",
            "the process that writes is not there at the moment",
            "try again in a moment; 'kg serve' starts it", {"Retry-After": "2"},
        ) from error  # fmt: skip
    except CutOffError as error:
        raise uncertain() from error
