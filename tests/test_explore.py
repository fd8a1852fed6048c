"""The pages to look at, as they are sent: whole without any script, each led by a named query."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from pages_store import Page, make
from stories import meeting, person, story

from kg.endpoint.settings import Settings
from kg.loader.articles import Articles
from kg.pages.explore.asking import terms_of
from kg.pages.explore.recent import recent
from kg.pages.explore.stances import Attested, summed
from kg.pages.query import library
from kg.pages.reading import reading
from kg.serving.application import create_app
from kg.store import Store

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with make(tmp_path_factory.mktemp("explore") / "store") as store:
        yield create_app(store, Settings()).test_client()


def look(client: FlaskClient, name: str, code: int = 200, **values: str) -> Page:
    response = client.get(f"/explore/{name}?{urlencode(values)}", headers=HTML)
    assert response.status_code == code, response.text[-300:]
    return Page(response.text)


def words(page: Page) -> str:
    return " ".join(page.words.split())


def data(client: FlaskClient, name: str, **values: str) -> Any:
    text = client.get(f"/explore/{name}?{urlencode(values)}", headers=HTML).text
    found = re.search(r'<script type="application/json" id="\w+">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])


def asked(client: FlaskClient, page: Page) -> list[dict[str, str]]:
    """Follow the link that says what was asked; return the rows of its answer."""
    link = next(one for one in page.links if one.startswith("/queries/"))
    answer = client.get(link, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    return [
        {name: cell["value"] for name, cell in row.items()}
        for row in answer.json["results"]["bindings"]
    ]


@pytest.mark.parametrize("of", ["people", "states"])
def test_network_is_a_table_of_the_pairs_that_its_query_gives(client: FlaskClient, of: str) -> None:
    seen = look(client, "network", of=of)
    rows = [row for row in seen.cells[1:] if row]
    expected = asked(client, seen)
    assert len(rows) == len(expected) > 15
    assert [row[2] for row in rows] == [row["meetings"] for row in expected]
    assert rows[0][0] == expected[0]["oneName"]


def test_network_is_drawn_from_the_same_pairs(client: FlaskClient) -> None:
    drawn = data(client, "network", of="states")
    names = [node["name"] for node in drawn["nodes"]]
    pairs = {frozenset(names[at] for at in edge["ends"]): edge["count"] for edge in drawn["edges"]}
    assert pairs[frozenset(("Norvane", "Valdoria"))] == 4
    assert {node["kind"] for node in drawn["nodes"]} == {"state"}


def test_network_has_the_filters_of_its_query(client: FlaskClient) -> None:
    values = {"party": "Lakhdar Brahimi", "from": "2013-01-01", "status": "occurred"}
    rows = look(client, "network", **values).cells[1:]
    assert {row[2] for row in rows} == {"1"}
    assert all("13 September 2013" in row[3] for row in rows)
    assert len(rows) == 3


def test_meetings_behind_a_pair_have_their_words_and_place(client: FlaskClient) -> None:
    seen = look(client, "network", of="states")
    link = next(link for link in seen.links if "one=RUS&other=USA" in link)
    behind = Page(client.get(link, headers=HTML).text)
    said = words(behind)
    assert "Russia and United States 4 reports" in said
    assert "When did Russia meet United States, and who says so?" in said
    assert "which they had first proposed in Moscow on 7 May" in said
    assert any(re.match(r"/article/geneva-2013#char-\d+-\d+$", one) for one in behind.links)


def test_timeline_lists_what_its_query_gives_in_order(client: FlaskClient) -> None:
    seen = look(client, "timeline", of="Walid al-Muallem")
    expected = asked(client, seen)
    assert [one["begin"] for one in data(client, "timeline", of="Walid al-Muallem")] == [
        row["begin"] for row in expected
    ]
    assert "What happened around Walid al-Muallem" in words(seen)
    assert words(seen).count("9 September 2013") == 3


def test_timeline_shows_vague_dates_as_spans(client: FlaskClient) -> None:
    planned = [one for one in data(client, "timeline", of="John Kerry") if one["note"] == "planned"]
    assert [(one["begin"], one["end"]) for one in planned] == [("2013-09-01", "2013-09-30")]
    assert "September 2013 (“later that month”)" in words(look(client, "timeline", of="John Kerry"))


def test_timeline_marks_changes_of_position(client: FlaskClient) -> None:
    changed = [one for one in data(client, "timeline", of="Ardent dam") if one["note"] == "changed"]
    assert [one["label"] for one in changed] == ["Sarenia opposes Ardent dam"]


def test_timeline_of_days_alone_has_everything_of_them(client: FlaskClient) -> None:
    days = {"of": "", "from": "2031-06-20", "to": "2031-06-20"}
    assert len(data(client, "timeline", **days)) == 3


def test_positions_are_a_table_of_holders_by_targets(client: FlaskClient) -> None:
    seen = look(client, "positions", holder="Sarenia")
    assert seen.cells[0] == ["Target", "Sarenia"]
    dam = next(row for row in seen.cells if row[0] == "Ardent dam")
    assert dam[1].strip() == "+→−6"
    assert sum(int(row["positions"]) for row in asked(client, seen)) >= 6


def test_cells_say_in_words_what_signs_say(client: FlaskClient) -> None:
    text = client.get("/explore/positions?holder=Sarenia", headers=HTML).text
    assert (
        'aria-label="Sarenia on Ardent dam: supports, 1 January 2031 to 19 June 2031; then '
        'opposes, 20 June 2031"'
    ) in text


def test_behind_a_cell_are_its_positions_in_order_of_time(client: FlaskClient) -> None:
    seen = look(client, "positions", of="RUS", on="person/bashar-assad-syr")
    said = words(seen)
    assert "Russia on Bashar Assad 3 positions" in said
    assert "claimed by some quarters" in said
    assert said.index("27 January 2013") < said.index("2 February 2013")
    assert any("#char-" in link for link in seen.links)


@pytest.mark.parametrize("name", ["network", "timeline", "positions"])
def test_values_that_do_not_fit_are_told_beside_their_field(client: FlaskClient, name: str) -> None:
    field = {"network": "party", "timeline": "of", "positions": "holder"}[name]
    seen = look(client, name, 400, **{field: "Nobody At All"})
    assert "called 'Nobody At All'" in words(seen)
    assert "does not fit" in words(seen)
    assert words(look(client, name, 400, **{"from": "2013-02-30"})).count("not a day") == 1


@pytest.mark.parametrize("name", ["network", "timeline", "positions"])
def test_what_is_empty_says_what_to_do(client: FlaskClient, name: str) -> None:
    assert "Leave" in words(look(client, name, **{"from": "1800-01-01", "to": "1800-01-02"}))


@pytest.mark.parametrize("name", ["network", "timeline", "positions"])
def test_an_empty_store_has_pages_too(tmp_path: Path, name: str) -> None:
    with Store.open(tmp_path / "store") as store:
        seen = look(create_app(store, Settings()).test_client(), name)
    assert "Leave" in words(seen)


def test_a_pair_without_meetings_says_so(client: FlaskClient) -> None:
    seen = look(client, "network", one="Mao Zedong", other="Elin Maroth")
    assert "No meeting of these two" in words(seen)
    assert "No meetings can be shown" in words(look(client, "network", one="x", other="Nobody"))


def test_a_large_graph_asks_for_a_choice_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as the search index does not know what is latest, the ways in are names."""
    monkeypatch.setattr("kg.pages.explore.asking.MOST_WITHOUT_CHOICE", 3)
    monkeypatch.setattr("kg.pages.explore.asking.recent", lambda *_, **__: None)
    made = story(
        "k",
        parties={"a": person("Ana Vell"), "b": person("Bor Kint"), "c": person("Cy Moor")},
        meetings=[meeting("a", "b", "c", date="2031-01-01"), meeting("a", "c", id="n")],
    )
    with Store.open(tmp_path / "store") as store:
        with store.writer() as writer, Articles(store, writer, None) as articles:
            articles.put(made.facts, made.text)
        client = create_app(store, Settings()).test_client()
        seen = look(client, "network")
        assert "too large to be drawn whole" in words(seen)
        chosen = next(link for link in seen.links if "party=person" in link)
        found = Page(client.get(chosen, headers=HTML).text)
        assert len(found.cells) == 4


