"""Trying an article at /try: what is found and told, and that nothing is kept of it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from commands import kg_bytes
from hypothesis import given
from hypothesis import strategies as st
from pages_store import Page
from sample_store import make_store
from servers import BASE, TOKEN, Server, serving, wait_for
from trying import TEXT, load, post, send

from kg.endpoint.workers.frames import Kind, frame, receive
from kg.facts import ArticleFacts
from kg.readers import Reading, read
from kg.resources import resource
from kg.trying import process
from kg.trying.showing import Words, _outermost
from kg.trying.submission import Submission

SAMPLE = (resource("samples") / "camp-david-1978.txt").read_text()
EVIL = '<script>alert("x")</script><b onclick=alert(1)>'
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("try") / "store"
    make_store(folder).close()
    with serving(folder, KG_TOKEN=TOKEN, KG_TRY_SECONDS="120") as running:
        yield running


def parsed(turtle: bytes) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(turtle, ox.RdfFormat.TURTLE)}


def test_the_text_is_marked_and_its_facts_are_told(site: Server) -> None:
    facts = send(site, SAMPLE, "application/json").json()
    reply = post(site, SAMPLE)
    assert (reply.status, reply.type) == (200, "text/html")
    page = Page(reply.text)
    assert page.inline == []
    marked = "".join(page.marks)
    for kind, part in (
        ("meetings", "evidence"),
        ("statements", "content"),
        ("positions", "evidence"),
    ):
        assert facts[kind]
        for fact in facts[kind]:
            assert f"fact-{fact['id']}" in page.ids
            assert f"#fact-{fact['id']}" in page.links
            for span in fact[part]:
                assert span["exact"] in marked.replace("  ", " ") or span["exact"] in page.words
    for link in page.links:
        if link.startswith("#"):
            assert link[1:] in page.ids, link
    assert "Anwar Sadat and Menachem Begin, negotiation, White House" in page.words
    assert f"{len(facts['statements'])} statements" in page.words
    assert "<article/" in page.words and "schema:NewsArticle" in page.words


def test_marks_stand_where_the_words_are(site: Server) -> None:
    """The text comes back whole, whatever is marked in it."""
    html = post(site, TEXT).text
    body = html.split('<div class="text">')[1].split("</section>")[0]
    for number in range(1, 4):
        for letter in "msp":
            body = body.replace(f">{letter}{number}</a>", "></a>")
    assert Page(body).words.strip() == TEXT.strip()
    (meeting, *_) = send(site, TEXT, "application/json").json()["meetings"]
    (span,) = meeting["evidence"]
    assert f'id="char-{span["start"]}-{span["end"]}"' in html
    assert TEXT[span["start"] : span["end"]] == span["exact"]


def test_what_program_gets_is_what_the_command_writes(site: Server) -> None:
    for name, accept in (("yaml", "application/yaml"), ("json", "application/json")):
        done = kg_bytes("extract", "-", "--format", name, input=SAMPLE.encode())
        reply = send(site, SAMPLE, accept)
        assert (reply.status, reply.type) == (200, accept)
        assert reply.body == done.stdout
        assert "content-disposition" not in reply.headers


def test_the_facts_file_is_one_that_is_loaded(site: Server, tmp_path: Path) -> None:
    reply = post(site, SAMPLE, format="yaml")
    name = reply.headers["content-disposition"].split('"')[1]
    (tmp_path / name).write_bytes(reply.body)
    (found,) = read(tmp_path / name)
    assert isinstance(found, Reading)
    assert len(list(found.facts.facts())) > 5 and found.text is not None


def test_the_triples_are_those_that_loading_makes(site: Server) -> None:
    text = SAMPLE.replace("thirteen days", "13 days")
    reply = send(site, text, "text/turtle")
    assert reply.type == "text/turtle"
    triples = parsed(reply.body)
    done = load(site, text)
    assert done.status == 201
    key = done.headers["location"].rpartition("/")[2]
    graph = site.request(
        "GET", f"/store?graph={BASE}graph/article/{key}", None, {"Accept": "text/turtle"}
    )
    assert triples == parsed(graph.body)
    assert len(triples) > 100


def test_what_the_text_does_not_say_can_be_said(site: Server) -> None:
    said = {
        "title": "A title",
        "publisher": "The Post",
        "date": "2013-03-16",
        "url": "https://post.example/a",
    }
    article = post(site, TEXT, "application/json", **said).json()["article"]
    assert article["title"] == "A title"
    assert article["publisher"] == "The Post"
    assert article["published"] == "2013-03-16"
    assert article["url"] == "https://post.example/a"
    by_address = send(site, TEXT, "application/json", f"/try?{urlencode(said)}").json()["article"]
    assert by_address == article
    assert 'value="The Post"' in post(site, TEXT, **said).text


def test_lines_that_a_browser_ends_its_way_count_as_they_were(site: Server) -> None:
    as_sent = post(site, TEXT.replace("\n", "\r\n"), "application/json").json()
    assert as_sent == send(site, TEXT, "application/json").json()


def test_a_page_of_the_web_is_read(site: Server) -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in TEXT.split("\n") if line)
    html = f"<!doctype html><html><body><article>{paragraphs}</article></body></html>"
    for reply in (
        post(site, html, "application/json"),
        site.request("POST", "/try?format=json", html, {"Content-Type": "text/html"}),
    ):
        assert reply.json()["meetings"], reply.text


def test_accept_and_format_choose(site: Server) -> None:
    assert send(site, TEXT, "*/*").type == "application/yaml"
    assert send(site, TEXT, "text/turtle;q=0.5, application/json").type == "application/json"
    assert send(site, TEXT, "application/json", "/try?format=ttl").type == "text/turtle"
    for refused in (send(site, TEXT, "image/png"), send(site, TEXT, "*/*", "/try?format=png")):
        assert refused.status == 406
        assert refused.json()["offered"]


def test_a_sample_shows_its_facts_at_one_click(site: Server) -> None:
    first = Page(site.get("/try", accept="text/html").text)
    samples = [link for link in first.links if link.startswith("/try?sample=")]
    assert len(samples) == len(list(resource("samples").glob("*.txt"))) > 3
    for link in samples:
        page = Page(site.get(link, accept="text/html").text)
        assert len(page.marks) > 5, link
    assert site.get("/try?sample=nothing", accept="text/html").status == 404


def test_an_article_without_facts_says_what_to_do(site: Server) -> None:
    words = Page(post(site, "The sea was calm, and the boats lay in the harbour.").text).words
    assert "No meeting, statement or position was found here" in words
    assert "whole article" in words


def test_names_lead_to_what_the_graph_knows(site: Server) -> None:
    page = Page(post(site, TEXT.replace("Lee", "Quorn")).text)
    assert "/id/state/CAN" in page.links
    assert "Ann Quorn" in page.words
    assert not any("quorn" in link for link in page.links)


# Nothing is kept


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and "live" not in path.parts  # the database tidies up by itself
    }


def test_nothing_is_stored(tmp_path: Path) -> None:
    folder, temporary = tmp_path / "store", tmp_path / "tmp"
    temporary.mkdir()
    make_store(folder).close()
    secret = "Zanzibarovich"
    text = TEXT.replace("Ann Lee", f"Ann {secret}")
    surroundings = {"TMPDIR": str(temporary), "KG_TRY_SECONDS": "120"}
    with serving(folder, KG_TOKEN=TOKEN, **surroundings) as running:
        running.get("/")
        assert wait_for(lambda: "kg_writer_up 1.0" in running.get("/metrics").text)
        before, revision = contents(folder), running.get("/healthz").json()["revision"]
        for accept in ("text/html", "application/yaml", "text/turtle"):
            assert secret in post(running, text, accept, title=f"On {secret}").text
            assert secret in send(running, text, accept).text
        assert load(running, text, "wrong").status == 401
        assert contents(folder) == before
        assert running.get("/healthz").json()["revision"] == revision
        assert secret not in running.get("/dump.nq").text
        for place in (temporary, folder):
            files = [path for path in place.rglob("*") if path.is_file()]
            assert not any(secret in path.read_text("latin-1") for path in files)
        running.stop()
        assert secret not in running.log.read_text() and TOKEN not in running.log.read_text()
        assert '"POST /try" 200' in running.log.read_text()


def test_answers_are_not_to_be_kept_by_anybody(site: Server) -> None:
    for reply in (post(site, TEXT), send(site, TEXT, "text/turtle"), post(site, "")):
        assert reply.headers["cache-control"] == "no-store"
        assert "set-cookie" not in reply.headers


def test_an_error_in_the_process_tells_nothing_of_the_text(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("secret words")

    monkeypatch.setattr(process, "find", fail)
    monkeypatch.setattr(process, "confine", lambda *_: [])
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(frame(Kind.ASK, Submission(b"secret words").packed()))
        limits = {"memory": 1, "base": BASE, "registry": str(tmp_path / "none")}
        process.work(theirs, {"store": str(tmp_path), "limits": limits})
        assert receive(ours) is not None
        told = receive(ours)
    assert told is not None and told[0] is Kind.ERROR
    what, message, _ = json.loads(told[1])
    assert what == "failed" and message.startswith("KeyError at test_try.py:")
    assert b"secret" not in told[1]


# Loading


def test_loading_needs_the_token(site: Server) -> None:
    text = TEXT.replace("14 March", "15 March")
    for token in ("", "wrong"):
        reply = load(site, text, token)
        assert reply.status == 401
        assert reply.headers["www-authenticate"].startswith("Bearer")
        page = Page(reply.text)
        assert "f-token" in page.ids and 'id="f-token"' in reply.text
        assert "aria-invalid" in reply.text.split('id="f-token"')[1][:200]
        assert "wrong" not in page.words
        assert page.marks, "what was found is still there"
    assert send(site, text, "application/json", "/try/load").status == 401
    assert site.query('ASK { ?s ?p "15 March 2013" }').json()["boolean"] is False


def test_what_is_loaded_has_its_page(site: Server) -> None:
    text = TEXT.replace("14 March", "16 March")
    reply = load(site, text)
    assert reply.status == 201
    assert TOKEN not in reply.text
    page = Page(reply.text)
    address = reply.headers["location"]
    assert address in page.links and "Loaded." in page.words
    article = site.get(address, accept="text/html")
    assert article.status == 200
    assert any("met Norwegian President Ola Dahl" in mark for mark in Page(article.text).marks)
    again = load(site, text)
    assert again.status == 200 and "Nothing to do." in Page(again.text).words
    assert "has this article already" in Page(post(site, text).text).words


def test_programs_load_too(site: Server) -> None:
    text = TEXT.replace("14 March", "17 March")
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    reply = send(site, text, "application/json", "/try/load?no_text=yes", **bearer)
    assert reply.status == 201
    done = reply.json()
    assert done["outcome"] == "new" and done["added"] > 50
    assert done["revision"] == site.get("/healthz").json()["revision"]
    page = Page(site.get(done["href"], accept="text/html").text)
    assert "is not kept here" in page.words, "the text was left out"


def test_reviewed_facts_are_never_replaced(site: Server) -> None:
    address = "https://post.example/reviewed"
    first = load(site, TEXT, url=address, title="First")
    assert first.status == 201
    bearer = {"Authorization": f"Bearer {TOKEN}", "Accept": "text/turtle"}
    path = f"/store?graph={BASE}graph{first.headers['location']}"
    turtle = site.request("GET", path, None, bearer).text
    key = first.headers["location"].rpartition("/")[2]
    assert "Replaced." in Page(load(site, TEXT, url=address, title="Second").text).words
    review = f"INSERT DATA {{ GRAPH <{BASE}graph/article/{key}> {{ <{BASE}article/{key}> "
    review += "<https://w3id.org/diplomacy-kg/ns#reviewed> true } }"
    assert "reviewed" in turtle
    removed = review.replace("INSERT", "DELETE").replace("true", "false")
    assert site.update(f"{removed} ; {review}", managed="allow").status == 204
    reply = load(site, TEXT, url=address, title="Third")
    assert reply.status == 200
    assert "Not replaced." in Page(reply.text).words
    titles = site.query(f"SELECT ?t {{ <{BASE}article/{key}> <https://schema.org/headline> ?t }}")
    assert [row["t"] for row in titles.rows] == ["Second"]


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:1"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "SELF"}, True),
    ],
)
def test_another_site_sends_nothing_in_a_readers_name(
    site: Server, headers: dict[str, str], taken: bool
) -> None:
    own = {
        name: site.url.rstrip("/") if value == "SELF" else value for name, value in headers.items()
    }
    sent = {"Content-Type": FORM, "Accept": "text/html", **own}
    body = urlencode({"text": TEXT, "token": "wrong"})
    assert site.request("POST", "/try", body, sent).status == (200 if taken else 403)
    assert site.request("POST", "/try/load", body, sent).status == (401 if taken else 403)
    # Else browsers would hide from which site a form comes.
    assert site.get("/try", accept="text/html").headers["referrer-policy"] == "same-origin"


# What is no article


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the text is empty"),
        ("   \n ", "the text is empty"),
        ("%PDF-1.7 and so on", "the text is a PDF file, not text"),
        (
            "der und die das ist nicht von dem wald weil es regnet " * 5,
            "the text is not in English",
        ),
    ],
)
def test_what_is_no_article_is_refused_in_the_readers_words(
    site: Server, text: str, said: str
) -> None:
    problem = send(site, text, "application/json")
    assert (problem.status, problem.type) == (422, "application/problem+json")
    assert problem.json()["detail"].startswith(said)
    assert problem.json()["remedy"]
    page = post(site, text)
    assert page.status == 422
    assert said[4:] in Page(page.text).words
    assert 'aria-invalid="true"' in page.text.split('id="f-text"')[1][:200]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("date", "soon"), ("date", "2013-02-30"), ("url", "javascript:alert(1)"), ("url", "http://"),
        ("url", "http://[x"), ("url", "http://a b/"), ("title", "x" * 3000),
    ],
)  # fmt: skip
def test_a_field_that_does_not_fit_is_named(site: Server, field: str, value: str) -> None:
    problem = post(site, TEXT, "application/json", **{field: value})
    assert (problem.status, problem.json()["parameter"]) == (400, field)
    page = post(site, TEXT, **{field: value})
    assert page.status == 400
    assert 'aria-invalid="true"' in page.text.split(f'id="f-{field}"')[1].split(">")[0]
    assert "OSLO, Norway" in page.text, "what was pasted is still there"


def test_only_texts_and_the_form_are_taken(site: Server) -> None:
    for kind in ("multipart/form-data; boundary=x", "application/json", "application/pdf",
                 "text/plain; charset=utf-16"):  # fmt: skip
        reply = site.request("POST", "/try", TEXT, {"Content-Type": kind, "Accept": "*/*"})
        assert reply.status == 415
        assert "text/plain" in reply.headers["accept-post"]
    assert site.request("PUT", "/try", TEXT).status == 405
    latin = send(site, "Café talks".encode("latin-1"), "*/*")
    assert latin.status == 422 and "is not UTF-8" in latin.json()["detail"]


def test_script_in_a_text_stays_words(site: Server) -> None:
    text = (
        f"{EVIL} talks\n\nPresident Ola Dahl of Norway met Prime Minister Ann Lee {EVIL} in Oslo.\n"
    )
    for reply in (
        post(site, text, publisher=EVIL),
        load(site, text, "wrong", publisher=EVIL),
        post(site, EVIL, date=EVIL, title=EVIL, url=EVIL),
    ):
        page = Page(reply.text)
        assert page.inline == []
        assert not any(link.startswith("javascript") for link in page.links)
        assert 'alert("x")' not in reply.text.replace("&#34;", '"').replace(EVIL, "") or page
        assert "<script>alert" not in reply.text and "<b onclick" not in reply.text
        assert "default-src 'none'" in reply.headers["content-security-policy"]


# Limits


def test_a_text_has_a_greatest_size(site: Server) -> None:
    longer = "The sea was calm. " * 12_000
    reply = send(site, longer, "application/json")
    assert (reply.status, reply.json()["type"].rpartition("/")[2]) == (413, "too-large")
    assert "200,000" in reply.json()["detail"]
    page = post(site, longer)
    assert page.status == 413
    assert longer[:1000] in page.text, "what was pasted is still there"
    assert post(site, "x" * 2_000_000).status == 413
    # Letters of many bytes are no reason to refuse a form.
    assert post(site, "Ž" * 99_000 + " " + TEXT).status == 200


def test_trying_can_be_switched_off(tmp_path: Path) -> None:
    make_store(tmp_path / "store").close()
    with serving(tmp_path / "store", "--no-try", KG_TOKEN=TOKEN) as running:
        assert running.get("/try", accept="text/html").status == 404
        assert post(running, TEXT).status == 404
        assert load(running, TEXT).status == 404
        assert "/try" not in Page(running.get("/", accept="text/html").text).links
        assert "/try" not in running.get("/openapi.json").json()["paths"]


# Told to programs


def test_the_api_is_described(site: Server) -> None:
    paths = site.get("/openapi.json").json()["paths"]
    asked = paths["/try"]["post"]
    assert set(asked["requestBody"]["content"]) == {
        "text/plain",
        "text/markdown",
        "text/html",
        FORM,
    }
    for media in asked["responses"]["200"]["content"]:
        assert send(site, TEXT, media).type == media
    for status in ("401", "403", "413", "415", "422", "503", "504"):
        assert status in paths["/try/load"]["post"]["responses"]
    names = {one["name"] for one in asked["parameters"]}
    assert names == {"title", "publisher", "date", "url", "format"}


# Parts


@given(st.binary(), st.text(), st.text(), st.sampled_from(["", ".md"]))
def test_a_submission_survives_its_way(data: bytes, title: str, url: str, ending: str) -> None:
    sent = Submission(data, ending, title=title, url=url, wants=("yaml", "page"))
    assert Submission.unpacked(sent.packed()) == sent
    assert Submission.unpacked(replace(sent, wants=()).packed()).wants == ()


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10))))
def test_words_within_others_are_not_marked_twice(spans: list[tuple[int, int]]) -> None:
    words = {Words(start, start + length, "") for start, length in spans}
    kept = _outermost(words)
    for one in words:
        assert any(other.start <= one.start and one.end <= other.end for other in kept)
    for one in kept:
        assert not any(
            other is not one and other.start <= one.start and one.end <= other.end for other in kept
        )


def test_facts_that_are_found_are_facts(site: Server) -> None:
    data: Any = send(site, SAMPLE, "application/json").json()
    data["article"].pop("text")
    check: Callable[[Any], ArticleFacts] = ArticleFacts.model_validate
    assert check(data).extractor is not None
