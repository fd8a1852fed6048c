"""Tags, 304, compression, CORS and row limits, as clients of a real server see them."""

from __future__ import annotations

import csv
import gzip
import http.client
import io
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import EX, QUADS, TOKEN, Server, make_store, serving

from kg import formats
from kg.endpoint.caching import changes
from kg.endpoint.compressing import takes_gzip
from kg.endpoint.guard import Form
from kg.endpoint.spreadsheet import guarded
from kg.endpoint.workers.rows import Counter

ALL = "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s ?o"
JSON = "application/sparql-results+json"
# Over a thousand rows from a store of seven quads.
MANY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
TRIPLES = "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f }"
INSERT = f"INSERT DATA {{ GRAPH <{EX}mine> {{ <{EX}s> <{EX}p> 1 }} }}"


def path(query: str, **more: str) -> str:
    return f"/sparql?{urlencode({'query': query, **more})}"


# Tags and 304.


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_client_that_has_the_answer_gets_no_body(server: Server, method: str) -> None:
    first = server.get(path(ALL))
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    assert first.headers["cache-control"] == "no-cache"
    for header in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = server.request(method, path(ALL), headers={"If-None-Match": header})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["kg-revision"] == first.headers["kg-revision"]
        assert again.headers["cache-control"] == "no-cache"
        assert "Accept" in again.headers["vary"]
        assert "content-type" not in again.headers
    for header in ('"other"', tag[:-2] + '"', "nonsense"):
        again = server.request(method, path(ALL), headers={"If-None-Match": header})
        assert again.status == 200
        assert again.headers["content-length"] == str(len(first.body))


def test_what_makes_another_answer_makes_another_tag(server: Server) -> None:
    asked = [
        path(ALL),
        path(ALL + " "),
        path(ALL, format="csv"),
        path(ALL, format="xml"),
        path(ALL, format="spreadsheet"),
        path(ALL, **{"default-graph-uri": f"{EX}one"}),
        path(ALL, **{"named-graph-uri": f"{EX}one"}),
        "/dump.nq",
        "/dump.ttl",
        f"/dump.nq?graph={quote(EX + 'one')}",
        f"/store?graph={quote(EX + 'one')}",
        f"/store?graph={quote(EX + 'two')}",
        "/store?default",
    ]
    tags = [server.get(one).headers["etag"] for one in asked]
    tags.append(server.get(path(ALL), accept="text/csv").headers["etag"])
    assert len(set(tags)) == len(asked) + 1
    assert [server.get(one).headers["etag"] for one in asked] == tags[:-1]
    for one, tag in zip(asked, tags, strict=False):
        assert server.get(one, if_none_match=tag).status == 304
        assert server.get(one, if_none_match='"x"').status == 200


def test_a_new_revision_ends_what_was_kept(writable: Server) -> None:
    asked = (path(ALL), "/dump.nq", f"/store?graph={quote(EX + 'one')}")
    tags = [writable.get(one).headers["etag"] for one in asked]
    assert writable.update(INSERT).status == 204
    for one, tag in zip(asked, tags, strict=True):
        again = writable.get(one, if_none_match=tag)
        assert again.status == 200
        assert again.headers["etag"] != tag


def test_another_store_at_the_same_revision_has_other_tags(tmp_path: Path) -> None:
    tags = set()
    for name in ("one", "two"):
        with serving(make_store(tmp_path / name)) as running:
            tags.add(running.get(path(ALL)).headers["etag"])
    assert len(tags) == 2


@pytest.mark.parametrize(
    "expression", ["NOW()", "rand()", "UUID()", "STRUUID()", "BNODE()", "BNODE('x')", "1+NOW ( )"]
)
def test_what_changes_by_itself_is_not_kept(server: Server, expression: str) -> None:
    query = f"SELECT ({expression} AS ?x) {{}}"
    for method in ("GET", "HEAD"):
        reply = server.request(method, path(query))
        assert reply.status == 200
        assert "etag" not in reply.headers
        assert reply.headers["cache-control"] == "no-store"
        reply = server.request(method, path(query), headers={"If-None-Match": "*"})
        assert reply.status == 200


def test_errors_are_not_kept(server: Server) -> None:
    for query in ("SELECT", "SELECT * { SERVICE <http://a/> {} }"):
        reply = server.get(path(query), if_none_match="*")
        assert reply.status == 400
        assert "etag" not in reply.headers
        assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "so"),
    [
        ("SELECT (NOW() AS ?x) {}", True),
        ("SELECT (StrUuid() AS ?x) {}", True),
        ("SELECT * { FILTER(trueNOW()) }", True),
        ("SELECT * { FILTER(1NOW()) }", True),
        ("SELECT (\\u004eOW() AS ?x) {}", True),
        ("SELECT ?now ?rand { ?now <http://a/NOW> 'NOW()' }", False),
        ("# NOW()\nSELECT * {}", False),
        ("PREFIX x: <http://rand/> SELECT * { x:uuid ?p ?o }", False),
        ("SELECT * { ?s ?p ?o }", False),
        ("SELECT ('" + "x" * 70_000 + " NOW()' AS ?x) {}", True),
        ("SELECT ' NOW()", True),
    ],
)
def test_which_queries_change(query: str, so: bool) -> None:
    assert changes(query) is so


