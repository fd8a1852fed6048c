"""Event tables: ours beside what else makes RDF from rows.

    python bench/events.py rows 100000      # a table of so many rows, like GDELT's
    python bench/events.py map 100000       # rows to triples: ours, a bare f-string, rdflib, peers
    python bench/events.py load 1000000     # rows to a store, beside a ready file; memory
    python bench/events.py day              # a GDELT day, loaded and asked

The table repeats the real file named in KG_GDELT (by default ../shared/gdelt/*.CSV) with new ids,
or invented rows of the same mix where that is missing. Peers run in environments of their own:
name their Pythons in KG_MORPH and KG_MAPLIB. Times of mapping are processor times of one process.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from kg.endpoint.writer.tables import opening  # noqa: E402
from kg.events.columns import gdelt  # noqa: E402
from kg.events.files import TableFile, parts  # noqa: E402
from kg.events.loading import load_events  # noqa: E402
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
    for count in range(number):
        yield f"{900_000_000 + count}\t{pattern[count % len(pattern)].partition(chr(9))[2]}"


def table(folder: Path, number: int) -> TableFile:
    path = folder / "bench.export.CSV"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in rows(number))
    return TableFile(path)


def timed(work: Callable[[], object]) -> tuple[float, object]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def ours(file: TableFile) -> list[bytes]:
    task = Task(BASE, "bench-export", "bench", gdelt())
    found: list[bytes] = []
    for part in parts(file):
        mapped = map_part(task, part)
        found += [mapped.text, "".join(mapped.names.values()).encode()]
    return found


def plain_rows(file: TableFile, graph: ox.Store) -> Path:
    """Write the in-scope rows' finished values as CSV, so that others only have to write RDF.

    One column a property: what stands in it are the IRIs and texts of our own output.
    """
    path = file.path.with_name("plain.csv")
    terms = sorted({quad.predicate.value for quad in graph})
    by_subject: dict[str, dict[str, str]] = {}
    for quad in graph:
        by_subject.setdefault(quad.subject.value, {})[quad.predicate.value] = quad.object.value
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["s", *(f"c{n}" for n in range(len(terms)))])
        for subject, values in by_subject.items():
            writer.writerow([subject, *(values.get(term, "") for term in terms)])
    kinds = {quad.predicate.value: quad.object for quad in graph}
    form = {
        term: "iri" if isinstance(kinds[term], ox.NamedNode) else kinds[term].datatype.value
        for term in terms
    }
    path.with_suffix(".json").write_text(json.dumps(form))
    return path


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")


def bare(path: Path) -> list[bytes]:
    """Return the same triples by csv.reader and one f-string a value: nothing is looked at."""
    form = json.loads(path.with_suffix(".json").read_text())
    string = "http://www.w3.org/2001/XMLSchema#string"
    out: list[str] = []
    ends = [(f"<{term}>", kind == "iri", "" if kind == string else f"^^<{kind}>")
            for term, kind in form.items()]  # fmt: skip
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        for subject, *values in reader:
            for (term, iri, datatype), value in zip(ends, values, strict=True):
                if not value:
                    continue
                if iri:
                    out.append(f"<{subject}> {term} <{value}> .\n")
                else:
                    out.append(f'<{subject}> {term} "{escaped(value)}"{datatype} .\n')
    return ["".join(out).encode()]


_RDFLIB = """
import csv, json, sys, time
from rdflib import Graph, Literal, URIRef
path = sys.argv[1]
form = {URIRef(t): k for t, k in json.load(open(path[:-3] + "json")).items()}
start = time.process_time()
graph = Graph()
reader = csv.reader(open(path, encoding="utf-8", newline="")); next(reader)
string = "http://www.w3.org/2001/XMLSchema#string"
for subject, *values in reader:
    node = URIRef(subject)
    for (term, kind), value in zip(form.items(), values):
        if value:
            graph.add((node, term, URIRef(value) if kind == "iri" else Literal(value) if kind == string else Literal(value, datatype=URIRef(kind))))
