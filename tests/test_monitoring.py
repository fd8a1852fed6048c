"""What the server tells of itself: metrics, log, health, its end, and backups meanwhile."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from commands import kg
from servers import (
    EX,
    PATIENCE,
    QUADS,
    TOKEN,
    Server,
    make_store,
    serving,
    serving_processes,
    wait_for,
)
from test_workers import value

from kg.store import Store

ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(20)) + " }"
SECRET = "a-word-that-nobody-should-read"


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server of two processes that writes down everything there is."""
    path = make_store(tmp_path_factory.mktemp("busy") / "store")
    options = ("--workers", "2", "--log-format", "json", "--slow-query", "0")
    with serving(path, *options, KG_TOKEN=TOKEN, KG_QUERY_SECONDS="1") as running:
        yield running


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server that writes its log as JSON, and holds back next to nothing of an answer."""
    path = make_store(tmp_path_factory.mktemp("told") / "store")
    with serving(path, "--log-format", "json", KG_RESULT_HELD="0.001") as running:
        yield running


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server that was told nothing."""
    with serving(make_store(tmp_path_factory.mktemp("plain") / "store")) as running:
        yield running


def lines(server: Server) -> list[dict[str, Any]]:
    """Return what the log has in whole lines of JSON."""
    whole = server.log.read_text().rpartition("\n")[0]
    return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]


def line_of(server: Server, **members: object) -> dict[str, Any]:
    """Return the last line of the log that has these members, when it has come."""

    def found() -> list[dict[str, Any]]:
        return [one for one in lines(server) if members.items() <= one.items()]

    assert wait_for(found), f"no line with {members}: {server.log.read_text()}"
    return found()[-1]


# Metrics


def test_requests_of_all_processes_are_counted(busy: Server) -> None:
    labels = {"route": "/sparql", "method": "GET", "status": "200"}
    before = value(busy, "kg_requests_total", **labels)
    for _ in range(40):  # enough for both processes to have some
        assert busy.get(f"/sparql?query={quote('ASK {}')}").status == 200
    assert wait_for(lambda: value(busy, "kg_requests_total", **labels) == before + 40)
    # Whoever answers says the same.
    assert {value(busy, "kg_requests_total", **labels) for _ in range(8)} == {before + 40}
    assert value(busy, "kg_request_seconds_count", route="/sparql") >= 40
    assert value(busy, "kg_response_bytes_total", route="/sparql") >= 40 * 10


def test_routes_are_rules_so_that_their_number_is_bounded(busy: Server) -> None:
    for name in ("one", "two", "three/four"):
        busy.get(f"/no-such-place/{name}")
        busy.get(f"/queries/{name}")
    text = busy.get("/metrics").text
    assert 'route="/queries/<name>"' in text and 'route="none"' in text
    assert "no-such-place" not in text and "three" not in text


def test_stopped_queries_are_counted_by_cause(busy: Server) -> None:
    before = value(busy, "kg_queries_stopped_total", cause="time")
    assert busy.query(ENDLESS).status == 504
    assert wait_for(lambda: value(busy, "kg_queries_stopped_total", cause="time") == before + 1)


def test_running_queries_are_seen(busy: Server) -> None:
    seen = threading.Event()

    def ask() -> None:
        while not seen.is_set():  # each is stopped after a second
            busy.query(ENDLESS)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        assert wait_for(lambda: value(busy, "kg_queries_running") >= 1)
    finally:
        seen.set()
        asking.join()
    assert wait_for(lambda: value(busy, "kg_queries_running") == 0)
    assert value(busy, "kg_query_workers") >= 1


def test_the_store_is_told_of(tmp_path: Path) -> None:
    with serving(make_store(tmp_path / "store"), KG_TOKEN=TOKEN) as running:
        assert value(running, "kg_triples") == len(QUADS)
        assert value(running, "kg_read_only") == 0
        revision = value(running, "kg_revision")
        reply = running.update(f"INSERT DATA {{ GRAPH <{EX}g> {{ <{EX}n> <{EX}p> 1 }} }}")
        assert reply.status == 204
        assert value(running, "kg_revision") == int(reply.headers["kg-revision"]) > revision
        assert value(running, "kg_writer_up") == 1
        assert value(running, "kg_writer_commits_total") == 1


