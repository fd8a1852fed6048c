"""Trying an article at /try: what ends the reading of one, and what others notice of it."""

from __future__ import annotations

import http.client
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pages_store import Page
from sample_store import make_store
from servers import PATIENCE, Reply, Server, serving, wait_for
from trying import LONG, SLOW, TEXT, load, outcome, post, send

from kg.trying import process


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server that reads one article at a time, however long and slow."""
    folder = tmp_path_factory.mktemp("patient") / "store"
    make_store(folder).close()
    limits = {"KG_TRY_SECONDS": "300", "KG_TRY_MEMORY": "4000"}
    with serving(folder, KG_TRIES="1", KG_TRY_SIZE="4000", **limits) as running:
        yield running


def test_without_a_token_on_the_server_nothing_is_loaded(patient: Server) -> None:
    page = Page(post(patient, TEXT).text)
    assert "f-token" not in page.ids
    assert "kg load" in page.words and ".yaml" in page.words
    assert load(patient, TEXT).status == 403


def test_a_page_shows_a_bounded_number_of_facts(patient: Server) -> None:
    """A text that is nothing but facts gives a page that a browser can show, and whole files."""
    crowded = "Talks\n\n" + "Putin said no. Xi said yes.\n" * 1010
    page = post(patient, crowded)
    assert len(Page(page.text).marks) < 2100
    assert "Of the 2,020 facts, 2,000 are shown" in Page(page.text).words
    assert "These are the first of" in Page(page.text).words
    assert len(page.body) < 3_000_000
    assert len(send(patient, crowded, "application/json").json()["statements"]) == 2020


@contextmanager
def limited(folder: Path, **limits: str) -> Iterator[Server]:
    make_store(folder).close()
    with serving(folder, **limits) as running:
        # The process that others are forked from takes its time to start, which counts.
        assert wait_for(lambda: post(running, TEXT).status == 200)
        yield running
        assert post(running, TEXT).status == 200, "others are not affected"
        assert wait_for(lambda: readers(running) == [])


def test_a_text_that_takes_long_is_stopped(tmp_path: Path) -> None:
    with limited(tmp_path / "store", KG_TRY_SECONDS="4", KG_TRY_SIZE="4000") as running:
        before = outcome(running, "time")
        reply = send(running, SLOW, "application/json")
        assert reply.status == 504
        assert reply.json()["type"].endswith("/problem/try-time")
        assert "4 seconds" in reply.json()["detail"]
        assert outcome(running, "time") == before + 1


def test_a_text_that_swells_is_stopped(tmp_path: Path) -> None:
    with limited(tmp_path / "store", KG_TRY_MEMORY="12", KG_TRY_SECONDS="60") as running:
        page = post(running, LONG)
        assert page.status == 413
        assert "more than 12 MiB of memory" in Page(page.text).words
        assert outcome(running, "memory") == 1


def processes(server: Server) -> dict[int, int]:
    """Return the processes that read texts, and that from which they are forked: pid to parent."""
    parents, ours = {}, set()
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            parents[int(entry.name)] = int(fields[1])
            if fields[0] != "Z" and b"kg.trying.zygote" in (entry / "cmdline").read_bytes():
                ours.add(int(entry.name))
        except (OSError, ValueError):
            continue

    def belongs(pid: int) -> bool:
        while pid > 1:
            if pid == server.process.pid:
                return True
            pid = parents.get(pid, 0)
        return False

    return {pid: parents[pid] for pid in ours if belongs(pid)}


def readers(server: Server) -> list[int]:
    found = processes(server)
    return [pid for pid, parent in found.items() if parent in found]


@contextmanager
def sending(server: Server, text: str) -> Iterator[http.client.HTTPConnection]:
    """Send a text, and wait until it is being read."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    try:
        connection.request("POST", "/try", text.encode(), {"Content-Type": "text/plain"})
        assert wait_for(lambda: readers(server))
        yield connection
    finally:
        connection.close()


def test_reading_stops_when_the_client_goes_away(patient: Server) -> None:
    before = outcome(patient, "gone")
    with sending(patient, SLOW):
        (reader,) = readers(patient)
    assert wait_for(lambda: outcome(patient, "gone") == before + 1)
    assert wait_for(lambda: not Path(f"/proc/{reader}/cmdline").exists())


def test_a_reader_of_texts_is_confined(patient: Server) -> None:
    from kg.endpoint.workers.confine import confine

    assert confine.__module__ == process.confine.__module__
    with sending(patient, SLOW):
        (reader,) = readers(patient)

        def told() -> dict[str, str]:
            lines = Path(f"/proc/{reader}/status").read_text().splitlines()
            return {
                name: value.strip() for name, _, value in (line.partition(":") for line in lines)
            }

        assert wait_for(lambda: told()["NoNewPrivs"] == "1" and told()["Seccomp"] == "2")
        assert int(told()["CapEff"], 16) == 0


def test_what_finds_no_room_is_told_to_come_again(patient: Server) -> None:
    before = outcome(patient, "busy")
    with sending(patient, SLOW):
        found: list[Reply] = []
        both = [
            http.client.HTTPConnection("127.0.0.1", patient.port, timeout=PATIENCE) for _ in "ab"
        ]

        def ask(connection: http.client.HTTPConnection) -> None:
            try:
                connection.request("POST", "/try", TEXT.encode(), {"Content-Type": "text/plain"})
                reply = connection.getresponse()
                headers = {name.lower(): value for name, value in reply.getheaders()}
                found.append(Reply(reply.status, headers, reply.read()))
            except (OSError, http.client.HTTPException):
                pass

        threads = [threading.Thread(target=ask, args=(one,)) for one in both]
        for thread in threads:
            thread.start()
        # One may wait, the other is told so at once.
        assert wait_for(lambda: found)
        assert [reply.status for reply in found] == [503]
        assert found[0].json()["type"].endswith("/problem/try-busy")
        assert int(found[0].headers["retry-after"]) > 0
        assert outcome(patient, "busy") == before + 1
    for thread in threads:
        thread.join(PATIENCE)
    for one in both:
        one.close()
    assert sorted(reply.status for reply in found) == [200, 503], "who waited got the place"


def test_the_process_that_forks_is_replaced_when_it_is_killed(patient: Server) -> None:
    assert post(patient, TEXT).status == 200
    assert wait_for(lambda: len(processes(patient)) == 1)
    (forking,) = processes(patient)
    os.kill(forking, signal.SIGKILL)
    assert wait_for(lambda: forking not in processes(patient))
    assert post(patient, TEXT).status == 200
    assert forking not in processes(patient)
