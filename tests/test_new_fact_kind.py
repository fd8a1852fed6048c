"""A fact kind of one's own, as docs/architecture.md describes it: a class, a mapper, its terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pyoxigraph as ox
import pytest
from pydantic import Field
from rdflib import Literal as Value
from rdflib import Namespace, URIRef
from rdflib_terms import text_of

from kg.facts import ArticleFacts, Fact
from kg.facts.schema import json_schema
from kg.facts.values import PartyIds, StatementId, Words
from kg.loader.spelling import spelt
from kg.mappers import MAPPERS, Context, Mapper, Triple, map_article
from kg.mappers.evidence import map_common
from kg.readers import Reading, Source
from kg.readers.facts_file import read_json, read_yaml
from kg.registry import Registry
from kg.vocabulary import DKG, STATE

BASE = "https://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
OWN = Namespace("https://example.org/ns#")


class Agreement(Fact):
    """What parties agree on."""

    parties: PartyIds = Field(min_length=2)
    name: Words
    signed_on: str | None = None
    announced_by: StatementId | None = None
    form: Literal["treaty", "communique"] = "treaty"


class MoreFacts(ArticleFacts):
    """The facts of the project, and agreements."""

    agreements: list[Agreement] = Field(default_factory=list)


def map_agreement(agreement: Agreement, facts: ArticleFacts, context: Context) -> Iterator[Triple]:
    """Yield the triples of one agreement."""
    subject = context.fact("agreement", agreement.id)
    yield from map_common(subject, OWN.Agreement, agreement.name, agreement, facts, context)
    for party in agreement.parties:
        yield subject, DKG.participant, context.party(facts, party)
    if agreement.signed_on is not None:
        yield subject, OWN.signedOn, Value(agreement.signed_on, datatype=URIRef(f"{XSD}date"))


AGREEMENT = Mapper("agreement", lambda facts: facts.agreements, map_agreement)  # type: ignore[attr-defined]

OWN_FILE = """\
article: {title: T, text: Ada and Bo signed the Pact of Vilnar.}
parties: {ada: {name: Ada Orlen, kind: person}}
agreements:
  - {id: pact, parties: [ada, XAB], name: Pact of Vilnar, signed_on: 2031-05-04,
     evidence: signed the Pact of Vilnar}
"""


def said_of(subject: str, triples: set[Triple]) -> dict[str, set[str]]:
    """Return what is said of a subject: last part of each property to the values."""
    found: dict[str, set[str]] = {}
    for s, p, o in triples:
        if s == f"{BASE}{subject}":
            found.setdefault(p.replace("#", "/").rsplit("/", 1)[-1], set()).add(str(text_of(o)))
    return found


def test_a_new_fact_kind_needs_nothing_else() -> None:
    """Its words are placed, its parties are mentioned, its triples stand beside the others."""
    (item,) = read_yaml(Source("f", OWN_FILE.encode(), model=MoreFacts))
    assert isinstance(item, Reading), [str(problem) for problem in item.problems]
    assert [fact.id for fact in item.facts.facts()] == ["pact"]
    triples = map_article(item.facts, Context(BASE, "k", Registry().resolve), (*MAPPERS, AGREEMENT))
    pact = said_of("id/agreement/k/pact", triples)
    assert pact["type"] == {"https://example.org/ns#Agreement"}
    assert pact["participant"] == {f"{BASE}id/person/ada-orlen", STATE.term("XAB")}
    assert pact["evidence"] == {f"{BASE}id/evidence/k/11-36"}
    (signed,) = spelt(triples, ox.NamedNode(f"{BASE}graph")).about(f"{BASE}id/agreement/k/pact")[
        str(OWN.signedOn)
    ]
    assert signed == ox.Literal("2031-05-04", datatype=ox.NamedNode(f"{XSD}date"))
    assert said_of("id/mention/k/XAB", triples)["entity"] == {STATE.term("XAB")}
    assert '"agreements":[{' in item.facts.normal_form()
    (again,) = read_json(Source("f", item.facts.normal_form().encode(), model=MoreFacts))
    assert isinstance(again, Reading) and again.facts.normal_form() == item.facts.normal_form()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[ada, XAB]", "[adda, XAB]",
         "f:4:26: agreements[0].parties[0]: unknown party 'adda'; did you mean 'ada'?"),
        ("[ada, XAB]", "[ada, ada]",
         "f:4:31: agreements[0].parties[1]: names 'ada' twice; name each once"),
        ("[ada, XAB]", "[ada]",
         "f:4:16: agreements[0].parties: has fewer than 2 items; add what is missing"),
        ("signed the", "signd the",
         "f:5:6: agreements[0].evidence[0]: the words “signd the Pact of Vilnar” are not in the "
         "text; the nearest passage is “signed the Pact of Vilnar.” at 11 to 37"),
        ("signed_on", "signedon",
         "f:4:59: agreements[0].signedon: unknown key 'signedon'; did you mean 'signed_on'?"),
        ("id: pact,", "id: pact, announced_by: s1,",
         "f:4:16: agreements[0].announced_by: unknown statement 's1'; "
         "declare it under statements"),
        ("id: pact", "id: ada",
         "f:4:6: agreements[0].id: the id 'ada' already stands under parties; "
         "give each part of the file an id of its own"),
        ("agreements:", "agrements:", "f:3:1: agrements: unknown key 'agrements'; did you mean"),
    ],
)  # fmt: skip
def test_a_new_fact_kind_is_checked_like_the_others(old: str, new: str, message: str) -> None:
    place = OWN_FILE.index("agreements:")
    wrong = OWN_FILE[:place] + OWN_FILE[place:].replace(old, new, 1)
    (item,) = read_yaml(Source("f", wrong.encode(), model=MoreFacts))
    assert not isinstance(item, Reading)
    (problem,) = item.problems
    assert str(problem).startswith(message)


def test_a_new_fact_kind_is_in_the_schema() -> None:
    schema = json_schema(MoreFacts)
    assert schema["properties"]["agreements"]["items"] == {"$ref": "#/$defs/Agreement"}
    assert "Agreement" not in json_schema()["$defs"]


def test_the_project_itself_knows_no_agreements() -> None:
    (item,) = read_yaml(Source("f", OWN_FILE.encode()))
    assert not isinstance(item, Reading)
