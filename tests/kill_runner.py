"""Kills loaders with SIGKILL at chosen moments, and checks the store after each kill.

Run as a program: ``python kill_runner.py FOLDER KILLS SEED`` prints a report as JSON. This process
imports everything once and opens no store; it forks a loader, which kills itself as it enters the
phase to be hit, or says that it has entered it; then this process waits a little more, and kills
it, wherever it is by then, in native code as well. Another fork then checks the store against the
log of acknowledgements, which stands outside the store.
"""

from __future__ import annotations

import json
import mmap
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib_terms import text_of

import kg.loader.articles
from kg.derived.derivation import Derivation
from kg.iris import Minter
from kg.loader.articles import Articles
from kg.mappers import Context, map_article
from kg.readers.facts_file import read_json
from kg.readers.source import Reading, Source
from kg.registry import Registry
from kg.store import Store, Writer
from kg.store.checkpoints import Checkpoints
from kg.store.kept import KeptFiles, needed_files

PHASES = (
    "idle",
    "opening",
    "mapping",
    "deriving",
    "files",
    "transaction",
    "flush",
    "checkpoint",
    "switch",
    "pruning",
    "closing",
)
# The short ones that must be hit more often: by the time the kill comes, many are over.
TARGETS = (
    *PHASES[1:],
    "mapping", "transaction", "flush", "checkpoint", "switch", "checkpoint", "switch",
)  # fmt: skip
KEYS = tuple(f"article-{letter}" for letter in "abcdef")
VERSIONS = 5


def make_reading(key: str, version: int) -> Reading:
    """Return one version of an article; odd versions come with a text that is kept."""
    text = " ".join(f"{key} word{n} of version {version}" for n in range(30)) + " Solen met Vance."
    record = {
        "article": {
            "id": key,
            "title": f"{key} {version}",
            "published": "2013-02-02",
            "text": text,
        },
        "parties": {
            "solen": {"name": "Mira Solen", "kind": "person", "state": "XAA"},
            "vance": {"name": f"Teodor Vance {version}", "kind": "person", "state": "XBB"},
        },
        "meetings": [
            {
                "id": f"m{n}",
                "participants": ["solen", "vance"],
                "date": "2013-02-02",
                "evidence": ["Solen met Vance."],
            }
            for n in range(1 + version)
        ],
    }
    (outcome,) = read_json(Source("made", json.dumps(record).encode()))
    assert isinstance(outcome, Reading), outcome
    return outcome


READINGS = {
    (key, version): make_reading(key, version) for key in KEYS for version in range(VERSIONS)
}


def graph_of(key: str, version: int, base: str) -> set[tuple[str, str, str]]:
    """Return the triples that an article's graph must have, straight from the mappers."""
    context = Context(base, key, Registry().resolve)
    triples = map_article(READINGS[key, version].facts, context)
    return {(s, p, text_of(o)) for s, p, o in triples}


class Probe:
    """Tells, through memory that outlives the loader, in which phase the loader is."""

    def __init__(self) -> None:
        self.memory = mmap.mmap(-1, 1)
        self.target = ""
        self.skip = 0
        self.at_once = False
        self.bell = -1
        self.spans: dict[str, list[float]] = {}

    def watch(self, owner: Any, name: str, phase: str) -> None:
        """Wrap a function of the product so that it marks a phase while it runs."""
        inner = getattr(owner, name)
        number = PHASES.index(phase)

        def marked(*arguments: Any, **named: Any) -> Any:
            before = self.memory[0]
            self.memory[0] = number
            if phase == self.target:
                self.skip -= 1
                if self.skip < 0:
                    self.target = ""
                    if self.at_once:
                        os.kill(os.getpid(), signal.SIGKILL)
                    os.write(self.bell, b"!")
            began = time.perf_counter()
            try:
                return inner(*arguments, **named)
            finally:
                self.memory[0] = before
                self.spans.setdefault(phase, []).append(time.perf_counter() - began)

        setattr(owner, name, marked)


