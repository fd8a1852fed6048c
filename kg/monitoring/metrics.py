"""Metrics for Prometheus, by its client library, summed over the server's processes.

Where ``PROMETHEUS_MULTIPROC_DIR`` is set before this module is imported, the library keeps the
numbers of each process in files of that folder, and any process can answer for all of them.
`kg.serving.server` sees to both, so nobody else imports this module at the top of a file.
"""

from __future__ import annotations

import os
import threading
from collections import Counter as Tally
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import prometheus_client as prometheus
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector, CollectorRegistry

from kg.monitoring.notes import Notes

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_LOOK = 0.5  # seconds between two looks at the workers
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}


class Lanes(Protocol):
    """The places of queries, as `kg.endpoint.workers.lanes.Lanes` has them."""

    @property
    def waiting(self) -> int:
        """How many wait."""

    @property
    def running(self) -> int:
        """How many run."""


class Workers(Protocol):
    """The workers of a process, as `kg.endpoint.workers.pool.Pool` has them."""

    @property
    def lanes(self) -> Lanes:
        """The places of queries."""

    @property
    def stops(self) -> Tally[Any]:
        """How many queries were stopped, by cause."""

    def workers(self) -> int:
        """Return how many worker processes there are."""

    def lent(self) -> int:
        """Return how many of them have a client's connection."""


class Metrics:
    """The numbers of this process.

    Args:
        pool: the workers of this process.
        causes: the causes for which a query can be stopped.
        outcomes: what can become of an article that is tried.
    """

    def __init__(self, pool: Workers, causes: Iterable[str], outcomes: Iterable[str] = ()) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = prometheus.Counter(
            "kg_requests", "Requests answered.", ["route", "method", "status"], registry=registry
        )
        self._seconds = prometheus.Histogram(
            "kg_request_seconds", "Seconds from a request to the end of its answer.", ["route"],
            buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self._bytes = prometheus.Counter(
            "kg_response_bytes", "Bytes of answers' bodies.", ["route"], registry=registry
        )
        self._broken = prometheus.Counter(
            "kg_answers_broken", "Answers that were not sent to their end.", registry=registry
        )
        self._stopped = prometheus.Counter(
            "kg_queries_stopped", "Queries that were stopped or turned away, by cause.", ["cause"],
            registry=registry,
        )  # fmt: skip
        for cause in causes:
            self._stopped.labels(str(cause))
        self._tries = prometheus.Counter(
            "kg_tries", "Articles that were tried, by what became of them.", ["outcome"],
            registry=registry,
        )  # fmt: skip
        for outcome in outcomes:
            self._tries.labels(str(outcome))
        self._waiting = self._gauge("kg_queries_waiting", "Queries that wait for their turn.")
        self._running = self._gauge("kg_queries_running", "Queries that run, each in a worker.")
        self._workers = self._gauge("kg_query_workers", "Worker processes for queries.")
        self._lent = self._gauge("kg_connections_lent", "Connections that workers have.")
        self._pool = pool
        self._labelled: dict[
            tuple[str, str, int],
            tuple[prometheus.Counter, prometheus.Histogram, prometheus.Counter],
        ] = {}  # looking labels up takes longer than counting
        self._seen: Tally[Any] = Tally()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to look at the workers now and then, in a thread that ends with the process."""
        threading.Thread(target=self._watch, name="metrics", daemon=True).start()

    def request(self, method: str, notes: Notes, seconds: float) -> None:
        """Count a request that has ended."""
        known = method if method in _METHODS else "other"
        key = (notes.route, known, notes.status)
        found = self._labelled.get(key)
        if found is None:
            found = self._labelled[key] = (
                self._requests.labels(notes.route, known, str(notes.status)),
                self._seconds.labels(notes.route),
                self._bytes.labels(notes.route),
            )
        requests, times, sizes = found
        requests.inc()
        times.observe(seconds)
        sizes.inc(notes.sent)
        if not notes.whole:
            self._broken.inc()

    def tried(self, outcome: str) -> None:
        """Count an article that was tried."""
        self._tries.labels(str(outcome)).inc()

    def look(self) -> None:
        """Look at the workers once."""
        with self._lock:
            lanes = self._pool.lanes
            self._waiting.set(lanes.waiting)
            self._running.set(lanes.running)
            self._workers.set(self._pool.workers())
            self._lent.set(self._pool.lent())
            stops: Tally[Any] = Tally(self._pool.stops)
            for cause, count in (stops - self._seen).items():
                self._stopped.labels(str(cause)).inc(count)
            self._seen = stops

    def text(self, accept: str, facts: Facts) -> tuple[bytes, str]:
        """Return the numbers of all processes, in the format that is asked for, and its type.

        Args:
            accept: Accept header, as the library reads it.
            facts: what holds for the server as a whole.
        """
        self.look()
        registry = CollectorRegistry()
        if os.environ.get(FOLDER):
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # it enters itself
        else:
            registry.register(_Local(self._registry))
        registry.register(facts)
        encoder, content_type = choose_encoder(accept)
        return encoder(registry), content_type

    def _gauge(self, name: str, text: str) -> prometheus.Gauge:
        return prometheus.Gauge(name, text, registry=self._registry, multiprocess_mode="livesum")

    def _watch(self) -> None:
        pause = threading.Event()
        while not pause.wait(_LOOK):
            self.look()


class Facts(Collector):
    """What holds for the server as a whole: collected anew each time it is asked for.

    Args:
        gauges: name to its explanation and value.
        counters: name to its explanation, and values by label; a label is ``(name, value)``.
    """

    def __init__(
        self,
        gauges: dict[str, tuple[str, float]],
        counters: dict[str, tuple[str, dict[tuple[str, str] | None, float]]],
    ) -> None:
        self._gauges, self._counters = gauges, counters

    def collect(self) -> Iterator[Metric]:
        """Yield them, as the library wants them."""
        for name, (text, value) in self._gauges.items():
            yield GaugeMetricFamily(name, text, value)
        for name, (text, values) in self._counters.items():
            labels = [label[0] for label in values if label is not None][:1]
            family = CounterMetricFamily(name, text, labels=labels)
            for label, value in values.items():
                family.add_metric([] if label is None else [label[1]], value)
            yield family


class _Local(Collector):
    """The numbers of the one process that there is."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        yield from self._registry.collect()
