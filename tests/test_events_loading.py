"""Event tables into a real store: replaced, resumed after kills, removed, beside a server."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from commands import kg as run_kg
from servers import serving
from tables import load_table, row, usual_rows, write

from kg.endpoint.writer.tables import opening
from kg.events import loading, parts
from kg.events.columns import gdelt
from kg.events.files import TableFile, find_tables
from kg.events.graphs import DirectGraphs
from kg.events.journal import Journal
from kg.events.loading import Silent, load_events
from kg.events.removing import divide_names
from kg.events.scanning import scan
from kg.iris import DEFAULT_BASE
from kg.store import Store
from kg.vocabulary import DKG

ROOT = Path(__file__).resolve().parent.parent
NAME = "20310512114500.export.CSV"
KEY = "20310512114500-export"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def kg(tmp_path: Path) -> Run:
    def run(*arguments: object, status: int = 0) -> subprocess.CompletedProcess[str]:
        done = run_kg(*arguments, cwd=tmp_path)
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done

    return run


def events(path: Path) -> set[ox.Quad]:
    """Return all of a store but the log of loads, which has clocks."""
    with Store.open(path, create=False) as store, store.snapshot() as snapshot:
        return {q for q in snapshot.ox if not q.graph_name.value.endswith("graph/provenance")}


def many(first: int, number: int, **values: str) -> list[str]:
    codes = ("042", "043", "112", "051", "190", "010")
    states = ("USA", "FRA", "DEU", "RUS", "CHN")
    return [
        row(id, codes[id % 6], states[id % 5], states[id * 7 % 5 - 1], **values)
        for id in range(first, first + number)
    ]


def test_load_again_change_and_remove(kg: Run, tmp_path: Path):
    """The same content is left alone, another replaces the table, removal leaves nothing."""
    write(tmp_path / NAME, usual_rows())
    said = kg("load", NAME, "--store", "s").stdout
    assert "tables:   1 new, 0 unchanged" in said
    assert "rows:     6 = 4 mapped + 2 out of scope + 0 rejected" in said
    assert "outside:  1 other kinds, 1 one party alone" in said
    assert "visits:   1 told by guest and host, linked as one" in said
    first = events(tmp_path / "s")
    said = kg("load", NAME, "--store", "s").stdout
    assert "tables:   0 new, 1 unchanged" in said and "triples:  0 of events, 0 removed" in said
    assert events(tmp_path / "s") == first

    write(tmp_path / NAME, [row(1, "042", "USA", "CHN"), row(9, "010", "CHNBUS")])
    assert "1 replaced" in kg("load", NAME, "--store", "s").stdout
    write(tmp_path / "fresh.csv", [])
    fresh = tmp_path / "t" / NAME
    fresh.parent.mkdir()
    write(fresh, [row(1, "042", "USA", "CHN"), row(9, "010", "CHNBUS")])
    kg("load", fresh, "--store", "s2")
    assert events(tmp_path / "s") == events(tmp_path / "s2")

    assert "removed: 20310512114500-export; revision" in kg("remove", KEY, "--store", "s").stdout
    left = {q.graph_name.value.rsplit("graph/")[-1] for q in events(tmp_path / "s")}
    assert left == {"ontology", "concepts", "states"}
    assert (
        "no article '20310512114500-export'" in kg("remove", KEY, "--store", "s", status=2).stderr
    )


def test_actors_and_places_of_other_tables_stay(kg: Run, tmp_path: Path):
    """Removing a table takes only the names that no other needs."""
    one = write(tmp_path / "one.export.CSV", [row(1, "010", "USABUS"), row(2, "010", "FRABUS")])
    other = write(tmp_path / "other.export.CSV", [row(1, "010", "USABUS")])
    kg("load", other, "--store", "expected")
    kg("load", one, other, "--store", "s")
    kg("remove", f"{DEFAULT_BASE}graph/events/one-export", "--store", "s")
    assert events(tmp_path / "s") == events(tmp_path / "expected")


def test_all_forms_of_files(kg: Run, tmp_path: Path):
    """Plain, .zip, .gz, folders and patterns give the same; .zip of the same name is unchanged."""
    plain = write(tmp_path / NAME, usual_rows())
    folder = tmp_path / "in" / "deep"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / f"{NAME}.zip", "w") as archive:
        archive.write(plain, NAME)
    with gzip.open(tmp_path / f"{NAME}.gz", "wb") as file:
        file.write(plain.read_bytes())
    (folder / "notes.csv").write_text("no table of ours\n")
    kg("load", plain, "--store", "s")
    for given in ("in", f"{NAME}.gz", "i?/**/*.zip"):
        assert "0 new, 1 unchanged" in kg("load", given, "--store", "s").stdout, given
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.write(plain, "a.export.CSV")
        archive.write(plain, "b.export.CSV")
    kg("load", "both.zip", "--store", "two")
    graphs = {q.graph_name.value.rsplit("/")[-1] for q in events(tmp_path / "two")}
    assert {"a-export", "b-export"} <= graphs


def test_inputs_that_cannot_be_read(kg: Run, tmp_path: Path):
    """One line, and nothing is loaded."""
    (tmp_path / "broken.zip").write_bytes(b"PK\3\4 no archive")
    with gzip.open(tmp_path / "cut.export.CSV.gz", "wb") as file:
        file.write("\n".join(many(1, 3000)).encode())
    whole = (tmp_path / "cut.export.CSV.gz").read_bytes()
    (tmp_path / "cut.export.CSV.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    write(tmp_path / "a" / NAME, usual_rows())
    write(tmp_path / "b" / NAME, usual_rows())
    for given, reason in (
        (["broken.zip"], "cannot be read"),
        (["cut.export.CSV.gz"], "cannot be read"),
        (["missing.CSV"], "is not there"),
        (["*.nothing"], "matches no file"),
        (["a", "b"], "has the same name in the graph as"),
    ):
        said = kg("load", *given, "--store", "s", status=2).stderr
        assert reason in said and said.count("\n") == 1, said


def test_tables_beside_facts(kg: Run, tmp_path: Path):
    """One call takes both; each has its lines, and its rejects their file."""
    write(tmp_path / NAME, [*usual_rows(), "cut off"])
    sample = ROOT / "kg" / "samples" / "geneva-2013.yaml"
    done = kg("load", sample, NAME, "--store", "s", "--rejects", "no.jsonl", status=1)
    assert "articles: 1 new" in done.stdout and "tables:   1 new" in done.stdout
    assert "rows:     7 = 4 mapped + 2 out of scope + 1 rejected" in done.stdout
    assert "20310512114500.export.CSV:7: has 1 column, not 61" in done.stderr
    (line,) = (tmp_path / "no-events.jsonl").read_text().splitlines()
    assert json.loads(line)["line"] == 7
    assert kg("load", "nothing.CSV", "--store", "s", status=2)
    write(tmp_path / "bad.export.CSV", ["x", "y"])
    kg("load", "bad.export.CSV", "--store", "s", status=2)


def test_facts_and_events_stay_apart(kg: Run, tmp_path: Path):
    """Queries about facts answer the same with coded events beside them."""
    sample = ROOT / "kg" / "samples"
    kg("load", sample, "--store", "s")
    names = ("states-met", "meetings-of-party", "on-date", "articles", "state-positions")
    before = {name: kg("query", name, "--store", "s", "-f", "csv").stdout for name in names}
    write(tmp_path / NAME, usual_rows())
    kg("load", NAME, "--store", "s", "--all-events")
    for name in names:
        assert kg("query", name, "--store", "s", "-f", "csv").stdout == before[name]
    assert "France" in kg("query", "coded-meetings", "--store", "s", "-f", "csv").stdout


def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART", 20_000)


def test_any_size_of_parts_and_any_number_of_processes_give_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Also where the two sides of a visit stand in different parts."""
    path = write(tmp_path / NAME, many(1, 600))
    with Store.open(tmp_path / "whole") as store:
        whole = load_table(store, path, processes=0)
    small_parts(monkeypatch)
    assert len(list(parts.parts(TableFile(path)))) > 5
    for processes in (0, 2):
        with Store.open(tmp_path / f"in-{processes}") as store:
            summary = load_table(store, path, processes=processes)
        assert events(tmp_path / f"in-{processes}") == events(tmp_path / "whole")
        assert (summary.rows, summary.visits) == (whole.rows, whole.visits)
        assert summary.added == whole.added and whole.visits > 10