PROBE = Probe()
for _owner, _name, _phase in (
    (Writer, "__init__", "opening"),
    (kg.loader.articles, "map_article", "mapping"),
    (Derivation, "change", "deriving"),
    (KeptFiles, "_put", "files"),
    (KeptFiles, "sync", "files"),
    (Writer, "apply", "transaction"),
    (Writer, "commit", "flush"),
    (Checkpoints, "make", "checkpoint"),
    (Checkpoints, "switch", "switch"),
    (Checkpoints, "prune", "pruning"),
    (Writer, "close", "closing"),
):
    PROBE.watch(_owner, _name, _phase)


def load_on_and_on(store: Path, log: Path, seed: int, rounds: int = 1_000_000) -> None:
    """Load, replace and remove articles one after the other, logging tries and acknowledgements."""
    chance = random.Random(seed)
    with log.open("ab", buffering=0) as file, Store.open(store) as opened:
        for _ in range(rounds):
            with opened.writer() as writer, Articles(opened, writer) as articles:
                for _ in range(chance.randint(1, 3)):
                    changes = []
                    for key in chance.sample(KEYS, chance.randint(1, 2)):
                        version = chance.randint(-1, VERSIONS - 1)
                        changes.append((key, version))
                        file.write(f"try {key} {version}\n".encode())
                        if version < 0:
                            articles.remove(key)
                        else:
                            reading = READINGS[key, version]
                            articles.put(reading.facts, reading.text if version % 2 else None)
                    articles.flush()
                    file.write("".join(f"ack {key} {v}\n" for key, v in changes).encode())


def check(store: Path, log: Path, found_file: Path, whole: bool) -> None:
    """Check the store after a kill; raises AssertionError with what is wrong."""
    before = json.loads(found_file.read_text()) if found_file.exists() else {}
    allowed = {key: {before.get(key, -1)} for key in KEYS}
    for line in log.read_text().splitlines():
        verb, key, version = line.split()
        if verb == "ack":
            allowed[key] = {int(version)}
        else:
            allowed[key].add(int(version))
    with Store.open(store) as opened:
        with opened.snapshot() as snapshot:
            _versions(snapshot.ox, opened.base, allowed)
        opened.close()  # a revision that is kept open for reading would keep its files as well
        with opened.writer() as writer:
            live = set(writer.ox)
            found = _versions(writer.ox, opened.base, allowed)
            derived = Derivation(writer.ox, Minter(opened.base), Registry(), opened.text)
            assert derived.whole_entities() == (set(), set()), (
                "the entities do not fit the articles"
            )
            needed = needed_files(writer.ox)
            del derived
        with opened.snapshot() as snapshot:
            assert set(snapshot.ox) == live, "checkpoint and live database differ"
        texts = {path.name for path in opened.texts.folder.iterdir()}
        assert texts == {f"{sha256}.txt" for sha256 in needed.texts}, "texts left over or lost"
        facts = {path.name for path in opened.facts.folder.iterdir()}
        assert facts == {f"{sha256}.json" for sha256 in needed.facts}, "facts left over or lost"
        names = {path.name for path in opened.layout.checkpoints.iterdir()}
        assert names == {f"{opened.revision:06d}"}, f"checkpoints left over: {names}"
        # The journal of changes is there from the first commit on.
        rest = {path.name for path in store.iterdir()} - {"changes"}
        known = {"store.json", "live", "checkpoints", "current", "texts", "facts", "rejects",
                 "writer.lock"}  # fmt: skip
        assert rest == known, f"left over: {rest ^ known}"
        if whole:
            _equals_fresh(opened, found, store.parent / "fresh")
    found_file.write_text(json.dumps(found))
    log.write_bytes(b"")


def _versions(database: ox.Store, base: str, allowed: dict[str, set[int]]) -> dict[str, int]:
    """Return the version of each article, -1 where it is absent; each must be an allowed one."""
    found: dict[str, int] = {}
    for key, versions in allowed.items():
        graph = ox.NamedNode(Minter(base).article_graph(key))
        quads = database.quads_for_pattern(None, None, None, graph)
        there = {(q.subject.value, q.predicate.value, q.object.value) for q in quads}
        fits = [
            version
            for version in sorted(versions)
            if there == (graph_of(key, version, base) if version >= 0 else set())
        ]
        assert fits, f"{key} is none of {sorted(versions)}: {len(there)} triples"
        found[key] = fits[0]
    return found


