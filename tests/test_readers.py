"""Facts files are read whatever they hold: as facts, or as rejects that say what to do."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kg.readers import FACTS, READERS, Reading, Reject, Source
from kg.readers.facts_file import read_json, read_jsonl, read_yaml

WRONG = yaml.safe_load(
    (Path(__file__).parent / "data" / "readers" / "wrong.yaml").read_text(encoding="utf-8")
)
RIGHT: str = WRONG["right"]
Read = Callable[[Source], Iterator[Reading | Reject]]


def outcome(data: str | bytes, reader: Read = read_yaml, name: str = "f.yaml") -> Reading | Reject:
    """Read one record."""
    raw = data.encode() if isinstance(data, str) else data
    (item,) = reader(Source(name, raw))
    return item


def said(item: Reading | Reject) -> list[str]:
    """Return what is wrong with a record, as a person sees it."""
    return [str(problem) for problem in item.problems] if isinstance(item, Reject) else []


def named(cases: list[dict[str, Any]]) -> list[Any]:
    assert cases
    return [pytest.param(case, id=case["name"]) for case in cases]


def test_the_right_file_is_taken() -> None:
    """What the wrong files change is right by itself."""
    assert said(outcome(RIGHT)) == []


@pytest.mark.parametrize("case", named(WRONG["changes"]))
def test_wrong_facts_are_explained(case: dict[str, Any]) -> None:
    """One change of the right file gives exactly these lines."""
    assert case["replace"] in RIGHT
    wrong = outcome(RIGHT.replace(case["replace"], case["by"], 1))
    assert said(wrong) == case["says"]
    assert isinstance(wrong, Reject)
    assert wrong.record == RIGHT.replace(case["replace"], case["by"], 1)
    for problem in wrong.problems:
        assert problem.line is not None and problem.column is not None
        assert problem.remedy or "write" in problem.message


@pytest.mark.parametrize("case", named(WRONG["yaml"]))
def test_wrong_yaml_is_explained(case: dict[str, Any]) -> None:
    assert said(outcome(case["file"])) == case["says"]


@pytest.mark.parametrize("case", named(WRONG["json"]))
def test_wrong_json_is_explained(case: dict[str, Any]) -> None:
    assert said(outcome(case["file"], read_json, "f.json")) == case["says"]


def test_a_comma_too_many_in_json_is_placed() -> None:
    """The wording is Python's, which changes from version to version."""
    (line,) = said(outcome('{\n  "article": {"title": "T",}\n}', read_json, "f.json"))
    assert line.startswith("f.json:2:")
    assert "not JSON: " in line


def test_many_digits_are_no_crash() -> None:
    """Python refuses to read whole numbers of more than 4,300 digits."""
    assert said(outcome(f'{{"article": {"1" * 5000}}}', read_json)) == [
        "f.yaml:1:1: not JSON: a number of thousands of digits; write it shorter"
    ]


def test_control_characters_are_placed() -> None:
    assert said(outcome("article:\n  title: é \x01\n")) == [
        "f.yaml:2:12: not YAML: the character U+0001 is not allowed; "
        "remove it, or write it as an escape in double quotes"
    ]


DEEP = "nested more than 20 levels deep; check the brackets there"


@pytest.mark.parametrize("depth", [25, 100, 330, 500, 990, 1500, 10_000, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a": ', '[{"a": '])
@pytest.mark.parametrize("key", ["article", "unknown"])
def test_deep_nesting_is_refused(depth: int, opening: str, key: str) -> None:
    """Neither the C parsers nor Python's recursion limit end the process."""
    closing = opening[::-1].translate(str.maketrans("[{", "]}")).replace('"a"', "")
    closing = "".join(c for c in closing if c in "]}")
    deep = f'{{"{key}": {opening * depth}1{closing * depth}}}'
    for reader in (read_yaml, read_json, read_jsonl):
        (line,) = said(outcome(deep, reader))
        assert line.endswith(DEEP) and line.startswith("f.yaml:1:"), line


def test_deep_indentation_is_refused() -> None:
    deep = "\n".join(f"{' ' * level}a:" for level in range(2000))
    assert said(outcome(deep)) == [f"f.yaml:21:21: {DEEP}"]


def test_an_alias_bomb_is_refused_at_once() -> None:
    """Ten aliases of ten aliases, nine times over, would be a thousand million parts."""
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]\n" for n in range(8)
    )
    began = time.process_time()
    assert said(outcome(bomb)) == [
        "f.yaml:5:30: aliases unfold it to many times its size; write it out"
    ]
    assert time.process_time() - began < 4


