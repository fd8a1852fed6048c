"""``/sparql`` over HTTP, as clients find it: a real server process."""

from __future__ import annotations

import json
import socket
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from servers import ARTICLE, BASE, EX, QUADS, TOKEN, Server, wait_for

ONE, TWO = f"{EX}one", f"{EX}two"
ALL = "SELECT ?s ?o { ?s ?p ?o }"
OF_A = f"SELECT ?o {{ <{EX}a> <{EX}p> ?o }} ORDER BY ?o"
NAMED = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
FORM = "application/x-www-form-urlencoded"
JSON = "application/sparql-results+json"


def values(reply, name: str = "o") -> list[str]:  # type: ignore[no-untyped-def]
    assert reply.status == 200, reply.text
    return [row[name] for row in reply.rows]


def problem(reply, status: int) -> dict[str, object]:  # type: ignore[no-untyped-def]
    """Check that a reply is an error in the one shape, and return it."""
    assert reply.status == status, reply.text
    assert reply.type == "application/problem+json"
    body = reply.json()
    assert body["status"] == status
    assert body["title"] and body["detail"]
    assert body["type"].startswith("https://w3id.org/diplomacy-kg/problem/")
    for leak in ("Traceback", ".py", "/store", TOKEN):
        assert leak not in reply.text
    return body


# Three ways to ask.


def test_a_query_by_get(server: Server) -> None:
    assert values(server.get(f"/sparql?query={quote(OF_A)}")) == ["1", "2"]


def test_a_query_by_form(server: Server) -> None:
    assert values(server.form({"query": OF_A})) == ["1", "2"]


def test_a_query_as_the_body(server: Server) -> None:
    reply = server.request("POST", "/sparql", OF_A, {"Content-Type": "application/sparql-query"})
    assert values(reply) == ["1", "2"]


def test_a_trailing_slash_is_the_same_endpoint(server: Server) -> None:
    assert values(server.get(f"/sparql/?query={quote(OF_A)}")) == ["1", "2"]


def test_letters_of_any_script_come_through(server: Server) -> None:
    query = "SELECT ('Лавров €𝄞' AS ?o) {}"
    assert values(server.get(f"/sparql?query={quote(query)}")) == ["Лавров €𝄞"]
    reply = server.request(
        "POST", "/sparql", query, {"Content-Type": "application/sparql-query; charset=UTF-8"}
    )
    assert values(reply) == ["Лавров €𝄞"]


# The dataset.


def test_without_a_dataset_the_default_graph_is_the_union(server: Server) -> None:
    assert len(server.query(ALL).rows) == len(QUADS)
    assert len(server.query(NAMED).rows) == 4


def test_from_in_the_query(server: Server) -> None:
    assert values(server.query(f"SELECT ?o FROM <{ONE}> {{ ?s ?p ?o }}")) == ["1"]
    reply = server.query(f"SELECT ?g FROM NAMED <{TWO}> {{ GRAPH ?g {{ ?s ?p ?o }} }}")
    assert set(values(reply, "g")) == {TWO}
    assert values(server.query(f"SELECT ?o FROM NAMED <{TWO}> {{ ?s ?p ?o }}")) == []


def test_relative_iris_are_relative_to_the_base(server: Server) -> None:
    reply = server.query("SELECT ?o FROM <graph/article/k1> { <article/k1> a ?o }")
    assert values(reply) == ["https://schema.org/NewsArticle"]


def test_default_graphs_in_the_request(server: Server) -> None:
    for send in (
        lambda fields: server.form(fields),
        lambda fields: server.get(f"/sparql?{urlencode(fields, doseq=True)}"),
        lambda fields: server.request(
            "POST",
            f"/sparql?{urlencode({'default-graph-uri': fields['default-graph-uri']}, doseq=True)}",
            fields["query"],
            {"Content-Type": "application/sparql-query"},
        ),
    ):
        assert values(send({"query": OF_A, "default-graph-uri": [ONE]})) == ["1"]
        assert values(send({"query": OF_A, "default-graph-uri": [ONE, TWO]})) == ["1", "2"]
    named = server.form({"query": NAMED, "default-graph-uri": ONE})
    assert values(named, "g") == []


def test_named_graphs_in_the_request(server: Server) -> None:
    reply = server.form({"query": NAMED, "named-graph-uri": [TWO, ARTICLE]})
    assert values(reply, "g") == [ARTICLE, TWO]
    assert values(server.form({"query": OF_A, "named-graph-uri": TWO})) == []