def thing(client: FlaskClient, path: str) -> Page:
    return Page(client.get(path, headers=HTML, follow_redirects=True).text)


def test_a_state_is_told_by_whom_it_met_and_where_it_stands(client: FlaskClient) -> None:
    seen = thing(client, "/id/state/RUS")
    said = words(seen)
    assert "Whom its representatives met 5" in said
    assert "United States 4 meetings, 1 November 1995 – 14 September 2013" in said
    assert "Where it stands 7" in said
    assert "/explore/network?of=states&state=RUS" in seen.links
    behind = next(link for link in seen.links if "holder=RUS&of=RUS&on=person" in link)
    assert "Russia on Bashar Assad 3 positions" in words(thing(client, behind))


def test_a_person_is_told_by_whom_it_met(client: FlaskClient) -> None:
    seen = thing(client, "/id/person/moaz-alkhatib")
    assert "Whom it met 4" in words(seen)
    assert "Ali Akbar Salehi 1 report, 2 February 2013" in words(seen)
    assert "/explore/timeline?of=person%2Fmoaz-alkhatib" in seen.links


def test_a_topic_is_told_by_who_stands_where(client: FlaskClient) -> None:
    said = words(thing(client, "/id/topic/ardent-dam"))
    assert "Who stands where 2" in said
    assert "then opposes, 20 June 2031" in said