def test_the_database_merges_behind_a_load_of_some_size_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The threads that merge are where they were afterwards, if that is allowed."""
    if not Path("/proc/self/task").is_dir():
        pytest.skip("no /proc, which tells of threads: not Linux")

    class Watching(Silent):
        def rows(self, file: TableFile, line: int) -> None:
            seen.append(merging())

    def merging() -> set[int]:
        return {
            os.getpriority(os.PRIO_PROCESS, int(thread.name))
            for thread in Path("/proc/self/task").iterdir()
            if (thread / "comm").read_text().startswith("rocksdb:low")
        }

    path = write(tmp_path / NAME, usual_rows())
    for much, niceness in ((loading._MUCH, 10), (1, 0)):
        seen: list[set[int]] = []
        monkeypatch.setattr(loading, "_MUCH", much)
        with Store.open(tmp_path / str(much)) as store:
            table = [TableFile(path)]
            load_events(store, table, gdelt(), opening=opening, progress=Watching())
        assert seen == [{niceness}]
        if os.geteuid():
            return  # only root takes it back
        assert merging() <= {0}


def test_a_scan_counts_lines_and_finds_repeated_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Over parts, rising or not, with and without a last line end."""
    small_parts(monkeypatch)
    rows = many(1, 300)
    path = write(tmp_path / NAME, rows)
    looked = scan(TableFile(path), gdelt())
    assert (looked.lines, looked.size, looked.repeated) == (300, path.stat().st_size, {})
    path.write_text("\n".join([*reversed(rows), rows[5], rows[299]]))
    looked = scan(TableFile(path), gdelt())
    assert (looked.lines, looked.repeated) == (302, {301: 295, 302: 1})