def test_a_process_that_dies_keeps_what_it_counted(tmp_path: Path) -> None:
    with serving(make_store(tmp_path / "store")) as running:
        for _ in range(5):
            running.get(f"/sparql?query={quote('ASK {}')}")
        assert wait_for(lambda: value(running, "kg_requests_total", route="/sparql") == 5)
        for child in serving_processes(running):
            os.kill(child, signal.SIGKILL)

        def answers() -> bool:
            with suppress(OSError):
                return running.get("/healthz").status == 200
            return False

        assert wait_for(answers)
        assert value(running, "kg_requests_total", route="/sparql") == 5
        # and what it had under way is gone with it
        assert wait_for(lambda: value(running, "kg_query_workers") <= 8)


def test_metrics_come_as_openmetrics_too(busy: Server) -> None:
    reply = busy.get("/metrics", accept="application/openmetrics-text; version=1.0.0")
    assert reply.type == "application/openmetrics-text"
    assert reply.text.endswith("# EOF\n")
    assert busy.get("/metrics").type == "text/plain"


# The log


def test_a_request_is_a_line(busy: Server) -> None:
    query = f"SELECT ?o {{ <{EX}a> <{EX}p> ?o }} # {SECRET}"
    reply = busy.get(f"/sparql?query={quote(query)}", accept="text/csv")
    expected = hashlib.sha256(query.encode()).hexdigest()[:16]
    line = line_of(busy, query=expected, path="/sparql")
    assert (line["method"], line["route"], line["status"]) == ("GET", "/sparql", 200)
    assert (line["bytes"], line["rows"]) == (len(reply.body), 2)
    assert line["revision"] == int(reply.headers["kg-revision"])
    assert line["client"] == "127.0.0.1"
    assert 0 < line["seconds"] < PATIENCE
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nbad header\r\n\r\n", 400),
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
    ],
)
def test_what_cannot_be_read_is_counted_and_written_down(
    told: Server, head: bytes, status: int
) -> None:
    labels = {"method": "other", "route": "none", "status": str(status)}
    before = value(told, "kg_requests_total", **labels)
    with socket.create_connection(("127.0.0.1", told.port)) as line:
        line.sendall(head)
        reply = b""
        while piece := line.recv(65536):
            reply += piece
    body = reply.partition(b"\r\n\r\n")[2]
    assert json.loads(body)["status"] == status
    written = line_of(told, status=status, bytes=len(body))
    assert (written["client"], written["method"], written["path"]) == ("127.0.0.1", "-", "-")
    assert written["route"] == "none"
    assert wait_for(lambda: value(told, "kg_requests_total", **labels) == before + 1)


def test_a_slow_query_is_written_with_its_text(busy: Server) -> None:
    query = f"{ENDLESS} # slow"
    busy.query(query)
    line = line_of(busy, text=query)
    assert line["slow_query"] == hashlib.sha256(query.encode()).hexdigest()[:16]
    assert line["stopped"] == "time" and line["status"] == 504
    assert 0.9 < line["seconds"] < 20


def test_rows_of_a_long_answer_are_known_at_its_end(told: Server) -> None:
    words = " ".join(f'"{n:0100}"' for n in range(150))
    rows = f"SELECT * {{ VALUES ?a {{ {words} }} VALUES ?b {{ {words} }} }}"
    reply = told.query(rows)
    assert "content-length" not in reply.headers, "it was held whole"
    assert line_of(told, path="/sparql")["rows"] == 150 * 150


def test_without_being_told_no_query_is_written_anywhere(plain: Server) -> None:
    before = plain.log.read_text().count("/sparql")
    plain.get(f"/sparql?query={quote(f'ASK {{}} # {SECRET}')}")
    plain.query(f"SELECT # {SECRET}")
    plain.get(f"/queries/{SECRET}-is-a-path?x={SECRET}")
    assert wait_for(lambda: plain.log.read_text().count("/sparql") == before + 2)
    assert wait_for(lambda: "/queries/" in plain.log.read_text())
    written = plain.log.read_text().replace(f"/queries/{SECRET}-is-a-path", "")
    assert SECRET not in written


