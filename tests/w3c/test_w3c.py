"""The W3C's SPARQL 1.1 tests, put over HTTP to one server in its strict mode."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from asking import Endpoint, Raw, verdict
from exchanges import Exchange, protocol_tests
from manifests import FOLDER, ROOT, Case, Data, cases, manifest
from servers import TOKEN, Server, serving

from kg.store import Store

# How many tests of queries, updates and results each folder has.
NUMBERS = {
    "add": 8, "aggregates": 47, "basic-update": 13, "bind": 10, "bindings": 11, "cast": 6,
    "clear": 4, "construct": 7, "copy": 6, "csv-tsv-res": 6, "delete": 19, "delete-data": 6,
    "delete-insert": 17, "delete-where": 6, "drop": 4, "exists": 6, "functions": 75,
    "grouping": 6, "json-res": 4, "move": 6, "negation": 12, "project-expression": 7,
    "property-path": 33, "service": 7, "subquery": 14, "syntax-fed": 3, "syntax-query": 94,
    "syntax-update-1": 54, "syntax-update-2": 1, "update-silent": 13,
}  # fmt: skip
PROTOCOL, DESCRIPTION = 34, 3
# The graph store protocol is tested in tests/test_graphstore.py; the older manifest in
# http-rdf-update is its predecessor in prose, and withdrawn.
ELSEWHERE = {"graph-store-protocol", "http-rdf-update", "protocol", "service-description"}
DEVIATIONS: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(
    (Path(__file__).parent / "deviations.yaml").read_text(encoding="utf-8")
)
THERE = FOLDER.is_dir()
SD = "http://www.w3.org/ns/sparql-service-description#"

pytestmark = pytest.mark.skipif(
    not THERE, reason="the W3C tests are not at hand; name their folder in KG_W3C_TESTS"
)


def _suites() -> list[str]:
    if not THERE:
        return []
    return sorted({path.parent.name for path in FOLDER.glob("*/manifest.ttl")} - ELSEWHERE)


def _cases() -> list[Case]:
    """Return all tests; those about the same data stand together, so that it is sent once."""
    return sorted(
        (case for suite in _suites() for case in cases(suite)),
        key=lambda case: (case.suite, case.after is not None, repr(case.data), case.name),
    )


def _deviations() -> dict[str, str]:
    """Return the reason of every deviation, by the name of the test."""
    return {name: reason for reason, listed in DEVIATIONS.items() for name in listed["tests"]}


ALL = _cases()
REASONS = _deviations()
EXCHANGES = protocol_tests() if THERE else {}


@pytest.fixture(scope="module")
def strict() -> Iterator[Server]:
    """Run a server whose default graph is the one without a name, over an empty store."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        Store.open(Path(folder) / "store").close()
        with serving(
            Path(folder) / "store", "--strict-dataset", "--no-access-log", KG_TOKEN=TOKEN
        ) as running:
            yield running


@pytest.fixture(scope="module")
def endpoint(strict: Server) -> Endpoint:
    return Endpoint(strict)


def test_every_test_is_found() -> None:
    found = {suite: sum(case.suite == suite for case in ALL) for suite in _suites()}
    assert found == NUMBERS
    assert len({case.id for case in ALL}) == sum(NUMBERS.values()) == 505
    assert len(EXCHANGES) == PROTOCOL
    assert len(manifest("service-description").entries()) == DESCRIPTION


def test_every_deviation_is_one_of_a_test() -> None:
    listed = [name for listed in DEVIATIONS.values() for name in listed["tests"]]
    assert len(listed) == len(set(listed))
    assert set(listed) <= {case.id for case in ALL}
    assert DEVIATIONS.keys() == {"policy", "engine", "canonical"}
    for deviation in DEVIATIONS.values():
        assert deviation["reason"]
        assert all(deviation["tests"].values())


def test_the_documentation_has_these_numbers() -> None:
    text = (ROOT / "docs" / "endpoint.md").read_text(encoding="utf-8")
    assert f"{sum(NUMBERS.values())} tests of queries, updates and results" in text
    assert f"{PROTOCOL} of the protocol and {DESCRIPTION} of the service description" in text
    *_, last = text.split("| Reason | Tests |")
    shown = [int(line.split("|")[-2]) for line in last.strip().splitlines()[1:]]
    assert shown == [len(listed["tests"]) for listed in DEVIATIONS.values()]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_over_http(case: Case, endpoint: Endpoint) -> None:
    found, reason = verdict(case, endpoint), REASONS.get(case.id)
    if reason is None:
        assert found == "passed"
        return
    assert found != "passed", "it passes; take it from the list of deviations"
    if reason == "policy":
        assert found.startswith("refused")
        return
    assert verdict(case, Raw()) == found, "pyoxigraph itself says something else"
    canonical = verdict(case, endpoint, canonical=True) == "passed"
    assert canonical == (reason == "canonical")


@pytest.mark.parametrize("name", EXCHANGES)
def test_protocol(name: str, strict: Server, endpoint: Endpoint) -> None:
    data, exchanges = EXCHANGES[name]
    endpoint.forget()
    endpoint.load(data)
    for exchange in exchanges:
        exchange.run(strict)
    endpoint.forget()


def test_protocol_tests_can_fail(strict: Server, endpoint: Endpoint) -> None:
    endpoint.forget()
    endpoint.load(Data())
    asked = Exchange("GET", "/sparql?query=ASK%7B%7D", (), None, frozenset({2}), False, "boolean")
    with pytest.raises(AssertionError):
        asked.run(strict)


@pytest.fixture(scope="module")
def description(strict: Server) -> ox.Store:
    """Return what the server says of itself."""
    reply = strict.get("/sparql")
    assert (reply.status, reply.type) == (200, "text/turtle")
    found = ox.Store()
    found.load(reply.body, format=ox.RdfFormat.TURTLE)
    return found


def _objects(graph: ox.Store, name: str) -> list[str]:
    found = graph.quads_for_pattern(None, ox.NamedNode(SD + name), None)
    return [quad.object.value for quad in found if not isinstance(quad.object, ox.Triple)]


def test_description_returns_rdf(description: ox.Store) -> None:
    assert len(description) > 10


def test_description_has_endpoint_triple(description: ox.Store, strict: Server) -> None:
    assert _objects(description, "endpoint") == [strict.endpoint]


def test_description_conforms_to_schema(description: ox.Store) -> None:
    """Each property has the types that the vocabulary gives it, and values of its range."""
    types = {
        "endpoint": "Service", "supportedLanguage": "Service", "feature": "Service",
        "resultFormat": "Service", "defaultDataset": "Service", "availableGraphs": "Service",
        "defaultGraph": "Dataset", "namedGraph": "GraphCollection", "name": "NamedGraph",
        "graph": "NamedGraph",
    }  # fmt: skip
    a = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    used = set()
    for quad in description:
        name = quad.predicate.value.removeprefix(SD)
        if name == quad.predicate.value:
            continue
        used.add(name)
        kind = ox.NamedNode(SD + types[name])
        assert list(description.quads_for_pattern(quad.subject, a, kind)), quad
        assert not isinstance(quad.object, ox.Literal)
    assert {"endpoint", "supportedLanguage", "defaultDataset", "defaultGraph"} <= used
    assert set(_objects(description, "supportedLanguage")) == {
        f"{SD}SPARQL11Query", f"{SD}SPARQL11Update",
    }  # fmt: skip
    assert f"{SD}UnionDefaultGraph" not in _objects(description, "feature")
