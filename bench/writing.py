"""Replacing articles while clients query: acknowledged articles a second, and failed queries.

Run ``python bench/writing.py`` where the package is installed; it makes a store in a temporary
folder, serves it, and prints one line a measurement. ``--articles`` is the size of the store,
``--seconds`` the time that the writers have.

Eight writers each replace one article at a time and wait for the acknowledgement, which is on the
disk then; 8 clients query meanwhile. Then the same articles go through ``kg load`` beside the
server, which hands them over some at once.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

from kg.endpoint.writer.client import WriterClient
from kg.iris import digest
from kg.store import Store

WRITERS, READERS = 8, 8
STATES = ("RUS", "USA", "CHN", "FRA", "GBR", "DEU", "TUR", "IRN", "EGY", "IND", "BRA", "JPN")
QUERIES = (
    "SELECT ?s ?l { ?s a <https://w3id.org/diplomacy-kg/ns#Meeting> ; "
    "<http://www.w3.org/2000/01/rdf-schema#label> ?l } LIMIT 20",
    "SELECT ?m { ?m <https://w3id.org/diplomacy-kg/ns#participant> "
    "<https://w3id.org/diplomacy-kg/state/RUS> } LIMIT 50",
    "ASK { GRAPH ?g { ?s <https://schema.org/headline> ?t } }",
)


def facts(number: int, version: int) -> dict[str, object]:
    """Return an article with five meetings, five statements and five positions."""
    spans, text = [], ""
    for item in range(5):
        exact = f"Envoy {(number * 7 + item) % 900} and Envoy {(number * 11 + item) % 900} met"
        spans.append({"exact": exact, "start": len(text), "end": len(text) + len(exact)})
        text += exact + f" in round {version} of the talks number {number}. "
    parties = {
        f"p{item}{side}": {
            "name": f"Envoy {(number * factor + item) % 900}", "kind": "person",
            "state": STATES[(number * factor + item) % len(STATES)],
        }
        for item in range(5) for side, factor in (("a", 7), ("b", 11))
    }  # fmt: skip
    day = f"2013-{number % 12 + 1:02}-{number % 27 + 1:02}"
    return {
        "article": {"id": f"bench-{number}", "title": f"Talks {number}, version {version}",
                    "published": day, "text": text},
        "parties": parties,
        "meetings": [
            {"id": f"m{i}", "participants": [f"p{i}a", f"p{i}b"], "date": day,
             "evidence": [spans[i]]} for i in range(5)
        ],
        "statements": [
            {"id": f"s{i}", "speaker": f"p{i}a", "mode": "indirect", "content": [spans[i]],
             "evidence": [spans[i]]} for i in range(5)
        ],
        "positions": [
            {"id": f"x{i}", "holder": f"p{i}b", "target": f"p{i}a", "stance": "supports",
             "shown_by": "word", "evidence": [spans[i]]} for i in range(5)
        ],
    }  # fmt: skip


def record(number: int, version: int) -> bytes:
    """Return an article as the writer takes it."""
    data = facts(number, version)
    article = data["article"]
    assert isinstance(article, dict)
    text = article.pop("text")
    article["text_sha256"] = digest(text)
    return json.dumps({"facts": json.dumps(data), "text": text}).encode()


class Readers:
    """Clients that query without a pause, and count."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url)
        self._stop = threading.Event()
        self.times: list[float] = []
        self.failures: list[str] = []
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(READERS)]

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, number: int) -> None:
        connection = http.client.HTTPConnection(
            self._address.hostname or "", self._address.port, timeout=60
        )
        turn = number
        while not self._stop.is_set():
            turn += 1
            began = time.monotonic()
            try:
                connection.request("GET", f"/sparql?query={quote(QUERIES[turn % len(QUERIES)])}")
                reply = connection.getresponse()
                body = reply.read()
                if reply.status != 200:
                    self.failures.append(f"{reply.status} {body[:200]!r}")
                json.loads(body)
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.failures.append(repr(error))
                connection.close()
            self.times.append(time.monotonic() - began)


def one_at_a_time(store: Store, count: int, seconds: float) -> tuple[int, float]:
    """Let each writer replace one article after the other; return how many, and the time."""
    until = time.monotonic() + seconds
    done = [0] * WRITERS

    def write(writer: int) -> None:
        with WriterClient.connect(store, 30.0) as client:
            version = 2
            number = writer
            while time.monotonic() < until:
                answer = client.ask({"kind": "load"}, record(number, version))
                assert answer["outcomes"][0]["outcome"] == "replaced", answer
                done[writer] += 1
                number += WRITERS
                if number >= count:
                    number, version = writer, version + 1

    began = time.monotonic()
    threads = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done), time.monotonic() - began


def kg(*arguments: str | Path) -> str:
    """Run a command."""
    command = [sys.executable, "-m", "kg", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main() -> None:
    """Make the store, serve it, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store"
        for version, name in ((1, "first"), (1000, "second")):
            lines = (json.dumps(facts(n, version)) for n in range(options.articles))
            (Path(folder) / f"{name}.jsonl").write_text("\n".join(lines))
        print(kg("load", Path(folder) / "first.jsonl", "--store", path), flush=True)
        server = subprocess.Popen(
            [sys.executable, "-m", "kg", "serve", "--store", str(path), "--port", "0",
             "--no-access-log"],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "KG_TOKEN": "bench"},
        )  # fmt: skip
        try:
            assert server.stdout is not None
            url = server.stdout.readline().split()[-1]
            store = Store.open(path, create=False)
            with store.snapshot() as snapshot:
                print(f"{len(snapshot.ox):,} quads, {os.cpu_count()} cores")
            with WriterClient.connect(store, 30.0) as client:
                client.ask({"kind": "refresh"})
            before = work_of(store)
            with Readers(url) as readers:
                done, took = one_at_a_time(store, options.articles, options.seconds)
            report(
                f"{WRITERS} writers, an article at a time",
                done,
                took,
                readers,
                work_of(store),
                before,
            )
            before = work_of(store)
            with Readers(url) as readers:
                began = time.monotonic()
                kg("load", Path(folder) / "second.jsonl", "--store", path)
                took = time.monotonic() - began
            report(
                "kg load beside the server",
                options.articles,
                took,
                readers,
                work_of(store),
                before,
            )
        finally:
            server.terminate()
            server.wait()


def work_of(store: Store) -> tuple[float, int]:
    """Return the processor seconds that the writing process has used, and its commits."""
    with WriterClient.connect(store, 30.0) as client:
        told = client.ask({"kind": "info"})
    fields = Path(f"/proc/{told['engine']}/stat").read_text().rpartition(")")[2].split()
    used = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used, int(told["commits"])


def report(
    what: str,
    done: int,
    took: float,
    readers: Readers,
    after: tuple[float, int],
    before: tuple[float, int],
) -> None:
    """Print one measurement."""
    times = sorted(readers.times)
    p99 = times[int(len(times) * 0.99)] if times else 0.0
    print(
        f"{what}: {done} articles acknowledged in {took:.1f} s, {done / took:.1f}/s, "
        f"{(after[0] - before[0]) / done * 1000:.0f} ms of processor time each, "
        f"{done / max(1, after[1] - before[1]):.1f} a commit, load {os.getloadavg()[0]:.0f}; "
        f"{READERS} clients: {len(times)} queries, {len(times) / took:.0f}/s, median "
        f"{statistics.median(times) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, "
        f"{len(readers.failures)} failed {readers.failures[:2]}",
        flush=True,
    )


if __name__ == "__main__":
    main()