graph.serialize(path + ".nt", format="nt", encoding="utf-8")
print(time.process_time() - start)
"""
_MORPH = """
import sys, time, morph_kgc
path = sys.argv[1]
start = time.process_time()
config = f"[CONFIGURATION]\\noutput_file: {path}.nt\\noutput_format: N-TRIPLES\\nlogging_level: ERROR\\nnumber_of_processes: 1\\n[s]\\nmappings: {path}.ttl\\nfile_path: {path}\\n"
import pathlib
out = pathlib.Path(path + ".nt"); lines = morph_kgc.materialize_set(config)
out.write_text("".join(f"{line} .\\n" for line in lines), encoding="utf-8")
print(time.process_time() - start)
"""
_MAPLIB = """
import json, sys, time
import polars as pl
from maplib import Model
path = sys.argv[1]
form = json.load(open(path[:-3] + "json"))
start = time.process_time()
frame = pl.read_csv(path, infer_schema_length=0)
model = Model()
for number, (term, kind) in enumerate(form.items()):
    part = frame.select("s", f"c{number}").drop_nulls().filter(pl.col(f"c{number}") != "")
    part = part.rename({"s": "subject", f"c{number}": "object"})
    if kind == "iri":
        text = f"<urn:t{number}> [ottr:IRI ?subject, ottr:IRI ?object] :: {{ ottr:Triple(?subject, <{term}>, ?object) }} ."
    else:
        text = f"<urn:t{number}> [ottr:IRI ?subject, <{kind}> ?object] :: {{ ottr:Triple(?subject, <{term}>, ?object) }} ."
        if kind.endswith(("decimal", "integer")):
            part = part.with_columns(pl.col("object").cast(pl.Decimal(38, 12) if kind.endswith("decimal") else pl.Int64))
        elif kind.endswith("#date"):
            part = part.with_columns(pl.col("object").str.to_date())
        elif kind.endswith("dateTime"):
            part = part.with_columns(pl.col("object").str.to_datetime(time_zone="UTC"))
    model.add_template("@prefix ottr: <http://ns.ottr.xyz/0.4/> .\\n" + text)
    model.map(f"urn:t{number}", part)
