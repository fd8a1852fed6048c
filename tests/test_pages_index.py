"""Pages tell the same of the graph whether the search index answers or the graph itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from pages_store import make

from kg.endpoint.settings import Settings
from kg.pages.facts import read_fact, read_facts
from kg.pages.reading import Reader, reading, text_of
from kg.pages.reference_counts import counts
from kg.pages.referring import sections
from kg.search.naming import foremost
from kg.serving.application import create_app
from kg.vocabulary import ENTITIES

_FACTS = (
    "SELECT DISTINCT ?fact"
    " { VALUES ?type { dkg:Meeting dkg:Statement dkg:Position } ?fact a ?type }"
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with make(tmp_path_factory.mktemp("told") / "store") as store:
        yield create_app(store, Settings()).test_client()


@pytest.fixture
def reader(client: FlaskClient) -> Iterator[Reader]:
    with client.application.test_request_context(), reading() as made:
        yield made


@pytest.fixture
def things(reader: Reader) -> list[str]:
    """All that articles name."""
    found = reader.look(lambda searched: foremost(searched, tuple(ENTITIES), 1000))
    assert found and len(found) > 150
    return [named.iri for named in found]


def test_facts_are_told_alike(reader: Reader) -> None:
    facts = [text_of(row["fact"]) for row in reader.rows(_FACTS)]
    assert len(facts) > 200
    assert read_facts(reader, facts) == [read_fact(reader, fact) for fact in facts]


def test_what_is_no_fact_is_left_out(reader: Reader, things: list[str]) -> None:
    assert read_facts(reader, [things[0], f"{reader.base}article/x", "no IRI"]) == []


def test_what_refers_to_a_thing_is_counted_alike(
    reader: Reader, things: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a thing that very much refers to, the index counts; of others, a query."""
    asked = {thing: counts(reader, thing) for thing in things}
    monkeypatch.setattr("kg.pages.reference_counts.LOOKED_AT", 0)
    assert {thing: dict(counts(reader, thing)) for thing in things} == asked
    assert sum(map(len, asked.values())) > 400


def test_what_refers_to_a_thing_is_listed_alike(
    reader: Reader, things: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {thing: sections(reader, thing) for thing in things}
    monkeypatch.setattr(Reader, "look", lambda reader, see: None)
    assert {thing: sections(reader, thing) for thing in things} == known