def in_small_parts(
    tmp_path: Path, moment: str, count: int, *arguments: object
) -> subprocess.CompletedProcess[str]:
    """Run ``kg`` with small parts, until it is killed at a moment."""
    return subprocess.run(
        [sys.executable, ROOT / "tests" / "event_killer.py", moment, str(count),
         *map(str, arguments)],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=False,
        text=True,
    )  # fmt: skip


def test_a_killed_load_goes_on_where_it_was(kg: Run, tmp_path: Path):
    """Killed by SIGKILL at one moment after the other; the end is as if nothing had been."""
    path = write(tmp_path / NAME, many(1, 1500))
    load = ("load", path, "--store", "s")
    journal = tmp_path / "s" / "loads" / f"{KEY}.load"
    moments = [
        ("begun", 0, 0),
        ("loaded", 1, 0),
        ("noted", 1, 1),
        ("loaded", 2, 2),
        ("noted", 2, 4),
    ]
    for moment, count, notes in moments:
        done = in_small_parts(tmp_path, moment, count, *load)
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert journal.read_text().count("\n") - 1 == notes
        # Whoever opens the store finds it in order.
        assert "revision" in kg("info", "--store", "s").stdout
    assert in_small_parts(tmp_path, "finished", 0, *load).returncode == -signal.SIGKILL
    assert journal.exists()
    done = in_small_parts(tmp_path, "none", 0, *load)
    assert done.returncode == 0 and "1 resumed" in done.stdout
    assert "rows:     1,500 = " in done.stdout
    assert not journal.exists()
    kg("load", path, "--store", "expected")
    assert events(tmp_path / "s") == events(tmp_path / "expected")
    assert "1 unchanged" in kg("load", path, "--store", "s").stdout