model.write(path + ".nt", format="ntriples")
print(time.process_time() - start)
"""


def rml(path: Path) -> None:
    """Write the mapping for morph-kgc: one map a column."""
    form = json.loads(path.with_suffix(".json").read_text())
    lines = ["@prefix rr: <http://www.w3.org/ns/r2rml#> .",
             "@prefix rml: <http://semweb.mmlab.be/ns/rml#> .",
             "@prefix ql: <http://semweb.mmlab.be/ns/ql#> .",
             f'<#m> rml:logicalSource [ rml:source "{path}" ; rml:referenceFormulation ql:CSV ] ;',
             ' rr:subjectMap [ rml:reference "s" ; rr:termType rr:IRI ]']  # fmt: skip
    string = "http://www.w3.org/2001/XMLSchema#string"
    for number, (term, kind) in enumerate(form.items()):
        more = "rr:termType rr:IRI" if kind == "iri" else (
            "rr:termType rr:Literal" if kind == string else f"rr:datatype <{kind}>")  # fmt: skip
        lines.append(
            f" ; rr:predicateObjectMap [ rr:predicate <{term}> ; "
            f'rr:objectMap [ rml:reference "c{number}" ; {more} ] ]'
        )
    Path(f"{path}.ttl").write_text("\n".join([*lines, "."]))


def parsed(data: list[bytes] | Path) -> ox.Store:
    found = ox.Store()
    for item in [data] if isinstance(data, Path) else data:
        source = {"path": str(item)} if isinstance(item, Path) else {"input": item}
        found.bulk_load(format=ox.RdfFormat.N_TRIPLES, **source)  # type: ignore[arg-type]
    return found


def bench_map(folder: Path, number: int) -> None:
    file = table(folder, number)
    seconds, text = timed(lambda: ours(file))
    graph = parsed(text)  # type: ignore[arg-type]
    results = {"ours": seconds}
    total = len(graph)
    path = plain_rows(file, graph)
    results["f-string"], other = timed(lambda: bare(path))
    print(
        f"{number:,} rows, {total:,} triples; f-string the same: {set(parsed(other)) == set(graph)}"
    )  # type: ignore[arg-type]
    rml(path)
    peers = [("rdflib", sys.executable, _RDFLIB)]
    peers += [(name, os.environ[key], code) for name, key, code in
              (("morph-kgc", "KG_MORPH", _MORPH), ("maplib", "KG_MAPLIB", _MAPLIB)) if key in os.environ]  # fmt: skip
    for name, python, code in peers:
        out = Path(f"{path}.nt")
        out.unlink(missing_ok=True)
        done = subprocess.run([python, "-c", code, str(path)], capture_output=True, text=True)
        if done.returncode:
            print(f"{name}: failed: {done.stderr.strip().splitlines()[-1:]}")
            continue
        results[name] = float(done.stdout.split()[-1])
        try:
            found = set(parsed(out))
            print(f"{name}: {len(found & set(graph)):,} of {total:,} triples the same")
        except (SyntaxError, ValueError) as error:
            print(f"{name}: its output cannot be parsed: {error}")
    print("what        seconds     rows/s  triples/s  ours is faster by")
    for name, seconds in results.items():
        print(f"{name:10} {seconds:8.2f} {number / seconds:10,.0f} {total / seconds:10,.0f} "
              f"{seconds / results['ours']:8.2f}")  # fmt: skip


def spent() -> float:
    """Return processor seconds of this process and of its children that have ended."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


def bench_load(folder: Path, number: int) -> None:
    file = table(folder, number)
    print(f"{number:,} rows, {file.path.stat().st_size / 1e6:,.0f} MB")
    ready = folder / "ready.nt"
    if (pid := os.fork()) == 0:
        with ready.open("wb") as out:
            for text in ours(file):
                out.write(text)
        os._exit(0)
    os.waitpid(pid, 0)
    if (pid := os.fork()) == 0:
        database = ox.Store(str(folder / "ready.db"))
        start = time.monotonic()
        database.bulk_load(path=str(ready), format=ox.RdfFormat.N_TRIPLES, to_graph=GRAPH)
        database.flush()
        (folder / "ready.s").write_text(str(time.monotonic() - start))
        os._exit(0)
    _, _, used = os.wait4(pid, 0)
    beside, of_beside = float((folder / "ready.s").read_text()), used.ru_utime + used.ru_stime
    before = spent()
    with Store.open(folder / "store") as store:
        start = time.monotonic()
        summary = load_events(store, [file], gdelt(), opening=opening)
        seconds = time.monotonic() - start
        cpu = spent() - before
        start = time.monotonic()
        again = load_events(store, [file], gdelt(), opening=opening)
        second = time.monotonic() - start
    for line in event_lines(summary):
        print(line)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"ready file    {beside:7.1f} s, {of_beside:6.1f} s of processor, {used.ru_maxrss / 1024:,.0f} MB"
    )
    print(f"rows to store {seconds:7.1f} s, {cpu:6.1f} s of processor, {memory:,.0f} MB; "
          f"{number / seconds:,.0f} rows/s, {summary.added / seconds:,.0f} triples/s")  # fmt: skip
    print(f"rate: {beside / seconds:.2f} x by the clock, {of_beside / cpu:.2f} x by the processor")
    print(f"again {second:.1f} s, {again.added:,} triples")


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
            bench_map(folder, number)
        elif what == "load":
            bench_load(folder, number)
        elif what == "day":
            bench_day(folder)
        else:
            print(__doc__)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
