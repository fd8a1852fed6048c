"""The headers that every answer has."""

from __future__ import annotations

from collections.abc import Mapping

ALL: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Those of pages too, which set a policy of their own."""

DATA: Mapping[str, str] = {
    **ALL,
    # Data may be read by the scripts of any page (CORS), without credentials.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, KG-Revision, Retry-After",
}
"""Those of data."""
