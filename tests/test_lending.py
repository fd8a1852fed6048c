"""Connections that workers have for a while: nobody can tell, whatever is asked and goes wrong."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from servers import EX, PATIENCE, TOKEN, Server, quickest, serving, wait_for
from test_connections import Line, connected
from test_workers import ENDLESS, FLOOD, GREEDY, busy, found_busy, node, value, workers

from kg.store import Store

SIZE = 20_000
ACCEPT = "text/tab-separated-values"
ALL = "SELECT ?s ?o { ?s ?p ?o }"
LONG = "x" * 300
SLOWER = (  # a tenth of a second, of which a short query may take a third
    "SELECT (COUNT(*) AS ?n) { VALUES ?k { 'a' 'b' 'c' 'd' 'e' 'f' 'g' 'h' 'i' 'j' 'k' 'l' } "
    f"?a <{EX}p> ?b FILTER(REGEX(CONCAT(?k, ?b), '(v|a|l)*7$')) }}"
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server with tight limits that writes everything down."""
    path = tmp_path_factory.mktemp("kept") / "store"
    with Store.open(path) as store, store.writer() as writer:
        writer.touch()
        writer.ox.extend(
            ox.Quad(node(n), node("p"), ox.Literal(f"value {n}"), node("g")) for n in range(SIZE)
        )
        writer.ox.extend(
            ox.Quad(node("long"), node("q"), ox.Literal(f"{n} {LONG}"), node("h"))
            for n in range(20)
        )
    limits = {"KG_QUERY_SECONDS": "3", "KG_QUERY_MEMORY": "200", "KG_TOKEN": TOKEN}
    options = ("--log-format", "json", "--slow-query", "0.01")
    with serving(path, *options, **limits) as server:
        # On a busy machine the first worker takes longer to start than a query may.
        assert wait_for(lambda: server.query("ASK {}").status == 200)
        yield server


def small(number: int) -> str:
    return f"SELECT ?o {{ <{EX}{number}> <{EX}p> ?o }}"


def get(query: str, *headers: str) -> str:
    head = [f"GET /sparql?query={quote(query)} HTTP/1.1", "Host: x", f"Accept: {ACCEPT}", *headers]
    return "\r\n".join(head) + "\r\n\r\n"


def asked(line: Line, query: str, *headers: str) -> tuple[HTTPResponse, bytes]:
    line.send(get(query, *headers))
    reply = line.answer()
    return reply, reply.body  # type: ignore[attr-defined]


def is_answered(line: Line, number: int, *headers: str) -> bool:
    reply, body = asked(line, small(number), *headers)
    return (reply.status, body) == (200, f'?o\n"value {number}"\n'.encode())


def lent(server: Server) -> float:
    return value(server, "kg_connections_lent")


def until_lent(server: Server, line: Line, *headers: str) -> int:
    """Ask until a worker has the connection; return how often."""
    until = time.monotonic() + PATIENCE
    asked = 0
    while time.monotonic() < until:
        assert all(is_answered(line, number, *headers) for number in range(5))
        asked += 5
        if lent(server):
            return asked
        time.sleep(0.01 * (asked > 100))
    raise AssertionError("the connection was not lent")


def borrower(server: Server, line: Line) -> int:
    """Return the worker that has a connection: it works when it is asked there."""

    def used() -> dict[int, int]:
        found = {}
        for pid in workers(server):
            try:
                found[pid] = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
            except OSError:
                continue
        return found

    before = used()
    assert all(is_answered(line, number) for number in range(200))
    after = used()
    return max(after, key=lambda pid: after[pid] - before.get(pid, after[pid]))


def lines(server: Server) -> list[dict[str, object]]:
    """Return what the log has in whole lines of JSON."""
    whole = server.log.read_text().rpartition("\n")[0]
    return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]


def test_answers_are_the_same_to_the_byte(kept: Server) -> None:
    """With all headers but the date, for results, errors, gzip and what must not be cached."""
    queries = [
        small(7),
        "ASK {}",
        "SELECT ?o {",
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        f"CONSTRUCT WHERE {{ <{EX}7> ?p ?o }}",
        "SELECT (RAND() > 2 AS ?x) {}",
        f"SELECT ?o {{ <{EX}long> ?p ?o }}",
    ]
    coding = "Accept-Encoding: gzip"
    before, after = [], []
    for query in queries:
        with connected(kept) as line:
            before.append(asked(line, query, coding))
    with connected(kept) as line:
        for query in queries:
            # One that is idle for a second, as on a busy machine, comes back: then once more.
            until = time.monotonic() + PATIENCE
            while True:
                until_lent(kept, line, coding)
                reply = asked(line, query, coding)
                if lent(kept) == 1:
                    break
                assert time.monotonic() < until, "a worker never kept the connection"
            after.append(reply)
    for (one, its), (other, others) in zip(before, after, strict=True):
        shown = [
            {**dict(reply.getheaders()), "Date": "", "Transfer-Encoding": "", "Content-Length": ""}
            for reply in (one, other)
        ]
        assert (one.status, shown[0]) == (other.status, shown[1])
        if one.headers["Content-Encoding"]:
            its, others = gzip.decompress(its), gzip.decompress(others)
        assert its == others
    assert {one.status for one, _ in before} >= {200, 400, 403, 406} - {403, 406}
    assert before[-1][0].headers["Content-Encoding"] == "gzip"


