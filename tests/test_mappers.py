"""Facts become the triples that the contract of the graph says, and no others."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pyoxigraph as ox
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from rdflib_terms import text_of

from kg.facts import ArticleFacts
from kg.iris import Minter
from kg.mappers import MAPPERS, Context, Triple, map_article
from kg.mappers.terms import as_term, as_triples
from kg.readers import Reading, Source, read
from kg.readers.facts_file import read_json, read_yaml
from kg.registry import Registry
from kg.resources import resource
from kg.vocabulary import DKG, OA, RDF, RDFS, SCHEMA, STATE

BASE = "https://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
FOLDER = Path(__file__).parent / "data" / "mappers"
FULL = FOLDER / "full.yaml"


def context(key: str = "full", base: str = BASE) -> Context:
    return Context(base, key, Registry().resolve)


def facts(path: Path = FULL) -> ArticleFacts:
    (item,) = read(path)
    assert isinstance(item, Reading), [str(problem) for problem in item.problems]
    return item.facts


def record(path: Path = FULL) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def from_record(data: Any, **options: Any) -> ArticleFacts:
    (item,) = read_json(Source("f", json.dumps(data).encode(), **options))
    assert isinstance(item, Reading), [str(problem) for problem in item.problems]
    return item.facts


def graph(text: str, key: str = "k", **options: Any) -> set[Triple]:
    (item,) = read_yaml(Source("f", text.encode(), **options))
    assert isinstance(item, Reading), [str(problem) for problem in item.problems]
    return map_article(item.facts, context(key))


def about(triples: set[Triple], subject: str) -> dict[str, set[str]]:
    """Return what is said of a subject: last part of each property to the values."""
    found: dict[str, set[str]] = {}
    for s, p, o in triples:
        if s == f"{BASE}{subject}":
            found.setdefault(p.replace("#", "/").rsplit("/", 1)[-1], set()).add(text_of(o))
    return found


def test_the_full_example_maps_to_its_golden_graph() -> None:
    """Every field of every kind, triple by triple."""
    mapped = set(as_triples(map_article(facts(), context())))
    expected = {quad.triple for quad in ox.parse(path=FOLDER / "full.ttl")}
    assert {t for t in mapped if t not in expected} == set()
    assert {t for t in expected if t not in mapped} == set()


def test_the_full_example_has_every_field() -> None:
    """A field that is added to the model must be added to the example and its graph."""
    used: set[tuple[str, str]] = set()

    def walk(model: type[BaseModel], value: Any) -> None:
        for name, field in model.model_fields.items():
            if name in value:
                used.add((model.__name__, name))
                for inner in _models(field.annotation):
                    items = value[name]
                    if isinstance(items, dict) and not set(items) & set(inner.model_fields):
                        items = list(items.values())
                    for item in items if isinstance(items, list) else [items]:
                        walk(inner, {"exact": item} if isinstance(item, str) else item)

    walk(ArticleFacts, record())
    fields = {
        (model.__name__, name)
        for model in {ArticleFacts, *_all_models(ArticleFacts)}
        for name in model.model_fields
    }
    elsewhere = {("Article", "text_file"), ("Article", "text_sha256"),
                 ("Span", "start"), ("Span", "end")}  # fmt: skip
    assert fields - used == elsewhere


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models(argument)]


def _all_models(model: type[BaseModel]) -> set[type[BaseModel]]:
    inner = {m for field in model.model_fields.values() for m in _models(field.annotation)}
    return inner.union(*(_all_models(m) for m in inner)) if inner else set()


SAMPLES = sorted(resource("samples").glob("*.yaml"))


@pytest.mark.parametrize("path", [FULL, *SAMPLES], ids=lambda path: path.stem)
class TestEveryGraph:
    """The graph's rules that hold for each article by itself."""

    def test_terms_are_valid_and_no_node_is_blank(self, path: Path) -> None:
        found = facts(path)
        for s, p, o in map_article(found, context(str(found.article.id))):
            assert type(s) is str and type(p) is str
            ox.NamedNode(s), ox.NamedNode(p)
            if isinstance(o, ox.Literal):
                assert o.language is None
            else:
                assert type(o) is str
                ox.NamedNode(o)

    def test_mapping_again_gives_the_same(self, path: Path) -> None:
        found = facts(path)
        key = str(found.article.id)
        assert map_article(found, context(key)) == map_article(facts(path), context(key))

    def test_literals_stay_as_written_in_the_store(self, path: Path) -> None:
        found = facts(path)
        assert_kept(map_article(found, context(str(found.article.id))))

    def test_every_subject_has_a_type(self, path: Path) -> None:
        found = facts(path)
        triples = map_article(found, context(str(found.article.id)))
        typed = {s for s, p, _ in triples if p == RDF.type}
        assert {s for s, _, _ in triples} == typed

    def test_what_a_person_meets_has_a_label(self, path: Path) -> None:
        """Passages and selectors show their words; all else has one label."""
        found = facts(path)
        triples = map_article(found, context(str(found.article.id)))
        silent = {OA.SpecificResource, OA.TextQuoteSelector, OA.TextPositionSelector}
        for subject in {s for s, p, o in triples if p == RDF.type and o not in silent}:
            labels = [o for s, p, o in triples if s == subject and p == RDFS.label]
            assert len(labels) == 1 and text_of(labels[0]).strip()

    def test_every_entity_that_is_named_has_a_mention(self, path: Path) -> None:
        """What facts point to is described by a mention in the same graph."""
        found = facts(path)
        triples = map_article(found, context(str(found.article.id)))
        mentioned = {o for _, p, o in triples if p == DKG.entity}
        links = {DKG.participant, DKG.speaker, DKG.holder, DKG.addressee, DKG.voicedBy, DKG.about,
                 DKG.place, DKG.occasion, SCHEMA.publisher, SCHEMA.locationCreated}  # fmt: skip
        assert {o for _, p, o in triples if p in links} <= mentioned
        targets = {o for _, p, o in triples if p == DKG.target}
        assert targets - {s for s, _, _ in triples} <= mentioned


