"""Meetings: groups, pairs, places, days to come, topics and occasions, in sentences of our own."""

from __future__ import annotations

import pytest
from extracting import made, only_meeting, who


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        (
            "EU foreign ministers met in Luxembourg on Monday.",
            ["EU foreign ministers", "European Union"],
        ),
        (
            "Leaders of the BRICS states met in Goa on Saturday.",
            ["BRICS", "Leaders of the BRICS states"],
        ),
        (
            "NATO defence ministers gathered in Brussels on Wednesday.",
            ["NATO", "NATO defence ministers"],
        ),
        (
            "The foreign ministers of Kenya, Uganda and Tanzania met in Arusha.",
            ["Kenya", "Tanzania", "Uganda"],
        ),
        (
            "Russian and Ukrainian negotiators met in Minsk on Thursday.",
            ["Russia", "Ukrainian negotiators"],
        ),
        (
            "Officials from Chile and Peru resumed negotiations in Arica.",
            ["Chile", "Peru"],
        ),
        ("The mayor of Athens met the mayor of Izmir.", ["mayor of Athens", "mayor of Izmir"]),
        ("In 1998 Vidal, Nowak and Berg met in Arica.", ["Berg", "Nowak", "Vidal"]),
        (
            "Rosa Vidal had received a phone call from Adam Nowak.",
            ["Adam Nowak", "Rosa Vidal"],
        ),
        (
            "Jan Berg and President Rosa Vidal of Chile met in Hiroshima.",
            ["Jan Berg", "Rosa Vidal"],
        ),
    ],
)
def test_who_meets(text: str, parties: list[str]) -> None:
    found = made(text)
    meeting = only_meeting(found)
    assert who(found, meeting) == parties
    assert meeting.status == "occurred"


@pytest.mark.parametrize(
    "text",
    [
        "The G20 summit in Hangzhou opened on Sunday.",
        "Union leaders met in Leeds.",
        "Chilean officials met in Santiago.",
        "Rosa Vidal and Adam Nowak gathered evidence in Arica.",
        "He met his wife in 1988. Rosa Vidal met voters in Ohio.",
        "Rosa Vidal thanked Jan Berg for his mediation between Chile and Peru.",
        "Will Rosa Vidal meet Adam Nowak?",
        "Brazil will meet Germany on Sunday.",
        "Chile and Peru began a new round of joint exercises in the desert.",
    ],
)
def test_what_is_no_meeting(text: str) -> None:
    assert made(text).facts.meetings == []


def test_a_pair_is_whom_the_passage_names() -> None:
    found = made(
        "Rosa Vidal flew to Warsaw to see Adam Nowak. The two leaders met for three hours and "
        "will meet again in October."
    )
    first, second = found.facts.meetings
    assert who(found, first) == who(found, second) == ["Adam Nowak", "Rosa Vidal"]
    assert (first.status, first.duration) == ("occurred", "PT3H")
    assert second.status == "planned"


def test_a_pair_is_not_guessed_among_three() -> None:
    found = made("Rosa Vidal, Adam Nowak and Jan Berg were in Arica. The two leaders met for tea.")
    assert found.facts.meetings == []


@pytest.mark.parametrize(
    ("text", "status", "date"),
    [
        ("Rosa Vidal will meet Adam Nowak on Sunday.", "planned", "2015-06-14"),
        ("Rosa Vidal met Adam Nowak on Sunday.", "occurred", "2015-06-07"),
        ("Rosa Vidal met Adam Nowak over the weekend.", "occurred", "2015-06-06/2015-06-07"),
        ("Rosa Vidal met Adam Nowak in 1974.", "occurred", "1974"),
        ("Rosa Vidal said on Monday that she would meet Adam Nowak.", "planned", None),
        ("Rosa Vidal said on Monday she would meet Adam Nowak if he asked.", "hypothetical", None),
        (
            "Talks planned for next Friday between Chilean and Peruvian officials were cancelled.",
            "denied",
            "2015-06-12",
        ),
        (
            "The meeting between Rosa Vidal and Adam Nowak, scheduled for June 12, may be delayed.",
            "planned",
            "2015-06-12",
        ),
    ],
)
def test_status_and_day(text: str, status: str, date: str | None) -> None:
    meeting = only_meeting(made(text))
    assert (meeting.status, meeting.date) == (status, date)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Rosa Vidal met Adam Nowak in Goa on Saturday.", "Goa"),
        ("Rosa Vidal met Adam Nowak in Mamallapuram.", "Mamallapuram"),
        ("Rosa Vidal will meet Adam Nowak in Cairo next week.", "Cairo"),
        ("Rosa Vidal met Adam Nowak in The Hague.", "The Hague"),
        ("Rosa Vidal met Adam Nowak in March.", None),
        ("Rosa Vidal met Adam Nowak in private.", None),
    ],
)
def test_place(text: str, place: str | None) -> None:
    assert only_meeting(made(text)).place == place


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Rosa Vidal met Adam Nowak to discuss refugees.", ["Refugees and migration"]),
        ("Rosa Vidal met Adam Nowak in Arica for talks on the ceasefire.", ["Ceasefire"]),
        ("Chile and Peru held trade talks in Arica.", ["Trade"]),
        ("Rosa Vidal discussed the border dispute with Adam Nowak.", ["Territory and borders"]),
        ("Rosa Vidal met Adam Nowak on Monday.", []),
        ("Rosa Vidal met Adam Nowak on Monday, and said the ceasefire held.", []),
    ],
)
def test_what_a_meeting_is_about(text: str, topics: list[str]) -> None:
    found = made(text)
    meeting = only_meeting(found)
    assert [found.facts.topics[id].label for id in meeting.about] == topics


@pytest.mark.parametrize(
    ("text", "occasion"),
    [
        ("Rosa Vidal met Adam Nowak on the sidelines of the G20 summit.", "G20 summit"),
        ("Rosa Vidal met Adam Nowak in Arica at the Pacific Alliance summit.",
         "Pacific Alliance summit"),
        ("Rosa Vidal met Adam Nowak at the summit.", None),
    ],
)  # fmt: skip
def test_occasion(text: str, occasion: str | None) -> None:
    assert only_meeting(made(text)).occasion == occasion


def test_two_who_reach_agreement_at_a_meeting_met() -> None:
    found = made(
        "Foreign Minister Ana Silva and her South Korean counterpart, Kang Min-ju, reached the "
        "agreement during a 50-minute meeting on the sidelines of the U.N. General Assembly in "
        "New York."
    )
    meeting = only_meeting(found)
    assert who(found, meeting) == ["Ana Silva", "Kang Min-ju"]
    assert (meeting.occasion, meeting.place) == ("U.N. General Assembly", "New York")
    assert meeting.duration == "PT50M"
