"""The pipeline: what is loaded, kept, refused, mapped anew; backups and restores."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml

import kg.loader.packaged
from kg.errors import BaseMismatchError, ReadError, RegistryError, StoreError, UnknownNameError
from kg.loader.inventory import take_inventory
from kg.loader.pipeline import load, remove
from kg.readers import TextIndex
from kg.resources import resource
from kg.store import Store
from kg.store.copying import copy_store, restore_dump
from tests.stories import triples

TEXT = "Mira Solen met Teodor Vance in Port Anne. “We agree,” she said.\n"


def record(key: str = "a", **more) -> dict:
    article = {"id": key, "title": f"Title of {key}", "text": TEXT, **more.pop("article", {})}
    return {
        "article": article,
        "parties": {
            "solen": {"name": "Mira Solen", "kind": "person", "state": "XAA"},
            "vance": {"name": "Teodor Vance", "kind": "person", "state": "XBB"},
        },
        "meetings": [
            {"id": "m", "participants": ["solen", "vance"], "evidence": "Mira Solen met Teodor"}
        ],
        **more,
    }


def write(path: Path, data: dict) -> Path:
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return path


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "store") as opened:
        yield opened


def graphs(store: Store) -> set[str]:
    with store.snapshot() as snapshot:
        return {g.value.split("/graph/")[-1] for g in snapshot.ox.named_graphs()}


def test_a_new_store_gets_ontology_concepts_and_states(store: Store):
    """Loading brings the package's graphs along, once."""
    summary = load(store)
    assert summary.refreshed.packaged
    assert {"ontology", "concepts", "states"} <= graphs(store)
    revision = store.revision
    assert not load(store).refreshed.packaged
    assert store.revision == revision


