"""What the application at hand serves, and how it was set up."""

from __future__ import annotations

from flask import Flask, current_app

from kg.endpoint.settings import Settings
from kg.store import Store


def install(app: Flask, store: Store, settings: Settings) -> None:
    """Tell an application what it serves."""
    app.extensions["kg.store"] = store
    app.extensions["kg.settings"] = settings


def current_store() -> Store:
    """Return the store that the application serves."""
    store: Store = current_app.extensions["kg.store"]
    return store


def current_settings() -> Settings:
    """Return the settings of the application."""
    settings: Settings = current_app.extensions["kg.settings"]
    return settings
