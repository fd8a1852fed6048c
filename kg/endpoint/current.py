"""What the application at hand serves, how it was set up, and who answers its queries."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request

from kg.endpoint.answering import Answering
from kg.endpoint.execute import Answer, Question
from kg.endpoint.settings import Settings
from kg.endpoint.workers.pool import Pool
from kg.endpoint.workers.running import Client
from kg.monitoring.notes import Notes, notes_of
from kg.store import Store

LEFT = "kg.left"
"""Where a WSGI environment has a `kg.endpoint.workers.left.Left`, if its query began before."""


def install(app: Flask, store: Store, settings: Settings, program: str | None = None) -> None:
    """Tell an application what it serves.

    Args:
        app: the application.
        store: the store.
        settings: the settings.
        program: the module of the process that workers are forked from; None takes the usual one.
    """
    app.extensions["kg.store"] = store
    app.extensions["kg.settings"] = settings
    app.extensions["kg.pool"] = pool_for(store, settings, program)


def pool_for(store: Store, settings: Settings, program: str | None) -> Answering:
    """Return what answers the queries of an application: its workers, or a remote engine."""
    if store.remote:
        from kg.endpoint.remote import RemoteEngine
        from kg.store.remote.store import RemoteStore

        assert isinstance(store, RemoteStore)
        return RemoteEngine(store, settings)
    return Pool(store, settings, program) if program else Pool(store, settings)


def current_store() -> Store:
    """Return the store that the application serves."""
    store: Store = current_app.extensions["kg.store"]
    return store


def current_settings() -> Settings:
    """Return the settings of the application."""
    settings: Settings = current_app.extensions["kg.settings"]
    return settings


def current_pool() -> Answering:
    """Return what answers the application's queries."""
    return pool_of(current_app)


def pool_of(app: Flask) -> Answering:
    """Return what answers an application's queries."""
    pool: Answering = app.extensions["kg.pool"]
    return pool


@dataclass(frozen=True)
class Asking:
    """An `Engine` for one request: its queries stop when its client goes away.

    Args:
        pool: what answers them.
        client: who asks.
        notes: where the queries are noted.
    """

    pool: Answering
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
    return engine_for(request.environ, current_pool())


def engine_for(environ: dict[str, Any], pool: Answering) -> Asking:
    """Return what answers the queries of a request.

    Args:
        environ: its WSGI environment.
        pool: what answers them.
    """
    return Asking(pool, client_of(environ, pool.settings.proxies), notes_of(environ))


def current_client() -> Client:
    """Return who sent the request at hand."""
    return client_of(request.environ, current_settings().proxies)


def client_of(environ: dict[str, Any], proxies: int) -> Client:
    """Return who sent a request.

    Args:
        environ: its WSGI environment.
        proxies: how many proxies in front are known.
    """
    connection = environ.get("gunicorn.socket")
    return Client(
        None if connection is None else connection.fileno(),
        environ.get("SERVER_PROTOCOL") == "HTTP/1.0",
        _address(environ, proxies),
        environ.get(LEFT),
    )


def _address(environ: dict[str, Any], proxies: int) -> str:
    """Return who asks: the connection's address, or what the outermost known proxy saw."""
    hops = str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if 0 < proxies <= len(hops) and hops[-proxies].strip():
        return hops[-proxies].strip()
    return str(environ.get("REMOTE_ADDR", ""))