def test_named_queries_are_kept_too(server: Server) -> None:
    listed = server.get("/queries", accept="application/json").json()["queries"]
    free = next(
        entry for entry in listed if not any(one["required"] for one in entry["parameters"])
    )
    first = server.get(free["href"], accept=JSON)
    assert first.status == 200
    assert server.get(free["href"], accept=JSON, if_none_match=first.headers["etag"]).status == 304


# Compression.


def test_large_answers_are_compressed_for_those_who_take_it(server: Server) -> None:
    plain = server.get(path(MANY))
    assert "content-encoding" not in plain.headers
    assert set(plain.headers["vary"].split(", ")) == {"Accept", "Accept-Encoding"}
    assert plain.headers["content-length"] == str(len(plain.body))
    for header in ("gzip", "GZIP", "br;q=1, gzip;q=0.1", "*", "x-gzip"):
        packed = server.get(path(MANY), accept_encoding=header)
        assert packed.headers["content-encoding"] == "gzip"
        assert set(packed.headers["vary"].split(", ")) == {"Accept", "Accept-Encoding"}
        assert packed.headers["etag"] == plain.headers["etag"]
        assert len(packed.body) < len(plain.body) / 5
        assert gzip.decompress(packed.body) == plain.body
    for header in ("gzip;q=0", "br", "identity", "identity, gzip;q=0.5", "*;q=0", ""):
        reply = server.get(path(MANY), accept_encoding=header)
        assert "content-encoding" not in reply.headers
        assert reply.body == plain.body


def test_head_says_that_it_would_be_compressed(server: Server) -> None:
    head = server.request("HEAD", path(MANY), headers={"Accept-Encoding": "gzip"})
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-encoding"] == "gzip"
    assert "content-length" not in head.headers


def test_what_is_small_or_an_error_is_not_compressed(server: Server) -> None:
    for one in (path("ASK {}"), path("SELECT"), "/nowhere", "/healthz"):
        reply = server.get(one, accept_encoding="gzip")
        assert "content-encoding" not in reply.headers


def test_pages_and_dumps_are_compressed(server: Server) -> None:
    for one in ("/query", "/dump.nq"):
        plain, packed = server.get(one), server.get(one, accept_encoding="gzip")
        assert packed.headers["content-encoding"] == "gzip"
        if one == "/dump.nq":
            assert gzip.decompress(packed.body) == plain.body


