"""``kg query`` as people run it: a process of its own, on a store on disk."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pyoxigraph as ox
import pytest
from commands import kg as run_kg

from kg.loader.pipeline import load
from kg.resources import resource
from kg.store import Store

GRAPH = "CONSTRUCT { ?a a ?t } WHERE { ?a a <https://schema.org/NewsArticle>, ?t }"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("query") / "store"
    invented = Path(__file__).parent / "data" / "invented"
    with Store.open(path) as opened:
        load(opened, [resource("samples"), invented])
    return path


def kg(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return run_kg("query", *arguments, input=stdin)


def test_prints_csv_where_no_terminal_is(store: Path) -> None:
    done = kg("quotes-of-person", "--store", str(store), "-p", "person=Dario Venn")
    assert done.returncode == 0
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["words"] for row in rows] == [
        "whatever the neighbours say",
        "There will be no dam on the Ardent",
    ]


@pytest.mark.parametrize("form", ["json", "xml", "tsv", "csv"])
def test_prints_each_result_format(store: Path, form: str) -> None:
    done = kg("contested-meetings", "--store", str(store), "--format", form)
    found = {
        "json": lambda text: [
            row["publisherName"]["value"] for row in json.loads(text)["results"]["bindings"]
        ],
        "xml": lambda text: [
            node[0].text
            for node in ElementTree.fromstring(text).iter()
            if node.attrib.get("name") == "publisherName" and len(node)
        ],
        "tsv": lambda text: [
            row["?publisherName"].strip('"')
            for row in csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
        ],
        "csv": lambda text: [row["publisherName"] for row in csv.DictReader(io.StringIO(text))],
    }[form](done.stdout)
    assert found == ["Norvane Morning Post"]


@pytest.mark.parametrize(
    ("form", "syntax"),
    [
        ("turtle", ox.RdfFormat.TURTLE),
        ("nt", ox.RdfFormat.N_TRIPLES),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("json", ox.RdfFormat.JSON_LD),
        (None, ox.RdfFormat.TURTLE),
    ],
)
def test_prints_graphs(store: Path, form: str | None, syntax: ox.RdfFormat) -> None:
    chosen = ["--format", form] if form else []
    done = kg("-", "--store", str(store), *chosen, stdin=GRAPH)
    triples = list(ox.parse(input=done.stdout, format=syntax))
    assert len(triples) == 20


def test_tables_show_names_and_fit_the_terminal(store: Path) -> None:
    """A pseudo-terminal of 90 columns: no line is longer, names stand in place of IRIs."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", "query", "meetings-of-party", "--store", str(store)],
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "COLUMNS": "90", "TERM": "dumb"},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end was closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert process.wait(60) == 0
    lines = shown.decode().replace("\r", "").split("\n")
    assert max(len(line) for line in lines) <= 90
    text = " ".join(" ".join(lines).split())
    assert "Ali Akbar Salehi" in text and "4 rows" in text
    assert "meeting/moscow-times-2013-02-02/m-salehi" in text
    assert "http" not in text


def test_lists_the_queries(store: Path) -> None:
    for arguments in ([], ["--list"]):
        done = kg(*arguments)
        assert done.returncode == 0
        assert "meetings-of-party\n  Whom did Moaz Alkhatib meet, where and when?" in done.stdout
        assert "status: one of occurred, ongoing, planned" in done.stdout


def test_files_and_standard_input_run(store: Path, tmp_path: Path) -> None:
    """The default graph is the union, and relative IRIs are relative to the store's base."""
    file = tmp_path / "count.rq"
    file.write_text("ASK { <article/chain> a <https://schema.org/NewsArticle> }")
    assert kg(str(file), "--store", str(store), "-f", "table").stdout == "yes\n"
    assert kg("-", "--store", str(store), stdin=file.read_text()).stdout.strip() == "true"


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (["meeting-of-party"], "", "did you mean meetings-of-party?"),
        (["nothing-like-it-at-all"], "", "run 'kg query --list'"),
        (["demands", "-p", "by=RUS"], "", "parameter by: demands has no such parameter"),
        (["demands", "-p", "holder"], "", "write --param NAME=VALUE"),
        (["demands", "-p", "holder=RUS", "-p", "holder=USA"], "", "is given twice"),
        (["meetings-of-party", "-p", "party=Anton Brask"], "", "is the name of 2; write one of"),
        (["-"], "DELETE WHERE { ?s ?p ?o }", "update"),
        (["-"], "SELECT * WHERE { SERVICE <http://x.org/> { ?s ?p ?o } }", "SERVICE"),
        (["-"], "SELECT * WHERE {", "line 1"),
        (["-", "-p", "x=1"], "ASK {}", "only named queries have parameters"),
        (["-", "-f", "table"], GRAPH, "a graph is no table"),
        (["-", "-f", "csv"], GRAPH, "cannot answer as"),
    ],
)
def test_errors_are_one_line(store: Path, arguments: list[str], stdin: str, message: str) -> None:
    done = kg(*arguments, "--store", str(store), stdin=stdin)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_missing_store_is_told(tmp_path: Path) -> None:
    done = kg("demands", "--store", str(tmp_path / "none"))
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "none").exists()


def test_terminals_get_no_control_characters(store: Path) -> None:
    query = 'SELECT ?x WHERE { VALUES ?x { "a\\u001Bc" "b\\r\\u0008" } }'
    done = kg("-", "--store", str(store), "-f", "table", stdin=query)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout and "\x08" not in done.stdout