def test_a_replacement_that_was_killed_ends_as_the_new_table(tmp_path: Path):
    """Whatever of the old and the new is there, another load makes it the new one."""
    path = write(tmp_path / NAME, many(1, 100))
    with Store.open(tmp_path / "s") as store:
        load_table(store, path)
        # What a kill leaves in the middle of clearing the old one: no note, a journal, a rest.
        with store.writer() as writer:
            graphs = DirectGraphs(store, writer)
            Journal(store.layout.loads).begin(KEY, "")
            writer.apply(graphs._notes(KEY), ())
            some = list(writer.ox.quads_for_pattern(None, None, None))[:200]
            writer.apply([q for q in some if "events" in q.graph_name.value], ())
        write(path, many(50, 100))
        summary = load_table(store, path)
        assert summary.tables == {"replaced": 1}
    with Store.open(tmp_path / "expected") as store:
        load_table(store, path)
    graphs_of_events = {q for q in events(tmp_path / "s") if "events/" in q.graph_name.value}
    expected = {q for q in events(tmp_path / "expected") if "events/" in q.graph_name.value}
    assert graphs_of_events == expected


def test_a_load_that_was_cut_off_can_be_removed(tmp_path: Path):
    """A table of which nothing but the journal tells is known by its name."""
    with Store.open(tmp_path / "s") as store:
        Journal(store.layout.loads).begin(KEY, "x")
        assert divide_names(store, [KEY, "other"]) == (["other"], [KEY])
        with opening(store) as graphs:
            graphs.remove([KEY])
        assert Journal(store.layout.loads).keys() == []


def test_a_journal_with_a_cut_line_is_read(tmp_path: Path):
    journal = Journal(tmp_path / "loads")
    journal.begin("k", "d")
    journal.done("k", 0)
    journal.done("k", 1)
    with (tmp_path / "loads" / "k.load").open("ab") as file:
        file.write(b"1")
    entry = journal.read("k")
    assert entry is not None and (entry.digest, entry.done) == ("d", {0, 1})
    (tmp_path / "loads" / "k.load").write_bytes(b"{")
    entry = journal.read("k")
    assert entry is not None and entry.digest == ""


def test_through_a_server_that_owns_the_store(kg: Run, tmp_path: Path):
    """The server's writer loads, replaces and removes; the same graph comes of it."""
    path = write(tmp_path / NAME, many(1, 400))
    kg("load", path, "--store", "expected")
    with Store.open(tmp_path / "s"):
        pass
    with serving(tmp_path / "s") as server:
        said = kg("load", path, "--store", "s").stdout
        assert "tables:   1 new" in said
        count = f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?e a <{DKG.CodedEvent}> }} }}"
        assert int(server.query(count).rows[0]["n"]) > 100
        assert "1 unchanged" in kg("load", path, "--store", "s").stdout
        write(path, many(1, 10))
        assert "1 replaced" in kg("load", path, "--store", "s").stdout
        kg("remove", KEY, "--store", "s")
        assert server.query(count).rows[0]["n"] == "0"
        write(path, many(1, 400))
        kg("load", path, "--store", "s")
        assert server.stop() == 0
    assert events(tmp_path / "s") == events(tmp_path / "expected")


