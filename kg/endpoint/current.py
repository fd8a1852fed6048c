"""What the application at hand serves, how it was set up, and who answers its queries."""

from __future__ import annotations

from flask import Flask, current_app, request

from kg.endpoint.answering import Answering
from kg.endpoint.clients import Asking, client_of, engine_for
from kg.endpoint.settings import Settings
from kg.endpoint.workers.pool import Pool
from kg.endpoint.workers.running import Client
from kg.store import Store


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


def current_engine() -> Asking:
    """Return what answers the queries of the request at hand."""
    return engine_for(request.environ, current_pool())


def current_client() -> Client:
    """Return who sent the request at hand."""
    return client_of(request.environ, current_settings().proxies)