def test_repeating_long_words_by_alias_is_refused() -> None:
    """A bomb of few parts that are long."""
    bomb = f"a: &a {'x' * 200_000}\nb: [{', '.join(['*a'] * 1000)}]\n"
    assert said(outcome(bomb))[0].endswith("aliases unfold it to many times its size; write it out")


def test_a_tower_of_aliases_is_refused() -> None:
    """Each alias is shallow by itself."""
    tower = "".join(
        f"a{n}: &a{n} {'[' * 9}{f'*a{n - 1}' if n else 'x'}{']' * 9}\n" for n in range(5)
    )
    assert said(outcome(tower)) == [f"f.yaml:3:18: {DEEP}"]


def test_aliases_that_repeat_a_little_are_fine() -> None:
    """A person may write words once and repeat them."""
    repeated = RIGHT.replace(
        "    evidence: Orlen said no more", "    evidence: &e Orlen said no more"
    ).replace("{label: Truce of Vilnar}", "{label: &l Truce of Vilnar}")
    repeated += "  - id: p2\n    holder: XAA\n    target_text: *l\n    stance: neutral\n"
    repeated += "    shown_by: word\n    evidence: *e\n"
    read = outcome(repeated)
    assert isinstance(read, Reading), said(read)
    assert read.facts.positions[1].target_text == "Truce of Vilnar"
    assert read.facts.positions[1].evidence == read.facts.positions[0].evidence


@pytest.mark.parametrize("reader", [read_yaml, read_json])
def test_huge_words_are_no_crash(reader: Read) -> None:
    """Five megabytes of title, date and id: what is said of them stays short."""
    huge = "x" * 5_000_000
    fine = {"article": {"title": huge, "text": "words"}}
    assert isinstance(outcome(json.dumps(fine), reader), Reading)
    wrong = {"article": {"title": "T", "text": "words", "published": huge, "id": huge}}
    lines = said(outcome(json.dumps(wrong), reader))
    assert len(lines) == 2
    assert all(len(line) < 500 for line in lines)


def test_plain_scalars_of_yaml_stay_text() -> None:
    """A year is a title, Norway is no boolean, a version is no number; null is nothing."""
    read = outcome(
        "article: {title: 1984, text: NO, author: yes, publisher: 0x1F, published: 2013-02-02,"
        " place: 1:30, url: null, id: 007}\nextractor: {name: on, version: 1.10}\nreviewed: True\n"
        "parties: {NOR: {name: No, kind: state, state: NOR}}\n"
    )
    assert isinstance(read, Reading), said(read)
    article = read.facts.article
    assert (article.title, read.text, article.author, article.publisher, article.place) == (
        ("1984", "NO", "yes", "0x1F", "1:30")
    )
    assert (article.published, article.url, article.id) == ("2013-02-02", None, "007")
    assert read.facts.extractor is not None
    assert (read.facts.extractor.name, read.facts.extractor.version) == ("on", "1.10")
    assert read.facts.reviewed is True
    assert read.facts.parties["NOR"].name == "No"


def test_null_in_quotes_is_a_word() -> None:
    read = outcome("article: {title: 'null', text: x, author: !!str null}\n")
    assert isinstance(read, Reading), said(read)
    assert (read.facts.article.title, read.facts.article.author) == ("null", "null")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_crash_a_reader(data: bytes) -> None:
    """Whatever a file holds, it is read or refused with a line that says where."""
    for reader in (read_yaml, read_json, read_jsonl):
        for item in reader(Source("f", data)):
            assert isinstance(item, Reading) or said(item)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        | st.sampled_from(["orlen", "truce", "m1", "s1", "XAA", "Orlen said"])
    ),
    max_leaves=6,
)


@given(st.data())
def test_no_wrong_part_crashes_the_checks(data: st.DataObject) -> None:
    """A part of the right file, replaced by anything, gives facts or lines of one line each."""
    record = yaml.load(RIGHT, Loader=yaml.BaseLoader)
    at: Any = record
    while True:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not isinstance(at[key], dict | list) or data.draw(st.booleans()):
            break
        at = at[key]
    at[key] = data.draw(_VALUES)
    item = outcome(json.dumps(record), read_json)
    assert isinstance(item, Reading) or said(item)
    assert all("\n" not in line for line in said(item))


