"""What the page of ``/try`` shows of what was found: the same words and marks as an article's."""

from __future__ import annotations

from dataclasses import dataclass

from kg.pages.dates import in_words
from kg.pages.facts import Fact, Proof, words
from kg.pages.passages import Segment, segments
from kg.pages.reading import Reader, reading
from kg.trying.found import Found, ShownFact, ShownName

_HEADINGS = {
    "Person": "People", "State": "States", "Organization": "Organisations", "Group": "Groups",
    "AnonymousSource": "Anonymous sources", "Concept": "Topics", "Place": "Places",
    "Event": "Occasions",
}  # fmt: skip


@dataclass(frozen=True)
class Name:
    """Someone or something that is named; ``href`` is None where the graph does not know it."""

    name: str
    href: str | None
    note: str


@dataclass(frozen=True)
class Run:
    """A run of text, and the facts whose words end with it.

    Args:
        segment: the text.
        ends: those facts.
    """

    segment: Segment
    ends: tuple[Fact, ...]


@dataclass(frozen=True)
class Tried:
    """What the page shows.

    Args:
        found: what was found.
        date: day of publication in words.
        runs: the text, cut where evidence begins and ends.
        facts: the facts by kind.
        names: who and what is named, by heading.
        known: the article's page, where the graph has the article.
    """

    found: Found
    date: str
    runs: list[Run]
    facts: dict[str, list[Fact]]
    names: dict[str, list[Name]]
    known: str | None


def view(found: Found) -> Tried:
    """Return what the page shows."""
    facts = [_fact(found, one) for one in found.facts]
    with reading() as reader:
        names: dict[str, list[Name]] = {heading: [] for heading in _HEADINGS.values()}
        for one in found.names:
            names.setdefault(_HEADINGS.get(one.kind, "Others"), []).append(_name(reader, one))
        known = reader.links.path(found.article) if reader.knows(found.article) else None
    return Tried(
        found=found,
        date=in_words(found.published),
        runs=_runs(found.text, facts),
        facts={
            kind: [fact for fact in facts if fact.kind == kind]
            for kind in ("meeting", "statement", "position")
        },
        names={heading: shown for heading, shown in names.items() if shown},
        known=known,
    )


def _runs(text: str, facts: list[Fact]) -> list[Run]:
    ends: dict[int, dict[str, Fact]] = {}
    for fact in facts:
        for proof in fact.proofs:
            ends.setdefault(proof.end or 0, {})[fact.iri] = fact
    runs, at = [], 0
    for segment in segments(text, facts):
        at += len(segment.text)
        runs.append(Run(segment, tuple(ends.get(at, {}).values())))
    return runs


def _fact(found: Found, one: ShownFact) -> Fact:
    proofs = tuple(
        Proof(said.exact, said.start, said.end, f"#char-{said.start}-{said.end}")
        for said in one.words
    )
    id = one.iri.rpartition("/")[2]
    return Fact(
        iri=id,
        href=proofs[0].href if proofs else f"#fact-{id}",
        kind=one.kind,
        label=words(one.label),
        date=in_words(one.begin, one.end or None),
        note="" if one.status in ("", "occurred") else one.status,
        stance=one.stance,
        article=found.title,
        article_href=None,
        proofs=proofs,
    )


def _name(reader: Reader, one: ShownName) -> Name:
    state = reader.label(one.state) if one.state else ""
    note = ", ".join((*one.offices, *([state] if state else [])))
    known = reader.knows(one.entity)
    return Name(one.name, reader.links.href(one.entity) if known else None, note)