def assert_kept(triples: set[Triple]) -> None:
    """Put triples into a store and find every one as it was."""
    store = ox.Store()
    expected = set()
    for s, p, o in triples:
        datatype = o.datatype.value if isinstance(o, ox.Literal) else ""
        expected.add((s, p, text_of(o), datatype))
        store.add(ox.Quad(ox.NamedNode(s), ox.NamedNode(p), as_term(o)))
    found = {
        (q.subject.value, q.predicate.value, q.object.value,
         q.object.datatype.value if isinstance(q.object, ox.Literal) else "")
        for q in store
    }  # fmt: skip
    assert found == expected


def test_the_order_of_the_file_does_not_matter() -> None:
    """Facts in another order, and the same sections in another order, are the same graph."""
    expected = map_article(facts(), context())
    for seed in range(5):
        shuffle = random.Random(seed).shuffle
        data = record()
        for position in data["positions"]:
            position.update(demand=position.get("demand") == "true", target=position.get("target"))
            position["target"] = None if position["target"] == "null" else position["target"]
        data["reviewed"] = True
        for section in ("meetings", "statements", "positions"):
            shuffle(data[section])
        for section in ("parties", "topics", "places", "occasions"):
            items = list(data[section].items())
            shuffle(items)
            data[section] = dict(items)
        assert map_article(from_record(data), context()) == expected


def test_the_hash_seed_does_not_matter() -> None:
    """Another process, with other hashes of strings, writes the same graph."""
    code = (
        "import sys; sys.path.insert(0, 'tests'); import test_mappers as t\n"
        "print(hash('x')); print(sorted(map(repr, t.map_article(t.facts(), t.context()))))"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": str(seed), "PYTHONPATH": "."},
            capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent,
        ).stdout.split("\n", 1)
        for seed in (1, 2)
    ]  # fmt: skip
    assert outputs[0][0] != outputs[1][0]
    assert outputs[0][1] == outputs[1][1]


MEETING = """\
article: {title: T, text: Ada met Bo in Vilnar and in Lowen.%s}
%smeetings: [{id: m, participants: [DEU, XAB], evidence: Ada met Bo%s}]
"""


def test_a_state_that_is_named_by_its_code_is_mentioned() -> None:
    """Its name comes from the table of states; an invented state is called by its code."""
    triples = graph(MEETING % ("", "", ""))
    assert about(triples, "id/meeting/k/m")["participant"] == {
        STATE.term(code) for code in ("DEU", "XAB")
    }
    mention = about(triples, "id/mention/k/DEU")
    assert mention["entity"] == mention["actsFor"] == {STATE.term("DEU")}
    assert (mention["name"], mention["kind"]) == ({"Germany"}, {DKG.State})
    assert about(triples, "id/mention/k/XAB")["name"] == {"XAB"}
    assert about(triples, "id/meeting/k/m")["label"] == {"Germany and XAB, meeting"}


