"""How quickly questions are answered: beside pyoxigraph in one process, and beside other servers.

``python bench/queries.py`` makes a store of a million quads and prints three things: what a small
query costs more than in the same process; small queries a second here, on the native Oxigraph
server and on rdflib-endpoint over Oxigraph (each where its program is given; see `lookups`); and
the rate of a result of a million rows beside pyoxigraph writing it to a file.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import shutil
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import million
import pyoxigraph as ox
from lookups import HOST, QUADS, Server, compare, kinds

from kg.endpoint.execute import answer
from kg.endpoint.settings import Settings
from kg.endpoint.workers.pool import Pool
from kg.store import Store

ROWS = "SELECT ?s ?p ?o { ?s ?p ?o }"
ENDPOINT = """
import sys, oxrdflib, uvicorn
from pyoxigraph import Store
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
graph = Dataset(store=oxrdflib.OxigraphStore(store=Store(sys.argv[1])), default_union=True)
uvicorn.run(SparqlEndpoint(graph=graph, path="/query"), port=int(sys.argv[2]), log_level="error")
"""


def overhead(store: Store, rounds: int = 3000) -> None:
    """Print what a small query costs in a worker, and in this process."""
    pool = Pool(store, Settings())
    rng = random.Random(1)
    times: dict[str, list[float]] = {"same process": [], "worker": []}
    with store.snapshot() as snapshot:

        def alone(query: str) -> None:
            results = snapshot.ox.query(query, use_default_graph_as_union=True)
            results.serialize(format=ox.QueryResultsFormat.TSV)  # type: ignore[union-attr]

        def away(query: str) -> None:
            with answer(pool, query, named="tsv") as given:
                b"".join(given.chunks)

        ways: dict[str, Callable[[str], None]] = {"same process": alone, "worker": away}
        for number in range(rounds + 100):
            query = million.lookup(rng.randrange(QUADS // 4))
            for name, way in ways.items():
                begun = time.perf_counter()
                way(query)
                if number >= 100:
                    times[name].append(time.perf_counter() - begun)
    pool.close()
    middle = {name: statistics.median(some) * 1000 for name, some in times.items()}
    more = middle["worker"] - middle["same process"]
    print(f"small query, median: same process {middle['same process']:.3f} ms, "
          f"worker {middle['worker']:.3f} ms, overhead {more:.3f} ms")  # fmt: skip


@contextmanager
def _other(command: list[str], port: int) -> Iterator[None]:
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                socket.create_connection((HOST, port)).close()
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def rows(store: Store, port: int, pid: int) -> None:
    """Print the rate of a large result, and what the serving processes hold for it."""
    for form, engine in (("json", ox.QueryResultsFormat.JSON), ("tsv", ox.QueryResultsFormat.TSV)):
        ratios, most = [], 0
        for _ in range(3):
            with TemporaryDirectory() as folder, store.snapshot() as snapshot:
                file = Path(folder) / "result"
                begun = time.perf_counter()
                results = snapshot.ox.query(ROWS, use_default_graph_as_union=True)
                results.serialize(str(file), engine)  # type: ignore[union-attr]
                alone = time.perf_counter() - begun
                size = file.stat().st_size
            servers = {p for p, command in million.family(pid).items() if " serve " in command}
            before, done = million.memory(servers), threading.Event()
            seen = [before]
            watch = threading.Thread(target=_watch, args=(servers, seen, done))
            watch.start()
            begun = time.perf_counter()
            connection = http.client.HTTPConnection(HOST, port, timeout=300)
            connection.request("GET", f"/sparql?format={form}&query={quote(ROWS)}")
            reply = connection.getresponse()
            came = 0
            while chunk := reply.read(1 << 20):
                came += len(chunk)
            taken = time.perf_counter() - begun
            connection.close()
            done.set()
            watch.join()
            assert came == size, (came, size)
            ratios.append(alone / taken)
            most = max(most, max(seen) - before)
        times = statistics.median(ratios)
        print(
            f"{QUADS:,} rows as {form}, {size / 2**20:.0f} MiB: {times:.2f} × pyoxigraph's rate "
            f"to a file; serving processes +{most / 2**20:.0f} MiB"
        )


def _watch(servers: set[int], seen: list[int], done: threading.Event) -> None:
    while not done.wait(0.05):
        seen.append(million.memory(servers))


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3, help="length of a round")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of small queries")
    parser.add_argument("--clients", type=int, default=8, help="processes that ask at once")
    parser.add_argument(
        "--client", action="append", choices=kinds(), help="kind of client; all unless given"
    )
    parser.add_argument("--store", type=Path, help="where to keep the store")
    parser.add_argument("--no-rows", action="store_true", help="leave the large results out")
    parser.add_argument("--oxigraph", help="the native server's program (PyPI oxigraph)")
    parser.add_argument("--rdflib-endpoint", help="a Python that has rdflib-endpoint and oxrdflib")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        path = options.store or Path(folder) / "store"
        store = million.make(path, QUADS)
        print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
        overhead(store)
        log = Path(folder) / "log"
        with ExitStack() as stack:
            given = {"KG_QUERY_SECONDS": "300"}
            port, pid = stack.enter_context(million.serving(path, given, log))
            servers = [Server("diplomacy-kg", port, "/sparql"), *_others(options, store, stack)]
            for kind in options.client or kinds():
                compare(servers, kind, options.rounds, options.seconds, options.clients)
            if not options.no_rows:
                rows(store, port, pid)


def _others(options: argparse.Namespace, store: Store, stack: ExitStack) -> Iterator[Server]:
    """Start the other servers, each on a copy of the store's current revision."""
    folder = Path(stack.enter_context(TemporaryDirectory()))
    commands = {}
    if options.rdflib_endpoint:
        commands["rdflib-endpoint"] = [options.rdflib_endpoint, "-c", ENDPOINT, "COPY", "PORT"]
    if options.oxigraph:
        commands["oxigraph"] = [
            options.oxigraph, "serve-read-only", "--location", "COPY",
            "--bind", f"{HOST}:PORT", "--union-default-graph",
        ]  # fmt: skip
    for name, command in commands.items():
        port, copy = _free_port(), folder / name
        with store.snapshot() as snapshot:
            shutil.copytree(snapshot.path, copy)
        whole = [part.replace("COPY", str(copy)).replace("PORT", str(port)) for part in command]
        stack.enter_context(_other(whole, port))
        yield Server(name, port, "/query")


if __name__ == "__main__":
    main()
