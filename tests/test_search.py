"""Search: what is found, in which order, and an index that never tells of what is not there."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from commands import kg
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pages_store import Page
from sample_store import make_store
from servers import TOKEN, serving, wait_for
from stories import meeting, person, story

from kg.endpoint.settings import Settings
from kg.loader.articles import Articles
from kg.registry import Registry
from kg.search.answers import Ask, Found
from kg.search.asking import expression, marked, terms
from kg.search.finding import search
from kg.search.index import Index
from kg.search.kinds import KINDS
from kg.search.naming import best_names, like
from kg.search.tables import connect
from kg.search.words import in_order, spelled, words
from kg.serving.application import create_app
from kg.store import Store
from kg.store.changes import changed_between

HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with make_store(tmp_path_factory.mktemp("search") / "store") as made:
        yield made


@pytest.fixture(scope="module")
def client(store: Store) -> FlaskClient:
    return create_app(store, Settings()).test_client()


def find(store: Store, words: str = "", **more: Any) -> Found:
    """Search a store whose index is brought up to date before."""
    index = Index(store)
    index.update()
    with index.reading() as searched:
        return search(searched, Ask(words, **more))


def names(store: Store, written: str) -> list[str]:
    index = Index(store)
    index.update()
    with index.reading() as searched:
        return [named.label for named in best_names(searched, written)]


def with_stories(folder: Path, *stories: Any, registry: Registry | None = None) -> Store:
    store = Store.open(folder)
    with store.writer() as writer, Articles(store, writer, registry) as articles:
        for one in stories:
            articles.put(one.facts, one.text)
    return store


# Words


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("Erdoğan", "Erdogan"), ("İstanbul", "istanbul"), ("Iğdır", "igdir"),
        ("Łódź", "lodz"), ("Straße", "STRASSE"), ("ﬁne", "fine"), ("e\u0301tat", "état"),
        ("Ｔｏｋｙｏ", "tokyo"), ("Ζυρίχη", "ζυριχη"), ("ЁЛКА", "елка"),
        ("مُحَمَّد", "محمد"), ("Sørensen", "Sorensen"),
    ],
)  # fmt: skip
def test_spellings_that_readers_call_the_same_are(written: str, sought: str) -> None:
    assert spelled(written) == spelled(sought)


def test_words_of_scripts_without_spaces_are_found_inside(tmp_path: Path) -> None:
    told = story("k", parties={"a": person("王毅外长"), "b": person("Anna Berg")},
                 meetings=[meeting("a", "b")])  # fmt: skip
    with with_stories(tmp_path / "s", told) as store:
        assert names(store, "毅外") == ["王毅外长"]
        assert names(store, "外毅") == []


@settings(deadline=None)
@given(st.text(max_size=80))
def test_words_stand_where_they_say(text: str) -> None:
    """Every word comes from its place, and marking changes no text."""
    for word, start, end in in_order(text):
        assert word in words(text[start:end])
    asked = terms(text)
    assert "".join(piece.text for piece in marked(text, asked)) == text


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=200))
def test_marks_are_where_words_are(sought: str, text: str) -> None:
    asked = terms(sought)
    found = any(piece.found for piece in marked(text, asked))
    there = words(text)
    single = [term for term in asked if len(term.words) == 1]
    if any(term.words[0] in there for term in single):
        assert found
    if not asked:
        assert not found


# What is found


def test_every_kind_is_found(store: Store) -> None:
    found = find(store, kind="article")
    assert found.total == 20
    assert {choice.value for choice in find(store, "geneva").kinds} >= {
        "place", "occasion", "article", "meeting", "statement", "position",
    }  # fmt: skip
    for kind, written in (
        ("person", "lavrov"), ("state", "soviet"), ("organisation", "united nations"),
        ("group", "reporters"), ("topic", "chemical"), ("place", "moscow"),
    ):  # fmt: skip
        hits = find(store, written, kind=kind).hits
        assert hits, kind
        assert {hit.kind for hit in hits} == {kind}


def test_aliases_codes_and_beginnings_find_states(store: Store) -> None:
    assert names(store, "russian federation")[0] == "Russia"
    assert names(store, "RUS")[0] == "Russia"
    assert names(store, "united sta")[0] == "United States"
    assert "Lavrov" not in names(store, "lavrov")  # the surname is an alias of the person
    assert names(store, "sergei lavrov") == ["Sergei Lavrov"]
    assert names(store, "lavrov sergei") == ["Sergei Lavrov"]


def test_names_come_by_how_well_they_fit_then_by_facts(tmp_path: Path) -> None:
    """Just this name, then names that begin so, then words of names, then aliases."""
    parties = {
        "a": person("Oslo"), "b": person("Oslo Berg"), "c": person("Oslo Aas"),
        "d": person("Greater Oslo"), "e": person("Nils Tor", surface="Oslo man"),
    }  # fmt: skip
    told = story("k", parties=parties, meetings=[
        meeting("b", "c", id="m1"), meeting("b", "d", id="m2"), meeting("a", "e", id="m3"),
    ])  # fmt: skip
    with with_stories(tmp_path / "s", told) as store:
        assert names(store, "oslo") == ["Oslo", "Oslo Berg", "Oslo Aas", "Nils Tor", "Greater Oslo"]


def test_phrases_must_stand_together(store: Store) -> None:
    together = find(store, '"chemical weapons"')
    apart = find(store, '"weapons chemical"')
    assert together.total > 0
    assert apart.total == 0
    assert find(store, "weapons chemical").total == together.total


def test_quotes_are_marked_and_lead_to_their_place(store: Store) -> None:
    """Each passage shown is in the kept text at the offsets told."""
    hits = [hit for hit in find(store, '"every single bit"').hits if hit.quotes]
    assert hits
    for hit in hits:
        quote = hit.quotes[0]
        said = "".join(piece.text for piece in quote.pieces)
        assert [p.text for p in quote.pieces if p.found] == ["every single bit"]
        text = (Path(__file__).parent.parent / f"kg/samples/{hit.article}.txt").read_text()
        assert text[quote.start : quote.end] == said


def test_facts_come_latest_first_and_headings_before_quotes(tmp_path: Path) -> None:
    def told(key: str, day: str, cue: str) -> Any:
        return story(
            key, text=f"{cue}. They met.", article={"published": day},
            parties={"a": person(f"Envoy {key}"), "b": person("Anna Berg")},
            meetings=[meeting("a", "b", date=day, evidence=[{"exact": cue, "start": 0,
                                                            "end": len(cue)}])],
        )  # fmt: skip

    with with_stories(
        tmp_path / "s", told("k1", "2001-01-01", "Zeppelin"), told("k2", "2003-01-01", "Zeppelin"),
        told("k3", "2002-01-01", "Zeppelin"), told("zeppelin", "1999-01-01", "Other words"),
    ) as store:  # fmt: skip
        hits = [hit.article for hit in find(store, "zeppelin", kind="meeting").hits]
        assert hits == ["zeppelin", "k2", "k3", "k1"]
        within = find(store, "zeppelin", first="2002-01-01", last="2002-12-31")
        assert {hit.article for hit in within.hits} == {"k3"}
        assert [choice.value for choice in within.years] == ["2002"]


def test_filters_leave_what_the_graph_says(store: Store) -> None:
    """The facts with a party are those of a query for the same."""
    for party in ("RUS", "state/RUS", "https://w3id.org/diplomacy-kg/state/RUS", "russia"):
        found = find(store, party=party, kind="meeting")
        with store.snapshot() as snapshot:
            rows = snapshot.ox.query(
                "PREFIX dkg: <https://w3id.org/diplomacy-kg/ns#>"
                " PREFIX state: <https://w3id.org/diplomacy-kg/state/>"
                " SELECT DISTINCT ?m { GRAPH ?g { ?m a dkg:Meeting . ?m ?part ?who ."
                " { FILTER(?who = state:RUS) } UNION"
                " { ?mention dkg:entity ?who ; dkg:actsFor state:RUS } } }"
            )
            expected = {row["m"].value for row in rows}  # type: ignore[union-attr, index]
        assert {hit.iri for hit in found.hits} == expected
        assert found.party == "Russia"
    one = find(store, article="geneva-2013")
    assert {hit.article for hit in one.hits if hit.kind != "article"} == {"geneva-2013"}
    assert find(store, party="Nobody at all").unknown == ("party",)
    assert find(store, article="nothing").unknown == ("article",)


def test_counts_of_kinds_are_what_choosing_them_leaves(store: Store) -> None:
    for written in ("geneva", "russ", "weapons"):
        for choice in find(store, written).kinds:
            assert find(store, written, kind=choice.value).total == choice.count, choice
    for choice in find(store, "geneva").parties:
        assert find(store, "geneva", party=choice.value).total == choice.count, choice


def test_names_that_are_nearly_so_are_suggested(store: Store) -> None:
    index = Index(store)
    index.update()
    with index.reading() as searched:
        assert like(searched, "Sergey Lavrof", ("person",))[0][1].label == "Sergei Lavrov"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60) | st.text(alphabet="\"*():^-+ANDORNOTEAR{}k0e1 '\\", max_size=40))
def test_nothing_that_is_written_is_an_error(client: FlaskClient, words: str) -> None:
    for kind in ("", "person", "meeting"):
        query = {"q": words, "kind": kind}
        assert client.get("/search", query_string=query, headers=HTML).status_code == 200
    reply = client.get("/search", query_string={"q": words, "party": words}, headers=JSON)
    assert reply.status_code == 200


def test_expressions_hold_words_alone() -> None:
    assert expression(terms('x" OR marks:k1 NEAR(a')) == ('"x" AND "or marks k1 near a"')
    assert expression(terms("marks:k3*")) == '"marks k3" *'


# The page and the data


def test_page_shows_what_the_data_says(client: FlaskClient) -> None:
    data = client.get("/search?q=geneva", headers=JSON).json
    page = Page(client.get("/search?q=geneva", headers=HTML).text)
    assert data["total"] == len(data["results"])
    for result in data["results"]:
        assert result["href"] in page.links
        for passage in result.get("passages", ()):
            assert passage["href"] in page.links
            assert passage["exact"] in page.words
            for start, end in passage["marks"]:
                assert passage["exact"][start:end].lower().startswith("geneva")
    assert page.marks
    assert {mark.lower() for mark in page.marks} <= {"geneva"}
    assert page.inline == []


def test_links_of_the_page_lead_somewhere(client: FlaskClient) -> None:
    page = Page(client.get("/search?q=geneva", headers=HTML).text)
    for link in page.links:
        if link.startswith(("/search?", "/id/", "/article/")):
            reply = client.get(link.partition("#")[0], headers=HTML, follow_redirects=True)
            assert reply.status_code == 200, link
            if "#char-" in link:
                assert f'id="{link.partition("#")[2]}"' in reply.text


def test_pages_of_results_are_all_of_them(client: FlaskClient) -> None:
    seen: list[str] = []
    address = "/search?kind=position&format=json"
    while address:
        data = client.get(address).json
        seen += [result["iri"] for result in data["results"]]
        address = data["next"]
    assert len(seen) == len(set(seen)) == data["total"] > 100
    beyond = client.get("/search?kind=position&page=40", headers=HTML)
    assert "There is no page 40" in beyond.text


def test_empty_states_say_what_to_do(client: FlaskClient, tmp_path: Path) -> None:
    assert "What can be found" in client.get("/search", headers=HTML).text
    nothing = Page(client.get("/search?q=lavrof", headers=HTML).text)
    assert "Nothing found" in nothing.words
    assert "/search?q=Sergei+Lavrov" in nothing.links
    filtered = Page(client.get("/search?q=lavrov&from=1800&to=1801", headers=HTML).text)
    assert "/search?q=lavrov" in filtered.links
    unknown = Page(client.get("/search?party=Sergej+Lawrow", headers=HTML).text)
    assert "Nobody is called “Sergej Lawrow”" in unknown.words
    assert "/search?party=http%3A%2F%2F127.0.0.1%3A8000%2Fid%2Fperson%2Fsergei-lavrov-rus" in (
        unknown.links
    )
    with Store.open(tmp_path / "empty") as empty:
        bare = create_app(empty, Settings()).test_client()
        assert "kg load" in bare.get("/search", headers=HTML).text
        assert bare.get("/search?q=x", headers=HTML).status_code == 200


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("kind=mountain", "kind"), ("q=x&page=0", "page"), ("q=x&page=x", "page"),
        ("q=x&from=soon", "from"), ("q=x&from=2013-13", "from"), ("q=x&to=2013-02-30", "to"),
        ("q=x&from=2014&to=2013", "to"), ("q=a&q=b", "q"), (f"q={'x' * 501}", "q"),
    ],
)  # fmt: skip
def test_parameters_that_do_not_fit_are_told(client: FlaskClient, query: str, name: str) -> None:
    reply = client.get(f"/search?{query}", headers=JSON)
    assert reply.status_code == 400
    assert reply.mimetype == "application/problem+json"
    assert reply.json["parameter"] == name
    page = client.get(f"/search?{query}", headers=HTML)
    assert page.status_code == 400
    assert 'role="alert"' in page.text


def test_formats_are_chosen_as_elsewhere(client: FlaskClient) -> None:
    assert client.get("/search?q=x").mimetype == "application/json"
    assert client.get("/search?q=x", headers=HTML).mimetype == "text/html"
    assert client.get("/search?q=x&format=json", headers=HTML).mimetype == "application/json"
    assert client.get("/search?q=x&format=ttl").status_code == 406
    assert client.get("/search?q=x", headers={"Accept": "text/turtle"}).status_code == 406


def test_every_page_has_the_search_field(client: FlaskClient) -> None:
    for path in ("/", "/query", "/queries", "/id/state/RUS.html", "/nowhere"):
        assert 'action="/search"' in client.get(path, headers=HTML).text, path


def test_command_line_finds_the_same(store: Store, client: FlaskClient) -> None:
    def sought(*arguments: str) -> subprocess.CompletedProcess[str]:
        return kg("search", "--store", store.path, *arguments)

    found = sought("chemical weapons", "--from", "2013", "--to", "2013-09", "--json")
    data = client.get('/search?q="chemical weapons"&from=2013&to=2013-09', headers=JSON).json
    assert found.returncode == 0, found.stderr
    there = json.loads(found.stdout)
    assert there["total"] == data["total"] > 0
    assert [hit["iri"] for hit in there["hits"]] == [one["iri"] for one in data["results"]]
    plain = sought("every", "single", "bit")
    assert '"every single bit" of his chemical weapons' in plain.stdout
    assert "found (" in plain.stdout
    assert sought().returncode == 2
    wrong = sought("x", "--from", "soon")
    assert wrong.returncode == 2
    assert "is no day" in wrong.stderr
    assert "Traceback" not in wrong.stderr


# In step with the store


def content(store: Store) -> dict[str, Any]:
    """Return what the index holds, with IRIs in place of its own numbers."""
    index = Index(store)
    path = index.newest()
    assert path is not None
    with closing(connect(path)) as database:
        ask = database.execute
        iris = dict(ask("SELECT id, iri FROM entity"))
        keys = dict(ask("SELECT id, key FROM article"))
        kept = "r.kind, iri, label, date, key, title, passages, said"
        reports = {
            row[0]: (keys[row[1]], *row[5:], sorted(iris[e] for e in json.loads(row[2])),
                     sorted([role, iris[e]] for role, e in json.loads(row[3])),
                     sorted([iris[e], [iris[s] for s in states], offices]
                            for e, states, offices in json.loads(row[4])))
            for row in ask(f"SELECT id, article, things, parts, presented, {kept}"
                           " FROM report r JOIN told USING (id)")
        }  # fmt: skip
        database.execute("CREATE VIRTUAL TABLE temp.r USING fts5vocab(main, reported, instance)")
        database.execute("CREATE VIRTUAL TABLE temp.n USING fts5vocab(main, named, instance)")

        def plain(term: str, column: str) -> str:
            if column != "marks":
                return term
            for begin, numbered in (("a", keys), ("e", iris)):
                if term[0] == begin:
                    return f"{begin} {numbered[int(term[1:])]}"
            if term[0] == "r":
                role, _, thing = term.partition("e")
                return f"{role} {iris[int(thing)]}"
            return term

        return {
            "articles": sorted(ask("SELECT key, title, published, passages, triples FROM article")),
            "reports": sorted(reports.values()),
            "refers": sorted(
                ask("SELECT e.iri, p.iri, f.triples FROM refers f"
                    " JOIN entity e ON e.id = f.entity JOIN property p ON p.id = f.property")
            ),
            "properties": sorted(ask("SELECT iri, triples FROM property WHERE triples")),
            "entities": sorted(ask("SELECT iri, kind, label, facts, reports FROM entity"), key=str),
            "names": sorted((iris[row[0]], *row[1:]) for row in ask("SELECT * FROM name")),
            "words": sorted(
                (plain(term, col), reports[doc][2], col, "" if col == "marks" else at)
                for term, doc, col, at in ask("SELECT term, doc, col, offset FROM r")
            ),
            "named": sorted(
                (term, iris[doc], col, at)
                for term, doc, col, at in ask("SELECT term, doc, col, offset FROM n")
            ),
        }  # fmt: skip


def rebuilt(store: Store) -> dict[str, Any]:
    """Return what the index holds when it is made anew."""
    kept = store.layout.search.with_name("search.kept")
    store.layout.search.rename(kept)
    try:
        Index(store).update()
        return content(store)
    finally:
        shutil.rmtree(store.layout.search)
        kept.rename(store.layout.search)


PEOPLE = ("Anna Berg", "Boris Dahl", "Dahl", "officials in Oslo", "Zoë Ünal")


@st.composite
def changes(draw: st.DrawFn) -> list[Any]:
    """Return loads, replacements and removals of a few articles."""
    steps: list[Any] = []
    for _ in range(draw(st.integers(1, 6))):
        key = draw(st.sampled_from(("k1", "k2", "k3")))
        if draw(st.integers(0, 3)) == 0:
            steps.append(key)
            continue
        one, other = draw(st.permutations(PEOPLE))[:2]
        state = draw(st.sampled_from((None, "NOR", "SWE")))
        day = draw(st.sampled_from(("2001-01-01", "2001-02", "1999")))
        steps.append(
            story(
                key,
                article={"published": "2001-03-03", "title": draw(st.sampled_from(PEOPLE))},
                parties={"a": person(one, state), "b": person(other)},
                meetings=[meeting("a", "b", date=day)][: draw(st.integers(0, 1))],
            )
        )
    return steps


@settings(max_examples=15, deadline=None)
@given(st.lists(changes(), min_size=1, max_size=3))
def test_following_gives_what_making_anew_gives(
    tmp_path_factory: pytest.TempPathFactory, groups: list[list[Any]]
) -> None:
    """After any loads, replacements and removals, whenever the index was looked at."""
    with Store.open(tmp_path_factory.mktemp("steps") / "store") as store:
        Index(store).update()
        first = Index(store).newest()
        for number, steps in enumerate(groups):
            registry = Registry.load(store.layout.registry)
            with store.writer() as writer, Articles(store, writer, registry) as articles:
                for step in steps:
                    if isinstance(step, str):
                        articles.remove(step)
                    else:
                        articles.put(step.facts, step.text)
                    if number % 2:
                        articles.flush()
            assert Index(store).update() == store.revision
        assert Index(store).newest() == first  # it followed, and was not made anew
        assert content(store) == rebuilt(store)


def test_an_edit_of_the_registry_is_followed(tmp_path: Path) -> None:
    """New names of an entity are found, although no article changed."""
    from kg.loader.pipeline import load

    told = story("k", parties={"a": person("Anna Berg"), "b": person("Boris Dahl")},
                 meetings=[meeting("a", "b")])  # fmt: skip
    with with_stories(tmp_path / "s", told) as store:
        load(store)
        assert names(store, "the mountain") == []
        first = Index(store).newest()
        store.layout.registry.write_text(
            "entities:\n  person/anna-berg: {aliases: [The Mountain]}\n", encoding="utf-8"
        )
        load(store)
        assert names(store, "the mountain") == ["Anna Berg"]
        assert Index(store).newest() == first
        assert content(store) == rebuilt(store)


def test_graphs_of_users_are_not_searched_and_cost_nothing(tmp_path: Path) -> None:
    told = story("k", parties={"a": person("Anna Berg"), "b": person("Boris Dahl")},
                 meetings=[meeting("a", "b")])  # fmt: skip
    with with_stories(tmp_path / "s", told) as store:
        index = Index(store)
        index.update()
        label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
        quad = ox.Quad(ox.NamedNode("http://x.example/a"), label, ox.Literal("Unheard Of"),
                       ox.NamedNode("http://x.example/graph"))  # fmt: skip
        with store.writer() as writer:
            writer.apply([], [quad])
        changed = changed_between(store.layout.changes, store.revision - 1, store.revision)
        assert changed is not None
        assert not changed
        assert index.update() == store.revision
        assert names(store, "unheard") == []


@pytest.mark.parametrize("damage", ["gone", "cut", "overwritten", "other rules", "old journal"])
def test_damage_is_noticed_and_mended(tmp_path: Path, damage: str) -> None:
    told = story("k", parties={"a": person("Anna Berg"), "b": person("Boris Dahl")},
                 meetings=[meeting("a", "b")])  # fmt: skip
    with with_stories(tmp_path / "s", told) as store:
        Index(store).update()
        whole = content(store)
        path = Index(store).newest()
        assert path is not None
        data = path.read_bytes()
        if damage == "gone":
            path.unlink()
        elif damage == "cut":
            path.write_bytes(data[: len(data) // 2])
        elif damage == "overwritten":
            path.write_bytes(data[:4096] + os.urandom(len(data) - 4096))
        elif damage == "other rules":
            with closing(sqlite3.connect(path)) as database:
                database.execute("UPDATE meta SET value='0.0' WHERE name='format'")
                database.commit()
        else:
            more = story("k2", parties={"a": person("Cara Holm"), "b": person("Boris Dahl")},
                         meetings=[meeting("a", "b")])  # fmt: skip
            with store.writer() as writer, Articles(store, writer) as articles:
                articles.put(more.facts, more.text)
            store.layout.changes.unlink()
        client = create_app(store, Settings()).test_client()
        assert client.get("/search?q=anna", headers=JSON).json["total"] > 0
        assert client.get("/search?q=anna", headers=JSON).json["revision"] == store.revision
        if damage == "old journal":
            assert names(store, "cara") == ["Cara Holm"]
        else:
            assert content(store) == whole


def test_a_torn_journal_means_everything(tmp_path: Path) -> None:
    with Store.open(tmp_path / "s") as store:
        for number in range(3):
            told = story(f"k{number}", parties={"a": person("Anna Berg"), "b": person("Bo Dahl")},
                         meetings=[meeting("a", "b")])  # fmt: skip
            with store.writer() as writer, Articles(store, writer) as articles:
                articles.put(told.facts, told.text)
        journal = store.layout.changes
        found = changed_between(journal, 1, store.revision)
        assert found is not None
        assert len(found.graphs & {f"{store.base}graph/article/k{n}" for n in range(3)}) == 3
        lines = journal.read_bytes().splitlines(keepends=True)
        journal.write_bytes(b"".join(lines[:-1]) + lines[-1][:-20])
        assert changed_between(journal, 1, store.revision) is None
        assert changed_between(journal, 1, store.revision - 1) is not None


_KILLED = """
import sys, time
from kg.search.index import Index
from kg.store import Store
index = Index(Store.open(sys.argv[1], create=False))
print("ready", flush=True)
while True:
    index.update()
    time.sleep(0.001)
