"""Reads gold: folders of annotated documents, JSON Lines of attributions or sentences, facts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.errors import ReadError
from kg.evaluate.model import (
    Actor,
    GoldDocument,
    Items,
    MeetingItem,
    PositionItem,
    Range,
    StatementItem,
)
from kg.evaluate.reduce import reduce_facts
from kg.readers import Reading, TextIndex, read


def read_gold(path: Path, texts: TextIndex) -> list[GoldDocument]:
    """Return the documents of one gold file or folder.

    Args:
        path: a folder with ``docs/`` and ``gold/``; a ``.jsonl`` file whose lines hold ``text``
            and ``gold``; or a facts file.
        texts: where texts of facts files stand that give only a hash.

    Raises:
        ReadError: it is none of these, or a facts file's text is not at hand.
    """
    if path.is_dir():
        if not (path / "docs").is_dir() or not (path / "gold").is_dir():
            raise ReadError(str(path), "is no gold folder", "it must hold docs/ and gold/")
        return [_annotated(path, file) for file in sorted((path / "docs").glob("*.json"))]
    if path.suffix == ".jsonl":
        return list(_lines(path))
    return list(_facts(path, texts))


def _load(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReadError(str(path), f"cannot be read: {error}", "check the gold") from None
    if not isinstance(found, dict):
        raise ReadError(str(path), "holds no object", "check the gold")
    return found


def _annotated(folder: Path, file: Path) -> GoldDocument:
    document = _load(file)
    gold = _load(folder / "gold" / file.name)
    text = document["text"]
    found = GoldDocument(
        file.stem, text, "facts", document.get("title", ""), publisher=document.get("source")
    )
    for kind in ("meeting", "statement", "position"):
        for fact in gold.get(f"{kind}s", ()):
            _add(found.items, kind, fact, text)
    for fact in gold.get("doubtful", ()):
        _add(found.doubtful, fact["kind"], fact, text)
    return found


def _add(items: Items, kind: str, fact: dict[str, Any], text: str) -> None:
    evidence = _evidence(fact, text)
    if kind == "meeting":
        actors = tuple(_actor(part) for part in fact["participants"])
        names = ", ".join(actor.names[0] for actor in actors)
        items.meetings.append(
            MeetingItem(actors, fact["status"], evidence, f"{fact['status']}: {names}")
        )
    elif kind == "statement":
        content = tuple(_near(text, words, evidence) for words in fact["content"] if words in text)
        shown = f"{fact['speaker']['name']} [{fact.get('cue')}] {' … '.join(fact['content'])}"
        items.statements.append(
            StatementItem(_actor(fact["speaker"]), fact.get("mode", ""), content, shown)
        )
    elif kind == "position":
        shown = f"{fact['holder']['name']} {fact['stance']} {fact['target']}"
        items.positions.append(
            PositionItem(
                _actor(fact["holder"]),
                frozenset({fact["stance"]}),
                fact["target"],
                evidence,
                shown,
            )
        )


def _actor(part: dict[str, Any]) -> Actor:
    return Actor((part["name"],), part.get("state"))


def _evidence(fact: dict[str, Any], text: str) -> tuple[Range, ...]:
    found = []
    words = fact.get("evidence", "")
    at = -1
    for _ in range(fact.get("occurrence", 1)):
        at = text.find(words, at + 1)
    if at >= 0:
        found.append((at, at + len(words)))
    for other in fact.get("also", ()):
        at = text.find(other)
        if at >= 0:
            found.append((at, at + len(other)))
    return tuple(found)


def _near(text: str, words: str, evidence: tuple[Range, ...]) -> Range:
    """Return where the words stand, inside the evidence if they stand there."""
    for start, end in evidence:
        at = text.find(words, start, end)
        if at >= 0:
            return at, at + len(words)
    at = text.find(words)
    return at, at + len(words)


def _lines(path: Path) -> Iterator[GoldDocument]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError) as error:
        raise ReadError(str(path), f"cannot be read: {error}", "check the gold") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            text, gold = record["text"], record["gold"]
        except (ValueError, KeyError, TypeError) as error:
            raise ReadError(f"{path}:{number}", f"is no gold record: {error}", "") from None
        name = str(record.get("doc_id", number))
        if any("plover" in fact for fact in gold):
            consult = any(fact.get("plover") == "CONSULT" for fact in gold)
            yield GoldDocument(name, text, "consult", consult=consult)
        else:
            yield _attributions(name, text, gold)


def _attributions(name: str, text: str, gold: list[dict[str, Any]]) -> GoldDocument:
    found = GoldDocument(name, text, "attribution")
    for fact in gold:
        speaker = None
        if fact["speaker"]:
            spans = fact["speaker"]
            words = " ".join(span["text"] for span in spans)
            speaker = Actor((words,), None, (spans[0]["start"], spans[-1]["end"]))
        content = tuple((span["start"], span["end"]) for span in fact["quote"])
        cue = " ".join(span["text"] for span in fact["cue"])
        words = " … ".join(span["text"] for span in fact["quote"])
        shown = f"{speaker.names[0] if speaker else '—'} [{cue}] {words}"
        found.items.statements.append(StatementItem(speaker, fact["quote_type"], content, shown))
    return found


def _facts(path: Path, texts: TextIndex) -> Iterator[GoldDocument]:
    for reading in read(path, texts=texts):
        if not isinstance(reading, Reading):
            raise ReadError(str(path), "is no facts file", str(reading.problems[0]))
        if reading.text is None:
            raise ReadError(
                str(path), "quotes a text that is not at hand", "name its folder with --texts"
            )
        article = reading.facts.article
        yield GoldDocument(
            article.id or path.stem,
            reading.text,
            "facts",
            article.title,
            reduce_facts(reading.facts),
            publisher=article.publisher,
            published=article.published,
        )