def test_an_invented_state_is_called_by_what_the_article_calls_it() -> None:
    """Also where a fact names it by its code and the file declares it under another id."""
    parties = "parties: {east: {name: Eastmark, kind: state, state: XAB}}\n"
    triples = graph(MEETING % ("", parties, ""))
    assert about(triples, "id/mention/k/XAB")["name"] == {"Eastmark"}
    assert about(triples, "id/meeting/k/m")["label"] == {"Germany and Eastmark, meeting"}


def test_a_declared_party_shadows_the_state_of_its_id() -> None:
    parties = "parties: {DEU: {name: Deu Orlen, kind: person}}\n"
    triples = graph(MEETING % ("", parties, ""))
    assert f"{BASE}id/person/deu-orlen" in about(triples, "id/meeting/k/m")["participant"]


def test_a_place_by_its_plain_name() -> None:
    """A name that is no id is a place of that name; one name, however spelt, is one mention."""
    triples = graph(
        "article: {title: T, text: Ada met Bo in Vilnar., place: VILNAR}\n"
        "meetings: [{id: m, participants: [XAA, XAB], evidence: Ada met Bo, place: Vilnar,"
        " occasion: Vilnar Days}]\n"
    )
    place = f"{BASE}id/place/vilnar"
    assert about(triples, "id/meeting/k/m")["place"] == {place}
    assert about(triples, "article/k")["locationCreated"] == {place}
    assert about(triples, "id/mention/k/place.name.vilnar")["entity"] == {place}
    assert about(triples, "id/mention/k/occasion.name.vilnar-days")["kind"] == {
        "https://schema.org/Event"
    }


def test_mentions_of_different_things_never_share_an_iri() -> None:
    """A party may have the id of a thing that is mentioned by itself."""
    triples = graph(
        "article: {title: T, text: Ada met Bo., publisher: The Courier, place: name}\n"
        "parties: {publisher: {name: The Publisher, kind: organisation},"
        " article: {name: The Article, kind: group}, topic: {name: The Topic, kind: group}}\n"
        "topics: {name: {label: Names}}\nplaces: {place: {name: Vilnar}}\n"
    )
    mentions = [s for s, p, o in triples if p == RDF.type and o == DKG.Mention]
    names = [o for s, p, o in triples if p == SCHEMA.name]
    assert len(mentions) == len(names) == 7


def test_a_position_without_a_target_has_its_words() -> None:
    triples = graph(
        "article: {title: T, text: Westmark wants peace.}\npositions: [{id: p, holder: XAA,"
        " target: null, target_text: peace, stance: supports, shown_by: word, evidence: wants}]\n"
    )
    position = about(triples, "id/position/k/p")
    assert "target" not in position and position["targetText"] == {"peace"}
    assert position["label"] == {"XAA supports peace"}
    assert "asOf" not in position


@pytest.mark.parametrize(("valid_from", "said", "expected"), [
    ("2031-04", "2031-05-03", "2031-04-01"), (None, "2031-05-03", "2031-05-03"),
    (None, None, "2031-05-04")])  # fmt: skip
def test_positions_are_put_in_time(valid_from: str | None, said: str | None, expected: str) -> None:
    """As of its beginning, else of the statement, else of the article."""
    data: dict[str, Any] = {
        "article": {"title": "T", "text": "words", "published": "2031-05-04"},
        "statements": [{"id": "s", "speaker": "XAA", "mode": "direct", "content": "words",
                        "evidence": "words", "date": said}],
        "positions": [{"id": "p", "holder": "XAA", "target": "XAB", "stance": "neutral",
                       "shown_by": "word", "evidence": "words", "statement": "s",
                       "valid_from": valid_from}],
    }  # fmt: skip
    triples = map_article(from_record(data), context("k"))
    assert about(triples, "id/position/k/p")["asOf"] == {expected}


