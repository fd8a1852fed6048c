"""The pages over HTTP: what they show, in which form, and what they never let through."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pages_store import EVIL_LABEL, EVIL_LINKS, Page, make
from rdflib import Graph
from rdflib.compare import isomorphic
from werkzeug.test import TestResponse

from kg.endpoint.settings import Settings
from kg.iris import slug
from kg.pages.dates import in_words
from kg.pages.facts import Fact, Proof
from kg.pages.links import Links, curie
from kg.pages.passages import segments
from kg.resources import resource
from kg.search.searcher import Searcher
from kg.serving.application import create_app
from kg.store import Store

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
FORMATS = {
    "ttl": ("text/turtle", "turtle"),
    "nt": ("application/n-triples", "nt"),
    "jsonld": ("application/ld+json", "json-ld"),
    "rdf": ("application/rdf+xml", "xml"),
}
LAVROV = "/id/person/sergei-lavrov-rus"
PAGES = (
    "/", "/query", "/queries", "/queries/meetings-of-party", "/ontology", "/ontology/Meeting",
    "/ontology/status/occurred", "/id/state/RUS.html", f"{LAVROV}.html", "/id/person/evil.html",
    "/article/reykjavik-1986", "/article/moscow-times-2013-02-02",
    "/graph/article/reykjavik-1986", "/graph/entities", "/id/nobody", "/queries/nothing",
    "/query?query=SELECT+*+WHERE+%7B+%3Fs+%3Fp+%3Fo+%7D", "/query?query=oops",
)  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with make(tmp_path_factory.mktemp("pages") / "store") as made:
        yield made


@pytest.fixture(scope="module")
def client(store: Store) -> FlaskClient:
    return create_app(store, Settings()).test_client()


def page(client: FlaskClient, path: str, status: int = 200) -> Page:
    response = client.get(path, headers=HTML, follow_redirects=True)
    assert response.status_code == status, response.text[-400:]
    assert response.mimetype == "text/html"
    return Page(response.text)


def count(store: Store, pattern: str) -> int:
    prefixes = {"dkg": "https://w3id.org/diplomacy-kg/ns#", "schema": "https://schema.org/"}
    with store.snapshot() as snapshot:
        rows = snapshot.ox.query(
            f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ GRAPH ?g {{ {pattern} }} }}", prefixes=prefixes
        )
        return int(next(iter(rows))["n"].value)  # type: ignore[arg-type, union-attr, index]


# What pages show


def test_overview_counts_what_is_there(client: FlaskClient, store: Store) -> None:
    """The numbers in the sentence are those of the graph."""
    words = " ".join(page(client, "/").words.split())
    for pattern, name in (
        ("?x a schema:NewsArticle", "articles"),
        ("?x a dkg:Meeting", "meetings"),
        ("?x a dkg:Statement", "statements"),
        ("?x a dkg:Position", "positions"),
        ("?m dkg:kind schema:Person ; dkg:entity ?x", "people"),
    ):
        assert f"{count(store, pattern)} {name}" in words


def test_overview_leads_to_every_question(client: FlaskClient) -> None:
    listed = client.get("/queries", headers={"Accept": "application/json"}).json
    links = page(client, "/").links
    assert listed["queries"]
    assert {query["href"] for query in listed["queries"]} <= set(links)


def test_overview_of_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store") as empty:
        client = create_app(empty, Settings()).test_client()
        words = page(client, "/").words
        assert "The graph is empty." in words
        assert "kg load" in words
        assert page(client, "/query").words


def test_overview_follows_the_store(tmp_path: Path) -> None:
    """A commit is seen without a restart."""
    with Store.open(tmp_path / "store") as store:
        client = create_app(store, Settings()).test_client()
        assert "empty" in page(client, "/").words
        type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
        article = ox.NamedNode("https://schema.org/NewsArticle")
        made = ox.Quad(
            ox.NamedNode(f"{store.base}article/k"), type, article,
            ox.NamedNode(f"{store.base}graph/article/k"),
        )  # fmt: skip
        with store.writer() as writer:
            writer.apply([], [made])
            writer.commit()
        assert "1 article reports" in " ".join(page(client, "/").words.split())


def test_overview_leads_on_while_there_is_no_index(tmp_path: Path) -> None:
    """As where a server has just begun: it can be asked before it has counted."""
    with Store.open(tmp_path / "store") as store:
        searcher = Searcher(store, followed=True)  # and nobody makes it
        seen = page(create_app(store, Settings(), searcher=searcher).test_client(), "/")
        assert "is being counted" in seen.words
        assert "/queries/meetings-of-party" in seen.links
        Searcher(store).ask(lambda searched: searched.revision)
        after = page(create_app(store, Settings(), searcher=searcher).test_client(), "/")
        assert "is being counted" not in after.words


def test_a_person_is_shown_with_facts_and_proving_words(client: FlaskClient) -> None:
    seen = page(client, LAVROV)
    words = " ".join(seen.words.split())
    assert "Sergei Lavrov" in words
    assert "met the foreign ministers of Russia and Iran on Saturday" in words
    assert "Moaz Alkhatib and Sergei Lavrov, meeting, Munich" in words
    assert "characters 130–215" in words
    assert "/article/moscow-times-2013-02-02#char-130-215" in seen.links
    assert "http://www.wikidata.org/entity/Q58217" in seen.links


def test_each_passage_is_marked_where_the_link_leads(client: FlaskClient) -> None:
    """Every link to a place in an article has its target, with just those words."""
    seen = page(client, LAVROV)
    places = {link for link in seen.links if "#char-" in link}
    assert len(places) > 5
    articles: dict[str, list[str]] = {}
    for place in places:
        path, _, anchor = place.partition("#")
        if path not in articles:
            articles[path] = page(client, path).ids
        assert anchor in articles[path]


def test_article_shows_the_whole_text_with_passages_marked(client: FlaskClient) -> None:
    text = (resource("samples") / "reykjavik-1986.txt").read_text(encoding="utf-8")
    seen = page(client, "/article/reykjavik-1986")
    squeezed = re.sub(r"\s+", " ", seen.words)
    assert re.sub(r"\s+", " ", text).strip() in squeezed
    assert len(seen.marks) > 10
    assert all(mark in text for mark in seen.marks[3:])  # the first three are the legend


def test_article_whose_text_is_not_kept_quotes_in_order(client: FlaskClient) -> None:
    words = page(client, "/article/moscow-times-2013-02-02").words
    places = [int(n) for n in re.findall(r"characters (\d+)–", words)]
    assert len(places) > 20
    assert places == sorted(places)
    assert "is not kept here" in words


def test_every_link_leads_somewhere(client: FlaskClient, store: Store) -> None:
    """From the overview and the states on, some pages of each kind, and all they link to."""
    waiting = ["/", *(f"/id/state/{code}" for code in ("USA", "SUN", "EGY", "XKX", "VAT"))]
    seen: dict[str, int] = {}
    visited: set[str] = set()
    while waiting:
        path = waiting.pop(0).partition("#")[0]
        kind = "/".join(path.partition("?")[0].split("/")[:3])
        if path in visited or seen.get(kind, 0) >= 8:
            continue
        visited.add(path)
        seen[kind] = seen.get(kind, 0) + 1
        response = client.get(path, headers=HTML, follow_redirects=True)
        assert response.status_code == 200, path
        html = response.text if response.mimetype == "text/html" else ""
        response.close()
        if html:
            waiting += [link for link in Page(html).links if link.startswith("/")]
    assert {"/id/person", "/id/meeting", "/id/topic", "/article/reykjavik-1986"} <= seen.keys()
    assert len(visited) > 80


def test_state_has_its_authority_links_and_positions(client: FlaskClient) -> None:
    seen = page(client, "/id/state/RUS")
    assert "https://w3id.org/diplomacy-kg/state/RUS" in seen.words
    assert "http://www.wikidata.org/entity/Q159" in seen.links
    assert "Positions held" in seen.words


def test_ontology_lists_terms_with_uses(client: FlaskClient, store: Store) -> None:
    rows = {row[0]: row for row in page(client, "/ontology").cells if row}
    assert rows["dkg:Meeting"][-1] == str(count(store, "?x a dkg:Meeting"))
    assert "dkg:participant" in rows
    assert "/ontology/Meeting" in page(client, "/ontology").links


# Forms of the content


@pytest.mark.parametrize("suffix", FORMATS)
def test_things_answer_303_to_a_document_by_accept(client: FlaskClient, suffix: str) -> None:
    """A person is no document: the address of the person leads to one about them."""
    media, syntax = FORMATS[suffix]
    first = client.get(LAVROV, headers={"Accept": media})
    assert first.status_code == 303
    assert first.headers["Location"] == f"{LAVROV}.{suffix}"
    assert first.headers["Vary"] == "Accept"
    document = client.get(f"{LAVROV}.{suffix}")
    assert document.mimetype == media
    graph = Graph().parse(data=document.data, format=syntax)
    assert (None, None, None) in graph


@pytest.mark.parametrize("path", [LAVROV, "/id/state/RUS", "/id/meeting/reykjavik-1986/house"])
def test_all_data_formats_say_the_same(client: FlaskClient, path: str) -> None:
    if path.endswith("/house"):
        path = next(
            link for link in page(client, "/article/reykjavik-1986").links
            if link.startswith("/id/meeting/")
        )  # fmt: skip
    graphs = [
        Graph().parse(data=client.get(f"{path}?format={suffix}").data, format=syntax)
        for suffix, (_, syntax) in FORMATS.items()
    ]
    assert len(graphs[0]) > 5
    assert all(isomorphic(graphs[0], other) for other in graphs[1:])


def test_data_of_a_fact_has_its_proof(client: FlaskClient) -> None:
    links = page(client, "/article/reykjavik-1986").links
    meeting = next(link for link in links if link.startswith("/id/meeting/"))
    graph = Graph().parse(data=client.get(f"{meeting}.ttl").data, format="turtle")
    exact = "http://www.w3.org/ns/oa#exact"
    text = (resource("samples") / "reykjavik-1986.txt").read_text(encoding="utf-8")
    quoted = [str(o) for _, p, o in graph if str(p) == exact]
    assert quoted
    assert all(words in text for words in quoted)


def test_article_data_is_its_graph(client: FlaskClient, store: Store) -> None:
    graph = f"{store.base}graph/article/reykjavik-1986"
    with store.snapshot() as snapshot:
        size = sum(1 for _ in snapshot.ox.quads_for_pattern(None, None, None, ox.NamedNode(graph)))
    for path in ("/article/reykjavik-1986", "/graph/article/reykjavik-1986"):
        response = client.get(path, headers={"Accept": "text/turtle"})
        assert response.status_code == 200
        assert response.headers["Content-Location"] == f"{path}.ttl"
        assert len(Graph().parse(data=response.data, format="turtle")) == size


def test_text_is_given_as_it_is(client: FlaskClient) -> None:
    path = next(x for x in page(client, "/article/reykjavik-1986").links if x.startswith("/text/"))
    response = client.get(path, headers=HTML)
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.data == (resource("samples") / "reykjavik-1986.txt").read_bytes()


def test_text_that_is_not_kept_is_described(client: FlaskClient) -> None:
    sha = "9ddfe32cee9a84dfd4c52ac0f90ca120b8f4b2ccf3a9febbbbc849ef8163102a"
    assert "Passages quoted from it" in page(client, f"/text/{sha}").words
    data = client.get(f"/text/{sha}.nt").text
    assert sha in data


def test_what_is_not_there_is_a_page_for_people_and_a_problem_for_programs(
    client: FlaskClient,
) -> None:
    assert "Nothing in this graph" in page(client, "/id/person/nobody", 404).words
    for accept in ("text/turtle", "application/json"):
        problem = client.get("/id/person/nobody", headers={"Accept": accept})
        assert problem.status_code == 404
        assert problem.mimetype == "application/problem+json"
    for path in (
        "/id/person/nobody", "/article/none", "/ontology/Nothing", "/try?sample=none",
        "/text/" + "0" * 64, "/graph/articles/none", "/nowhere", "/queries/none",
    ):  # fmt: skip
        missing = client.get(path)
        assert missing.status_code == 404 and missing.json["remedy"], path
    assert "There is no page" in page(client, "/nowhere/at/all", 404).words
    assert client.get("/nowhere").mimetype == "application/problem+json"
    refused = client.get(LAVROV, headers={"Accept": "image/png"})
    assert refused.status_code == 406
    assert "text/turtle" in refused.json["offered"]
    assert client.get(f"{LAVROV}?format=pdf").status_code == 406


def test_names_of_any_script_and_percent_signs_are_found(client: FlaskClient) -> None:
    for path in ("/id/person/zoë-ünal-50%25", quote("/id/person/zoë-ünal-50%25", safe="/%")):
        assert "Zoë Ünal" in page(client, path).words


def test_head_answers_as_get(client: FlaskClient) -> None:
    for path in ("/", f"{LAVROV}.ttl", "/queries"):
        head, get = client.head(path, headers=HTML), client.get(path, headers=HTML)
        assert (head.status_code, head.content_type) == (get.status_code, get.content_type)
        assert head.data == b""


def test_base_of_another_host_keeps_links_here(tmp_path: Path) -> None:
    """IRIs are those of the recorded base, links lead to the host that was asked."""
    from sample_store import INVENTED

    from kg.loader.pipeline import load

    with Store.open(tmp_path / "store", base="https://graph.example/") as store:
        load(store, [INVENTED / "chain.yaml"])
        client = create_app(store, Settings()).test_client()
        article = next(x for x in page(client, "/").links if x.startswith("/article/"))
        seen = page(client, article)
        assert f"https://graph.example{article}" in seen.words
        assert not [link for link in seen.links if link.startswith("https://graph.example")]
        thing = next(link for link in seen.links if link.startswith("/id/"))
        assert client.get(thing, headers=HTML).status_code == 303
        data = client.get(f"{thing}.nt").text
        assert f"<https://graph.example{unquote(thing)}>" in data


# Questions and queries


def test_list_of_questions_as_json_has_parameters(client: FlaskClient) -> None:
    listed = client.get("/queries").json["queries"]
    party = next(query for query in listed if query["name"] == "meetings-of-party")
    first = party["parameters"][0]
    assert (first["name"], first["type"], first["required"]) == ("party", "party", True)
    assert {column["name"] for column in party["columns"]} >= {"other", "begin"}


def test_a_question_is_answered_without_script(client: FlaskClient) -> None:
    """The page as sent has the rows that the data has, and the form to ask about others."""
    seen = page(client, "/queries/meetings-of-party?party=Sergei+Lavrov")
    data = client.get("/queries/meetings-of-party?party=Sergei+Lavrov").json
    rows = [row for row in seen.cells[1:] if row]
    assert len(rows) == len(data["results"]["bindings"]) > 2
    assert {row[0] for row in rows} == {
        row["otherName"]["value"] for row in data["results"]["bindings"]
    }
    assert "p-party" in seen.ids


@pytest.mark.parametrize(
    ("form", "media"),
    [("json", "application/sparql-results+json"), ("csv", "text/csv"),
     ("tsv", "text/tab-separated-values"), ("xml", "application/sparql-results+xml")],
)  # fmt: skip
def test_answers_as_data_by_format_and_accept(client: FlaskClient, form: str, media: str) -> None:
    path = "/queries/meetings-of-party"
    by_name = client.get(f"{path}?format={form}", headers=HTML)
    by_accept = client.get(path, headers={"Accept": media})
    assert by_name.mimetype == by_accept.mimetype == media
    assert by_name.data == by_accept.data
    assert int(by_name.headers["Content-Length"]) == len(by_name.data)


def test_value_that_does_not_fit_is_said_at_its_field(client: FlaskClient) -> None:
    response = client.get("/queries/meetings-of-party?party=Sergei+Lavrow", headers=HTML)
    assert response.status_code == 400
    assert 'aria-invalid="true"' in response.text
    assert "did you mean Sergei Lavrov" in response.text
    assert 'value="Sergei Lavrow"' in response.text
    data = client.get("/queries/meetings-of-party?party=Sergei+Lavrow")
    assert (data.status_code, data.mimetype) == (400, "application/problem+json")
    assert "Queries" not in page(client, "/queries/meetings-of-party?nope=1", 400).words


def test_question_that_there_is_not_names_the_nearest(client: FlaskClient) -> None:
    assert "meetings-of-party" in page(client, "/queries/meeting-of-party", 404).words


def ask(client: FlaskClient, query: str) -> TestResponse:
    return client.post("/query", data={"query": query}, headers=HTML)


def test_query_page_answers_each_shape_without_script(client: FlaskClient) -> None:
    select = Page(
        ask(client, "SELECT ?a ?b { VALUES (?a ?b) { (1 UNDEF) (2 'two\\nlines') } }").text
    )
    assert select.cells == [["a", "b"], ["1", ""], ["2", "two\nlines"]]
    assert "Yes" in Page(ask(client, "ASK { ?s ?p ?o }").text).words
    assert "No" in Page(ask(client, "ASK { <x:y> ?p ?o }").text).words.split()
    triples = Page(ask(client, "CONSTRUCT { <x:s> <x:p> 'o' } WHERE {}").text)
    assert triples.cells == [["subject", "property", "value"], ["x:s", "x:p", "o"]]
    assert "No rows" in Page(ask(client, "SELECT ?x { <x:y> ?p ?x }").text).words


def test_long_answers_are_cut_in_the_page_and_counted(client: FlaskClient) -> None:
    seen = Page(ask(client, "SELECT * { ?s ?p ?o } LIMIT 1234").text)
    assert "1,234 rows, the first 200 shown" in " ".join(seen.words.split())
    assert len(seen.cells) == 201


def test_query_error_is_at_its_line(client: FlaskClient) -> None:
    response = ask(client, "SELECT * WHERE {\n  ?s ?p ?o .\n  oops\n}")
    assert response.status_code == 400
    words = " ".join(Page(response.text).words.split())
    assert "Line 3, column" in words or "Line 4, column" in words
    assert "oops" in response.text


def test_update_is_no_query(client: FlaskClient, store: Store) -> None:
    before = store.revision
    response = ask(client, "INSERT DATA { <x:a> <x:b> <x:c> }")
    assert response.status_code == 400
    assert store.revision == before


def test_names_are_suggested_by_any_part(client: FlaskClient) -> None:
    found = client.get("/query/labels?q=lavr&kind=person").json
    assert [one["label"] for one in found] == ["Sergei Lavrov"]
    assert client.get("/query/labels?q=lavr&kind=place").json == []
    assert client.get("/query/labels?q=l").json == []
    for hostile in ('"', "\\", "') } DELETE", "\x00\x01", "?s", "%22"):
        assert client.get("/query/labels", query_string={"q": hostile * 2}).status_code == 200


def test_labels_of_iris_are_given(client: FlaskClient, store: Store) -> None:
    iri = f"{store.base}id/person/sergei-lavrov-rus"
    asked = [iri, "x:none", "not an iri", 7]
    assert client.post("/query/labels", json=asked).json == {iri: "Sergei Lavrov"}
    assert client.post("/query/labels", data="no json").json == {}


def test_terms_for_completion_cover_the_vocabulary(client: FlaskClient) -> None:
    from kg.vocabulary import DKG, PREFIXES

    found = client.get("/query/terms").json
    known = {term["iri"]: term for term in found["terms"]}
    assert found["prefixes"] == PREFIXES
    assert DKG.participant in known
    assert known[DKG.Meeting]["kind"] == "class"
    assert known[DKG.Meeting]["comment"]


# What never comes through


@pytest.mark.parametrize("path", PAGES)
def test_every_page_keeps_a_strict_policy(client: FlaskClient, path: str) -> None:
    """No inline script, style or handler; no address but our own and the web's."""
    response = client.get(path, headers=HTML)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    seen = Page(response.text)
    assert seen.inline == []
    for link in seen.links:
        assert re.match(r"(/|#|https?://[^/])", link), link
    assert "<h1" in response.text
    assert response.text.count("<h1") == 1


