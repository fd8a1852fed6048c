"""Rows to triples: ours beside what else makes RDF from tables. See `bench/events.py map`.

Ours begins with the raw rows: it splits them, checks each value, leaves out what is out of scope
and looks up what codes mean. No peer can be told to do that without a program of one's own around
it. So the others begin with a CSV file of the rows in scope with finished values, IRIs and numbers
in their last form, and have only to write them: each is given work that is done already.

Everything runs in a process of its own and writes N-Triples to a file; ours, as `kg map` does, to a
file a shard, each made and written by one process. Times are taken without the start of Python and
the imports.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

_STRING = "http://www.w3.org/2001/XMLSchema#string"

_USED = """
import resource
def used():
    kinds = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, kinds))
"""
_PEAK = """
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
_OURS = """
import os, sys, time
sys.path[:0] = [sys.argv[2], sys.argv[2] + "/bench"]
from events import BASE
from kg.events.columns import gdelt
from kg.events.engines import local
from kg.events.files import TableFile
from kg.events.shard_files import cut, map_shard
from kg.events.shards import Task
from pathlib import Path
out = Path(sys.argv[1] + ".nt")
file = TableFile(out.with_name("bench.export.CSV"))
task = Task(BASE, "bench-export", "bench", gdelt())
def write(shard):
    with out.with_name(f"{out.name}.{shard.number}").open("wb") as stream:
        return map_shard(shard, stream)
began, spent = time.monotonic(), used()
list(local(int(sys.argv[3]))(write, list(cut(file, task, out.parent, "none"))))
print(time.monotonic() - began, used() - spent)
"""
_BARE = r"""
import csv, json, sys, time
path = sys.argv[1]
form = json.load(open(path[:-3] + "json"))
string = "http://www.w3.org/2001/XMLSchema#string"
ends = [(f"<{t}>", k == "iri", "" if k == string else f"^^<{k}>") for t, k in form.items()]
def escaped(text):
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
began, spent = time.monotonic(), used()
with open(path, encoding="utf-8", newline="") as file, open(path + ".nt", "w", encoding="utf-8") as out:
    reader = csv.reader(file); next(reader)
    for subject, *values in reader:
        for (term, iri, datatype), value in zip(ends, values):
            if value:
                if iri:
                    out.write(f"<{subject}> {term} <{value}> .\n")
                else:
                    out.write(f'<{subject}> {term} "{escaped(value)}"{datatype} .\n')
print(time.monotonic() - began, used() - spent)
"""
_RDFLIB = """
import csv, json, sys, time
from rdflib import Graph, Literal, URIRef
path = sys.argv[1]
form = {URIRef(t): k for t, k in json.load(open(path[:-3] + "json")).items()}
began, spent = time.monotonic(), used()
graph = Graph()
reader = csv.reader(open(path, encoding="utf-8", newline="")); next(reader)
string = "http://www.w3.org/2001/XMLSchema#string"
for subject, *values in reader:
    node = URIRef(subject)
    for (term, kind), value in zip(form.items(), values):
        if value:
            graph.add((node, term, URIRef(value) if kind == "iri" else Literal(value) if kind == string else Literal(value, datatype=URIRef(kind))))
graph.serialize(path + ".nt", format="nt", encoding="utf-8")
print(time.monotonic() - began, used() - spent)
"""
_MORPH = """
import sys, time, morph_kgc
path = sys.argv[1]
began, spent = time.monotonic(), used()
config = f"[CONFIGURATION]\\noutput_file: {path}.nt\\noutput_format: N-TRIPLES\\nlogging_level: ERROR\\nnumber_of_processes: {sys.argv[2]}\\n[s]\\nmappings: {path}.ttl\\nfile_path: {path}\\n"
import pathlib
out = pathlib.Path(path + ".nt"); lines = morph_kgc.materialize_set(config)
out.write_text("".join(f"{line} .\\n" for line in lines), encoding="utf-8")
print(time.monotonic() - began, used() - spent)
"""
_MAPLIB = """
import json, sys, time
import polars as pl
from maplib import Model
path = sys.argv[1]
form = json.load(open(path[:-3] + "json"))
began, spent = time.monotonic(), used()
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
print(time.monotonic() - began, used() - spent)
"""


def plain_rows(path: Path, graph: ox.Store) -> None:
    """Write the in-scope rows' finished values as CSV, so that others only have to write RDF.

    One column a property: what stands in it are the IRIs and texts of our own output.
    """
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