def test_words_without_a_place_are_quoted_alone() -> None:
    """Where the text is not at hand a passage is known by its words, and by which of them."""
    data: dict[str, Any] = {
        "article": {"title": "T", "text_sha256": "ab" * 32},
        "statements": [
            {"id": f"s{n}", "speaker": "XAA", "mode": "direct", "content": "said so",
             "evidence": {"exact": "she said", **more}}
            for n, more in enumerate([{}, {"occurrence": 1}, {"occurrence": 2}])
        ],
    }  # fmt: skip
    triples = map_article(from_record(data), context("k"))
    passages = [about(triples, f"id/statement/k/s{n}")["evidence"] for n in range(3)]
    assert passages[0] == passages[1] != passages[2]
    (passage,) = passages[0]
    (selector,) = about(triples, passage.removeprefix(BASE))["hasSelector"]
    assert selector == f"{passage}#quote"
    assert about(triples, passage.removeprefix(BASE))["hasSource"] == {f"{BASE}text/{'ab' * 32}"}
    assert about(triples, selector.removeprefix(BASE)) == {
        "type": {OA.TextQuoteSelector}, "exact": {"she said"}
    }  # fmt: skip


def test_offsets_that_are_given_without_the_text_are_kept() -> None:
    data: dict[str, Any] = {
        "article": {"title": "T", "text_sha256": "ab" * 32},
        "statements": [{"id": "s", "speaker": "XAA", "mode": "direct", "content": "so",
                        "evidence": {"exact": "she", "start": 4, "end": 7}}],
    }  # fmt: skip
    triples = map_article(from_record(data), context("k"))
    assert about(triples, "id/evidence/k/4-7")["hasSelector"] == {
        f"{BASE}id/evidence/k/4-7#char=4,7"
    }


def test_the_digest_changes_with_the_facts_and_only_with_them() -> None:
    def digest(text: str) -> set[str]:
        return about(graph(text), "article/k")["factsDigest"]

    plain = MEETING % ("", "", "")
    assert digest(plain) == digest(MEETING % ("", "topics: {}\n", ", status: occurred"))
    assert digest(plain) != digest(MEETING % ("", "", ", status: planned"))


_WORDS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), min_size=1
).filter(lambda words: words.strip() and not any(ord(c) < 32 and c not in "\t\n\r" for c in words))


@given(words=st.lists(_WORDS, min_size=9, max_size=9), confidence=st.floats(0, 1),
       count=st.integers(1, 2**53 - 1), start=st.integers(0, 2**40), key=st.from_regex(
           r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,20}\Z"))  # fmt: skip
def test_any_words_and_numbers_stay_as_written(
    words: list[str], confidence: float, count: int, start: int, key: str
) -> None:
    """Whatever an article holds, its graph fits the store and comes back to the letter."""
    title, name, label, place, occasion, surface, exact, act, qualifier = words
    span = {"exact": exact, "start": start, "end": start + len(exact)}
    data: dict[str, Any] = {
        "article": {"title": title, "author": surface, "publisher": name, "place": place,
                    "text_sha256": "0" * 64},
        "parties": {"a": {"name": name, "kind": "person", "surface": surface,
                          "roles": [{"title": label, "of": "XAB"}]}},
        "topics": {"t": {"label": label}},
        "meetings": [{"id": "m", "participants": ["a", "XAB"], "place": place,
                      "occasion": occasion, "evidence": span, "confidence": confidence}],
        "statements": [{"id": "s", "speaker": "a", "mode": "direct", "content": [exact, span],
                        "evidence": exact}],
        "positions": [{"id": "p", "holder": "a", "target": "t", "stance": "supports",
                       "shown_by": "act", "act": {"label": act, "count": count},
                       "qualifier": qualifier, "evidence": exact}],
    }  # fmt: skip
    triples = map_article(from_record(data), context(key))
    assert_kept(triples)
    values = {o.value for _, _, o in triples if isinstance(o, ox.Literal)}
    assert {title, name, label, surface, exact, act, qualifier, str(count)} <= values


def test_mapper_kinds_are_distinct() -> None:
    kinds = [mapper.kind for mapper in MAPPERS]
    assert len(set(kinds)) == len(kinds)
    assert Minter(BASE).fact("x", "k", "l") == f"{BASE}id/x/k/l"


def test_a_position_given_up_is_not_dated_after_its_end() -> None:
    facts = ArticleFacts.model_validate(
        {
            "article": {
                "id": "late", "title": "Late", "published": "2020-05-05", "text_sha256": "0" * 64
            },
            "positions": [
                {
                    "id": "p", "holder": "RUS", "target_text": "words", "stance": "opposes",
                    "shown_by": "word", "valid_to": "1999-12", "evidence": ["words"],
                }
            ],
        }
    )  # fmt: skip
    triples = map_article(facts, Context("http://127.0.0.1:8000/", "late", lambda *_: "x"))
    assert [text_of(o) for _, p, o in triples if p == DKG.asOf] == ["1999-12-31"]