@given(st.data())
def test_json_parts_are_placed_where_they_stand(data: st.DataObject) -> None:
    """An unknown key is found by its line and column in any JSON layout."""
    title = data.draw(st.text(max_size=20))
    record = {"article": {"title": f"T{title}", "text": "x"}, "parties": {}, "wrong": [title]}
    written = json.dumps(
        record,
        ensure_ascii=data.draw(st.booleans()),
        indent=data.draw(st.sampled_from([None, 0, 3, "\t"])),
    )
    item = outcome(written, read_json)
    assert isinstance(item, Reject)
    (problem,) = (p for p in item.problems if "wrong" in p.message)
    assert problem.line is not None and problem.column is not None
    line = written.split("\n")[problem.line - 1]
    assert line[problem.column - 1 :].startswith('"wrong"')


def test_bytes_that_are_not_utf8_are_placed() -> None:
    """The line and column are those of the first wrong byte; the record keeps the rest."""
    item = outcome(b"article:\n  title: \xc3\xa9t\xe9\n")
    assert said(item) == ["f.yaml:2:12: not UTF-8: the byte 0xe9; save the file in UTF-8"]
    assert isinstance(item, Reject) and "t\\xe9" in item.record


def test_utf16_is_refused_and_a_utf8_mark_is_not() -> None:
    assert said(outcome("article:".encode("utf-16"))) == [
        "f.yaml:1:1: not UTF-8: the byte 0xff; save the file in UTF-8"
    ]
    assert isinstance(outcome(b"\xef\xbb\xbf" + RIGHT.encode()), Reading)


def _line(**article: Any) -> bytes:
    return json.dumps({"article": {"title": "T", "text": "words", **article}}).encode()


def test_good_lines_of_jsonl_are_taken_among_bad_ones() -> None:
    """Each bad line is a reject of its own, with the line as it was written."""
    bad = {
        2: b'{"article": {"title": "T"',
        4: b'{"article": {"title": "T", "text": "x", "txet": "y"}}',
        5: b'{"article": {"title": "\xff"}}',
        7: b"[]",
    }
    good = {1: _line(id="a"), 3: b"", 6: _line(id="b"), 8: _line(id="c")}
    data = b"\r\n".join({**bad, **good}[number] for number in range(1, 9))
    items = list(read_jsonl(Source("f.jsonl", data)))
    assert [(item.line, item.facts.article.id) for item in items if isinstance(item, Reading)] == [
        (1, "a"),
        (6, "b"),
        (8, "c"),
    ]
    rejects = [item for item in items if isinstance(item, Reject)]
    assert [(reject.line, reject.record.rstrip("\r")) for reject in rejects] == [
        (number, line.decode("utf-8", "backslashreplace")) for number, line in bad.items()
    ]
    assert [line for reject in rejects for line in said(reject)] == [
        "f.jsonl:2:26: not JSON: expecting ',' delimiter; "
        "add the comma, or close the bracket before it",
        "f.jsonl:4:41: article.txet: unknown key 'txet'; did you mean 'text'?",
        "f.jsonl:5:24: not UTF-8: the byte 0xff; save the file in UTF-8",
        "f.jsonl:7:1: holds a list, not an article's facts; "
        "write one article a file, or one a line in a file that ends in .jsonl",
    ]


def test_only_line_feeds_end_a_line_of_jsonl() -> None:
    """JSON allows the separators of Unicode inside strings."""
    record = json.dumps({"article": {"title": "a\u2028b\x85c", "text": "x"}}, ensure_ascii=False)
    (item,) = read_jsonl(Source("f.jsonl", record.encode()))
    assert isinstance(item, Reading)
    assert item.facts.article.title == "a\u2028b\x85c"


@pytest.mark.parametrize("data", [b"", b"\n \n"])
@pytest.mark.parametrize("ending", sorted(FACTS))
def test_an_empty_file_is_refused(ending: str, data: bytes) -> None:
    (item,) = READERS[ending](Source("f", data))
    assert said(item) == [
        "f:1:1: holds nothing, not an article's facts; begin with 'article:' and its title"
    ]


def test_many_mistakes_are_all_told_in_the_order_of_the_file() -> None:
    wrong = RIGHT.replace("speaker: orlen", "speaker: orlan").replace("state: XAB", "state: JJJ")
    lines = [problem.line for problem in outcome(wrong.replace("said no more", "said")).problems]  # type: ignore[union-attr]
    assert lines == sorted(lines) and len(lines) == 3


def test_a_terminal_is_not_fooled_by_a_file() -> None:
    """Escape sequences in keys and values are shown, not sent."""
    item = outcome('"\\e[2J\\nx": 1\narticle: {title: T, text: x, published: "\\e[2J"}\n')
    assert len(said(item)) == 2
    assert all(line.isprintable() for line in said(item))
