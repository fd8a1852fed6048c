"""The writer of a served store: groups, limits, commands beside a server, the disk."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from commands import kg
from killing import article
from servers import BASE, EX, PATIENCE, TOKEN, Server, make_store, serving, wait_for

from kg.endpoint.writer.client import WriterClient
from kg.errors import KgError, StoreBusyError
from kg.store import Store

DATA = Path(__file__).resolve().parent / "data" / "invented"
LONG = (
    f"INSERT {{ GRAPH <{EX}sum> {{ <{EX}s> <{EX}p> ?n }} }} WHERE {{ SELECT (COUNT(*) AS ?n) {{ "
    + " ".join(f"VALUES ?v{i} {{ {' '.join(map(str, range(60)))} }}" for i in range(6))
    + " FILTER(?v0 + ?v1 + ?v2 + ?v3 + ?v4 + ?v5 < 0) } }"
)
SWELLING = (
    f"INSERT {{ GRAPH <{EX}big> {{ ?a <{EX}p> ?b }} }} WHERE {{ "
    + " ".join(
        f"VALUES ?{name} {{ {' '.join(f'<{EX}{name}{i}>' for i in range(2000))} }}" for name in "ab"
    )
    + " }"
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server whose writer may take 2 seconds and 600 MiB."""
    store = make_store(tmp_path_factory.mktemp("written") / "store")
    with serving(store, KG_TOKEN=TOKEN, KG_UPDATE_SECONDS="2", KG_WRITER_MEMORY="600") as server:
        yield server


def ask(server: Server | Path, header: dict[str, object], body: bytes = b"") -> dict[str, object]:
    path = server if isinstance(server, Path) else server.store
    with WriterClient.connect(Store.open(path, create=False), 10.0) as client:
        return client.ask(header, body)


def insert(graph: str, value: int) -> str:
    return f"INSERT DATA {{ GRAPH <{EX}{graph}> {{ <{EX}s> <{EX}p> {value} }} }}"


def values(server: Server, graph: str) -> list[str]:
    reply = server.query(f"SELECT ?o {{ GRAPH <{EX}{graph}> {{ ?s ?p ?o }} }} ORDER BY ?o")
    return [row["o"] for row in reply.rows]


def together(*works: Callable[[], object]) -> list[object]:
    """Do things at the same time; return what each returned."""
    results: list[object] = [None] * len(works)

    def run(index: int) -> None:
        results[index] = works[index]()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# Groups.


def test_the_socket_is_for_its_owner_alone(running: Server) -> None:
    ask(running, {"kind": "info"})
    mode = (running.store / "writer.sock").stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600


def commits(server: Server) -> int:
    return int(str(ask(server, {"kind": "info"})["commits"]))


ATTEMPTS = 5
"""On a busy machine, what is sent together may come one after the other."""


def test_what_comes_together_is_committed_together(running: Server) -> None:
    for attempt in range(ATTEMPTS):
        before, graph = commits(running), f"group-{attempt}"
        replies = together(*[lambda n=n, g=graph: running.update(insert(g, n)) for n in range(12)])
        assert [reply.status for reply in replies] == [204] * 12  # type: ignore[attr-defined]
        made = commits(running) - before
        assert values(running, graph) == sorted(map(str, range(12)), key=int)
        revisions = {reply.headers["kg-revision"] for reply in replies}  # type: ignore[attr-defined]
        assert len(revisions) == made >= 1
        if made < 12:
            return
    raise AssertionError("each was committed by itself")


def test_loads_that_come_together_are_written_together(running: Server) -> None:
    """Each is answered for itself, the links between them are there, and all is counted once."""
    size = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    for attempt in range(ATTEMPTS):
        before, made = running.query(size).rows[0]["n"], commits(running)
        keys = [f"group-{attempt}-{n}" for n in range(8)]
        works = [lambda k=k: ask(running, {"kind": "load"}, article(k, 5)) for k in keys]
        answers: list[dict[str, object]] = together(*works)  # type: ignore[assignment]
        assert [answer["outcomes"] for answer in answers] == [
            [{"key": key, "outcome": "new"}] for key in keys
        ]
        made = commits(running) - made
        more = sum(int(answer["added"]) - int(answer["removed"]) for answer in answers)  # type: ignore[call-overload]
        assert int(running.query(size).rows[0]["n"]) - int(before) == more
        group = f"'group-{attempt}-'"
        linked = running.query(
            "SELECT (COUNT(*) AS ?n) { ?a <https://w3id.org/diplomacy-kg/ns#sameMeeting> ?b "
            f"FILTER(CONTAINS(STR(?a), {group}) && CONTAINS(STR(?b), {group})) }}"
        )
        assert linked.rows[0]["n"] == str(8 * 7)
        assert made >= 1
        if made < 8:
            return
    raise AssertionError("each was written by itself")


