"""Links between articles: reports of one meeting, texts that nearly repeat each other."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from kg.derived.copies import repeats, runs
from kg.loader.articles import Articles
from kg.store import Store
from tests.stories import loaded, meeting, person, story, triples

PARTIES = {
    "solen": person("Mira Solen", "XAA"),
    "vance": person("Teodor Vance", "XBB"),
    "bare": person("Vance", "XBB"),
    "orlo": person("Ada Orlo", "XBB"),
    "arvonia": {"name": "Arvonia", "kind": "state", "state": "XAA"},
    "belmark": {"name": "Belmark", "kind": "state", "state": "XBB"},
    "carth": {"name": "Carth", "kind": "state", "state": "XCC"},
    "delegation": {"name": "the delegation", "kind": "group", "state": "XBB"},
}
PLACES = {
    "anne": {"name": "Port Anne", "country": "XAA"},
    "hills": {"name": "Blue Hills", "country": "XAA"},
    "bel": {"name": "Belport", "country": "XBB"},
    "nowhere": {"name": "Anne"},
}


def report(key: str, *participants: str, published: str | None = None, **more: Any):
    return story(
        key,
        article={"published": published} if published else {},
        parties=PARTIES,
        places=PLACES,
        meetings=[meeting(*participants, **more)],
    )


def score_of(folder: Path, one, other) -> float | None:
    """Load two articles; return the score of the link between their meetings, if there is one."""
    with loaded(folder / "s", one, other) as (_, database):
        links = triples(database, "links")
    keys = [reading.facts.article.id for reading in (one, other)]
    pairs = {(s, o) for s, p, o in links if p == "sameMeeting"}
    if not pairs:
        assert not links
        return None
    a, b = (f"meeting/{key}/m" for key in keys)
    assert pairs == {(a, b), (b, a)}
    assert {o for s, p, o in links if p == "matchedReport"} == {a, b}
    (value,) = (float(o) for s, p, o in links if p == "score")
    return value


SOLEN_VANCE = ("solen", "vance")
DAY: dict[str, Any] = {"date": "2013-02-02"}


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [
        ((SOLEN_VANCE, DAY), (SOLEN_VANCE, DAY), 0.9),
        ((SOLEN_VANCE, DAY | {"place": "anne"}), (SOLEN_VANCE, DAY | {"place": "anne"}), 1.0),
        ((SOLEN_VANCE, DAY), (("solen", "bare"), DAY), 0.81),
        ((SOLEN_VANCE, DAY), (("arvonia", "belmark"), DAY), 0.54),
        ((SOLEN_VANCE, DAY), (("solen", "delegation"), DAY), 0.72),
        ((SOLEN_VANCE, DAY), (SOLEN_VANCE, {"date": "2013-02"}), 0.5744),
        ((SOLEN_VANCE, DAY), (SOLEN_VANCE, {"date": "2013-02-01/2013-02-07"}), 0.7099),
        ((SOLEN_VANCE, DAY), (SOLEN_VANCE, DAY | {"status": "denied"}), 0.9),
        ((SOLEN_VANCE, DAY), (("solen", "vance", "carth"), DAY), 0.6),
        ((SOLEN_VANCE, DAY | {"place": "anne"}), (SOLEN_VANCE, DAY | {"place": "hills"}), 0.8),
        ((SOLEN_VANCE, DAY | {"place": "anne"}), (SOLEN_VANCE, DAY | {"place": "nowhere"}), 0.9),
        # none
        ((SOLEN_VANCE, DAY), (SOLEN_VANCE, {"date": "2013-02-03"}), None),
        ((SOLEN_VANCE, DAY), (("solen", "orlo"), DAY), None),
        ((SOLEN_VANCE, DAY), (("solen", "carth"), DAY), None),
        ((SOLEN_VANCE, DAY), (("arvonia", "carth"), DAY), None),
        ((SOLEN_VANCE, DAY | {"place": "anne"}), (SOLEN_VANCE, DAY | {"place": "bel"}), None),
        ((SOLEN_VANCE, DAY), (SOLEN_VANCE, {"date": "2013"}), None),
        ((SOLEN_VANCE, DAY), (SOLEN_VANCE, {}), None),
        ((SOLEN_VANCE, DAY), (SOLEN_VANCE, DAY | {"form": "call"}), None),
        ((SOLEN_VANCE, DAY), (("solen", "vance", "carth", "orlo"), DAY), None),
        ((SOLEN_VANCE, DAY), (("arvonia", "belmark"), {"date": "2013-02"}), None),
    ],
)
def test_reports_match_by_parties_dates_place_and_form(tmp_path: Path, one, other, score):
    """Each factor of the score, and each reason why two reports are of two meetings."""
    first, second = (report(key, *x[0], **x[1]) for key, x in (("a", one), ("b", other)))
    found = score_of(tmp_path, first, second)
    assert found == (None if score is None else pytest.approx(score, abs=1e-4))


@pytest.mark.parametrize(
    ("published", "score"),
    [("2013-02-02", 0.568), ("2013-02-05", 0.568), ("2013-02-06", None), (None, None)],
)
def test_a_report_without_a_date_counts_as_the_week_of_its_article(tmp_path, published, score):
    """Three days before and after publication, at a lower score."""
    one = report("a", *SOLEN_VANCE, **DAY)
    other = report("b", *SOLEN_VANCE, published=published)
    found = score_of(tmp_path, one, other)
    assert found == (None if score is None else pytest.approx(score, abs=1e-3))


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((SOLEN_VANCE, DAY), (SOLEN_VANCE, DAY)),
        ((SOLEN_VANCE, DAY), (("solen", "bare"), DAY)),
        ((SOLEN_VANCE, DAY), (("arvonia", "belmark"), DAY)),
        ((SOLEN_VANCE, DAY), (("solen", "delegation"), DAY)),
        ((SOLEN_VANCE, DAY), (SOLEN_VANCE, {"date": "2013-01-08/2013-02-04"})),
        ((SOLEN_VANCE, DAY), (SOLEN_VANCE, {"date": "2013-02-01/2013-03-20"})),
        ((SOLEN_VANCE, DAY), (SOLEN_VANCE, {"published": "2013-01-30"})),
        ((SOLEN_VANCE, DAY), (SOLEN_VANCE, {"published": "2013-02-05"})),
    ],
)
def test_a_report_finds_what_was_written_before(tmp_path: Path, one, other, turned: bool):
    """A writer that has just begun finds in the database what it would have known itself."""
    pair = [report(key, *x[0], **x[1]) for key, x in (("a", one), ("b", other))]
    with loaded(tmp_path / "at once", *pair) as (_, database):
        links = triples(database, "links")
    with Store.open(tmp_path / "s") as store:
        for reading in reversed(pair) if turned else pair:
            with store.writer() as writer, Articles(store, writer) as articles:
                articles.put(reading.facts, reading.text)
        with store.snapshot() as snapshot:
            assert triples(snapshot.ox, "links") == links
    assert links


def test_two_meetings_of_one_article_are_two(tmp_path: Path):
    """An article that names two meetings of the same parties on one day means two."""
    twice = story(
        "a",
        parties=PARTIES,
        meetings=[meeting(*SOLEN_VANCE, **DAY), meeting(*SOLEN_VANCE, **DAY) | {"id": "n"}],
    )
    with loaded(tmp_path / "s", twice) as (_, database):
        assert not triples(database, "links")


def test_links_are_made_and_taken_back_as_articles_change(tmp_path: Path):
    """A replaced report matches no more; a removed one takes its links with it."""
    a, b, c = (report(key, *SOLEN_VANCE, **DAY) for key in "abc")
    moved = report("b", *SOLEN_VANCE, date="2014-01-01")
    with Store.open(tmp_path / "s") as store:

        def pairs() -> set[tuple[str, str]]:
            with store.snapshot() as snapshot:
                links = triples(snapshot.ox, "links")
            assert sum(p == "type" for _, p, _ in links) * 2 == sum(
                p == "sameMeeting" for _, p, _ in links
            )
            return {(s.split("/")[1], o.split("/")[1]) for s, p, o in links if p == "sameMeeting"}

        def put(*readings) -> None:
            with store.writer() as writer, Articles(store, writer) as articles:
                for reading in readings:
                    articles.put(reading.facts, reading.text)

        put(a, b)
        assert pairs() == set(permutations("ab", 2))
        put(c)
        assert pairs() == set(permutations("abc", 2))
        put(moved)
        assert pairs() == set(permutations("ac", 2))
        put(b)
        with store.writer() as writer, Articles(store, writer) as articles:
            articles.remove("a")
        assert pairs() == set(permutations("bc", 2))


AGENCY = (
    "The foreign ministers of Arvonia and Belmark met in Port Anne on Saturday for two hours of "
    "talks about the strait between their countries, the first since the spring. Both spoke of "
    "progress afterwards, and neither took questions. They met. Officials said that a second "
    "round had been agreed for the summer, at a place that was yet to be found. Fishermen on "
    "both shores, who have waited for a treaty for years, said that they would go on waiting."
)
CHANGED = AGENCY.replace("on Saturday ", "").replace("two hours", "2 hours").replace("found", "set")
OTHER = (
    "Ministers from two countries sat down together at the weekend. They met. Nothing is known "
    "of what was said in the room, but a communiqué is expected within days, and those who wait "
    "for the treaty are in good heart. The harbour was closed to the public while it lasted."
)


def copies(database) -> set[tuple[str, str]]:
    return {(s[-1], o[-1]) for s, p, o in triples(database, "links") if p == "nearCopyOf"}


@pytest.mark.parametrize(
    ("text", "published", "near"),
    [
        (AGENCY, "2019-01-01", True),
        (CHANGED, "2013-02-03", True),
        (f"PORT ANNE (Agency) — {CHANGED.upper()} More follows.", "2013-02-05", True),
        (AGENCY[: len(AGENCY) * 2 // 3], "2013-02-02", True),
        (CHANGED, "2013-02-06", False),
        (CHANGED, None, False),
        (OTHER, "2013-02-02", False),
        (f"{CHANGED} {' '.join(f'more{n}' for n in range(300))}", "2013-02-02", False),
    ],
)
def test_near_copies_are_found_by_text_and_day(tmp_path: Path, text, published, near):
    """Small changes, cuts and additions are near copies; another text, day or length is not."""
    one = story("a", article={"published": "2013-02-02"}, text=AGENCY)
    other = story("b", article={"published": published} if published else {}, text=text)
    with loaded(tmp_path / "s", one, other) as (_, database):
        assert copies(database) == ({("a", "b"), ("b", "a")} if near else set())


def test_texts_that_are_not_kept_are_compared_by_their_hash_alone(tmp_path: Path):
    """Without the text only the same version is known to be a copy."""
    stories = [
        story("a", article={"published": "2013-02-02"}, text=AGENCY),
        story("b", article={"published": "2013-02-02"}, text=AGENCY),
        story("c", article={"published": "2013-02-02"}, text=CHANGED),
    ]
    with loaded(tmp_path / "s", *stories, keep=False) as (_, database):
        assert copies(database) == {("a", "b"), ("b", "a")}


def test_a_text_kept_for_one_article_counts_for_all_that_have_it(tmp_path: Path):
    """When a text comes, and when it goes, the links of every article that has it change."""
    a, b, c = (
        story(key, article={"published": "2013-02-02"}, text=text)
        for key, text in (("a", AGENCY), ("b", AGENCY), ("c", CHANGED))
    )
    with Store.open(tmp_path / "s") as store:

        def put(reading, keep: bool) -> set[tuple[str, str]]:
            with store.writer() as writer, Articles(store, writer) as articles:
                articles.put(reading.facts, reading.text if keep else None)
            with store.snapshot() as snapshot:
                return copies(snapshot.ox)

        assert put(a, False) == set()
        assert put(c, True) == set()
        assert put(b, True) == set(permutations("abc", 2))
        assert put(b, False) == {("a", "b"), ("b", "a")}
        assert store.text(b.facts.article.text_sha256 or "") is None


def test_short_texts_are_near_copies_only_when_equal():
    """Two dozen words in common prove little."""
    assert not repeats(runs("They met on Saturday"), runs("They met on Saturday"))
    assert repeats(runs(AGENCY), runs(AGENCY))
