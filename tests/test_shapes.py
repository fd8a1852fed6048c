"""Each shape lets a right graph pass and finds the defect that it is made for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rdflib import DCTERMS, ORG, PROV, RDF, RDFS, SH, SKOS, XSD, Graph, Literal, URIRef
from rdflib.term import Node
from rdflib_terms import CAMEO, DKG, MEANS, OA, SCHEMA, SEM, STANCE, STATE, TOPIC, graph_of
from tables import row

from kg import vocabulary
from kg.events.columns import gdelt
from kg.events.mapping import Mapping
from kg.events.rows import Rows
from kg.iris import DEFAULT_BASE, article_key
from kg.mappers import Context, map_article
from kg.readers import Reading, read
from kg.registry import Registry
from kg.resources import resource
from kg.validation.findings import Finding
from kg.validation.shapes import SHAPES, check_triples, shapes

NAME = f"{DEFAULT_BASE}graph/article/moscow-times-2013-02-02"
ELSEWHERE = URIRef("https://example.org/elsewhere")
Defect = Callable[[Graph], Node]


@pytest.fixture(scope="module")
def right() -> Graph:
    """Return the graph of the real article, which uses nearly everything."""
    (reading,) = read(resource("samples") / "moscow-times-2013-02-02.yaml")
    assert isinstance(reading, Reading)
    article = reading.facts.article
    key = article_key(article.id, article.url, article.text_sha256 or "")
    graph = graph_of(map_article(reading.facts, Context(DEFAULT_BASE, key, Registry().resolve)))
    concepts = Graph().parse(resource("ontology") / "cameo.ttl")
    concepts.parse(resource("ontology") / "topics.ttl")
    for node in set(graph.objects()):
        for scheme in concepts.objects(node, SKOS.inScheme):
            graph.add((node, SKOS.inScheme, scheme))
    return graph


def _first(graph: Graph, type: URIRef, *having: URIRef) -> Node:
    return min(
        (s for s in graph.subjects(RDF.type, type) if all(graph.value(s, p) for p in having)),
        key=str,
    )


def drop(type: URIRef, *predicates: URIRef) -> Defect:
    """Take properties away from a node of a class that has them."""

    def make(graph: Graph) -> Node:
        node = _first(graph, type, *predicates)
        for predicate in predicates:
            graph.remove((node, predicate, None))
        return node

    return make


def add(type: URIRef, **values: Node) -> Defect:
    """Give a node of a class further values."""

    def make(graph: Graph) -> Node:
        node = _first(graph, type)
        for name, value in values.items():
            graph.add((node, PREDICATES[name], value))
        return node

    return make


def put(type: URIRef, **values: Node) -> Defect:
    """Give a node of a class other values in place of its own."""

    def make(graph: Graph) -> Node:
        node = _first(graph, type)
        for name, value in values.items():
            graph.set((node, PREDICATES[name], value))
        return node

    return make


def named(predicate: URIRef, value: Node) -> Defect:
    """Let a fact name something that the article does not mention."""

    def make(graph: Graph) -> Node:
        subject = min(graph.subjects(predicate), key=str)
        graph.set((subject, predicate, value))
        return value

    return make


PREDICATES: dict[str, URIRef] = {
    **{name: DKG[name] for name in vocabulary.DKG.names()},
    "label": RDFS.label,
    "begin": SEM.hasBeginTimeStamp,
    "end": SEM.hasEndTimeStamp,
    "words": SCHEMA.text,
    "valid_from": SCHEMA.validFrom,
    "valid_to": SCHEMA.validThrough,
    "name": SCHEMA.name,
    "broader": SKOS.broader,
    "title": SCHEMA.roleName,
    "holder_of_office": ORG.member,
    "office_of": ORG.organization,
    "source": OA.hasSource,
    "selector": OA.hasSelector,
    "exact": OA.exact,
    "from": OA.start,
    "to": OA.end,
    "headline": SCHEMA.headline,
    "language": SCHEMA.inLanguage,
    "published": SCHEMA.datePublished,
    "url": SCHEMA.url,
    "publisher": SCHEMA.publisher,
}


def day(written: str) -> Literal:
    return Literal(written, datatype=XSD.date)


def number(value: int) -> Literal:
    return Literal(str(value), datatype=XSD.integer)


def decimal(written: str) -> Literal:
    return Literal(written, datatype=XSD.decimal)


NO = Literal("false", datatype=XSD.boolean)
YES = Literal("true", datatype=XSD.boolean)
WORD = Literal("another")

DEFECTS: list[tuple[str, Defect]] = [
    ("fact-evidence", drop(DKG.Position, DKG.evidence)),
    ("fact-evidence", drop(DKG.Meeting, DKG.evidence)),
    ("fact-evidence", drop(DKG.Statement, DKG.evidence)),
    ("fact-evidence", put(DKG.Meeting, evidence=ELSEWHERE)),
    ("fact-article", drop(DKG.Statement, DKG.article)),
    ("fact-article", add(DKG.Meeting, article=ELSEWHERE)),
    ("fact-label", drop(DKG.Meeting, RDFS.label)),
    ("fact-reported-by", put(DKG.Meeting, reportedBy=ELSEWHERE)),
    ("fact-confidence", put(DKG.Meeting, confidence=decimal("1.5"))),
    ("fact-confidence", put(DKG.Meeting, confidence=Literal("high"))),
    ("fact-method", drop(DKG.Position, DKG.method)),
    ("date-pair", drop(DKG.Meeting, SEM.hasEndTimeStamp)),
    ("date-pair", put(DKG.Meeting, begin=Literal("2013"), end=day("2013-01-01"))),
    ("date-begin", put(DKG.Meeting, begin=day("2013-02-03"), end=day("2013-02-02"))),
    ("meeting-participant", drop(DKG.Meeting, DKG.participant)),
    ("meeting-two-participants", drop(DKG.Meeting, DKG.participant)),
    ("meeting-status", drop(DKG.Meeting, DKG.status)),
    ("meeting-status", add(DKG.Meeting, status=STANCE["opposes"])),
    ("meeting-status", put(DKG.Meeting, status=URIRef("https://w3id.org/diplomacy-kg/status/no"))),
    ("meeting-form", drop(DKG.Meeting, DKG.form)),
    ("meeting-form", put(DKG.Meeting, form=STANCE["opposes"])),
    ("meeting-place", add(DKG.Meeting, place=ELSEWHERE)),
    ("meeting-duration", put(DKG.Meeting, duration=Literal("45 minutes"))),
    ("meeting-occasion", add(DKG.Meeting, occasion=Literal("a conference"))),
    ("statement-speaker", drop(DKG.Statement, DKG.speaker)),
    ("statement-speaker", add(DKG.Statement, speaker=STATE["FRA"])),
    ("statement-mode", put(DKG.Statement, mode=STANCE["opposes"])),
    ("statement-content", drop(DKG.Statement, DKG.content)),
    ("statement-text", drop(DKG.Statement, SCHEMA.text)),
    ("statement-text", put(DKG.Statement, words=Literal(""))),
    ("statement-cue", add(DKG.Statement, cue=WORD)),
    ("statement-said-at", put(DKG.Statement, saidAt=ELSEWHERE)),
    ("position-holder", drop(DKG.Position, DKG.holder)),
    ("position-holder", add(DKG.Position, holder=STATE["FRA"])),
    ("position-stance", drop(DKG.Position, DKG.stance)),
    ("position-stance", put(DKG.Position, stance=MEANS["act"])),
    ("position-demand", drop(DKG.Position, DKG.demand)),
    ("position-demand", put(DKG.Position, demand=Literal("no"))),
    ("position-shown-by", put(DKG.Position, shownBy=STANCE["opposes"])),
    ("position-target", add(DKG.Position, target=STATE["FRA"])),
    ("position-target", put(DKG.Position, target=Literal("the plan"))),
    ("position-voiced-by", put(DKG.Position, voicedBy=Literal("Lavrov"))),
    ("position-statement", put(DKG.Position, statement=ELSEWHERE)),
    ("position-revises", put(DKG.Position, revises=ELSEWHERE)),
    ("position-count", put(DKG.Position, actCount=number(0))),
    ("position-valid", put(DKG.Position, valid_from=day("2013-02-03"), valid_to=day("2013-02-02"))),
    ("position-valid-through", put(DKG.Position, valid_to=Literal("2013"))),
    ("position-as-of", put(DKG.Position, asOf=Literal("2013"))),
    ("position-has-target", drop(DKG.Position, DKG.target, DKG.targetText)),
    ("position-demand-supports", put(DKG.Position, demand=YES, stance=STANCE["opposes"])),
    ("position-act-by-word", put(DKG.Position, shownBy=MEANS["word"], act=WORD)),
    ("position-act-by-word", put(DKG.Position, shownBy=MEANS["word"], actCode=CAMEO["129"])),
    ("party-mentioned", named(DKG.participant, STATE["FRA"])),
    ("party-mentioned", named(DKG.speaker, STATE["FRA"])),
    ("party-mentioned", named(DKG.addressee, STATE["FRA"])),
    ("party-mentioned", named(DKG.holder, STATE["FRA"])),
    ("party-mentioned", named(DKG.voicedBy, STATE["FRA"])),
    ("topic-mentioned", named(DKG.about, ELSEWHERE)),
    ("topic-mentioned", named(DKG.about, STATE["RUS"])),
    ("place-mentioned", named(DKG.place, ELSEWHERE)),
    ("place-mentioned", named(SCHEMA.locationCreated, STATE["RUS"])),
    ("occasion-mentioned", named(DKG.occasion, ELSEWHERE)),
    ("Target", named(DKG.target, ELSEWHERE)),
    ("act-code-known", named(DKG.actCode, CAMEO["9999"])),
    ("act-code-known", named(DKG.actCode, TOPIC["civil-war"])),
    ("mention-entity", drop(DKG.Mention, DKG.entity)),
    ("mention-entity", add(DKG.Mention, entity=ELSEWHERE)),
    ("mention-kind", drop(DKG.Mention, DKG.kind)),
    ("mention-kind", add(DKG.Mention, kind=SCHEMA.Place)),
    ("mention-name", drop(DKG.Mention, SCHEMA.name)),
    ("mention-article", drop(DKG.Mention, DKG.article)),
    ("mention-acts-for", put(DKG.Mention, actsFor=ELSEWHERE)),
    ("mention-broader", put(DKG.Mention, broader=CAMEO["129"])),
    ("topic-known", named(SKOS.broader, TOPIC["no-such-topic"])),
    ("office-title", drop(ORG.Membership, SCHEMA.roleName)),
    ("office-holder", drop(ORG.Membership, ORG.member)),
    ("office-of", add(ORG.Membership, office_of=STATE["FRA"])),
    ("passage-text", drop(OA.SpecificResource, OA.hasSource)),
    ("passage-selector", drop(OA.SpecificResource, OA.hasSelector)),
    ("quote-exact", drop(OA.TextQuoteSelector, OA.exact)),
    ("quote-exact", put(OA.TextQuoteSelector, exact=Literal(""))),
    ("place-start", drop(OA.TextPositionSelector, OA.start)),
    ("place-start", put(OA.TextPositionSelector, **{"from": number(20), "to": number(20)})),
    ("place-start", put(OA.TextPositionSelector, **{"from": number(-1)})),
    ("place-end", drop(OA.TextPositionSelector, OA.end)),
    ("article-headline", drop(SCHEMA.NewsArticle, SCHEMA.headline)),
    ("article-text", drop(SCHEMA.NewsArticle, DKG.text)),
    ("article-text", put(SCHEMA.NewsArticle, text=ELSEWHERE)),
    ("article-language", put(SCHEMA.NewsArticle, language=Literal("English, mostly"))),
    ("article-date", put(SCHEMA.NewsArticle, published=Literal("Saturday"))),
    ("article-url", put(SCHEMA.NewsArticle, url=Literal("https://example.org/"))),
    ("article-publisher", add(SCHEMA.NewsArticle, publisher=ELSEWHERE)),
    ("article-extractor", drop(SCHEMA.NewsArticle, DKG.extractor)),
    ("article-reviewed", put(SCHEMA.NewsArticle, reviewed=Literal("yes"))),
    ("article-digest", put(SCHEMA.NewsArticle, factsDigest=Literal("abc"))),
]


def _act_without_name(graph: Graph) -> Node:
    node = _first(graph, DKG.Position, DKG.act)
    graph.remove((node, DKG.act, None))
    return node


DEFECTS.append(("position-act-missing", _act_without_name))

WARNINGS = {"meeting-two-participants", "position-act-missing"}
# Their nodes stand in other graphs than an article's; see the tests below.
OTHERS = {"match-reports", "match-score", "load-graph", "load-time"}
EVENTS = {"code", "kind", "label", "day", "entered", "agent", "object", "place", "lag"}
OTHERS |= {f"event-{name}" for name in {*EVENTS, "no-evidence"}}


def _check(graph: Graph) -> list[Finding]:
    return list(check_triples(graph, NAME))


def test_the_right_graph_passes(right: Graph) -> None:
    assert _check(right) == []


@pytest.mark.parametrize(
    ("rule", "defect"), DEFECTS, ids=[f"{n}-{rule}" for n, (rule, _) in enumerate(DEFECTS)]
)
def test_a_defect_is_found_where_it_is(rule: str, defect: Defect, right: Graph) -> None:
    graph = Graph()
    graph += right
    node = defect(graph)
    found = [finding for finding in _check(graph) if finding.rule == rule]
    assert [finding.node for finding in found] == [str(node)]
    (finding,) = found
    message = str(shapes().value(URIRef(f"{SHAPES}{rule}"), SH.message))
    assert f"{finding.message}; {finding.remedy}" == message
    assert finding.severity == ("warning" if rule in WARNINGS else "violation")
    assert finding.graph == NAME


def test_every_rule_has_a_defect_that_it_finds() -> None:
    rules = {str(s).removeprefix(SHAPES) for s in shapes().subjects(SH.message)}
    assert rules == {rule for rule, _ in DEFECTS} | OTHERS


def _events() -> Graph:
    """Return one coded event as the mapping writes it, with the scheme of its code."""
    line = row(7, "112", "RUS", "USA", SQLDATE="20310511")
    events, _ = Rows(gdelt()).read(line.encode() + b"\n")
    text, triples = Mapping(DEFAULT_BASE, "k", quads=False).events(events)
    graph = Graph().parse(data=text, format="nt")
    assert len(graph) == triples
    graph.add((CAMEO["112"], SKOS.inScheme, URIRef(str(CAMEO).rstrip("/"))))
    return graph


def test_a_coded_event_passes() -> None:
    assert _check(_events()) == []


@pytest.mark.parametrize(
    ("rule", "predicate", "value"),
    [
        ("event-code", DKG.actCode, None),
        ("event-kind", DCTERMS.type, ELSEWHERE),
        ("event-label", RDFS.label, None),
        ("event-day", SEM.hasTimeStamp, None),
        ("event-entered", SCHEMA.dateCreated, Literal("yesterday")),
        ("event-agent", SCHEMA.agent, Literal("Russia")),
        ("event-object", SCHEMA.object, Literal("the United States")),
        ("event-place", SCHEMA.location, Literal("Geneva")),
        ("event-lag", DKG.lag, Literal("a day")),
        ("event-no-evidence", DKG.evidence, ELSEWHERE),
    ],
)
def test_coded_events_have_their_form(rule: str, predicate: URIRef, value: Node | None) -> None:
    graph = _events()
    (node,) = graph.subjects(RDF.type, DKG.CodedEvent)
    graph.remove((node, predicate, None))
    if value is not None:
        graph.add((node, predicate, value))
    assert {f.rule for f in _check(graph) if f.node == str(node)} == {rule}


def test_one_participant_is_a_warning_and_none_a_violation(right: Graph) -> None:
    graph = Graph()
    graph += right
    meeting = _first(graph, DKG.Meeting)
    one = min(graph.objects(meeting, DKG.participant), key=str)
    graph.set((meeting, DKG.participant, one))
    assert [(f.rule, f.severity) for f in _check(graph) if f.node == str(meeting)] == [
        ("meeting-two-participants", "warning")
    ]


def test_a_position_may_target_a_meeting_a_party_or_words(right: Graph) -> None:
    for target in (_first(right, DKG.Meeting), STATE["RUS"]):
        graph = Graph()
        graph += right
        graph.set((_first(graph, DKG.Position), DKG.target, target))
        assert _check(graph) == []
    graph = Graph()
    graph += right
    position = _first(graph, DKG.Position)
    graph.remove((position, DKG.target, None))
    graph.set((position, DKG.targetText, Literal("the plan")))
    assert _check(graph) == []


def _links() -> Graph:
    graph = Graph()
    match = URIRef(f"{DEFAULT_BASE}id/match/1")
    graph.add((match, RDF.type, DKG.ReportMatch))
    graph.add((match, DKG.matchedReport, URIRef(f"{DEFAULT_BASE}id/meeting/a/m1")))
    graph.add((match, DKG.matchedReport, URIRef(f"{DEFAULT_BASE}id/meeting/b/m1")))
    graph.add((match, DKG.score, decimal("0.9")))
    load = URIRef(f"{DEFAULT_BASE}id/load/a/1")
    graph.add((load, RDF.type, PROV.Activity))
    graph.add((load, PROV.generated, URIRef(f"{DEFAULT_BASE}graph/article/a")))
    graph.add((load, PROV.endedAtTime, Literal("2026-01-01T00:00:00Z", datatype=XSD.dateTime)))
    return graph


@pytest.mark.parametrize(
    ("rule", "predicate", "value"),
    [
        ("match-reports", DKG.matchedReport, ELSEWHERE),
        ("match-score", DKG.score, decimal("2")),
        ("load-graph", PROV.generated, None),
        ("load-time", PROV.endedAtTime, Literal("yesterday")),
    ],
)
def test_links_and_loads_have_their_form(rule: str, predicate: URIRef, value: Node | None) -> None:
    graph = _links()
    assert _check(graph) == []
    node = min(graph.subjects(predicate), key=str)
    graph.remove((node, predicate, None))
    if value is not None:
        graph.add((node, predicate, value))
    assert [(f.rule, f.node) for f in _check(graph)] == [(rule, str(node))]
