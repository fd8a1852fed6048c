"""``kg validate`` finds what is wrong in a store and says where and what to do."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from commands import kg
from sample_store import INVENTED

from kg.loader.pipeline import load
from kg.registry import Registry
from kg.store import Store
from kg.validation import Finding, View, validate
from kg.vocabulary import DKG, OA, PREFIXES, SCHEMA

ARTICLE = "lake-talks-courier"
OTHER = "lake-talks-post"


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a store with two reports of one meeting, and a graph of a user's."""
    path = tmp_path_factory.mktemp("validate") / "store"
    with Store.open(path) as store:
        load(store, [INVENTED / f"{ARTICLE}.yaml", INVENTED / f"{OTHER}.yaml"])
        with store.writer() as writer:
            own = ox.NamedNode("https://example.org/mine")
            graph = _graph(store, f"article/{ARTICLE}")
            copied = [
                ox.Quad(q.subject, q.predicate, q.object, own)
                for q in writer.ox.quads_for_pattern(None, None, None, graph)
            ]
            blank = ox.Quad(ox.BlankNode(), ox.NamedNode(DKG.status), ox.BlankNode(), own)
            writer.apply([], [*copied, blank])
    return path


@pytest.fixture
def store(right: Path, tmp_path: Path) -> Iterator[Store]:
    """Return a copy of it, to be spoilt."""
    shutil.copytree(right, tmp_path / "store")
    with Store.open(tmp_path / "store", create=False) as opened:
        yield opened