def test_a_bad_request_in_a_group_fails_alone(running: Server) -> None:
    missing = f"{insert('bad', 1)} ; DROP GRAPH <{EX}nowhere>"
    good = [lambda n=n: running.update(insert("good", n)) for n in range(4)]
    bad = [lambda: running.update(missing) for _ in range(4)]
    replies = together(*(work for pair in zip(good, bad, strict=True) for work in pair))
    assert [reply.status for reply in replies] == [204, 409] * 4  # type: ignore[attr-defined]
    assert values(running, "good") == ["0", "1", "2", "3"]
    assert values(running, "bad") == []


def test_an_update_without_operations_makes_no_revision(running: Server) -> None:
    revision = running.update(insert("none", 1)).headers["kg-revision"]
    assert running.update("PREFIX a: <http://a/>").headers["kg-revision"] == revision


# Limits.


def test_a_long_update_is_ended_and_nobody_else_suffers(running: Server) -> None:
    began = time.monotonic()
    replies = together(
        lambda: running.update(LONG), *[lambda n=n: running.update(insert("beside", n))
                                        for n in range(5)]
    )  # fmt: skip
    assert replies[0].status == 504  # type: ignore[attr-defined]
    assert "2 seconds" in replies[0].json()["detail"]  # type: ignore[attr-defined]
    assert [reply.status for reply in replies[1:]] == [204] * 5  # type: ignore[attr-defined]
    assert time.monotonic() - began < PATIENCE / 2
    assert values(running, "sum") == []
    assert len(values(running, "beside")) == 5
    assert ask(running, {"kind": "info"})["kills"]["time"] >= 1  # type: ignore[index]


def test_an_update_that_swells_is_ended(running: Server) -> None:
    reply = running.update(SWELLING)
    assert reply.status in (413, 504), reply.text
    assert values(running, "big") == []
    assert running.update(insert("after", 1)).status == 204


def test_the_writer_can_open_no_connection(running: Server) -> None:
    engine = ask(running, {"kind": "info"})["engine"]
    told = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{engine}/status").read_text().splitlines()
    )
    assert (told["Seccomp"], told["NoNewPrivs"]) == ("2", "1")


def test_a_message_that_is_none_does_no_harm(running: Server) -> None:
    from kg.endpoint.writer.address import Address

    layout = Store.open(running.store, create=False).layout
    for data in (
        b"\0" * 12,
        b"\xff" * 64,
        b"\0\0\0\2" + b"\0" * 8 + b"[]",
        b"GET / HTTP/1.1\r\n\r\n",
    ):
        connection = Address(layout).connect()
        assert connection is not None
        with connection:
            connection.sendall(data)
    assert ask(running, {"kind": "info"})["ready"]
    with pytest.raises(KgError, match="does not know"):
        ask(running, {"kind": "nonsense"})


# Commands beside a server.


def test_load_and_remove_go_through_the_server(running: Server, tmp_path: Path) -> None:
    assert kg("load", DATA, "--store", running.store).returncode in (0, 1)
    alone = tmp_path / "alone"
    sample = sorted(DATA.glob("*.yaml"))[0]
    bad = tmp_path / "bad.yaml"
    bad.write_text("article: {}\n")
    for options in (["--force"], []):
        outcomes = []
        for store in (running.store, alone):
            kg("load", sample, "--store", store)
            result = kg("load", sample, bad, *options, "--store", store, "--rejects",
                        tmp_path / "rejects")  # fmt: skip
            assert result.returncode == 1
            told = re.sub(r"revision \d+|rejects: .*", "", result.stdout)
            outcomes.append((told, result.stderr, (tmp_path / "rejects").read_text()))
        assert outcomes[0] == outcomes[1]
    key = _key(alone)
    unknown = kg("remove", key, "nothing-like-it", "--store", running.store)
    assert unknown.returncode == 2
    assert "no article 'nothing-like-it'" in unknown.stderr
    removed = kg("remove", key, "--store", running.store)
    assert (removed.returncode, f"removed: {key}" in removed.stdout) == (0, True)
    gone = running.query(f"ASK {{ GRAPH <{BASE}graph/article/{key}> {{ ?s ?p ?o }} }}")
    assert gone.json()["boolean"] is False


def _key(path: Path) -> str:
    with Store.open(path, create=False) as store, store.snapshot() as snapshot:
        start = f"{BASE}graph/article/"
        graphs = [graph.value for graph in snapshot.ox.named_graphs()]  # type: ignore[union-attr]
        return next(name.removeprefix(start) for name in graphs if name.startswith(start))


