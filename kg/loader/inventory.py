"""What is in a store, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pyoxigraph as ox

from kg.iris import Minter
from kg.loader.provenance import last_load
from kg.store import Store
from kg.vocabulary import DKG, RDF, SCHEMA, SKOS

_FACTS = {"meetings": DKG.Meeting, "statements": DKG.Statement, "positions": DKG.Position}
_ENTITIES = {
    "persons": SCHEMA.Person,
    "organisations": SCHEMA.Organization,
    "groups": DKG.Group,
    "anonymous sources": DKG.AnonymousSource,
    "topics": SKOS.Concept,
    "places": SCHEMA.Place,
    "occasions": SCHEMA.Event,
    "states": DKG.State,
}


@dataclass(frozen=True)
class Inventory:
    """What is in one revision of a store.

    Args:
        store: the store's folder.
        base: base of its IRIs.
        revision: the revision counted.
        triples: quads in all graphs.
        graphs: number of graphs by family: articles, derived, event tables, packaged, users' own.
        articles: number of articles.
        reviewed: number of them whose facts a person has reviewed.
        facts: number of facts by kind.
        entities: number of entities by kind; of states, those that articles mention.
        links: number of matched reports and of pairs of near copies.
        last_load: time of the last load or removal, or None.
    """

    store: str
    base: str
    revision: int
    triples: int
    graphs: dict[str, int]
    articles: int
    reviewed: int
    facts: dict[str, int]
    entities: dict[str, int]
    links: dict[str, int]
    last_load: str | None


def take_inventory(store: Store) -> Inventory:
    """Count what is in the current revision.

    Raises:
        StoreError: it cannot be opened.
    """
    mint = Minter(store.base)
    with store.snapshot() as snapshot:
        database = snapshot.ox
        families = Counter(_family(graph, mint) for graph in database.named_graphs())
        return Inventory(
            store=str(store.path),
            base=store.base,
            revision=snapshot.revision,
            triples=len(database),
            graphs=dict(sorted(families.items())),
            articles=families["articles"],
            reviewed=_count(database, DKG.reviewed, ox.Literal(True)),
            facts={kind: _instances(database, iri) for kind, iri in _FACTS.items()},
            entities=_entities(database, mint),
            links={
                "matched reports": _instances(database, DKG.ReportMatch),
                "near copies": _count(database, DKG.nearCopyOf, None) // 2,
            },
            last_load=last_load(database, mint),
        )


def _family(graph: ox.NamedNode | ox.BlankNode, mint: Minter) -> str:
    if isinstance(graph, ox.BlankNode) or not mint.is_managed(graph.value):
        return "users"
    name = graph.value.removeprefix(mint.graph(""))
    if name.startswith("article/"):
        return "articles"
    if name.startswith("events/"):
        return "event tables"
    return "packaged" if name in ("ontology", "concepts", "states") else "derived"


def _entities(database: ox.Store, mint: Minter) -> dict[str, int]:
    graph = ox.NamedNode(mint.graph("entities"))
    kinds = {iri: kind for kind, iri in _ENTITIES.items() if kind != "states"}
    found: Counter[str] = Counter()
    for quad in database.quads_for_pattern(None, ox.NamedNode(RDF.type), None, graph):
        if isinstance(quad.object, ox.NamedNode) and quad.object.value in kinds:
            found[kinds[quad.object.value]] += 1
    mentions = database.quads_for_pattern(
        None, ox.NamedNode(DKG.kind), ox.NamedNode(DKG.State), None
    )
    entity = ox.NamedNode(DKG.entity)
    found["states"] = len(
        {
            quad.object
            for mention in mentions
            for quad in database.quads_for_pattern(
                mention.subject, entity, None, mention.graph_name
            )
        }
    )
    return {kind: found[kind] for kind in _ENTITIES}


def _instances(database: ox.Store, type: str) -> int:
    return _count(database, RDF.type, ox.NamedNode(str(type)))


def _count(database: ox.Store, predicate: str, value: ox.NamedNode | ox.Literal | None) -> int:
    found = database.quads_for_pattern(None, ox.NamedNode(predicate), value, None)
    return sum(1 for _ in found)
