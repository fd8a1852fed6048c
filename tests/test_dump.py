"""Dumps: the same bytes each time, in every format the same dataset."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pytest
from commands import kg_bytes
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Dataset, Graph
from servers import ARTICLE, BASE, EX, QUADS, Server, make_store, quad

from kg.dump import dump, format_named
from kg.errors import UnknownNameError
from kg.formats import DATASETS, JSONLD, NQUADS, NTRIPLES, TRIG, TURTLE, Format
from kg.formats.turtle import TurtleWriter
from kg.store import Store
from kg.vocabulary import PREFIXES

XSD = "http://www.w3.org/2001/XMLSchema#"
FORMATS = pytest.mark.parametrize("form", DATASETS, ids=lambda form: form.suffix)
KEEPS_GRAPHS = (TRIG, NQUADS, JSONLD)

_LOCAL = st.text(
    st.characters(categories=["L", "N"], include_characters="-._~:@!$&'()*+,;=%/?#"), max_size=12
)
_STARTS = [BASE, f"{BASE}id/person/", f"{BASE}article/", EX, "urn:x:", *PREFIXES.values()]


def _is_iri(iri: str) -> bool:
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return True


_IRIS = st.builds("{}{}".format, st.sampled_from(_STARTS), _LOCAL).filter(_is_iri).map(ox.NamedNode)
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_LITERALS = st.one_of(
    st.builds(ox.Literal, _TEXT),
    st.builds(lambda text: ox.Literal(text, language="en-gb"), _TEXT),
    st.builds(ox.Literal, st.integers(-(10**20), 10**20).map(str), datatype=st.just(
        ox.NamedNode(f"{XSD}integer"))),
    st.builds(
        lambda text, kind: ox.Literal(text, datatype=ox.NamedNode(XSD + kind)),
        st.sampled_from(["1.50", "-.5", "+7", "1.", "1e3", "true", "1", "x", "2013-02-02", ""]),
        st.sampled_from(["decimal", "boolean", "double", "date", "integer", "token"]),
    ),
)  # fmt: skip
_QUADS = st.lists(
    st.builds(
        ox.Quad,
        _IRIS,
        _IRIS,
        st.one_of(_IRIS, _LITERALS),
        st.one_of(st.just(ox.DefaultGraph()), _IRIS),
    ),
    max_size=12,
)


def store_of(quads: list[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend(quads)
    return store


def dumped(store: ox.Store, form: Format, graphs: list[str] | None = None) -> bytes:
    return b"".join(dump(store, form, BASE, graphs))


def parsed(data: bytes, form: Format) -> set[ox.Quad]:
    assert isinstance(form.engine, ox.RdfFormat)
    return set(ox.parse(data, form.engine))


@FORMATS
@given(quads=_QUADS)
def test_a_dump_holds_the_dataset(form: Format, quads: list[ox.Quad]) -> None:
    store = store_of(quads)
    expected = set(store)
    if form not in KEEPS_GRAPHS:
        expected = {ox.Quad(*one.triple) for one in expected}
    assert parsed(dumped(store, form), form) == expected


@FORMATS
@given(quads=_QUADS, seed=st.integers())
def test_the_order_of_loading_does_not_show(form: Format, quads: list[ox.Quad], seed: int) -> None:
    other = list(quads)
    random.Random(seed).shuffle(other)
    assert dumped(store_of(quads), form) == dumped(store_of(other), form)


@given(iri=_IRIS)
def test_rdflib_reads_every_iri_as_it_was(iri: ox.NamedNode) -> None:
    writer = TurtleWriter(PREFIXES, BASE)
    text = f"{writer.header()}<a:s> <a:p> {writer.term(iri)} ."
    assert [str(o) for o in Graph().parse(data=text, format="turtle").objects()] == [iri.value]


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_rdflib_reads_whole_dumps() -> None:
    store = store_of(QUADS)
    for form, name in ((TRIG, "trig"), (NQUADS, "nquads"), (JSONLD, "json-ld")):
        dataset = Dataset().parse(data=dumped(store, form), format=name)
        assert len(list(dataset.quads((None, None, None, None)))) == len(QUADS), name
    for form, name in ((TURTLE, "turtle"), (NTRIPLES, "nt11")):
        assert len(Graph().parse(data=dumped(store, form), format=name)) == len(QUADS), name


def test_blank_nodes_of_users_stay_joined() -> None:
    one, two = ox.BlankNode(), ox.BlankNode()
    name = ox.NamedNode(f"{EX}g")
    store = store_of(
        [
            ox.Quad(one, ox.NamedNode(f"{EX}knows"), two, name),
            ox.Quad(two, ox.NamedNode(f"{EX}knows"), one, name),
            ox.Quad(two, ox.NamedNode(f"{EX}age"), ox.Literal(5), name),
        ]
    )
    for form in KEEPS_GRAPHS:
        back = ox.Dataset(parsed(dumped(store, form), form))
        wanted = ox.Dataset(store)
        back.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        wanted.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        assert back == wanted, form.label


def test_turtle_is_for_reading() -> None:
    store = store_of(
        [
            quad(f"{BASE}id/m1", f"{PREFIXES['rdfs']}label", "A meeting", ARTICLE),
            quad(f"{BASE}id/m1", f"{PREFIXES['rdf']}type", f"{PREFIXES['dkg']}Meeting", ARTICLE),
            quad(f"{BASE}id/m1", f"{PREFIXES['dkg']}place", f"{BASE}id/place/munich", ARTICLE),
            quad(f"{BASE}id/m1", f"{PREFIXES['dkg']}actCount", 3, ARTICLE),
            quad(f"{BASE}id/m1", f"{PREFIXES['dkg']}dateText", 'the "2nd"\nday', ARTICLE),
        ]
    )
    body = dumped(store, TRIG).decode().partition("\n\n")[2]
    assert body == (
        "<graph/article/k1> {\n"
        "    <id/m1> a dkg:Meeting ;\n"
        '        rdfs:label "A meeting" ;\n'
        "        dkg:actCount 3 ;\n"
        '        dkg:dateText "the \\"2nd\\"\\nday" ;\n'
        "        dkg:place <id/place/munich> .\n"
        "}\n"
    )


def test_many_subjects_come_in_pieces() -> None:
    quads = [quad(f"{EX}s{number}", f"{EX}p", number, ARTICLE) for number in range(5000)]
    store = store_of(quads)
    for form in DATASETS:
        pieces = list(dump(store, form, BASE))
        assert len(pieces) > 2
        assert max(map(len, pieces)) < len(b"".join(pieces))
        assert len(parsed(b"".join(pieces), form)) == 5000


def test_some_graphs_only() -> None:
    store = store_of(QUADS)
    found = parsed(dumped(store, NQUADS, [f"{EX}two", ARTICLE]), NQUADS)
    wanted = {ox.NamedNode(f"{EX}two"), ox.NamedNode(ARTICLE)}
    assert found == {one for one in QUADS if one.graph_name in wanted}


@pytest.mark.parametrize("iri", [f"{BASE}graph/article/k2", "nonsense", "not an iri"])
def test_a_graph_that_is_not_there_is_an_error_before_the_first_byte(iri: str) -> None:
    with pytest.raises(UnknownNameError, match="no graph"):
        dump(store_of(QUADS), TURTLE, BASE, [iri])


def test_formats_have_several_names() -> None:
    for name in ("turtle", "TTL", "text/turtle"):
        assert format_named(name) is TURTLE
    assert format_named("nquads") is format_named("N-Quads") is NQUADS
    with pytest.raises(UnknownNameError, match="did you mean turtle"):
        format_named("turtel")


# The command and the routes.


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("dump") / "store")


@FORMATS
def test_the_command_writes_what_the_server_sends(
    form: Format, stored: Path, server: Server
) -> None:
    done = kg_bytes(
        "dump", "--store", stored, "--format", form.names[0] if form.names else form.suffix
    )
    assert done.returncode == 0, done.stderr
    reply = server.get(f"/dump.{form.suffix}")
    assert reply.body == done.stdout
    assert reply.headers["content-type"] == form.content_type()
    assert reply.headers["transfer-encoding"] == "chunked"


def test_a_file_says_its_format_and_is_whole_or_untouched(stored: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.nq"
    assert kg_bytes("dump", "--store", stored, "-o", target).returncode == 0
    assert parsed(target.read_bytes(), NQUADS) == set(QUADS)
    before = target.read_bytes()
    failed = kg_bytes("dump", "--store", stored, "--graph", "http://example.org/none", "-o", target)
    assert failed.returncode == 2
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["all.nq"]


def test_one_article(stored: Path) -> None:
    for name in ("k1", f"{BASE}article/k1"):
        done = kg_bytes("dump", "--store", stored, "--format", "nq", "--article", name)
        assert parsed(done.stdout, NQUADS) == {
            one for one in QUADS if one.graph_name == ox.NamedNode(ARTICLE)
        }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--article", "k11"], "no article 'k11'; did you mean k1?"),
        (["--graph", f"{EX}tow"], f"no graph '{EX}tow'; did you mean {EX}two?"),
        (["--format", "pdf"], "no dump format 'pdf'"),
    ],
)
def test_wrong_names_are_one_line(stored: Path, arguments: list[str], message: str) -> None:
    done = kg_bytes("dump", "--store", stored, *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1


def test_no_store_is_one_line(tmp_path: Path) -> None:
    done = kg_bytes("dump", "--store", tmp_path / "none")
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("form", KEEPS_GRAPHS, ids=lambda form: form.suffix)
def test_a_restored_dump_is_the_same_dataset(form: Format, stored: Path, tmp_path: Path) -> None:
    saved = tmp_path / f"all.{form.suffix}"
    assert kg_bytes("dump", "--store", stored, "-o", saved).returncode == 0
    done = kg_bytes("restore", saved, "--store", tmp_path / "again")
    assert done.returncode == 0, done.stderr
    with Store.open(tmp_path / "again", create=False) as store, store.snapshot() as snapshot:
        assert set(snapshot.ox) == set(QUADS)
    again = kg_bytes(
        "dump", "--store", tmp_path / "again", "--graph", ARTICLE, "--graph", f"{EX}two"
    )
    assert (
        again.stdout
        == kg_bytes("dump", "--store", stored, "--graph", ARTICLE, "--graph", f"{EX}two").stdout
    )


def test_routes_for_single_graphs(server: Server) -> None:
    reply = server.get(f"/dump.nq?graph={EX}one")
    assert parsed(reply.body, NQUADS) == {quad(f"{EX}a", f"{EX}p", 1, f"{EX}one")}
    missing = server.get("/dump.nq?graph=http://example.org/none")
    assert (missing.status, missing.type) == (404, "application/problem+json")


def test_head_of_a_dump(server: Server) -> None:
    reply = server.request("HEAD", "/dump.ttl")
    assert (reply.status, reply.body) == (200, b"")
    assert reply.type == "text/turtle"
