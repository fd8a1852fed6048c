"""What a worker cannot do, tried in a process that was confined like one; and its row counter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from servers import EX, serving

from kg import formats
from kg.endpoint.guard import Form
from kg.endpoint.settings import Settings
from kg.endpoint.workers.rows import Counter
from kg.errors import KgError
from kg.store import Store

_TRIES = """
import json, os, socket, subprocess, sys
from pathlib import Path
from kg.endpoint.workers.confine import confine
store, outside = Path(sys.argv[1]), Path(sys.argv[2])
inherited = os.open(outside / "open", os.O_RDWR)
missing = confine(store, 100 * 2**20)
tries = {
    "write a file": lambda: (outside / "new").write_text("x"),
    "write in the store": lambda: (store / "new").write_text("x"),
    "remove a file": lambda: (outside / "there").unlink(),
    "rename a file": lambda: (outside / "there").rename(outside / "other"),
    "make a folder": lambda: (outside / "folder").mkdir(),
    "read elsewhere": lambda: (outside / "there").read_text(),
    "list elsewhere": lambda: os.listdir(outside),
    "read a process": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "write to what is open": lambda: os.write(inherited, b"x"),
    "cut what is open": lambda: os.ftruncate(inherited, 0),
    "make a socket": lambda: socket.socket(),
    "make a local socket": lambda: socket.socketpair(),
    "fork": os.fork,
    "start a program": lambda: os.execv("/bin/true", ["true"]),
    "signal another": lambda: os.kill(os.getppid(), 0),
}
could = []
for name, attempt in tries.items():
    try:
        attempt()
        could.append(name)
    except OSError:
        pass
read = (store / "readable").read_text()
print(json.dumps({"missing": missing, "could": could, "read": read}))
"""


def test_a_confined_process_can_read_its_store_and_nothing_else(tmp_path: Path) -> None:
    store, outside = tmp_path / "store", tmp_path / "outside"
    store.mkdir()
    outside.mkdir()
    (store / "readable").write_text("here")
    for name in ("there", "open"):
        (outside / name).write_text("content")
    done = subprocess.run(
        [sys.executable, "-c", _TRIES, str(store), str(outside)],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    if told["missing"]:
        pytest.skip(f"this kernel cannot: {told['missing']}")
    assert told["could"] == []
    assert told["read"] == "here"
    assert (outside / "open").read_text() == "content"


@pytest.mark.parametrize("form", formats.RESULTS, ids=lambda form: form.suffix)
@given(
    values=st.lists(
        st.text(st.sampled_from('{}[]",:\\\n\r<>&result type xy') | st.characters(codec="utf-8")),
        max_size=20,
    ),
    cut=st.integers(1, 200),
)
@settings(max_examples=60, deadline=None)
def test_rows_are_counted_whatever_they_hold(
    form: formats.Format, values: list[str], cut: int
) -> None:
    """The number told is the number there is, however the bytes are cut up."""
    store = ox.Store()
    predicate = ox.NamedNode(f"{EX}type")
    for number, value in enumerate(values):
        store.add(ox.Quad(ox.NamedNode(f"{EX}{number}"), predicate, ox.Literal(value)))
    results = store.query("SELECT ?type ?s { ?s ?p ?type }")
    data = results.serialize(format=form.engine)  # type: ignore[union-attr, arg-type]
    counter = Counter(form, Form.SELECT)
    for start in range(0, len(data), cut):
        counter.add(data[start : start + cut])
    assert counter.add(b"", last=True) == len(values)


def test_a_row_limit_is_never_silent(tmp_path: Path) -> None:
    """At the limit the answer is whole; over it, it is an error, in every format."""
    with Store.open(tmp_path / "s") as store, store.writer() as writer:
        writer.apply([], [ox.Quad(*(ox.NamedNode(f"{EX}{x}") for x in (n, "p", "o", "g")))
                          for n in range(5)])  # fmt: skip
    with serving(tmp_path / "s", KG_RESULT_ROWS="4") as server:
        for form in ("json", "xml", "csv", "tsv"):
            query = "SELECT ?s { ?s ?p ?o }"
            over = server.form({"query": query, "format": form})
            assert over.status == 413, over.text
            assert "4 rows" in over.json()["detail"]
            assert server.form({"query": f"{query} LIMIT 4", "format": form}).status == 200
        for form in ("ttl", "nt", "rdf", "jsonld"):
            query = "CONSTRUCT WHERE { ?s ?p ?o }"
            assert server.form({"query": query, "format": form}).status == 413
            assert server.form({"query": f"{query} LIMIT 4", "format": form}).status == 200


def test_limits_come_from_the_environment() -> None:
    found = Settings.from_environment({"KG_QUERY_SECONDS": "2.5", "KG_QUERY_MEMORY": "64"})
    assert (found.query_seconds, found.query_memory) == (2.5, 64 * 2**20)
    for name, value in (("KG_QUERIES", "none"), ("KG_QUEUE", "1.5"), ("KG_QUERY_SECONDS", "-1")):
        with pytest.raises(KgError, match=name):
            Settings.from_environment({name: value})


def test_rows_of_json_are_counted_beside_values_that_look_like_their_ends() -> None:
    values = ["{", "}}", '"}}', ':"}}', "\\", '\\"}}', "}},{"]
    store = ox.Store()
    for number, value in enumerate(values):
        store.add(ox.Quad(ox.NamedNode(f"{EX}{number}"), ox.NamedNode(EX), ox.Literal(value)))
    data = store.query("SELECT ?o { ?s ?p ?o }").serialize(format=formats.JSON.engine)  # type: ignore[union-attr, arg-type]
    for cut in range(1, 30):
        counter = Counter(formats.JSON, Form.SELECT)
        for start in range(0, len(data), cut):
            counter.add(data[start : start + cut])
        assert counter.add(b"", last=True) == len(values), cut
