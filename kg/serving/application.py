"""The web application: the endpoint and the pages over one store."""

from __future__ import annotations

from flask import Flask, Response, request

from kg.endpoint import current, description, dumps, failing, graphstore, health, protocol
from kg.endpoint.compressing import compress
from kg.endpoint.settings import MEBIBYTE, Settings
from kg.endpoint.workers.errors import Cause
from kg.monitoring.log import Log
from kg.pages import blueprint as pages
from kg.search.opening import open_searcher
from kg.search.searcher import Searcher
from kg.serving.direct import Direct
from kg.serving.headers import ALL, DATA
from kg.serving.querying import PROGRAM
from kg.store import Store
from kg.trying.extractor import OUTCOMES, Extractor


def create_app(
    store: Store,
    settings: Settings | None = None,
    log: Log | None = None,
    searcher: Searcher | None = None,
) -> Flask:
    """Make the application that serves a store.

    Args:
        store: the store; what is committed to it later is served without a restart.
        settings: limits and the token for writing; None takes them from the environment.
        log: where requests are written down; None writes none.
        searcher: searches the store; None makes one that keeps the index up to date itself.

    Returns:
        A WSGI application.
    """
    # Not before the server has said where numbers are kept (see there).
    from kg.monitoring.metrics import Metrics
    from kg.monitoring.watch import watch

    chosen = settings or Settings.from_environment()
    app = Flask("kg", static_folder=None, template_folder=None)
    # A form carries percent-encoded text, three times its length at worst.
    app.config["MAX_CONTENT_LENGTH"] = max(3 * chosen.update_bytes + MEBIBYTE, chosen.upload_bytes)
    app.url_map.strict_slashes = True
    current.install(app, store, chosen, PROGRAM)
    app.extensions["kg.search"] = searcher or open_searcher(store, chosen.copy_triples)
    failing.register(app)
    app.register_blueprint(protocol.blueprint)
    app.register_blueprint(graphstore.blueprint)
    app.register_blueprint(description.blueprint)
    app.register_blueprint(dumps.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(pages)
    app.after_request(_protect)
    app.after_request(lambda response: compress(response, request.environ))
    pool = current.pool_of(app)
    app.wsgi_app = Direct(app.wsgi_app, store, chosen, pool)  # type: ignore[method-assign,assignment]
    metrics = app.extensions["kg.metrics"] = Metrics(pool, Cause, OUTCOMES)
    app.extensions["kg.extractor"] = Extractor(store, chosen, metrics.tried)
    watch(app, metrics, log or Log())
    return app


def _protect(response: Response) -> Response:
    """Set the headers that every answer has; pages add their own policy."""
    headers = response.headers
    if response.status_code == 204:
        headers.pop("Content-Type", None)
    asked_beforehand = request.method == "OPTIONS"
    if asked_beforehand:
        _allow(response)
    given = {name.lower() for name, _ in headers}
    wanted = ALL if response.mimetype == "text/html" and not asked_beforehand else DATA
    for name, value in wanted.items():
        if name.lower() not in given:
            headers.add(name, value)
    return response


def _allow(response: Response) -> None:
    """Let scripts of any page ask beforehand, wherever there is data (CORS preflight)."""
    headers = response.headers
    headers.setdefault("Access-Control-Allow-Methods", headers.get("Allow", "GET, HEAD, OPTIONS"))
    headers.setdefault("Access-Control-Allow-Headers", "Accept, If-None-Match")
    headers.setdefault("Access-Control-Max-Age", "86400")
