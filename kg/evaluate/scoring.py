"""Scores extractions against gold documents, kind by kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from kg.evaluate.matching import (
    Pairing,
    actors_match,
    meetings_match,
    overlap,
    pair,
    positions_match,
    statements_match,
    touch,
)
from kg.evaluate.model import GoldDocument, Items, Range, StatementItem
from kg.evaluate.scores import Figure

Extractor = Callable[[GoldDocument], Items]
"""From a gold document's text (never its facts) to what was found in it."""

# A meeting that is denied or only wished for is none in which two parties meet or talk.
_MEET = frozenset(("occurred", "ongoing", "planned"))
_TOKEN = re.compile(r"\w+")


@dataclass
class Report:
    """The figures of one gold file, by name."""

    source: str
    documents: int = 0
    figures: dict[str, Figure] = field(default_factory=dict)

    def figure(self, name: str, measure: str = "F") -> Figure:
        """Return the figure of that name, made at its first use."""
        return self.figures.setdefault(name, Figure(name, measure))


def score(source: str, documents: Iterable[GoldDocument], extractor: Extractor) -> Report:
    """Extract from each document and compare.

    Args:
        source: the gold's name for the report.
        documents: gold, all of one form.
        extractor: what is judged.
    """
    report = Report(source)
    for document in documents:
        report.documents += 1
        found = extractor(document)
        {"facts": _facts, "attribution": _attribution, "consult": _consult}[document.form](
            report, document, found
        )
    return report


def _note(figure: Figure, name: str, misses: Iterable[str], false: Iterable[str]) -> None:
    figure.misses.extend(f"{name}: {_line(text)}" for text in misses)
    figure.false.extend(f"{name}: {_line(text)}" for text in false)


def _line(text: str) -> str:
    return " ".join(text.split())


def _facts(report: Report, document: GoldDocument, found: Items) -> None:
    gold, doubtful = document.items, document.doubtful
    meetings = pair(gold.meetings, found.meetings, doubtful.meetings, meetings_match)
    statements = pair(gold.statements, found.statements, doubtful.statements, statements_match)
    positions = pair(gold.positions, found.positions, doubtful.positions, positions_match)
    for name, pairing in (
        ("meetings", meetings),
        ("statements", statements),
        ("positions", positions),
    ):
        figure = report.figure(name)
        right = len(pairing.pairs)
        figure.add(right, right + len(pairing.false), right + len(pairing.missed))
        _note(
            figure,
            document.name,
            (item.shown for item in pairing.missed),
            (item.shown for item in pairing.false),
        )
    status = report.figure("meetings' status", "accuracy")
    wrong = [(one, other) for one, other in meetings.pairs if one.status != other.status]
    status.add(len(meetings.pairs) - len(wrong), len(meetings.pairs), len(meetings.pairs))
    _note(status, document.name, (f"{one.shown} ≠ {two.status}" for one, two in wrong), ())


def _attribution(report: Report, document: GoldDocument, found: Items) -> None:
    """Score attributions.

    Gold's types were computed from double quotation marks alone, so that a quotation between
    two apostrophes counts as reported there. A direct quotation that was found where gold has
    another type is therefore not false, and may be the one that gold has there.
    """
    gold, got = document.items.statements, found.statements
    quoted = [item for item in gold if item.mode == "direct"]
    others = [item for item in gold if item.mode != "direct"]
    marked = [item for item in got if item.mode == "direct"]
    direct = pair(quoted, marked, others, _overlapping)
    _pairing(report.figure("direct quotations"), document.name, direct)
    touched = report.figure("direct quotations, any overlap")
    hit = [item for item in quoted if any(touch(item.content, o.content) for o in marked)]
    good = [item for item in marked if any(touch(item.content, o.content) for o in gold)]
    touched.add_sides(len(good), len(marked), len(hit), len(quoted))
    voiced = [(one, other) for one, other in direct.pairs if one.speaker is not None]
    wrong = [
        (one, other)
        for one, other in voiced
        if other.speaker is None
        or one.speaker is None
        or not actors_match(one.speaker, other.speaker)
    ]
    speakers = report.figure("speaker of direct quotations", "accuracy")
    speakers.add(len(voiced) - len(wrong), len(voiced), len(voiced))
    _note(speakers, document.name, (f"{one.shown} ≠ {two.shown}" for one, two in wrong), ())
    _words(report, document, found)
    taken = [other for _, other in direct.pairs]
    spare = [item for item in marked if not any(item is other for other in taken)]
    reported = pair(
        [item for item in others if item.speaker],
        [*(item for item in got if item.mode != "direct"), *spare],
        [item for item in others if not item.speaker],
        lambda one, other: (
            statements_match(one, other) if one.speaker else _overlapping(one, other)
        ),
    )
    plain = tuple(item for item in reported.false if item.mode != "direct")
    figure = report.figure("indirect and mixed with speaker")
    _pairing(figure, document.name, Pairing(reported.pairs, reported.missed, plain))


def _overlapping(one: StatementItem, other: StatementItem) -> bool:
    return overlap(one.content, other.content) >= 0.5


def _pairing(figure: Figure, name: str, pairing: Pairing[StatementItem]) -> None:
    right = len(pairing.pairs)
    figure.add(right, right + len(pairing.false), right + len(pairing.missed))
    _note(
        figure,
        name,
        (item.shown for item in pairing.missed),
        (item.shown for item in pairing.false),
    )


def _words(report: Report, document: GoldDocument, found: Items) -> None:
    tokens = [match.span() for match in _TOKEN.finditer(document.text)]
    gold = _covered(tokens, (span for item in document.items.statements for span in item.content))
    got = _covered(tokens, (span for item in found.statements for span in item.content))
    report.figure("content words").add(len(gold & got), len(got), len(gold))


def _covered(tokens: list[Range], spans: Iterable[Range]) -> set[Range]:
    marks = {at for start, end in spans for at in range(start, end)}
    return {token for token in tokens if token[0] in marks}


def _consult(report: Report, document: GoldDocument, found: Items) -> None:
    figure = report.figure("sentences in which two parties meet or talk")
    meetings = [item for item in found.meetings if item.status in _MEET]
    said = bool(meetings)
    figure.add(int(said and document.consult), int(said), int(document.consult))
    if said != document.consult:
        _note(
            figure,
            document.name,
            [document.text] if document.consult else [],
            [f"{document.text} → {meetings[0].shown}"] if said else [],
        )
