"""Hostile clients against a server, while others ask small questions whose answers are known.

``python bench/hostile.py --seconds 300`` makes a store of a million quads, serves it, and prints
what became of both.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import random
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import attacks
import million

HOST = "127.0.0.1"
# Long and short places of the two serving processes, see kg/endpoint/workers/pool.py.
POOL = 2 * (2 + 3)


def small(port: int, seconds: float, quads: int, seed: int, results: Any) -> None:
    """Ask small questions; tell their times, and how many went wrong in which way."""
    rng = random.Random(seed)
    times: list[float] = []
    wrong: Counter[str] = Counter()
    until = time.monotonic() + seconds
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    while time.monotonic() < until:
        subject = rng.randrange(quads // 4)
        begun = time.perf_counter()
        try:
            connection.request(
                "GET", f"/sparql?query={quote(million.lookup(subject))}",
                headers={"Accept": "text/tab-separated-values"},
            )  # fmt: skip
            reply = connection.getresponse()
            body = reply.read()
        except (OSError, http.client.HTTPException) as error:
            wrong[f"broken: {type(error).__name__}"] += 1
            connection.close()
            continue
        times.append(time.perf_counter() - begun)
        if reply.status != 200:
            wrong[f"status {reply.status}"] += 1
        elif body != million.expected(subject):
            wrong["FALSE"] += 1
        time.sleep(0.005)
    results.put((times, wrong))


def hostile(port: int, seconds: float, quads: int, seed: int, results: Any) -> None:
    """Attack until the time is over; tell each kind's times and outcomes."""
    rng = random.Random(seed)
    until = time.monotonic() + seconds
    queries = attacks.queries()
    told: list[tuple[str, float, str]] = []
    while time.monotonic() < until:
        kind = rng.choice([*queries, *attacks.CONNECTIONS])
        begun = time.monotonic()
        try:
            if kind in queries:
                text = rng.choice(queries[kind])
                # After some small ones, a worker has the connection.
                begun, outcome = _ask(port, text, kind, quads, first=rng.choice((0, 8)))
            else:
                attacks.CONNECTIONS[kind](HOST, port, rng)
                outcome = "over"
        except (OSError, http.client.HTTPException) as error:
            outcome = f"broken: {type(error).__name__}"
        told.append((kind, time.monotonic() - begun, outcome))
    results.put(told)


def _ask(port: int, text: str, kind: str, quads: int, first: int) -> tuple[float, str]:
    connection = http.client.HTTPConnection(HOST, port, timeout=120)
    accept = {"Accept": "text/tab-separated-values, application/n-triples"}
    try:
        for subject in range(first):
            connection.request(
                "GET", f"/sparql?query={quote(million.lookup(subject))}", headers=accept
            )
            if connection.getresponse().read() != million.expected(subject):
                return time.monotonic(), "FALSE"
        begun = time.monotonic()
        if first and len(text) < 2000:
            connection.request("GET", f"/sparql?query={quote(text)}", headers=accept)
        else:
            connection.request(
                "POST", "/sparql", text.encode(),
                {"Content-Type": "application/sparql-query", **accept},
            )  # fmt: skip
        reply = connection.getresponse()
        lines = 0
        while chunk := reply.read(65536):
            lines += chunk.count(b"\n")
    finally:
        connection.close()
    if reply.status == 200 and kind == "all rows" and lines not in (quads, quads + 1):
        return begun, "FALSE"
    return begun, f"status {reply.status}"


def _run(port: int, seconds: float, quads: int, clients: int, attackers: int) -> Any:
    """Run small and hostile clients at once, each in a process of its own."""
    results: Any = multiprocessing.Queue()
    work = [(small, n) for n in range(clients)] + [(hostile, 100 + n) for n in range(attackers)]
    processes = [
        multiprocessing.Process(target=what, args=(port, seconds, quads, seed, results))
        for what, seed in work
    ]
    for process in processes:
        process.start()
    found = [results.get() for _ in processes]
    for process in processes:
        process.join()
    return (
        [one for one in found if isinstance(one, tuple)],
        [entry for one in found if isinstance(one, list) for entry in one],
    )


