"""The terms of the ontology (``ontology/``), and where its states, concepts and topics are."""

from __future__ import annotations

from kg.vocabulary.namespaces import Namespace, Terms

ROOT = "https://w3id.org/diplomacy-kg/"


class DKG(Terms, namespace=f"{ROOT}ns#"):
    """Classes and properties of the ontology (``ontology/dkg.ttl``)."""

    # classes
    State: str
    Group: str
    AnonymousSource: str
    CodedEvent: str
    Mention: str
    Meeting: str
    Statement: str
    Position: str
    ReportMatch: str
    # of every fact and mention
    article: str
    evidence: str
    reportedBy: str
    confidence: str
    method: str
    about: str
    condition: str
    # of articles and texts
    text: str
    extractor: str
    reviewed: str
    factsDigest: str
    characters: str
    # of mentions
    entity: str
    kind: str
    surface: str
    actsFor: str
    # of meetings
    participant: str
    status: str
    form: str
    place: str
    dateText: str
    duration: str
    occasion: str
    # of statements
    speaker: str
    mode: str
    content: str
    cue: str
    addressee: str
    saidAt: str
    # of positions
    holder: str
    target: str
    targetText: str
    stance: str
    demand: str
    qualifier: str
    shownBy: str
    act: str
    actCount: str
    actObject: str
    actCode: str
    voicedBy: str
    statement: str
    revises: str
    asOf: str
    # of links between reports
    matchedReport: str
    score: str
    sameMeeting: str
    nearCopyOf: str
    # of CAMEO codes and coded events
    goldstein: str
    mentionCount: str
    tone: str
    lag: str


STATE = Namespace(f"{ROOT}state/")
STANCE = Namespace(f"{ROOT}stance/")
STATUS = Namespace(f"{ROOT}status/")
FORM = Namespace(f"{ROOT}form/")
MODE = Namespace(f"{ROOT}mode/")
MEANS = Namespace(f"{ROOT}means/")
CAMEO = Namespace(f"{ROOT}cameo/")
TOPIC = Namespace(f"{ROOT}topic/")
EVENT = Namespace(f"{ROOT}event/")
