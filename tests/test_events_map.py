"""``kg map``: shards of N-Quads with a manifest, here and on a real Dask cluster."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from servers import PATIENCE, wait_for
from tables import load_table, row, usual_rows, write
from test_events_loading import NAME, Run, kg, many  # noqa: F401 - a fixture

from kg.events import parts
from kg.events.columns import gdelt
from kg.events.engines import dask, local
from kg.events.export import export
from kg.events.files import TableFile
from kg.events.shard_files import plan
from kg.iris import DEFAULT_BASE
from kg.store import Store

ROOT = Path(__file__).resolve().parent.parent


def quads(folder: Path) -> set[ox.Quad]:
    """Return all quads of an export, after checking each shard against the manifest."""
    manifest = json.loads((folder / "manifest.json").read_text())
    database, triples = ox.Store(), 0
    for shard in manifest["shards"]:
        data = (folder / shard["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == shard["sha256"]
        assert len(data) == shard["bytes"]
        if shard["file"].endswith(".gz"):
            text = gzip.decompress(data)
        elif shard["file"].endswith(".nq"):
            text = data
        else:
            import io

            import zstandard

            text = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)).read()
        assert text.count(b"\n") == shard["triples"]
        triples += shard["triples"]
        database.bulk_load(text, format=ox.RdfFormat.N_QUADS)
    assert triples == manifest["triples"]
    assert sum(manifest["rows"].values()) == sum(
        sum(shard["rows"].values()) for shard in manifest["shards"]
    )
    return set(database)


def loaded(tmp_path: Path, *paths: Path) -> set[ox.Quad]:
    """Return what loading the tables gives."""
    with Store.open(tmp_path / "expected") as store:
        load_table(store, *paths)
        with store.snapshot() as snapshot:
            return {q for q in snapshot.ox if not q.graph_name.value.endswith("provenance")}


@pytest.mark.parametrize("compression", ["gz", "zstd", "none"])
def test_shards_hold_what_a_load_would_give(kg: Run, tmp_path: Path, compression: str):  # noqa: F811
    """And rejects.jsonl has the rest; a second run gives the same bytes."""
    path = write(tmp_path / NAME, [*usual_rows(), "cut off"])
    arguments = ("map", path, "--to", "out", "--compression", compression)
    done = kg(*arguments, status=1)
    assert "rows:     7 = 4 mapped + 2 out of scope + 1 rejected" in done.stdout
    out = tmp_path / "out"
    first = {p.name: p.read_bytes() for p in out.iterdir()}
    assert json.loads(first["rejects.jsonl"])["line"] == 7
    kg(*arguments, status=1)
    assert {p.name: p.read_bytes() for p in out.iterdir()} == first
    assert quads(out) == loaded(tmp_path, path)


def shards_of(path: Path, out: Path) -> list[Any]:
    return list(plan([TableFile(path)], gdelt(), DEFAULT_BASE, out, size=20_000))


def test_many_shards_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Cut between lines, with repeated ids and visits across shards; compressed in one."""
    monkeypatch.setattr(parts, "PART", 10_000)
    path = write(tmp_path / NAME, [*many(1, 600), row(5, "010", "USA")])
    for processes in (0, 2):
        out = tmp_path / f"out-{processes}"
        out.mkdir()
        shards = shards_of(path, out)
        assert len(shards) > 4
        summary = export(shards, out, DEFAULT_BASE, local(processes))
        assert summary.rows.total() == 601 and summary.rows["rejected"] == 1
        assert quads(out) == loaded(tmp_path / str(processes), path)
    with gzip.open(tmp_path / f"{NAME}.gz", "wb") as file:
        file.write(path.read_bytes())
    assert len(shards_of(tmp_path / f"{NAME}.gz", out)) == 1


def test_what_cannot_be_mapped(kg: Run, tmp_path: Path):  # noqa: F811
    """One line each, exit status 2."""
    path = write(tmp_path / NAME, usual_rows())
    (tmp_path / "a.yaml").write_text("x")
    for arguments, reason in (
        (("a.yaml", "--to", "o"), "is no event table"),
        ((path, "--to", "o", "--base", "nothing"), "cannot be the base of IRIs"),
        ((path, "--to", "o", "--scheduler", "tcp://127.0.0.1:1"), "no Dask scheduler answers"),
    ):
        said = kg("map", *arguments, status=2).stderr
        assert reason in said.splitlines()[-1]


def test_on_a_local_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The same function, run by the threads and processes of Dask."""
    distributed = pytest.importorskip("distributed")
    path = write(tmp_path / NAME, many(1, 700))
    out = tmp_path / "out"
    out.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(parts, "PART", 10_000)
        shards = shards_of(path, out)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        export(shards, out, DEFAULT_BASE, dask(cluster.scheduler_address))
    assert len(shards) > 3 and quads(out) == loaded(tmp_path, path)


@contextmanager
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Run a scheduler and two workers, each from the command line."""
    file = tmp_path / "scheduler.json"
    surroundings = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    started = []

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
            env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path,
        )  # fmt: skip
        started.append(process)
        return process

    try:
        start("dask_scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1",
              "--scheduler-file", str(file))  # fmt: skip
        assert wait_for(lambda: file.exists() and file.read_text().endswith("}"))
        workers = [
            start("dask_worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny",
                  "--no-dashboard", "--local-directory", str(tmp_path / f"worker-{n}"))
            for n in range(2)
        ]  # fmt: skip
        yield json.loads(file.read_text())["address"], workers
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:  # Dask's worker may wait for its scheduler for good
                process.kill()
                process.wait(timeout=PATIENCE)


def test_a_worker_that_is_killed_loses_nothing(kg: Run, tmp_path: Path):  # noqa: F811
    """A scheduler and two workers from the command line; one dies by SIGKILL in the middle."""
    pytest.importorskip("distributed")
    from distributed import Client

    tables = [write(tmp_path / f"t{n}.export.CSV", many(1, 2_500)) for n in range(8)]
    with cluster(tmp_path) as (address, workers):
        with Client(address) as client:
            client.wait_for_workers(2)
        process = subprocess.Popen(
            [sys.executable, "-m", "kg", "map", *map(str, tables), "--to", "out",
             "--scheduler", address],
            cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        while process.poll() is None and not list((tmp_path / "out").glob("*.nq.gz*")):
            time.sleep(0.005)
        workers[0].send_signal(signal.SIGKILL)
        said, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, errors
        assert workers[0].wait(timeout=PATIENCE) == -signal.SIGKILL
    assert "rows:     20,000 = " in said
    assert quads(tmp_path / "out") == loaded(tmp_path, *tables)
