"""The entity registry: which names mean whom."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import RegistryError
from kg.registry import TEMPLATE, Registry, mint
from tests.strategies import words

REGISTRY = """
entities:
  person/sergei-lavrov-rus:
    label: Sergei Lavrov
    aliases: [Lavrov, Sergey Lavrov]
    state: RUS
    same_as: http://www.wikidata.org/entity/Q58217
  group/syrian-opposition: {label: Syrian opposition}
  person/ivan-petrov-rus: {aliases: [Petrov], state: RUS}
  person/ivan-petrov-bgr: {aliases: [Petrov], state: BGR}
merge:
  person/sergey-v-lavrov-rus: person/lavrov-s-rus
  person/lavrov-s-rus: person/sergei-lavrov-rus
split:
  - {article: k2, name: Sergei Lavrov, entity: person/sergei-lavrov-the-pianist}
  - {article: k2, name: Lavrov, state: RUS, entity: person/lavrov-s-rus}
"""


@pytest.mark.parametrize(
    ("kind", "name", "state", "path"),
    [
        ("person", "Sergei Lavrov", "RUS", "person/sergei-lavrov-rus"),
        ("person", "Sergei Lavrov", None, "person/sergei-lavrov"),
        ("person", "  SERGEI   Lavrov ", "RUS", "person/sergei-lavrov-rus"),
        ("person", "Lavrov", "RUS", "person/k1/lavrov-rus"),
        ("person", "the minister of Russia", None, "person/k1/the-minister-of-russia"),
        ("person", "Франьо Туђман", "HRV", "person/франьо-туђман-hrv"),
        ("organisation", "The Moscow Times", None, "organisation/the-moscow-times"),
        ("organisation", "Foreign Ministry", "RUS", "organisation/foreign-ministry-rus"),
        ("group", "Syrian opposition", None, "group/k1/syrian-opposition"),
        ("anonymous", "one diplomatic source", None, "anonymous/k1/one-diplomatic-source"),
        ("topic", "Departure of Bashar Assad", None, "topic/departure-of-bashar-assad"),
        ("place", "Munich", "DEU", "place/munich-deu"),
        ("occasion", "Munich Security Conference", None, "occasion/munich-security-conference"),
    ],
)
def test_names_alone_mint_paths(kind: str, name: str, state: str | None, path: str):
    """Full names are shared, bare ones, groups and anonymous sources are the article's own."""
    assert Registry().resolve(kind, name, state, "k1") == path


@pytest.mark.parametrize(
    ("kind", "name", "state", "key", "path"),
    [
        ("person", "Lavrov", "RUS", "k1", "person/sergei-lavrov-rus"),
        ("person", "Lavrov", None, "k1", "person/sergei-lavrov-rus"),
        ("person", "sergey LAVROV", "RUS", "k1", "person/sergei-lavrov-rus"),
        ("person", "Sergei Lavrov", None, "k1", "person/sergei-lavrov-rus"),
        ("person", "Lavrov", "UKR", "k1", "person/k1/lavrov-ukr"),
        ("organisation", "Lavrov", "RUS", "k1", "organisation/lavrov-rus"),
        ("person", "Sergey V. Lavrov", "RUS", "k1", "person/sergei-lavrov-rus"),
        ("person", "Sergei Lavrov", "RUS", "k2", "person/sergei-lavrov-the-pianist"),
        ("person", "Lavrov", "RUS", "k2", "person/sergei-lavrov-rus"),
        ("group", "Syrian opposition", None, "k1", "group/syrian-opposition"),
        ("person", "Petrov", "RUS", "k1", "person/ivan-petrov-rus"),
        ("person", "Petrov", None, "k1", "person/k1/petrov"),
    ],
)
def test_split_comes_before_alias_before_minting_and_merges_are_followed(
    kind: str, name: str, state: str | None, key: str, path: str
):
    """An alias counts for its entity's state or none; one that two entities have means neither."""
    assert Registry.parse(REGISTRY).resolve(kind, name, state, key) == path


