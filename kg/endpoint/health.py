"""``/healthz`` and ``/metrics``: whether the server can work, and how it does."""

from __future__ import annotations

import logging
import time
from threading import Lock
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, jsonify, request

from kg.endpoint.current import current_engine, current_pool, current_settings, current_store
from kg.endpoint.problems import ProblemError
from kg.endpoint.selecting import select
from kg.endpoint.writer.client import WriterClient
from kg.errors import KgError, StoreError

if TYPE_CHECKING:
    from kg.monitoring.metrics import Facts, Metrics

_LOG = logging.getLogger("kg.endpoint")
_PATIENCE = 2.0  # seconds for the writer to say how it is
_COUNTED_FOR = 30.0  # seconds for which a count of the triples is good enough
_COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@blueprint.get("/healthz/ready")
def ready() -> Response:
    """Say whether the server lives, and whether it can answer from its store."""
    try:
        with current_store().snapshot() as snapshot:
            snapshot.check()
            revision = snapshot.revision
    except (StoreError, OSError) as error:
        _LOG.error("not ready: %s", error)
        raise ProblemError(
            503, "not-ready", "The server is not ready",
            "the server lives, but its store cannot be read", "the server's log has the reason",
            {"Retry-After": "2"}, {"live": True, "ready": False},
        ) from error  # fmt: skip
    return _said(live=True, ready=True, revision=revision)


@blueprint.get("/healthz/live")
def live() -> Response:
    """Say that the process answers; nothing else is looked at."""
    return _said(live=True)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Give the numbers of all processes to Prometheus."""
    found: Metrics = current_app.extensions["kg.metrics"]
    text, content_type = found.text(request.headers.get("Accept", ""), _facts())
    return Response(text, content_type=content_type, headers={"Cache-Control": "no-store"})


def _said(**members: object) -> Response:
    response = jsonify(**members)
    response.headers["Cache-Control"] = "no-store"
    return response


def _facts() -> Facts:
    from kg.monitoring.metrics import Facts

    store = current_store()
    gauges: dict[str, tuple[str, float]] = {}
    counters: dict[str, tuple[str, dict[tuple[str, str] | None, float]]] = {}
    try:
        gauges["kg_revision"] = ("The store's current revision.", store.revision)
        # A remote engine may be large, and is not ours to keep busy.
        triples = None if store.remote else _triples()
        if triples is not None:
            gauges["kg_triples"] = ("Triples in all graphs.", triples)
    except (KgError, OSError) as error:
        _LOG.warning("the store cannot be counted: %s", error)
    gauges["kg_read_only"] = (
        "1 where writing over HTTP is off.", current_settings().token is None,
    )  # fmt: skip
    writer = _writer()
    gauges["kg_writer_up"] = ("1 where the process that writes is there.", bool(writer))
    if writer:
        gauges["kg_writer_waiting"] = ("Writes that wait.", writer["waiting"])
        counters["kg_writer_commits"] = ("Commits of the writer.", {None: writer["commits"]})
        counters["kg_writer_kills"] = (
            "Processes of the writer that were killed or crashed, by cause.",
            {
                ("cause", cause): writer["kills"][cause] + writer["examiner_kills"][cause]
                for cause in writer["kills"]
            },
        )
    return Facts(gauges, counters)


def _writer() -> dict[str, Any]:
    """Return what the writer says of itself, or nothing where it does not answer."""
    if current_store().remote:
        return {}
    try:
        with WriterClient.connect(current_store(), patience=_PATIENCE) as client:
            return client.ask({"kind": "info"})
    except KgError:
        return {}


class _Count:
    """How many triples there were, and when."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.revision, self.triples, self.until = -1, 0, 0.0


def _triples() -> int | None:
    """Return how many triples there are, or were a moment ago; None where nobody could count."""
    kept = current_app.extensions.setdefault("kg.count", _Count())
    with kept.lock:
        now = time.monotonic()
        if kept.revision == current_store().revision or now < kept.until:
            return int(kept.triples)
        if current_pool().lanes.waiting:
            return None if kept.revision < 0 else int(kept.triples)
        revision, rows = select(current_engine(), _COUNT)
        value = next(iter(rows))["n"]
        kept.revision, kept.triples = revision, int(value.value)
        kept.until = now + _COUNTED_FOR
        return int(kept.triples)