def _graph(store: Store, name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{store.base}graph/{name}")


def _node(iri: object) -> ox.NamedNode:
    return ox.NamedNode(str(iri))


def _quads(store: Store, name: str, predicate: object = None) -> list[ox.Quad]:
    with store.snapshot() as snapshot:
        found = snapshot.ox.quads_for_pattern(
            None, None if predicate is None else _node(predicate), None, _graph(store, name)
        )
        return sorted(found, key=str)


def _change(store: Store, removed: list[ox.Quad], added: list[ox.Quad]) -> None:
    with store.writer() as writer:
        writer.apply(removed, added)


def _with(quad: ox.Quad, **parts: object) -> ox.Quad:
    whole = {
        "subject": quad.subject,
        "predicate": quad.predicate,
        "object": quad.object,
        "graph_name": quad.graph_name,
    } | parts
    return ox.Quad(*whole.values())  # type: ignore[arg-type]


def _validate(store: Store, *keys: str) -> list[Finding]:
    with store.snapshot() as snapshot:
        view = View(snapshot.ox, store.base, store.text, Registry.load(store.layout.registry))
        return list(validate(view, keys or None))


def _kg(store: Store | Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = store.path if isinstance(store, Store) else store
    return kg("validate", *arguments, KG_STORE=str(path))


def test_a_right_store_has_no_findings_and_stays_as_it_is(store: Store) -> None:
    revision = store.revision
    assert _validate(store) == []
    assert _validate(store, ARTICLE) == []
    assert store.revision == revision


Defect = Callable[[Store], tuple[list[ox.Quad], list[ox.Quad], str]]


def _blank(store: Store) -> tuple[list[ox.Quad], list[ox.Quad], str]:
    quad = ox.Quad(
        _node(f"{store.base}article/{ARTICLE}"),
        _node(SCHEMA.publisher),
        ox.BlankNode(),
        _graph(store, f"article/{ARTICLE}"),
    )
    return [], [quad], str(quad.subject.value)


def _twice(store: Store) -> tuple[list[ox.Quad], list[ox.Quad], str]:
    quad = _quads(store, f"article/{ARTICLE}", DKG.speaker)[0]
    return [], [_with(quad, graph_name=_graph(store, f"article/{OTHER}"))], quad.subject.value


def _other_article(store: Store) -> tuple[list[ox.Quad], list[ox.Quad], str]:
    quad = _quads(store, f"article/{ARTICLE}", DKG.text)[0]
    extra = ox.Quad(
        _node(f"{store.base}article/somebody-elses"),
        _node(f"{PREFIXES['rdf']}type"),
        _node(SCHEMA.NewsArticle),
        quad.graph_name,
    )
    return [], [extra], quad.subject.value


def _unknown_term(store: Store) -> tuple[list[ox.Quad], list[ox.Quad], str]:
    quad = _quads(store, f"article/{ARTICLE}", DKG.speaker)[0]
    return [], [_with(quad, predicate=_node("https://example.org/likes"))], quad.subject.value


def _of_another_text(store: Store) -> tuple[list[ox.Quad], list[ox.Quad], str]:
    quad = _quads(store, f"article/{ARTICLE}", OA.hasSource)[0]
    text = _node(f"{store.base}text/{'0' * 64}")
    return [quad], [_with(quad, object=text)], quad.subject.value


def _other_words(store: Store) -> tuple[list[ox.Quad], list[ox.Quad], str]:
    quad = _quads(store, f"article/{ARTICLE}", OA.exact)[0]
    changed = ox.Literal(quad.object.value.upper())
    return [quad], [_with(quad, object=changed)], quad.subject.value.split("#")[0]


def _other_place(store: Store) -> tuple[list[ox.Quad], list[ox.Quad], str]:
    quad = _quads(store, f"article/{ARTICLE}", OA.start)[0]
    changed = ox.Literal(int(quad.object.value) + 1)
    return [quad], [_with(quad, object=changed)], quad.subject.value.split("#")[0]


def _invented_alias(store: Store) -> tuple[list[ox.Quad], list[ox.Quad], str]:
    quad = _quads(store, "entities", f"{PREFIXES['rdfs']}label")[0]
    alias = _with(quad, predicate=_node(f"{PREFIXES['skos']}altLabel"), object=ox.Literal("Nobody"))
    return [], [alias], quad.subject.value


def _lost_entity(store: Store) -> tuple[list[ox.Quad], list[ox.Quad], str]:
    quad = _quads(store, "entities", f"{PREFIXES['rdfs']}label")[0]
    about = [q for q in _quads(store, "entities") if q.subject == quad.subject]
    return about, [], quad.subject.value


def _lost_link(store: Store) -> tuple[list[ox.Quad], list[ox.Quad], str]:
    quad = _quads(store, "links", DKG.sameMeeting)[0]
    return [quad], [], quad.subject.value


def _invented_link(store: Store) -> tuple[list[ox.Quad], list[ox.Quad], str]:
    quad = ox.Quad(
        _node(f"{store.base}article/{ARTICLE}"),
        _node(DKG.nearCopyOf),
        _node(f"{store.base}article/{OTHER}"),
        _graph(store, "links"),
    )
    return [], [quad], quad.subject.value


def _other_ontology(store: Store) -> tuple[list[ox.Quad], list[ox.Quad], str]:
    quad = _quads(store, "ontology")[0]
    return [quad], [], f"{store.base}graph/ontology"


def _other_states(store: Store) -> tuple[list[ox.Quad], list[ox.Quad], str]:
    quad = _quads(store, "states")[0]
    return [], [_with(quad, object=ox.Literal("Atlantis"))], f"{store.base}graph/states"


def _no_status(store: Store) -> tuple[list[ox.Quad], list[ox.Quad], str]:
    quad = _quads(store, f"article/{ARTICLE}", DKG.status)[0]
    return [quad], [], quad.subject.value


def _bad_score(store: Store) -> tuple[list[ox.Quad], list[ox.Quad], str]:
    quad = _quads(store, "links", DKG.score)[0]
    return [], [_with(quad, object=ox.Literal("high"))], quad.subject.value


def _load_without_time(store: Store) -> tuple[list[ox.Quad], list[ox.Quad], str]:
    quad = _quads(store, "provenance", f"{PREFIXES['prov']}endedAtTime")[0]
    return [quad], [], quad.subject.value


@pytest.mark.parametrize(
    ("rule", "defect"),
    [
        ("no-blank-nodes", _blank),
        ("one-graph", _twice),
        ("own-article", _other_article),
        ("known-terms", _unknown_term),
        ("evidence-source", _of_another_text),
        ("evidence-words", _other_words),
        ("evidence-words", _other_place),
        ("derived-entities", _invented_alias),
        ("derived-entities", _lost_entity),
        ("derived-links", _lost_link),
        ("derived-links", _invented_link),
        ("reference-graph", _other_ontology),
        ("reference-graph", _other_states),
        ("meeting-status", _no_status),
        ("match-score", _bad_score),
        ("load-time", _load_without_time),
    ],
)
def test_a_defect_is_found_where_it_is(rule: str, defect: Defect, store: Store) -> None:
    removed, added, node = defect(store)
    _change(store, removed, added)
    found = [finding for finding in _validate(store) if finding.rule == rule]
    assert [finding.node for finding in found] == [node]
    assert found[0].severity == "violation"
    assert found[0].message and found[0].remedy
    assert "\n" not in str(found[0])


def test_words_without_a_place_are_looked_for_in_the_whole_text(store: Store) -> None:
    name = f"article/{ARTICLE}"
    start, end = _quads(store, name, OA.start)[0], _quads(store, name, OA.end)[0]
    places = [q for q in _quads(store, name) if q.subject == start.subject]
    unplaced = [q for q in places if q.predicate in (start.predicate, end.predicate)]
    type = f"{PREFIXES['rdf']}type"
    unplaced += [q for q in places if q.predicate.value == type and "Position" in q.object.value]
    _change(store, unplaced, [])
    assert _validate(store) == []
    exact = next(q for q in places if q.predicate.value == OA.exact)
    _change(store, [exact], [_with(exact, object=ox.Literal("words that are not there"))])
    (finding,) = _validate(store)
    assert finding.rule == "evidence-words" and "anywhere" in finding.message


def test_a_text_that_was_changed_in_place_is_found(store: Store) -> None:
    (text,) = {q.object.value for q in _quads(store, f"article/{ARTICLE}", DKG.text)}
    path = store.texts.path(text.rsplit("/", 1)[-1])
    path.write_text(f"{path.read_text(encoding='utf-8')} And more.", encoding="utf-8")
    rules = {finding.rule for finding in _validate(store, ARTICLE)}
    assert rules == {"text-hash"}


def test_where_the_text_is_not_kept_the_words_are_not_compared(store: Store) -> None:
    (text,) = {q.object.value for q in _quads(store, f"article/{ARTICLE}", DKG.text)}
    removed, added, _ = _other_words(store)
    store.texts.path(text.rsplit("/", 1)[-1]).unlink()
    _change(store, removed, added)
    assert _validate(store, ARTICLE) == []


def test_one_triple_in_two_graphs_is_reported_once(store: Store) -> None:
    removed, added, _ = _twice(store)
    _change(store, removed, added)
    findings = [finding for finding in _validate(store) if finding.rule == "one-graph"]
    assert len(findings) == 1
    assert f"article/{OTHER}" in findings[0].message + findings[0].graph
    # Looking at one article alone reports it there, whichever it is.
    for key in (ARTICLE, OTHER):
        assert [f.rule for f in _validate(store, key) if f.rule == "one-graph"] == ["one-graph"]


def test_the_command_says_that_all_is_well(store: Store) -> None:
    done = _kg(store)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "2 articles checked: 0 violations, 0 warnings\n"


def test_the_command_prints_a_line_a_finding_and_fails(store: Store) -> None:
    removed, added, node = _no_status(store)
    _change(store, removed, added)
    done = _kg(store)
    assert done.returncode == 1
    line, summary = done.stdout.splitlines()
    assert line == (
        f"violation meeting-status: <{node}>: The meeting does not have exactly one known status;"
        " give one of occurred, ongoing, planned, hypothetical, denied"
    )
    assert summary == "2 articles checked: 1 violation, 0 warnings"


def test_the_command_looks_at_the_articles_that_are_named(store: Store) -> None:
    removed, added, _ = _no_status(store)
    _change(store, removed, added)
    assert _kg(store, OTHER).returncode == 0
    for name in (ARTICLE, f"{store.base}article/{ARTICLE}"):
        done = _kg(store, name)
        assert done.returncode == 1
        assert done.stdout.endswith("1 article checked: 1 violation, 0 warnings\n")


def test_warnings_do_not_fail_the_command(store: Store) -> None:
    quads = _quads(store, f"article/{ARTICLE}", DKG.participant)
    gone = [q for q in quads if q.subject == quads[0].subject][1:]
    _change(store, gone, [])
    done = _kg(store, ARTICLE)
    assert done.returncode == 0
    assert done.stdout.startswith("warning meeting-two-participants: ")
    assert done.stdout.endswith("1 article checked: 0 violations, 1 warning\n")


def test_findings_come_as_json_as_well(store: Store) -> None:
    removed, added, node = _no_status(store)
    _change(store, removed, added)
    done = _kg(store, "--format", "json", ARTICLE)
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert {name: report[name] for name in ("articles", "violations", "warnings")} == {
        "articles": 1,
        "violations": 1,
        "warnings": 0,
    }
    (finding,) = report["findings"]
    assert finding["node"] == node
    assert finding["rule"] == "meeting-status"
    assert finding["graph"] == f"{store.base}graph/article/{ARTICLE}"
    assert set(finding) == {"graph", "node", "rule", "message", "remedy", "severity"}


def test_an_unknown_article_and_a_missing_store_are_one_clear_line(
    store: Store, tmp_path: Path
) -> None:
    done = _kg(store, "lake-talks-couriers")
    assert done.returncode == 2
    assert done.stderr == f"kg: no article 'lake-talks-couriers'; did you mean {ARTICLE}?\n"
    done = _kg(tmp_path / "nowhere")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1 and "no store here" in done.stderr
