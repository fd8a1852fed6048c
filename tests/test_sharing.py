"""How many queries one client may have at work, and by which address it is known."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import quote

import pytest
from servers import NEVER_ENDING, Server, make_store, serving, wait_for

SMALL = f"/sparql?query={quote('ASK {}')}"


@contextmanager
def at_work(server: Server, count: int, forwarded: str = "") -> Iterator[None]:
    """Have so many queries at work that do not end."""
    with ExitStack() as stack:
        for _ in range(count):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            more = f"X-Forwarded-For: {forwarded}\r\n" if forwarded else ""
            target = f"/sparql?query={quote(NEVER_ENDING)}"
            line.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n{more}\r\n".encode())
        assert wait_for(lambda: under_way(server) == count)
        yield
    assert wait_for(lambda: under_way(server) == 0)


def under_way(server: Server) -> int:
    lines = server.get("/metrics").text.splitlines()
    names = ("kg_queries_running ", "kg_queries_waiting ")
    return sum(int(float(line.split()[1])) for line in lines if line.startswith(names))


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    with ExitStack() as stack:

        def run(*options: str, **environment: str) -> Server:
            store = make_store(tmp_path_factory.mktemp("shared") / "store")
            return stack.enter_context(
                serving(store, *options, KG_QUERY_SECONDS="60", **environment)
            )

        yield run


def test_a_client_with_too_many_at_work_is_told_to_wait(start: Callable[..., Server]) -> None:
    server = start("--client-queries", "2", KG_CLIENT_QUERIES="1")
    with at_work(server, 2):
        reply = server.get(SMALL)
        assert (reply.status, reply.type) == (429, "application/problem+json")
        assert int(reply.headers["retry-after"]) > 0
        problem = reply.json()
        assert problem["status"] == 429 and problem["type"].endswith("/client-queries")
        assert "2 queries" in problem["detail"] and problem["remedy"]
        # Nobody is believed about himself.
        assert server.get(SMALL, x_forwarded_for="192.0.2.1").status == 429
        assert server.get("/healthz/live").status == 200
    assert server.get(SMALL).status == 200
    told = re.search(
        r'kg_queries_stopped_total\{cause="crowd"\} (\d+)', server.get("/metrics").text
    )
    assert told is not None and int(told[1]) >= 2


def test_behind_a_proxy_a_client_is_who_the_proxy_saw(start: Callable[..., Server]) -> None:
    server = start(KG_CLIENT_QUERIES="1", KG_PROXIES="1")
    with at_work(server, 1, "203.0.113.9, 192.0.2.1"):
        assert server.get(SMALL, x_forwarded_for="192.0.2.1").status == 429
        assert server.get(SMALL, x_forwarded_for="198.51.100.7, 192.0.2.1").status == 429
        assert server.get(SMALL, x_forwarded_for="192.0.2.1, 192.0.2.2").status == 200
        assert server.get(SMALL).status == 200


def test_without_a_limit_there_is_none(start: Callable[..., Server]) -> None:
    server = start()
    with at_work(server, 8):
        assert server.get(SMALL).status == 200