def test_each_request_is_counted_and_written_down(kept: Server) -> None:
    labels = {"route": "/sparql", "method": "GET", "status": "200"}

    def told() -> tuple[float, int]:
        found = [one for one in lines(kept) if one.get("path") == "/sparql"]
        return value(kept, "kg_requests_total", **labels), len(found)

    def is_settled() -> bool:
        seen = told()
        time.sleep(0.7)
        return told() == seen and lent(kept) == 0

    assert wait_for(is_settled)
    before, written = told()
    with connected(kept) as line:
        count = until_lent(kept, line)
        for number in range(500):
            assert is_answered(line, number)
        assert wait_for(lambda: told() == (before + count + 500, written + count + 500))
    last = [one for one in lines(kept) if one.get("path") == "/sparql"][-1]
    assert last["client"] == "127.0.0.1" and last["method"] == "GET" and last["status"] == 200
    assert last["rows"] == 1 and last["bytes"] == len(b'?o\n"value 499"\n')
    assert len(str(last["query"])) == 16 and last["revision"]


def test_a_long_query_is_stopped_and_the_connection_goes_on(kept: Server) -> None:
    with connected(kept) as line:

        def attempt() -> float:
            until_lent(kept, line)
            begun = time.monotonic()
            reply, body = asked(line, ENDLESS)
            taken = time.monotonic() - begun
            assert (reply.status, json.loads(body)["type"][-10:]) == (504, "query-time")
            assert taken > 2.9
            return taken

        assert quickest(attempt, 4) < 4
        assert is_answered(line, 8)
        until_lent(kept, line)
    assert value(kept, "kg_queries_stopped_total", cause="time") >= 1
    assert any(one.get("stopped") == "time" for one in lines(kept))


def test_a_greedy_query_is_stopped_and_the_connection_goes_on(kept: Server) -> None:
    with connected(kept) as line:
        until_lent(kept, line)
        reply, body = asked(line, GREEDY)
        # Which of its limits it meets first is the machine's doing.
        assert (reply.status, json.loads(body)["type"].rpartition("/")[2]) in (
            (413, "query-memory"),
            (504, "query-time"),
        )
        assert is_answered(line, 9)


def test_a_query_that_takes_a_while_is_answered_and_written_down(kept: Server) -> None:
    """It moves to the lane of long ones; its text is in the log of slow queries."""
    with connected(kept) as line:
        until_lent(kept, line)
        reply, body = asked(line, SLOWER)
        assert (reply.status, body) == (200, b"?n\n24000\n")
        assert is_answered(line, 9)
    assert wait_for(lambda: any(one.get("text") == SLOWER for one in lines(kept)))


def test_a_large_result_goes_the_usual_way(kept: Server) -> None:
    with connected(kept) as line:
        until_lent(kept, line)
        for _ in range(2):
            reply, body = asked(line, ALL)
            assert reply.status == 200 and body.count(b"\n") == SIZE + 21
            assert is_answered(line, 10)


def test_a_result_that_is_stopped_on_its_way_breaks_off(kept: Server) -> None:
    """What was sent of it cannot be taken for the whole."""
    with connected(kept) as line:
        until_lent(kept, line)
        line.send(get(FLOOD))
        reply = HTTPResponse(line.line)
        reply.begin()
        if reply.status == 200:
            with pytest.raises((OSError, HTTPException)):
                while reply.read(1 << 20):
                    pass
        else:
            assert reply.status in (413, 504)


def test_a_worker_that_dies_takes_nothing_along(kept: Server) -> None:
    """Idle, it is not missed; at work, its query gets its error, and the next one its answer."""
    with connected(kept) as line:
        until_lent(kept, line)
        os.kill(borrower(kept, line), signal.SIGKILL)
        time.sleep(0.05)
        assert is_answered(line, 11)
        until_lent(kept, line)
        assert wait_for(lambda: busy(kept) is None)
        line.send(get(ENDLESS))
        os.kill(found_busy(kept), signal.SIGKILL)
        reply = line.answer()
        assert reply.status == 500
        assert json.loads(reply.body)["type"].endswith("query-crash")  # type: ignore[attr-defined]
        assert is_answered(line, 12)


def test_a_client_that_goes_away_ends_its_query(kept: Server) -> None:
    gone = value(kept, "kg_queries_stopped_total", cause="gone")
    with connected(kept) as line:
        until_lent(kept, line)
        assert wait_for(lambda: busy(kept) is None)
        line.send(get(ENDLESS))
        found_busy(kept)
    assert wait_for(lambda: value(kept, "kg_queries_stopped_total", cause="gone") == gone + 1)
    assert wait_for(lambda: lent(kept) == 0)


