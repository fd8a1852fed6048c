"""Hypothesis strategies for articles' facts that the reader takes: Unicode texts, shared names.

Names, days and texts come from small pools most of the time, so that articles share people,
report the same meetings and repeat each other's text, and the derived graphs have work to do.
"""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from kg.readers.facts_file import read_json
from kg.readers.source import Reading, Source

KEYS = ("alpha", "beta", "gamma", "delta")

_AGENCY = (
    "The foreign ministers of Arvonia and Belmark met in Port Saint Anne on Saturday for talks "
    "about the strait between their countries. “We have come closer,” said Mira Solen after the "
    "meeting, which lasted an hour. Teodor Vance called the talks useful, and a source close to "
    "the delegation said that another round was planned for the spring. Belmark has blocked two "
    "earlier drafts of the treaty, which Arvonia supports.\n\nFishermen on both shores wait."
)
_PEOPLE = (
    ("Mira Solen", "person", "XAA"),
    ("MIRA SOLEN", "person", "XAA"),
    ("Solen", "person", "XAA"),
    ("Mira Solen", "person", None),
    ("Teodor Vance", "person", "XBB"),
    ("Vance", "person", "XBB"),
    ("Arvonia", "state", "XAA"),
    ("Belmark", "state", "XBB"),
    ("Russia", "state", "RUS"),
    ("Strait Commission", "organisation", None),
    ("Foreign Ministry", "organisation", "XBB"),
    ("fishermen", "group", None),
    ("a source close to the delegation", "anonymous", "XAA"),
)
_PLACES = ("Port Saint Anne", "Port Saint Anne, Arvonia", "Élis", "北京")
_DATES = ("2013-02-02", "2013-02-01/2013-02-03", "2013-02", "2013", "2014-07-09")

_letters = st.characters(
    exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\ufffe\uffff"
) | st.sampled_from("\n\t \"'\\<>{}é漢\U0001f54a\u0301\u200d")
words = st.text(_letters, min_size=1, max_size=24).filter(lambda text: bool(text.strip()))
"""Any words that a store can hold."""

_texts = st.one_of(
    st.just(_AGENCY),
    st.text(_letters, max_size=60).map(lambda tail: f"{_AGENCY} {tail}"),
    st.text(_letters, min_size=20, max_size=200).filter(lambda text: len(text.strip()) > 10),
)


@st.composite
def _span(draw: st.DrawFn, text: str) -> dict[str, Any]:
    start = draw(st.integers(0, len(text) - 1))
    # The next word is in it: blank words prove nothing.
    word = next((n for n in range(start, len(text)) if not text[n].isspace()), None)
    if word is None:
        start = word = next(n for n in range(len(text)) if not text[n].isspace())
    end = draw(st.integers(word + 1, min(len(text), word + 40)))
    return {"exact": text[start:end], "start": start, "end": end}


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def records(draw: st.DrawFn, keys: tuple[str, ...] = KEYS) -> dict[str, Any]:
    """Draw the data of a facts file; its text comes with it, or only its hash does."""
    text = draw(_texts)
    people = draw(st.lists(st.sampled_from(_PEOPLE), min_size=2, max_size=5, unique=True))
    parties: dict[str, dict[str, Any]] = {}
    for number, (name, kind, state) in enumerate(people):
        parties[f"p{number}"] = {"name": name, "kind": kind, "state": state}
        if draw(st.booleans()):
            parties[f"p{number}"]["surface"] = draw(st.lists(words, max_size=2, unique=True))
        if draw(st.integers(0, 3)) == 0:
            parties[f"p{number}"]["roles"] = [{"title": draw(words), "of": "XAA"}]
    if draw(st.booleans()):
        parties["q"] = {"name": draw(words), "kind": "person", "state": draw(_maybe(_states))}
    topics = {"t": {"label": draw(st.just("Treaty of the strait") | words)}}
    party = st.sampled_from(sorted(parties))
    span = _span(text)
    spans = st.lists(span, min_size=1, max_size=2)
    place = _maybe(st.sampled_from(_PLACES) | st.just("here"))
    date = _maybe(st.sampled_from(_DATES))
    about = st.sampled_from([[], ["t"]])
    meetings = [
        {
            "id": f"m{number}",
            "participants": draw(st.lists(party, min_size=2, max_size=3, unique=True)),
            "status": draw(st.sampled_from(["occurred", "planned", "denied"])),
            "form": draw(st.sampled_from(["meeting", "visit", "call", "conference"])),
            "place": draw(place),
            "date": draw(date),
            "date_text": draw(_maybe(words)),
            "duration": draw(_maybe(st.sampled_from(["PT45M", "PT24H", "P1D"]))),
            "occasion": draw(_maybe(st.just("Strait Forum") | words)),
            "about": draw(about),
            "confidence": draw(_maybe(st.floats(0, 1, allow_nan=False))),
            "evidence": draw(spans),
        }
        for number in range(draw(st.integers(0, 2)))
    ]
    statements = [
        {
            "id": f"s{number}",
            "speaker": draw(party),
            "mode": draw(st.sampled_from(["direct", "indirect", "mixed"])),
            "content": draw(spans),
            "cue": draw(_maybe(words)),
            "addressee": draw(st.lists(party, max_size=1)),
            "about": draw(about),
            "date": draw(date),
            "reported_by": f"s{number - 1}" if number and draw(st.booleans()) else None,
            "evidence": draw(spans),
        }
        for number in range(draw(st.integers(0, 2)))
    ]
    positions = [
        {
            "id": f"o{number}",
            "holder": draw(party),
            "target": draw(st.sampled_from(["t", "RUS", *(m["id"] for m in meetings)])),
            "target_text": draw(_maybe(words)),
            "stance": draw(st.sampled_from(["supports", "opposes", "neutral"])),
            "condition": draw(_maybe(words)),
            "shown_by": "act",
            "act": {"label": draw(words), "count": draw(_maybe(st.integers(1, 99)))},
            "valid_from": draw(date),
            "evidence": draw(spans),
        }
        for number in range(draw(st.integers(0, 2)))
    ]
    article = {
        "id": draw(st.sampled_from(keys)),
        "title": draw(st.just("Talks on the strait") | words),
        "publisher": draw(_maybe(st.just("The Strait Gazette") | words)),
        "published": draw(_maybe(st.sampled_from(["2013-02-02", "2013-02-04", "2014-07-10"]))),
        "place": draw(place),
        "text": text,
    }
    return {
        "article": article,
        "parties": parties,
        "topics": topics,
        "places": {"here": {"name": "Port Saint Anne", "country": "XAA"}},
        "meetings": meetings,
        "statements": statements,
        "positions": positions,
        "reviewed": True,
    }


_states = st.sampled_from(["XAA", "XBB", "RUS"])


def read_record(record: dict[str, Any]) -> Reading:
    """Return a record as the reader gives it; fails where the reader refuses it."""
    (outcome,) = read_json(Source("record.json", json.dumps(record).encode()))
    assert isinstance(outcome, Reading), [str(problem) for problem in outcome.problems]
    return outcome


readings = records().map(read_record)
"""Articles that were read, under few keys, so that some replace others."""
