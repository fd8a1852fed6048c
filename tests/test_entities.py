"""The entities graph: what mentions and registry say of each entity."""

from __future__ import annotations

from pathlib import Path

from kg.loader.articles import Articles
from kg.registry import Registry
from kg.store import Store
from tests.stories import loaded, person, story, triples


def about(database, entity: str) -> set[tuple[str, str]]:
    return {(p, o) for s, p, o in triples(database, "entities") if s == entity}


def test_an_entity_has_type_label_other_names_and_links(tmp_path: Path):
    """What one mention says comes out in full."""
    solen = person("Mira Solen", "XAA", surface=["Solen", "the minister"], same_as="http://x.org/1")
    with loaded(tmp_path / "s", story("a", parties={"p": solen})) as (_, database):
        assert about(database, "person/mira-solen-xaa") == {
            ("type", "Person"),
            ("label", "Mira Solen"),
            ("altLabel", "Solen"),
            ("altLabel", "the minister"),
            ("sameAs", "1"),
        }


def test_the_label_is_the_most_frequent_name_and_ties_go_by_characters(tmp_path: Path):
    """Three spellings with one path: two articles outvote one, equals go by characters."""
    spellings = ["MIRA SOLEN", "Mira Solen", "Mira Solen", "mira  Solen"]
    stories = [story(f"a{n}", parties={"p": person(s, "XAA")}) for n, s in enumerate(spellings)]
    with loaded(tmp_path / "s", *stories[:3]) as (_, database):
        assert ("label", "Mira Solen") in about(database, "person/mira-solen-xaa")
    for name, pair in (("t", stories[:2]), ("u", stories[1::-1])):
        with loaded(tmp_path / name, *pair) as (_, database):
            assert ("label", "MIRA SOLEN") in about(database, "person/mira-solen-xaa")


def test_states_are_described_elsewhere_unless_their_code_is_private(tmp_path: Path):
    """Russia has its own graph; an invented state takes its name from the articles."""
    parties = {
        "rus": {"name": "Russia", "kind": "state", "state": "RUS"},
        "arv": {"name": "Arvonia", "kind": "state", "state": "XAA"},
    }
    with loaded(tmp_path / "s", story("a", parties=parties)) as (_, database):
        assert about(database, "XAA") == {("type", "State"), ("label", "Arvonia")}
        assert not about(database, "RUS")


def test_places_topics_occasions_publishers_and_texts_are_there(tmp_path: Path):
    """Everything that an article names has a label; a kept text has its length."""
    one = story(
        "a",
        article={"publisher": "The Gazette"},
        topics={"t": {"label": "Strait treaty", "broader": "armed-conflict"}},
        places={"here": {"name": "Port Anne", "country": "XAA"}},
        occasions={"o": {"name": "Strait Forum"}},
        text="a: They met. 🕊",
    )
    text = f"text/{one.facts.article.text_sha256}"
    with loaded(tmp_path / "s", one) as (_, database):
        assert about(database, "topic/strait-treaty") == {
            ("type", "Concept"),
            ("label", "Strait treaty"),
            ("broader", "armed-conflict"),
        }
        assert ("containedInPlace", "XAA") in about(database, "place/port-anne-xaa")
        assert ("type", "Event") in about(database, "occasion/strait-forum")
        assert ("type", "Organization") in about(database, "organisation/the-gazette")
        assert about(database, text) == {
            ("type", "Entity"),
            ("label", "Text of “Title of a”"),
            ("characters", "14"),
        }
    with loaded(tmp_path / "t", one, keep=False) as (_, database):
        assert "characters" not in {p for p, _ in about(database, text)}


def test_an_entity_goes_with_its_last_mention(tmp_path: Path):
    """Replacing an article takes away what only it said, and leaves what others say."""
    first = story("a", parties={"p": person("Mira Solen", "XAA", surface=["Solen"])})
    other = story("b", parties={"p": person("Mira Solen", "XAA")})
    changed = story("a", parties={"q": person("Teodor Vance", "XBB")})
    with loaded(tmp_path / "s", first, other, changed) as (store, database):
        assert about(database, "person/mira-solen-xaa") == {
            ("type", "Person"),
            ("label", "Mira Solen"),
        }
        assert about(database, "person/teodor-vance-xbb")
        with store.writer() as writer, Articles(store, writer) as articles:
            articles.remove("a")
            articles.remove("b")
        with store.snapshot() as snapshot:
            assert not triples(snapshot.ox, "entities")


def test_the_registry_gives_label_aliases_links_and_kind(tmp_path: Path):
    """What people wrote comes before what articles say; entities nobody mentions stay out."""
    registry = Registry.parse(
        """
entities:
  person/mira-solen-xaa:
    {label: "Mira J. Solen", aliases: [Solen], same_as: "http://x.org/Q1", state: XAA, kind: person}
  person/nobody-here: {label: Nobody}
"""
    )
    one = story(
        "a",
        parties={
            "p": person("Solen", "XAA"),
            "g": {"name": "Mira Solen", "kind": "organisation", "state": "XAA"},
        },
    )
    with loaded(tmp_path / "s", one, registry=registry) as (_, database):
        assert about(database, "person/mira-solen-xaa") == {
            ("type", "Person"),
            ("label", "Mira J. Solen"),
            ("altLabel", "Solen"),
            ("sameAs", "Q1"),
        }
        assert not about(database, "person/nobody-here")


def test_mentions_in_users_graphs_do_not_count(tmp_path: Path):
    """A user's graph may speak of mentions; entities are derived from articles alone."""
    import pyoxigraph as ox

    from kg.vocabulary import DKG

    with Store.open(tmp_path / "s") as store:
        mine = ox.NamedNode("http://example.org/mine")
        entity = ox.NamedNode("http://127.0.0.1:8000/id/person/mira-solen-xaa")
        node = ox.NamedNode("http://example.org/m")
        with store.writer() as writer:
            kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
            writer.apply(
                [],
                [
                    ox.Quad(node, ox.NamedNode(DKG.entity), entity, mine),
                    ox.Quad(node, kind, ox.NamedNode(DKG.Mention), mine),
                    ox.Quad(node, ox.NamedNode("https://schema.org/name"), ox.Literal("X"), mine),
                ],
            )
        with store.writer() as writer, Articles(store, writer) as articles:
            reading = story("a", parties={"p": person("Mira Solen", "XAA")})
            articles.put(reading.facts)
        with store.snapshot() as snapshot:
            assert about(snapshot.ox, "person/mira-solen-xaa") == {
                ("type", "Person"),
                ("label", "Mira Solen"),
            }
