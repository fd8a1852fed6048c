"""Behind nginx as docs/deploy.md sets it up: what a client gets, and whom the server sees."""

from __future__ import annotations

import http.client
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from urllib.parse import quote

import pytest
from conftest import ROOT
from servers import EX, QUADS, TOKEN, Server, ended, free_port, make_store, serving, wait_for

ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(20)) + " }"
MANY = "SELECT * { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(4)) + " }"
AROUND = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/errors;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{
        listen 127.0.0.1:{port};
{documented}
    }}
}}
"""


@dataclass
class Front(Server):
    """The server as it is reached through nginx; ``behind`` is the server itself."""

    behind: Server | None = None

    def under_way(self) -> int:
        """Return how many queries run and wait, by the server's own account."""
        assert self.behind is not None
        told = self.behind.get("/metrics").text
        found = re.findall(r"^kg_queries_(?:running|waiting) (\S+)$", told, re.MULTILINE)
        assert len(found) == 2
        return sum(int(float(number)) for number in found)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory, needs: Callable[[str], str]) -> Iterator[Front]:
    program = needs("nginx")
    text = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
    (documented,) = re.findall(r"```nginx\n(.*?)```", text, re.DOTALL)
    folder = tmp_path_factory.mktemp("nginx")
    limits = {"KG_TOKEN": TOKEN, "KG_RESULT_HELD": "0.05", "KG_CLIENT_QUERIES": "2"}
    # Behind other tests, a query that has become a long one may get little of the processors.
    limits["KG_QUERY_SECONDS"] = "120"
    options = ("--proxies", "1", "--max-rows", "10000")
    with serving(make_store(folder / "store"), *options, **limits) as server:
        port = free_port()
        documented = documented.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")
        settings = folder / "nginx.conf"
        settings.write_text(AROUND.format(folder=folder, port=port, documented=documented))
        process = subprocess.Popen([program, "-p", str(folder), "-c", str(settings)])
        with ended(process):
            here = replace(server, url=f"http://127.0.0.1:{port}/")
            assert wait_for(lambda: process.poll() is None and _listens(port))
            yield Front(**vars(here), behind=server)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def send(front: Front, query: str, more: str = "", source: str = "127.0.0.1") -> socket.socket:
    line = socket.create_connection(("127.0.0.1", front.port), 200, (source, 0))
    request = f"GET /sparql?query={quote(query)}&format=tsv HTTP/1.1\r\nHost: x\r\n{more}\r\n"
    line.sendall(request.encode())
    return line


def test_pages_queries_and_errors_come_through(front: Front) -> None:
    assert front.get("/", accept="text/html").status == 200
    assert front.query("ASK { ?s ?p ?o }").json()["boolean"] is True
    for path, accept, status in (
        ("/sparql?query=ASK", "*/*", 400),
        (f"/sparql?query={quote('ASK {}')}", "image/png", 406),
        ("/nothing", "*/*", 404),
    ):
        reply = front.get(path, accept=accept)
        assert (reply.status, reply.type) == (status, "application/problem+json")
        assert reply.json()["status"] == status
    for path in ("/metrics", "/metrics?x"):
        assert front.get(path).status == 403


def test_a_large_answer_comes_whole(front: Front) -> None:
    reply = front.query(MANY, "text/tab-separated-values")
    assert "content-length" not in reply.headers
    assert reply.body.count(b"\n") == len(QUADS) ** 4 + 1


def test_an_answer_that_breaks_off_is_noticed(front: Front) -> None:
    """The row limit is met when the first rows are sent already."""
    with pytest.raises(http.client.IncompleteRead):
        front.query(MANY.replace("}", "?x ?y ?z }"))


def test_rows_come_while_the_query_runs_and_a_client_that_goes_ends_it(front: Front) -> None:
    """The rows are long: what nobody reads does not fit between the query and its client."""
    grown = "BIND(CONCAT(?s0, ?s0, ?s0, ?s0, ?s0, ?s0, ?s0, ?s0) AS ?s1)"
    doubled = [grown.replace("s1", f"s{n + 1}").replace("s0", f"s{n}") for n in range(4)]
    line = send(front, MANY.replace("}", f"BIND('a piece' AS ?s0) {' '.join(doubled)} }}"))
    received = b""
    while received.count(b"\n") < 100:
        piece = line.recv(65536)
        assert piece
        received += piece
    assert received.startswith(b"HTTP/1.1 200")
    assert front.under_way() == 1
    line.close()
    assert wait_for(lambda: front.under_way() == 0)


def test_who_has_the_token_writes(front: Front) -> None:
    path = f"/store?graph={quote(f'{EX}put')}"
    turtle = {"Content-Type": "text/turtle"}
    triple = f"<{EX}a> <{EX}b> <{EX}c> ."
    assert front.request("PUT", path, triple, turtle).status == 401
    told = front.request("PUT", path, triple, {**turtle, "Authorization": f"Bearer {TOKEN}"})
    assert told.status == 201
    assert front.update(f"INSERT DATA {{ GRAPH <{EX}put> {{ <{EX}a> <{EX}b> 2 }} }}").status == 204
    assert front.get(path, accept="application/n-triples").body.count(b"\n") == 2
    assert front.update(f"DROP GRAPH <{EX}put>").status == 204


def test_a_client_is_who_nginx_saw(front: Front) -> None:
    """Nobody gets more by saying that he is another, and others are not kept out."""
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(send(front, ENDLESS))
        assert wait_for(lambda: front.under_way() == 2)
        for more in ("", "X-Forwarded-For: 192.0.2.1\r\n"):
            with send(front, "ASK {}", more) as line:
                assert line.recv(100).startswith(b"HTTP/1.1 429 ")
        with send(front, "ASK {}", source="127.0.0.2") as line:
            assert line.recv(100).startswith(b"HTTP/1.1 200 ")
    assert wait_for(lambda: front.under_way() == 0)