def test_packaged_graphs_follow_their_files(store: Store, tmp_path: Path, monkeypatch):
    """When a file of the package changed, its graph is brought up to date at the next load."""
    load(store)
    folder = tmp_path / "ontology"
    shutil.copytree(resource("ontology"), folder)
    lines = (folder / "states.ttl").read_text(encoding="utf-8")
    (folder / "states.ttl").write_text(
        f'{lines}\n<http://example.org/new> <http://www.w3.org/2000/01/rdf-schema#label> "New" .\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(kg.loader.packaged, "resource", lambda name: folder)
    assert load(store).refreshed.packaged
    with store.snapshot() as snapshot:
        assert ("new", "label", "New") in triples(snapshot.ox, "states")
    monkeypatch.undo()
    load(store)
    with store.snapshot() as snapshot:
        assert ("new", "label", "New") not in triples(snapshot.ox, "states")


def test_files_folders_and_formats(store: Store, tmp_path: Path):
    """YAML, JSON and JSONL, single and in folders below folders."""
    deep = tmp_path / "in" / "deep"
    deep.mkdir(parents=True)
    write(deep / "a.yaml", record("a"))
    (tmp_path / "in" / "b.json").write_text(json.dumps(record("b")))
    lines = [json.dumps(record(key)) for key in "cd"]
    (tmp_path / "cd.jsonl").write_text("\n".join(lines))
    (tmp_path / "in" / "notes.txt").write_text("not facts")
    summary = load(store, [tmp_path / "in", tmp_path / "cd.jsonl"])
    assert summary.articles == {"new": 4}
    assert summary.facts == {"meeting": 4}
    assert {f"article/{key}" for key in "abcd"} <= graphs(store)


def test_loading_again_replaces_or_leaves(store: Store, tmp_path: Path):
    """The same facts change nothing; other facts of the same article take their place."""
    path = write(tmp_path / "a.yaml", record())
    load(store, [path])
    revision = store.revision
    assert load(store, [path]).articles == {"unchanged": 1}
    assert store.revision == revision
    changed = record(article={"title": "Another title"}, meetings=[])
    summary = load(store, [write(path, changed)])
    assert summary.articles == {"replaced": 1}
    assert summary.removed > summary.added > 0
    with store.snapshot() as snapshot:
        graph = triples(snapshot.ox, "article/a")
    assert ("article/a", "headline", "Another title") in graph
    assert not any(o == "Meeting" for _, _, o in graph)


@pytest.mark.parametrize(
    ("first", "second", "force", "outcome"),
    [
        ({"reviewed": True}, {}, False, "kept"),
        ({"reviewed": True}, {"extractor": {"name": "x", "version": "1"}}, False, "kept"),
        ({"reviewed": True}, {}, True, "replaced"),
        ({"reviewed": True}, {"reviewed": True, "meetings": []}, False, "replaced"),
        ({}, {"extractor": {"name": "x", "version": "1"}}, False, "replaced"),
    ],
)
def test_reviewed_facts_are_not_overwritten(store, tmp_path, first, second, force, outcome):
    """Only reviewed facts, or force, take the place of reviewed ones."""
    load(store, [write(tmp_path / "a.yaml", record(**first))])
    with store.snapshot() as snapshot:
        before = triples(snapshot.ox, "article/a")
    summary = load(store, [write(tmp_path / "a.yaml", record(**second))], force=force)
    assert summary.articles == {outcome: 1}
    with store.snapshot() as snapshot:
        assert (triples(snapshot.ox, "article/a") == before) == (outcome == "kept")


def test_bad_records_go_to_a_file_while_the_others_load(store: Store, tmp_path: Path):
    """Each refused record is written down with file, line, reasons and itself."""
    bad = record("bad", meetings=[{"id": "m", "participants": ["solen"], "evidence": "met"}])
    lines = [json.dumps(record("a")), json.dumps(bad), "{", json.dumps(record("b"))]
    path = tmp_path / "all.jsonl"
    path.write_text("\n".join(lines))
    summary = load(store, [path])
    assert summary.articles == {"new": 2, "rejected": 2}
    assert summary.rejects is not None
    assert summary.rejects.parent == store.layout.rejects
    rejects = [json.loads(line) for line in summary.rejects.read_text().splitlines()]
    assert [(r["file"], r["line"]) for r in rejects] == [(str(path), 2), (str(path), 3)]
    assert json.loads(rejects[0]["record"]) == bad
    assert "fewer than two parties" in rejects[0]["reasons"][0]
    assert {"article/a", "article/b"} <= graphs(store)
    assert "article/bad" not in graphs(store)


def test_rejects_go_where_they_are_asked_to(store: Store, tmp_path: Path):
    """The file of rejects can be named; without rejects there is none."""
    good, refused = write(tmp_path / "a.yaml", record()), tmp_path / "out" / "refused.jsonl"
    assert load(store, [good], rejects=refused).rejects is None
    assert not refused.exists()
    (tmp_path / "b.yaml").write_text("article: 1")
    assert load(store, [tmp_path / "b.yaml"], rejects=refused).rejects == refused
    assert len(refused.read_text().splitlines()) == 1


def test_nothing_is_loaded_when_a_path_is_wrong(store: Store, tmp_path: Path):
    """A missing file is told before anything is written."""
    good = write(tmp_path / "a.yaml", record())
    with pytest.raises(ReadError, match=r"none\.yaml"):
        load(store, [good, tmp_path / "none.yaml"])
    assert "article/a" not in graphs(store)


def test_texts_are_checked_and_kept_only_when_they_came_with_the_facts(store, tmp_path):
    """A text found by its hash proves the words, and does not enter the store."""
    text = tmp_path / "text.txt"
    text.write_text(TEXT, encoding="utf-8")
    import hashlib

    sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    bare = record()
    bare["article"] = {"id": "a", "title": "T", "text_sha256": sha256}
    path = write(tmp_path / "a.yaml", bare)
    load(store, [path], texts=TextIndex.of([tmp_path]))
    assert store.text(sha256) is None
    with store.snapshot() as snapshot:
        assert any(p == "start" for _, p, _ in triples(snapshot.ox, "article/a"))
    load(store, [write(path, record())])
    assert store.text(sha256) == TEXT
    remove(store, ["a"])
    assert store.text(sha256) is None


def test_removing_by_key_iri_graph_and_url(store: Store, tmp_path: Path):
    """All names of an article lead to it; an unknown one removes nothing and is suggested."""
    for key in "abcd":
        url = f"https://news.example/{key}"
        write(tmp_path / f"{key}.yaml", record(key, article={"url": url}))
    load(store, [tmp_path / f"{key}.yaml" for key in "abcd"])
    with pytest.raises(UnknownNameError, match=r"no article 'https://news\.example/x'"):
        remove(store, ["a", "https://news.example/x"])
    assert "article/a" in graphs(store)
    names = ["a", f"{store.base}article/b", f"{store.base}graph/article/c",
             "https://news.example/d"]  # fmt: skip
    assert remove(store, names) == ["a", "b", "c", "d"]
    assert not any(name.startswith("article/") for name in graphs(store))
    assert not {"entities", "links"} & graphs(store)
    with pytest.raises(UnknownNameError):
        remove(store, ["a"])


def test_each_change_is_told_in_the_provenance_graph(store: Store, tmp_path: Path):
    """One activity a change, with its time, the graph that it made and the text that it used."""
    path = write(tmp_path / "a.yaml", record())
    for _ in range(2):
        load(store, [path])
    remove(store, ["a"])
    with store.snapshot() as snapshot:
        told = triples(snapshot.ox, "provenance")
    made = {s for s, p, o in told if p == "type" and o == "Activity"}
    assert len(made) == 2
    assert {o for s, p, o in told if p == "generated"} == {"graph/article/a"}
    assert {o for s, p, o in told if p == "invalidated"} == {"graph/article/a"}
    assert sum(p == "endedAtTime" for _, p, _ in told) == 2
    assert sum(p == "used" for _, p, _ in told) == 1
    assert {o for s, p, o in told if p == "label"} == {"Loaded: a", "Removed: a"}


def test_an_edited_registry_maps_the_articles_concerned_anew(store: Store, tmp_path: Path):
    """A merge, its undoing, and a split, each applied by a load without files."""
    load(store, [write(tmp_path / f"{k}.yaml", record(k)) for k in "ab"])

    def entities() -> set[str]:
        with store.snapshot() as snapshot:
            return {s for s, p, _ in triples(snapshot.ox, "entities") if s.startswith("person/")}

    plain = {"person/mira-solen-xaa", "person/teodor-vance-xbb"}
    assert entities() == plain
    store.layout.registry.write_text("merge:\n  person/mira-solen-xaa: person/m-j-solen\n")
    assert load(store).refreshed.remapped == 2
    assert entities() == {"person/m-j-solen", "person/teodor-vance-xbb"}
    store.layout.registry.write_text(
        "split:\n  - {article: b, name: Mira Solen, entity: person/another-solen}\n"
        "entities:\n  person/teodor-vance-xbb: {label: Teo Vance}\n"
    )
    assert load(store).refreshed.remapped == 2
    assert entities() == plain | {"person/another-solen"}
    with store.snapshot() as snapshot:
        found = triples(snapshot.ox, "entities")
        assert ("person/teodor-vance-xbb", "label", "Teo Vance") in found
    store.layout.registry.write_text("# nothing\n")
    assert load(store).refreshed.remapped == 1
    assert entities() == plain
    revision = store.revision
    store.layout.registry.write_text("# nothing but a comment\n")
    assert load(store).refreshed.remapped == 0
    assert store.revision == revision


def test_the_result_is_that_of_loading_with_the_edited_registry(store: Store, tmp_path: Path):
    """Mapping anew gives the graphs that a fresh store with that registry gives."""
    registry = (
        "entities:\n  person/mira-solen-xaa: {label: M. Solen, aliases: [Solen]}\n"
        "merge:\n  person/teodor-vance-xbb: person/t-vance\n"
    )
    path = write(tmp_path / "a.yaml", record())
    load(store, [path])
    store.layout.registry.write_text(registry)
    load(store)
    with Store.open(tmp_path / "fresh") as fresh:
        fresh.layout.registry.write_text(registry)
        load(fresh, [path])
        with store.snapshot() as one, fresh.snapshot() as other:
            for name in ("article/a", "entities", "links"):
                assert triples(one.ox, name) == triples(other.ox, name)


def test_a_wrong_registry_stops_the_load_before_anything_is_written(store, tmp_path):
    """The message names the line; the store stays as it was."""
    load(store)
    store.layout.registry.write_text("merge:\n  a: b\n")
    with pytest.raises(RegistryError, match=r"registry\.yaml:2"):
        load(store, [write(tmp_path / "a.yaml", record())])
    assert "article/a" not in graphs(store)


def everything(store: Store) -> set[ox.Quad]:
    with store.snapshot() as snapshot:
        return set(snapshot.ox)


def test_a_backup_is_a_whole_store_of_its_own(store: Store, tmp_path: Path):
    """Graph, texts, facts and registry; later changes of the one are not in the other."""
    load(store, [write(tmp_path / "a.yaml", record())])
    store.layout.registry.write_text("# mine\n")
    before, revision = everything(store), store.revision
    with store.writer():  # a writer at work does not hinder
        assert copy_store(store, tmp_path / "backup") == revision
    remove(store, ["a"])
    with Store.open(tmp_path / "backup", create=False) as backup:
        assert everything(backup) == before
        assert backup.revision == revision
        assert [p.read_text() for p in backup.texts.folder.iterdir()] == [TEXT]
        assert len(list(backup.facts.folder.iterdir())) == 1
        assert backup.layout.registry.read_text() == "# mine\n"
        copy_store(backup, tmp_path / "restored")
        remove(backup, ["a"])
    with Store.open(tmp_path / "restored", create=False) as restored:
        assert everything(restored) == before
        assert load(restored, [tmp_path / "a.yaml"]).articles == {"unchanged": 1}
    with pytest.raises(StoreError, match="is there already"):
        copy_store(store, tmp_path / "backup")


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("d.nq", ox.RdfFormat.N_QUADS),
        ("d.trig", ox.RdfFormat.TRIG),
        ("d.jsonld", ox.RdfFormat.JSON_LD),
    ],
)
def test_a_dump_restores_to_the_same_dataset(tmp_path: Path, name: str, format: ox.RdfFormat):
    """All graphs come back, users' own with blank nodes and the default graph as well."""
    base = "https://example.org/kg/"
    with Store.open(tmp_path / "s", base) as store:
        load(store, [write(tmp_path / "a.yaml", record())])
        mine = ox.NamedNode("http://example.org/mine")
        node, plain = ox.BlankNode(), ox.NamedNode("http://example.org/p")
        with store.writer() as writer:
            writer.apply(
                [],
                [
                    ox.Quad(node, plain, ox.Literal("é\n"), mine),
                    ox.Quad(mine, plain, node, mine),
                    ox.Quad(mine, plain, ox.Literal("x", language="de")),
                ],
            )
        with store.snapshot() as snapshot:
            snapshot.ox.dump(str(tmp_path / name), format)
            wanted = ox.Dataset(snapshot.ox)
    assert restore_dump(tmp_path / name, tmp_path / "new") == base
    with Store.open(tmp_path / "new", create=False) as restored:
        assert restored.base == base
        found = ox.Dataset(everything(restored))
        for dataset in (wanted, found):
            dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        assert found == wanted
        assert load(restored, [tmp_path / "a.yaml"]).articles == {"replaced": 1}
        assert load(restored, [tmp_path / "a.yaml"]).articles == {"unchanged": 1}