def test_both_kinds_of_graphs_in_the_request(server: Server) -> None:
    query = f"SELECT ?o {{ <{EX}a> <{EX}p> ?o . GRAPH <{TWO}> {{ <{EX}b> ?q ?r }} }}"
    fields = {"query": query, "default-graph-uri": ONE, "named-graph-uri": TWO}
    assert values(server.form(fields)) == ["1"]
    assert values(server.form({**fields, "named-graph-uri": ONE})) == []


def test_the_request_overrides_from(server: Server) -> None:
    query = f"SELECT ?o FROM <{ONE}> FROM NAMED <{ONE}> {{ <{EX}a> ?p ?o }}"
    assert values(server.form({"query": query, "default-graph-uri": TWO})) == ["2"]


def test_a_graph_that_is_not_there_is_empty_and_nothing_is_fetched(server: Server) -> None:
    assert values(server.query("SELECT ?o FROM <http://127.0.0.1:9/x> { ?s ?p ?o }")) == []


def test_a_graph_that_is_no_iri_is_an_error(server: Server) -> None:
    body = problem(server.form({"query": ALL, "default-graph-uri": "one"}), 400)
    assert "not an absolute IRI" in str(body["detail"])


# Formats.


@pytest.mark.parametrize(
    ("accept", "query", "content_type", "start"),
    [
        (JSON, "ASK {}", JSON, b'{"head":{},"boolean":true}'),
        ("application/sparql-results+xml", "ASK {}", "application/sparql-results+xml", b"<?xml"),
        ("text/csv", "SELECT (1 AS ?x) {}", "text/csv; charset=utf-8", b"x\r\n1\r\n"),
        (
            "text/tab-separated-values",
            "SELECT (1 AS ?x) {}",
            "text/tab-separated-values; charset=utf-8",
            b"?x\n1\n",
        ),
        ("text/turtle", "CONSTRUCT WHERE { ?s ?p 2 }", "text/turtle; charset=utf-8", b"@prefix"),
        ("application/n-triples", "CONSTRUCT WHERE { ?s ?p 2 }", "application/n-triples", b"<http"),
        ("application/rdf+xml", "CONSTRUCT WHERE { ?s ?p 2 }", "application/rdf+xml", b"<?xml"),
        ("application/ld+json", "CONSTRUCT WHERE { ?s ?p 2 }", "application/ld+json", b"[{"),
        ("application/json", "CONSTRUCT WHERE { ?s ?p 2 }", "application/json", b"[{"),
        ("application/xml", "ASK {}", "application/xml", b"<?xml"),
    ],
)
def test_formats(server: Server, accept: str, query: str, content_type: str, start: bytes) -> None:
    reply = server.query(query, accept)
    assert reply.status == 200
    assert reply.headers["content-type"] == content_type
    assert reply.headers["vary"] in ("Accept", "Accept, Accept-Encoding")
    assert reply.headers["content-length"] == str(len(reply.body))
    assert reply.body.startswith(start)


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld"])
def test_graphs_are_the_same_in_every_format(server: Server, suffix: str) -> None:
    engine = ox.RdfFormat.from_extension(suffix)
    reply = server.get(f"/sparql?format={suffix}&query={quote(f'DESCRIBE <{EX}a>')}")
    found = {str(quad.triple) for quad in ox.parse(reply.body, engine)}
    assert found == {str(quad.triple) for quad in QUADS if quad.subject.value == f"{EX}a"}


def test_what_cannot_be_given_is_not_acceptable(server: Server) -> None:
    body = problem(server.query("ASK {}", "image/png"), 406)
    assert JSON in body["offered"]  # type: ignore[operator]
    assert problem(server.query("CONSTRUCT WHERE { ?s ?p ?o }", JSON), 406)
    assert problem(server.get("/sparql?format=pdf&query=ASK%7B%7D"), 406)


def test_format_overrides_accept(server: Server) -> None:
    reply = server.form({"query": "SELECT (1 AS ?x) {}", "format": "csv"}, accept=JSON)
    assert reply.type == "text/csv"


def test_csv_is_byte_exact(server: Server) -> None:
    query = """SELECT ('=1+1' AS ?a) ("a,b" AS ?b) ("say \\"x\\"\\n" AS ?c) {}"""
    assert server.query(query, "text/csv").body == b'a,b,c\r\n=1+1,"a,b","say ""x""\n"\r\n'


def test_head_is_get_without_the_body(server: Server) -> None:
    path = f"/sparql?query={quote(ALL)}"
    head, got = server.request("HEAD", path), server.get(path)
    assert head.status == 200
    assert head.body == b""
    for name in ("content-type", "content-length", "vary", "kg-revision"):
        assert head.headers[name] == got.headers[name]


