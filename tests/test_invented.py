"""The invented articles: contradictions, copies, denials and homonyms, which history lacks.

What is expected here is what ``tests/data/invented/README.md`` says, written from the articles.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import kg as run_kg
from rdflib import Dataset

import kg
from kg.readers import Reading, find_files, read

DATA = Path(__file__).parent / "data"
FOLDER = DATA / "invented"
EARLIER = DATA / "invented-earlier"

PREFIXES = """
PREFIX dkg: <https://w3id.org/diplomacy-kg/ns#>
PREFIX status: <https://w3id.org/diplomacy-kg/status/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX sem: <http://semanticweb.cs.vu.nl/2009/11/sem/>
"""


def _load(store: Path, *paths: Path) -> None:
    run = run_kg("load", "--store", store, *paths)
    assert run.returncode == 0, run.stderr


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    """Return a graph into which the earlier version was loaded first, then the whole folder."""
    store = tmp_path_factory.mktemp("invented") / "store"
    _load(store, EARLIER)
    _load(store, FOLDER)
    dataset = kg.open_graph(store)
    yield dataset
    dataset.close()


def _rows(graph: Dataset, query: str) -> set[tuple[str, ...]]:
    def short(term: object) -> str:
        """Return a fact as ``article/fact``, an entity by its slug, an article by its key."""
        _, _, path = str(term).partition("/id/")
        return path.split("/", 1)[1] if path else str(term).rpartition("/article/")[2]

    return {tuple(short(term) for term in row) for row in graph.query(PREFIXES + query)}


@pytest.mark.parametrize(
    "path", [*find_files(FOLDER), *find_files(EARLIER)], ids=lambda p: f"{p.parent.name}/{p.stem}"
)
def test_each_file_is_whole(path: Path) -> None:
    (reading,) = read(path)
    assert isinstance(reading, Reading), "\n".join(str(problem) for problem in reading.problems)
    assert reading.facts.article.id == path.stem
    assert reading.text is not None


def test_states_are_of_the_codes_for_private_use() -> None:
    """No state that exists is made to do what it never did."""
    codes = set()
    for path in find_files(FOLDER):
        (reading,) = read(path)
        assert isinstance(reading, Reading)
        codes |= {p.state for p in reading.facts.parties.values() if p.state}
        codes |= {p.country for p in reading.facts.places.values() if p.country}
    assert codes == {"QVA", "QNO", "QSA", "QTO"}


def test_reports_of_one_meeting_are_linked_and_no_others(graph: Dataset) -> None:
    rows = _rows(graph, "SELECT ?a ?b { ?a dkg:sameMeeting ?b FILTER(STR(?a) < STR(?b)) }")
    assert rows == {
        ("lake-talks-courier/m1", "lake-talks-post/m1"),
        ("call-gazette/m1", "call-wire/m1"),
        ("secret-denial/m1", "secret-post/m1"),
        ("summit-held/m1", "summit-plan/m1"),
    }


def test_only_the_agency_copy_is_a_copy(graph: Dataset) -> None:
    rows = _rows(graph, "SELECT ?a ?b { ?a dkg:nearCopyOf ?b }")
    assert rows == {("call-wire", "call-gazette"), ("call-gazette", "call-wire")}


def test_one_name_is_three_people(graph: Dataset) -> None:
    rows = _rows(
        graph,
        """SELECT DISTINCT ?entity {
            ?mention a dkg:Mention ; schema:name ?name ; dkg:entity ?entity ; dkg:kind schema:Person
            FILTER(CONTAINS(?name, "Brask")) }""",
    )
    assert rows == {("anton-brask-qva",), ("anton-brask-qsa",), ("chain/brask-qva",)}


def test_stances_towards_the_dam_follow_each_other(graph: Dataset) -> None:
    rows = _rows(
        graph,
        """SELECT ?position ?stance ?day {
            ?topic rdfs:label "Ardent dam" .
            ?position dkg:target ?topic ; dkg:holder ?holder ; dkg:stance ?stance ; dkg:asOf ?day
            FILTER(STRENDS(STR(?holder), "QSA")) }""",
    )
    assert {(position, stance.rsplit("/", 1)[-1], day) for position, stance, day in rows} == {
        ("dam-before/p1", "supports", "2031-01-15"),
        ("dam-before/p2", "supports", "2031-01-15"),
        ("dam-after/p1", "supports", "2031-01-01"),
        ("call-wire/p2", "supports", "2031-04-10"),
        ("call-gazette/p1", "supports", "2031-04-10"),
        ("dam-after/p2", "opposes", "2031-06-20"),
    }
    assert _rows(graph, "SELECT ?new ?old { ?new dkg:revises ?old }") == {
        ("dam-after/p2", "dam-after/p1")
    }


def test_chains_of_report_keep_their_depth(graph: Dataset) -> None:
    rows = _rows(
        graph,
        """SELECT ?fact (COUNT(?report) AS ?depth) { ?fact dkg:reportedBy+ ?report }
        GROUP BY ?fact""",
    )
    assert rows == {
        ("chain/s1", "3"),
        ("chain/p1", "3"),
        ("chain/s2", "2"),
        ("chain/s3", "1"),
        ("lake-talks-tribune/m1", "1"),
        ("secret-post/m1", "1"),
        ("secret-denial/m1", "1"),
        ("secret-denial/m2", "1"),
        ("summit-plan/m1", "1"),
        ("dam-after/p2", "1"),
    }


def test_a_later_version_of_an_article_replaces_the_earlier_one(graph: Dataset) -> None:
    rows = _rows(
        graph,
        """SELECT ?meeting ?day ?place {
            ?meeting dkg:status status:planned ; sem:hasBeginTimeStamp ?day ; dkg:place ?place }""",
    )
    assert rows == {("summit-plan/m1", "2031-07-01", "lake-arden-qto")}


def test_meetings_that_did_not_take_place(graph: Dataset) -> None:
    rows = _rows(
        graph,
        """SELECT ?meeting ?status {
            ?meeting a dkg:Meeting ; dkg:status ?status FILTER(?status != status:occurred) }""",
    )
    assert {(meeting, status.rsplit("/", 1)[-1]) for meeting, status in rows} == {
        ("secret-denial/m1", "denied"),
        ("secret-denial/m2", "denied"),
        ("summit-plan/m1", "planned"),
    }
