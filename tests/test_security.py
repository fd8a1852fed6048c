"""The threat model: that its tests exist, and the claims that no other file tests."""

from __future__ import annotations

import ast
import hmac
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from conftest import ROOT
from servers import EX, TOKEN, Reply, Server, make_store, serving, wait_for

from kg.endpoint.problems import ProblemError
from kg.endpoint.settings import Settings
from kg.endpoint.write import authorise

PAGE = (ROOT / "docs/security.md").read_text()
CLAIMS = [
    tuple(cell.strip() for cell in line.strip("|").split(" | "))
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| Claim")
]


def functions_of(file: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim[0][:50])
def test_every_claim_names_tests_that_exist(claim: tuple[str, str]) -> None:
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", claim[1])
    assert named, "it names no test"
    for file, test in named:
        assert test in functions_of(file), f"{file} has no {test}"


def test_it_listens_on_the_machine_itself(server: Server) -> None:
    table = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    bound = re.findall(rf"\s([0-9A-F]+):{server.port:04X} [0-9A-F:]+ 0A ", table)
    assert bound == ["0100007F"]


class Listener:
    """Counts who connects."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/data"
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()
    try:
        yield listener
    finally:
        listener.close()


def test_nothing_is_ever_fetched(writable: Server) -> None:
    def put(kind: str, body: str) -> Reply:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": kind}
        return writable.request("PUT", f"/store?graph={quote(EX + 'up')}", body, headers)

    with listening() as other:
        there = f"<{other.url}>"
        for query in (
            f"SELECT * FROM {there} {{ ?s ?p ?o }}",
            f"SELECT * FROM NAMED {there} {{ GRAPH ?g {{ ?s ?p ?o }} }}",
            f"SELECT * {{ GRAPH {there} {{ ?s ?p ?o }} }}",
            f"SELECT * {{ SERVICE {there} {{ ?s ?p ?o }} }}",
            f"SELECT * {{ SERVICE SILENT {there} {{ ?s ?p ?o }} }}",
            f"DESCRIBE {there}",
        ):
            writable.query(query)
        asked = urlencode({"query": "ASK { ?s ?p ?o }", "default-graph-uri": other.url})
        writable.get(f"/sparql?{asked}")
        for text in (
            f"LOAD {there}",
            f"LOAD SILENT {there} INTO GRAPH <{EX}g>",
            f"INSERT {{ GRAPH <{EX}g> {{ ?s ?p ?o }} }} WHERE {{ SERVICE {there} {{ ?s ?p ?o }} }}",
            f"INSERT {{ GRAPH <{EX}g> {{ ?s ?p ?o }} }} USING {there} WHERE {{ ?s ?p ?o }}",
        ):
            writable.update(text)
        put("application/ld+json", f'{{"@context": "{other.url}", "@id": "a:b"}}')
        put("application/ld+json", f'{{"@context": {{"@import": "{other.url}"}}}}')
        put(
            "application/rdf+xml",
            f'<!DOCTYPE r [<!ENTITY x SYSTEM "{other.url}">]>'
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&x;</rdf:RDF>',
        )
        writable.get(f"/query?{urlencode({'query': f'SELECT * FROM {there} {{ ?s ?p ?o }}'})}")
        time.sleep(0.3)
        assert other.connections == 0
        # It would have been seen:
        socket.create_connection(("127.0.0.1", other.port)).close()
        assert wait_for(lambda: other.connections == 1)


def test_tokens_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is sent is compared by `hmac.compare_digest`, whose answer alone decides."""
    compared: list[tuple[bytes, bytes]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return False

    monkeypatch.setattr(hmac, "compare_digest", compare)
    guesses = ["", "x", TOKEN[:-1], TOKEN, TOKEN + "x", "é"]
    for guess in guesses:
        with pytest.raises(ProblemError):
            authorise(f"Bearer {guess}", Settings(token=TOKEN))
    assert [other for _, other in compared] == [TOKEN.encode()] * len(guesses)


def test_other_sites_get_no_credentials(writable: Server) -> None:
    origin = {"Origin": "https://evil.example"}
    for method, path in (
        ("GET", "/sparql?query=ASK%7B%7D"),
        ("OPTIONS", "/sparql"),
        ("OPTIONS", "/store"),
        ("GET", "/queries"),
    ):
        reply = writable.request(method, path, headers=origin)
        assert "access-control-allow-credentials" not in reply.headers
        assert reply.headers.get("access-control-allow-origin", "*") == "*"
        assert "set-cookie" not in reply.headers


@pytest.mark.parametrize(
    "path",
    ["/", "/query", "/queries", "/openapi.json", "/sparql", "/sparql?query=ASK%7B%7D", "/nothing",
     "/sparql?query=x", "/store?default", "/dump.nq", "/healthz", "/metrics", "/ontology",
     "/.well-known/void"],
)  # fmt: skip
def test_every_answer_has_the_headers(server: Server, path: str) -> None:
    headers = server.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    if headers["content-type"].startswith("text/html"):  # for old browsers, and where links are
        assert headers["referrer-policy"] in ("no-referrer", "same-origin")
        assert headers["x-frame-options"] == "DENY"
    assert "server" not in headers


@pytest.fixture(scope="module")
def secretive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server over a store in a folder whose name nobody should read."""
    store = make_store(tmp_path_factory.mktemp("kept") / "secret-folder")
    with serving(store, KG_TOKEN=TOKEN) as running:
        yield running


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_errors_tell_nothing_of_the_machine(secretive: Server, accept: str) -> None:
    replies = [
        secretive.get(path, accept=accept)
        for path in (
            "/nothing", "/sparql?query=SELECT", "/sparql?format=png", "/queries/x",
            "/queries/states-met?state=x", "/article/x", "/text/x", "/id/person/x",
            "/store?graph=x", "/dump.nq?graph=x", "/query?query=SELECT", "/%00",
            "/..%2f..%2fetc",
        )
    ]  # fmt: skip
    replies.append(secretive.update("INSERT DATA {", "wrong"))
    replies.append(secretive.update("INSERT DATA {"))
    replies.append(secretive.request("TRACE", "/sparql"))
    away = secretive.store.with_name("away")
    secretive.store.rename(away)  # from here on, every read of the store fails
    try:
        replies += [secretive.get(path, accept=accept) for path in ("/", "/healthz", "/dump.nq")]
    finally:
        away.rename(secretive.store)
    assert any(reply.status >= 500 for reply in replies)
    for reply in replies:
        assert "secret-folder" not in reply.text and str(ROOT) not in reply.text
        assert TOKEN not in reply.text
        for word in ("Traceback", ".py", "pyoxigraph", "RocksDB", "rocksdb"):
            assert word not in reply.text, (word, reply.text[:300])