def test_another_kind_of_table(kg: Run, tmp_path: Path):
    """A description in YAML: commas, a header, other places, names of countries."""
    (tmp_path / "form.yaml").write_text(
        "name: our own\ndelimiter: comma\nheader: true\nwidth: 7\nday: YYYY-MM-DD\ncountry: name\n"
        "columns: {id: 1, day: 2, code: 3, agent: 4, object: 5, place_country: 6, source: 7}\n"
    )
    (tmp_path / "own.csv").write_text(
        "id,day,code,who,whom,where,from\n"
        'a-1,2031-05-12,042,USA,FRA,Switzerland,"https://x.example/a,b"\n'
        "a-2,2031-05-12,042,USA,FRA,Atlantis,\n"
        'a-3,2031-05-12,042,"USA,FRA,Switzerland,\n'
    )
    done = kg("load", "own.csv", "--columns", "form.yaml", "--store", "s", status=1)
    assert "rows:     3 = 1 mapped + 0 out of scope + 2 rejected" in done.stdout
    assert "own.csv:3:6: place_country: unknown country code 'Atlantis'" in done.stderr
    assert "own.csv:4: cannot be split" in done.stderr
    dump = kg("dump", "--store", "s", "--format", "nq").stdout
    assert "<https://x.example/a,b>" in dump and f"{DEFAULT_BASE}id/event/own/a-1>" in dump


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[1", "cannot be read"),
        ("x", "describes no table"),
        ("widht: 3", "unknown key 'widht'; did you mean 'width'?"),
        ("width: 3", "has no columns"),
        ("width: 0\ncolumns: {id: 1}", "has no width"),
        ("width: 3\ncolumns: {id: 4}", "columns.id is 4; give the column's number, from 1 to 3"),
        ("width: 3\ncolumns: {idd: 1}", "unknown column 'idd'; did you mean 'id'?"),
        ("width: 3\ncolumns: {id: 1}", "columns lacks day, code, agent, object"),
        (
            "width: 5\nday: DD\ncolumns: {id: 1, day: 2, code: 3, agent: 4, object: 5}",
            "day is 'DD'; there are: YYYYMMDD",
        ),
    ],
)
def test_a_wrong_description_is_refused(text: str, reason: str, kg: Run, tmp_path: Path):
    (tmp_path / "form.yaml").write_text(text)
    write(tmp_path / NAME, usual_rows())
    said = kg("load", NAME, "--columns", "form.yaml", "--store", "s", status=2).stderr
    assert said.startswith("kg: form.yaml: ") and reason in said and said.count("\n") == 1


def test_events_have_the_shape_that_they_should(kg: Run, tmp_path: Path):
    """``kg validate`` looks at them as well."""
    path = write(tmp_path / NAME, usual_rows())
    kg("load", path, "--store", "s")
    kg("validate", "--store", "s")
    with Store.open(tmp_path / "s") as store, store.writer() as writer:
        day = ox.NamedNode("http://semanticweb.cs.vu.nl/2009/11/sem/hasTimeStamp")
        quad = next(writer.ox.quads_for_pattern(None, day, None))
        writer.apply([quad], [])
    said = kg("validate", "--store", "s", status=1).stdout
    assert "The event does not have exactly one day" in said


def test_the_real_file(tmp_path: Path, needs: Callable[[str], str]):
    """2,111 rows, all accounted for, and every line is good to a parser of other hands."""
    path = ROOT.parent / "shared" / "gdelt" / "20191024143000.export.CSV"
    if not path.is_file():
        pytest.skip("the real table is not at hand")
    rapper = needs("rapper")
    with Store.open(tmp_path / "s") as store:
        summary = load_table(store, path)
        assert summary.rows.total() == 2111 and summary.rows["mapped"] == 1258
        with store.snapshot() as snapshot:
            graph = ox.NamedNode(f"{DEFAULT_BASE}graph/events/20191024143000-export")
            text = ox.serialize(
                (q.triple for q in snapshot.ox.quads_for_pattern(None, None, None, graph)),
                format=ox.RdfFormat.N_TRIPLES,
            )
    done = subprocess.run(
        [rapper, "-q", "-i", "ntriples", "-o", "ntriples", "-", "http://x/"],
        input=text, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and done.stderr == b""
    assert done.stdout.count(b"\n") == text.count(b"\n") > 10 * 1258


def test_a_table_is_found_by_its_kind(tmp_path: Path):
    """Facts and tables of one folder are told apart; other CSV files are nobody's."""
    (tmp_path / "a.yaml").write_text("x")
    write(tmp_path / NAME, [])
    (tmp_path / "other.csv").write_text("")
    others, tables = find_tables([tmp_path], gdelt())
    assert others == [str(tmp_path)] and [t.path.name for t in tables] == [NAME]
    others, tables = find_tables([tmp_path / "other.csv", "-"], gdelt())
    assert others == ["-"] and [t.key for t in tables] == ["other"]