"""


def test_kills_while_it_follows_leave_it_whole(tmp_path: Path) -> None:
    """Whoever comes next finds an index that can be brought up to what making anew gives."""
    chance = random.Random(5)
    with Store.open(tmp_path / "s") as store:
        for turn in range(4):
            process = subprocess.Popen(
                [sys.executable, "-c", _KILLED, str(store.path)],
                stdout=subprocess.PIPE,
                text=True,
            )
            assert process.stdout is not None
            process.stdout.readline()
            for number in range(8):
                told = story(
                    f"k{number}",
                    parties={"a": person(f"Envoy {turn}"), "b": person("Bo Dahl")},
                    meetings=[meeting("a", "b", date=f"20{turn:02}-01-01")],
                )
                with store.writer() as writer, Articles(store, writer) as articles:
                    articles.put(told.facts, told.text)
            time.sleep(chance.random() * 0.05)
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stdout.close()
        Index(store).update()
        assert content(store) == rebuilt(store)
        assert names(store, "envoy") == ["Envoy 3"]


def test_a_server_follows_what_is_written(tmp_path: Path) -> None:
    """Also after its follower was killed, and what was acknowledged is found at once."""
    told = story("k", parties={"a": person("Anna Berg"), "b": person("Boris Dahl")},
                 meetings=[meeting("a", "b")])  # fmt: skip
    path = tmp_path / "store"
    with_stories(path, told).close()
    facts = tmp_path / "more.jsonl"
    text = "They met."
    proof = {"exact": text, "start": 0, "end": len(text)}

    def load(name: str) -> None:
        record = {
            "article": {"id": name, "title": name, "text": text},
            "parties": {"a": person(f"{name.title()} Holm"), "b": person("Boris Dahl")},
            "meetings": [meeting("a", "b", evidence=[proof])],
        }  # fmt: skip
        facts.write_text(json.dumps(record) + "\n", encoding="utf-8")
        done = kg("load", "--store", path, facts)
        assert done.returncode == 0, done.stderr

    def total(server: Any, words: str) -> int:
        reply = server.get(f"/search?q={words}", accept="application/json")
        assert reply.status in (200, 503), reply.text
        return int(reply.json()["total"]) if reply.status == 200 else -1

    with serving(path, KG_TOKEN=TOKEN) as server:
        assert wait_for(lambda: total(server, "anna") > 0)
        load("cara")
        assert wait_for(lambda: total(server, "cara") > 0)
        assert wait_for(lambda: _kill_follower(server.process.pid)), "no follower runs"
        load("dora")
        assert wait_for(lambda: total(server, "dora") > 0)
        assert wait_for(lambda: total(server, "anna") > 0)
        last = server.get("/search?q=dora", accept="application/json").json()
        assert last["revision"] == last["current"]


def _kill_follower(server: int) -> bool:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == server and b"kg.search.follower" in command:
                os.kill(int(entry.name), signal.SIGKILL)
                return True
    return False


def test_an_index_that_is_behind_says_so(store: Store) -> None:
    from kg.search.searcher import Searcher

    class Behind(Store):
        @property
        def revision(self) -> int:
            return super().revision + 1

    Index(store).update()
    behind = Behind(store.layout, type("D", (), {"base": store.base})())
    app = create_app(store, Settings(), None, Searcher(behind, followed=True))
    app.extensions["kg.store"] = behind
    page = app.test_client().get("/search?q=lavrov", headers=HTML)
    assert page.status_code == 200
    assert f"tells of revision {store.revision} of the graph" in page.text


def test_all_kinds_have_words_on_the_page() -> None:
    from kg.pages.searched import _WORDS

    assert set(_WORDS) == set(KINDS)
