"""Queries in workers: what ends one, what others notice of it (nothing), and what a client sees."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from prometheus_client.parser import text_string_to_metric_families
from servers import (
    EX,
    NEVER_ENDING,
    PATIENCE,
    TOKEN,
    Reply,
    Server,
    is_there,
    make_store,
    quickest,
    serving,
    state_of,
    wait_for,
)
from SPARQLWrapper import SPARQLWrapper

from kg.store import Store

SIZE = 20_000
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
GREEDY = "SELECT ?a ?f { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f"
FLOOD = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SMALL = f"SELECT ?o {{ <{EX}7> <{EX}p> ?o }}"
ALL = "SELECT ?s ?o { ?s ?p ?o }"


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server with tight limits over some thousand quads."""
    with limited(tmp_path_factory.mktemp("crowd") / "store", KG_QUERY_SECONDS="3") as server:
        yield server


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run one that lets a query take the time that it needs to reach the other limits."""
    with limited(tmp_path_factory.mktemp("patient") / "store", KG_QUERY_SECONDS="100") as server:
        yield server


@contextmanager
def limited(path: Path, **limits: str) -> Iterator[Server]:
    with Store.open(path) as store, store.writer() as writer:
        writer.touch()
        writer.ox.extend(
            ox.Quad(node(n), node("p"), ox.Literal(f"value {n}"), node("g")) for n in range(SIZE)
        )
    others = {
        "KG_QUERY_MEMORY": "200", "KG_QUERIES": "1", "KG_QUEUE": "3", "KG_RESULT_HELD": "0.5",
        "KG_TOKEN": TOKEN,
    }  # fmt: skip
    with serving(path, **others, **limits) as server:
        yield server


def node(name: object) -> ox.NamedNode:
    return ox.NamedNode(f"{EX}{name}")


def children(pid: int) -> set[int]:
    """Return the processes that descend from one."""
    found = {pid}
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text().rpartition(")")[2].split()[1]
                )
            except OSError:
                continue
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def workers(server: Server) -> set[int]:
    """Return the worker processes of a server: what the process that forks them has forked."""
    found = set()
    for pid in children(server.process.pid):
        try:
            parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
            if b"serving.querying" in Path(f"/proc/{parent}/cmdline").read_bytes():
                found.add(pid)
        except OSError:
            continue
    return found


def busy(server: Server) -> int | None:
    """Return a worker that works, and not just for a moment.

    However little of the processors it gets: it counts that it wants them at every look.
    """
    found = workers(server)
    for _ in range(6):
        found = {pid for pid in found if state_of(pid) == "R"}
        if not found:
            return None
        time.sleep(0.02)
    return min(found)


def found_busy(server: Server) -> int:
    found: list[int | None] = []
    assert wait_for(lambda: found.append(busy(server)) or found[-1] is not None)
    assert found[-1] is not None
    return found[-1]


def value(server: Server, name: str, **labels: str) -> float:
    """Return a metric; what is not there is 0."""
    return sum(
        sample.value
        for family in text_string_to_metric_families(server.get("/metrics").text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


def problem(reply: Reply, status: int, kind: str) -> str:
    assert reply.status == status, reply.text
    assert reply.type == "application/problem+json"
    assert reply.json()["type"].endswith(f"/problem/{kind}")
    assert reply.json()["remedy"]
    return str(reply.json()["detail"])


def test_a_query_is_stopped_at_the_time_limit(crowd: Server) -> None:
    """It takes no longer than the limit and half a second, and its process is gone."""

    def attempt() -> float:
        begun = time.monotonic()
        reply = crowd.query(ENDLESS)
        taken = time.monotonic() - begun
        assert "3 seconds" in problem(reply, 504, "query-time")
        assert taken > 2.9
        return taken

    assert quickest(attempt, 3.5) < 3.5
    assert wait_for(lambda: busy(crowd) is None)


def test_a_query_is_stopped_at_the_memory_limit(patient: Server) -> None:
    reply = patient.query(GREEDY)
    assert "200 MiB" in problem(reply, 413, "query-memory")


def test_memory_that_grows_in_one_piece_is_seen(patient: Server) -> None:
    """Strings that double reach the limit in a few steps."""
    binds = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
    reply = patient.query(f'SELECT (STRLEN(?x40) AS ?n) {{ BIND("xxxxxxxx" AS ?x0) {binds} }}')
    problem(reply, 413, "query-memory")


def test_a_query_that_ends_its_process_gets_an_error(crowd: Server) -> None:
    """What the engine may do to its process is no more than that."""
    assert wait_for(lambda: busy(crowd) is None)  # that of the test before is on its way out
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(crowd.query, ENDLESS)
        os.kill(found_busy(crowd), signal.SIGSEGV)
        assert "ended its process" in problem(asked.result(), 500, "query-crash")
    assert crowd.query(SMALL).rows == [{"o": "value 7"}]


def test_a_query_stops_when_its_client_goes_away(crowd: Server) -> None:
    def attempt() -> float:
        stopped = value(crowd, "kg_queries_stopped_total", cause="gone")
        line = socket.create_connection(("127.0.0.1", crowd.port))
        line.sendall(f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        pid = found_busy(crowd)
        line.close()
        gone = time.monotonic()
        assert wait_for(lambda: pid not in workers(crowd))
        taken = time.monotonic() - gone
        # Not for its time, which would have been over soon as well.
        assert wait_for(
            lambda: value(crowd, "kg_queries_stopped_total", cause="gone") == stopped + 1
        )
        return taken

    assert quickest(attempt, 1) < 1


def test_others_go_on_while_long_queries_run(crowd: Server) -> None:
    """Small questions are answered at once, though the long ones fill their places."""
    with ThreadPoolExecutor(3) as pool:
        long = [pool.submit(crowd.query, ENDLESS) for _ in range(3)]
        found_busy(crowd)
        times = []
        for _ in range(30):
            begun = time.monotonic()
            assert crowd.query(SMALL).rows == [{"o": "value 7"}]
            times.append(time.monotonic() - begun)
        # One may be held up by other programs, but none waits for the end of a long one.
        assert sorted(times)[15] < 1 and max(times) < 2.9
        assert {reply.result().status for reply in long} <= {503, 504}


def test_a_long_query_comes_behind_others_and_last_after_a_second(tmp_path: Path) -> None:
    """However long others have the processors, it gets a second of them before its time is up."""
    seen: dict[int, list[int]] = {}

    def has_come_last(server: Server) -> bool:
        for pid in workers(server):
            with suppress(OSError):
                level, before = os.getpriority(os.PRIO_PROCESS, pid), seen.setdefault(pid, [])
                if level not in before:
                    before.append(level)
        return any(17 in levels for levels in seen.values())

    with (
        serving(make_store(tmp_path / "store"), KG_QUERY_SECONDS="100") as server,
        socket.create_connection(("127.0.0.1", server.port)) as client,
    ):
        assert wait_for(lambda: not has_come_last(server) and len(seen) >= 3)
        client.sendall(
            f"GET /sparql?query={quote(NEVER_ENDING)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        )
        assert wait_for(lambda: has_come_last(server))
    # Any other one comes behind the writer only.
    assert [7, 11, 17] in seen.values()
    assert all(levels in ([7], [7, 11, 17]) for levels in seen.values())


def test_what_finds_no_room_is_told_to_come_again(crowd: Server) -> None:
    """One long query runs, three wait; the others are turned away at once."""
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: crowd.query(ENDLESS), range(8)))
    statuses = sorted(reply.status for reply in replies)
    assert set(statuses) == {503, 504}
    for reply in replies:
        if reply.status == 503:
            problem(reply, 503, "query-busy")
            assert int(reply.headers["retry-after"]) > 0
    assert crowd.query(SMALL).status == 200


def test_who_got_his_turn_at_the_last_moment_is_told_to_come_again(crowd: Server) -> None:
    """He waited: it is not said of his query that it takes too long."""

    def has_waited() -> bool:
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(crowd.query, ENDLESS)
            time.sleep(0.6)
            second = crowd.query(ENDLESS)
            if (first.result().status, second.status) != (504, 503):
                return False  # on a busy machine the other one may be the first
        problem(second, 503, "query-busy")
        return True

    assert wait_for(has_waited)


def test_workers_move_to_new_revisions_under_load(crowd: Server) -> None:
    """Nobody gets an error or an older state than before, and what is acknowledged is seen."""
    count = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{EX}moving> {{ ?s ?p ?o }} }}"
    stop = threading.Event()

    def ask() -> list[int]:
        seen = []
        while not stop.is_set():
            seen.append(int(crowd.query(count).rows[0]["n"]))
        return seen

    with ThreadPoolExecutor(2) as pool:
        askers = [pool.submit(ask) for _ in range(2)]
        try:
            for number in range(1, 9):
                done = crowd.update(
                    f"INSERT DATA {{ GRAPH <{EX}moving> {{ <{EX}s> <{EX}p> {number} }} }}"
                )
                assert done.status in (200, 204), done.text
                reply = crowd.query(count)
                assert int(reply.rows[0]["n"]) == number
        finally:
            stop.set()
        for asker in askers:
            seen = asker.result()
            assert seen == sorted(seen)
            assert seen


def test_a_running_query_keeps_its_revision(crowd: Server) -> None:
    """An update that is done meanwhile is not seen, and does not disturb."""
    slow = (
        "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c } LIMIT 200 }"
        f" {{ ?s <{EX}p> ?o }} FILTER(CONTAINS(?o, STR(?c)) || STRLEN(?o) > 0) }}"
    )
    before = int(crowd.query(SMALL).headers["kg-revision"])
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(crowd.query, slow)
        found_busy(crowd)
        crowd.update(f"INSERT DATA {{ GRAPH <{EX}other> {{ <{EX}s> <{EX}p> 'new' }} }}")
        reply = asked.result()
    assert int(crowd.query(SMALL).headers["kg-revision"]) > before
    assert reply.status in (200, 504)
    if reply.status == 200:
        assert int(reply.headers["kg-revision"]) == before


def test_a_large_answer_is_sent_whole(crowd: Server) -> None:
    """Past what is held back it goes on in chunks, to a proper end."""
    reply = crowd.query(ALL, "text/tab-separated-values")
    assert reply.status == 200
    assert "content-length" not in reply.headers
    assert reply.body.count(b"\n") > SIZE


def test_a_stream_that_breaks_is_noticed(crowd: Server, needs: Callable[[str], str]) -> None:
    """An answer that cannot be finished never looks like a whole one: three clients."""
    with pytest.raises(http.client.IncompleteRead):
        crowd.query(FLOOD)
    wrapper = SPARQLWrapper(crowd.endpoint, returnFormat="json")
    wrapper.setQuery(FLOOD)
    with pytest.raises(http.client.IncompleteRead):
        wrapper.query().convert()
    curl = subprocess.run(
        [needs("curl"), "-sS", "-o", os.devnull, "--data-urlencode", f"query={FLOOD}",
         crowd.endpoint],
        capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert curl.returncode == 18, curl.stderr


def raw(server: Server, request: str) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as line:
        line.sendall(request.encode())
        found = b""
        while more := line.recv(65536):
            found += more
        return found


def test_http_1_0_gets_a_length_or_no_result(crowd: Server) -> None:
    """Whoever cannot notice that a stream breaks gets none."""
    head, _, body = raw(
        crowd, f"GET /sparql?query={quote(ALL)}&format=tsv HTTP/1.0\r\n\r\n"
    ).partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert len(body) > 600_000
    head, _, body = raw(crowd, f"GET /sparql?query={quote(FLOOD)} HTTP/1.0\r\n\r\n").partition(
        b"\r\n\r\n"
    )
    assert head.split(b" ")[1] in (b"504", b"413")


def test_a_slow_reader_holds_no_worker(crowd: Server) -> None:
    """The answer waits in a file; its process is free before the client has read it."""
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", crowd.port))
        line.sendall(f"GET /sparql?query={quote(ALL)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert line.recv(10).startswith(b"HTTP/1.1 2")
        assert wait_for(lambda: value(crowd, "kg_queries_running") == 0)
        assert wait_for(lambda: busy(crowd) is None)
        whole = line.recv(100)
        while b"\r\n0\r\n\r\n" not in whole[-30:]:
            more = line.recv(65536)
            assert more
            whole += more


def test_clients_that_dawdle_take_no_thread(crowd: Server) -> None:
    """Connections that say nothing, or speak byte by byte, do not keep others out."""
    lines = [socket.create_connection(("127.0.0.1", crowd.port)) for _ in range(80)]
    try:
        for line in lines[::2]:
            line.sendall(b"GET /sparql?query=ASK")

        def attempt() -> float:
            begun = time.monotonic()
            assert crowd.query(SMALL).status == 200
            return time.monotonic() - begun

        assert quickest(attempt, 1) < 1
        lines[0].sendall(b"%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n")
        assert lines[0].recv(20).startswith(b"HTTP/1.1 200")
    finally:
        for line in lines:
            line.close()


def test_pages_are_stopped_too(crowd: Server) -> None:
    """The query page says what happened, and other pages still come."""
    reply = crowd.get(f"/query?query={quote(ENDLESS)}", accept="text/html")
    assert reply.status == 504
    assert "3 seconds" in reply.text
    assert crowd.get("/", accept="text/html").status == 200


def test_workers_know_no_secret_and_end_with_the_server(tmp_path: Path) -> None:
    """The token is not in their environment; a server that is killed leaves none behind."""
    with Store.open(tmp_path / "store"):
        pass
    with serving(tmp_path / "store", KG_TOKEN=TOKEN) as server:
        assert server.query("ASK {}").status == 200
        everyone = workers(server)
        assert everyone
        for pid in everyone:
            parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
            assert TOKEN.encode() not in Path(f"/proc/{parent}/environ").read_bytes()
        server.process.kill()  # its serving processes end with it
        assert wait_for(lambda: not any(map(is_there, everyone)))
