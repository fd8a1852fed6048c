"""Answers in gzip, for those who take it and where it is worth it (RFC 9110, 8.4 and 12.5.3)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator

from flask import Response, request

VARY = "Accept-Encoding"

_LEAST = 1024  # bytes; what is shorter fits into one packet anyway
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


def compress(response: Response) -> Response:
    """Compress a response as it is sent; small ones and those that are packed stay as they are.

    A stream that breaks off does so compressed too: its last bytes are missing.
    """
    headers = response.headers
    length = response.content_length
    if (
        response.status_code != 200
        or (length is not None and length < _LEAST)
        or "Content-Encoding" in headers
        or not _TYPES.match(response.mimetype or "")
    ):
        return response
    response.vary.add(VARY)
    # A client of HTTP/1.0 needs a length, which is not known before all is compressed.
    if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0" or not takes_gzip(
        request.headers.get("Accept-Encoding")
    ):
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
    if tag is not None and not tag.startswith("W/"):
        headers["ETag"] = f"W/{tag}"  # other bytes, the same content
    return response


def _packed(body: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(_LEVEL, wbits=31)
    for piece in body:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()
