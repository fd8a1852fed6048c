"""SPARQL Update: who may write, to which graphs, and when it is acknowledged."""

from __future__ import annotations

import threading
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import ARTICLE, BASE, EX, QUADS, TOKEN, Server, make_store, quad, serving

from kg.endpoint.execute import DatasetClause
from kg.endpoint.guard import examine
from kg.endpoint.rewrite import for_engine
from kg.endpoint.targets import targets
from kg.errors import QueryError
from kg.store import Store

MINE, ONE, TWO = f"{EX}mine", f"{EX}one", f"{EX}two"
INSERT = f"INSERT DATA {{ GRAPH <{MINE}> {{ <{EX}s> <{EX}p> 1 }} }}"


def graph(server: Server, iri: str) -> list[str]:
    """Return the objects in a graph, sorted, as a query that starts now sees them."""
    reply = server.query(f"SELECT ?o {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}")
    assert reply.status == 200, reply.text
    return sorted(row["o"] for row in reply.rows)


# Who may write.


def test_without_a_token_on_the_server_nobody_writes(server: Server) -> None:
    for headers in ({}, {"authorization": f"Bearer {TOKEN}"}, {"authorization": "Bearer "}):
        reply = server.form({"update": INSERT}, **headers)
        assert reply.status == 403
        assert "KG_TOKEN" in reply.json()["detail"]
    assert graph(server, MINE) == []


def test_wrong_tokens_are_refused(writable: Server) -> None:
    for header in (None, "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x"):
        reply = writable.form(
            {"update": INSERT}, **({} if header is None else {"authorization": header})
        )
        assert reply.status == 401
        assert reply.headers["www-authenticate"].startswith("Bearer ")
        assert TOKEN not in reply.text
    assert graph(writable, MINE) == []
    assert writable.form({"update": INSERT}, authorization=f"bearer {TOKEN}").status == 204


def test_a_token_that_no_header_can_carry_is_refused_at_the_start(tmp_path: Path) -> None:
    make_store(tmp_path / "store")
    start = serving(tmp_path / "store", KG_TOKEN="two words")
    with pytest.raises(AssertionError, match="KG_TOKEN has characters"), start:
        pass


# How.


def test_updates_by_form_and_as_the_body(writable: Server) -> None:
    assert writable.update(INSERT).status == 204
    reply = writable.request(
        "POST",
        "/sparql",
        f"DELETE DATA {{ GRAPH <{ONE}> {{ <{EX}a> <{EX}p> 1 }} }}",
        {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"},
    )
    assert reply.status == 204
    assert reply.body == b""
    assert (graph(writable, MINE), graph(writable, ONE)) == (["1"], [])


def test_an_acknowledged_update_is_on_the_disk(tmp_path: Path) -> None:
    with serving(make_store(tmp_path / "store"), KG_TOKEN=TOKEN) as running:
        before = running.get("/healthz").json()["revision"]
        reply = running.update(INSERT)
        running.process.kill()
        running.process.wait()
        assert int(reply.headers["kg-revision"]) > before
        with Store.open(running.store, create=False).snapshot() as snapshot:
            assert quad(f"{EX}s", f"{EX}p", 1, MINE) in snapshot.ox


def test_a_request_of_several_operations_is_one_transaction(writable: Server) -> None:
    reply = writable.update(f"{INSERT} ; DROP GRAPH <{EX}nowhere> ; DROP GRAPH <{ONE}>")
    assert reply.status == 409
    assert "nowhere" in reply.json()["detail"]
    assert (graph(writable, MINE), graph(writable, ONE)) == ([], ["1"])


def test_updates_at_once_are_all_done(writable: Server) -> None:
    statuses: list[int] = []

    def write(number: int) -> None:
        text = f"INSERT DATA {{ GRAPH <{MINE}> {{ <{EX}s> <{EX}p> {number} }} }}"
        statuses.append(writable.update(text).status)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [204] * 8
    assert graph(writable, MINE) == [str(number) for number in range(8)]


def test_while_another_process_writes_the_client_is_told_to_wait(tmp_path: Path) -> None:
    path = make_store(tmp_path / "store")
    # Before the server, whose own writer would else be the other one, if it is there soon enough.
    with Store.open(path, create=False).writer(), serving(path, KG_TOKEN="another") as running:
        reply = running.update(INSERT, "another")
        assert reply.status == 503
        assert int(reply.headers["retry-after"]) > 0
        assert running.query("ASK {}").status == 200


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("INSERT DATA { ?s ?p ?o }", "Variables are not allowed"),
        ("INSERT DATA { <a:s> <a:p> }", "cannot be read"),
        ("SELECT * { ?s ?p ?o }", "this is a query"),
        ("INSERT { GRAPH <a:b> { ?s ?p ?o } WHERE {}", "not closed"),
        ("LOAD <http://127.0.0.1:9/x>", "LOAD is not allowed"),
        ("hello", "cannot begin with hello"),
        ("INSERTDATA{GRAPH<a:b>{<a:s><a:p>1}}", "cannot be read"),
    ],
)
def test_what_is_no_update(writable: Server, text: str, message: str) -> None:
    reply = writable.update(text)
    assert reply.status == 400
    assert message in reply.json()["detail"]


