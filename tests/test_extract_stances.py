"""Positions that are neutral, that change, that deeds show: sentences of our own."""

from __future__ import annotations

import pytest
from extracting import PUBLISHED, made, name, position


@pytest.mark.parametrize(
    ("text", "holder", "target"),
    [
        ("China abstained from the vote on the resolution.", "China", "the resolution"),
        ("The motion passed by 13 votes; Peru abstained.", "Peru", "The motion"),
        ("India has not taken a position on the dispute.", "India", "the dispute"),
        ("Austria does not take sides in the conflict.", "Austria", "the conflict"),
        ("Peru's president declined to take sides in the strike.", "Peru", "the strike"),
        ("Chile took no position on the embargo.", "Chile", "the embargo"),
        ("Mexico stayed neutral on the coup.", "Mexico", "the coup"),
        ("Oman remains neutral in the war between Iran and Iraq.", "Oman",
         "the war between Iran and Iraq"),
        ("Spain has yet to decide whether to recognise Palestine.", "Spain",
         "recognise Palestine"),
    ],
)  # fmt: skip
def test_neutral(text: str, holder: str, target: str) -> None:
    found = made(text)
    held = position(found, holder, "neutral")
    assert held.target_text == target
    assert len(found.facts.positions) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Mexico should stay neutral on the coup.",
        "Austria abstained from smoking in the hall.",
        "Peru has a position on the embargo.",
        "Austria took the side road to the lake.",
        "Spain has to decide on Monday.",
    ],
)
def test_what_is_not_neutral(text: str) -> None:
    assert not [p for p in made(text).facts.positions if p.stance == "neutral"]


@pytest.mark.parametrize(
    ("text", "holder", "before", "after", "target"),
    [
        ("Turkey no longer opposes the entry of Sweden into NATO.", "Türkiye", "opposes",
         "neutral", "the entry of Sweden into NATO"),
        ("Chile will no longer insist on the return of the ship.", "Chile", "demands",
         "neutral", "the return of the ship"),
        ("Peru dropped its demand that the talks be held in Lima.", "Peru", "demands",
         "neutral", "the talks be held in Lima"),
        ("Brazil has reversed its opposition to the trade agreement.", "Brazil", "opposes",
         "supports", "the trade agreement"),
        ("Kuwait lifted its objection to the pipeline on Tuesday.", "Kuwait", "opposes",
         "neutral", "the pipeline"),
        ("Ghana abandoned its support for the rebels.", "Ghana", "supports", "opposes",
         "the rebels"),
    ],
)  # fmt: skip
def test_a_shift_revises_what_was_held(
    text: str, holder: str, before: str, after: str, target: str
) -> None:
    found = made(text)
    earlier, later = position(found, holder, before), position(found, holder, after)
    assert later.revises == earlier.id
    assert later.target_text == earlier.target_text == target
    assert (earlier.valid_to, later.valid_to) == (PUBLISHED, None)
    assert len(found.facts.positions) == 2


def test_no_ended_position_is_made_where_the_day_is_not_known() -> None:
    found = made("Kuwait lifted its objection to the pipeline.", published=None)
    (held,) = found.facts.positions
    assert (held.stance, held.revises) == ("neutral", None)


def test_what_somebody_had_opposed_and_now_backs() -> None:
    found = made("Germany had opposed the pipeline. Germany now supports the pipeline.")
    assert position(found, "Germany", "supports").revises == (
        position(found, "Germany", "opposes").id
    )


def test_contrary_positions_without_a_word_of_change_revise_nothing() -> None:
    found = made("Germany opposes the pipeline. Germany supports the pipeline's owners.")
    assert all(p.revises is None for p in found.facts.positions)


@pytest.mark.parametrize(
    ("text", "holder", "stance", "target", "act"),
    [
        ("Chile severed diplomatic ties with Peru after the raid.", "Chile", "opposes", "Peru",
         "severing of relations"),
        ("France suspended military aid to Mali.", "France", "opposes", "Mali", "stopping of aid"),
        ("Morocco recalled its ambassador from Madrid.", "Morocco", "opposes", "Madrid",
         "recall of ambassador"),
        ("Norway sent ammunition to Finland.", "Norway", "supports", "Finland", "delivery of aid"),
        ("Peru voted against the amendment.", "Peru", "opposes", "the amendment", "vote"),
    ],
)  # fmt: skip
def test_deeds(text: str, holder: str, stance: str, target: str, act: str) -> None:
    held = position(made(text), holder, stance)
    assert held.target_text == target
    assert held.shown_by == "act"
    assert held.act is not None
    assert held.act.label == act


@pytest.mark.parametrize(
    ("text", "holder", "stance", "target"),
    [
        ("Russia does not support the plan.", "Russia", "opposes", "the plan"),
        ("Italy ruled out the deployment of troops.", "Italy", "opposes",
         "the deployment of troops"),
        ("Poland insists on compensation from Peru.", "Poland", "demands",
         "compensation from Peru"),
        ("The European Union is deeply concerned by the arrests and calls for calm.",
         "European Union", "demands", "calm"),
        ("Denmark expressed support for the inquiry and voiced its opposition to the dam.",
         "Denmark", "supports", "the inquiry"),
        ("Rwanda rejected the report, a move that Burundi welcomed.", "Rwanda", "opposes",
         "the report"),
        ("Serbia will never recognise the border, Jovan Ilic reiterated on Tuesday.", "Serbia",
         "opposes", "the border"),
        ("The UN Security Council adopted a resolution demanding that Chile withdraw.",
         "UN Security Council", "demands", "Chile withdraw"),
    ],
)  # fmt: skip
def test_targets_end_where_they_end(text: str, holder: str, stance: str, target: str) -> None:
    assert position(made(text), holder, stance).target_text == target


def test_a_question_takes_no_stance() -> None:
    assert made("Does Chile oppose the dam?").facts.positions == []


def test_a_condition_is_kept() -> None:
    found = made("Chile is ready to recognise Palestine if Peru does.")
    held = position(found, "Chile", "supports")
    assert held.condition == "Peru does"
    assert name(found, held.target or "") == "Palestine"


def test_agreed_on_a_day_is_no_target() -> None:
    found = made("Japan agreed on Thursday to resume talks, a month after Seoul left the pact.")
    assert found.facts.positions == []


@pytest.mark.parametrize(
    ("text", "holder", "target"),
    [
        ("Chinese support for Pakistan grew.", "China", "Pakistan"),
        (
            "The envoy stressed the support of the United States for Iraq's sovereignty.",
            "United States",
            "Iraq's sovereignty",
        ),
    ],
)
def test_whose_support_a_noun_tells_of(text: str, holder: str, target: str) -> None:
    assert position(made(text), holder, "supports").target_text == target
