"""Pages and data of articles, of their graphs, and of their texts."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox
from flask import Response, render_template, request

from kg.endpoint.problems import nothing
from kg.iris import Minter
from kg.pages.dates import in_words
from kg.pages.documents import (
    about,
    alternates,
    asked_format,
    find,
    rdf_document,
    spellings,
    with_address,
)
from kg.pages.facts import Fact, Proof, read_fact
from kg.pages.formats import HTML, Format, accepted
from kg.pages.passages import Segment, segments
from kg.pages.reading import Reader, reading, text_of
from kg.pages.things import document
from kg.pages.values import Value, property_label, show
from kg.vocabulary import DKG

SHOWN_TRIPLES = 200
_MOST = 50_000

_ARTICLE = """
SELECT ?title ?url ?publisher ?author ?date ?place ?language ?text ?extractor ?reviewed {
  ?article a schema:NewsArticle ; rdfs:label ?title .
  OPTIONAL { ?article schema:url ?url } OPTIONAL { ?article schema:publisher ?publisher }
  OPTIONAL { ?article dc:creator ?author } OPTIONAL { ?article schema:datePublished ?date }
  OPTIONAL { ?article schema:locationCreated ?place }
  OPTIONAL { ?article schema:inLanguage ?language } OPTIONAL { ?article dkg:text ?text }
  OPTIONAL { ?article dkg:extractor ?extractor } OPTIONAL { ?article dkg:reviewed ?reviewed }
} LIMIT 1"""
_PARTIES = """
SELECT ?mention ?name ?entity ?kind ?state
  (GROUP_CONCAT(DISTINCT ?office; separator=", ") AS ?offices)
{
  ?mention a dkg:Mention ; dkg:article ?article ; rdfs:label ?name ; dkg:entity ?entity ;
    dkg:kind ?kind .
  OPTIONAL { ?mention dkg:actsFor ?state FILTER(?state != ?entity) }
  OPTIONAL { ?mention org:hasMembership/schema:roleName ?office }
} GROUP BY ?mention ?name ?entity ?kind ?state ORDER BY ?name"""
_LOADED = "SELECT (MAX(?t) AS ?time) { ?load prov:generated ?graph ; prov:endedAtTime ?t }"
_COPIES = "SELECT DISTINCT ?other { ?article dkg:nearCopyOf ?other } ORDER BY ?other"


@dataclass(frozen=True)
class Party:
    """Someone or something that the article names."""

    name: str
    href: str | None
    kind: str
    note: str


@dataclass(frozen=True)
class ArticleView:
    """What the page of an article shows. ``segments`` is None where its text is not kept."""

    iri: str
    title: str
    url: Value | None
    publisher: Value | None
    author: str
    date: str
    place: Value | None
    extractor: str
    reviewed: bool
    loaded: str
    text_href: str | None
    segments: list[Segment] | None
    facts: dict[str, list[Fact]]
    passages: list[tuple[Proof, list[Fact]]]
    parties: dict[str, list[Party]]
    copies: list[Value]


def article(name: str) -> Response:
    """Answer ``/article/KEY``."""
    with reading() as reader:
        iri, form, path = _asked(reader, "article", name)
        if form is not HTML:
            graph = Minter(reader.base).article_graph(iri.removeprefix(f"{reader.base}article/"))
            return rdf_document({quad.triple for quad in reader.graph(graph)}, form, path)
        page = render_template("article.html", seen=_view(reader, iri), alternates=alternates(path))
        return with_address(Response(page), f"{path}.html")


def graph(name: str) -> Response:
    """Answer ``/graph/…``: the triples of a named graph."""
    with reading() as reader:
        iri, form, path = _asked(reader, "graph", name)
        quads = reader.graph(iri)
        if form is not HTML:
            return rdf_document({quad.triple for quad in quads}, form, path)
        rows = [
            (
                show(reader, quad.subject),
                Value(property_label(reader, quad.predicate.value), None, quad.predicate.value),
                show(reader, quad.object),
            )
            for quad in sorted(quads, key=str)[:SHOWN_TRIPLES]
            if isinstance(quad.subject, ox.NamedNode)
            and isinstance(quad.object, ox.NamedNode | ox.Literal)
        ]
        page = render_template(
            "graph.html", iri=iri, rows=rows, total=len(quads), alternates=alternates(path)
        )
        return with_address(Response(page), f"{path}.html")


def text(name: str) -> Response:
    """Answer ``/text/SHA256``: the text itself where it is kept, else what is known of it."""
    with reading() as reader:
        iri, form, path = _asked(reader, "text", name)
        kept = reader.store.text(iri.rpartition("/")[2])
        if form.rdf is not None:
            return rdf_document(about(reader, iri), form, path)
        if kept is None:
            return document(reader, iri, HTML, path)
        return Response(kept, content_type="text/plain; charset=utf-8")


def _asked(reader: Reader, root: str, name: str) -> tuple[str, Format, str]:
    """Return the IRI, the format and the path that a request means."""
    found = find(reader, spellings(f"{reader.base}{root}/", f"/{root}/", name))
    if found is None:
        raise nothing(
            f"this graph holds no {root} with the address /{root}/{name}",
            "look for it by its words at /search",
        )
    iri, suffix = found
    form = suffix or asked_format()
    if form is None:
        plain = root == "text" and "text/plain" in request.accept_mimetypes.values()
        form = HTML if plain else accepted(request.accept_mimetypes)
    return iri, form, reader.links.path(iri) or ""


def _view(reader: Reader, iri: str) -> ArticleView:
    row = reader.row(_ARTICLE, article=iri)
    if not row:
        raise nothing(
            "this graph names the article but holds nothing that it reports",
            "load it with its facts",
        )
    facts = [
        fact
        for found in reader.referring(DKG.article, iri, _MOST)
        if (fact := read_fact(reader, found)) is not None
    ]
    facts.sort(key=lambda fact: (_first(fact), fact.iri))
    sha = text_of(row.get("text")).rpartition("/")[2]
    kept = reader.store.text(sha) if sha else None
    key = iri.removeprefix(f"{reader.base}article/")
    loaded = text_of(reader.row(_LOADED, graph=Minter(reader.base).article_graph(key)).get("time"))
    return ArticleView(
        iri=iri,
        title=text_of(row["title"]),
        url=_shown(reader, row.get("url")),
        publisher=_shown(reader, row.get("publisher")),
        author=text_of(row.get("author")),
        date=in_words(text_of(row.get("date"))),
        place=_shown(reader, row.get("place")),
        extractor=text_of(row.get("extractor")),
        reviewed=text_of(row.get("reviewed")) == "true",
        loaded=in_words(loaded),
        text_href=reader.links.href(text_of(row["text"])) if kept is not None else None,
        segments=None if kept is None else segments(kept, facts),
        facts={
            kind: [fact for fact in facts if fact.kind == kind]
            for kind in ("meeting", "statement", "position")
        },
        passages=_passages(facts),
        parties=_parties(reader, iri),
        copies=_copies(reader, iri),
    )


def _first(fact: Fact) -> int:
    return min((proof.start for proof in fact.proofs if proof.start is not None), default=0)


def _passages(facts: list[Fact]) -> list[tuple[Proof, list[Fact]]]:
    """Return each proving passage once, in the order of the text, with the facts it proves."""
    found: dict[tuple[int | None, int | None, str], tuple[Proof, list[Fact]]] = {}
    for fact in facts:
        for proof in fact.proofs:
            found.setdefault((proof.start, proof.end, proof.exact), (proof, []))[1].append(fact)
    return sorted(found.values(), key=lambda pair: (pair[0].start or 0, -(pair[0].end or 0)))


_KINDS = {
    "Person": "People", "State": "States", "Organization": "Organisations", "Group": "Groups",
    "AnonymousSource": "Anonymous sources", "Concept": "Topics", "Place": "Places",
    "Event": "Occasions",
}  # fmt: skip


def _parties(reader: Reader, iri: str) -> dict[str, list[Party]]:
    parties: dict[str, list[Party]] = {heading: [] for heading in _KINDS.values()}
    for row in reader.rows(_PARTIES, article=iri):
        if "mention" not in row:
            continue
        kind = text_of(row["kind"]).replace("#", "/").rpartition("/")[2]
        state = reader.label(text_of(row["state"])) if "state" in row else ""
        note = ", ".join(part for part in (text_of(row.get("offices")), state) if part)
        party = Party(text_of(row["name"]), reader.links.href(text_of(row["entity"])), kind, note)
        parties.setdefault(_KINDS.get(kind, "Others"), []).append(party)
    return {heading: found for heading, found in parties.items() if found}


def _copies(reader: Reader, iri: str) -> list[Value]:
    others = [row.get("other") for row in reader.rows(_COPIES, article=iri)]
    return [value for other in others if (value := _shown(reader, other)) is not None]


def _shown(reader: Reader, term: object) -> Value | None:
    return show(reader, term) if isinstance(term, ox.NamedNode | ox.Literal) else None