def test_an_update_of_nothing_is_well_formed(writable: Server) -> None:
    for text in ("", " # nothing", "PREFIX a: <http://a/>"):
        assert writable.update(text).status == 204


def test_parameters_of_queries_are_not_for_updates(writable: Server) -> None:
    reply = writable.update(INSERT, **{"default-graph-uri": ONE})
    assert reply.status == 400
    assert writable.update(INSERT, managed="yes").status == 400


# Declarations, and graphs for WHERE.


def test_declarations_after_an_operation(writable: Server) -> None:
    text = f"""
      PREFIX p: <{EX}> BASE <{EX}> INSERT DATA {{ GRAPH p:mine {{ p:s p:p "p:one" }} }} ; # x
      PREFIX p: <{EX}other/> INSERT DATA {{ GRAPH <mine> {{ p:s p:p 2 }} }} ;
      BASE <{EX}base/> INSERT {{ GRAPH <mine> {{ <s> <p> ?o }} }} WHERE {{ GRAPH p:x {{}}
        BIND(3 AS ?o) }} ;
    """
    assert writable.update(text).status == 204
    rows = writable.query("SELECT ?g ?s ?o { GRAPH ?g { ?s ?p ?o } }").rows
    assert {(row["g"], row["s"], row["o"]) for row in rows} >= {
        (MINE, f"{EX}s", "p:one"),
        (MINE, f"{EX}other/s", "2"),
    }


@pytest.mark.parametrize(
    ("text", "using", "named", "expected"),
    [
        ("INSERT { GRAPH <%m> { ?s ?p ?o } } WHERE { ?s ?p ?o }", [ONE], [], ["1"]),
        ("INSERT { GRAPH <%m> { ?s ?p ?o } } WHERE { ?s ?p ?o }", [ONE, TWO], [], 3),
        ("INSERT { GRAPH <%m> { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }", [], [ONE], ["1"]),
        (
            "INSERT { GRAPH <%m> { ?s ?p ?n } } WHERE { ?s ?p ?o GRAPH ?g { ?s ?p ?n } }",
            [ONE],
            [TWO],
            ["2"],
        ),
    ],
)
def test_the_request_names_graphs_for_where(
    writable: Server, text: str, using: list[str], named: list[str], expected: list[str] | int
) -> None:
    fields = {"using-graph-uri": using, "using-named-graph-uri": named}
    reply = writable.form(
        {"update": text.replace("%m", MINE), **fields}, authorization=f"Bearer {TOKEN}"
    )
    assert reply.status == 204, reply.text
    found = graph(writable, MINE)
    assert (len(found) if isinstance(expected, int) else found) == expected


def test_graphs_in_the_request_and_in_the_update_conflict(writable: Server) -> None:
    for clause in (f"WITH <{ONE}> DELETE", "DELETE"):
        using = "" if "WITH" in clause else f"USING <{ONE}> "
        text = f"{clause} {{ GRAPH <{ONE}> {{ ?s ?p ?o }} }} {using}WHERE {{ ?s ?p ?o }}"
        reply = writable.update(text, **{"using-graph-uri": TWO})
        assert reply.status == 400
        assert "names graphs too" in reply.json()["detail"]
    assert graph(writable, ONE) == ["1"]