def test_nonce_differs_each_time(client: FlaskClient) -> None:
    policies = {client.get("/query").headers["Content-Security-Policy"] for _ in range(5)}
    assert len(policies) == 5


def test_hostile_labels_and_links_stay_words(client: FlaskClient) -> None:
    for path in (
        "/id/person/evil.html", "/graph/entities",
        "/query?query=" + quote("SELECT * { GRAPH <http://example.org/graph> { ?s ?p ?o } }"),
        "/query?query=" + quote(f"SELECT ({json.dumps(EVIL_LABEL)} AS ?x) {{}}"),
    ):  # fmt: skip
        response = client.get(path, headers=HTML)
        assert "<script>alert" not in response.text
        assert "<b onclick" not in response.text
        links = Page(response.text).links
        assert not [link for link in links if not link.startswith(("/", "#", "http"))]
    words = page(client, "/id/person/evil.html").words
    assert EVIL_LABEL in words
    assert EVIL_LINKS[0] in words


def test_what_was_asked_comes_back_escaped(client: FlaskClient) -> None:
    evil = quote('"><script>alert(1)</script>')
    for path in (f"/id/{evil}", f"/queries/{evil}", f"/queries/meetings-of-party?party={evil}",
                 f"/query?query={evil}", f"/ontology/{evil}", f"/id/x?format={evil}"):  # fmt: skip
        response = client.get(path, headers=HTML)
        assert response.mimetype == "text/html"
        assert "<script>alert" not in response.text
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_errors_tell_no_path_of_the_machine(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store")
    client = create_app(store, Settings()).test_client()
    (store.layout.root / "current").unlink()
    response = client.get("/", headers=HTML)
    assert response.status_code == 503
    assert str(tmp_path) not in response.text


# Words and places


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        ("2013-02-02", None, "2 February 2013"),
        ("2013-02-02", "2013-02-02", "2 February 2013"),
        ("2013-02-01", "2013-02-28", "February 2013"),
        ("2012-02-01", "2012-02-29", "February 2012"),
        ("2013-02-01", "2013-02-27", "1–27 February 2013"),
        ("1978-01-01", "1978-12-31", "1978"),
        ("1978-09-05", "1978-09-17", "5–17 September 1978"),
        ("1995-11-01", "1995-12-14", "1 November – 14 December 1995"),
        ("1999-12-31", "2000-01-01", "31 December 1999 – 1 January 2000"),
        ("soon", None, "soon"),
        (None, None, ""),
        ("9999-12-31", None, "31 December 9999"),
    ],
)
def test_dates_in_words(begin: str | None, end: str | None, words: str) -> None:
    assert in_words(begin, end) == words


