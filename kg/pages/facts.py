"""A fact as a page shows it: in words, with its date, its article and the words that prove it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from kg.pages.dates import in_words
from kg.pages.reading import Reader
from kg.search.documents import Passage
from kg.search.listed import Listed, listed_by_iri
from kg.vocabulary import DKG, OA, RDF, RDFS, SEM

KINDS = {
    DKG.Meeting: "meeting",
    DKG.Statement: "statement",
    DKG.Position: "position",
}
"""Class of a fact to the word (and style) for it."""

_DATE_AT_END = re.compile(r", \d{4}(-\d\d){0,2}(/\d{4}(-\d\d){0,2})?$")
_EVIDENCE = (DKG.evidence, DKG.content)


@dataclass(frozen=True)
class Proof:
    """Words of an article.

    Args:
        exact: the words.
        start: first code point in the text, or None when the place is not known.
        end: first code point after them.
        href: where they are marked in the article.
    """

    exact: str
    start: int | None
    end: int | None
    href: str | None

    @cached_property
    def anchor(self) -> str:
        """The id that the passage has on its article's page."""
        return f"char-{self.start}-{self.end}"


@dataclass(frozen=True)
class Fact:
    """A meeting, statement or position in words.

    Args:
        iri: its IRI.
        href: its page.
        kind: ``meeting``, ``statement`` or ``position``.
        label: the fact in words.
        date: when, in words.
        note: what keeps it from being a plain fact, such as ``planned`` or ``denied``.
        stance: ``supports``, ``opposes`` or ``neutral``, for positions.
        article: the article's title.
        article_href: the article's page.
        proofs: the words that prove it.
    """

    iri: str
    href: str | None
    kind: str
    label: str
    date: str
    note: str
    stance: str
    article: str
    article_href: str | None
    proofs: tuple[Proof, ...]


def read_fact(reader: Reader, iri: str) -> Fact | None:
    """Return a fact, or None when the IRI is none."""
    about = reader.about(iri)
    if not _kind(about) or not _first(about, DKG.article):
        return None
    return _fact(reader, iri, about, "", _passages(reader, about))


def read_facts(reader: Reader, iris: Iterable[str]) -> list[Fact]:
    """Return the facts among some things, in their order; what the index knows, from there."""
    wanted = list(iris)
    known = reader.look(lambda searched: listed_by_iri(searched, wanted)) or {}
    found = (
        listed_fact(reader, known[iri])
        if iri in known and _kind(known[iri].about)
        else read_fact(reader, iri)
        for iri in wanted
    )
    return [fact for fact in found if fact is not None]


def listed_fact(reader: Reader, fact: Listed) -> Fact:
    """Return a fact as the index has it."""
    return _fact(reader, fact.iri, fact.about, fact.title, fact.passages)


def _fact(
    reader: Reader,
    iri: str,
    about: Mapping[str, list[str]],
    title: str,
    passages: Iterable[Passage],
) -> Fact:
    article = _first(about, DKG.article)
    article_href = reader.links.href(article)
    status = _local(_first(about, DKG.status))
    begin, end = (_first(about, stamp) for stamp in (SEM.hasBeginTimeStamp, SEM.hasEndTimeStamp))
    date = in_words(begin, end)
    return Fact(
        iri=iri,
        href=reader.links.href(iri),
        kind=_kind(about),
        label=words(_first(about, RDFS.label) or reader.label(iri)),
        date=date or in_words(_first(about, DKG.asOf)),
        note="" if status in ("", "occurred") else status,
        stance=_local(_first(about, DKG.stance)),
        article=title or reader.label(article),
        article_href=article_href,
        proofs=_proofs(passages, article_href),
    )


def _kind(about: Mapping[str, list[str]]) -> str:
    types = about.get(RDF.type, ())
    return next((word for type, word in KINDS.items() if type in types), "")


def words(label: str) -> str:
    """Return a fact's label without the date at its end, which pages say in words."""
    return _DATE_AT_END.sub("", label)


def read_proofs(reader: Reader, fact: str, article_href: str | None) -> tuple[Proof, ...]:
    """Return the passages that a fact rests on, in the order of the text.

    A passage within another one of the same fact is left out: its words are shown already.
    """
    return _proofs(_passages(reader, reader.about(fact)), article_href)


def _passages(reader: Reader, about: Mapping[str, list[str]]) -> set[Passage]:
    found: set[Passage] = set()
    for passage in {passage for link in _EVIDENCE for passage in about.get(link, ())}:
        for selector in reader.about(passage).get(OA.hasSelector, ()):
            said = reader.about(selector)
            start, end = (_number(_first(said, place)) for place in (OA.start, OA.end))
            found |= {(exact, start, end) for exact in said.get(OA.exact, ())}
    return found


def _proofs(passages: Iterable[Passage], article_href: str | None) -> tuple[Proof, ...]:
    found = {
        (exact, *((None, None) if start is None or end is None else (start, end)))
        for exact, start, end in passages
    }
    proofs = []
    for exact, start, end in sorted(found, key=lambda one: (one[1] is not None, one[1], one[0])):
        placed = start is not None and article_href is not None
        href = f"{article_href}#char-{start}-{end}" if placed else article_href
        proofs.append(Proof(exact, start, end, href))
    return tuple(proof for proof in proofs if not any(_within(proof, other) for other in proofs))


def _within(proof: Proof, other: Proof) -> bool:
    if proof is other or None in (proof.start, proof.end, other.start, other.end):
        return False
    assert proof.start is not None and proof.end is not None
    assert other.start is not None and other.end is not None
    inside = other.start <= proof.start and proof.end <= other.end
    return inside and (other.end - other.start) > (proof.end - proof.start)


def _first(about: Mapping[str, list[str]], predicate: str) -> str:
    return next(iter(about.get(predicate, ())), "")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _local(iri: str) -> str:
    return iri.rpartition("/")[2]
