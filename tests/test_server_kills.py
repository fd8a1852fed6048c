"""Kills at any moment: what was acknowledged is there and whole, the rest is whole or absent.

Writer, keeper, serving processes and the server itself are killed with SIGKILL, 30 times and
more, while clients write and read. ``KG_KILLS`` says how many times, ``KG_KILL_SEED`` which,
``KG_KILL_SECONDS`` how long it may take.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from killing import TOKEN, Clients, found
from servers import PATIENCE, free_port, wait_for

from kg.endpoint.writer.client import NoWriterError, WriterClient
from kg.errors import KgError
from kg.loader.pipeline import load
from kg.store import Store
from kg.store.kept import needed_files

KILLS = int(os.environ.get("KG_KILLS", "30"))
SEED = int(os.environ.get("KG_KILL_SEED", "20130202"))
LONGEST = float(os.environ.get("KG_KILL_SECONDS", "900"))


class Target:
    """A server that is killed in parts, and started again when the whole of it was."""

    def __init__(self, store: Store, log: Path) -> None:
        self.store, self.log = store, log
        # Not one that the system gives out: while the server is down, a client that asks for it
        # could be given the same one on its own side, and be connected with itself.
        self.port = free_port()
        self.start()

    def start(self) -> None:
        """Start it; a server that was killed leaves processes that hold the port for a moment."""
        until = time.monotonic() + PATIENCE
        while not self._started():
            assert time.monotonic() < until, self.log.read_text()[-2000:]

    def _started(self) -> bool:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kg", "serve", "--store", str(self.store.path),
                 "--port", str(self.port), "--workers", "2", "--no-access-log"],
                stdout=subprocess.PIPE, stderr=log, text=True,
                env={**os.environ, "KG_TOKEN": TOKEN},
            )  # fmt: skip
        assert self.process.stdout is not None
        with self.process.stdout:
            return "http://" in self.process.stdout.readline() or self.process.wait() < 0

    def pids(self, *, ready: bool = False) -> dict[str, int]:
        """Return the process numbers of the writer; the engine's once it is ready, if asked."""
        try:
            with WriterClient.connect(self.store) as client:
                told = client.ask({"kind": "info"})
        except (NoWriterError, KgError):
            return {}
        pids = {"keeper": told["pid"], "engine": told["engine"]}
        if not told["engine"] or (ready and not told["ready"]):
            del pids["engine"]
        return pids

    def serving(self) -> list[int]:
        """Return the serving processes, and those that run queries for them."""
        keeper = self.pids().get("keeper")
        found: list[int] = []
        waiting = [self.process.pid]
        while waiting:
            for child in _children(waiting.pop()):
                if child != keeper:
                    found.append(child)
                    waiting.append(child)
        return found

    def stop(self) -> None:
        self.process.terminate()
        assert self.process.wait(PATIENCE) in (0, -signal.SIGTERM)


def _children(pid: int) -> list[int]:
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _in_phase(store: Store, phase: str, chance: random.Random) -> None:
    """Wait for a moment of the writer's work; give up after half a second."""
    places = store.layout.checkpoints
    if phase == "any":
        time.sleep(chance.random() * 0.25)
        return
    if phase == "opening":
        time.sleep(chance.random() * 0.03)
        return
    until = time.monotonic() + 0.5
    while time.monotonic() < until:
        names = os.listdir(places)  # noqa: PTH208 - as quick as can be
        if phase == "checkpoint" and any(name.startswith(".making") for name in names):
            return
        numbers = [int(name) for name in names if name.isdigit()]
        if phase == "switch" and numbers and max(numbers) > store.revision:
            return


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    began = time.monotonic()
    store = Store.open(tmp_path / "store")
    load(store)  # the packaged graphs, which 'kg validate' looks for
    target = Target(store, tmp_path / "server.log")
    clients = Clients(target.port, store, tmp_path / "acknowledged.log", SEED)
    clients.start()
    chance = random.Random(SEED)
    kills: Counter[str] = Counter()
    try:
        while kills.total() < KILLS:
            spent = time.monotonic() - began
            assert spent < LONGEST, f"only {kills.total()} kills in {spent:.0f} s"
            enough = clients.acknowledged + chance.randrange(4)
            until = time.monotonic() + 2
            while clients.acknowledged < enough and time.monotonic() < until:
                time.sleep(0.002)
            draw = chance.random()
            what = "engine" if draw < 0.80 else "keeper" if draw < 0.88 else "serving"
            if draw > 0.97:
                what = "server"
            phase = chance.choice(("any", "any", "checkpoint", "switch", "opening"))
            if what == "server":
                time.sleep(chance.random() * 0.2)
                _kill(target.process.pid)
                target.process.wait()
                kills["server"] += 1
                target.start()
                continue
            pid = None
            until = time.monotonic() + PATIENCE
            while pid is None and time.monotonic() < until:
                if what == "serving":
                    others = target.serving()
                    pid = chance.choice(others) if others else None
                else:
                    pid = target.pids(ready=phase != "opening").get(what)
                time.sleep(0.005)
            assert pid is not None, f"no {what} came back: {target.log.read_text()[-2000:]}"
            if what == "engine":
                _in_phase(store, phase, chance)
            if _kill(pid):
                kills[what if what != "engine" else f"engine, {phase}"] += 1
        assert wait_for(lambda: clients.acknowledged > KILLS)
    finally:
        clients.stop()
        target.stop()
    seconds = time.monotonic() - began
    print(f"\n{kills.total()} kills in {seconds:.0f} s: {dict(kills)}; "
          f"{clients.acknowledged} acknowledged, {clients.cut} cut off, {clients.reads} reads, "
          f"revision {store.revision}")  # fmt: skip
    print(clients.failures)
    assert not clients.problems, clients.problems[:10]
    _check(store, clients)


def _check(store: Store, clients: Clients) -> None:
    """Compare the store, opened anew, with the log of acknowledgements."""
    with Store.open(store.path, create=False) as opened:
        opened.writer().close()  # brings in what a last kill left
        with opened.snapshot() as snapshot:
            for slot in clients.slots.values():
                for version, wrong in found(snapshot.ox, slot, opened.base):
                    assert not wrong, f"{slot} is {wrong}"
                    if not slot.name.startswith("append"):
                        assert version in slot.allowed, f"{slot}: the store has {version}"
            needed = needed_files(snapshot.ox)
            for sha256 in needed.texts:
                assert opened.texts.get(sha256) is not None
            for sha256 in needed.facts:
                assert opened.facts.get(sha256) is not None
    result = subprocess.run(
        [sys.executable, "-m", "kg", "validate", "--store", str(store.path)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-1000:]
    # The log on the disk says the same as the clients do.
    last: dict[str, int] = {}
    for line in clients.log.read_text().splitlines():
        what, name, version = line.split()
        if what == "ack":
            last[name] = int(version)
    assert last == {
        slot.name: slot.acknowledged
        for slot in clients.slots.values()
        if slot.acknowledged is not None
    }


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "-s"]))
