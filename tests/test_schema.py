"""The JSON Schema of the facts file says what the reader takes, as far as a schema can."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from commands import kg
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kg.facts import ArticleFacts
from kg.facts.schema import json_schema
from kg.readers import Reading, Source
from kg.readers.facts_file import read_json
from kg.resources import resource

DATA = Path(__file__).parent / "data"
WRONG = yaml.safe_load((DATA / "readers" / "wrong.yaml").read_text(encoding="utf-8"))
SCHEMA = json_schema()
CHECK = jsonschema.Draft202012Validator(SCHEMA)


class TextDates(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads YAML as editors do: by the core schema, in which a date is text."""


TextDates.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def facts_files() -> list[Path]:
    """Return the project's facts files that are right."""
    return [
        path
        for folder in (resource("samples"), DATA)
        for path in sorted(folder.rglob("*.yaml"))
        if isinstance(load(path.read_text(encoding="utf-8")).get("article"), dict)
    ]


def load(text: str) -> Any:
    return yaml.load(text, Loader=TextDates)


def test_the_schema_is_one_of_draft_2020_12() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert "one-or-more" not in json.dumps(SCHEMA)


@pytest.mark.parametrize("path", facts_files(), ids=lambda path: path.stem)
def test_every_facts_file_of_the_project_fits(path: Path) -> None:
    """Editors that check against the schema find nothing to mark in them."""
    errors = [error.message for error in CHECK.iter_errors(load(path.read_text(encoding="utf-8")))]
    assert errors == []


ONLY_THE_READER = {
    # what words and ids mean
    "words_not_in_the_text", "words_far_from_the_text", "words_that_stand_twice",
    "occurrence_too_high", "occurrence_of_absent_words", "offsets_elsewhere",
    "offsets_beyond_the_text", "offsets_of_wrong_length", "one_offset_alone",
    "offsets_against_occurrence", "unknown_party", "unknown_party_like_none", "state_by_name",
    "state_by_alpha2", "territory_as_actor", "unknown_target", "unknown_target_like_none",
    "unknown_about", "unknown_meeting", "statement_as_meeting", "unknown_statement",
    "unknown_report", "unknown_position", "unknown_addressee", "party_named_twice",
    "unknown_state_code", "state_without_code", "role_of_nobody", "unknown_country",
    "repeated_id", "id_of_a_party_for_a_fact", "report_in_a_circle", "revision_in_a_circle",
    "unknown_curated_topic", "curated_topic_like_none", "unknown_cameo_code",
    "unknown_cameo_root", "aliases_are_fine_but_checked",
    # the calendar, and what one field says of another
    "impossible_day", "impossible_month", "year_zero", "date_backwards", "day_with_rubbish",
    "validity_backwards", "demand_that_opposes", "no_target", "null_target", "text_twice",
    "text_missing", "sha256_of_another_text",
    # the forms of IRIs, and characters that fit no XML
    "relative_iri", "url_with_spaces", "character_that_fits_no_xml",
    # what YAML has turned into something else before the schema sees it
    "repeated_key", "demand_in_words",
}  # fmt: skip


def test_the_schema_finds_every_mistake_of_form() -> None:
    """What it lets pass is listed: only the reader can know that."""
    passed = {
        case["name"]
        for case in WRONG["changes"]
        if CHECK.is_valid(load(WRONG["right"].replace(case["replace"], case["by"], 1)))
    }
    assert passed == ONLY_THE_READER
    assert len(WRONG["changes"]) - len(passed) > 30
    assert CHECK.is_valid(load(WRONG["right"]))


def part(**changes: Any) -> dict[str, Any]:
    """Return a small right record with another value for some fields of its one statement."""
    statement: dict[str, Any] = {
        "id": "s", "speaker": "XAA", "mode": "direct", "content": "words", "evidence": "words"
    }  # fmt: skip
    return {
        "article": {"title": "T", "text": "words, words"[:5]},
        "parties": {"a": {"name": "A", "kind": "group", "surface": changes.pop("surface", [])}},
        "topics": {"t": {"label": "T"}},
        "statements": [{**statement, **changes}],
        "meetings": [{"id": "m", "participants": changes.pop("participants", ["a", "XAA"]),
                      "evidence": "words"}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "right"),
    [
        ({"evidence": "words"}, True),
        ({"evidence": ["words"]}, True),
        ({"evidence": {"exact": "words"}}, True),
        ({"evidence": [{"exact": "words"}, "word"]}, True),
        ({"evidence": []}, False),
        ({"evidence": ""}, False),
        ({"evidence": " "}, False),
        ({"evidence": None}, False),
        ({"evidence": {"words": "words"}}, False),
        ({"evidence": {"exact": "words", "start": 0, "end": 5}}, True),
        ({"evidence": {"exact": "words", "start": -1, "end": 4}}, False),
        ({"content": ["wor", "ds"]}, True),
        ({"addressee": "a"}, True),
        ({"addressee": ["a"]}, True),
        ({"addressee": []}, True),
        ({"addressee": None}, False),
        ({"addressee": ["a", 1]}, False),
        ({"about": "t"}, True),
        ({"about": ["t"]}, True),
        ({"about": {"t": 1}}, False),
        ({"surface": "A"}, True),
        ({"surface": ["A", "a"]}, True),
        ({"surface": ""}, False),
        ({"participants": "a"}, False),
        ({"participants": ["a"]}, False),
        ({"cue": None}, True),
        ({"cue": ""}, False),
        ({"confidence": 1}, True),
        ({"confidence": 1.1}, False),
        ({"date": "2013"}, True),
        ({"date": "2013-02/2014"}, True),
        ({"date": 2013}, True),
        ({"date": 20131}, False),
    ],
)
def test_schema_and_reader_agree_on_shorthands(changes: dict[str, Any], right: bool) -> None:
    record = part(**changes)
    (item,) = read_json(Source("f", json.dumps(record).encode()))
    assert isinstance(item, Reading) == right, getattr(item, "problems", ())
    assert CHECK.is_valid(record) == right


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats(-2, 2) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["exact", "start", "name", "id"]), inner, max_size=2)
        | st.sampled_from(["orlen", "word", "act", "2013", "PT1H", "XAA", "https://a.example/"])
    ),
    max_leaves=4,
)


@given(st.data())
def test_what_fits_the_schema_fits_the_model(data: st.DataObject) -> None:
    """Apart from values that the model works out: IRIs, the calendar, fields against fields."""
    record = load(WRONG["right"])
    at: Any = record
    while True:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not isinstance(at[key], dict | list) or data.draw(st.booleans()):
            break
        at = at[key]
    at[key] = data.draw(_VALUES)
    if not CHECK.is_valid(record):
        return
    try:
        ArticleFacts.model_validate(record)
    except ValidationError as error:
        for detail in error.errors():
            # "$" of Python's expressions also matches before a line feed at the end.
            line_feed = isinstance(detail["input"], str) and detail["input"].endswith("\n")
            assert detail["type"] == "value_error" or line_feed, detail


def test_kg_schema_prints_it() -> None:
    run = kg("schema")
    assert run.returncode == 0
    assert json.loads(run.stdout) == SCHEMA
    assert run.stderr == ""
