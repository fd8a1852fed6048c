"""The terms that the mappers write, as closed namespaces: a misspelt term is an error.

The terms are described in ``ontology/``; a test keeps both equal.
"""

from __future__ import annotations

from rdflib import URIRef
from rdflib.namespace import DC, ORG, OWL, PROV, RDF, RDFS, SKOS, XSD, DefinedNamespace, Namespace

ROOT = "https://w3id.org/diplomacy-kg/"


class DKG(DefinedNamespace):
    """Classes and properties of the ontology (``ontology/dkg.ttl``)."""

    _fail = True
    _NS = Namespace(f"{ROOT}ns#")

    # classes
    State: URIRef
    Group: URIRef
    AnonymousSource: URIRef
    CodedEvent: URIRef
    Mention: URIRef
    Meeting: URIRef
    Statement: URIRef
    Position: URIRef
    ReportMatch: URIRef
    # of every fact and mention
    article: URIRef
    evidence: URIRef
    reportedBy: URIRef
    confidence: URIRef
    method: URIRef
    about: URIRef
    condition: URIRef
    # of articles and texts
    text: URIRef
    extractor: URIRef
    reviewed: URIRef
    factsDigest: URIRef
    characters: URIRef
    # of mentions
    entity: URIRef
    kind: URIRef
    surface: URIRef
    actsFor: URIRef
    # of meetings
    participant: URIRef
    status: URIRef
    form: URIRef
    place: URIRef
    dateText: URIRef
    duration: URIRef
    occasion: URIRef
    # of statements
    speaker: URIRef
    mode: URIRef
    content: URIRef
    cue: URIRef
    addressee: URIRef
    saidAt: URIRef
    # of positions
    holder: URIRef
    target: URIRef
    targetText: URIRef
    stance: URIRef
    demand: URIRef
    qualifier: URIRef
    shownBy: URIRef
    act: URIRef
    actCount: URIRef
    actObject: URIRef
    actCode: URIRef
    voicedBy: URIRef
    statement: URIRef
    revises: URIRef
    asOf: URIRef
    # of links between reports
    matchedReport: URIRef
    score: URIRef
    sameMeeting: URIRef
    nearCopyOf: URIRef
    # of CAMEO codes and coded events
    goldstein: URIRef
    mentionCount: URIRef
    tone: URIRef
    lag: URIRef


class SCHEMA(DefinedNamespace):
    """The terms of schema.org in use (https, as schema.org itself recommends)."""

    _fail = True
    _NS = Namespace("https://schema.org/")

    NewsArticle: URIRef
    Person: URIRef
    Organization: URIRef
    Place: URIRef
    Event: URIRef
    headline: URIRef
    url: URIRef
    publisher: URIRef
    datePublished: URIRef
    inLanguage: URIRef
    locationCreated: URIRef
    containedInPlace: URIRef
    foundingDate: URIRef
    dissolutionDate: URIRef
    name: URIRef
    roleName: URIRef
    text: URIRef
    validFrom: URIRef
    validThrough: URIRef
    agent: URIRef
    object: URIRef
    location: URIRef
    dateCreated: URIRef
    latitude: URIRef
    longitude: URIRef


class SEM(DefinedNamespace):
    """The terms of the Simple Event Model in use."""

    _fail = True
    _NS = Namespace("http://semanticweb.cs.vu.nl/2009/11/sem/")

    hasBeginTimeStamp: URIRef
    hasEndTimeStamp: URIRef
    hasTimeStamp: URIRef


class OA(DefinedNamespace):
    """The terms of the Web Annotation Vocabulary in use."""

    _fail = True
    _NS = Namespace("http://www.w3.org/ns/oa#")

    SpecificResource: URIRef
    TextQuoteSelector: URIRef
    TextPositionSelector: URIRef
    hasSource: URIRef
    hasSelector: URIRef
    exact: URIRef
    start: URIRef
    end: URIRef


for _terms in (DKG, SCHEMA, SEM, OA):
    for _name in _terms.__annotations__:
        # As attributes of their own: rdflib would look each up anew, hundreds of times an article.
        setattr(_terms, _name, _terms[_name])

STATE = Namespace(f"{ROOT}state/")
STANCE = Namespace(f"{ROOT}stance/")
STATUS = Namespace(f"{ROOT}status/")
FORM = Namespace(f"{ROOT}form/")
MODE = Namespace(f"{ROOT}mode/")
MEANS = Namespace(f"{ROOT}means/")
CAMEO = Namespace(f"{ROOT}cameo/")
TOPIC = Namespace(f"{ROOT}topic/")
EVENT = Namespace(f"{ROOT}event/")

PREFIXES: dict[str, str] = {
    "dkg": str(DKG._NS),
    "state": str(STATE),
    "stance": str(STANCE),
    "status": str(STATUS),
    "form": str(FORM),
    "mode": str(MODE),
    "means": str(MEANS),
    "cameo": str(CAMEO),
    "topic": str(TOPIC),
    "event": str(EVENT),
    "schema": str(SCHEMA._NS),
    "sem": str(SEM._NS),
    "oa": str(OA._NS),
    "org": str(ORG),
    "prov": str(PROV),
    "skos": str(SKOS),
    "dc": str(DC),
    "dcterms": "http://purl.org/dc/terms/",
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "owl": str(OWL),
    "xsd": str(XSD),
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
}
"""Prefix to IRI, for every writer, page and example."""
