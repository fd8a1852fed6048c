"""What the application at hand serves, how it was set up, and who answers its queries."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request

from kg.endpoint.execute import Answer, Question
from kg.endpoint.settings import Settings
from kg.endpoint.workers.pool import Pool
from kg.endpoint.workers.running import Client
from kg.store import Store


def install(app: Flask, store: Store, settings: Settings) -> None:
    """Tell an application what it serves."""
    app.extensions["kg.store"] = store
    app.extensions["kg.settings"] = settings
    app.extensions["kg.pool"] = Pool(store, settings)


def current_store() -> Store:
    """Return the store that the application serves."""
    store: Store = current_app.extensions["kg.store"]
    return store


def current_settings() -> Settings:
    """Return the settings of the application."""
    settings: Settings = current_app.extensions["kg.settings"]
    return settings


def current_pool() -> Pool:
    """Return the workers that answer the application's queries."""
    pool: Pool = current_app.extensions["kg.pool"]
    return pool


@dataclass(frozen=True)
class Asking:
    """An `Engine` for one request: its queries stop when its client goes away."""

    pool: Pool
    client: Client

    def ask(self, question: Question) -> Answer:
        """Answer a question from the current revision."""
        return self.pool.ask(question, self.client)


def current_engine() -> Asking:
    """Return what answers the queries of the request at hand."""
    connection = request.environ.get("gunicorn.socket")
    return Asking(
        current_pool(),
        Client(
            None if connection is None else connection.fileno(),
            request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0",
        ),
    )
