"""The scorer: gold in its three forms, the matching rules, the figures."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from kg.commands.evaluate import command
from kg.evaluate.matching import (
    actors_match,
    meetings_match,
    overlap,
    pair,
    positions_match,
    statements_match,
)
from kg.evaluate.model import Actor, MeetingItem, PositionItem, StatementItem
from kg.evaluate.scores import Figure

TEXT = "Kari Dahl met Adam Nowak in Oslo. “We are close,” Dahl said. Norway condemned the raid."


def folder(tmp_path: Path, **gold: object) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "gold").mkdir()
    document = {"text": TEXT, "title": "Oslo", "source": "Example"}
    (tmp_path / "docs" / "1.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "gold" / "1.json").write_text(json.dumps(gold), encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> str:
    result = CliRunner().invoke(command, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def figures(path: Path) -> dict[str, dict[str, float]]:
    (report,) = json.loads(run(str(path), "--format", "json"))
    return {figure["name"]: figure for figure in report["figures"]}


def test_a_folder_of_gold(tmp_path: Path) -> None:
    gold = folder(
        tmp_path,
        meetings=[
            {
                "participants": [{"name": "Kari Dahl"}, {"name": "Adam Nowak"}],
                "status": "planned",
                "evidence": "Kari Dahl met Adam Nowak in Oslo.",
            }
        ],
        statements=[
            {
                "speaker": {"name": "Kari Dahl"},
                "mode": "direct",
                "content": ["We are close"],
                "cue": "said",
                "evidence": "“We are close,” Dahl said.",
            }
        ],
        positions=[],
        doubtful=[
            {
                "kind": "position",
                "holder": {"name": "Norway", "state": "NOR"},
                "target": "the raid",
                "stance": "opposes",
                "evidence": "Norway condemned the raid.",
            },
            {
                "kind": "statement",
                "speaker": {"name": "Norway", "state": "NOR"},
                "mode": "indirect",
                "content": ["the raid"],
                "cue": "condemned",
                "evidence": "Norway condemned the raid.",
            },
        ],
    )
    found = figures(gold)
    assert found["meetings"]["value"] == 1
    assert found["meetings' status"]["value"] == 0
    assert found["statements"]["value"] == 1
    assert found["positions"]["found"] == 0  # doubtful counts neither way
    assert "planned" in run(str(gold), "--errors")


def test_attributions_and_sentences(tmp_path: Path) -> None:
    start = TEXT.index("We are close")
    attribution = {
        "doc_id": "a",
        "text": TEXT,
        "gold": [
            {
                "speaker": [{"text": "Dahl", "start": start + 15, "end": start + 19}],
                "cue": [{"text": "said", "start": start + 20, "end": start + 24}],
                "quote": [{"text": "We are close", "start": start, "end": start + 12}],
                "quote_type": "direct",
            }
        ],
    }
    quotes = tmp_path / "quotes.jsonl"
    quotes.write_text(json.dumps(attribution) + "\n", encoding="utf-8")
    found = figures(quotes)
    assert found["direct quotations"]["value"] == 1
    assert found["speaker of direct quotations"]["value"] == 1
    sentences = tmp_path / "sentences.jsonl"
    rows = [
        {"text": "Kari Dahl met Adam Nowak in Oslo.", "gold": [{"plover": "CONSULT"}]},
        {"text": "Norway condemned the raid.", "gold": [{"plover": "ACCUSE"}]},
        {"text": "Kari Dahl had lunch with Adam Nowak.", "gold": [{"plover": "ACCUSE"}]},
    ]
    sentences.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    (figure,) = figures(sentences).values()
    assert (figure["right"], figure["found"], figure["gold"]) == (1, 2, 1)


def test_matching_rules() -> None:
    dahl, nowak, norway = Actor(("Kari Dahl",)), Actor(("Nowak",)), Actor(("Norway",), "NOR")
    assert actors_match(dahl, Actor(("Dahl",)))
    assert actors_match(norway, Actor(("Oslo",), "NOR"))
    assert not actors_match(dahl, nowak)
    one = MeetingItem((dahl, nowak), "occurred", ((0, 10),))
    assert meetings_match(one, MeetingItem((nowak, dahl, norway), "denied", ((9, 20),)))
    assert not meetings_match(one, MeetingItem((nowak, dahl), "occurred", ((10, 20),)))
    assert not meetings_match(one, MeetingItem((norway, dahl), "occurred", ((0, 10),)))
    said = StatementItem(dahl, "direct", ((0, 10),))
    assert statements_match(said, StatementItem(dahl, "indirect", ((3, 10), (12, 14))))
    assert not statements_match(said, StatementItem(dahl, "direct", ((6, 12),)))
    assert overlap([(0, 10)], [(5, 15)]) == 5 / 15
    stance = PositionItem(norway, frozenset({"opposes"}), "the raid on Lowen", ((0, 10),))
    agreeing = PositionItem(norway, frozenset({"opposes"}), "raids", ((5, 9),))
    assert positions_match(stance, agreeing)
    other = PositionItem(norway, frozenset({"supports"}), "raids", ((5, 9),))
    assert not positions_match(stance, other)


def test_pairing_is_the_largest_and_leaves_the_doubtful_out() -> None:
    pairing = pair([1, 2], [10, 20, 30], [3], lambda gold, found: found in (gold * 10, 20))
    assert pairing.pairs == ((1, 10), (2, 20))
    assert pairing.missed == ()
    assert pairing.false == ()


def test_figures_come_from_the_counts() -> None:
    figure = Figure("x")
    for _ in range(10):
        figure.add(3, 4, 6)
    total = figure.total
    assert (total.right, total.found, total.gold) == (30, 40, 60)
    assert figure.value() == 2 * 0.75 * 0.5 / 1.25
    assert figure.interval() == (figure.value(), figure.value())
    figure.add(0, 40, 0)
    low, high = figure.interval()
    assert low < figure.value() < high
    assert figure.interval() == (low, high)