def test_nobody_writes_a_line_of_his_own(plain: Server) -> None:
    plain.get("/x%0a127.0.0.1%20%22GET%20/forged%22%20200")
    assert wait_for(lambda: "forged" in plain.log.read_text())
    log = plain.log.read_text().splitlines()
    assert not any(line.startswith('127.0.0.1 "GET /forged') for line in log)
    assert any("/x%0A127.0.0.1" in line for line in log)


def test_the_log_can_be_off(tmp_path: Path) -> None:
    with serving(make_store(tmp_path / "store"), "--no-access-log") as running:
        running.get("/healthz")
        assert running.stop() == 0
        assert "healthz" not in running.log.read_text()


# Health and the end


def test_a_server_without_its_store_lives_but_is_not_ready(plain: Server) -> None:
    assert plain.get("/healthz").json()["ready"] is True
    away = plain.store.with_name("elsewhere")
    plain.store.rename(away)
    try:
        assert plain.get("/healthz/live").status == 200
        for path in ("/healthz", "/healthz/ready"):
            reply = plain.get(path)
            assert reply.status == 503
            assert reply.type == "application/problem+json"
            assert (reply.json()["live"], reply.json()["ready"]) == (True, False)
            assert str(plain.store.parent) not in reply.text
    finally:
        away.rename(plain.store)
    assert wait_for(lambda: plain.get("/healthz").status == 200)


def test_at_its_end_it_finishes_what_it_began_for_as_long_as_it_was_told(tmp_path: Path) -> None:
    path = make_store(tmp_path / "store")
    with serving(path, "--grace", "50", KG_QUERY_SECONDS="8") as running:
        replies: list[int] = []
        asking = threading.Thread(target=lambda: replies.append(running.query(ENDLESS).status))
        asking.start()
        assert wait_for(lambda: value(running, "kg_queries_running") == 1)
        began = time.monotonic()
        running.process.send_signal(signal.SIGTERM)

        def refuses() -> bool:
            try:
                running.get("/healthz/live")
            except OSError:
                return True
            return False

        assert wait_for(refuses)
        assert running.process.wait(timeout=PATIENCE) == 0
        asking.join()
        assert replies == [504]  # its proper end, not a connection cut off
        assert time.monotonic() - began < 40  # and no longer than was needed for it


# Backup


def test_a_backup_is_made_while_others_read_and_write(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    with serving(make_store(tmp_path / "store"), KG_TOKEN=TOKEN) as running:
        first = f"INSERT DATA {{ GRAPH <{EX}first> {{ <{EX}a> <{EX}b> 1 }} }}"
        assert wait_for(lambda: running.update(first).status == 204), "the writer is not there"
        acknowledged: list[tuple[int, int]] = []
        failures: list[int] = []
        ended = threading.Event()

        def write() -> None:
            number = 0
            while not ended.is_set():
                text = f"INSERT DATA {{ GRAPH <{EX}g> {{ <{EX}n> <{EX}counts> {number} }} }}"
                reply = running.update(text)
                if reply.status == 204:
                    acknowledged.append((int(reply.headers["kg-revision"]), number))
                else:
                    failures.append(reply.status)
                number += 1

        def read() -> None:
            while not ended.is_set():
                status = running.query("SELECT * { ?s ?p ?o }").status
                if status != 200:
                    failures.append(status)

        threads = [threading.Thread(target=work) for work in (write, read)]
        for thread in threads:
            thread.start()
        assert wait_for(lambda: len(acknowledged) >= 3)
        done = kg("backup", copy, "--store", running.store)
        before = len(acknowledged)
        assert wait_for(lambda: len(acknowledged) > before + 2)
        ended.set()
        for thread in threads:
            thread.join()
    assert done.returncode == 0, done.stderr
    assert failures == []
    found = re.search(r"revision (\d+)", done.stdout)
    assert found is not None
    expected = {number for revision, number in acknowledged if revision <= int(found[1])}
    assert expected
    with Store.open(copy, create=False) as store, store.snapshot() as snapshot:
        rows = snapshot.ox.query(f"SELECT ?o {{ GRAPH <{EX}g> {{ ?s <{EX}counts> ?o }} }}")
        kept = {int(row["o"].value) for row in rows}  # type: ignore[union-attr]
    assert kept == expected
    with serving(copy) as again:  # it is a store of its own
        assert again.query("ASK { ?s ?p ?o }").json()["boolean"] is True