def _percentile(times: list[float], part: float) -> float:
    return sorted(times)[min(int(len(times) * part), len(times) - 1)] if times else float("nan")


def _quiet(port: int, seconds: float, quads: int) -> tuple[list[float], Counter[str]]:
    asked, _ = _run(port, seconds, quads, 2, 0)
    return _joined(asked)


def _joined(asked: Any) -> tuple[list[float], Counter[str]]:
    times = [one for some, _ in asked for one in some]
    wrong: Counter[str] = Counter()
    for _, some in asked:
        wrong.update(some)
    return times, wrong


def main() -> None:
    """Run the attack, and print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument("--limit", type=float, default=10.0, help="time limit of a query")
    parser.add_argument("--memory", type=int, default=512, help="memory limit of a query, MiB")
    parser.add_argument("--attackers", type=int, default=POOL + 4)
    parser.add_argument("--store", type=Path, help="where to keep the store")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        path = options.store or Path(folder) / "store"
        million.make(path, options.quads).close()
        log = Path(folder) / "server.log"
        environment = {
            "KG_QUERY_SECONDS": str(options.limit),
            "KG_QUERY_MEMORY": str(options.memory),
        }
        with million.serving(path, environment, log) as (port, pid):
            _measure(options, port, pid)
        noise = Counter(
            line[:100] for line in log.read_text().splitlines() if "broke off" not in line
        )
        print("log:", json.dumps(noise.most_common(8), indent=1) if noise else "empty")


def _measure(options: argparse.Namespace, port: int, pid: int) -> None:
    _quiet(port, 3, options.quads)
    idle, _ = _quiet(port, 10, options.quads)
    before = million.family(pid)
    held = million.memory(before)
    most = [0]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            most[0] = max(most[0], million.memory(million.family(pid)))

    threading.Thread(target=watch, daemon=True).start()
    asked, told = _run(port, options.seconds, options.quads, 2, options.attackers)
    done.set()
    times, wrong = _joined(asked)
    time.sleep(5)
    after = million.family(pid)
    left = million.memory(after)
    later, wrong_later = _quiet(port, 5, options.quads)
    servers = {one for one, command in before.items() if " serve " in command}
    by_kind: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for kind, seconds, outcome in told:
        by_kind[kind].append((seconds, outcome))
    # fmt: off
    print(f"{options.attackers} hostile clients for {options.seconds:g} s, limit "
          f"{options.limit:g} s and {options.memory} MiB; load {os.getloadavg()[0]:.1f}")
    # fmt: on
    for kind, entries in by_kind.items():
        outcomes = Counter(outcome for _, outcome in entries)
        print(f"  {kind:22} {len(entries):6} longest {max(s for s, _ in entries):6.2f} s  "
              + ", ".join(f"{n} × {o}" for o, n in outcomes.most_common()))  # fmt: skip
    worst = max((s for k, s, _ in told if k not in attacks.CONNECTIONS), default=0.0)
    false = wrong["FALSE"] + sum(outcome == "FALSE" for _, _, outcome in told)
    print(f"server deaths: {len(servers - set(after))} (serving processes before: {len(servers)})")
    print(f"longest over the limit: {max(worst - options.limit, 0):.2f} s")
    print(f"memory: {held / 2**20:.0f} MiB before, {most[0] / 2**20:.0f} at most, "
          f"{left / 2**20:.0f} after ({left / held - 1:+.0%})")  # fmt: skip
    print(f"small queries, p50 / p99 in ms: idle {_ms(idle)}, during {_ms(times)} "
          f"({len(times)}), after {_ms(later)}")  # fmt: skip
    print(f"small queries not answered: {dict(wrong + wrong_later) or 'none'}")
    print(f"falsely answered: {false}")


def _ms(times: list[float]) -> str:
    return f"{_percentile(times, 0.5) * 1000:.1f} / {_percentile(times, 0.99) * 1000:.1f}"


if __name__ == "__main__":
    main()
