"""Who reports whom, when and at which meeting something was said: sentences of our own."""

from __future__ import annotations

import pytest
from extracting import made, name, only_meeting, position, statement


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        (
            "Ana Silva said that Omar Haddad had told her that the border would open.",
            ["Ana Silva", "Omar Haddad"],
        ),
        (
            "Interfax quoted Deputy Foreign Minister Pavel Orlov as saying that the pact was dead.",
            ["Interfax", "Pavel Orlov"],
        ),
        (
            "Prime Minister Rosa Vidal was quoted by the Norwegian Broadcasting Agency as saying "
            "that the port would stay shut.",
            ["Norwegian Broadcasting Agency", "Rosa Vidal"],
        ),
        (
            "According to Al Jazeera, President Omar Haddad said the observers must leave.",
            ["Al Jazeera", "Omar Haddad"],
        ),
        (
            "The bridge would be rebuilt, Ana Silva said, according to state television.",
            ["state television", "Ana Silva"],
        ),
        (
            "Reuters reported that Ana Silva had said that Omar Haddad had promised that the "
            "dam would be finished.",
            ["Reuters", "Ana Silva", "Omar Haddad"],
        ),
    ],
)
def test_a_report_in_a_report_names_the_outer_one(text: str, chain: list[str]) -> None:
    found = made(text)
    by_id = {s.id: s for s in found.facts.statements}
    current = statement(found, chain[-1])
    names = [name(found, current.speaker)]
    while current.reported_by is not None:
        current = by_id[current.reported_by]
        names.insert(0, name(found, current.speaker))
    assert names == chain


def test_who_is_quoted_directly_by_a_medium() -> None:
    found = made('"The road is shut," Rosa Vidal was quoted as saying by state television.')
    inner = statement(found, "Rosa Vidal")
    assert inner.mode == "direct"
    assert inner.reported_by == statement(found, "state television").id


def test_who_cites_is_who_says() -> None:
    found = made(
        "The news agency Tanjug said the army had fired a rocket, citing General Marko Ilic as "
        "saying the test went well."
    )
    assert statement(found, "Marko Ilic").reported_by is not None
    assert not any(name(found, s.speaker) == "army" for s in found.facts.statements)


def test_facts_known_from_a_report_name_it() -> None:
    found = made("Kenya's government said that Uganda supported the pipeline.")
    report = found.facts.statements[0]
    held = position(found, "Uganda", "supports")
    assert held.reported_by == report.id
    assert held.statement is None
    met = made("The Kremlin said that Pavel Orlov had met Rosa Vidal in Lisbon.")
    assert only_meeting(met).reported_by == met.facts.statements[0].id


def test_what_the_article_tells_itself_is_not_second_hand() -> None:
    found = made(
        "Pavel Orlov met Rosa Vidal in Lisbon. The Kremlin said that Orlov had met Vidal there."
    )
    assert only_meeting(found).reported_by is None


def test_a_voiced_position_names_its_statement() -> None:
    found = made("Chilean Foreign Minister Rosa Vidal said Chile opposed the dam.")
    held = position(found, "Chile", "opposes")
    assert held.statement == statement(found, "Rosa Vidal").id
    assert held.reported_by is None


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Rosa Vidal said on Monday that the port was open.", "2015-06-08"),
        ("Rosa Vidal on Tuesday said the port was open.", "2015-06-09"),
        ("On Friday, Rosa Vidal told reporters that the port was open.", "2015-06-05"),
        ('"The port is open," Rosa Vidal said last week.', "2015-06-01/2015-06-07"),
        ("The port was open, Rosa Vidal announced on 3 March 2014.", "2014-03-03"),
        ("Speaking on Monday, Rosa Vidal said the port was open.", "2015-06-08"),
        ("Rosa Vidal said the port had been open since Monday.", None),
        ("Rosa Vidal, who lost her seat on Monday, said the port was open.", None),
        ("Rosa Vidal said the port was open.", None),
    ],
)
def test_a_statement_has_the_date_of_its_verb(text: str, date: str | None) -> None:
    assert statement(made(text), "Rosa Vidal").date == date


def test_a_date_without_a_day_of_publication_is_left_out() -> None:
    text = "Rosa Vidal said on Monday that the port was open."
    assert statement(made(text, published=None), "Rosa Vidal").date is None


TALKS = "Chilean President Rosa Vidal met Polish President Adam Nowak in Arica on Sunday. "


@pytest.mark.parametrize(
    ("told", "there"),
    [
        ("At the meeting, Nowak urged Vidal to sign.", True),
        ("Nowak said during the talks that the port was open.", True),
        ('"The port is open," Nowak told a joint news conference after the talks.', True),
        ("Nowak told a press conference on Tuesday that the port was open.", False),
        ("Nowak told reporters that the port was open.", False),
        ("Jan Berg said at the meeting that the port was open.", False),
    ],
)
def test_a_statement_knows_the_meeting_at_which_it_was_made(told: str, there: bool) -> None:
    found = made(TALKS + told)
    meeting = found.facts.meetings[0]
    last = found.facts.statements[-1]
    assert last.said_at == (meeting.id if there else None)