def test_a_dump_of_another_base_is_refused_and_leaves_nothing(tmp_path: Path):
    """The base is read from the graphs' names; contradictions are told."""
    line = "<x:s> <x:p> <x:o> <{}graph/entities> .\n"
    dump = tmp_path / "d.nq"
    dump.write_text(line.format("http://a.example/") + line.format("http://b.example/"))
    with pytest.raises(BaseMismatchError, match="several bases"):
        restore_dump(dump, tmp_path / "new")
    dump.write_text(line.format("http://a.example/"))
    with pytest.raises(BaseMismatchError, match=r"made with the base http://a\.example/"):
        restore_dump(dump, tmp_path / "new", "http://b.example/")
    dump.write_text("<x:s> <x:p> <x:o> <x:g> .\n")
    with pytest.raises(BaseMismatchError, match="no graph's name"):
        restore_dump(dump, tmp_path / "new")
    dump.write_text("<x:s> <x:p>\n")
    with pytest.raises(StoreError, match="cannot be read"):
        restore_dump(dump, tmp_path / "new")
    with pytest.raises(StoreError, match="neither"):
        restore_dump(tmp_path / "d.ttl", tmp_path / "new")
    assert {path.name for path in tmp_path.iterdir()} == {"d.nq"}


def test_the_inventory_counts_what_is_there(store: Store, tmp_path: Path):
    """Numbers by kind, of the current revision."""
    load(store, [write(tmp_path / f"{k}.yaml", record(k, reviewed=k == "a")) for k in "ab"])
    found = take_inventory(store)
    assert (found.articles, found.reviewed) == (2, 1)
    assert found.facts == {"meetings": 2, "statements": 0, "positions": 0}
    assert found.entities["persons"] == 2
    assert found.graphs == {"articles": 2, "derived": 3, "packaged": 3}
    assert found.links == {"matched reports": 0, "near copies": 1}
    assert found.revision == store.revision
    assert found.last_load is not None
    remove(store, ["a", "b"])
    assert take_inventory(store).articles == 0