def rml(path: Path) -> None:
    """Write the mapping for morph-kgc: one map a column."""
    form = json.loads(path.with_suffix(".json").read_text())
    lines = ["@prefix rr: <http://www.w3.org/ns/r2rml#> .",
             "@prefix rml: <http://semweb.mmlab.be/ns/rml#> .",
             "@prefix ql: <http://semweb.mmlab.be/ns/ql#> .",
             f'<#m> rml:logicalSource [ rml:source "{path}" ; rml:referenceFormulation ql:CSV ] ;',
             ' rr:subjectMap [ rml:reference "s" ; rr:termType rr:IRI ]']  # fmt: skip
    for number, (term, kind) in enumerate(form.items()):
        more = "rr:termType rr:IRI" if kind == "iri" else (
            "rr:termType rr:Literal" if kind == _STRING else f"rr:datatype <{kind}>")  # fmt: skip
        lines.append(
            f" ; rr:predicateObjectMap [ rr:predicate <{term}> ; "
            f'rr:objectMap [ rml:reference "c{number}" ; {more} ] ]'
        )
    Path(f"{path}.ttl").write_text("\n".join([*lines, "."]))


def _parsed(*files: Path) -> set[ox.Quad]:
    found = ox.Store()
    for file in files:
        found.bulk_load(path=str(file), format=ox.RdfFormat.N_TRIPLES)
    return set(found)


def _written(path: Path) -> list[Path]:
    """Return the files that a tool wrote."""
    return sorted(path.parent.glob(f"{path.name}.nt*"))


def _loaded(*files: Path) -> float:
    """Return the seconds of loading files into a new store on the disk."""
    began = time.monotonic()
    store = ox.Store(str(files[0].with_name("loaded.db")))
    for file in files:
        store.bulk_load(path=str(file), format=ox.RdfFormat.N_TRIPLES)
    store.flush()
    return time.monotonic() - began


def _run(code: str, python: str, path: Path, *more: str) -> tuple[float, float, float]:
    """Run a tool; return its seconds by the clock, of the processors, and its peak in MB."""
    process = subprocess.Popen(
        [python, "-c", _USED + code + _PEAK, str(path), *more], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = process.stdout.read()
    if process.wait() or not said.strip():
        raise ChildProcessError(f"ended with status {process.returncode}")
    seconds, cpu, peak = map(float, said.split()[-3:])
    return seconds, cpu, peak / 1024


def _median(run: Callable[[], tuple[float, float, float]]) -> tuple[float, float, float]:
    """Return the median of three runs, or the first where that takes long."""
    first = run()
    return first if first[0] > 3 else sorted((first, run(), run()))[1]


def compare(table: Path, number: int, root: Path, only: list[str]) -> None:
    """Print what each tool takes for the rows of a table, and whether it writes the same.

    Args:
        table: the table.
        number: its rows.
        root: where our package is.
        only: beginnings of the names of the tools to run beside ours; all where there are none.
    """
    path = table.with_name("plain.csv")
    cores = str(len(os.sched_getaffinity(0)))
    _run(_OURS, sys.executable, path, str(root), "0")
    ours = _parsed(*_written(path))
    store = ox.Store()
    store.extend(ours)
    plain_rows(path, store)
    rml(path)
    del store
    tools = [
        ("ours, one process", sys.executable, _OURS, [str(root), "0"]),
        ("ours, all cores", sys.executable, _OURS, [str(root), cores]),
        ("bare f-string", sys.executable, _BARE, []),
        ("rdflib", sys.executable, _RDFLIB, []),
    ]
    if "KG_MORPH" in os.environ:
        tools.append(("morph-kgc, 1 process", os.environ["KG_MORPH"], _MORPH, ["1"]))
        tools.append(("morph-kgc, all cores", os.environ["KG_MORPH"], _MORPH, [cores]))
    if "KG_MAPLIB" in os.environ:
        tools.append(("maplib, all cores", os.environ["KG_MAPLIB"], _MAPLIB, []))
    tools = [tool for tool in tools if not only or tool[0].startswith(("ours", *only))]
    print(
        f"{number:,} rows, {len(ours):,} triples; ours from raw rows, others from finished values"
    )
    print("what                  seconds   CPU s     rows/s  triples/s    MB*  load s  same triples"
          "  x ours 1  by CPU  x ours all")  # fmt: skip
    results: dict[str, float] = {}
    processor = 0.0
    for name, python, code, more in tools:
        for file in _written(path):
            file.unlink()
        try:
            seconds, cpu, memory = _median(lambda tool=(code, python, path, *more): _run(*tool))  # type: ignore[misc]
            same = len(_parsed(*_written(path)) & ours)
            loaded = _loaded(*_written(path))
        except (ChildProcessError, SyntaxError, ValueError) as error:
            print(f"{name:21} failed: {error}")
            continue
        finally:
            shutil.rmtree(path.with_name("loaded.db"), ignore_errors=True)
        results[name] = seconds
        processor = processor or cpu
        one, both = results["ours, one process"], results.get("ours, all cores", seconds)
        print(f"{name:21} {seconds:7.2f} {cpu:7.2f} {number / seconds:10,.0f} "
              f"{len(ours) / seconds:10,.0f} {memory:6,.0f} {loaded:7.1f} {same:13,}"
              f"{seconds / one:10.2f} {cpu / processor:7.2f} {seconds / both:11.2f}",
              flush=True)  # fmt: skip
    print(
        "the median of three runs where a run takes less than 3 s; CPU: all threads and processes"
    )
    print("* of the tool's first process; of several processes not the others")
