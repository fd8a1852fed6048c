"""The ontology's files describe what the graph uses, and nothing else; the made ones are fresh."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pyoxigraph as ox
import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic, to_isomorphic
from rdflib_terms import CAMEO, DKG, SCHEMA, STATE
from sample_store import make_store

from kg import choices, vocabulary
from kg.concepts import cameo, topics
from kg.iris import DEFAULT_BASE
from kg.states import read_states
from kg.store import Store
from kg.vocabulary import PREFIXES, ROOT

FOLDER = Path(__file__).resolve().parent.parent / "ontology"
MORE = Namespace("https://schema.org/")
OWN_KINDS = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty}
REUSED_KINDS = {RDFS.Class, RDF.Property}
SCHEMES = ("status", "form", "mode", "stance", "means", "topic", "cameo", "event")


@pytest.fixture(scope="module")
def own() -> Graph:
    return Graph().parse(FOLDER / "dkg.ttl")


@pytest.fixture(scope="module")
def reused() -> Graph:
    return Graph().parse(FOLDER / "reused.ttl")


@pytest.fixture(scope="module")
def concepts() -> Graph:
    graph = Graph()
    for name in ("concepts.ttl", "topics.ttl", "cameo.ttl"):
        graph.parse(FOLDER / name)
    return graph


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with make_store(tmp_path_factory.mktemp("ontology") / "store", events=True) as made:
        yield made


def _terms(graph: Graph, kinds: set[URIRef]) -> set[URIRef]:
    return {s for kind in kinds for s in graph.subjects(RDF.type, kind) if isinstance(s, URIRef)}


def _used(store: Store, *, but: str = "graph/ontology") -> set[URIRef]:
    """Return the properties and classes in use, the ontology's own description left out."""
    used: set[URIRef] = set()
    with store.snapshot() as snapshot:
        for quad in snapshot.ox:
            if str(quad.graph_name.value) == f"{store.base}{but}":
                continue
            used.add(URIRef(quad.predicate.value))
            if quad.predicate.value == str(RDF.type):
                used.add(URIRef(quad.object.value))
    return used


def test_the_code_and_the_file_know_the_same_terms(own: Graph) -> None:
    assert {str(term) for term in _terms(own, OWN_KINDS)} == {
        vocabulary.DKG.term(name) for name in vocabulary.DKG.names()
    }


@pytest.mark.parametrize("file", ["dkg.ttl", "reused.ttl"])
def test_every_term_has_one_label_and_one_comment(file: str) -> None:
    graph = Graph().parse(FOLDER / file)
    terms = _terms(graph, OWN_KINDS | REUSED_KINDS)
    assert terms
    for term in terms:
        for predicate in (RDFS.label, RDFS.comment):
            values = list(graph.objects(term, predicate))
            assert len(values) == 1, (term, predicate)
            assert isinstance(values[0], Literal) and values[0].language == "en", term
        comment = str(graph.value(term, RDFS.comment))
        assert comment.endswith(".") and len(comment) > 15, term


def test_every_own_property_says_what_it_describes_and_what_its_values_are(own: Graph) -> None:
    for term in _terms(own, {OWL.ObjectProperty, OWL.DatatypeProperty}):
        domains = {*own.objects(term, RDFS.domain), *own.objects(term, MORE.domainIncludes)}
        ranges = {*own.objects(term, RDFS.range), *own.objects(term, MORE.rangeIncludes)}
        assert domains, term
        # dkg:entity leads to anything that can be mentioned.
        assert ranges or term == DKG.entity, term
        # A domain is an inference, so several classes are only ever "included".
        assert len(list(own.objects(term, RDFS.domain))) <= 1, term


def test_domains_and_ranges_name_described_classes(own: Graph, reused: Graph) -> None:
    classes = _terms(own, {OWL.Class}) | _terms(reused, {RDFS.Class})
    links = (RDFS.domain, RDFS.range, MORE.domainIncludes, MORE.rangeIncludes)
    named = {o for link in links for o in own.objects(None, link) if isinstance(o, URIRef)}
    datatypes = {o for o in named if o.startswith(PREFIXES["xsd"])}
    assert named - datatypes - classes == {RDFS.Class}


def test_every_class_is_linked_to_a_known_vocabulary(own: Graph) -> None:
    for term in _terms(own, {OWL.Class}):
        above = list(own.objects(term, RDFS.subClassOf))
        assert above and not any(str(c).startswith(f"{ROOT}ns#") for c in above), term


def test_reused_terms_stay_their_owners(reused: Graph) -> None:
    for term in _terms(reused, REUSED_KINDS):
        assert not str(term).startswith(ROOT)
        owner = str(reused.value(term, RDFS.isDefinedBy))
        assert str(term).startswith(owner) or "prov-o" in owner, (term, owner)


def test_every_described_term_is_used_by_the_samples(
    own: Graph, reused: Graph, store: Store
) -> None:
    described = _terms(own, OWN_KINDS) | _terms(reused, REUSED_KINDS)
    assert described - _used(store) == set()


