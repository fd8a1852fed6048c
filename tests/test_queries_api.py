"""The named queries as an API: every one in every format, and what describes them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from conftest import ROOT
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from servers import Reply, Server, serving

from kg.commands.load import command as load
from kg.queries import load_queries
from kg.queries.parameters import TYPES

QUERIES = load_queries()
STATES = "/queries/states-met"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server over the samples."""
    store = tmp_path_factory.mktemp("samples") / "store"
    done = CliRunner().invoke(load, [str(ROOT / "kg/samples"), "--store", str(store)])
    assert done.exit_code == 0, done.output
    with serving(store) as running:
        yield running


@pytest.fixture(scope="module")
def described(site: Server) -> dict[str, Any]:
    reply = site.get("/openapi.json")
    assert (reply.status, reply.type) == (200, "application/json")
    found: dict[str, Any] = reply.json()
    return found


def get(described: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = described["paths"][f"/queries/{name}"]["get"]
    return found


def asked(site: Server, path: str) -> Reply:
    """Ask as programs do."""
    return site.get(path, accept="application/sparql-results+json")


def whole(described: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "components": described["components"]}


# What is described


def test_the_document_is_valid(described: dict[str, Any]) -> None:
    validate(described, cls=OpenAPIV31SpecValidator)


def test_every_query_is_described_and_nothing_else(described: dict[str, Any]) -> None:
    paths = {path for path in described["paths"] if not path.startswith("/try")}
    assert paths == {"/queries", "/search", *(f"/queries/{name}" for name in QUERIES)}


@pytest.mark.parametrize("name", QUERIES)
def test_every_parameter_is_described(described: dict[str, Any], name: str) -> None:
    operation = get(described, name)
    own = {one["name"]: one for one in operation["parameters"] if "name" in one}
    assert list(own) == list(QUERIES[name].parameters)
    for parameter in QUERIES[name].parameters.values():
        said = own[parameter.name]
        schema = said["schema"]
        assert schema.items() >= TYPES[parameter.type.name].schema.items()
        assert parameter.label in said["description"]
        assert parameter.description in said["description"]
        assert ("default" in schema) == (parameter.default is not None)
        if "default" in schema:
            jsonschema.validate(schema["default"], schema)
    assert operation["summary"] == QUERIES[name].title


@pytest.mark.parametrize("name", QUERIES)
def test_answers_are_as_described(site: Server, described: dict[str, Any], name: str) -> None:
    content = get(described, name)["responses"]["200"]["content"]
    for media_type in content:
        reply = site.get(f"/queries/{name}", accept=media_type)
        assert (reply.status, reply.type) == (200, media_type)
        if media_type.endswith("json"):
            jsonschema.validate(reply.json(), content[media_type]["schema"])
            assert reply.json()["head"]["vars"] == list(QUERIES[name].columns)


def test_problems_are_as_described(site: Server, described: dict[str, Any]) -> None:
    schema = whole(described, described["components"]["schemas"]["Problem"])
    for path, status in (
        (f"{STATES}?state=Atlantis", 400),
        ("/queries/state-met", 404),
        (f"{STATES}?format=png", 406),
    ):
        reply = asked(site, path)
        assert (reply.status, reply.type) == (status, "application/problem+json")
        jsonschema.validate(reply.json(), schema)
        assert str(status) in get(described, "states-met")["responses"]


def test_it_is_found_from_the_list_and_from_the_service(site: Server) -> None:
    listed = site.get("/queries")
    assert listed.json()["openapi"] == "/openapi.json"
    assert listed.headers["link"] == '</openapi.json>; rel="service-desc"'
    assert "/openapi.json" in site.get("/queries", accept="text/html").text
    turtle = site.get("/sparql", accept="application/n-triples").text
    assert f"<{site.url}openapi.json>" in turtle


# What is answered


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("json", "application/sparql-results+json"),
        ("xml", "application/sparql-results+xml"),
        ("csv", "text/csv"),
        ("tsv", "text/tab-separated-values"),
    ],
)
def test_every_format_says_the_same(site: Server, form: str, media_type: str) -> None:
    by_name = site.get(f"{STATES}?state=RUS&format={form}", accept="image/png")
    by_header = site.get(f"{STATES}?state=RUS", accept=media_type)
    assert by_name.type == by_header.type == media_type
    assert by_name.body == by_header.body
    expected = site.get(f"{STATES}?state=RUS&format=json").rows
    assert expected
    if form == "csv":
        assert len(list(csv.reader(io.StringIO(by_name.text)))) == len(expected) + 1
    else:
        rows = ox.parse_query_results(
            by_name.body, ox.QueryResultsFormat.from_media_type(media_type)
        )
        assert len(list(rows)) == len(expected)  # type: ignore[arg-type]


def test_a_value_by_code_name_and_iri_is_the_same(site: Server) -> None:
    given = ("RUS", "rus", "Russia", "https://w3id.org/diplomacy-kg/state/RUS")
    bodies = {site.get(f"{STATES}?{urlencode({'state': one})}").body for one in given}
    assert len(bodies) == 1


def test_head_is_get_without_the_body(site: Server) -> None:
    get_, head = (site.request(method, STATES) for method in ("GET", "HEAD"))
    assert head.status == 200 and head.body == b""
    for name in ("content-type", "content-length", "kg-revision", "vary"):
        assert head.headers[name] == get_.headers[name]


@pytest.mark.parametrize(
    ("path", "parameter", "words"),
    [
        (f"{STATES}?state=RSU", "state", "RUS"),
        (f"{STATES}?sate=RUS", "sate", "did you mean state"),
        (f"{STATES}?state=RUS&state=USA", "state", "send one"),
        (f"{STATES}?status=occured", "status", "occurred"),
        ("/queries/on-date?from=yesterday", "from", "YYYY-MM-DD"),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_its_remedy(
    site: Server, path: str, parameter: str, words: str
) -> None:
    reply = asked(site, path)
    assert reply.status == 400
    problem = reply.json()
    assert problem["parameter"] == parameter
    assert parameter in problem["detail"]
    assert words in problem["remedy"]


def test_a_query_that_there_is_not_names_the_nearest(site: Server) -> None:
    reply = asked(site, "/queries/state-met")
    assert reply.status == 404
    assert reply.json()["nearest"] == ["states-met"]
    assert "states-met" in reply.json()["remedy"]
    assert "/queries" in asked(site, "/queries/xyzzy").json()["remedy"]


def test_values_cannot_break_out_of_their_place(site: Server) -> None:
    for value in (
        "RUS> } DROP ALL #",
        '" } SELECT * { ?s ?p ?o } #',
        "http://x/> ?p ?o . <http://y",
    ):
        reply = asked(site, f"{STATES}?{urlencode({'state': value})}")
        assert reply.status == 400
        assert reply.json()["parameter"] == "state"


def test_it_runs_in_the_workers(site: Server) -> None:
    """A limit of the workers holds for named queries too."""
    with serving(site.store, KG_RESULT_ROWS="1") as running:
        reply = asked(running, "/queries/articles")
        assert reply.type == "application/problem+json"
        assert "1 row" in reply.text
