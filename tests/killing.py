"""Clients that write under fire, and the log of what was acknowledged to them."""

from __future__ import annotations

import http.client
import json
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from kg.endpoint.writer.client import WriterClient
from kg.errors import KgError
from kg.store import Store

EX = "http://example.org/"
TOKEN = "a-token-for-tests"
SIZE = 8
"""Triples of a graph that a client writes; with fewer it is not whole."""


@dataclass
class Slot:
    """One thing that a client writes again and again.

    After an answer that leaves open whether it was done, the client takes another slot, so that
    what may be found is the last acknowledged version or that one attempt.
    """

    name: str
    acknowledged: int | None = None
    tried: int = 0
    open: bool = False

    @property
    def allowed(self) -> set[int | None]:
        found = {self.acknowledged}
        return found | {self.tried} if self.open else found


@dataclass
class Clients:
    """Threads that write and read until `stop`, each request noted in a log on the disk."""

    port: int
    store: Store
    log: Path
    seed: int
    slots: dict[str, Slot] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    acknowledged: int = 0
    cut: int = 0
    reads: int = 0
    failures: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._file: IO[str] = self.log.open("a")
        kinds = [self._put, self._replace, self._append, self._append, self._load]
        self._threads = [
            threading.Thread(target=self._write, args=(number, kind))
            for number, kind in enumerate(kinds)
        ] + [threading.Thread(target=self._read, args=(number,)) for number in range(2)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(120)
            assert not thread.is_alive(), "a client hangs"
        self._file.close()

    def _write(self, number: int, kind: object) -> None:
        chance = random.Random(self.seed * 100 + number)
        slots = [self._slot(number, chance) for _ in range(3)]
        while not self._stop.is_set():
            index = chance.randrange(len(slots))
            slot = slots[index]
            slot.tried += 1
            self._note("try", slot.name, slot.tried)
            try:
                assert callable(kind)
                kind(slot)
            except Exception as error:
                slot.open = True
                with self._lock:
                    self.cut += 1
                    name = f"{type(error).__name__} {error}"[:90]
                    self.failures[name] = self.failures.get(name, 0) + 1
                slots[index] = self._slot(number, chance)
                self._stop.wait(0.05)
            else:
                self._note("ack", slot.name, slot.tried)
                slot.acknowledged = slot.tried
                with self._lock:
                    self.acknowledged += 1

    def _slot(self, number: int, chance: random.Random) -> Slot:
        kind = ("put", "replace", "append", "append", "load")[number]
        slot = Slot(f"{kind}-{number}-{chance.randrange(10**9)}")
        with self._lock:
            self.slots[slot.name] = slot
        return slot

    def _note(self, what: str, name: str, version: int) -> None:
        with self._lock:
            self._file.write(f"{what} {name} {version}\n")
            self._file.flush()

    def _put(self, slot: Slot) -> None:
        lines = "".join(f"<{EX}s{n}> <{EX}version> {slot.tried} .\n" for n in range(SIZE))
        path = f"/store?graph={EX}{slot.name}"
        self._send("PUT", path, lines.encode(), "text/turtle", (201, 204))

    def _replace(self, slot: Slot) -> None:
        graph = f"<{EX}{slot.name}>"
        self._update(f"CLEAR SILENT GRAPH {graph} ; {insertion(slot, graph)}")

    def _append(self, slot: Slot) -> None:
        self._update(insertion(slot, f"<{EX}{slot.name}-{slot.tried}>"))

    def _load(self, slot: Slot) -> None:
        with WriterClient.connect(self.store, 10.0) as client:
            answer = client.ask({"kind": "load", "force": True}, article(slot.name, slot.tried))
        if answer["outcomes"][0].get("outcome") not in ("new", "replaced", "unchanged"):
            raise KgError(str(answer["outcomes"]))

    def _update(self, text: str) -> None:
        self._send("POST", "/sparql", text.encode(), "application/sparql-update", (204,))

    def _send(
        self, method: str, path: str, body: bytes, kind: str, expected: tuple[int, ...]
    ) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        try:
            headers = {"Content-Type": kind, "Authorization": f"Bearer {TOKEN}"}
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            data = reply.read()
            if reply.status not in expected:
                raise KgError(f"{reply.status} {data.decode()[:300]}")
            return data
        finally:
            connection.close()

    def _read(self, number: int) -> None:
        """Look that graphs are whole, and not older than what was acknowledged before."""
        chance = random.Random(self.seed * 1000 + number)
        while not self._stop.is_set():
            with self._lock:
                slots = [s for s in self.slots.values() if s.name[0] in "pr"]
            slot = chance.choice(slots)
            least = slot.acknowledged
            query = f"SELECT ?v {{ GRAPH <{EX}{slot.name}> {{ ?s <{EX}version> ?v }} }}"
            try:
                data = self._send(
                    "POST", "/sparql", query.encode(), "application/sparql-query", (200,)
                )
            except Exception:
                self._stop.wait(0.05)
                continue
            rows = json.loads(data)["results"]["bindings"]
            values = [int(row["v"]["value"]) for row in rows]
            self.reads += 1
            if values and (len(values) != SIZE or len(set(values)) != 1):
                self.problems.append(f"{slot.name} was seen in part: {values}")
            if least is not None and (not values or values[0] < least):
                self.problems.append(f"{slot.name}: {least} was acknowledged, {values} was seen")


def insertion(slot: Slot, graph: str) -> str:
    lines = "".join(f"<{EX}s{n}> <{EX}version> {slot.tried} . " for n in range(SIZE))
    return f"INSERT DATA {{ GRAPH {graph} {{ {lines} }} }}"


def article(key: str, version: int) -> bytes:
    """Return the facts of an article, as the writer takes them."""
    text = f"Minister Lavrov met President Obama in Geneva. Version {version} of {key}."
    exact = "Minister Lavrov met President Obama in Geneva"
    evidence = [{"exact": exact, "start": 0, "end": len(exact)}]
    from kg.iris import digest

    facts = {
        "article": {
            "id": key, "title": f"Version {version}", "text_sha256": digest(text),
            "published": "2013-02-02",
        },
        "parties": {
            "lavrov": {"name": "Sergei Lavrov", "kind": "person", "state": "RUS"},
            "obama": {"name": "Barack Obama", "kind": "person", "state": "USA"},
        },
        "meetings": [
            {"id": "m1", "participants": ["lavrov", "obama"], "evidence": evidence,
             "date": f"2013-{version % 12 + 1:02}-02"},
        ],
    }  # fmt: skip
    return json.dumps({"facts": json.dumps(facts), "text": text}).encode()


def found(database: ox.Store, slot: Slot, base: str) -> Iterator[tuple[int | None, str]]:
    """Yield the version that a store has of a slot, and what is wrong with it."""
    kind = slot.name.partition("-")[0]
    if kind == "load":
        graph = ox.NamedNode(f"{base}graph/article/{slot.name}")
        headline = ox.NamedNode("https://schema.org/headline")
        titles = list(database.quads_for_pattern(None, headline, None, graph))
        yield (
            (int(str(titles[0].object.value).split()[-1]), "") if titles else (None, "")  # type: ignore[union-attr]
        )
        return
    versions = range(1, slot.tried + 1) if kind == "append" else (0,)
    for version in versions:
        name = f"{EX}{slot.name}" + (f"-{version}" if kind == "append" else "")
        graph = ox.NamedNode(name)
        quads = list(database.quads_for_pattern(None, None, None, graph))
        values = {int(quad.object.value) for quad in quads}  # type: ignore[union-attr]
        wrong = "" if not quads or (len(quads) == SIZE and len(values) == 1) else "in part"
        if kind == "append" and not quads:
            acknowledged = version <= (slot.acknowledged or 0)
            yield None, "lost" if acknowledged else wrong
        else:
            yield (values.pop() if values else None), wrong
