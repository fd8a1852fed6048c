"""What the application at hand serves, how it was set up, and who answers its queries."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app, request

from kg.endpoint.execute import Answer, Question
from kg.endpoint.settings import Settings
from kg.endpoint.workers.pool import Pool
from kg.endpoint.workers.running import Client
from kg.monitoring.notes import Notes, notes_of
from kg.store import Store


def install(app: Flask, store: Store, settings: Settings) -> None:
    """Tell an application what it serves."""
    app.extensions["kg.store"] = store
    app.extensions["kg.settings"] = settings
    app.extensions["kg.pool"] = pool_for(store, settings)


def pool_for(store: Store, settings: Settings) -> Pool:
    """Return what answers the queries of an application: its workers, or a remote engine."""
    if store.remote:
        from kg.endpoint.remote import RemoteEngine
        from kg.store.remote.store import RemoteStore

        # It has what is used of the workers.
        return cast(Pool, RemoteEngine(cast(RemoteStore, store), settings))
    return Pool(store, settings)


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
    return pool_of(current_app)


def pool_of(app: Flask) -> Pool:
    """Return the workers that answer an application's queries."""
    pool: Pool = app.extensions["kg.pool"]
    return pool


@dataclass(frozen=True)
class Asking:
    """An `Engine` for one request: its queries stop when its client goes away.

    Args:
        pool: the workers.
        client: who asks.
        notes: where the queries are noted.
    """

    pool: Pool
    client: Client
    notes: Notes

    def ask(self, question: Question) -> Answer:
        """Answer a question from the current revision."""
        with self.notes.asking(question.text) as noted:
            given = self.pool.ask(question, self.client)
            noted.revision, noted.rows = given.revision, given.rows
            if given.length is not None:  # else it is still being made
                noted.seconds = time.monotonic() - noted.began
            return given


def current_engine() -> Asking:
    """Return what answers the queries of the request at hand."""
    connection = request.environ.get("gunicorn.socket")
    return Asking(
        current_pool(),
        Client(
            None if connection is None else connection.fileno(),
            request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0",
        ),
        notes_of(request.environ),
    )
