"""The headers that keep pages safe, whatever the data holds."""

from __future__ import annotations

import re
import secrets

from flask import Response, g, request

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


_HASHED = re.compile(r"-[A-Z0-9]{8}\.\w+$")
_FOREVER = "public, max-age=31536000, immutable"


def nonce() -> str:
    """Return this response's nonce, for the styles that the editor makes as it runs."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def keep_assets(response: Response) -> Response:
    """Let browsers keep what never changes: files that have the digest of their content in names.

    All else of the pages is asked for again each time, since the graph may have changed.
    """
    if request.endpoint == "pages.static":
        hashed = _HASHED.search(request.path)
        response.headers["Cache-Control"] = _FOREVER if hashed else "no-cache"
    else:
        response.headers.setdefault("Cache-Control", "no-cache")
    return response


def protect(response: Response) -> Response:
    """Set the security headers on a response of the pages.

    No inline script, no inline style attribute in markup, nothing from another host, no frame
    (CSP level 3); other sites learn nothing of where a reader came from.
    """
    response.headers["Content-Security-Policy"] = _POLICY.format(nonce=nonce())
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    return response
