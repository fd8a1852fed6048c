"""Event tables: ours beside what else makes RDF from rows.

    python bench/events.py rows 100000      # a table of so many rows, like GDELT's
    python bench/events.py map 100000       # rows to triples: ours, a bare f-string, rdflib, peers
    python bench/events.py map 100000 maplib    # the same, beside this one alone
    python bench/events.py load 1000000     # rows to a store, beside a ready file; memory
    python bench/events.py grow 1 5 20      # stores of so many million triples: time, memory, disk
    python bench/events.py day              # a GDELT day, loaded and asked

The table repeats the real file named in KG_GDELT (by default ../shared/gdelt/*.CSV) with new ids,
or invented rows of the same mix where that is missing. With KG_VARIED=1 each repetition also has
addresses and tones of its own, so that less repeats than in a real day. Peers run in environments of their own:
name their Pythons in KG_MORPH and KG_MAPLIB. Times are by the clock
where nothing else is said.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
from event_peers import compare

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from kg.endpoint.writer.tables import opening  # noqa: E402
from kg.events.columns import gdelt  # noqa: E402
from kg.events.files import TableFile  # noqa: E402
from kg.events.loading import load_events  # noqa: E402
from kg.events.parts import parts  # noqa: E402
from kg.events.shards import Task, map_part  # noqa: E402
from kg.events.shown import event_lines  # noqa: E402
from kg.loader.pipeline import load  # noqa: E402
from kg.queries import load_queries  # noqa: E402
from kg.store import Store  # noqa: E402

BASE = "http://127.0.0.1:8000/"
GRAPH = ox.NamedNode(f"{BASE}graph/events/bench-export")


def rows(number: int) -> Iterator[str]:
    """Yield rows with new ids and days of entry as they stand in the real file."""
    given = os.environ.get("KG_GDELT")
    found = [Path(given)] if given else sorted((ROOT.parent / "shared/gdelt").glob("*.CSV"))
    if found:
        pattern = found[0].read_text(encoding="utf-8").splitlines()
    else:
        from tables import row

        states = "USA GBR RUS IRN CHN SYR CAN TUR JPN FRA".split()
        codes = "010 042 043 036 190 040 051 020 173 046 193 112 111 120 130 057 061 080".split()
        pattern = [
            row(
                n,
                codes[n % 18],
                states[n % 10],
                states[n * 7 % 10 - 1],
                AvgTone=f"-{n % 400 / 100}",
            )
            for n in range(2111)
        ]
    varied = bool(os.environ.get("KG_VARIED"))
    for count in range(number):
        again, at = divmod(count, len(pattern))
        row = pattern[at].partition("\t")[2]
        if varied and again:
            values = row.split("\t")
            values[33] = f"{float(values[33]) + again / 1e6:.14g}"
            row = "\t".join([*values[:-1], f"{values[-1]}-{again}"])
        yield f"{900_000_000 + count}\t{row}"


def table(folder: Path, number: int) -> TableFile:
    path = folder / "bench.export.CSV"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in rows(number))
    return TableFile(path)


def ours(file: TableFile) -> list[bytes]:
    task = Task(BASE, "bench-export", "bench", gdelt())
    found: list[bytes] = []
    for part in parts(file):
        mapped = map_part(task, part)
        found += [*mapped.texts, "".join(mapped.names.values()).encode()]
    return found


def spent() -> float:
    """Return processor seconds of this process and of its children that have ended."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


