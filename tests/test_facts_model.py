"""One model, however it is written: YAML, JSON or JSONL, shortly or at length."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from kg.facts import ArticleFacts, Fact, Meeting
from kg.readers import Reading, Source
from kg.readers.facts_file import read_json, read_jsonl, read_yaml
from kg.resources import resource

FULL = Path(__file__).parent / "data" / "mappers" / "full.yaml"
FILES = [FULL, *sorted(resource("samples").glob("*.yaml"))]


def reading(data: str, reader: Any = read_yaml, folder: Path | None = None) -> Reading:
    (item,) = reader(Source("f", data.encode(), folder))
    assert isinstance(item, Reading), [str(problem) for problem in item.problems]
    return item


def plain(path: Path) -> Any:
    """Return a file's data with every plain scalar as text."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def typed(value: Any, key: str = "") -> Any:
    """Return data as JSON writes it: numbers and truth values are not text."""
    if isinstance(value, dict):
        return {name: typed(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    if key in ("start", "end", "occurrence", "count"):
        return int(value)
    if key == "confidence":
        return float(value)
    if value == "null":
        return None
    return {"true": True, "false": False}[value] if key in ("demand", "reviewed") else value


def shuffled(value: Any, seed: random.Random) -> Any:
    """Return data with the keys of its mappings in another order."""
    if isinstance(value, dict):
        items = [(name, shuffled(item, seed)) for name, item in value.items()]
        seed.shuffle(items)
        return dict(items)
    return [shuffled(item, seed) for item in value] if isinstance(value, list) else value


def longhand(value: Any, key: str = "") -> Any:
    """Return data with every shorthand written out."""
    if key in ("evidence", "content", "surface", "addressee", "about"):
        items = value if isinstance(value, list) else [value]
        if key in ("evidence", "content"):
            items = [{"exact": item} if isinstance(item, str) else item for item in items]
        return items
    if isinstance(value, dict):
        return {name: longhand(item, name) for name, item in value.items()}
    return [longhand(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestOneModel:
    """Holds for the full example and for every sample."""

    def test_yaml_json_and_jsonl_give_the_same_facts(self, path: Path) -> None:
        read = reading(path.read_text(encoding="utf-8"), folder=path.parent)
        record = typed(plain(path))
        for ascii_only in (True, False):
            written = json.dumps(record, ensure_ascii=ascii_only)
            assert reading(written, read_json, path.parent) == read
            assert reading(f"\n{written}\n", read_jsonl, path.parent).facts == read.facts

    def test_the_order_of_keys_changes_nothing(self, path: Path) -> None:
        read = reading(path.read_text(encoding="utf-8"), folder=path.parent)
        for seed in range(5):
            record = shuffled(typed(plain(path)), random.Random(seed))
            again = reading(json.dumps(record), read_json, path.parent)
            assert again.facts == read.facts
            assert again.facts.normal_form() == read.facts.normal_form()

    def test_shorthand_means_the_same_as_longhand(self, path: Path) -> None:
        read = reading(path.read_text(encoding="utf-8"), folder=path.parent)
        record = longhand(typed(plain(path)))
        assert reading(json.dumps(record), read_json, path.parent).facts == read.facts

    def test_the_order_of_facts_does_not_show_in_the_normal_form(self, path: Path) -> None:
        read = reading(path.read_text(encoding="utf-8"), folder=path.parent)
        record = typed(plain(path))
        for section in ("meetings", "statements", "positions"):
            record.get(section, []).reverse()
        again = reading(json.dumps(record), read_json, path.parent)
        assert again.facts.normal_form() == read.facts.normal_form()

    def test_the_normal_form_is_a_facts_file(self, path: Path) -> None:
        """What it is read as has the same normal form, with the text at hand or without."""
        form = reading(path.read_text(encoding="utf-8"), folder=path.parent).facts.normal_form()
        assert "\n" not in form
        for reader in (read_json, read_jsonl, read_yaml):
            assert reading(form, reader).facts.normal_form() == form


def test_every_offset_holds() -> None:
    """The text has the exact words at each place that was computed."""
    read = reading(FULL.read_text(encoding="utf-8"), folder=FULL.parent)
    assert read.text is not None
    spans = [span for fact in read.facts.facts() for span in fact.evidence]
    spans += [span for statement in read.facts.statements for span in statement.content]
    assert len(spans) > 5
    for span in spans:
        assert read.text[span.start : span.end] == span.exact


def test_defaults_are_those_of_the_design() -> None:
    """What is left out means what the facts file's description says."""
    read = reading(
        "article: {title: T, text: Ada met Bo.}\n"
        "meetings: [{id: m, participants: [XAA, XAB], evidence: Ada met Bo}]\n"
        "positions: [{id: p, holder: XAA, target: XAB, stance: neutral, shown_by: word,"
        " evidence: Ada}]\n"
    )
    (meeting,) = read.facts.meetings
    (position,) = read.facts.positions
    assert (meeting.status, meeting.form) == ("occurred", "meeting")
    assert (position.demand, read.facts.reviewed, read.facts.article.language) == (
        (False, False, "en")
    )
    assert read.facts.extractor is None


def test_what_equals_its_default_is_not_in_the_normal_form() -> None:
    short = "article: {title: T, text: x}\n"
    long = short.replace("}", ", language: en, author: null}") + "reviewed: false\nmeetings: []\n"
    assert reading(short).facts.normal_form() == reading(long).facts.normal_form()


@pytest.mark.parametrize(("written", "kept"), [("0.90", 0.9), (".9", 0.9), ("9e-1", 0.9), ("1", 1),
    ("-0", 0), ("-0.0", 0), ("1e-400", 0)])  # fmt: skip
def test_confidence_is_a_number_however_written(written: str, kept: float) -> None:
    read = reading(
        "article: {title: T, text: Ada met Bo.}\nmeetings: [{id: m, participants: [XAA, XAB],"
        f" evidence: Ada met Bo, confidence: {written}}}]\n"
    )
    assert read.facts.meetings[0].confidence == kept
    assert f'"confidence":{float(kept)}' in read.facts.normal_form()


@pytest.mark.parametrize("written", ["nan", ".nan", "inf", "1_0", "٠", "0x1", "--1", "1.0.0"])
def test_what_is_no_number_is_refused(written: str) -> None:
    (item,) = read_yaml(
        Source("f", (
            "article: {title: T, text: Ada met Bo.}\nmeetings: [{id: m, participants: [XAA, XAB],"
            f" evidence: Ada met Bo, confidence: {written}}}]\n").encode())
    )  # fmt: skip
    (problem,) = item.problems  # type: ignore[union-attr]
    assert problem.remedy == "write one from 0 to 1, such as 0.9"


@pytest.mark.parametrize("written", ["2013-02-02", "2013-02-02T10:30:00", "2013-02-02T10:30Z"])
def test_a_day_may_come_with_its_time(written: str) -> None:
    """Article metadata often has both; the day is kept."""
    read = reading(f"article: {{title: T, text: x, published: {written}}}\n")
    assert read.facts.article.published == "2013-02-02"


@pytest.mark.parametrize("duration", ["PT45M", "PT24H", "P1DT2H", "P2W", "PT1.5S", "P1Y2M"])
def test_durations_stay_as_written(duration: str) -> None:
    read = reading(
        "article: {title: T, text: Ada met Bo.}\nmeetings: [{id: m, participants: [XAA, XAB],"
        f" evidence: Ada met Bo, duration: {duration}}}]\n"
    )
    assert read.facts.meetings[0].duration == duration


def test_all_facts_are_given_in_the_order_of_the_model() -> None:
    read = reading(FULL.read_text(encoding="utf-8"), folder=FULL.parent)
    kinds = [type(fact).__name__ for fact in read.facts.facts()]
    assert kinds == sorted(kinds, key=["Meeting", "Statement", "Position"].index)
    assert len(set(kinds)) == 3


def test_facts_do_not_change() -> None:
    """Facts are values: what was read stays as it was read."""
    meeting = Meeting(id="m", participants=["XAA", "XAB"], evidence=["Ada"])  # type: ignore[list-item]
    with pytest.raises(ValidationError):
        meeting.status = "denied"
    assert isinstance(meeting, Fact)


def test_facts_can_be_built_in_python() -> None:
    """Another extractor may use the model's classes instead of writing a file."""
    facts = ArticleFacts.model_validate(
        {"article": {"title": "T", "text": "x"}, "parties": {"a": {"name": "A", "kind": "person"}}}
    )
    assert facts.parties["a"].name == "A"
    assert json.loads(facts.normal_form())["parties"] == {"a": {"kind": "person", "name": "A"}}


@pytest.mark.parametrize("written", ['"2013"', "2013"])
def test_a_year_may_be_a_number_in_json(written: str) -> None:
    """YAML as editors read it, and JSON, take a year for a number."""
    read = reading(
        '{"article": {"title": "T", "text": "Ada met Bo."}, "meetings": [{"id": "m", "evidence":'
        f' "Ada met Bo", "participants": ["XAA", "XAB"], "date": {written}}}]}}',
        read_json,
    )
    assert read.facts.meetings[0].date == "2013"