def test_the_meeting_of_the_same_sentence() -> None:
    found = made(
        "Rosa Vidal told a news conference after talks with Adam Nowak in Arica that both "
        "would sign."
    )
    assert statement(found, "Rosa Vidal").said_at == only_meeting(found).id


@pytest.mark.parametrize(
    ("text", "contents"),
    [
        (
            '"The port is open," Rosa Vidal said, before asking Jan Berg, "Where is the ship?"',
            [["The port is open"], ["Where is the ship?"]],
        ),
        (
            '"I like the plan," Rosa Vidal said, but "when it rains, the plan is of no use."',
            [["I like the plan", "when it rains, the plan is of no use."]],
        ),
        (
            '"We will build the port," Rosa Vidal said to loud applause.\n\n'
            '"And we shall pay for it ourselves."',
            [["We will build the port", "And we shall pay for it ourselves."]],
        ),
    ],
)
def test_quotations_are_divided_by_who_goes_on(text: str, contents: list[list[str]]) -> None:
    found = made(text)
    direct = [s for s in found.facts.statements if s.mode == "direct"]
    assert [[span.exact for span in s.content] for s in direct] == contents


def test_asked_not_to_be_named_is_no_verb_of_the_quotation() -> None:
    found = made('"That is not helpful," the Danish envoy, who asked not to be named, said.')
    assert found.facts.statements[0].cue == "said"


def test_whose_office_speaks() -> None:
    found = made("Kenyan President Joseph Oduya has rejected the plan, his office said Friday.")
    assert statement(found, "Joseph Oduya's office").date == "2015-06-05"
    held = position(found, "Kenya", "opposes")
    assert held.target_text == "the plan"


def test_a_transcript_names_the_speaker_without_title() -> None:
    found = made(
        "QUESTION: Has the Secretary met Foreign Minister Wang?\n"
        "MS. HOLT: He called him this morning.\n"
        "QUESTION: Do you condemn the arrests?\n"
        "MS. HOLT: We have seen the reports."
    )
    assert {name(found, s.speaker) for s in found.facts.statements} == {"Holt"}
    assert found.facts.meetings == []  # a question asserts nothing
    assert found.facts.positions == []


def test_an_office_before_a_name_and_its_state_behind_it() -> None:
    found = made("President Rosa Vidal of Chile said the port was open.")
    speaker = found.facts.parties[statement(found, "Rosa Vidal").speaker]
    assert speaker.state == "CHL"
    assert speaker.roles[0].title == "President"


def test_a_description_behind_a_comma_is_a_subject_of_its_own() -> None:
    found = made("Peru wants to speak with Rosa Vidal, the envoy said.")
    assert name(found, found.facts.statements[0].speaker) == "envoy"


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Omar Haddad lost. His lawyer, Jan Berg, said he would appeal.", "Jan Berg"),
        ("A spokesman for Rosa Vidal said the port was open.", "spokesman for Rosa Vidal"),
        ("Police met protesters who were demanding that the port be closed.", "protesters"),
        (
            "In a letter to Secretary-General Li Wei, Eritrea's president, Jan Berg, complained "
            "that the border was open.",
            "Eritrea's president",
        ),
        ("On Monday Germany said the port was open.", "Germany"),
    ],
)
def test_who_speaks(text: str, speaker: str) -> None:
    found = made(text)
    assert [name(found, s.speaker) for s in found.facts.statements] == [speaker]


@pytest.mark.parametrize(
    "text",
    [
        "It is unclear whether France opposes the dam.",
        "Russia had attacked the port.",
        "Morocco recalled its ambassador from Madrid.",
        "Peru warned of the costs of extending the harbour.",
    ],
)
def test_what_is_no_statement_of_its_own(text: str) -> None:
    found = made(text)
    cues = [s.cue for s in found.facts.statements]
    assert not {"opposes", "had attacked", "recalled", "extending"} & set(cues)


def test_a_family_name_that_comes_first_is_found_again() -> None:
    found = made("South Korean Foreign Minister Kang Min-ju spoke. Kang said the port was open.")
    assert found.facts.parties[statement(found, "Kang Min-ju").speaker].state == "KOR"


def test_the_president_beside_a_vice_president() -> None:
    found = made(
        "President Vidal spoke today. Vice President Berg was there. The President welcomed the "
        "treaty."
    )
    assert statement(found, "Vidal").cue == "welcomed"


def test_a_body_whose_name_goes_on() -> None:
    found = made("The opposition Movement for Democratic Change called on Pretoria to act.")
    assert statement(found, "Movement for Democratic Change").cue == "called"
