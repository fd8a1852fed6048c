"""Minted IRIs are valid, stay the same, and never mean two things."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.iris import Minter, article_key, digest, slug

BASE = "https://example.org/kg/"
MINT = Minter(BASE)
_NAMES = st.text(max_size=40)
_IDS = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,12}\Z")


@given(_NAMES)
def test_a_slug_is_a_path_segment_of_an_iri(name: str) -> None:
    short = slug(name)
    assert short and not set(short) & set(' /?#.%:<>"{}|\\^`')
    assert ox.NamedNode(f"{BASE}{short}").value == f"{BASE}{short}"
    assert not short.startswith("-") and not short.endswith("-") and "--" not in short


@given(_NAMES)
def test_the_slug_of_a_slug_is_the_slug(name: str) -> None:
    assert slug(slug(name)) == slug(name)


def test_every_character_of_unicode_fits() -> None:
    """Some marks are letters' companions and yet no part of an IRI (RFC 3987, ucschar)."""
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) in ("Cn", "Co", "Cs"):
            continue
        short = slug(f"a{chr(code)}b")
        assert slug(short) == short
        if not short.isascii():
            ox.NamedNode(f"{BASE}{short}")


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Sergei Lavrov", "sergei-lavrov"),
        ("  Sergei\u00a0\tLAVROV  ", "sergei-lavrov"),
        ("Jean-Yves  Le Drian", "jean-yves-le-drian"),
        ("O’Neill", "o-neill"),
        ("Höfði", "höfði"),
        ("Ho\u0308fði", "höfði"),
        ("Straße", "strasse"),
        ("ﬁnance", "finance"),
        ("Ⅷ", "viii"),
        ("Сергей Лавров", "сергей-лавров"),
        ("習近平", "習近平"),
        ("葛\U000e0100城", "葛城"),
        ("二〇一三", "二〇一三"),
        ("☮\ufe0f peace", "peace"),
        ("G-20", "g-20"),
    ],
)
def test_names_that_differ_in_form_alone_have_one_slug(name: str, short: str) -> None:
    assert slug(name) == short


def test_names_without_letters_have_a_slug_of_their_own() -> None:
    assert slug("★") != slug("☆")
    assert slug("★") == f"x{digest('★')[:12]}"
    assert slug("") == slug("")


@given(_NAMES, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_normal_forms_of_a_name_have_one_slug(name: str, form: str) -> None:
    if any(unicodedata.category(c)[0] in "LN" for c in name):
        assert slug(unicodedata.normalize(form, name)) == slug(name)  # type: ignore[arg-type]


MINTERS: dict[str, Callable[[str, str], str]] = {
    "article": lambda key, local: MINT.article(key),
    "article graph": lambda key, local: MINT.article_graph(key),
    "text": lambda key, local: MINT.text(digest(key)),
    "graph": lambda key, local: MINT.graph("entities"),
    "entity": lambda key, local: MINT.entity(f"person/{slug(key)}"),
    "own entity": lambda key, local: MINT.entity(f"person/{key}/{slug(local)}"),
    "mention": lambda key, local: MINT.mention(key, local),
    "topic": lambda key, local: MINT.mention(key, f"topic.{local}"),
    "publisher": lambda key, local: MINT.mention(key, "article.publisher"),
    "role": lambda key, local: MINT.role(key, local, 1),
    "meeting": lambda key, local: MINT.fact("meeting", key, local),
    "statement": lambda key, local: MINT.fact("statement", key, local),
    "evidence": lambda key, local: MINT.evidence(key, len(local), len(local) + 1),
    "quote": lambda key, local: MINT.unplaced_evidence(key, local, 1),
    "match": lambda key, local: MINT.match(key, local),
}


@given(key=_IDS, local=_IDS, other_key=_IDS, other_local=_IDS)
def test_different_things_never_share_an_iri(
    key: str, local: str, other_key: str, other_local: str
) -> None:
    """Not across kinds with any ids, and not within a kind with different ids."""
    for kind, mint in MINTERS.items():
        iri = mint(key, local)
        assert ox.NamedNode(iri).value == iri == mint(key, local)
        for other_kind, other_mint in MINTERS.items():
            if kind != other_kind:
                assert iri != str(other_mint(other_key, other_local))
    for kind in ("mention", "topic", "role", "meeting"):
        same = MINTERS[kind](key, local) == MINTERS[kind](other_key, other_local)
        assert same == ((key, local) == (other_key, other_local))


def test_only_graphs_of_the_loader_are_managed() -> None:
    for graph in (MINT.graph("entities"), MINT.article_graph("k")):
        assert MINT.is_managed(graph)
    for other in ("https://example.org/graph/x", f"{BASE}graphs/x", f"{BASE}notes", "urn:x"):
        assert not MINT.is_managed(other)


def test_a_match_is_the_same_from_either_side() -> None:
    assert MINT.match("a", "b") == MINT.match("b", "a") != MINT.match("a", "c")


def test_passages_without_a_place_differ_by_words_and_occurrence() -> None:
    passages = [(words, number) for words in ("she said", "he said") for number in (1, 2)]
    assert len({MINT.unplaced_evidence("k", *passage) for passage in passages}) == 4


@pytest.mark.parametrize(
    ("id", "url", "key"),
    [
        ("a-1", "https://example.org/x", "a-1"),
        (None, "https://www.example.org/2013/x", "www-example-org-4b06c8a1a7d1"),
        (None, "https://www.example.org/2013/y", "www-example-org-"),
        (None, "urn:isbn:1", "url-"),
        (None, "https://пример.испытание/x", "пример-испытание-"),
        (None, None, "text-abababababab"),
    ],
)
def test_the_key_of_an_article(id: str | None, url: str | None, key: str) -> None:
    """Its id, else its host and a hash of its URL, else its text."""
    found = article_key(id, url, "ab" * 32)
    assert found.startswith(key)
    assert ox.NamedNode(MINT.article(found)).value.endswith(found)
    if url and id is None:
        assert found.endswith(f"-{digest(url)[:12]}")


@given(st.text(max_size=30), st.text(max_size=30))
def test_urls_that_differ_have_different_keys(one: str, other: str) -> None:
    keys = [article_key(None, f"https://example.org/{path}", "") for path in (one, other)]
    assert (keys[0] == keys[1]) == (one == other)


def test_the_digest_is_that_of_the_utf8_bytes() -> None:
    assert digest("é") == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"
