"""``kg load``, ``remove``, ``info``, ``entities``, ``backup``, ``restore`` as a user runs them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from commands import kg as run_kg

from tests.test_loader import TEXT, record, write

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def kg(tmp_path: Path):
    """Return a function that runs ``kg`` in a folder of its own and gives what it said."""

    def run(*arguments: object, status: int = 0, stdin: str = "", **environment: str):
        done = run_kg(*arguments, input=stdin, cwd=tmp_path, **environment)
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done

    return run


def test_load_info_remove(kg, tmp_path: Path):
    """The store is made where it is asked for; the summary counts; info agrees."""
    write(tmp_path / "a.yaml", record("a"))
    write(tmp_path / "b.yaml", record("b"))
    said = kg("load", "a.yaml", "b.yaml", "--store", "s").stdout
    assert "articles: 2 new, 0 replaced, 0 unchanged, 0 kept, 0 rejected" in said
    assert "facts:    2 meetings" in said
    info = json.loads(kg("info", "--json", "--store", "s").stdout)
    assert (info["articles"], info["base"]) == (2, "http://127.0.0.1:8000/")
    assert "2 articles" in kg("info", KG_STORE="s").stdout
    assert kg("remove", "a", "--store", "s").stdout.startswith("removed: a; revision ")
    assert json.loads(kg("info", "--json", "--store", "s").stdout)["articles"] == 1
    assert "did you mean b?" in kg("remove", "bb", "--store", "s", status=2).stderr


def test_the_default_store_and_base(kg, tmp_path: Path):
    """Without options the store is ./diplomacy.kg; KG_BASE is recorded and then held to."""
    write(tmp_path / "a.yaml", record("a"))
    kg("load", "a.yaml", KG_BASE="https://example.org/kg")
    assert json.loads(kg("info", "--json").stdout)["base"] == "https://example.org/kg/"
    kg("load", "a.yaml")
    error = kg("load", "a.yaml", status=2, KG_BASE="https://other.org/").stderr
    assert "was made with the base https://example.org/kg/" in error
    assert error.count("\n") == 1


def test_standard_input(kg):
    """``-`` reads YAML or JSON, and other formats when told."""
    assert "1 new" in kg("load", "-", stdin=yaml.safe_dump(record("a"))).stdout
    assert "1 new" in kg("load", "-", stdin=json.dumps(record("b"))).stdout
    lines = "\n".join(json.dumps(record(key)) for key in "cd")
    assert "2 new" in kg("load", "-", "--format", "jsonl", stdin=lines).stdout


def test_exit_codes_and_rejects(kg, tmp_path: Path):
    """1 when some were refused, 2 when all were or nothing could be done."""
    write(tmp_path / "good.yaml", record("a"))
    (tmp_path / "bad.yaml").write_text("article: {title: x}\nmeetingss: []\n")
    done = kg("load", "good.yaml", "bad.yaml", "--rejects", "refused.jsonl", status=1)
    assert "1 new" in done.stdout and "1 rejected" in done.stdout
    assert "bad.yaml:2:1: meetingss: unknown key" in done.stderr
    assert "refused.jsonl" in done.stdout
    assert len((tmp_path / "refused.jsonl").read_text().splitlines()) == 1
    kg("load", "bad.yaml", status=2)
    assert "none.yaml" in kg("load", "none.yaml", status=2).stderr
    assert "No such option" in kg("load", "--nope", status=2).stderr
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("x")
    assert "not a store" in kg("load", "good.yaml", "--store", "full", status=2).stderr


def test_many_rejects_do_not_flood_the_screen(kg, tmp_path: Path):
    """The first ones are shown, all are in the file."""
    (tmp_path / "all.jsonl").write_text("{}\n" * 50)
    done = kg("load", "all.jsonl", status=2)
    shown = {line.split(":")[1] for line in done.stderr.splitlines() if line.startswith("all")}
    assert shown == {str(number) for number in range(1, 21)}
    assert "further refused records are only in the file of rejects" in done.stderr
    (path,) = (tmp_path / "diplomacy.kg" / "rejects").iterdir()
    assert len(path.read_text().splitlines()) == 50


def test_reviewed_facts_are_kept_unless_forced(kg, tmp_path: Path):
    """The message names the article and the way to replace it."""
    path = write(tmp_path / "a.yaml", record("a", reviewed=True))
    kg("load", path)
    write(path, record("a"))
    done = kg("load", path)
    assert "1 kept" in done.stdout
    assert "a is reviewed in the store and was kept; --force replaces it" in done.stderr
    assert "1 replaced" in kg("load", path, "--force").stdout


def test_texts_that_stand_apart(kg, tmp_path: Path):
    """With --texts the words are checked against the text that has the hash."""
    import hashlib

    data = record("a")
    data["article"] = {
        "id": "a", "title": "T", "text_sha256": hashlib.sha256(TEXT.encode()).hexdigest()
    }  # fmt: skip
    data["meetings"][0]["evidence"] = "Mira Solen left"
    write(tmp_path / "a.yaml", data)
    (tmp_path / "t.txt").write_text(TEXT, encoding="utf-8")
    kg("load", "a.yaml")
    done = kg("load", "a.yaml", "--texts", "t.txt", status=2)
    assert "not in the text" in done.stderr
    assert not list((tmp_path / "diplomacy.kg" / "texts").iterdir())


def test_a_terminal_sees_a_bar_and_a_pipe_plain_lines(kg, tmp_path: Path):
    """No control characters outside a terminal."""
    write(tmp_path / "a.yaml", record("a"))
    done = kg("load", "a.yaml")
    assert "\x1b" not in done.stdout + done.stderr
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "kg", "load", "a.yaml"],
        stdout=theirs,
        stderr=theirs,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm"},
    )
    os.close(theirs)
    seen = b""
    try:
        while part := os.read(ours, 4096):
            seen += part
    except OSError:
        pass  # the other end is closed
    os.close(ours)
    assert child.wait() == 0
    assert b"\x1b[" in seen and b"loading" in seen
    assert b"1 unchanged" in seen


def test_the_registry_file_explains_itself_and_is_applied(kg, tmp_path: Path):
    """A ready line from kg entities, pasted under its section, merges two entities."""
    one, two = record("a"), record("b")
    two["parties"]["solen"] = {"name": "Mira Soleen", "kind": "person", "state": "XAA"}
    two["parties"]["bare"] = {"name": "Vance", "kind": "person", "state": "XBB"}
    write(tmp_path / "a.yaml", one)
    write(tmp_path / "b.yaml", two)
    kg("load", "a.yaml", "b.yaml")
    assert kg("entities", "--kind", "person").stdout.splitlines() == [
        "person/b/vance-xbb  Vance [XBB]  1 article",
        "person/mira-soleen-xaa  Mira Soleen [XAA]  1 article",
        "person/mira-solen-xaa  Mira Solen [XAA]  1 article",
        "person/teodor-vance-xbb  Teodor Vance [XBB]  2 articles",
    ]
    said = kg("entities", "--unresolved", "--suspicious").stdout
    assert "perhaps person/teodor-vance-xbb" in said
    assert "names much alike" in said
    lines = [line.split("under merge:")[1].strip() for line in said.splitlines() if "under" in line]
    assert len(lines) == 2
    registry = tmp_path / "diplomacy.kg" / "registry.yaml"
    text = registry.read_text()
    assert text.count("#") > 10
    registry.write_text(text.replace("\nmerge:\n", "\nmerge:\n  " + "\n  ".join(lines) + "\n"))
    assert "registry: 2 articles mapped anew" in kg("load").stdout
    assert len(kg("entities", "--kind", "person").stdout.splitlines()) == 2
    assert kg("entities", "--unresolved", "--suspicious").stdout == "nothing to decide\n"
    registry.write_text("merge:\n  x: y\n")
    error = kg("load", status=2).stderr
    assert "registry.yaml:2:3" in error


def test_backup_and_restore(kg, tmp_path: Path):
    """A backup's folder, and a dump, each make a store with the same triples."""
    write(tmp_path / "a.yaml", record("a"))
    kg("load", "a.yaml")
    triples = json.loads(kg("info", "--json").stdout)["triples"]
    assert "backed up revision" in kg("backup", "saved").stdout
    kg("restore", "saved", "--store", "again")
    kg("dump", "-o", "all.trig")
    kg("restore", "all.trig", "--store", "dumped")
    for store in ("again", "dumped"):
        assert json.loads(kg("info", "--json", "--store", store).stdout)["triples"] == triples
    assert "is there already" in kg("restore", "saved", "--store", "again", status=2).stderr
    assert "not a store" in kg("restore", tmp_path, "--store", "x", status=2).stderr
    assert "there is no store here" in kg("backup", "y", "--store", "x", status=2).stderr
    assert not (tmp_path / "x").exists()
