"""The headers that every answer has."""

from __future__ import annotations

from collections.abc import Mapping

_BOTH = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}

ALL: Mapping[str, str] = {**_BOTH, "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY"}
"""Those of pages, which set a policy of their own."""

DATA: Mapping[str, str] = {
    **_BOTH,
    # Data may be read by the scripts of any page (CORS), without credentials.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, KG-Revision, Retry-After",
}
"""Those of data: fewer, as clients take longer for a header than a small query takes for a row.

What a page of old browsers needs beside the policy is not among them, since data has no links and
the policy forbids frames already.
"""
