"""Where the built browser files are, by the names that the templates use."""

from __future__ import annotations

import json
from functools import lru_cache

from flask import url_for

from kg.resources import resource


def asset(name: str) -> str | None:
    """Return the address of a browser file, or None when the browser files were not built."""
    file = _manifest().get(name)
    return url_for("pages.static", filename=file) if file else None


@lru_cache(maxsize=1)
def _manifest() -> dict[str, str]:
    """Read which file each name became; empty in a checkout that was never installed."""
    try:
        text = (resource("static") / "manifest.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    return {str(name): str(file) for name, file in json.loads(text).items()}
