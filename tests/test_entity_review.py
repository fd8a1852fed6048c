"""``kg entities``: what is unresolved and what looks wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kg.iris import Minter
from kg.registry import Registry
from kg.registry.review import seen_entities, suspicious, unresolved
from tests.stories import loaded, person, story

BASE = Minter("http://127.0.0.1:8000/")


def group(name: str, **more):
    return {"name": name, "kind": "group", **more}


def organisation(name: str, state: str | None = None, **more):
    return {"name": name, "kind": "organisation", "state": state, **more}


def review(tmp_path: Path, *parties: dict, registry: str = ""):
    """Load one article a party; return the findings of both lists."""
    known = Registry.parse(registry)
    stories = [story(f"a{n}", parties={"p": party}) for n, party in enumerate(parties)]
    with loaded(tmp_path / "s", *stories, registry=known) as (_, database):
        seen = seen_entities(database, BASE)
    return list(unresolved(seen.values())), list(suspicious(seen.values(), known))


@pytest.mark.parametrize(
    ("parties", "reason", "line"),
    [
        (
            [person("Mira Solen", "XAA"), person("Mira Solen")],
            "same name, different states",
            "person/mira-solen: person/mira-solen-xaa",
        ),
        (
            [
                person("Mira Solen", "XAA"),
                person("Mira Sollen", "XAA"),
                person("Mira Sollen", "XAA"),
            ],
            "names much alike",
            "person/mira-solen-xaa: person/mira-sollen-xaa",
        ),
        (
            [person("Solen Mira", "XAA"), person("Mira Solen", "XAA")],
            "names much alike",
            "person/mira-solen-xaa: person/solen-mira-xaa",
        ),
        (
            [
                person("Mira Solen", "XAA", same_as="http://w.org/Q1"),
                person("Ada Orlo", "XBB", same_as="http://w.org/Q1"),
            ],
            "both same as http://w.org/Q1",
            "person/ada-orlo-xbb: person/mira-solen-xaa",
        ),
    ],
)
def test_two_that_may_be_one(tmp_path: Path, parties, reason, line):
    """Each comes once, with a line for the registry that makes one of them."""
    _, (finding,) = review(tmp_path, *parties)
    assert finding.reason.startswith(reason)
    assert (finding.section, finding.line) == ("merge", line)
    old, new = line.split(": ")
    Registry.parse(f"merge:\n  {line}\n")
    assert {old, new} == set(finding.entities)


def test_one_that_may_be_two(tmp_path: Path):
    """Contradicting same_as of one source: a split line is offered."""
    _, (finding,) = review(
        tmp_path,
        person("Mira Solen", "XAA", same_as="http://w.org/Q1"),
        person("Mira Solen", "XAA", same_as="http://w.org/Q2"),
        person("Mira Solen", "XAA", same_as="http://other.org/5"),
    )
    assert finding.reason.startswith("same as two things of one source")
    parsed = Registry.parse(f"split:\n  {finding.line}\n")
    assert parsed.splits[0].name == "Mira Solen"


def test_several_kinds_of_one_entity(tmp_path: Path):
    """An entity that the registry gathers from a group and an organisation."""
    registry = "merge:\n  group/a0/strait-league: organisation/strait-league\n"
    parties = [group("Strait League"), organisation("Strait League")]
    _, (finding,) = review(tmp_path, *parties, registry=registry)
    assert finding.reason.startswith("of several kinds (group, organisation)")
    assert finding.section == "entities"
    Registry.parse(f"entities:\n  {finding.line}\n")


def test_an_alias_of_two_entities(tmp_path: Path):
    """Without states to tell them apart it means neither, which is told."""
    shared = "entities:\n  person/a-b: {aliases: [Petrov]%s}\n  person/c-d: {aliases: [Petrov]%s}\n"
    _, (finding,) = review(tmp_path, person("Ada Orlo"), registry=shared % ("", ""))
    assert "'petrov' belongs to person/a-b and to person/c-d" in finding.reason
    apart = shared % (", state: XAA", ", state: XBB")
    assert review(tmp_path / "t", person("Ada Orlo"), registry=apart) == ([], [])


def test_nothing_odd_is_nothing_told(tmp_path: Path):
    """Different people of different states, and the same person twice, are in order."""
    parties = [person("Mira Solen", "XAA"), person("Teodor Vance", "XBB"), person("Ada Orlo")]
    assert review(tmp_path, *parties, *parties) == ([], [])


def test_bare_names_and_groups_are_unresolved_and_anonymous_sources_are_not(tmp_path: Path):
    """A bare name that one fuller name fits has that for its line; several are only named."""
    found, _ = review(
        tmp_path,
        person("Solen", "XAA"),
        person("Mira Solen", "XAA"),
        person("Vance"),
        person("Teodor Vance", "XBB"),
        person("Anna Vance", "XCC"),
        group("the Strait's opposition", state="XAA"),
        {"name": "a source", "kind": "anonymous"},
    )
    lines = {finding.entities[0]: (finding.section, finding.line) for finding in found}
    assert lines["person/a0/solen-xaa"] == ("merge", "person/a0/solen-xaa: person/mira-solen-xaa")
    assert lines["person/a2/vance"] == ("merge", "person/a2/vance: person/FULL-NAME")
    assert len(lines) == 3
    section, line = lines["group/a5/the-strait-s-opposition-xaa"]
    parsed = yaml.safe_load(f"{section}:\n  {line}\n")
    assert parsed == {
        "entities": {"group/the-strait-s-opposition-xaa": {"label": "the Strait's opposition"}}
    }
    told = next(finding.reason for finding in found if "vance" in finding.entities[0])
    assert "perhaps person/anna-vance-xcc or person/teodor-vance-xbb" in told