def test_an_edited_registry_is_applied_through_the_server(running: Server) -> None:
    ask(running, {"kind": "load"}, article("registry-test", 1))
    registry = running.store / "registry.yaml"
    kg("load", "--store", running.store)
    before = registry.read_text()
    registry.write_text(
        "merge: {person/sergei-lavrov-rus: person/sergey-lavrov-rus}\n", encoding="utf-8"
    )
    result = kg("load", "--store", running.store)
    assert result.returncode == 0, result.stderr
    assert re.search(r"registry: +[1-9]\d* articles? mapped anew", result.stdout), result.stdout
    registry.write_text("merge: [\n")
    broken = kg("load", "--store", running.store)
    assert (broken.returncode, "Traceback" in broken.stderr) == (2, False)
    registry.write_text(before)
    assert kg("load", "--store", running.store).returncode == 0


def test_others_are_told_who_writes(running: Server) -> None:
    import kg as package

    assert running.update(insert("lock", 1)).status == 204
    with pytest.raises(StoreBusyError, match="go through that server"):
        package.open_graph(running.store, write=True)


def test_a_folder_with_a_long_name(tmp_path: Path) -> None:
    path = tmp_path / ("a-long-name-" * 15) / "store"
    path.parent.mkdir()
    with serving(make_store(path), KG_TOKEN=TOKEN) as server:
        assert server.update(insert("long", 1)).status == 204
        assert values(server, "long") == ["1"]
        with serving(path, KG_TOKEN=TOKEN) as second:
            assert second.update(insert("long", 2)).status == 204
            assert values(server, "long") == ["1", "2"]
            server.stop()
            assert wait_for(lambda: second.update(insert("long", 3)).status == 204)
        assert wait_for(lambda: not (path / "writer.sock").exists())
    with Store.open(path, create=False).writer() as writer:
        assert not writer.healed  # it was closed as it should be


# The disk.


def test_an_answer_comes_after_the_disk(
    running: Server, needs: Callable[[str], str], tmp_path: Path
) -> None:
    strace = needs("strace")
    assert running.update(insert("traced", 0)).status == 204
    told = ask(running, {"kind": "info"})
    trace = tmp_path / "trace"
    command = [strace, "-f", "-y", "-qq", "-s", "120", "-o", str(trace), "-p", str(told["engine"]),
               "-e", "trace=fsync,fdatasync,sendto,recvfrom,rename"]  # fmt: skip
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        assert wait_for(lambda: trace.exists() and _traced(int(str(told["engine"]))))
        assert running.update(insert("traced", 1)).status == 204
        assert wait_for(lambda: '"answer' in trace.read_text().replace("\\", ""))
    finally:
        process.terminate()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()
    lines = trace.read_text().replace("\\", "").splitlines()
    answer = next(i for i, line in enumerate(lines) if '"answer"' in line and "sendto" in line)
    applied = next(i for i, line in enumerate(lines) if '"applied"' in line)
    between = lines[applied:answer]
    synced = [line for line in between if re.search(r"f(data)?sync\(", line)]
    assert any("/live/" in line for line in synced), between
    assert any("/.making-" in line for line in synced), between
    assert any("/current.new" in line for line in synced), between


def _traced(pid: int) -> bool:
    """Tell whether a process is traced in all its threads."""
    try:
        threads = [one / "status" for one in Path(f"/proc/{pid}/task").iterdir()]
        return not any("TracerPid:\t0\n" in status.read_text() for status in threads)
    except OSError:  # a thread ended
        return False


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount a file system of a size, or skip the test where that may not be done."""
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("only the administrator may mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_told_and_does_no_harm(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "24m") as disk:
        path = make_store(disk / "store")
        with serving(path, KG_TOKEN=TOKEN) as server:
            acknowledged = []
            reply = server.update(insert("few", 0))
            for number in range(200):
                text = os.urandom(200_000).hex()
                reply = server.update(
                    f"INSERT DATA {{ GRAPH <{EX}much> {{ <{EX}s{number}> <{EX}p> '{text}' }} }}"
                )
                if reply.status != 204:
                    break
                acknowledged.append(f"{EX}s{number}")
            assert reply.status == 507, reply.text
            assert "disk is full" in reply.json()["title"]
            # What was too large for the rest of the disk may have left room for less.
            with suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
                while True:
                    filler.write(bytes(4096))
            command = kg("load", DATA, "--store", path)
            assert command.returncode == 2
            assert "disk is full" in command.stderr
            assert "Traceback" not in command.stderr + server.log.read_text()
            subjects = f"SELECT DISTINCT ?s {{ GRAPH <{EX}much> {{ ?s ?p ?o }} }}"
            seen = {row["s"] for row in server.query(subjects).rows}
            assert set(acknowledged) <= seen
            resized = ["mount", "-o", "remount,size=200m", str(disk)]
            subprocess.run(resized, check=True, capture_output=True)
            assert wait_for(lambda: server.update(insert("few", 1)).status == 204)
            seen = {row["s"] for row in server.query(subjects).rows}
            assert set(acknowledged) <= seen
        with Store.open(path, create=False) as store, store.snapshot() as snapshot:
            assert len(snapshot.ox) > len(acknowledged)
