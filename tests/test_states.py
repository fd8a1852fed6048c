"""States by code and by name: the table, private codes, suggestions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.states import is_country, is_private, is_state, nearest, state_name, states, suggest

LETTERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3)


def test_the_table_has_all_codes_of_iso_3166_1() -> None:
    kinds = [state.kind for state in states().values()]
    # 193 members of the United Nations, and VAT PSE XKX TWN COK NIU.
    assert kinds.count("state") == 199
    # All 249 codes of ISO 3166-1 are states or territories; XKX is not one of them.
    assert kinds.count("state") + kinds.count("territory") == 249 + 1
    assert {"SUN", "YUG", "SCG", "CSK", "DDR", "YMD", "VDR"} == {
        code for code, state in states().items() if state.kind == "former"
    }
    for code, state in states().items():
        assert len(code) == 3 and code.isupper()
        assert state.name
        assert state.administered_by == "" or states()[state.administered_by].kind == "state"
        assert (state.alpha2 == "") is (state.kind == "former"), code


def test_names_are_of_one_state_only() -> None:
    seen: dict[str, str] = {}
    for code, state in states().items():
        for name in (state.name, *state.names):
            assert seen.setdefault(name.casefold(), code) == code, name


@pytest.mark.parametrize(
    ("code", "links"),
    [
        (
            "RUS",
            {
                "http://publications.europa.eu/resource/authority/country/RUS",
                "http://www.wikidata.org/entity/Q159",
                "https://sws.geonames.org/2017370/",
            },
        ),
        (
            "XKX",
            {
                "http://publications.europa.eu/resource/authority/country/XKX",
                "http://www.wikidata.org/entity/Q1246",
                "https://sws.geonames.org/831053/",
            },
        ),
        (
            "SUN",
            {
                "http://publications.europa.eu/resource/authority/country/SUN",
                "http://www.wikidata.org/entity/Q15180",
            },
        ),
        ("YMD", set()),
    ],
)
def test_states_are_linked_to_the_authorities(code: str, links: set[str]) -> None:
    assert {iri for _, iri in states()[code].links} == links


def test_links_are_of_one_state_only_and_every_current_state_has_all_three() -> None:
    seen: dict[str, str] = {}
    for code, state in states().items():
        for _, iri in state.links:
            assert seen.setdefault(iri, code) == code, iri
        if state.kind == "state":
            for part in ("europa.eu", "wikidata", "geonames"):
                assert any(part in iri for _, iri in state.links), (code, part)


def test_the_holy_see_is_the_actor_and_vatican_city_its_land() -> None:
    links = set(states()["VAT"].links)
    assert ("exactMatch", "http://www.wikidata.org/entity/Q159583") in links
    assert ("closeMatch", "http://www.wikidata.org/entity/Q237") in links


@given(LETTERS)
def test_private_codes_are_those_that_iso_3166_leaves_to_users(code: str) -> None:
    left = (
        "AAA" <= code <= "AAZ"
        or "QMA" <= code <= "QZZ"
        or "XAA" <= code <= "XZZ"
        or "ZZA" <= code <= "ZZZ"
    )
    assert is_private(code) is (left and code != "XKX")
    if is_private(code):
        assert is_state(code) and is_country(code) and code not in states()


@given(st.text(max_size=4))
def test_any_text_is_a_state_or_is_not(text: str) -> None:
    known = text in states()
    assert is_country(text) is (known or is_private(text))
    if is_state(text):
        assert len(text) == 3
    assert all(isinstance(name, str) for name in suggest(text))


@pytest.mark.parametrize(
    ("code", "acts", "holds_places"),
    [
        ("RUS", True, True),
        ("SUN", True, True),
        ("XKX", True, True),
        ("PSE", True, True),
        ("COK", True, True),
        ("QVA", True, True),
        ("GRL", False, True),
        ("HKG", False, True),
        ("ESH", False, True),
        ("EUR", False, False),
        ("rus", False, False),
        ("", False, False),
    ],
)
def test_territories_hold_places_and_cannot_act(code: str, acts: bool, holds_places: bool) -> None:
    assert is_state(code) is acts
    assert is_country(code) is holds_places


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("RU", "RUS"),
        ("rus", "RUS"),
        ("Russia", "RUS"),
        ("Rusia", "RUS"),
        ("Russian Federation", "RUS"),
        ("USSR", "SUN"),
        ("America", "USA"),
        ("the United States", "USA"),
        ("Britain", "GBR"),
        ("Isreal", "ISR"),
        ("Swaziland", "SWZ"),
        ("Burma", "MMR"),
        ("ZAR", "COD"),
        ("Zaire", "COD"),
        ("BUR", "MMR"),
        ("the Vatican", "VAT"),
        ("Greenland", "DNK"),
        ("HKG", "CHN"),
        ("West Germany", "DEU"),
        ("East Germany", "DDR"),
        ("Congo", "COG"),
    ],
)
def test_what_was_meant_comes_first(written: str, first: str) -> None:
    assert nearest(written)[0].code == first
    assert suggest(written)[0] == f"{first} ({states()[first].name})"


@pytest.mark.parametrize("written", ["RSU", "QQ", "", "Wonderland", "Elbonia and Friends"])
def test_nothing_is_suggested_where_nothing_is_near(written: str) -> None:
    assert nearest(written) == ()


def test_several_are_suggested_where_several_are_near() -> None:
    assert {state.code for state in nearest("Korea")} == {"KOR", "PRK"}


def test_a_code_without_a_name_stands_for_itself() -> None:
    assert state_name("RUS") == "Russia"
    assert state_name("QVA") == "QVA"