def fact(number: int, spans: list[tuple[int, int]], text: str) -> Fact:
    proofs = tuple(Proof(text[a:b], a, b, None) for a, b in spans)
    return Fact(f"x:{number}", None, "meeting", f"fact {number}", "", "", "", "", None, proofs)


@given(
    st.text(max_size=60),
    st.lists(st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=3), max_size=4),
)
def test_segments_keep_the_text_and_mark_just_the_passages(
    text: str, spans: list[list[tuple[int, int]]]
) -> None:
    facts = [fact(n, some, text) for n, some in enumerate(spans)]
    made = segments(text, facts)
    assert "".join(segment.text for segment in made) == text
    at = 0
    for segment in made:
        for n, some in enumerate(spans):
            for place in range(at, at + len(segment.text)):
                covered = any(a <= place < b <= len(text) for a, b in some)
                assert covered == (f"x:{n}" in {f.iri for f in segment.facts})
        at += len(segment.text)


@given(st.text(min_size=1, max_size=30))
def test_a_link_leads_back_to_its_iri(name: str) -> None:
    base = "http://127.0.0.1:8000/"
    iri = f"{base}id/person/{slug(name)}"
    path = Links(base).path(iri)
    assert path is not None
    assert path.isascii()
    assert base + unquote(path).removeprefix("/") == iri


@pytest.mark.parametrize(
    "iri",
    ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "mailto:a@b.c", "file:///etc/passwd",
     "https:x", "http:///x", "urn:isbn:1", "//evil.example/x", "http://[bad"],
)  # fmt: skip
def test_only_the_web_is_linked(iri: str) -> None:
    assert Links("http://127.0.0.1:8000/").href(iri) is None


def test_short_forms() -> None:
    assert curie("https://w3id.org/diplomacy-kg/ns#Meeting") == "dkg:Meeting"
    assert curie("https://w3id.org/diplomacy-kg/state/RUS") == "state:RUS"
    assert curie("https://schema.org/a/b") is None
    assert Links("http://h/").short("http://h/id/person/x") == "id/person/x"
