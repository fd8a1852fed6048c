"""Several requests on one connection: none has anything of the one before, however it comes."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from urllib.parse import quote

import pytest
from servers import EX, PATIENCE, TOKEN, Server

QUERY = "ASK {}"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"


class Line:
    """One connection."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line

    def send(self, data: str) -> None:
        self.line.sendall(data.encode())

    def answer(self, method: str = "GET") -> HTTPResponse:
        """Read one answer, its body too."""
        reply = HTTPResponse(self.line, method=method)
        reply.begin()
        reply.body = reply.read()  # type: ignore[attr-defined]
        return reply


@contextmanager
def connected(server: Server) -> Iterator[Line]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield Line(line)


def get(query: str = QUERY, *headers: str, method: str = "GET", version: str = "1.1") -> str:
    head = [f"{method} /sparql?query={quote(query)} HTTP/{version}", *headers]
    return "\r\n".join(head) + "\r\n\r\n"


def kind(reply: HTTPResponse) -> str:
    return str(reply.headers.get_content_type())


def test_each_request_has_its_own_headers(server: Server) -> None:
    with connected(server) as line:
        for accept in (JSON, XML, XML, JSON, JSON):
            line.send(get(QUERY, "Host: x", f"Accept: {accept}"))
            assert kind(line.answer()) == accept
        line.send(get(QUERY, "Host: x", f"Accept: {XML}", "Accept-Encoding: gzip"))
        tag = line.answer().headers["ETag"]
        line.send(get(QUERY, "Host: x", f"Accept: {XML}", f"If-None-Match: {tag}"))
        assert line.answer().status == 304
        line.send(get(QUERY, "Host: x", f"Accept: {XML}"))
        assert line.answer().status == 200
        line.send(get())  # no header at all
        assert kind(line.answer()) == JSON


def test_each_request_has_its_own_query(server: Server) -> None:
    with connected(server) as line:
        for number in range(5):
            line.send(get(f"SELECT (<{EX}{number}> AS ?x) {{}}", "Host: x", f"Accept: {JSON}"))
            found = json.loads(line.answer().body)  # type: ignore[attr-defined]
            assert found["results"]["bindings"][0]["x"]["value"] == f"{EX}{number}"


def test_methods_and_versions_take_turns(server: Server) -> None:
    with connected(server) as line:
        line.send(get(QUERY, "Host: x"))
        whole = line.answer().body  # type: ignore[attr-defined]
        line.send(get(QUERY, "Host: x", method="HEAD"))
        head = line.answer("HEAD")
        assert (head.body, head.headers["Content-Length"]) == (b"", str(len(whole)))  # type: ignore[attr-defined]
        line.send(get(QUERY, "Host: x", method="DELETE"))
        assert line.answer().status == 405
        line.send(get(QUERY, "Host: x"))
        assert line.answer().body == whole  # type: ignore[attr-defined]
        line.send(get(QUERY, "Host: x", version="1.0"))
        last = line.answer()
        assert last.body == whole and last.headers["Connection"] == "close"  # type: ignore[attr-defined]
        assert line.line.recv(1) == b""


def test_a_head_may_come_in_pieces_after_a_whole_one(server: Server) -> None:
    with connected(server) as line:
        for pause in (0.0, 0.03, 0.3):
            line.send(get(QUERY, "Host: x"))
            assert line.answer().status == 200
            text = get(f"SELECT (<{EX}late> AS ?x) {{}}", "Host: x", f"Accept: {JSON}")
            for at in range(0, len(text), 60):
                line.send(text[at : at + 60])
                time.sleep(pause)
            assert b"late" in line.answer().body  # type: ignore[attr-defined]


def test_requests_may_be_sent_before_the_answers(server: Server) -> None:
    queries = [f"SELECT (<{EX}{number}> AS ?x) {{}}" for number in range(4)]
    with connected(server) as line:
        line.send("".join(get(query, "Host: x") for query in queries))
        found = line.line.makefile("rb")
        for number in range(len(queries)):
            length = None
            while (row := found.readline().strip()) != b"":
                if row.lower().startswith(b"content-length:"):
                    length = int(row.split(b":")[1])
            assert length is not None
            assert f"{EX}{number}".encode() in found.read(length)


def test_a_body_may_come_later_than_its_head(server: Server) -> None:
    with connected(server) as line:
        for pause in (0.0, 0.1):
            line.send(get(QUERY, "Host: x"))
            assert line.answer().status == 200
            line.send(
                "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
                f"Content-Length: {len(QUERY)}\r\n\r\n"
            )
            for letter in QUERY:
                time.sleep(pause / len(QUERY))
                line.send(letter)
            assert line.answer().status == 200


@pytest.mark.parametrize("first", [True, False])
def test_a_token_holds_for_its_own_request_alone(writable: Server, first: bool) -> None:
    update = f"INSERT DATA {{ GRAPH <{EX}g> {{ <{EX}s> <{EX}p> 1 }} }}"
    rest = (
        f"Content-Type: application/sparql-update\r\nContent-Length: {len(update)}\r\n\r\n{update}"
    )
    with connected(writable) as line:
        for known in (first, not first, first):
            token = f"Authorization: Bearer {TOKEN}\r\n" if known else ""
            line.send(f"POST /sparql HTTP/1.1\r\n{token}{rest}")
            assert line.answer().status == (204 if known else 401)


@pytest.mark.parametrize(
    ("method", "target", "kind", "body"),
    [
        ("POST", "/sparql", "application/sparql-update", "INSERT DATA { <x:cut> <x:off> 1 }"),
        ("POST", "/sparql", "application/x-www-form-urlencoded", "query=ASK%20%7B%7D"),
        ("POST", "/sparql", "application/sparql-query", QUERY),
        ("PUT", "/store?graph=x:g", "application/n-triples", "<x:cut> <x:off> <x:o> .\n"),
        ("POST", "/store?default", "text/turtle", "<x:cut> <x:off> <x:o> .\n"),
    ],
)
def test_a_body_that_breaks_off_is_not_taken_for_the_whole(
    writable: Server, method: str, target: str, kind: str, body: str
) -> None:
    with connected(writable) as line:
        line.send(
            f"{method} {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body) + 10}\r\n\r\n{body}"
        )
        line.line.shutdown(socket.SHUT_WR)
        reply = line.answer()
        assert reply.status == 400
        assert "10 bytes before" in json.loads(reply.body)["detail"]  # type: ignore[attr-defined]
        assert line.line.recv(1) == b""
    asked = "ASK { { <x:cut> ?p ?o } UNION { GRAPH ?g { <x:cut> ?p ?o } } }"
    assert writable.query(asked).json()["boolean"] is False


def test_a_body_that_nobody_wants_may_break_off(server: Server) -> None:
    with connected(server) as line:
        line.send("POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
        line.line.shutdown(socket.SHUT_WR)
        assert line.answer().status == 404
        assert line.line.recv(1) == b""
    assert "Traceback" not in server.log.read_text()
