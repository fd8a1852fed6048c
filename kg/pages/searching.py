"""What searches the store that the application serves."""

from __future__ import annotations

from flask import current_app

from kg.search.searcher import Searcher


def searcher() -> Searcher:
    """Return what searches the application's store."""
    found: Searcher = current_app.extensions["kg.search"]
    return found
