"""What the extractor finds in sentences of our own, through its Python door."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.extract import Document, Extraction, extract
from kg.facts import Meeting, Position, Statement
from kg.facts.references import check_references


def made(text: str, **about: str) -> Extraction:
    return extract(Document(text, **about))  # type: ignore[arg-type]


def said(found: Extraction) -> list[tuple[str, str, list[str]]]:
    parties = found.facts.parties
    return [
        (parties[s.speaker].name, s.mode, [span.exact for span in s.content])
        for s in found.facts.statements
    ]


def met(found: Extraction) -> list[tuple[set[str], str]]:
    parties = found.facts.parties
    return [({parties[id].name for id in m.participants}, m.status) for m in found.facts.meetings]


def stands(found: Extraction) -> list[tuple[str, str, str]]:
    parties = found.facts.parties
    return [
        (
            parties[p.holder].name,
            "demands" if p.demand else p.stance,
            p.target_text or "",
        )
        for p in found.facts.positions
    ]


@pytest.mark.parametrize(
    ("text", "speaker", "mode", "content"),
    [
        ("“The bridge is open,” said Nils Berg.", "Nils Berg", "direct", ["The bridge is open"]),
        ('"It is late," Rosa Vidal said.', "Rosa Vidal", "direct", ["It is late"]),
        ("''It is late,'' Rosa Vidal said.", "Rosa Vidal", "direct", ["It is late"]),
        (
            "Rosa Vidal told the council that the truce “was never respected” by anyone.",
            "Rosa Vidal",
            "mixed",
            ["the truce “was never respected” by anyone"],
        ),
        (
            "According to the Interior Ministry, three border posts were closed.",
            "Interior Ministry",
            "indirect",
            ["three border posts were closed"],
        ),
        (
            "The talks will resume next week, one diplomat said on condition of anonymity.",
            "one diplomat",
            "indirect",
            ["The talks will resume next week"],
        ),
        (
            "Rosa Vidal, who lost the vote in Lisbon, in June, said she would not resign.",
            "Rosa Vidal",
            "indirect",
            ["she would not resign"],
        ),
        (
            "Rosa Vidal voiced concern that the truce was failing.",
            "Rosa Vidal",
            "indirect",
            ["the truce was failing"],
        ),
    ],
)
def test_statements(text: str, speaker: str, mode: str, content: list[str]) -> None:
    assert (speaker, mode, content) in said(made(text))


def test_a_quotation_broken_by_its_attribution_is_one_statement() -> None:
    found = said(made('"We came early," Rosa Vidal said. "Nobody was there."'))
    assert found == [("Rosa Vidal", "direct", ["We came early", "Nobody was there."])]


def test_a_quotation_over_paragraphs_belongs_to_who_ends_it() -> None:
    text = '"The first part is long enough.\n\n"The second ends it," Rosa Vidal said.'
    assert said(made(text)) == [
        ("Rosa Vidal", "direct", ["The first part is long enough.", "The second ends it"])
    ]


def test_a_block_under_a_colon_is_what_the_speaker_said() -> None:
    text = (
        "Portuguese Foreign Minister Ana Silva said:\n\nThe bridge must open. We thank all sides."
        "\n\nNotes to editors\n\nThe bridge was built in 1901 and is 800 metres long."
    )
    assert said(made(text)) == [
        ("Ana Silva", "indirect", ["The bridge must open. We thank all sides."])
    ]


def test_the_speaker_in_a_report_inside_a_report_is_kept_with_who_told_it() -> None:
    found = made("“Bo Tarn said the bridge was closed for repairs,” Ada Orlen told us.")
    outer = next(s for s in found.facts.statements if s.mode == "direct")
    inner = next(s for s in found.facts.statements if s.mode != "direct")
    assert found.facts.parties[inner.speaker].name == "Bo Tarn"
    assert inner.reported_by == outer.id


@pytest.mark.parametrize(
    ("text", "who", "status"),
    [
        (
            "Norwegian Foreign Minister Kari Dahl met her colleague Adam Nowak in Oslo.",
            {"Kari Dahl", "Adam Nowak"},
            "occurred",
        ),
        (
            "Kari Dahl will meet Adam Nowak in Warsaw on 4 May.",
            {"Kari Dahl", "Adam Nowak"},
            "planned",
        ),
        (
            "Kari Dahl would meet Adam Nowak if the truce held.",
            {"Kari Dahl", "Adam Nowak"},
            "hypothetical",
        ),
        ("Kari Dahl refused to meet Adam Nowak.", {"Kari Dahl", "Adam Nowak"}, "denied"),
        ("Kari Dahl is holding talks with Adam Nowak.", {"Kari Dahl", "Adam Nowak"}, "ongoing"),
        ("Talks between Kenya and Somalia ended on Friday.", {"Kenya", "Somalia"}, "occurred"),
        (
            "After a meeting with Adam Nowak, Kari Dahl flew home.",
            {"Kari Dahl", "Adam Nowak"},
            "occurred",
        ),
        (
            "President Rosa Vidal telephoned Adam Nowak on Monday.",
            {"Rosa Vidal", "Adam Nowak"},
            "occurred",
        ),
    ],
)
def test_meetings(text: str, who: set[str], status: str) -> None:
    assert met(made(text)) == [(who, status)]


@pytest.mark.parametrize(
    "text",
    [
        "Rosa Vidal spoke to reporters in Geneva.",
        "Rosa Vidal addressed a large audience.",
        "The plan meets all the requirements.",
        "Kari Dahl left the meeting early.",
    ],
)
def test_one_party_alone_is_no_meeting(text: str) -> None:
    assert met(made(text)) == []


def test_separate_encounters_are_separate_meetings() -> None:
    found = made("Silva met separately with Omar Haddad and with UN envoy Li Wei in Lisbon.")
    assert met(found) == [({"Silva", "Omar Haddad"}, "occurred"), ({"Silva", "Li Wei"}, "occurred")]


def test_place_day_and_duration_of_a_meeting() -> None:
    text = "Kari Dahl held a 45-minute meeting with Adam Nowak in Warsaw on Monday."
    (meeting,) = made(text, published="2014-03-05").facts.meetings
    assert (meeting.place, meeting.date, meeting.date_text, meeting.duration) == (
        "Warsaw",
        "2014-03-03",
        "Monday",
        "PT45M",
    )


def test_positions_are_the_states() -> None:
    found = stands(made("Canada condemned the attack and urged Mali to release the prisoners."))
    assert ("Canada", "opposes", "the attack") in found
    assert any(row[:2] == ("Canada", "demands") and "release" in row[2] for row in found)


def test_an_act_shows_a_position_with_its_code_and_count() -> None:
    (position,) = made("Japan has blocked two Security Council resolutions.").facts.positions
    assert position.shown_by == "act"
    assert position.act is not None
    assert (position.act.label, position.act.code, position.act.count) == ("block", "129", 2)


def test_targets_become_topics_and_the_rest_is_listed() -> None:
    found = made(
        "President Omar Haddad rules alone. “The removal of Haddad is unacceptable,” said "
        "Portuguese Foreign Minister Ana Silva. Portugal condemned the arrest of two singers."
    )
    labels = {topic.label for topic in found.facts.topics.values()}
    assert "Departure of Omar Haddad from power" in labels
    assert found.unassigned == ["the arrest of two singers"]


def test_surname_title_and_pronoun_mean_the_person_named_in_full() -> None:
    found = made(
        "Chilean President Rosa Vidal arrived late. Vidal said the road was closed. "
        "She said the train was full. The president said the plane was gone."
    )
    assert {name for name, _, _ in said(found)} == {"Rosa Vidal"}
    assert len(found.facts.statements) == 3


def test_states_by_adjective_capital_and_seat() -> None:
    found = made(
        "Moscow said the bridge was safe. The White House said it was not. "
        "Tehran rejected the plan."
    )
    assert {found.facts.parties[s.speaker].state for s in found.facts.statements} == {
        "RUS",
        "USA",
        "IRN",
    }


def test_the_same_text_gives_the_same_facts() -> None:
    text = "“Peace is near,” President Omar Haddad said after talks with Turkey. He praised Iran."
    assert made(text).facts.normal_form() == made(text).facts.normal_form()


_WORDS = st.sampled_from(
    [
        "said",
        "met",
        "with",
        "the",
        "President",
        "Omar",
        "Haddad",
        "Iran",
        "“",
        "”",
        '"',
        "''",
        "‘",
        "’",
        ".",
        ",",
        ":",
        ";",
        "—",
        "(",
        ")",
        "that",
        "and",
        "who",
        "talks",
        "will",
        "not",
        "he",
        "she",
        "urged",
        "condemned",
        "no longer",
        "opposes",
        "abstained",
        "quoted",
        "as saying",
        "on Monday",
        "dropped its demand",
        "the two leaders",
        "officials",
        "of",
        "to",
        "in",
        "Moscow",
        "2013",
        "Mr.",
        "U.S.",
        "\n\n",
        "\t",
        "é",
        "漢",
        "\x00",
        "\ud7ff",
        "😀",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(max_size=300), st.lists(_WORDS, max_size=120).map(" ".join)))
def test_any_text_gives_facts_with_verbatim_evidence(text: str) -> None:
    found = made(text, published="2015-06-10")
    assert check_references(found.facts) == []
    for fact in found.facts.facts():
        assert isinstance(fact, Meeting | Statement | Position)
        spans = [*fact.evidence, *getattr(fact, "content", [])]
        for span in spans:
            assert text[span.start : span.end] == span.exact
        assert fact.method
        assert fact.confidence is not None