def test_every_term_used_is_described(own: Graph, reused: Graph, store: Store) -> None:
    described = _terms(own, OWN_KINDS) | _terms(reused, REUSED_KINDS)
    assert _used(store) - described == set()


def test_the_namespaces_of_the_code_hold_described_terms(own: Graph, reused: Graph) -> None:
    described = _terms(own, OWN_KINDS) | _terms(reused, REUSED_KINDS)
    for terms in (vocabulary.SCHEMA, vocabulary.SEM, vocabulary.OA):
        assert {URIRef(terms.term(name)) for name in terms.names()} <= described


@pytest.mark.parametrize(
    ("scheme", "values"),
    [
        ("status", choices.Status),
        ("form", choices.Form),
        ("mode", choices.Mode),
        ("stance", choices.Stance),
        ("means", choices.Means),
    ],
)
def test_a_scheme_has_the_values_of_the_facts_model(
    scheme: str, values: object, concepts: Graph
) -> None:
    found = {
        str(concepts.value(concept, SKOS.notation))
        for concept in concepts.subjects(SKOS.inScheme, URIRef(f"{ROOT}{scheme}"))
    }
    assert found == set(get_args(values))


def test_every_concept_can_be_read_and_found(concepts: Graph) -> None:
    all_concepts = set(concepts.subjects(RDF.type, SKOS.Concept))
    assert len(all_concepts) > 300
    for concept in all_concepts:
        notation = str(concepts.value(concept, SKOS.notation))
        label = concepts.value(concept, SKOS.prefLabel)
        assert isinstance(label, Literal) and label.language == "en", concept
        assert str(concepts.value(concept, RDFS.label)) == str(label)
        assert len(str(concepts.value(concept, SKOS.definition))) > 20, concept
        scheme = str(concepts.value(concept, SKOS.inScheme))
        assert str(concept) == f"{scheme}/{notation}"
        broader = concepts.value(concept, SKOS.broader)
        if broader is None:
            assert (concept, SKOS.topConceptOf, URIRef(scheme)) in concepts
            assert (URIRef(scheme), SKOS.hasTopConcept, concept) in concepts
        else:
            assert str(concepts.value(broader, SKOS.inScheme)) == scheme
    assert {str(s) for s in concepts.subjects(RDF.type, SKOS.ConceptScheme)} == {
        f"{ROOT}{name}" for name in SCHEMES
    }


def test_close_matches_of_concepts_lead_to_concepts(concepts: Graph) -> None:
    matches = set(concepts.objects(None, SKOS.closeMatch))
    assert matches and matches <= set(concepts.subjects(RDF.type, SKOS.Concept))


def test_cameo_has_a_concept_for_every_line_of_the_table(concepts: Graph) -> None:
    with (FOLDER / "cameo.tsv").open(encoding="utf-8", newline="") as file:
        lines = [line for line in file if not line.startswith("#")]
    rows = list(csv.DictReader(lines, delimiter="\t"))
    found = set(concepts.subjects(SKOS.inScheme, URIRef(f"{ROOT}cameo")))
    assert len(found) == len(rows) == len(lines) - 1 == 312
    for row in rows:
        code = CAMEO[row["code"]]
        assert str(concepts.value(code, RDFS.label)).casefold() == row["label"].casefold()
        assert float(str(concepts.value(code, DKG.goldstein))) == float(row["goldstein"])
    assert concepts.value(CAMEO["0211"], SKOS.broader) == CAMEO["021"]
    assert concepts.value(CAMEO["021"], SKOS.broader) == CAMEO["02"]
    assert concepts.value(CAMEO["010"], SKOS.broader) == CAMEO["01"]


def test_the_tables_that_facts_are_checked_by_hold_the_concepts(concepts: Graph) -> None:
    for name, table in (("cameo", cameo()), ("topic", topics())):
        found = concepts.subjects(SKOS.inScheme, URIRef(f"{ROOT}{name}"))
        assert {str(concepts.value(c, SKOS.notation)) for c in found} == set(table)
    assert topics()["civil-war"].broader == "war-and-peace"
    assert "peace talks" in topics()["peace-process"].names
    assert cameo()["0211"].broader == "02"


def test_the_states_graph_is_the_table() -> None:
    graph = Graph().parse(FOLDER / "states.ttl")
    states = read_states(FOLDER / "states.tsv")
    kinds = dict(graph.subject_objects(RDF.type))
    assert set(kinds) == {STATE[code] for code in states}
    for code, state in states.items():
        node = STATE[code]
        assert (kinds[node] == DKG.State) is (state.kind != "territory"), code
        assert (kinds[node] == SCHEMA.Place) is (state.kind == "territory"), code
        assert str(graph.value(node, RDFS.label)) == state.name
        assert {str(n) for n in graph.objects(node, SKOS.altLabel)} == set(state.names)
        for match in (SKOS.exactMatch, SKOS.closeMatch):
            links = {iri for kind, iri in state.links if SKOS[kind] == match}
            assert {str(o) for o in graph.objects(node, match)} == links
        years = [graph.value(node, p) for p in (SCHEMA.foundingDate, SCHEMA.dissolutionDate)]
        assert [int(str(y)[:4]) if y else None for y in years] == [state.since, state.until]