def test_every_way_to_look_from_a_thing_leads_somewhere(client: FlaskClient) -> None:
    for path in ("/id/person/moaz-alkhatib", "/id/state/RUS", "/id/topic/ardent-dam",
                 "/id/place/munich-deu"):  # fmt: skip
        links = [link for link in thing(client, path).links if link.startswith("/explore/")]
        assert len(links) > 3
        for link in set(links):
            assert client.get(link, headers=HTML).status_code == 200, link


def test_reports_of_one_meeting_stand_side_by_side(client: FlaskClient) -> None:
    seen = thing(client, "/id/meeting/secret-post/m1")
    rows = {row[0]: row[1:] for row in seen.cells}
    assert rows["Aspect"] == ["Reports", "A night in Port Selby", "Ministry denies night visit"]
    assert rows["Status"] == ["contradict", "occurred", "denied"]
    assert rows["Place"] == ["agree", "Port Selby", "Port Selby"]
    alone = thing(client, "/id/meeting/homonym/m1")
    assert "What its reports say" not in alone.words


def test_reports_that_differ_say_in_what(client: FlaskClient) -> None:
    seen = thing(client, "/id/meeting/lake-talks-post/m1")
    rows = {row[0]: row[1:] for row in seen.cells}
    assert rows["Who"][0] == "differ"
    assert rows["Day"][0] == "agree"


def test_marked_words_lead_to_their_facts_and_say_them(client: FlaskClient) -> None:
    text = client.get("/article/reykjavik-1986", headers=HTML).text
    described = re.findall(r'<mark[^>]*><a href="(/id/[^"]+)" data-says="([^"]+)">', text)
    assert len(described) > 10
    for href, says in described:
        kind = href.split("/")[2]
        assert re.search(rf"(^|\n){kind}: ", says)
        assert client.get(href, headers=HTML).status_code == 303


def test_a_very_large_thing_is_told_by_what_is_latest(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.pages.profiles.LOOKED_AT", 3)
    monkeypatch.setattr("kg.pages.explore.recent.WHOLE", 3)
    monkeypatch.setattr("kg.pages.explore.recent.OF_PART", 4)
    seen = thing(client, "/id/state/RUS")
    assert "Where it stands 7" not in words(seen)
    assert "The latest 4 facts are shown" in words(seen)
    assert "/explore/positions?holder=RUS" in seen.links
    met = thing(client, "/id/person/moaz-alkhatib")
    assert any(link.startswith("/queries/meeting-network?party=") for link in met.links)


def test_a_person_is_told_by_offices_in_order_of_time(client: FlaskClient) -> None:
    said = words(thing(client, "/id/person/anton-brask-qva"))
    assert "Offices over time 2 foreign minister of Valdoria" in said
    assert said.index("foreign minister of Valdoria") < said.index(" minister of Valdoria 3 March")


def test_an_organisation_is_told_by_who_holds_office_in_it(client: FlaskClient) -> None:
    seen = thing(client, "/id/organisation/syrian-national-coalition")
    assert "Who holds office in it 1 Moaz Alkhatib leader" in words(seen)
    assert "/id/person/moaz-alkhatib" in seen.links


@pytest.mark.parametrize(
    ("stances", "last", "changed", "contradicted"),
    [
        ([("supports", "2013-01-01", "2013-02-01")], "supports", False, False),
        (
            [("supports", "2013-01-01", "2013-02-01"), ("opposes", "2013-02-02", "2013-02-02")],
            "opposes", True, False,
        ),
        (
            [("supports", "2013-01-01", "2013-02-01"), ("opposes", "2013-02-01", "2013-02-02")],
            "opposes", False, True,
        ),
        ([("supports", "", ""), ("opposes", "", "")], "supports", False, True),
        (
            [("neutral", "2013-01-01", "2013-01-09"), ("opposes", "2013-01-05", "2013-01-05")],
            "neutral", False, False,
        ),
    ],
)  # fmt: skip
def test_stances_are_summed_by_their_times(
    stances: list[tuple[str, str, str]], last: str, changed: bool, contradicted: bool
) -> None:
    cell = summed(Attested(stance, 1, 0, 0, first, end) for stance, first, end in stances)
    assert (cell.last.stance, cell.changed, cell.contradicted) == (last, changed, contradicted)
    assert ("contradictory" in cell.words) == contradicted


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("timeline", {}),
        ("timeline", {"from": "2013-01-01", "to": "2031-05-01"}),
        ("timeline-of", {"of": "person/sergei-lavrov-rus"}),
        ("timeline-of", {"of": "RUS"}),
        ("timeline-of", {"of": "topic/ardent-dam"}),
        ("timeline-of", {"of": "place/munich-deu"}),
        ("meeting-network", {}),
        ("meeting-network", {"status": "", "conferences": "yes"}),
        ("meeting-network", {"party": "person/moaz-alkhatib"}),
        ("state-network", {}),
        ("state-network", {"state": "RUS"}),
        ("position-matrix", {}),
        ("position-matrix", {"holder": "RUS"}),
        ("position-matrix", {"target": "topic/ardent-dam"}),
    ],
)
def test_the_latest_facts_give_the_rows_that_the_query_gives(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, name: str, values: dict[str, str]
) -> None:
    """Where there are no more facts than are read, the pages' two ways are one."""
    monkeypatch.setattr("kg.pages.explore.recent.WHOLE", 1000)
    with client.application.test_request_context(), reading() as reader:
        bound = library()[name].bind(values, reader.base, reader.resolve)
        found = recent(reader, name, terms_of(reader, library()[name], values))
        assert found is not None and found.whole and not found.since
        wanted = [{name: term.value for name, term in row.items()} for row in reader.rows(bound)]
        given = [{name: term.value for name, term in row.items()} for row in found.rows]
        assert wanted
        assert sorted(given, key=str) == sorted(wanted, key=str)


