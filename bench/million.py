"""A store of a given number of quads whose answers are known, and a server on it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from kg.store import Store

EX = "http://example.org/"
RARE = f"{EX}rare"


def node(name: object) -> ox.NamedNode:
    return ox.NamedNode(f"{EX}{name}")


def quads(count: int) -> Iterator[ox.Quad]:
    """Yield quads: each subject has a label, a number and two links, in one graph."""
    for subject in range(count // 4):
        graph = node(f"graph/{subject % 100}")
        this = node(subject)
        yield ox.Quad(this, node("label"), ox.Literal(label(subject)), graph)
        yield ox.Quad(this, node("size"), ox.Literal(subject % 1000), graph)
        yield ox.Quad(this, node("near"), node((subject + 1) % (count // 4)), graph)
        yield ox.Quad(this, node("knows"), node(subject * 7919 % (count // 4)), graph)


def label(subject: int) -> str:
    return f"the thing that is called {subject}"


def lookup(subject: int) -> str:
    """Return a small query; its answer is ``expected``."""
    return f"SELECT ?label {{ <{EX}{subject}> <{EX}label> ?label }}"


def expected(subject: int) -> bytes:
    """Return the answer to ``lookup`` as TSV."""
    return f'?label\n"{label(subject)}"\n'.encode()


def make(path: Path, count: int) -> Store:
    """Return a store with so many quads, made unless it is there."""
    if not path.exists():
        store = Store.open(path)
        with store.writer() as writer:
            writer.touch()
            writer.ox.bulk_extend(quads(count))
    return Store.open(path, create=False)


@contextmanager
def serving(
    store: Path, environment: Mapping[str, str], log: Path, *options: str
) -> Iterator[tuple[int, int]]:
    """Serve a store; give the port and the process."""
    with log.open("w") as errors:
        server = subprocess.Popen(
            [sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", "0",
             "--no-access-log", *options],
            stdout=subprocess.PIPE, stderr=errors, text=True, env={**os.environ, **environment},
        )  # fmt: skip
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            found = re.search(r":(\d+)/", line)
            assert found, f"the server did not start; see {log}"
            yield int(found[1]), server.pid
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()


def family(pid: int) -> dict[int, str]:
    """Return a process and all that descend from it, each with its command line."""
    parents: dict[int, int] = {}
    commands: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text().rpartition(")")[2].split()
                commands[int(entry.name)] = (
                    (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
                )
            except OSError:
                continue
            parents[int(entry.name)] = int(status[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return {one: commands.get(one, "") for one in found}


def memory(pids: Mapping[int, str] | set[int]) -> int:
    """Return the bytes that processes hold, what they share counted once."""
    total = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        found = re.search(r"^Pss_Anon:\s+(\d+)", text, re.MULTILINE)
        total += int(found[1]) * 1024 if found else 0
    return total