def apart(work: Callable[[], dict[str, float]]) -> dict[str, float]:
    """Run something in a process of its own; return what it tells."""
    reading, writing = os.pipe()
    if (pid := os.fork()) == 0:
        os.write(writing, json.dumps(work()).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        told = said.read()
    _, status = os.waitpid(pid, 0)
    if status:
        raise SystemExit("a measurement failed")
    return {name: float(value) for name, value in json.loads(told).items()}


def write_ready(file: TableFile, ready: Path) -> dict[str, float]:
    with ready.open("wb") as out:
        for text in ours(file):
            out.write(text)
    return {}


def load_ready(ready: Path) -> dict[str, float]:
    database = ox.Store(str(ready.with_suffix(".db")))
    start = time.monotonic()
    database.bulk_load(path=str(ready), format=ox.RdfFormat.N_TRIPLES, to_graph=GRAPH)
    database.flush()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": time.monotonic() - start, "cpu": spent(), "memory": memory}


def load_once(store: Store, file: TableFile) -> dict[str, float]:
    before, start = spent(), time.monotonic()
    summary = load_events(store, [file], gdelt(), opening=opening)
    seconds, cpu = time.monotonic() - start, spent() - before
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    memory, child = (resource.getrusage(kind).ru_maxrss / 1024 for kind in kinds)
    for line in event_lines(summary):
        print(line, flush=True)
    return {
        "seconds": seconds, "cpu": cpu, "memory": memory, "child": child, "triples": summary.added
    }  # fmt: skip


def load_twice(file: TableFile, folder: Path) -> dict[str, float]:
    with Store.open(folder / "store") as store:
        it = load_once(store, file)
        there = store.snapshot
        with there() as snapshot:
            before_again = len(snapshot.ox)
        start = time.monotonic()
        load_events(store, [file], gdelt(), opening=opening)
        again = time.monotonic() - start
        with there() as snapshot:
            same = len(snapshot.ox) == before_again
    return {**it, "again": again, "same": same}


def load_and_merge(file: TableFile, folder: Path) -> dict[str, float]:
    """Load, and then have the database merge all that the load left for it to merge later."""
    with Store.open(folder / "store") as store:
        it = load_once(store, file)
    before, start = spent(), time.monotonic()
    ox.Store(str(folder / "store/live")).optimize()
    return {**it, "merging": time.monotonic() - start, "merging_cpu": spent() - before}


def bench_load(folder: Path, number: int) -> None:
    file = table(folder, number)
    print(f"{number:,} rows, {file.path.stat().st_size / 1e6:,.0f} MB")
    ready = folder / "ready.nt"
    apart(lambda: write_ready(file, ready))
    beside = apart(lambda: load_ready(ready))
    it = apart(lambda: load_twice(file, folder))
    print(f"ready file    {beside['seconds']:7.1f} s, {beside['cpu']:6.1f} s of processor, "
          f"{beside['memory']:,.0f} MB")  # fmt: skip
    print(f"rows to store {it['seconds']:7.1f} s, {it['cpu']:6.1f} s of processor, "
          f"{it['memory']:,.0f} MB, and {it['child']:,.0f} MB for the largest mapper; "
          f"{number / it['seconds']:,.0f} rows/s, {it['triples'] / it['seconds']:,.0f} triples/s")  # fmt: skip
    print(f"rate: {beside['seconds'] / it['seconds']:.2f} x by the clock, "
          f"{beside['cpu'] / it['cpu']:.2f} x by the processor")  # fmt: skip
    print(f"again {it['again']:.1f} s; as many triples as before: {bool(it['same'])}")


def bench_growth(folder: Path, millions: list[int]) -> None:
    print("triples        seconds  us/triple  CPU us/triple      MB  merging s  us/triple with it"
          "  CPU  bytes/triple on disk", flush=True)  # fmt: skip
    for number in millions:
        inside = folder / str(number)
        inside.mkdir()
        file = table(inside, round(number * 1_000_000 / 7.65))
        with contextlib.redirect_stdout(io.StringIO()):
            it = apart(lambda file=file, inside=inside: load_and_merge(file, inside))  # type: ignore[misc]
        size = sum(path.stat().st_size for path in (inside / "store/live").rglob("*"))
        count = it["triples"]
        whole, cpu = it["seconds"] + it["merging"], it["cpu"] + it["merging_cpu"]
        print(f"{count:12,.0f} {it['seconds']:9.1f} {it['seconds'] / count * 1e6:10.2f} "
              f"{it['cpu'] / count * 1e6:14.2f} {it['memory']:7,.0f} {it['merging']:10.1f} "
              f"{whole / count * 1e6:18.2f} {cpu / count * 1e6:4.1f} {size / count:10.0f}",
              flush=True)  # fmt: skip
        shutil.rmtree(inside)


def bench_day(folder: Path) -> None:
    start = time.monotonic()
    file = table(folder, 177_000)
    made = time.monotonic()
    with Store.open(folder / "store") as store:
        load(store)  # the names of states
        summary = load_events(store, [file], gdelt(), opening=opening)
        loaded = time.monotonic()
        with store.snapshot() as snapshot:
            for name, query in load_queries().items():
                if name.startswith("coded-"):
                    begun = time.monotonic()
                    answer = snapshot.ox.query(query.bind({}), use_default_graph_as_union=True)
                    number = sum(1 for _ in answer)  # type: ignore[arg-type, misc]
                    print(f"{name}: {number:,} rows in {time.monotonic() - begun:.2f} s")
    print(
        f"{summary.rows['mapped']:,} events, {summary.added / summary.rows['mapped']:.1f} triples each"
    )
    print(f"loaded in {loaded - made:.1f} s, with queries {time.monotonic() - made:.1f} s "
          f"(the table was made in {made - start:.1f} s)")  # fmt: skip


def main() -> None:
    what, *rest = sys.argv[1:] or ["help"]
    number = int(rest[0]) if rest else 100_000
    folder = Path(tempfile.mkdtemp(dir=os.environ.get("KG_BENCH_DIR")))
    try:
        if what == "rows":
            sys.stdout.writelines(f"{line}\n" for line in rows(number))
        elif what == "map":
            compare(table(folder, number).path, number, ROOT, rest[1:])
        elif what == "load":
            bench_load(folder, number)
        elif what == "grow":
            bench_growth(folder, [int(given) for given in rest] or [1, 5, 20])
        elif what == "day":
            bench_day(folder)
        else:
            print(__doc__)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