@pytest.mark.parametrize(
    ("name", "values", "columns"),
    [
        (
            "positions-between",
            {"holder": "RUS", "target": "person/bashar-assad-syr"},
            "asOf through stance demand changed source sourceName position article",
        ),
        (
            "positions-between",
            {"holder": "QSA", "target": "topic/ardent-dam"},
            "asOf through stance demand changed source sourceName position article",
        ),
        (
            "meetings-between",
            {"one": "person/moaz-alkhatib", "other": "RUS"},
            "begin end meeting",
        ),
        (
            "meetings-of-party",
            {"party": "person/moaz-alkhatib"},
            "other otherName begin end meeting",
        ),
    ],
)
def test_what_is_behind_a_cell_is_told_as_the_query_tells_it(
    client: FlaskClient, name: str, values: dict[str, str], columns: str
) -> None:
    """But for the words, which pages show with the facts."""
    with client.application.test_request_context(), reading() as reader:
        bound = library()[name].bind(values, reader.base, reader.resolve)
        found = recent(reader, name, terms_of(reader, library()[name], values))
        assert found is not None and found.whole
        wanted, given = (
            [{one: row[one].value for one in columns.split() if one in row} for row in rows]
            for rows in (reader.rows(bound), found.rows)
        )
        assert wanted
        assert given == wanted


def test_of_a_large_graph_the_latest_is_shown(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says since when, and asks the same of the query."""
    monkeypatch.setattr("kg.pages.explore.asking.MOST_WITHOUT_CHOICE", 3)
    monkeypatch.setattr("kg.pages.explore.recent.WHOLE", 2)
    monkeypatch.setattr("kg.pages.explore.recent.MOST", 2)
    seen = look(client, "timeline")
    assert "The latest 2 facts are shown" in words(seen)
    assert len(asked(client, seen)) >= 2
    since = next(link for link in seen.links if link.startswith("/queries/timeline?from="))
    every = client.get("/queries/timeline", headers={"Accept": "application/json"})
    assert len(asked(client, seen)) < len(every.json["results"]["bindings"])
    assert since.partition("=")[2] in data(client, "timeline")[0]["begin"]


def test_a_question_about_everything_in_a_large_graph_waits_to_be_told(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form sent as it is runs it; data come at once, since programs mean what they ask."""
    monkeypatch.setattr("kg.pages.explore.asking.MOST_WITHOUT_CHOICE", 3)

    def page(address: str) -> Page:
        return Page(client.get(f"/queries/{address}", headers=HTML).text)

    assert "this graph is large" in page("states-met").words
    assert not page("states-met").cells
    assert page("states-met?state=&conferences=no").cells
    assert page("positions-of-party").cells
    data = client.get("/queries/states-met", headers={"Accept": "application/json"})
    assert data.json["results"]["bindings"]
