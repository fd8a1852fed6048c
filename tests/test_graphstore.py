"""The graph store protocol at ``/store``, over HTTP, with a real server and its writer."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic
from rdflib.namespace import Namespace
from servers import ARTICLE, BASE, EX, QUADS, TOKEN, Reply, Server, make_store, serving

ONE = f"/store?graph={quote(EX + 'one', safe='')}"
MINE = f"/store?graph={quote(EX + 'mine', safe='')}"
TURTLE = f"<{EX}a> <{EX}p> 1 , 2 ; <{EX}q> [ <{EX}r> 'x' ] ."
ROOT = Path(__file__).resolve().parents[1]
W3C = Path(os.environ.get("KG_W3C_TESTS", ROOT.parent / "shared" / "w3c"))
W3C = W3C / "sparql11" / "graph-store-protocol"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    store = make_store(tmp_path_factory.mktemp("graphs") / "store")
    with serving(store, KG_TOKEN=TOKEN) as server:
        yield server


@pytest.fixture
def writable(running: Server) -> Server:
    """Return the server with the graphs as they were at first."""
    blocks = (
        f"GRAPH {quad.graph_name} {{ {quad.triple} }}" if "http" in str(quad.graph_name)
        else str(quad.triple)
        for quad in QUADS
    )  # fmt: skip
    text = f"DROP ALL ; INSERT DATA {{ {' . '.join(blocks)} }}"
    assert running.update(text, managed="allow").status == 204
    return running


def send(
    server: Server, method: str, path: str, body: str | bytes = "", kind: str = "text/turtle"
) -> Reply:
    headers = {"Content-Type": kind, "Authorization": f"Bearer {TOKEN}"}
    return server.request(method, path, body, headers)


def graph(reply: Reply) -> Graph:
    assert reply.status == 200, reply.text
    return Graph().parse(data=reply.body, format=reply.type)


def test_put_get_and_replace(writable: Server) -> None:
    first = send(writable, "PUT", MINE, TURTLE)
    assert (first.status, first.body) == (201, b"")
    assert isomorphic(graph(writable.get(MINE)), Graph().parse(data=TURTLE))
    assert send(writable, "PUT", MINE, f"<{EX}b> <{EX}p> 3 .").status == 204
    assert isomorphic(graph(writable.get(MINE)), Graph().parse(data=f"<{EX}b> <{EX}p> 3 ."))
    location = first.headers["location"].removeprefix(writable.url.rstrip("/"))
    assert len(graph(writable.get(location))) == 1


def test_post_adds_and_keeps_blank_nodes_apart(writable: Server) -> None:
    assert send(writable, "POST", MINE, TURTLE).status == 201
    assert send(writable, "POST", MINE, TURTLE).status == 204
    # The two triples with values are one each, the blank node is another one each time.
    assert len(graph(writable.get(MINE))) == 2 + 2 * 2


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/turtle", f"<{EX}a> <{EX}p> 'é' ."),
        ("application/n-triples", f'<{EX}a> <{EX}p> "\\u00E9" .'),
        ("application/ld+json", f'{{"@id": "{EX}a", "{EX}p": "é"}}'),
        (
            "application/rdf+xml",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
            f'xmlns:e="{EX}"><rdf:Description rdf:about="{EX}a"><e:p>é</e:p>'
            "</rdf:Description></rdf:RDF>",
        ),
    ],
)
def test_every_format_goes_in_and_comes_out(writable: Server, kind: str, body: str) -> None:
    assert send(writable, "PUT", MINE, body, kind).status == 201
    for accept in ("text/turtle", "application/n-triples", "application/ld+json", kind):
        reply = writable.get(MINE, accept=accept)
        assert reply.type == accept
        assert [str(o) for o in graph(reply).objects()] == ["é"]


def test_head_says_what_get_would(writable: Server) -> None:
    head = writable.request("HEAD", ONE)
    get = writable.get(ONE)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers["content-length"] == str(len(get.body))
    assert writable.request("HEAD", "/store?graph=http://no.where/").status == 404


def test_delete_drops(writable: Server) -> None:
    assert send(writable, "DELETE", ONE).status == 204
    assert writable.get(ONE).status == 404
    assert send(writable, "DELETE", ONE).status == 404
    rows = writable.query("SELECT DISTINCT ?g { GRAPH ?g { } }").rows
    assert EX + "one" not in {row["g"] for row in rows}


def test_an_empty_graph_is_there(writable: Server) -> None:
    assert send(writable, "PUT", MINE, "").status == 201
    assert len(graph(writable.get(MINE))) == 0
    assert send(writable, "PUT", MINE, "").status == 204


def test_the_default_graph(writable: Server) -> None:
    assert len(graph(writable.get("/store?default"))) == 1
    assert send(writable, "PUT", "/store?default", TURTLE).status in (201, 204)
    assert isomorphic(graph(writable.get("/store?default")), Graph().parse(data=TURTLE))
    assert send(writable, "DELETE", "/store?default").status == 204
    assert len(graph(writable.get("/store?default"))) == 0


def test_graphs_have_addresses_of_their_own(writable: Server) -> None:
    body = "<> <http://example.org/p> <other> ."
    assert send(writable, "PUT", "/store/person/1.ttl", body).status == 201
    own = f"{writable.url}store/person/1.ttl"
    got = graph(writable.get("/store/person/1.ttl"))
    assert {str(term) for term in got.all_nodes()} == {own, f"{writable.url}store/person/other"}
    assert isomorphic(graph(writable.get(f"/store?graph={quote(own, safe='')}")), got)
    assert send(writable, "DELETE", "/store/person/1.ttl").status == 204
    assert writable.get("/store/person/1.ttl").status == 404


def test_post_without_a_graph_makes_one(writable: Server) -> None:
    reply = send(writable, "POST", "/store", TURTLE)
    assert reply.status == 201
    path = reply.headers["location"].removeprefix(writable.url.rstrip("/"))
    assert isomorphic(graph(writable.get(path)), Graph().parse(data=TURTLE))


def test_files_of_a_form_are_added_in_one_step(writable: Server) -> None:
    def form(*bodies: str) -> str:
        parts = [
            f'--b\r\nContent-Disposition: form-data; name="f{n}"; filename="f{n}.ttl"\r\n'
            f"Content-Type: text/turtle; charset=utf-8\r\n\r\n{body}\r\n"
            for n, body in enumerate(bodies)
        ]
        return "".join(parts) + "--b--\r\n"

    kind = "multipart/form-data; boundary=b"
    good, bad = f"<{EX}a> <{EX}p> 1 .", "<a> <b"
    assert send(writable, "POST", MINE, form(good, bad), kind).status == 400
    assert writable.get(MINE).status == 404
    assert send(writable, "POST", MINE, form(good, f"<{EX}a> <{EX}p> 2 ."), kind).status == 201
    assert len(graph(writable.get(MINE))) == 2
    assert send(writable, "POST", MINE, "--b--\r\n", kind).status == 400


def test_writing_needs_the_token(writable: Server) -> None:
    for method in ("PUT", "POST", "DELETE"):
        for headers, status in (({}, 401), ({"Authorization": "Bearer wrong"}, 401)):
            reply = writable.request(
                method, ONE, TURTLE, {"Content-Type": "text/turtle", **headers}
            )
            assert reply.status == status
            assert reply.headers["www-authenticate"].startswith("Bearer ")
    assert len(graph(writable.get(ONE))) == 1


def test_graphs_of_the_loader_are_spared(writable: Server) -> None:
    for name in (ARTICLE, f"{BASE}graph/entities", f"{BASE}graph/anything"):
        path = f"/store?graph={quote(name, safe='')}"
        for method in ("PUT", "POST", "DELETE"):
            reply = send(writable, method, path, TURTLE)
            assert (reply.status, reply.json()["title"]) == (
                403, "This graph is kept by the loader",
            )  # fmt: skip
    path = f"/store?graph={quote(ARTICLE, safe='')}"
    assert len(graph(writable.get(path))) == 2
    assert send(writable, "DELETE", f"{path}&managed=allow").status == 204


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/store", 400),
        ("/store?graph=http://a/&default", 400),
        ("/store?graph=http://a/&graph=http://b/", 400),
        ("/store?default=1", 400),
        ("/store?graph=http://a%20b/", 400),
        ("/store?graph=%ff", 400),
        ("/store/x?graph=http://a/", 400),
        ("/store?graph=http://a/", 404),
        (f"{ONE}&format=nonsense", 406),
    ],
)
def test_requests_that_name_no_graph_rightly(writable: Server, path: str, status: int) -> None:
    reply = writable.get(path)
    assert reply.status == status
    assert reply.type == "application/problem+json"


HOSTILE = {
    "doctype": (
        "application/rdf+xml",
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
        "DOCTYPE",
    ),
    "remote context": (
        "application/ld+json", '{"@context": "http://example.org/c", "@id": "a:b"}', "fetched",
    ),
    "hidden context": (
        "application/ld+json", '[{"\\u0040context": ["http://example.org/c"]}]', "fetched",
    ),
    "import": (
        "application/ld+json", '{"@context": {"@import": "http://example.org/c"}}', "fetched",
    ),
    "deep JSON": ("application/ld+json", "[" * 100_000, "deep"),
    "deep objects": ("application/ld+json", '{"http://a/":' * 100_000, "deep"),
    "not UTF-8": ("text/turtle", b"<a:b> <a:c> '\xff' .", "UTF-8"),
    "NUL": ("text/turtle", "<a:b> <a:c> '\0' .", "characters"),
    "UTF-16": ("application/rdf+xml", "<a/>".encode("utf-16"), "UTF-8"),
    "triple terms": ("text/turtle", "<a:b> <a:c> <<( <a:d> <a:e> <a:f> )>> .", "RDF 1.2"),
    "syntax": ("text/turtle", "<a:b> <a:c>\n <a:d", "Turtle"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_uploads_are_refused(writable: Server, name: str) -> None:
    kind, body, word = HOSTILE[name]
    reply = send(writable, "PUT", MINE, body, kind)
    assert reply.status == 400, reply.text
    assert word in reply.json()["detail"]
    assert writable.get(MINE).status == 404


def test_deeply_nested_turtle_leaves_the_server_alive(writable: Server) -> None:
    for opening in ("[ <a:p> ", "( ", "<<( <a:s> <a:p> "):
        reply = send(writable, "PUT", MINE, "<a:s> <a:p> " + opening * 200_000)
        assert 400 <= reply.status < 600
    assert send(writable, "PUT", MINE, TURTLE).status == 201


def test_other_types_and_sizes(tmp_path: Path) -> None:
    with serving(make_store(tmp_path / "s"), KG_TOKEN=TOKEN, KG_UPLOAD_SIZE="0.01") as server:
        for kind in ("text/html", "application/trig", "", "text/turtle; charset=latin-1"):
            reply = send(server, "PUT", MINE, TURTLE, kind)
            assert reply.status == 415
            assert reply.type == "application/problem+json"
        reply = send(server, "PUT", MINE, f"<{EX}a> <{EX}p> '{'x' * 20_000}' .")
        assert reply.status == 413
        assert send(server, "PUT", MINE, TURTLE).status == 201


def test_options(writable: Server) -> None:
    reply = writable.request("OPTIONS", "/store")
    assert reply.status == 204
    assert set(re.split(", ", reply.headers["allow"])) == {
        "GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS",
    }  # fmt: skip


HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")


def _w3c() -> list[tuple[str, Graph, object]]:
    cases = []
    for name in ("manifest-direct.ttl", "manifest-indirect.ttl"):
        if (W3C / name).is_file():
            manifest = Graph().parse(W3C / name)
            (entries,) = set(manifest.objects(None, MF.entries))
            for test in manifest.items(entries):
                cases.append((str(test).rpartition("#")[2], manifest, test))
    return cases


def test_the_w3c_tests_are_all_found() -> None:
    if not W3C.is_dir():
        pytest.skip("the W3C tests are not at hand; name their folder in KG_W3C_TESTS")
    assert len(_w3c()) == 13


@pytest.mark.parametrize("case", _w3c(), ids=lambda case: case[0])
def test_w3c(writable: Server, case: tuple[str, Graph, object]) -> None:
    _, manifest, test = case
    action = manifest.value(test, MF.action)  # type: ignore[arg-type]
    place: dict[str, str] = {}
    for request in manifest.items(manifest.value(action, HT.requests)):
        path = str(manifest.value(request, HT.absolutePath))
        for name, value in place.items():
            path = path.replace(name, value)
        path = re.sub(r"^/gsp", "/store", path.replace("http://www.example", ""))
        body = manifest.value(manifest.value(request, HT.body), CNT.chars)
        headers = {"Host": "www.example", "Authorization": f"Bearer {TOKEN}"}
        for header in manifest.items(manifest.value(request, HT.headers)):
            name, value = (manifest.value(header, HT[k]) for k in ("fieldName", "fieldValue"))
            headers[str(name)] = str(value)
        method = str(manifest.value(request, HT.methodName))
        text = None if body is None else str(body).replace("/gsp", "/store")
        reply = writable.request(method, path, text, headers)
        expected = manifest.value(request, HT.resp)
        statuses = {
            str(s).rpartition("#")[2] for s in manifest.objects(expected, MF.expectedStatus)
        }
        assert _status(reply.status) & statuses, (method, path, reply.status, reply.text)
        located = manifest.value(expected, MF.expectedLocation)
        if located is not None:
            place[str(located)] = re.sub(r"^https?://[^/]+", "", reply.headers["location"])
        wanted = manifest.value(manifest.value(expected, HT.body), CNT.chars)
        if wanted is not None:
            base = "http://www.example/store"
            right = Graph().parse(data=str(wanted).replace("/gsp", "/store"), publicID=base)
            assert isomorphic(graph(reply), right), reply.text


def _status(number: int) -> set[str]:
    import http

    name = http.HTTPStatus(number).phrase.title().replace(" ", "").replace("Ok", "OK")
    return {name, f"StatusCode{number // 100}xx"}