@pytest.mark.parametrize("name", ["dkg", "reused", "concepts", "topics", "cameo", "states"])
def test_files_that_become_managed_graphs_have_no_blank_nodes_and_parse_alike(name: str) -> None:
    """Oxigraph and rdflib read the same triples, and Oxigraph keeps them to the letter."""
    path = FOLDER / f"{name}.ttl"
    quads = list(ox.parse(path=path, format=ox.RdfFormat.TURTLE))
    assert not any(isinstance(t, ox.BlankNode) for q in quads for t in (q.subject, q.object))
    graph = Graph().parse(path)
    assert len(graph) == len(quads)
    assert not any(isinstance(node, BNode) for node in graph.all_nodes())
    kept = ox.Store()
    kept.extend(quads)
    assert set(kept) == set(quads)


def test_the_packaged_graphs_share_no_triple() -> None:
    seen: dict[ox.Triple, str] = {}
    for name in ("dkg", "reused", "concepts", "topics", "cameo", "states"):
        for quad in ox.parse(path=FOLDER / f"{name}.ttl", format=ox.RdfFormat.TURTLE):
            assert quad.triple not in seen, (name, seen.get(quad.triple))
            seen[quad.triple] = name


@pytest.mark.parametrize("script", ["topics", "cameo", "context", "states", "reference"])
def test_a_made_file_is_fresh(script: str) -> None:
    """The script that makes it would write the same again."""
    command = [sys.executable, "-m", f"ontology.make.{script}", "check"]
    done = subprocess.run(command, cwd=FOLDER.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_stale_file_is_found(tmp_path: Path) -> None:
    table = tmp_path / "topics.tsv"
    lines = (FOLDER / "topics.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join(lines[:-1]), encoding="utf-8")
    command = [sys.executable, "-m", "ontology.make.topics", str(table), "check"]
    done = subprocess.run(command, cwd=FOLDER.parent, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "topics.ttl is stale: run 'python -m ontology.make.topics'\n"


def test_the_context_writes_and_reads_articles_as_json(store: Store) -> None:
    context = json.loads((FOLDER / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    with store.snapshot() as snapshot:
        graph = Graph()
        name = ox.NamedNode(f"{DEFAULT_BASE}graph/article/reykjavik-1986")
        text = ox.serialize(
            (q.triple for q in snapshot.ox.quads_for_pattern(None, None, None, name)),
            format=ox.RdfFormat.N_TRIPLES,
        )
        graph.parse(data=text, format="nt")
    assert len(graph) > 500
    written = json.loads(graph.serialize(format="json-ld", context=context, auto_compact=True))
    written["@context"] = context
    again = Graph().parse(data=json.dumps(written), format="json-ld")
    assert isomorphic(to_isomorphic(graph), to_isomorphic(again))
    # No key is left as an IRI or a prefixed name: the context has a word for every term in use.
    keys = {key for node in written["@graph"] for key in node}
    assert not {key for key in keys if ":" in key}


def test_the_context_has_a_key_for_every_term(own: Graph, reused: Graph) -> None:
    context = json.loads((FOLDER / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    named = [value if isinstance(value, str) else value["@id"] for value in context.values()]
    whole = {
        PREFIXES[name.split(":")[0]] + name.split(":", 1)[1]
        for name in named
        if name.split(":")[0] in PREFIXES
    }
    described = _terms(own, OWN_KINDS) | _terms(reused, REUSED_KINDS)
    assert whole == {str(term) for term in described - {RDF.type}}


def test_every_shape_says_what_is_wrong_and_what_to_do() -> None:
    shapes = Graph().parse(FOLDER / "shapes.ttl")
    named = {s for s in shapes.subjects(RDF.type) if isinstance(s, URIRef)}
    for shape in named:
        if shapes.value(shape, SH.property):
            continue  # its properties speak for it
        (message,) = shapes.objects(shape, SH.message)
        says, mark, remedy = str(message).partition("; ")
        assert mark and says[0].isupper() and remedy[0].islower(), shape
        assert not remedy.endswith("."), shape


def test_shapes_name_only_described_terms(own: Graph, reused: Graph) -> None:
    shapes = Graph().parse(FOLDER / "shapes.ttl")
    described = _terms(own, OWN_KINDS) | _terms(reused, REUSED_KINDS)
    named = {
        o
        for p in (SH.path, SH["class"], SH.targetClass, SH.lessThan, SH.lessThanOrEquals)
        for o in shapes.objects(None, p)
        if isinstance(o, URIRef)
    }
    assert named <= described


def test_the_ontology_has_version_licence_and_description(own: Graph) -> None:
    about = URIRef(f"{ROOT}ns")
    assert (about, RDF.type, OWL.Ontology) in own
    for predicate in (OWL.versionInfo, OWL.versionIRI, DCTERMS.license, DCTERMS.description):
        assert own.value(about, predicate), predicate
