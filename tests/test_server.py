"""The server as a process: its start, its end, and what it does meanwhile."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from servers import (
    EX,
    PATIENCE,
    Server,
    is_there,
    make_store,
    quad,
    serving,
    serving_processes,
    wait_for,
)
from test_workers import children

from kg.store import Store

ROOT = Path(__file__).resolve().parent.parent
ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(20)) + " }"
SLOW = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(6)) + " }"


def start(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``kg serve`` where it is expected to end at once."""
    return subprocess.run(
        [sys.executable, "-m", "kg", "serve", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, **environment},
    )


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server that lets a query take a minute."""
    store = make_store(tmp_path_factory.mktemp("patient") / "store")
    with serving(store, KG_QUERY_SECONDS="60") as running:
        yield running


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    make_store(tmp_path / "store")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = start("--store", tmp_path / "store", "--port", str(port))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert f"port {port}" in done.stderr and "--port" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--store", "none"], "none"),
        (["--store", "store", "--host", "no.such.host.invalid"], "cannot listen"),
        (["--store", "store", "--base", "http://other.example/"], "base"),
    ],
)
def test_what_cannot_be_served_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)
    make_store(tmp_path / "store")
    done = start(*arguments, "--port", "0")
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "none").exists()


def test_it_listens_where_it_was_told_alone(server: Server) -> None:
    assert server.url == f"http://127.0.0.1:{server.port}/"
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", server.port), timeout=2)


def test_what_is_committed_elsewhere_is_served_without_a_restart(tmp_path: Path) -> None:
    path = make_store(tmp_path / "store")
    with (
        Store.open(path, create=False) as store,
        store.writer() as writer,  # before the server's own takes its place
        serving(path) as running,
    ):
        before = running.get("/healthz").json()["revision"]
        writer.apply([], [quad(f"{EX}new", f"{EX}p", "fresh", f"{EX}g")])
        revision = writer.commit()
        assert revision > before
        rows = running.query(f"SELECT ?o {{ <{EX}new> ?p ?o }}")
        assert [row["o"] for row in rows.rows] == ["fresh"]
        assert rows.headers["kg-revision"] == str(revision)
        assert running.get("/healthz").json()["revision"] == revision


def test_a_service_manager_can_stop_it(tmp_path: Path) -> None:
    with serving(make_store(tmp_path / "store")) as running:
        began = time.monotonic()
        assert running.stop() == 0
        assert time.monotonic() - began < 20  # nothing is under way that it would wait for
        assert "Traceback" not in running.log.read_text()


def test_ctrl_c_stops_it_whatever_it_is_doing(tmp_path: Path) -> None:
    path = make_store(tmp_path / "store")
    for _ in range(2):
        with serving(path) as running:
            assert running.get("/healthz").status == 200
            running.process.send_signal(signal.SIGINT)
            assert running.process.wait(timeout=20) == 0
            assert "Traceback" not in running.log.read_text()


def test_a_serving_process_that_ends_leaves_the_others_their_numbers(patient: Server) -> None:
    # One that is about to become another program looks like the server for a moment.
    assert wait_for(lambda: len(serving_processes(patient)) == 1)
    (first,) = serving_processes(patient)
    os.kill(first, signal.SIGTERM)
    assert wait_for(lambda: first not in (now := serving_processes(patient)) and now)
    assert patient.get("/metrics").status == 200
    assert "Traceback" not in patient.log.read_text()


def descendants(pid: int) -> list[int]:
    """Return the processes that descend from one."""
    found = [pid]
    for parent in found:
        with suppress(OSError):  # it ended
            for thread in list(Path(f"/proc/{parent}/task").iterdir()):
                with suppress(OSError):  # the thread did
                    found += map(int, (thread / "children").read_text().split())
    return found[1:]


def running_queries(server: Server) -> float:
    found = re.search(r"^kg_queries_running (\S+)$", server.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_a_request_under_way_is_finished_before_the_end(tmp_path: Path) -> None:
    path = make_store(tmp_path / "store")
    with Store.open(path) as store, store.writer() as writer:
        writer.apply([], [quad(f"{EX}{n}", f"{EX}p", n, f"{EX}many") for n in range(6)])
        writer.commit()
    with serving(path, "--grace", "100", KG_QUERY_SECONDS="100") as running:
        replies = []
        asking = threading.Thread(target=lambda: replies.append(running.query(SLOW)))
        asking.start()
        assert wait_for(lambda: running_queries(running) or not asking.is_alive())
        busy = asking.is_alive()
        assert running.stop() == 0
        asking.join()
    assert busy, "the query was over too soon to show anything"
    assert [reply.status for reply in replies] == [200]


def test_a_slow_query_keeps_nobody_else_waiting(patient: Server) -> None:
    with socket.create_connection(("127.0.0.1", patient.port)) as asking:
        asking.sendall(f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert wait_for(lambda: running_queries(patient) == 1)
        began = time.monotonic()
        for _ in range(20):
            assert patient.query("ASK {}").status == 200
        assert time.monotonic() - began < 30
        assert running_queries(patient) == 1
    assert wait_for(lambda: running_queries(patient) == 0)


def test_nothing_is_left_of_a_server_that_is_killed(patient: Server) -> None:
    """The last of the tests that share it."""
    asking = socket.create_connection(("127.0.0.1", patient.port))
    asking.sendall(f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert wait_for(lambda: running_queries(patient) == 1)
    family = descendants(patient.process.pid)
    assert len(family) >= 3, "no serving process, no query"
    patient.process.kill()
    patient.process.wait()
    # The query would go on for a minute, and a serving process would see it to its end.
    assert wait_for(lambda: not any(map(is_there, family)), 30)
    with socket.create_server(("127.0.0.1", patient.port)):
        pass
    asking.close()


def test_a_dump_that_breaks_off_is_noticed(tmp_path: Path) -> None:
    """The server dies in the middle; a client of HTTP/1.1 misses the last chunk."""
    path = make_store(tmp_path / "store")
    with Store.open(path) as store, store.writer() as writer:
        quads = [quad(f"{EX}{n}", f"{EX}p", "x" * 4000, f"{EX}g{n % 9}") for n in range(4_000)]
        writer.apply([], quads)
        writer.commit()
    with serving(path) as running:
        with socket.create_connection(("127.0.0.1", running.port), timeout=PATIENCE) as line:
            line.sendall(b"GET /dump.nq HTTP/1.1\r\nHost: x\r\n\r\n")
            data = line.recv(100_000)
            children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children")
            for child in children.read_text().split():
                os.kill(int(child), signal.SIGKILL)
            try:
                while piece := line.recv(1_000_000):
                    data += piece
            except ConnectionError:
                pass
        assert data.startswith(b"HTTP/1.1 200")
        assert b"Transfer-Encoding: chunked" in data.partition(b"\r\n\r\n")[0]
        assert not data.endswith(b"0\r\n\r\n")

        def answers() -> bool:
            with suppress(OSError):
                return running.get("/healthz").status == 200
            return False

        # and the process that was lost is replaced
        assert wait_for(answers)


def test_who_writes_comes_before_queries_and_those_before_the_index(tmp_path: Path) -> None:
    """By the process, and by its session, where Linux groups processes by that."""
    if not Path("/proc/self/task").is_dir():
        pytest.skip("this system has no /proc to look at processes")
    here = os.getpriority(os.PRIO_PROCESS, 0)
    with serving(make_store(tmp_path / "store"), KG_TOKEN="t") as running:
        running.query("ASK {}")
        wanted = {
            b"kg.endpoint.writer.nursery": 0,
            b"kg.serving.querying": 7,
            b"kg.search.follower": 15,
        }

        def seen() -> dict[bytes, set[int]]:
            found: dict[bytes, set[int]] = {}
            for process in children(running.process.pid):
                with suppress(OSError):
                    command = Path(f"/proc/{process}/cmdline").read_bytes()
                    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
                    group = Path(f"/proc/{process}/autogroup")
                    for program in wanted:
                        if program in command:
                            numbers = found.setdefault(program, set())
                            numbers.add(int(fields[16]) - here)
                            if group.exists() and (told := group.read_text().split()):
                                numbers.add(int(told[-1]))
            return found

        assert wait_for(lambda: seen() == {name: {nice} for name, nice in wanted.items()}), seen()


def test_memory_is_bounded_for_a_large_answer(tmp_path: Path) -> None:
    path = make_store(tmp_path / "store")
    with Store.open(path) as store, store.writer() as writer:
        quads = [quad(f"{EX}{n}", f"{EX}p", "x" * 4000, f"{EX}g") for n in range(8_000)]
        writer.apply([], quads)
        writer.commit()
    with serving(path) as running:
        children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children")

        def peak() -> int:
            """Return the largest resident size so far of the serving processes, in KiB."""
            sizes = []
            for child in children.read_text().split():
                status = Path(f"/proc/{child}/status").read_text()
                sizes.append(int(status.partition("VmHWM:")[2].split()[0]))
            return max(sizes)

        running.query("SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 10")
        before = peak()
        for query in ("SELECT ?s ?p ?o { ?s ?p ?o }", "SELECT ?o ?s { ?s ?p ?o }"):
            reply = running.query(query)
            assert reply.status == 200
            assert len(reply.body) > 30_000_000
        grown = (peak() - before) * 1024
        assert grown < len(reply.body) // 2


def test_the_samples_are_there_after_one_command(tmp_path: Path) -> None:
    path = tmp_path / "store"
    command = (str(ROOT / "server.py"),)
    with serving(path, program=command, PYTHONPATH=str(ROOT)) as running:
        count = "SELECT (COUNT(*) AS ?n) { ?a a <https://schema.org/NewsArticle> }"
        articles = int(running.query(count).rows[0]["n"])
        revision = running.get("/healthz").json()["revision"]
        assert articles == len(list((ROOT / "kg/samples").glob("*.yaml")))
        assert running.get(f"/sparql?query={quote(count)}").status == 200
    # a store that has something is left as it is
    with serving(path, program=command, PYTHONPATH=str(ROOT)) as running:
        assert running.get("/healthz").json()["revision"] == revision
