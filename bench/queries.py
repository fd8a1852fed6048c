"""How quickly questions are answered: beside pyoxigraph in one process, and beside other servers.

``python bench/queries.py`` makes a store of a million quads and prints three things: what a small
query costs more than in the same process; small queries a second here, on the native Oxigraph
server and on rdflib-endpoint over Oxigraph (each where its program is given); and the rate of a
result of a million rows beside pyoxigraph writing it to a file.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import os
import random
import shutil
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import million
import pyoxigraph as ox

from kg.endpoint.execute import answer
from kg.endpoint.settings import Settings
from kg.endpoint.workers.pool import Pool
from kg.store import Store

HOST = "127.0.0.1"
QUADS = 1_000_000
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


def _client(port: int, path: str, seconds: float, seed: int, results: Any) -> None:
    """Ask as fast as one connection can, with as little of a client as there can be."""
    rng = random.Random(seed)
    asked = wrong = 0
    times = []
    with socket.create_connection((HOST, port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            subject = rng.randrange(QUADS // 4)
            begun = time.perf_counter()
            line.sendall(
                f"GET {path}?query={quote(million.lookup(subject))} HTTP/1.1\r\nHost: {HOST}\r\n"
                "Accept: text/tab-separated-values\r\n\r\n".encode()
            )
            wrong += million.label(subject).encode() not in _reply(line)
            times.append(time.perf_counter() - begun)
            asked += 1
    results.put((asked, wrong, times))


def _reply(line: socket.socket) -> bytes:
    found = b""
    while b"\r\n\r\n" not in found:
        found += _more(line)
    head, _, body = found.partition(b"\r\n\r\n")
    lower = head.lower()
    if b"content-length:" in lower:
        length = int(lower.partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += _more(line)
    else:
        while not body.endswith(b"0\r\n\r\n"):
            body += _more(line)
    return body


def _more(line: socket.socket) -> bytes:
    more = line.recv(65536)
    if not more:
        raise OSError("the server closed the connection")
    return more


def rate(name: str, port: int, path: str, seconds: float, clients: int) -> float:
    """Print and return small queries a second."""
    results: Any = multiprocessing.Queue()
    for length in (1.0, seconds):
        processes = [
            multiprocessing.Process(target=_client, args=(port, path, length, seed, results))
            for seed in range(clients)
        ]
        for process in processes:
            process.start()
        found = [results.get(timeout=60) for _ in processes]
        for process in processes:
            process.join()
    asked = sum(one for one, _, _ in found) / seconds
    times = sorted(one for _, _, some in found for one in some)
    print(f"{name}: {asked:.0f} a second, p50 {times[len(times) // 2] * 1000:.2f} ms, "
          f"p99 {times[int(len(times) * 0.99)] * 1000:.2f} ms, "
          f"wrong {sum(one for _, one, _ in found)}")  # fmt: skip
    return asked


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
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", type=int, default=8)
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
        with million.serving(path, {"KG_QUERY_SECONDS": "300"}, log) as (port, pid):
            ours = rate("diplomacy-kg", port, "/sparql", options.seconds, options.clients)
            if not options.no_rows:
                rows(store, port, pid)
        copy = Path(folder) / "copy"
        with store.snapshot() as snapshot:
            shutil.copytree(snapshot.path, copy)
        port = _free_port()
        if options.oxigraph:
            command = [options.oxigraph, "serve-read-only", "--location", str(copy),
                       "--bind", f"{HOST}:{port}", "--union-default-graph"]  # fmt: skip
            with _other(command, port):
                theirs = rate("oxigraph", port, "/query", options.seconds, options.clients)
            print(f"  ours {ours / theirs:.2f} × it")
        if options.rdflib_endpoint:
            port = _free_port()
            with _other([options.rdflib_endpoint, "-c", ENDPOINT, str(copy), str(port)], port):
                theirs = rate("rdflib-endpoint", port, "/query", options.seconds, options.clients)
            print(f"  ours {ours / theirs:.2f} × it")


if __name__ == "__main__":
    main()
