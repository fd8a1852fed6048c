"""Query files: headers, parameters, and that no text gets into a query but as a term."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from questions import labels, queries
from rdflib import Dataset
from rdflib.plugins.sparql import prepareQuery

from kg.errors import ParameterError, UnknownNameError
from kg.iris import DEFAULT_BASE
from kg.queries import (
    TYPES,
    Candidate,
    Found,
    HeaderError,
    find_query,
    load_queries,
    parse_query,
)
from kg.queries.blocks import find_blocks
from kg.queries.labels import GraphLabels
from kg.queries.terms import sparql_form

NAMES = sorted(queries())
BODY = """
BASE <http://127.0.0.1:8000/>
PREFIX state: <https://w3id.org/diplomacy-kg/state/>

SELECT ?x WHERE { VALUES ?x { state:RUS } ?x ?p ?o }
"""
HEADER = """#: title: A title
#: question: What of {x}?
#: parameters:
#:   x: {type: state, label: State}
"""


def test_there_are_enough() -> None:
    assert len(NAMES) >= 16


@pytest.mark.parametrize("name", NAMES)
def test_file_runs_as_it_stands_in_both_engines(name: str) -> None:
    """Header, defaults and all: rdflib and pyoxigraph read the file, and what is bound from it."""
    query = queries()[name]
    for text in (query.text, query.bind(resolve_label=labels())):
        prepareQuery(text)
        assert isinstance(ox.Store().query(text), ox.QuerySolutions)


@pytest.mark.parametrize("name", NAMES)
def test_header_says_what_the_body_does(name: str) -> None:
    """Columns are named in the order of the result; placeholders and views are known."""
    query = queries()[name]
    solutions = ox.Store().query(query.text)
    assert isinstance(solutions, ox.QuerySolutions)
    assert [v.value for v in solutions.variables] == list(query.columns)
    assert query.title and query.description
    assert query.question.endswith("?")
    assert "{" not in query.ask()
    assert {block.name for block in query.blocks} == set(query.parameters)


@pytest.mark.parametrize("name", NAMES)
def test_files_are_written_alike(name: str) -> None:
    """No line over 100 characters, no tabs, prefixes sorted, all used, and one ORDER BY."""
    query = queries()[name]
    lines = query.text.split("\n")
    assert max(len(line) for line in lines) <= 100
    assert "\t" not in query.text and query.text.endswith("\n")
    prefixes = re.findall(r"^PREFIX (\w+):", query.text, re.MULTILINE)
    assert prefixes == sorted(prefixes)
    for prefix in prefixes:
        assert len(re.findall(rf"(?<!\w){prefix}:", query.body)) > 1
    assert query.body.count("ORDER BY") == 1


@pytest.mark.parametrize("name", NAMES)
def test_defaults_are_what_a_person_may_write(name: str) -> None:
    """A default written as its path, or as its label, binds to the term that the file has."""
    query = queries()[name]
    terms = {block.name: block.default for block in query.blocks}
    for parameter in query.parameters.values():
        for written in (parameter.default, parameter.default_label):
            if written is not None:
                bound = query.terms({parameter.name: written}, DEFAULT_BASE, labels())
                assert bound[parameter.name] == terms[parameter.name]


@pytest.mark.parametrize("name", NAMES)
def test_base_of_the_store_takes_the_place_of_the_default(name: str) -> None:
    query = queries()[name]
    bound = query.bind({}, "https://graph.example/")
    assert "BASE <https://graph.example/>" in bound
    assert DEFAULT_BASE not in bound


def test_unknown_query_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean positions-on-topic"):
        find_query("position-on-topics", queries())


def test_what_is_offered_does_not_hang_on_the_order_of_rows() -> None:
    """Six names are as near as each other, and five are shown: the same whichever comes first."""
    rows = [
        (f"http://example.org/{name}", name, name)
        for name in ("Nauru", "Sudan", "Suriname", "Sumaria", "Surland", "Russia")
    ]

    def offered(rows: list[tuple[str, str, str]]) -> list[str]:
        asked = GraphLabels(lambda query: [] if "STR(?name) =" in query else rows, DEFAULT_BASE)
        return [one.label for one in asked("state", "RSU").nearest]

    assert offered(rows) == offered(rows[::-1]) == offered(rows[3:] + rows[:3])
    assert "Russia" in offered(rows)


def test_folder_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "mine.rq").write_text(HEADER + BODY)
    assert list(load_queries(tmp_path)) == ["mine"]
    assert load_queries(tmp_path)["mine"].ask() == "What of RUS?"
    assert load_queries(tmp_path)["mine"].ask({"x": "Russia"}) == "What of Russia?"


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (HEADER.replace("title", "titel"), r"mine.rq:1: unknown key 'titel'; did you mean title"),
        (HEADER.replace("type: state", "type: stat"), r"mine.rq:4: no type 'stat'; did you mean"),
        (HEADER.replace("  x: {", "  y: {").replace("{x}", ""), r"mine.rq:4: y is declared but"),
        (HEADER.replace(", label: State", ""), r"mine.rq:4: x has no label"),
        (HEADER.replace("{x}", "{z}"), r"mine.rq:2: \{z\} is no parameter"),
        (HEADER.replace("label: State", "labl: State"), r"mine.rq:4: unknown key 'labl'"),
        (HEADER.replace("parameters:", "parameters: ["), r"mine.rq:\d: the header is no YAML"),
        (HEADER.split("#: parameters")[0].replace("{x}", "it"), r"mine.rq:7: VALUES \?x is not"),
        ("", r"mine.rq:1: has no header"),
        (HEADER + "#: view: pie\n", r"mine.rq:5: no view 'pie'; there are: table"),
    ],
)
def test_malformed_header_is_told_with_file_and_line(header: str, message: str) -> None:
    body = BODY if header else BODY.lstrip()
    with pytest.raises(HeaderError, match=message):
        parse_query("mine", header + body, "mine.rq")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("state:RUS state:IRN", "holds one term, not 2"),
        ("", "holds one term, not 0"),
        ("nowhere:RUS", "'nowhere:RUS' is not a term"),
    ],
)
def test_block_without_one_term_is_told_with_its_line(data: str, message: str) -> None:
    with pytest.raises(HeaderError, match=rf"mine.rq:9: .*{message}"):
        parse_query("mine", HEADER + BODY.replace("state:RUS }", f"{data} }}"), "mine.rq")


def test_blocks_in_comments_strings_and_iris_are_none() -> None:
    text = 'SELECT * WHERE { # VALUES ?a { 1 }\n ?s ?p "VALUES ?b { 2 }" VALUES ?c { 3 } }'
    assert [block.name for block in find_blocks(text)] == ["c"]


def test_every_occurrence_is_bound() -> None:
    bound = queries()["statements-on-topic"].bind({"topic": "topic:arms-control"})
    assert bound.count("{ <https://w3id.org/diplomacy-kg/topic/arms-control> }") == 3


# ---- values


def _bound(type_name: str, written: str, resolve: object = None) -> object:
    body = BODY.replace("state:RUS }", "UNDEF }")
    query = parse_query("mine", HEADER.replace("type: state", f"type: {type_name}") + body)
    return query.terms({"x": written}, DEFAULT_BASE, resolve)["x"]  # type: ignore[arg-type]


XSD = "http://www.w3.org/2001/XMLSchema#"
DKG = "https://w3id.org/diplomacy-kg/"


@pytest.mark.parametrize(
    ("type_name", "written", "iri"),
    [
        ("state", "rus", f"{DKG}state/RUS"),
        ("state", "Russia", f"{DKG}state/RUS"),
        ("state", "state:XAA", f"{DKG}state/XAA"),
        ("party", "RUS", f"{DKG}state/RUS"),
        ("person", "person/sergei-lavrov-rus", f"{DEFAULT_BASE}id/person/sergei-lavrov-rus"),
        ("person", "/id/person/x", f"{DEFAULT_BASE}id/person/x"),
        ("person", "Lavrov", f"{DEFAULT_BASE}id/person/sergei-lavrov-rus"),
        ("person", "sergei lavrov", f"{DEFAULT_BASE}id/person/sergei-lavrov-rus"),
        ("person", "http://example.org/p", "http://example.org/p"),
        ("party", "Syrian National Coalition", f"{DEFAULT_BASE}id/organisation/syrian-national-"),
        ("topic", "topic:civil-war", f"{DKG}topic/civil-war"),
        ("topic", "Civil war", f"{DKG}topic/civil-war"),
        ("place", "Munich", f"{DEFAULT_BASE}id/place/munich-deu"),
        ("entity", "meeting/k/m1", f"{DEFAULT_BASE}id/meeting/k/m1"),
        ("article", "chain", f"{DEFAULT_BASE}article/chain"),
        ("article", "https://tribune.example/truce", f"{DEFAULT_BASE}article/chain"),
        ("article", "A truce, it is said", f"{DEFAULT_BASE}article/chain"),
        ("article", f"{DEFAULT_BASE}article/x", f"{DEFAULT_BASE}article/x"),
        ("status", "Denied", f"{DKG}status/denied"),
        ("stance", "stance:opposes", f"{DKG}stance/opposes"),
        ("form", "call", f"{DKG}form/call"),
        ("mode", "direct", f"{DKG}mode/direct"),
        ("means", "act", f"{DKG}means/act"),
    ],
)
def test_what_a_person_writes_becomes_an_iri(type_name: str, written: str, iri: str) -> None:
    term = _bound(type_name, written, labels())
    assert isinstance(term, ox.NamedNode)
    assert term.value.startswith(iri)


@pytest.mark.parametrize(
    ("type_name", "written", "value", "datatype"),
    [
        ("date", "2013-02-02", "2013-02-02", "date"),
        ("integer", "+007", "7", "integer"),
        ("boolean", "Yes", "true", "boolean"),
        ("boolean", "0", "false", "boolean"),
        ("string", "  as it is ", "  as it is ", "string"),
        ("language", "pt-BR", "pt-BR", "string"),
    ],
)
def test_what_a_person_writes_becomes_a_literal(
    type_name: str, written: str, value: str, datatype: str
) -> None:
    assert _bound(type_name, written) == ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))


@pytest.mark.parametrize(
    ("type_name", "written", "message"),
    [
        ("date", "2013-02-30", "not a day"),
        ("date", "2013-02", "write YYYY-MM-DD"),
        ("date", "٢٠١٣-٠٢-٠٢", "not a day"),
        ("integer", "ten", "write digits"),
        ("boolean", "perhaps", "write true or false"),
        ("string", "a\x00b", r"U\+0000"),
        ("language", "en us", "not a language tag"),
        ("status", "ocurred", "did you mean 'occurred'"),
        ("state", "RUZ", "no state is called 'RUZ'"),
        ("state", "Rusia", r"did you mean .*Russia \(RUS\)"),
        ("state", "state:ZZZZ", "no state 'ZZZZ'"),
        ("person", "place/munich-deu", "place/… is not a person"),
        ("person", "state:RUS", "is a state, not a person"),
        ("person", "http://example.org/> }", "no person is called"),
        ("person", "http://example.org/<>", "is not an IRI"),
        ("person", "Sergej Lavrow", r"did you mean Sergei Lavrov \(person/sergei-lavrov-rus\)"),
        ("person", "Anton Brask", r"the name of 2; write one of Anton Brask \(person/anton-bra"),
        ("topic", "status:denied", "is not a topic"),
        ("article", "No such headline at all", "no article is called"),
    ],
)
def test_what_does_not_fit_is_told_with_a_remedy(
    type_name: str, written: str, message: str
) -> None:
    with pytest.raises(ParameterError, match=message) as caught:
        _bound(type_name, written, labels())
    assert str(caught.value).startswith("parameter x: ")
    assert "\n" not in str(caught.value)


def test_unknown_and_missing_parameters() -> None:
    query = queries()["meetings-of-party"]
    with pytest.raises(ParameterError, match=r"parameter partie: .* did you mean party"):
        query.bind({"partie": "RUS"})
    with pytest.raises(ParameterError, match="parameter party: has no value"):
        query.bind({"party": "  "})
    assert "VALUES ?status { UNDEF }" in query.bind({"status": ""})
    assert "VALUES ?status { status:occurred }" in query.bind({})


def test_names_need_a_resolver_and_codes_do_not() -> None:
    assert isinstance(_bound("party", "RUS"), ox.NamedNode)
    with pytest.raises(ParameterError, match="no person is called 'Lavrov'"):
        _bound("person", "Lavrov")


def test_candidates_are_listed() -> None:
    two = Found((Candidate("A", f"{DEFAULT_BASE}id/person/a"), Candidate("A", "http://x.org/a")))
    with pytest.raises(ParameterError, match=r"write one of A \(person/a\), A \(http://x.org/a\)"):
        _bound("person", "A", lambda kind, label: two)


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_each_type_says_what_it_wants(kind: str) -> None:
    """For forms and OpenAPI: words, a JSON type, and the choices where they are few."""
    assert TYPES[kind].wants
    assert TYPES[kind].schema["type"] in ("string", "integer", "boolean")
    if "enum" in TYPES[kind].schema:
        assert list(TYPES[kind].choices) == TYPES[kind].schema["enum"]


# ---- injection

HOSTILE = st.one_of(
    st.text(),
    st.text(alphabet="\"'\\{}<>?$#\n\r\t uU0025cx;.@^&|`"),
    st.sampled_from(
        [
            '" } DELETE WHERE { ?s ?p ?o } #',
            "\\u0022 } #",
            "\\\\u0022",
            "\\U0000005C\\u0022",
            "\u2028} UNION {",
            "''' }",
            "> } . ?a ?b <http://x/",
            "UNDEF } #",
            "\ufeff",
        ]
    ),
)
STRING_QUERY = parse_query(
    "mine",
    HEADER.replace("type: state", "type: string")
    + BODY.replace("state:RUS }", '"a" }').replace("?x ?p ?o ", ""),
)


@given(HOSTILE)
@example("\\u0022 } #")
@example("\\")
def test_any_text_comes_back_as_it_was(text: str) -> None:
    """In both engines, which differ in when they read escapes: one row, with the text itself."""
    try:
        bound = STRING_QUERY.bind({"x": text})
    except ParameterError:
        assert re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", text)
        return
    if not text:
        return
    rows = [row["x"] for row in ox.Store().query(bound)]  # type: ignore[union-attr]
    assert rows == [ox.Literal(text)]
    rdflib_rows = [str(row[0]) for row in Dataset().query(bound)]  # type: ignore[index]
    assert rdflib_rows == [text]


@given(st.sampled_from(sorted(TYPES)), HOSTILE)
def test_no_value_changes_the_shape_of_a_query(kind: str, text: str) -> None:
    """Whatever is written for whatever type: refused in one line, or one term in the block."""
    body = BODY.replace("state:RUS }", "UNDEF }")
    query = parse_query("mine", HEADER.replace("type: state", f"type: {kind}") + body)
    try:
        bound = query.bind({"x": text})
    except ParameterError as error:
        assert "Traceback" not in str(error)
        return
    blocks = find_blocks(bound)
    assert [block.name for block in blocks] == ["x"]
    ox.Store().query(bound)
    head, tail = query.body.split("UNDEF")
    assert bound.startswith("# A title\n" + head) and bound.endswith(tail)


@given(st.text(), st.sampled_from(["en", "de-AT"]))
def test_terms_are_written_so_that_they_are_read_again(text: str, language: str) -> None:
    try:
        terms = [ox.Literal(text), ox.Literal(text, language=language)]
        written = [sparql_form(term) for term in terms]
    except ValueError:
        return
    for term, form in zip(terms, written, strict=True):
        rows = [r["x"] for r in ox.Store().query(f"SELECT ?x {{ VALUES ?x {{ {form} }} }}")]  # type: ignore[union-attr]
        assert rows == [term]
