"""Ids lead somewhere, and chains end; the messages themselves are in test_readers."""

from __future__ import annotations

import time
from typing import Annotated, Any, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from kg.facts import ArticleFacts, Fact, Meeting, Position, Statement
from kg.facts.codes import check_codes
from kg.facts.references import check_references, references
from kg.facts.values import Refers

PROVEN: dict[str, Any] = {"evidence": ["words"]}


def facts(**sections: Any) -> ArticleFacts:
    return ArticleFacts.model_validate({"article": {"title": "T", "text": "words"}, **sections})


def statement(id: str, **fields: Any) -> dict[str, Any]:
    return {"id": id, "speaker": "XAA", "mode": "direct", "content": "words", **PROVEN, **fields}


def position(id: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": id, "holder": "XAA", "target_text": "words", "stance": "neutral",
        "shown_by": "word", **PROVEN, **fields,
    }  # fmt: skip


def said(found: ArticleFacts) -> list[str]:
    return [f"{item.path}: {item.message}" for item in check_references(found)]


@pytest.mark.parametrize("kind", [Meeting, Statement, Position])
def test_every_id_of_a_fact_says_what_it_leads_to(kind: type[Fact]) -> None:
    """An id without that would be checked by nobody; only a fact's own id leads nowhere."""
    pattern = Fact.model_json_schema()["properties"]["id"]["pattern"]
    ids = {
        name
        for name, schema in kind.model_json_schema()["properties"].items()
        if pattern in str(schema)
    }
    marked = {name for name, field in kind.model_fields.items() if _marks(field)}
    assert ids - marked == {"id"}


def _marks(field: Any) -> bool:
    def inside(annotation: Any) -> bool:
        if get_origin(annotation) is Annotated and any(
            isinstance(part, Refers) for part in annotation.__metadata__
        ):
            return True
        return any(inside(argument) for argument in get_args(annotation))

    return any(isinstance(part, Refers) for part in field.metadata) or inside(field.annotation)


def test_the_sections_that_ids_lead_to_exist() -> None:
    sections = set(ArticleFacts.model_fields)
    for kind in (Meeting, Statement, Position):
        fact: Any = kind.model_construct(
            **{name: [name] if name in ("participants", "addressee", "about") else name
               for name in kind.model_fields}
        )  # fmt: skip
        found = list(references(fact))
        assert found
        assert {name for item in found for name in item.refers.sections} <= sections


def test_references_of_a_fact_are_given_with_their_places() -> None:
    found = facts(
        statements=[statement("s", addressee=["XAB", "XAC"], said_at="m", reported_by="r")]
    )
    assert [(item.field, item.index, item.id) for item in references(found.statements[0])] == [
        ("reported_by", None, "r"),
        ("speaker", None, "XAA"),
        ("addressee", 0, "XAB"),
        ("addressee", 1, "XAC"),
        ("said_at", None, "m"),
    ]


@pytest.mark.parametrize("section", ["parties", "topics", "places", "occasions"])
@pytest.mark.parametrize("kind", ["meetings", "statements", "positions"])
def test_an_id_stands_for_one_thing_in_the_whole_file(section: str, kind: str) -> None:
    named: dict[str, Any] = {
        "parties": {"x": {"name": "X", "kind": "group"}},
        "topics": {"x": {"label": "X"}},
        "places": {"x": {"name": "X"}},
        "occasions": {"x": {"name": "X"}},
    }
    fact: dict[str, Any] = {
        "meetings": {"id": "x", "participants": ["XAA", "XAB"], **PROVEN},
        "statements": statement("x"),
        "positions": position("x"),
    }
    assert said(facts(**{section: named[section], kind: [fact[kind]]})) == [
        f"({kind!r}, 0, 'id'): the id 'x' already stands under {section}"
    ]


@pytest.mark.parametrize("length", [1, 2, 3, 50])
def test_a_circle_names_each_of_its_members_and_no_other(length: int) -> None:
    """A chain that leads into a circle is no part of it."""
    circle = [statement(f"s{n}", reported_by=f"s{(n + 1) % length}") for n in range(length)]
    tail = [statement("t0", reported_by="s0"), statement("t1", reported_by="t0")]
    for order in (circle + tail, tail + circle):
        lines = said(facts(statements=order))
        assert len(lines) == length
        assert all("from 's" in line and "comes back to itself" in line for line in lines)


def test_circles_of_revision_are_found_and_chains_are_not() -> None:
    chain = [position("a"), position("b", revises="a"), position("c", revises="b")]
    assert said(facts(positions=chain)) == []
    assert len(said(facts(positions=[position("a", revises="c"), *chain[1:]]))) == 3


def test_long_chains_take_no_long_time() -> None:
    def taken(length: int) -> float:
        """Return the seconds of the processor that a chain takes."""
        chain = [statement(f"s{n}", reported_by=f"s{n + 1}") for n in range(length)]
        began = time.process_time()
        assert said(facts(statements=[*chain, statement(f"s{length}")])) == []
        return time.process_time() - began

    short = taken(2_000)
    assert taken(20_000) < 40 * short + 1  # where it grew with the square, it were 100 times


@given(st.dictionaries(st.integers(0, 8), st.integers(0, 8), max_size=9))
def test_circles_are_those_that_following_the_links_finds(links: dict[int, int]) -> None:
    """Compared with the plain definition: an id from which one comes back to it."""
    rows = [
        statement(f"s{n}", **({"reported_by": f"s{links[n]}"} if n in links else {}))
        for n in range(9)
    ]

    def returns(first: int) -> bool:
        at = first
        for _ in range(9):
            if at not in links:
                return False
            at = links[at]
            if at == first:
                return True
        return False

    found = {item.path[1] for item in check_references(facts(statements=rows))}
    assert found == {n for n in range(9) if returns(n)}


def test_a_declared_party_comes_before_a_state_of_the_same_code() -> None:
    found = facts(
        parties={"RUS": {"name": "Rusty", "kind": "person"}},
        positions=[position("p", holder="RUS", voiced_by="DEU", target="FRA")],
    )
    assert said(found) == []


def test_invented_states_are_free_to_use() -> None:
    """Codes that ISO leaves to users stand for invented or unrecognised states."""
    parties = {"x": {"name": "X", "kind": "state", "state": "XAB"}}
    places = {"y": {"name": "Y", "country": "GRL"}}
    assert check_codes(facts(parties=parties, places=places)) == []


def test_models_have_no_other_ids() -> None:
    """Role.of and Topic.broader are the ids outside facts; both are checked by their codes."""
    others = {
        f"{model.__name__}.{name}"
        for model in _models(ArticleFacts)
        if not issubclass(model, Fact)
        for name, schema in model.model_json_schema()["properties"].items()
        if "A-Za-z0-9_-]*$" in str(schema)
    }
    assert others == {"Role.of", "Topic.broader", "Article.id"}


def _models(model: type[BaseModel]) -> set[type[BaseModel]]:
    found = {model}
    pending: list[Any] = [field.annotation for field in model.model_fields.values()]
    while pending:
        annotation = pending.pop()
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            found |= _models(annotation)
        pending += get_args(annotation)
    return found - {ArticleFacts} if model is ArticleFacts else found
