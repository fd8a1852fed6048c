"""The store: its folder, its one writer, its checkpoints, its snapshots."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest
from commands import kg
from rdflib.namespace import PROV

from kg.errors import BaseMismatchError, StoreBusyError, StoreError
from kg.store import Store
from kg.vocabulary import DKG

ROOT = Path(__file__).resolve().parent.parent


def quad(number: int | str, graph: str = "http://example.org/g") -> ox.Quad:
    return ox.Quad(
        ox.NamedNode(f"http://example.org/{number}"),
        ox.NamedNode("http://example.org/p"),
        ox.Literal(str(number)),
        ox.NamedNode(graph),
    )


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "store") as opened:
        yield opened


def size(store: Store) -> int:
    with store.snapshot() as snapshot:
        return len(snapshot.ox)


def checkpoints(store: Store) -> set[str]:
    return {path.name for path in store.layout.checkpoints.iterdir()}


def test_a_new_store_is_empty_and_has_the_default_base(store: Store):
    """Opening a folder that is not there makes a store whose first revision has nothing."""
    assert (store.revision, store.base, size(store)) == (1, "http://127.0.0.1:8000/", 0)
    assert json.loads(store.layout.description.read_text())["format"] == 1


def test_a_commit_is_seen_by_the_next_snapshot_and_not_by_an_older_one(store: Store):
    """A snapshot stays at its revision however much is written meanwhile."""
    with store.snapshot() as old, store.writer() as writer:
        assert writer.apply([], [quad(1)])
        assert size(store) == 0, "seen before the commit"
        assert writer.commit() == 2
        assert (len(old.ox), old.revision) == (0, 1)
        assert size(store) == 1


def test_nothing_changed_makes_no_revision(store: Store):
    """A commit without changes returns the revision that is current."""
    with store.writer() as writer:
        assert not writer.apply([], [])
        assert writer.commit() == 1
    assert store.revision == 1


def test_removing_and_adding_are_one_step_and_what_is_in_both_stays(store: Store):
    """A quad that is removed and added in one call is there afterwards."""
    with store.writer() as writer:
        writer.apply([], [quad(1), quad(2)])
        writer.apply([quad(1), quad(2)], [quad(2), quad(3)])
    with store.snapshot() as snapshot:
        assert set(snapshot.ox) == {quad(2), quad(3)}


def test_a_graph_that_becomes_empty_leaves_no_name(store: Store):
    """Oxigraph keeps the names of emptied graphs; the store drops them."""
    with store.writer() as writer:
        writer.apply([], [quad(1, "http://example.org/a"), quad(2, "http://example.org/b")])
        writer.apply([quad(1, "http://example.org/a")], [])
    with store.snapshot() as snapshot:
        assert [g.value for g in snapshot.ox.named_graphs()] == ["http://example.org/b"]


def test_the_default_graph_and_odd_strings_are_written_right(store: Store):
    """What is sent as an update keeps quotes, line ends and language tags."""
    odd = [
        ox.Quad(
            ox.NamedNode("http://example.org/é"),
            ox.NamedNode("http://example.org/p"),
            literal,
            graph,
        )
        for literal in (
            ox.Literal('a "quoted" \\ back\nline\r\ttab }'),
            ox.Literal("grüß", language="de"),
            ox.Literal("1.5", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
        )
        for graph in (ox.DefaultGraph(), ox.NamedNode("http://example.org/g"))
    ]
    with store.writer() as writer:
        writer.apply([], [quad(1)])
        writer.apply([quad(1)], odd)
    with store.snapshot() as snapshot:
        assert set(snapshot.ox) == set(odd)


def test_old_checkpoints_go_unless_someone_reads_them(store: Store):
    """The checkpoint of a leased revision stays until its reader is done."""
    reader = Store.open(store.path)
    snapshot = reader.snapshot()
    for number in range(4):
        with store.writer() as writer:
            writer.apply([], [quad(number)])
    assert checkpoints(store) == {"000001", "000005"}
    assert len(snapshot.ox) == 0
    snapshot.close()
    reader.close()
    with store.writer():
        pass
    assert checkpoints(store) == {"000005"}


def test_a_reader_in_another_process_keeps_its_checkpoint(store: Store):
    """Leases hold across processes, and end with the process that had them."""
    code = (
        "import sys; from kg.store import Store; s = Store.open(sys.argv[1], create=False); "
        "snap = s.snapshot(); print('ready', flush=True); sys.stdin.readline(); "
        "print(len(snap.ox), flush=True); sys.stdin.readline()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, store.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    with child:
        assert child.stdin is not None and child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        with store.writer() as writer:
            writer.apply([], [quad(1)])
        assert checkpoints(store) == {"000001", "000002"}
        child.stdin.write("\n")
        child.stdin.flush()
        assert child.stdout.readline() == "0\n"
        child.kill()
    with store.writer():
        pass
    assert checkpoints(store) == {"000002"}


def test_snapshots_are_shared_and_cheap(store: Store):
    """The same revision is opened once, and its database closes with the last user."""
    with store.snapshot() as one, store.snapshot() as other:
        assert one.ox is other.ox
    with pytest.raises(StoreError, match="closed"):
        one.ox  # noqa: B018
    one.close()


def test_many_threads_read_while_one_writes(store: Store):
    """Each snapshot shows a whole revision: revision n + 1 has the quads of n commits."""
    stop, wrong = threading.Event(), []

    def look() -> None:
        while not stop.is_set():
            with store.snapshot() as snapshot:
                if len(snapshot.ox) != 3 * (snapshot.revision - 1):
                    wrong.append((snapshot.revision, len(snapshot.ox)))

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    with store.writer() as writer:
        for number in range(15):
            writer.apply([], [quad(f"{number}-{part}") for part in range(3)])
            writer.commit()
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert size(store) == 45


def _count_in_fork(store: Store, queue) -> None:  # type: ignore[no-untyped-def]
    queue.put(size(store))


def test_a_forked_process_opens_its_own_database(store: Store):
    """What the parent has open is neither used nor closed in a fork."""
    with store.snapshot():
        context = multiprocessing.get_context("fork")
        queue = context.Queue()
        child = context.Process(target=_count_in_fork, args=(store, queue))
        child.start()
        assert queue.get(timeout=120) == 0
        child.join(timeout=120)
        assert child.exitcode == 0
    assert size(store) == 0


def test_a_second_writer_is_told_who_writes(store: Store):
    """In the same process and in another one, the message has the number of the owner."""
    with store.writer():
        with pytest.raises(StoreBusyError, match=f"process {os.getpid()} is writing") as caught:
            store.writer()
        assert caught.value.pid == os.getpid()
        done = kg("remove", "x", "--store", store.path)
        assert done.returncode == 2
        assert f"process {os.getpid()} is writing" in done.stderr
        assert done.stderr.count("\n") == 1
    with store.writer():
        pass


def test_a_writer_that_died_before_the_switch_is_healed(store: Store):
    """Committed to the live database but not switched: the next writer brings it in."""
    code = (
        "import os, sys; sys.path.insert(0, sys.argv[2]); from tests_quad import quad; "
        "from kg.store import Store; w = Store.open(sys.argv[1]).writer(); "
        "w.put_text('left over'); w.apply([], [quad(7)]); os._exit(9)"
    )
    helper = store.path.parent / "tests_quad.py"
    helper.write_text(
        "import pyoxigraph as ox\n"
        "def quad(n):\n"
        "    node = ox.NamedNode(f'http://example.org/{n}')\n"
        "    return ox.Quad(node, ox.NamedNode('http://example.org/p'), ox.Literal(str(n)),\n"
        "                   ox.NamedNode('http://example.org/g'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, store.path, helper.parent],
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 9
    assert size(store) == 0
    assert store.layout.dirty.exists()
    store.close()
    with store.writer() as writer:
        assert writer.healed
    with store.snapshot() as snapshot:
        assert set(snapshot.ox) == {quad(7)}
    assert not store.layout.dirty.exists()
    assert not list(store.texts.folder.iterdir())


def _text_quads(store: Store, sha256: str, facts: str) -> list[ox.Quad]:
    node = ox.NamedNode("http://example.org/article")
    graph = ox.NamedNode("http://example.org/g")
    text = ox.NamedNode(f"{store.base}text/{sha256}")
    return [
        ox.Quad(node, ox.NamedNode(str(PROV.hadPrimarySource)), text, graph),
        ox.Quad(node, ox.NamedNode(DKG.factsDigest), ox.Literal(facts), graph),
    ]


def test_texts_and_facts_go_when_no_triple_names_them(store: Store):
    """A text is kept as long as an article has it for its source, and facts likewise."""
    with store.writer() as writer:
        sha256, facts = writer.put_text("Words.\r\n é"), writer.put_facts(b"{}")
        writer.apply([], _text_quads(store, sha256, facts))
    assert store.text(sha256) == "Words.\r\n é"
    assert store.facts.get(facts) == b"{}"
    assert store.text("0" * 64) is None
    assert store.text("../store") is None
    with store.writer() as writer:
        writer.apply(_text_quads(store, sha256, facts), [])
    assert store.text(sha256) is None
    assert store.facts.get(facts) is None


def test_a_text_stays_while_a_reader_has_the_revision_that_names_it(store: Store):
    """Someone who reads an old revision still finds its texts; they go afterwards."""
    with store.writer() as writer:
        sha256, facts = writer.put_text("Words."), writer.put_facts(b"{}")
        writer.apply([], _text_quads(store, sha256, facts))
    with store.snapshot():
        with store.writer() as writer:
            writer.apply(_text_quads(store, sha256, facts), [])
        assert store.text(sha256) == "Words."
    store.close()
    with store.writer():
        pass
    assert store.text(sha256) is None


def test_a_text_put_again_after_its_last_use_is_not_dropped(store: Store):
    """Putting comes before applying: a commit in between must not take the text away."""
    with store.writer() as writer:
        sha256, facts = writer.put_text("Words."), writer.put_facts(b"{}")
        writer.apply([], _text_quads(store, sha256, facts))
        writer.commit()
        writer.apply(_text_quads(store, sha256, facts), [])
        writer.put_text("Words.")
        writer.commit()
        writer.apply([], _text_quads(store, sha256, facts)[:1])
    assert store.text(sha256) == "Words."


def test_the_base_is_recorded_and_another_one_refused(tmp_path: Path):
    """A slash is added; the same base opens, another is refused and named with the recorded."""
    Store.open(tmp_path / "s", "https://example.org/kg").close()
    assert Store.open(tmp_path / "s", "https://example.org/kg/").base == "https://example.org/kg/"
    assert Store.open(tmp_path / "s").base == "https://example.org/kg/"
    with pytest.raises(BaseMismatchError, match=r"made with the base https://example\.org/kg/"):
        Store.open(tmp_path / "s", "https://other.org/")


@pytest.mark.parametrize("base", ["example.org/", "ftp://x/", "http://x/?q=", "http://x y/", ""])
def test_a_base_that_cannot_be_one_is_refused(tmp_path: Path, base: str):
    """Not http, with a query, with spaces: refused before anything is made."""
    with pytest.raises(BaseMismatchError, match="cannot be the base"):
        Store.open(tmp_path / "s", base)
    assert not (tmp_path / "s").exists()


def test_a_folder_that_is_something_else_is_left_alone(tmp_path: Path):
    """A folder with other files is refused, and nothing is written into it."""
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StoreError, match="not a store"):
        Store.open(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    with pytest.raises(StoreError, match="not a store"):
        Store.open(tmp_path / "notes.txt")


def test_an_empty_folder_becomes_a_store(tmp_path: Path):
    """A folder made beforehand can be named."""
    with Store.open(tmp_path) as store:
        assert store.revision == 1


def test_reading_makes_no_store(tmp_path: Path):
    """A command that only reads says that there is no store, and makes none."""
    with pytest.raises(StoreError, match="there is no store here"):
        Store.open(tmp_path / "s", create=False)
    assert not (tmp_path / "s").exists()


def test_another_format_is_refused(store: Store):
    """A store of a later format names what made it."""
    record = json.loads(store.layout.description.read_text())
    record |= {"format": 2, "created_by": "diplomacy-kg 9.9"}
    store.layout.description.write_text(json.dumps(record))
    with pytest.raises(StoreError, match=r"format 2 \(made by diplomacy-kg 9\.9\)"):
        Store.open(store.path)
    store.layout.description.write_text("{")
    with pytest.raises(StoreError, match="cannot be read"):
        Store.open(store.path)


def test_a_creation_that_was_cut_off_is_finished(tmp_path: Path):
    """A folder with only the beginnings of a store becomes one."""
    for name in ("writer.lock", "current.new"):
        (tmp_path / name).touch()
    (tmp_path / "checkpoints" / ".making-000001").mkdir(parents=True)
    with Store.open(tmp_path) as store:
        with store.writer() as writer:
            writer.apply([], [quad(1)])
        assert size(store) == 1
    assert (tmp_path / "checkpoints" / "000002").exists()


def test_a_missing_checkpoint_is_a_clear_error(store: Store):
    """A damaged store says so instead of opening something else."""

    def replace_by(text: str) -> None:
        other = store.layout.current.with_suffix(".other")
        other.write_text(text)
        other.replace(store.layout.current)

    replace_by("99\n")
    with pytest.raises(StoreError, match="checkpoint is missing"):
        store.snapshot()
    replace_by("none")
    with pytest.raises(StoreError, match="current revision cannot be read"):
        store.snapshot()


def test_an_error_inside_the_writer_keeps_what_was_applied(store: Store):
    """Each apply is a whole: it is committed even when what follows fails."""
    with pytest.raises(RuntimeError), store.writer() as writer:
        writer.apply([], [quad(1)])
        raise RuntimeError
    assert size(store) == 1
    with pytest.raises(StoreError, match="closed"):
        writer.ox  # noqa: B018
