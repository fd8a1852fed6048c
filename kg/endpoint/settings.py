"""What a server may be told: limits and the token for writing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from kg.errors import KgError

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Settings:
    """Settings of the endpoint.

    Args:
        token: what a writer must send as bearer token; None refuses every write.
        query_bytes: longest query taken, in bytes of UTF-8.
        update_bytes: longest update taken.
        result_bytes: longest result given; a longer one is an error, never cut off.
        result_rows: most rows or triples of a result; None for any number.
        memory_bytes: how much of a result is held in memory before it goes to a temporary file.
        held_bytes: how much of a result is held back before its first byte is sent, so that an
            error in it still becomes a status.
        writer_wait: seconds that a write waits for the writer to be there.
        update_seconds: longest time that an update or an upload may take.
        upload_bytes: longest graph taken by the graph store protocol.
        writer_memory: bytes that the process which writes may use.
        query_seconds: seconds from a query's arrival to its end, waiting included.
        query_memory: bytes that one query may use in its process.
        queries: how many long queries run at once in each serving process.
        queue: how many queries wait in each serving process; further ones are turned away.
        trying: whether articles may be tried at ``/try``.
        try_bytes: longest article taken there, in bytes of UTF-8.
        try_seconds: seconds from its arrival to its end, waiting included.
        try_memory: bytes that reading one may use.
        tries: how many are read at once in each serving process; as many again may wait.
        client_queries: how many queries of one client are at work or wait at once in each
            serving process; None for any number.
        proxies: how many proxies in front add to X-Forwarded-For, so that the client is named
            there; 0 takes the address of the connection.
        strict_dataset: whether the default graph of ``/sparql`` is the graph without a name
            rather than the union of all graphs.
        copy_triples: how many triples of a remote engine are copied at most, where it answers
            queries wrongly (see `kg.endpoint.copied`).
        reads_only: whether every write is refused, since the store is another engine's.
    """

    token: str | None = None
    query_bytes: int = MEBIBYTE
    update_bytes: int = 8 * MEBIBYTE
    result_bytes: int = 4096 * MEBIBYTE
    result_rows: int | None = None
    memory_bytes: int = MEBIBYTE
    held_bytes: int = 16 * MEBIBYTE
    writer_wait: float = 5.0
    update_seconds: float = 60.0
    upload_bytes: int = 64 * MEBIBYTE
    writer_memory: int = 4096 * MEBIBYTE
    query_seconds: float = 30.0
    query_memory: int = 1024 * MEBIBYTE
    queries: int = 2
    queue: int = 20
    trying: bool = True
    try_bytes: int = 200_000
    try_seconds: float = 10.0
    try_memory: int = 512 * MEBIBYTE
    tries: int = 2
    client_queries: int | None = None
    proxies: int = 0
    strict_dataset: bool = False
    reads_only: bool = False
    copy_triples: int = 1_000_000

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Return the defaults, with what the environment says.

        ``KG_TOKEN`` is the token; ``KG_QUERY_SECONDS``, ``KG_QUERY_MEMORY`` (MiB),
        ``KG_QUERIES``, ``KG_QUEUE``, ``KG_CLIENT_QUERIES``, ``KG_RESULT_ROWS``,
        ``KG_RESULT_SIZE`` (MiB), ``KG_UPDATE_SECONDS``, ``KG_UPLOAD_SIZE`` (MiB),
        ``KG_WRITER_MEMORY`` (MiB), ``KG_TRY_SIZE`` (kB), ``KG_TRY_SECONDS``, ``KG_TRY_MEMORY``
        (MiB), ``KG_TRIES`` and ``KG_COPY_TRIPLES`` are limits; ``KG_PROXIES`` says who names the
        client.

        Args:
            environment: the variables; None takes those of this process.

        Raises:
            KgError: the token is one that no client can send, or a limit is no number.
        """
        given = os.environ if environment is None else environment
        token = given.get("KG_TOKEN", "")
        if token and not (token.isascii() and token.isprintable() and " " not in token):
            raise KgError(
                "KG_TOKEN has characters that no HTTP header can carry; "
                "use letters, digits and -._~+/= only"
            )
        defaults = cls()
        rows = given.get("KG_RESULT_ROWS", "")
        each = given.get("KG_CLIENT_QUERIES", "")
        proxies = given.get("KG_PROXIES", "")
        return cls(
            token=token or None,
            update_seconds=_number(given, "KG_UPDATE_SECONDS", defaults.update_seconds),
            upload_bytes=_mebibytes(given, "KG_UPLOAD_SIZE", defaults.upload_bytes),
            writer_memory=_mebibytes(given, "KG_WRITER_MEMORY", defaults.writer_memory),
            query_seconds=_number(given, "KG_QUERY_SECONDS", defaults.query_seconds),
            query_memory=_mebibytes(given, "KG_QUERY_MEMORY", defaults.query_memory),
            queries=_whole(given, "KG_QUERIES", defaults.queries),
            queue=_whole(given, "KG_QUEUE", defaults.queue),
            result_rows=_whole(given, "KG_RESULT_ROWS", 1) if rows else None,
            client_queries=_whole(given, "KG_CLIENT_QUERIES", 1) if each else None,
            proxies=_whole(given, "KG_PROXIES", 1) if proxies else 0,
            result_bytes=_mebibytes(given, "KG_RESULT_SIZE", defaults.result_bytes),
            copy_triples=_whole(given, "KG_COPY_TRIPLES", defaults.copy_triples),
            held_bytes=_mebibytes(given, "KG_RESULT_HELD", defaults.held_bytes),
            try_bytes=round(_number(given, "KG_TRY_SIZE", defaults.try_bytes / 1000) * 1000),
            try_seconds=_number(given, "KG_TRY_SECONDS", defaults.try_seconds),
            try_memory=_mebibytes(given, "KG_TRY_MEMORY", defaults.try_memory),
            tries=_whole(given, "KG_TRIES", defaults.tries),
        )


def _mebibytes(given: Mapping[str, str], name: str, default: int) -> int:
    return round(_number(given, name, default / MEBIBYTE) * MEBIBYTE)


def _whole(given: Mapping[str, str], name: str, default: int) -> int:
    value = _number(given, name, default)
    if value != int(value):
        raise KgError(f"{name}={given[name]} is not a whole number; write digits, such as 10")
    return int(value)


def _number(given: Mapping[str, str], name: str, default: float) -> float:
    text = given.get(name, "").strip()
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e12:
        raise KgError(f"{name}={text} is not a number above 0; write one, such as {default:g}")
    return value