def test_states_have_no_path():
    """A state's IRI is fixed; asking for a path is a programming error."""
    with pytest.raises(ValueError, match="'state' is no kind"):
        mint("state", "Russia", "RUS", "k")


@given(words, st.sampled_from(["person", "organisation", "group", "topic", "place"]))
def test_any_name_gives_a_path_that_an_iri_can_hold(name: str, kind: str):
    """Whatever the name, the path has no character that would end or change the IRI."""
    path = Registry().resolve(kind, name, None, "key")
    assert path.split("/")[0] == kind
    assert path.count("/") in (1, 2)
    assert not set(path) & set(' <>"{}|\\^`?#\n\t%')
    ox.NamedNode(f"http://127.0.0.1:8000/id/{path}")
    if any(character.isalpha() for character in name):
        assert Registry().resolve(kind, f" {name} ", None, "key") == path


def test_the_file_of_a_new_store_is_an_empty_registry(tmp_path: Path):
    """The template, an empty file and no file say the same: nothing."""
    (tmp_path / "a.yaml").write_text(TEMPLATE)
    (tmp_path / "b.yaml").write_text("")
    digests = {Registry.load(tmp_path / name).digest for name in ("a.yaml", "b.yaml", "none.yaml")}
    assert digests == {Registry().digest}


def test_comments_and_order_do_not_change_the_digest_but_an_alias_does():
    """The digest decides whether articles are mapped anew."""
    one = Registry.parse("entities:\n  person/a-b: {label: A, aliases: [B]}\nmerge: {}\n")
    same = Registry.parse("merge:\n# note\nentities: {person/a-b: {aliases: [B], label: A}}")
    other = Registry.parse("entities:\n  person/a-b: {label: A, aliases: [C]}\n")
    assert one.digest == same.digest != other.digest


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("entities:\n  - x", 1, "is no mapping"),
        ("entitys: {}", 1, "did you mean 'entities'"),
        ("entities:\n  person/a-b:\n    lable: x", 3, "did you mean 'label'"),
        ("entities:\n  Sergei Lavrov: {}", 2, "is no path of an entity"),
        ("entities:\n  person/a b: {}", 2, "is no path of an entity"),
        ("entities:\n  state/RUS: {}", 2, "is no path of an entity"),
        ("entities:\n  person/a-b: {state: Russia}", 2, "write its alpha-3 code"),
        ("entities:\n  person/a-b: {kind: human}", 2, "known are person"),
        ("entities:\n  person/a-b: {same_as: Q1}", 2, "is no absolute IRI"),
        ("entities:\n  person/a-b: {aliases: ['']}", 2, "is no name"),
        ("merge:\n  person/a-b: person/c-d\n  person/c-d: person/a-b", 2, "merged into itself"),
        ("merge:\n  person/a-b: person/a-b", 2, "merged into itself"),
        ("merge:\n  person/a-b: Somebody", 2, "is no path of an entity"),
        ("split:\n  - {article: k, name: x}", 2, "'entity' is missing"),
        ("split: {article: k}", 1, "is no list"),
        ("entities:\n  person/a-b: {}\n  person/a-b: {}", 3, "stands twice"),
        ("entities: [", 2, "not YAML"),
        ("- x", 1, "is no registry"),
    ],
)
def test_every_mistake_names_line_and_remedy(text: str, line: int, message: str):
    """The error says where in the file it is, and what to do."""
    with pytest.raises(RegistryError, match=f"^r.yaml:{line}:.*{message}") as caught:
        Registry.parse(text, "r.yaml")
    assert all(problem.remedy for problem in caught.value.problems)


def test_all_mistakes_are_told_at_once():
    """A person corrects the file once, not once a mistake."""
    with pytest.raises(RegistryError) as caught:
        Registry.parse("entities:\n  x: {}\nmerge:\n  y: z\n")
    assert len(caught.value.problems) == 3


def test_a_file_that_is_not_utf8_is_said(tmp_path: Path):
    """The message names the file."""
    (tmp_path / "r.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(RegistryError, match=r"r\.yaml: cannot be read"):
        Registry.load(tmp_path / "r.yaml")
