"""Small lookups over HTTP: how many a second a server answers, asked by several kinds of clients.

How many there are depends on who asks as much as on who answers, since both share the processors:

- ``socket`` writes requests to a kept connection and looks for the end of the answer, no more. It
  shows what the servers cost.
- ``http.client`` is Python's own client on a kept connection, which parses what it gets.
- ``httpx`` is what a program that asks an endpoint would use, with its connections kept.

Each lookup is another one, so that no cache of answers helps, and each answer is checked. The
servers are asked in turn, round after round, so that what else the machine does meets all alike.
"""

from __future__ import annotations

import http.client
import importlib.util
import multiprocessing
import random
import socket
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import million

HOST = "127.0.0.1"
QUADS = 1_000_000
_ACCEPT = {"Accept": "text/tab-separated-values"}

Ask = Callable[[str], bytes]


@dataclass
class Server:
    """A server that is asked.

    Args:
        name: its name.
        port: where it listens.
        path: where it takes queries.
    """

    name: str
    port: int
    path: str
    rates: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    wrong: int = 0


def _by_socket(port: int, path: str) -> Ask:
    line = socket.create_connection((HOST, port))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(query: str) -> bytes:
        line.sendall(
            f"GET {path}?query={quote(query)} HTTP/1.1\r\nHost: {HOST}\r\n"
            f"Accept: {_ACCEPT['Accept']}\r\n\r\n".encode()
        )
        return _reply(line)

    return ask


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


def _by_http_client(port: int, path: str) -> Ask:
    connection = http.client.HTTPConnection(HOST, port, timeout=60)

    def ask(query: str) -> bytes:
        connection.request("GET", f"{path}?query={quote(query)}", headers=_ACCEPT)
        return connection.getresponse().read()

    return ask


def _by_httpx(port: int, path: str) -> Ask:
    import httpx

    client = httpx.Client(base_url=f"http://{HOST}:{port}", headers=_ACCEPT, timeout=60)
    return lambda query: client.get(path, params={"query": query}).content


_CLIENTS: dict[str, Callable[[int, str], Ask]] = {
    "socket": _by_socket,
    "http.client": _by_http_client,
    "httpx": _by_httpx,
}


def kinds() -> list[str]:
    """Return the kinds of clients that can be had here."""
    return [name for name in _CLIENTS if name != "httpx" or importlib.util.find_spec("httpx")]


def _client(
    kind: str, port: int, path: str, seconds: float, seed: int, start: Any, results: Any
) -> None:
    rng = random.Random(seed)
    ask = _CLIENTS[kind](port, path)
    ask(million.lookup(0))
    start.wait()
    asked = wrong = 0
    times = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        subject = rng.randrange(QUADS // 4)
        begun = time.perf_counter()
        found = ask(million.lookup(subject))
        times.append(time.perf_counter() - begun)
        wrong += million.label(subject).encode() not in found
        asked += 1
    results.put((asked, wrong, times))


def _round(server: Server, kind: str, seconds: float, clients: int, seed: int) -> None:
    results: Any = multiprocessing.Queue()
    start = multiprocessing.Barrier(clients)
    processes = [
        multiprocessing.Process(
            target=_client,
            args=(kind, server.port, server.path, seconds, seed + number, start, results),
        )
        for number in range(clients)
    ]
    for process in processes:
        process.start()
    found = [results.get(timeout=60 + seconds) for _ in processes]
    for process in processes:
        process.join()
    server.rates.append(sum(asked for asked, _, _ in found) / seconds)
    server.wrong += sum(wrong for _, wrong, _ in found)
    for _, _, times in found:
        server.times += times


def compare(servers: list[Server], kind: str, rounds: int, seconds: float, clients: int) -> None:
    """Ask all servers in turn, and print what they did beside the first.

    Args:
        servers: ours, and the others.
        kind: the kind of client.
        rounds: how often each is asked; the first round warms up, and does not count.
        seconds: how long.
        clients: how many processes ask at once.
    """
    for server in servers:
        server.rates, server.times, server.wrong = [], [], 0
    for number in range(rounds + 1):
        for server in servers:
            _round(server, kind, 1.0 if number == 0 else seconds, clients, 1000 * number)
            if number == 0:
                server.rates, server.times = [], []
    print(f"lookups by {clients} × {kind}, median of {rounds} rounds of {seconds:g} s:")
    ours = servers[0]
    for server in servers:
        times = sorted(server.times)
        line = (
            f"  {server.name}: {statistics.median(server.rates):,.0f} a second, "
            f"p50 {times[len(times) // 2] * 1000:.2f} ms, "
            f"p99 {times[int(len(times) * 0.99)] * 1000:.2f} ms, wrong {server.wrong}"
        )
        if server is not ours:
            ratios = [a / b for a, b in zip(ours.rates, server.rates, strict=True)]
            line += f"; ours {statistics.median(ratios):.2f} × it"
        print(line, flush=True)
