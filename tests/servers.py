"""Real server processes for tests, and the store that they serve."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox
import pytest

from kg.store import Store

BASE = "http://127.0.0.1:8000/"
TOKEN = "a-token-for-tests"
EX = "http://example.org/"
ARTICLE = f"{BASE}graph/article/k1"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_CHANCE = random.SystemRandom()  # of its own in each process, whatever seeds the other
NEVER_ENDING = (
    "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(20)) + " }"
)
"""A query that no time is enough for, however little a store holds."""
PATIENCE = 120.0
"""Seconds after which what was waited for will not come, however slow and busy the machine is."""


@dataclass
class Reply:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def rows(self) -> list[dict[str, str]]:
        """The rows of a SELECT answered as JSON."""
        found = self.json()["results"]["bindings"]
        return [{name: cell["value"] for name, cell in row.items()} for row in found]


@dataclass
class Server:
    """A running ``kg serve``."""

    url: str
    process: subprocess.Popen[str]
    store: Path
    log: Path

    @property
    def endpoint(self) -> str:
        return f"{self.url}sparql"

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def request(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request; nothing is added to it but Host and lengths."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            data = body.encode() if isinstance(body, str) else body
            connection.request(method, path, data, dict(headers or {}))
            reply = connection.getresponse()
            found = {name.lower(): value for name, value in reply.getheaders()}
            return Reply(reply.status, found, reply.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Reply:
        return self.request("GET", path, headers=_named(headers))

    def form(self, fields: Mapping[str, Any], path: str = "/sparql", **headers: str) -> Reply:
        """POST a form."""
        sent = {"Content-Type": "application/x-www-form-urlencoded", **_named(headers)}
        return self.request("POST", path, urlencode(fields, doseq=True), sent)

    def query(self, text: str, accept: str = "application/sparql-results+json") -> Reply:
        return self.form({"query": text}, accept=accept)

    def update(self, text: str, token: str = TOKEN, **fields: str) -> Reply:
        return self.form({"update": text, **fields}, authorization=f"Bearer {token}")

    def stop(self) -> int:
        """Stop it as a service manager would; return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=PATIENCE)


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@contextmanager
def ended(process: subprocess.Popen[Any]) -> Iterator[None]:
    """End a process at the end."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def serving(
    store: Path, *options: str, program: tuple[str, ...] = ("-m", "kg", "serve"), **environment: str
) -> Iterator[Server]:
    """Run ``kg serve`` on a free port for a while; with `TOKEN`, once it can write."""
    surroundings = {**os.environ, **environment}
    for name in {"KG_STORE", "KG_BASE", "KG_TOKEN"} - environment.keys():
        surroundings.pop(name, None)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("w") as errors:
            command = [sys.executable, *program, "--store", str(store)]
            process = subprocess.Popen(
                [*command, "--port", "0", "--workers", "1", *options],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=surroundings,
            )
        assert process.stdout is not None
        with process.stdout, ended(process):
            said = ""
            for line in process.stdout:
                said += line
                if found := re.match(r"serving .* at (http://\S+/)$", line):
                    break
            else:
                raise AssertionError(f"the server did not start: {said}{log.read_text()}")
            server = Server(found[1], process, store, log)
            if environment.get("KG_TOKEN") == TOKEN:
                # A write waits for the process that writes for some seconds only.
                assert wait_for(lambda: "kg_writer_up 1.0" in server.get("/metrics").text)
            yield server


def wait_for(condition: Any, seconds: float = PATIENCE) -> bool:
    """Wait until something is so; return whether it came to be."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


def quickest(attempt: Callable[[], float], enough: float, attempts: int = 5) -> float:
    """Return how long the quickest of some attempts took, the first that is quick enough.

    On a busy machine each may be held up; what is slow by itself is so every time.
    """
    best = float("inf")
    for _ in range(attempts):
        best = min(best, attempt())
        if best < enough:
            break
    return best


def state_of(pid: int) -> str:
    """Return a process's state as the system has it, such as R for one that runs; X if none is."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"


def is_there(pid: int) -> bool:
    """Tell whether a process runs; one that ended and that nobody asked after does not."""
    return state_of(pid) not in "ZX"


def serving_processes(server: Server) -> list[int]:
    """Return the children of a server that run its own program, as those that serve do."""
    pid = server.process.pid
    own = Path(f"/proc/{pid}/cmdline").read_bytes()
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with suppress(OSError):  # it ended
            if Path(f"/proc/{child}/cmdline").read_bytes() == own:
                found.append(int(child))
    return found


def free_port() -> int:
    """Return a port that nobody has, nor gets from the system when he asks for any."""
    while True:
        port = _CHANCE.randrange(10_000, 30_000)  # below those that Linux gives out
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def quad(subject: str, predicate: str, value: str | int, graph: str | None = None) -> ox.Quad:
    """Return a quad; a string with a colon is an IRI."""
    named = isinstance(value, str) and ":" in value
    term = ox.NamedNode(str(value)) if named else ox.Literal(value)
    where = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), term, where)


QUADS = [
    quad(f"{BASE}article/k1", TYPE, "https://schema.org/NewsArticle", ARTICLE),
    quad(f"{BASE}article/k1", "https://schema.org/headline", "Talks go on", ARTICLE),
    quad(f"{BASE}id/place/geneva", TYPE, "https://schema.org/Place", f"{BASE}graph/entities"),
    quad(f"{EX}a", f"{EX}p", 1, f"{EX}one"),
    quad(f"{EX}a", f"{EX}p", 2, f"{EX}two"),
    quad(f"{EX}b", f"{EX}p", "of two", f"{EX}two"),
    quad(f"{EX}c", f"{EX}p", "of none"),
]


def make_store(path: Path) -> Path:
    """Make a store with an article, an entity, and graphs of users."""
    with Store.open(path) as store, store.writer() as writer:
        writer.apply([], QUADS)
        writer.commit()
    return path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server that only reads, over `QUADS`."""
    store = make_store(tmp_path_factory.mktemp("read") / "store")
    with serving(store) as running:
        yield running


@pytest.fixture(scope="session")
def _writing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    store = make_store(tmp_path_factory.mktemp("write") / "store")
    with serving(store, KG_TOKEN=TOKEN) as running:
        yield running


@pytest.fixture
def writable(_writing: Server) -> Server:
    """Give a server that takes updates with `TOKEN`, with `QUADS` and nothing else in it."""
    quads = "".join(
        f"{one.subject} {one.predicate} {one.object} .\n"
        if isinstance(one.graph_name, ox.DefaultGraph)
        else f"GRAPH {one.graph_name} {{ {one.subject} {one.predicate} {one.object} }}\n"
        for one in QUADS
    )
    reply = _writing.update(f"DROP ALL ; INSERT DATA {{ {quads} }}", managed="allow")
    assert reply.status == 204, reply.text
    return _writing
