"""Answers in gzip, for those who take it and where it is worth it (RFC 9110, 8.4 and 12.5.3)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.endpoint.plain import Plain

if TYPE_CHECKING:
    from flask import Response

VARY = "Accept-Encoding"

LEAST = 1024
"""Bytes from which on it is worth it; what is shorter fits into one packet anyway."""

_LEVEL = 3  # half the time of the usual one, for a tenth more bytes
_TYPES = re.compile(
    r"text/|application/(?:json|xml|javascript|n-triples|n-quads|trig|wasm|[a-z0-9.-]+\+(?:json|xml))"
    r"|image/svg\+xml"
)
_CODING = re.compile(r"\s*([\w*-]+)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")


def takes_gzip(header: str | None) -> bool:
    """Tell whether a client wants gzip at least as much as nothing.

    Args:
        header: Accept-Encoding; None or empty wants none.
    """
    wanted: dict[str, float] = {}
    for part in (header or "").split(","):
        match = _CODING.fullmatch(part)
        if match is not None:
            wanted[match[1].lower()] = float(match[2]) if match[2] else 1.0
    gzip = wanted.get("gzip", wanted.get("x-gzip", wanted.get("*", 0.0)))
    return gzip > 0 and gzip >= wanted.get("identity", 0.0)


def compress(response: Response, environ: Mapping[str, Any]) -> Response:
    """Compress a response as it is sent; small ones and those that are packed stay as they are.

    A stream that breaks off does so compressed too: its last bytes are missing.

    Args:
        response: the response.
        environ: the WSGI environment of the request.
    """
    headers = response.headers
    if "Content-Encoding" in headers or not _is_worth_it(
        response.status_code, response.content_length, response.mimetype
    ):
        return response
    response.vary.add(VARY)
    if not _is_wanted(environ):
        return response
    body: Iterable[bytes] = response.response  # type: ignore[assignment] # no text is given
    close = getattr(body, "close", None)
    if close is not None:
        response.call_on_close(close)
    response.response = _packed(body)
    headers["Content-Encoding"] = "gzip"
    headers.pop("Content-Length", None)
    headers.pop("Accept-Ranges", None)
    tag = headers.get("ETag")
    if tag is not None:
        headers["ETag"] = _weak(tag)
    return response


def compress_plain(plain: Plain, environ: Mapping[str, Any]) -> None:
    """Compress an answer as `compress` does.

    Args:
        plain: the answer.
        environ: the WSGI environment of the request.
    """
    headers = plain.headers
    length = headers.get("Content-Length")
    kind = headers.get("Content-Type", "").partition(";")[0]
    if not _is_worth_it(plain.status, None if length is None else int(length), kind):
        return
    vary = headers.get("Vary")
    headers["Vary"] = f"{vary}, {VARY}" if vary else VARY
    if _is_wanted(environ):
        plain.body = _packed(plain.body)
        headers["Content-Encoding"] = "gzip"
        headers.pop("Content-Length", None)
        if "ETag" in headers:
            headers["ETag"] = _weak(headers["ETag"])


def _is_worth_it(status: int, length: int | None, kind: str | None) -> bool:
    return (
        status == 200
        and (length is None or length >= LEAST)
        and _TYPES.match(kind or "") is not None
    )


def _is_wanted(environ: Mapping[str, Any]) -> bool:
    # A client of HTTP/1.0 needs a length, which is not known before all is compressed.
    return environ.get("SERVER_PROTOCOL") != "HTTP/1.0" and takes_gzip(
        environ.get("HTTP_ACCEPT_ENCODING")
    )


def _weak(tag: str) -> str:
    return tag if tag.startswith("W/") else f"W/{tag}"  # other bytes, the same content


def _packed(body: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(_LEVEL, wbits=31)
    for piece in body:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()