def test_delete_where_takes_graphs_of_the_request() -> None:
    update = examine("DELETE WHERE { ?s ?p ?o }", update=True)
    text = for_engine(update, DatasetClause((ONE,), ()))
    store = ox.Store()
    store.add(quad(f"{EX}a", f"{EX}p", 1, ONE))
    store.add(quad(f"{EX}a", f"{EX}p", 1))
    store.add(quad(f"{EX}a", f"{EX}p", 2))
    store.update(text)
    assert set(store) == {quad(f"{EX}a", f"{EX}p", 1, ONE), quad(f"{EX}a", f"{EX}p", 2)}


# Managed graphs.

REACHING = [
    f"INSERT DATA {{ GRAPH <{ARTICLE}> {{ <a:s> <a:p> 1 }} }}",
    "INSERT DATA { GRAPH <graph/entities> { <a:s> <a:p> 1 } }",
    "BASE <http://127.0.0.1:8000/x/y> INSERT DATA { GRAPH <../graph/entities> { <a:s> <a:p> 1 } }",
    f"PREFIX g: <{BASE}graph/> DELETE WHERE {{ GRAPH g:entities {{ ?s ?p ?o }} }}",
    f"PREFIX g: <{BASE}graph/article/> PREFIX h: <a:> CLEAR GRAPH h:x ; DROP GRAPH g:k1",
    r"DROP GRAPH <http://127.0.0.1:8000/\u0067raph/entities>",
    "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    f"WITH <{ARTICLE}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
    f"DELETE {{ ?s ?p ?o }} INSERT {{ GRAPH <{ARTICLE}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}",
    "CLEAR ALL",
    "DROP NAMED",
    "drop silent all",
    f"CREATE GRAPH <{BASE}graph/new>",
    f"COPY <{ONE}> TO <{ARTICLE}>",
    f"ADD DEFAULT TO GRAPH <{ARTICLE}>",
    f"MOVE <{ARTICLE}> TO <{MINE}>",
    f"{INSERT} ; {INSERT} ; CLEAR GRAPH <{ARTICLE}>",
    f"{INSERT} ; PREFIX g: <{BASE}graph/> CLEAR GRAPH g:links",
]
SPARING = [
    INSERT,
    f"INSERT DATA {{ <{BASE}graph/entities> <a:p> '''GRAPH <{ARTICLE}> {{''' }}",
    f"COPY <{ARTICLE}> TO <{MINE}>",
    f"ADD <{BASE}graph/entities> TO DEFAULT",
    f"INSERT {{ GRAPH <{MINE}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{ARTICLE}> {{ ?s ?p ?o }} }}",
    f"WITH <{MINE}> DELETE {{ ?s ?p ?o }} USING <{ARTICLE}> WHERE {{ ?s ?p ?o }}",
    "CLEAR DEFAULT",
    f"DROP GRAPH <{ONE}> # DROP ALL",
]


def test_managed_graphs_are_spared(writable: Server) -> None:
    for text in REACHING:
        reply = writable.update(text)
        assert reply.status == 403, text
        assert "managed=allow" in reply.json()["remedy"]
        assert reply.json()["line"] >= 1
    assert graph(writable, ARTICLE) == ["Talks go on", "https://schema.org/NewsArticle"]
    for text in SPARING:
        assert writable.update(text).status == 204, text


def test_managed_graphs_can_be_changed_by_who_means_it(writable: Server) -> None:
    text = f"DELETE WHERE {{ GRAPH <{ARTICLE}> {{ ?s ?p 'Talks go on' }} }}"
    assert writable.update(text).status == 403
    assert writable.update(text, managed="allow").status == 204
    assert graph(writable, ARTICLE) == ["https://schema.org/NewsArticle"]


