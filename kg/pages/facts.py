"""A fact as a page shows it: in words, with its date, its article and the words that prove it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from kg.pages.dates import in_words
from kg.pages.reading import Reader, number_of, text_of
from kg.vocabulary import DKG

KINDS = {
    str(DKG.Meeting): "meeting",
    str(DKG.Statement): "statement",
    str(DKG.Position): "position",
}
"""Class of a fact to the word (and style) for it."""

_DATE_AT_END = re.compile(r", \d{4}(-\d\d){0,2}(/\d{4}(-\d\d){0,2})?$")
_ABOUT = """
SELECT ?type ?article ?title ?published ?status ?stance ?mode ?begin ?end ?asOf {
  VALUES ?type { dkg:Meeting dkg:Statement dkg:Position }
  ?fact a ?type ; dkg:article ?article .
  OPTIONAL { ?article rdfs:label ?title }
  OPTIONAL { ?article schema:datePublished ?published }
  OPTIONAL { ?fact dkg:status ?status }
  OPTIONAL { ?fact dkg:stance ?stance }
  OPTIONAL { ?fact dkg:mode ?mode }
  OPTIONAL { ?fact sem:hasBeginTimeStamp ?begin }
  OPTIONAL { ?fact sem:hasEndTimeStamp ?end }
  OPTIONAL { ?fact dkg:asOf ?asOf }
} LIMIT 1"""
_PROOFS = """
SELECT DISTINCT ?passage ?exact ?start ?end {
  ?fact ?link ?passage . FILTER(?link IN (dkg:evidence, dkg:content))
  ?passage oa:hasSelector ?selector . ?selector oa:exact ?exact .
  OPTIONAL { ?selector oa:start ?start ; oa:end ?end }
} ORDER BY ?start ?exact"""


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
    row = reader.row(_ABOUT, fact=iri)
    if not row:
        return None
    article = text_of(row["article"])
    article_href = reader.links.href(article)
    status = _local(text_of(row.get("status")))
    date = in_words(text_of(row.get("begin")), text_of(row.get("end")))
    return Fact(
        iri=iri,
        href=reader.links.href(iri),
        kind=KINDS[text_of(row["type"])],
        label=words(reader.label(iri)),
        date=date or in_words(text_of(row.get("asOf"))),
        note="" if status in ("", "occurred") else status,
        stance=_local(text_of(row.get("stance"))),
        article=text_of(row.get("title")) or reader.links.short(article),
        article_href=article_href,
        proofs=read_proofs(reader, iri, article_href),
    )


def words(label: str) -> str:
    """Return a fact's label without the date at its end, which pages say in words."""
    return _DATE_AT_END.sub("", label)


def read_proofs(reader: Reader, fact: str, article_href: str | None) -> tuple[Proof, ...]:
    """Return the passages that a fact rests on, in the order of the text.

    A passage within another one of the same fact is left out: its words are shown already.
    """
    proofs: list[Proof] = []
    for row in reader.rows(_PROOFS, fact=fact):
        placed = "start" in row and "end" in row
        start = number_of(row["start"]) if placed else None
        end = number_of(row["end"]) if placed else None
        href = f"{article_href}#char-{start}-{end}" if placed and article_href else article_href
        proofs.append(Proof(text_of(row["exact"]), start, end, href))
    return tuple(proof for proof in proofs if not any(_within(proof, other) for other in proofs))


def _within(proof: Proof, other: Proof) -> bool:
    if proof is other or None in (proof.start, proof.end, other.start, other.end):
        return False
    assert proof.start is not None and proof.end is not None
    assert other.start is not None and other.end is not None
    inside = other.start <= proof.start and proof.end <= other.end
    return inside and (other.end - other.start) > (proof.end - proof.start)


def _local(iri: str) -> str:
    return iri.rpartition("/")[2]