def test_requests_of_any_other_kind_go_back(kept: Server) -> None:
    """On the same connection: other headers, methods, bodies, halves and several at once."""
    with connected(kept) as line:
        until_lent(kept, line)
        line.send(get(small(1)).replace(ACCEPT, "text/csv"))
        assert line.answer().headers.get_content_type() == "text/csv"
        until_lent(kept, line)
        line.send(f"HEAD /sparql?query={quote(small(1))} HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.answer("HEAD").status == 200
        until_lent(kept, line)
        line.send(get(small(1))[:40])
        time.sleep(0.1)
        line.send(get(small(1))[40:])
        assert line.answer().body == b'?o\n"value 1"\n'  # type: ignore[attr-defined]
        until_lent(kept, line)
        line.line.sendall("".join(get(small(n)) for n in (1, 2, 3)).encode())
        assert read_rows(line, 3) == [f'?o\n"value {n}"\n'.encode() for n in (1, 2, 3)]
        until_lent(kept, line)
        line.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.answer().status == 200
        until_lent(kept, line)
        line.send("nonsense\r\n\r\n")
        assert line.answer().status == 400


def read_rows(line: Line, count: int) -> list[bytes]:
    """Read answers that come one behind the other."""
    data = b""
    found: list[bytes] = []
    while len(found) < count:
        head, end, rest = data.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]
        if end and len(rest) >= int(length):
            found.append(rest[: int(length)])
            data = rest[int(length) :]
            continue
        data += line.line.recv(65536)
    return found


def test_what_is_written_is_seen_by_the_next_query(kept: Server) -> None:
    """On a connection that a worker has kept since before."""
    with connected(kept) as line:
        until_lent(kept, line)
        for number in range(3):
            assert kept.update(f"INSERT DATA {{ GRAPH <{EX}n> {{ <{EX}n{number}> <{EX}p> 1 }} }}")
            _, body = asked(line, f"ASK {{ <{EX}n{number}> <{EX}p> 1 }}")
            assert body == b"true"
        assert kept.update(f"DROP GRAPH <{EX}n>").status == 204


@pytest.mark.parametrize(
    "header",
    [f"Authorization: Bearer {TOKEN}", "X-Forwarded-For: 203.0.113.9", "Via: 1.1 proxy",
     "Cookie: a=b", "Content-Length: 0", "If-None-Match: x", "Connection: close, x"],
)  # fmt: skip
def test_what_workers_should_not_see_keeps_a_connection_here(kept: Server, header: str) -> None:
    """A token, a proxy's clients, a body, a condition."""
    assert wait_for(lambda: lent(kept) == 0)
    with connected(kept) as line:
        for number in range(30):
            reply, _ = asked(line, small(number), header)
            assert reply.status == 200
            if reply.headers["Connection"] == "close":
                break
        time.sleep(0.6)  # the numbers are looked at twice a second
        assert lent(kept) == 0


def test_a_token_sent_on_a_lent_connection_works_and_ends_the_loan(kept: Server) -> None:
    with connected(kept) as line:
        until_lent(kept, line)
        body = "CLEAR SILENT GRAPH <http://example.org/none>"
        line.send(
            "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-update\r\n"
            f"Authorization: Bearer {TOKEN}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
        assert line.answer().status == 204
        assert is_answered(line, 3)


def test_more_clients_than_workers_are_all_answered(kept: Server) -> None:
    with ExitStack() as stack:
        crowd = [stack.enter_context(connected(kept)) for _ in range(30)]
        for number in range(20):
            assert all(is_answered(line, number) for line in crowd)
        assert lent(kept) <= 16
        assert kept.query("ASK {}").status == 200


def test_a_client_that_does_not_read_holds_nobody_up(kept: Server) -> None:
    """It sends and sends; what is answered waits for it, and the others do not."""
    slow = socket.create_connection(("127.0.0.1", kept.port))
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    query = f"SELECT ?o {{ <{EX}long> ?p ?o }}"
    with slow, connected(kept) as line:
        slow.settimeout(0.5)
        try:
            for _ in range(2000):
                slow.sendall(get(query).encode())
                time.sleep(0.0005)
        except TimeoutError:
            pass  # the server takes no more before its answers are read

        def attempt() -> float:
            begun = time.monotonic()
            assert all(is_answered(line, number) for number in range(50))
            return time.monotonic() - begun

        assert quickest(attempt, 5) < 5


def test_an_idle_connection_comes_back_and_is_kept(kept: Server) -> None:
    with connected(kept) as line:
        until_lent(kept, line)
        assert wait_for(lambda: lent(kept) == 0)
        assert is_answered(line, 4)
        until_lent(kept, line)


def test_the_server_ends_while_connections_are_lent(tmp_path: Path) -> None:
    """Without waiting for them, and with the answers to what came before."""
    with Store.open(tmp_path / "store") as store, store.writer() as writer:
        writer.ox.add(ox.Quad(node(0), node("p"), ox.Literal("value 0"), node("g")))
        writer.touch()
    with serving(tmp_path / "store") as server, connected(server) as line:
        for _ in range(200):
            assert is_answered(line, 0)
        begun = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begun < 20  # the grace of those that are waited for