def test_http_1_0_is_sent_as_it_is_with_a_length(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
        line.sendall(f"GET {path(MANY)} HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        data = b""
        while piece := line.recv(65536):
            data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    assert b"Content-Encoding" not in head
    assert f"Content-Length: {len(body)}".encode() in head


@given(st.text(alphabet="gzip,;q=01. *xidenty-", max_size=40))
def test_any_accept_encoding_can_be_read(header: str) -> None:
    assert takes_gzip(header) in (True, False)


# CORS, OPTIONS.


@pytest.mark.parametrize(
    "where", ["/sparql", "/store", "/queries", "/dump.nq", "/.well-known/void"]
)
def test_scripts_may_ask_beforehand(server: Server, where: str) -> None:
    reply = server.request(
        "OPTIONS",
        where,
        headers={
            "Origin": "https://example.org",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "if-none-match",
        },
    )
    assert reply.status in (200, 204)
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in reply.headers
    assert "GET" in reply.headers["access-control-allow-methods"]
    assert "If-None-Match" in reply.headers["access-control-allow-headers"]
    assert {"GET", "HEAD", "OPTIONS"} <= set(reply.headers["allow"].split(", "))
    got = server.get(path("ASK {}"), origin="https://example.org")
    assert "ETag" in got.headers["access-control-expose-headers"]


# Limits.


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server with limits low enough to be met: 7 rows, and little held back."""
    store = make_store(tmp_path_factory.mktemp("limited") / "store")
    with serving(store, "--max-rows", str(len(QUADS)), KG_TOKEN=TOKEN) as running:
        yield running


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv", "spreadsheet"])
def test_rows_over_the_limit_are_an_error(limited: Server, form: str) -> None:
    within = limited.get(path("SELECT ?s ?p ?o { ?s ?p ?o }", format=form))
    assert within.status == 200
    over = limited.get(path("SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f }", format=form))
    assert over.status == 413
    assert over.type == "application/problem+json"
    assert f"{len(QUADS)} rows" in over.json()["detail"]
    assert "LIMIT" in over.json()["remedy"]


def test_triples_over_the_limit_are_an_error(limited: Server) -> None:
    for form in ("ttl", "nt", "rdf", "jsonld"):
        assert limited.get(path("CONSTRUCT WHERE { ?s ?p ?o }", format=form)).status == 200
        over = limited.get(path(TRIPLES, format=form))
        assert over.status == 413
        assert f"{len(QUADS)} triples" in over.json()["detail"]


def test_rows_without_a_value_count_too(limited: Server) -> None:
    few = f"SELECT ?nothing {{ ?s ?p ?o }} LIMIT {len(QUADS)}"
    reply = limited.query(few)
    assert reply.rows == [{}] * len(QUADS)
    over = limited.query(f"SELECT ?nothing {{ VALUES ?x {{ {'1 ' * (len(QUADS) + 1)} }} }}")
    assert over.status == 413
    assert f"{len(QUADS)} rows" in over.json()["detail"]


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["a", 'b"', "{}"]),
            st.text(alphabet='a"\\{}[],: \n', max_size=6),
            max_size=2,
        ),
        max_size=6,
    ),
    st.integers(1, 9),
)
def test_rows_of_json_are_counted_however_it_is_cut(rows: list[dict[str, str]], size: int) -> None:
    bindings = [
        {name: {"type": "literal", "value": text} for name, text in row.items()} for row in rows
    ]
    told = {"head": {"vars": ["a"]}, "results": {"bindings": bindings}}
    data = json.dumps(told, separators=(",", ":")).encode()
    counter = Counter(formats.JSON, Form.SELECT)
    for at in range(0, len(data), size):
        counter.add(data[at : at + size])
    assert counter.add(b"", last=True) == len(rows)


def test_there_is_no_row_limit_unless_one_is_given(server: Server) -> None:
    assert len(server.query(MANY).rows) == len(QUADS) ** 4


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server that sends the first rows long before their number is over its limit."""
    store = make_store(tmp_path_factory.mktemp("late") / "store")
    with serving(store, "--max-rows", "2000", KG_RESULT_HELD="0.05") as running:
        yield running


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_row_limit_that_is_met_late_breaks_the_stream(late: Server, encoding: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", late.port, timeout=120)
    connection.request("GET", path(MANY, format="csv"), headers={"Accept-Encoding": encoding})
    reply = connection.getresponse()
    if reply.status == 413:  # it was met before the first byte was sent
        pytest.fail("nothing was sent; the test needs a result longer than what is held back")
    assert reply.status == 200
    with pytest.raises(http.client.IncompleteRead):
        reply.read()
    connection.close()


def test_bodies_and_queries_have_their_longest(server: Server) -> None:
    long = "SELECT * { ?s ?p ?o } # " + "x" * 1024 * 1024
    reply = server.request("POST", "/sparql", long, {"Content-Type": "application/sparql-query"})
    assert reply.status == 413
    assert "1,048,576" in reply.json()["detail"]
    reply = server.form({"query": long})
    assert reply.status == 413


# CSV for spreadsheets, and CSV.


CELLS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "plain",
    "-5",
    "+1.5e3",
    "a,b",
    'say "x"',
]


def test_a_spreadsheet_runs_nothing_that_was_in_the_data(server: Server) -> None:
    escaped = [
        "'" + c.replace("\\", "\\\\").replace("\t", "\\t").replace("\r", "\\r") + "'" for c in CELLS
    ]
    query = f"SELECT ?x {{ VALUES ?x {{ {' '.join(escaped)} }} }}"
    reply = server.get(path(query, format="spreadsheet"))
    assert reply.status == 200
    assert reply.type == "text/csv"
    assert reply.headers["content-disposition"].startswith("attachment")
    assert reply.headers["content-length"] == str(len(reply.body))
    _, *rows = csv.reader(io.StringIO(reply.body.decode("utf-8-sig"), newline=""))
    assert [row[0] for row in rows] == [
        "'=1+1", "'+1+1", "'-1+1", "'@SUM(A1)", "'\tx", "'\rx", "plain", "-5", "+1.5e3", "a,b",
        'say "x"',
    ]  # fmt: skip
    exact = server.get(path(query, format="csv"))
    assert exact.body.startswith(b"x\r\n=1+1\r\n+1+1\r\n-1+1\r\n@SUM(A1)\r\n\tx\r\n")
    assert "content-disposition" not in exact.headers


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5), st.integers(1, 9))
def test_guarding_keeps_every_cell(rows: list[list[str]], size: int) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([["a", "b"], *rows])
    data = out.getvalue().encode("utf-8", "surrogatepass")
    if data.decode("utf-8", "replace") != out.getvalue():
        return
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    text = b"".join(guarded(pieces)).decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert len(found) == len(rows)
    for row, right in zip(found, rows, strict=True):
        for cell, wanted in zip(row, right, strict=True):
            assert cell in (wanted, f"'{wanted}")
            if cell[:1] and cell[0] in "=@\t\r":
                pytest.fail(f"{cell!r} is not guarded")