def _equals_fresh(opened: Store, found: dict[str, int], path: Path) -> None:
    """Compare all graphs but provenance with a store into which what is left was loaded once."""
    with Store.open(path) as fresh:
        with fresh.writer() as writer, Articles(fresh, writer) as articles:
            for key, version in found.items():
                if version >= 0:
                    reading = READINGS[key, version]
                    articles.put(reading.facts, reading.text if version % 2 else None)
        provenance = ox.NamedNode(Minter(fresh.base).graph("provenance"))
        with fresh.snapshot() as one, opened.snapshot() as other:
            graphs = [
                {quad for quad in snapshot.ox if quad.graph_name != provenance}
                for snapshot in (one, other)
            ]
    assert graphs[0] == graphs[1], "the store differs from one into which the same was loaded"


def fork(work: Callable[[], None], errors: Path) -> int:
    """Run a function in a fork, whose failure is written to a file; return its number."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    except BaseException:
        errors.write_text(traceback.format_exc())
    finally:
        os._exit(status)


def measure(folder: Path) -> dict[str, float]:
    """Return how long each phase lasts here, so that kills can be spread over it."""
    result = folder / "spans"

    def work() -> None:
        load_on_and_on(folder / "measured", folder / "measured.log", 0, rounds=8)
        result.write_text(json.dumps({k: sum(v) / len(v) for k, v in PROBE.spans.items()}))

    os.waitpid(fork(work, folder / "errors"), 0)
    spans: dict[str, float] = json.loads(result.read_text())
    return spans


def run(folder: Path, kills: int, seed: int) -> dict[str, Any]:
    """Kill as often as asked, spread over the phases; return what was hit and what failed."""
    store, log, found = folder / "store", folder / "acknowledged", folder / "found"
    errors, fresh = folder / "errors", folder / "fresh"
    chance = random.Random(seed)
    spans = measure(folder)
    hits: Counter[str] = Counter()
    acknowledged = 0
    log.touch()
    for number in range(kills):
        turn, place = divmod(number, len(TARGETS))
        # In every other turn they die as they enter the phase, which hits it on any machine; in
        # the others at any point of it, or a little later where the machine is busy.
        PROBE.at_once = turn % 2 == 0
        where = hit(store, log, errors, TARGETS[place], spans, chance)
        if not where:
            return {"failure": f"kill {number}: the loader ended by itself: {read(errors)}"}
        hits[where] += 1
        acknowledged += log.read_bytes().count(b"ack ")
        whole = number % 20 == 19 or number == kills - 1
        checker = fork(lambda: check(store, log, found, whole), errors)  # noqa: B023
        _, status = os.waitpid(checker, 0)
        if status:
            return {"failure": f"kill {number} in {where}, status {status}: {read(errors)}"}
        shutil.rmtree(fresh, ignore_errors=True)
    return {"failure": "", "kills": kills, "hits": hits, "acknowledged": acknowledged}


def hit(
    store: Path,
    log: Path,
    errors: Path,
    target: str,
    spans: dict[str, float],
    chance: random.Random,
) -> str:
    """Kill one loader about when it is in a phase; return the phase that it died in."""
    PROBE.target, PROBE.skip = target, chance.randint(0, 3)
    delay = spans[target] * chance.random()
    heard, PROBE.bell = os.pipe()
    PROBE.memory[0] = 0
    seed = chance.getrandbits(32)
    child = fork(lambda: load_on_and_on(store, log, seed), errors)
    os.close(PROBE.bell)
    if os.read(heard, 1):
        until = time.perf_counter() + delay
        while time.perf_counter() < until:
            pass
        os.kill(child, signal.SIGKILL)
    os.close(heard)
    _, status = os.waitpid(child, 0)
    PROBE.target = ""
    return PHASES[PROBE.memory[0]] if os.WIFSIGNALED(status) else ""


def read(path: Path) -> str:
    """Return the content of a file, if it is there."""
    return path.read_text() if path.exists() else ""


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