_GRAPHS = st.sampled_from(
    [
        f"<{ONE}>",
        f"<{ARTICLE}>",
        "<graph/entities>",
        "<./graph/../graph/entities>",
        "<mine>",
        "g:entities",
        r"<\u0067raph/entities>",
        "e:one",
        "?g",
    ]
)
_TRIPLE = st.sampled_from(
    [f"<{EX}a> <{EX}p> 7 .", f"<{EX}b> <{EX}p> '''GRAPH <x> {{''' .", "?s ?p ?o ."]
)
_SPACE = st.sampled_from(["", " ", "\n# GRAPH <x> {\n"])


@st.composite
def quads(draw: st.DrawFn) -> str:
    parts = []
    for _ in range(draw(st.integers(1, 2))):
        triple = draw(_TRIPLE)
        if draw(st.booleans()):
            triple = f"GRAPH{draw(_SPACE)}{draw(_GRAPHS)}{draw(_SPACE)}{{{triple}}}"
        parts.append(triple)
    return "{" + " ".join(parts) + "}"


@st.composite
def one_operation(draw: st.DrawFn) -> str:
    named, other, space = draw(_GRAPHS), draw(_GRAPHS), draw(_SPACE)
    kind = draw(st.integers(0, 6))
    where = draw(
        st.sampled_from(
            ["{ ?s ?p ?o }", "{ GRAPH ?g { ?s ?p ?o } }", "{ GRAPH ?g { ?s ?p ?o } FILTER(?p<?o) }"]
        )
    )
    match kind:
        case 0:
            return f"INSERT{space} DATA{space}{draw(quads())}"
        case 1:
            return f"DELETE WHERE{space}{draw(quads())}"
        case 2:
            return f"WITH {named} DELETE {draw(quads())} INSERT{space}{draw(quads())} WHERE {where}"
        case 3:
            return f"DELETE{space}{draw(quads())} WHERE{space}{where}"
        case 4:
            return f"{draw(st.sampled_from(['CLEAR', 'DROP']))} SILENT GRAPH{space}{named}"
        case 5:
            verb = draw(st.sampled_from(["ADD", "COPY", "MOVE"]))
            return f"{verb} SILENT {named} TO {other}"
        case _:
            return draw(st.sampled_from(["CLEAR ALL", "DROP NAMED", "CLEAR DEFAULT"]))


@given(st.lists(one_operation(), min_size=1, max_size=3), _SPACE)
def test_what_is_said_to_spare_managed_graphs_does(parts: list[str], space: str) -> None:
    """Whatever an update is, when none of its targets is managed, no managed graph changes."""
    text = f"PREFIX g: <{BASE}graph/> PREFIX e: <{EX}>\n" + f"{space};{space}".join(parts)
    store = ox.Store()
    store.extend(QUADS)

    def managed() -> set[ox.Quad]:
        return {one for one in store if f"{BASE}graph/" in str(one.graph_name)}

    before = managed()
    try:
        examined = examine(text, update=True)
        reached = [target.graph for target in targets(examined, BASE)]
    except QueryError:
        return
    try:
        store.update(text, base_iri=BASE)
    except (SyntaxError, RuntimeError):
        return
    if all(one is not None and not one.startswith(f"{BASE}graph/") for one in reached):
        assert managed() == before
    # The engine reads what was rewritten as it reads the text itself.
    again = ox.Store()
    again.extend(QUADS)
    again.update(for_engine(examined, DatasetClause(), BASE), base_iri=BASE)
    assert set(again) == set(store)


@given(st.lists(one_operation(), min_size=2, max_size=3))
def test_declarations_may_stand_before_each_operation(parts: list[str]) -> None:
    """Repeating the declarations, which the engine cannot read, changes nothing."""
    declared = f"PREFIX g: <{BASE}graph/> PREFIX e: <{EX}>\n"
    once, each = declared + ";\n".join(parts), ";\n".join(declared + part for part in parts)
    stores = ox.Store(), ox.Store()
    try:
        for store, text in zip(stores, (once, each), strict=True):
            store.extend(QUADS)
            update = examine(text, update=True)
            store.update(for_engine(update, DatasetClause(), BASE), base_iri=BASE)
    except (SyntaxError, RuntimeError, QueryError):
        return
    assert set(stores[0]) == set(stores[1])