def test_scripts_of_other_origins_may_read(server: Server) -> None:
    reply = server.get("/sparql?query=ASK%7B%7D", origin="https://example.org")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in reply.headers
    broken = server.get("/sparql?query=ASK", origin="https://example.org")
    assert broken.headers["access-control-allow-origin"] == "*"
    asked = server.request(
        "OPTIONS",
        "/sparql",
        headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"},
    )
    assert asked.status == 204
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert "Content-Type" in asked.headers["access-control-allow-headers"]
    assert asked.headers["allow"] == "GET, HEAD, POST, OPTIONS"


# What does not fit.


@pytest.mark.parametrize(
    ("method", "path", "body", "content_type", "status"),
    [
        ("PUT", "/sparql", "query=ASK%7B%7D", FORM, 405),
        ("DELETE", "/sparql?query=ASK%7B%7D", None, None, 405),
        ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", None, None, 400),
        ("GET", "/sparql?default-graph-uri=http%3A%2F%2Fa%2F", None, None, 400),
        ("GET", "/sparql?update=CLEAR+ALL", None, None, 400),
        ("GET", "/sparql?query=ASK%FF%7B%7D", None, None, 400),
        ("POST", "/sparql", "query=ASK%7B%7D&query=ASK%7B%7D", FORM, 400),
        ("POST", "/sparql?query=ASK%7B%7D", "query=ASK%7B%7D", FORM, 400),
        ("POST", "/sparql", "query=ASK%7B%7D&update=CLEAR+ALL", FORM, 400),
        ("POST", "/sparql", "", FORM, 400),
        ("POST", "/sparql", "query=ASK%7B%7D&using-graph-uri=http%3A%2F%2Fa%2F", FORM, 400),
        ("POST", "/sparql", "ASK {}", "text/plain", 415),
        ("POST", "/sparql", "ASK {}", None, 415),
        ("POST", "/sparql", "query=ASK%7B%7D", "application/json", 415),
        ("POST", "/sparql", "ASK {}".encode("utf-16"), "application/sparql-query", 400),
        (
            "POST",
            "/sparql",
            "ASK {}".encode("utf-16"),
            "application/sparql-query; charset=UTF-16",
            415,
        ),
        ("POST", "/sparql?query=ASK%7B%7D", "ASK {}", "application/sparql-query", 400),
        ("GET", "/sparql?query=ASK+%7B", None, None, 400),
        ("GET", "/sparql?query=", None, None, 400),
        ("GET", "/sparql?query=CLEAR+ALL", None, None, 400),
        ("POST", "/sparql", "query=" + "%20" * 1_100_000, FORM, 413),
    ],
)
def test_what_does_not_fit_the_protocol(
    server: Server,
    method: str,
    path: str,
    body: str | bytes | None,
    content_type: str | None,
    status: int,
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    reply = server.request(method, path, body, headers)
    found = problem(reply, status)
    assert found["remedy"]
    if status == 405:
        assert "POST" in reply.headers["allow"]
    if status == 415:
        assert "application/sparql-query" in reply.headers["accept-post"]


def test_a_body_that_is_too_large_is_refused_before_it_is_read(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
        line.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Content-Length: 10000000000\r\n\r\n"
        )
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_body_may_come_in_chunks(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
        line.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"4\r\nASK \r\n2\r\n{}\r\n0\r\n\r\n"
        )
        data = b""
        while piece := line.recv(65536):
            data += piece
    assert data.startswith(b"HTTP/1.1 200 ") and data.endswith(b'"boolean":true}')


def test_an_address_that_is_too_long_says_what_to_do(server: Server) -> None:
    body = problem(server.get(f"/sparql?query={'a' * 9000}"), 414)
    assert "POST" in str(body["remedy"])


def test_syntax_errors_have_a_place(server: Server) -> None:
    body = problem(server.query("SELECT * {\n  ?s ?p ?o\n} LIMIT many"), 400)
    assert (body["line"], body["column"]) == (3, 9)
    assert "many" in str(body["detail"])


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE is not allowed"),
        ("SELECT * " + "{" * 5000 + "}" * 5000, "nested too deeply"),
        ("SELECT * { BIND(<http://a/f>(1) AS ?x) }", "not supported"),
        ("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }", "GROUP BY"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", "SELECT *"),
    ],
)
def test_refusals_say_why(server: Server, query: str, detail: str) -> None:
    assert detail in str(problem(server.query(query), 400)["detail"])
    assert server.query("ASK {}").json()["boolean"] is True


