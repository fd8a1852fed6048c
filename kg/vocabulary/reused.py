"""The terms of others that are used; ``ontology/reused.ttl`` describes those that are written."""

from __future__ import annotations

from kg.vocabulary.namespaces import Terms


class SCHEMA(Terms, namespace="https://schema.org/"):
    """The terms of schema.org in use (https, as schema.org itself recommends)."""

    NewsArticle: str
    Person: str
    Organization: str
    Place: str
    Event: str
    headline: str
    url: str
    publisher: str
    datePublished: str
    inLanguage: str
    locationCreated: str
    containedInPlace: str
    foundingDate: str
    dissolutionDate: str
    name: str
    roleName: str
    text: str
    validFrom: str
    validThrough: str
    agent: str
    object: str
    location: str
    dateCreated: str
    latitude: str
    longitude: str


class SEM(Terms, namespace="http://semanticweb.cs.vu.nl/2009/11/sem/"):
    """The terms of the Simple Event Model in use."""

    hasBeginTimeStamp: str
    hasEndTimeStamp: str
    hasTimeStamp: str


class OA(Terms, namespace="http://www.w3.org/ns/oa#"):
    """The terms of the Web Annotation Vocabulary in use."""

    SpecificResource: str
    TextQuoteSelector: str
    TextPositionSelector: str
    hasSource: str
    hasSelector: str
    exact: str
    start: str
    end: str


class RDF(Terms, namespace="http://www.w3.org/1999/02/22-rdf-syntax-ns#"):
    """The terms of RDF in use."""

    Property: str
    type: str


class RDFS(Terms, namespace="http://www.w3.org/2000/01/rdf-schema#"):
    """The terms of RDF Schema in use."""

    Class: str
    comment: str
    domain: str
    label: str
    range: str
    seeAlso: str


class OWL(Terms, namespace="http://www.w3.org/2002/07/owl#"):
    """The terms of OWL 2 in use."""

    AnnotationProperty: str
    Class: str
    DatatypeProperty: str
    ObjectProperty: str
    sameAs: str


class XSD(Terms, namespace="http://www.w3.org/2001/XMLSchema#"):
    """The datatypes of XML Schema in use."""

    boolean: str
    date: str
    dateTime: str
    decimal: str
    integer: str
    string: str


class SKOS(Terms, namespace="http://www.w3.org/2004/02/skos/core#"):
    """The terms of SKOS in use."""

    Concept: str
    ConceptScheme: str
    altLabel: str
    broader: str
    closeMatch: str
    definition: str
    exactMatch: str
    inScheme: str
    notation: str
    prefLabel: str


class PROV(Terms, namespace="http://www.w3.org/ns/prov#"):
    """The terms of the Provenance Ontology in use."""

    Activity: str
    Entity: str
    alternateOf: str
    endedAtTime: str
    generated: str
    hadPrimarySource: str
    invalidated: str
    startedAtTime: str
    used: str


class ORG(Terms, namespace="http://www.w3.org/ns/org#"):
    """The terms of the Organization Ontology in use."""

    Membership: str
    hasMembership: str
    member: str
    organization: str


class DC(Terms, namespace="http://purl.org/dc/elements/1.1/"):
    """The terms of the Dublin Core element set in use."""

    creator: str
    source: str


class DCTERMS(Terms, namespace="http://purl.org/dc/terms/"):
    """The Dublin Core terms in use."""

    description: str
    source: str
    title: str
    type: str


class SD(Terms, namespace="http://www.w3.org/ns/sparql-service-description#"):
    """The terms of the SPARQL 1.1 Service Description in use."""

    Dataset: str
    Graph: str
    GraphCollection: str
    NamedGraph: str
    SPARQL11Query: str
    SPARQL11Update: str
    Service: str
    UnionDefaultGraph: str
    availableGraphs: str
    defaultDataset: str
    defaultGraph: str
    endpoint: str
    feature: str
    graph: str
    name: str
    namedGraph: str
    resultFormat: str
    supportedLanguage: str


class VOID(Terms, namespace="http://rdfs.org/ns/void#"):
    """The terms of VoID in use."""

    Dataset: str
    DatasetDescription: str
    classPartition: str
    classes: str
    dataDump: str
    distinctObjects: str
    distinctSubjects: str
    documents: str
    entities: str
    feature: str
    properties: str
    property: str
    propertyPartition: str
    sparqlEndpoint: str
    subset: str
    triples: str
    uriSpace: str
    vocabulary: str


class FOAF(Terms, namespace="http://xmlns.com/foaf/0.1/"):
    """The terms of FOAF in use."""

    homepage: str
    primaryTopic: str