def test_one_that_nobody_has_is_not_found(server: Server) -> None:
    assert "/nowhere" in str(problem(server.get("/nowhere"), 404)["detail"])


def test_http_1_0_gets_a_length(server: Server) -> None:
    for path in (f"/sparql?query={quote(ALL)}", "/dump.nq"):
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
            line.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
            data = b""
            while piece := line.recv(65536):
                data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.") and b" 200 " in head.split(b"\r\n")[0]
        assert f"Content-Length: {len(body)}".encode() in head
        assert b"Transfer-Encoding" not in head


# Descriptions and health.


def test_the_service_says_what_it_is(server: Server) -> None:
    reply = server.get("/sparql", accept="text/turtle")
    assert reply.type == "text/turtle"
    graph = ox.Store()
    graph.load(reply.body, ox.RdfFormat.TURTLE)
    asked = """
      PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
      SELECT ?endpoint ?feature { ?service a sd:Service ; sd:endpoint ?endpoint ;
        sd:supportedLanguage sd:SPARQL11Query ; sd:feature ?feature ;
        sd:defaultDataset/sd:defaultGraph ?default
        FILTER NOT EXISTS { ?service sd:supportedLanguage sd:SPARQL11Update } }
    """
    row = next(iter(graph.query(asked)))  # type: ignore[arg-type]
    assert row["endpoint"].value == server.endpoint
    assert row["feature"].value.endswith("UnionDefaultGraph")
    named = "SELECT ?g { [] <http://www.w3.org/ns/sparql-service-description#name> ?g }"
    assert {row["g"].value for row in graph.query(named)} == {  # type: ignore[union-attr]
        quad.graph_name.value for quad in QUADS if isinstance(quad.graph_name, ox.NamedNode)
    }


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld"])
@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
def test_descriptions_come_in_every_rdf_format(server: Server, path: str, suffix: str) -> None:
    reply = server.get(f"{path}?format={suffix}")
    quads = list(ox.parse(reply.body, ox.RdfFormat.from_extension(suffix)))
    assert len(quads) > 10
    assert server.get(f"{path}?format={suffix}").body == reply.body
    problem(server.get(path, accept="image/png"), 406)


def test_people_are_led_to_the_query_page(server: Server) -> None:
    reply = server.get("/sparql", accept="text/html,*/*;q=0.8")
    assert (reply.status, reply.headers["location"]) == (303, "/query")
    assert server.get("/query", accept="text/html").status == 200


def test_void_has_the_numbers(server: Server) -> None:
    graph = ox.Store()
    graph.load(server.get("/.well-known/void").body, ox.RdfFormat.TURTLE)

    def value(name: str, subject: str = f"{BASE}.well-known/void#dataset") -> set[str]:
        predicate = ox.NamedNode(f"http://rdfs.org/ns/void#{name}")
        found = graph.quads_for_pattern(ox.NamedNode(subject), predicate, None, None)
        return {quad.object.value for quad in found}

    assert value("triples") == {str(len(QUADS))}
    assert value("distinctSubjects") == {"5"}
    assert value("properties") == {"3"}
    assert value("documents", f"{BASE}.well-known/void#articles") == {"1"}
    assert "https://schema.org/" in value("vocabulary")
    for dump in value("dataDump"):
        assert server.get(dump.removeprefix(server.url[:-1])).status == 200


def test_health(server: Server) -> None:
    reply = server.get("/healthz")
    assert reply.json() == {"live": True, "ready": True, "revision": 2}
    assert reply.headers["cache-control"] == "no-store"


def test_every_answer_is_safe_to_open(server: Server) -> None:
    for path in ("/healthz", "/sparql?query=ASK%7B%7D", "/dump.ttl", "/nowhere", "/query"):
        headers = server.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        if headers["content-type"].startswith("text/html"):
            assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]


def test_queries_stand_in_no_log(server: Server) -> None:
    assert server.get("/sparql?query=ASK%7B%3Fsecret%20%3Fp%20%3Fo%7D").status == 200
    server.get("/what-was-asked-after-it")
    assert wait_for(lambda: "/what-was-asked-after-it" in server.log.read_text())
    log = server.log.read_text()
    assert '"GET /sparql" 200' in log
    assert "secret" not in log


def test_json_of_all_rows_is_json(server: Server) -> None:
    assert json.loads(server.query(ALL).body)["head"]["vars"] == ["s", "o"]
