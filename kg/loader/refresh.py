"""Brings a store up to date with the package's files and with its edited registry."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg.iris import Minter
from kg.loader.articles import Articles
from kg.loader.packaged import packaged_change, source_note
from kg.registry import TEMPLATE, Registry
from kg.store import Store, Writer
from kg.store.durable import write_file
from kg.vocabulary import DC, DKG, ENTITIES, SCHEMA, STATE

_KINDS = {iri: kind for kind, iri in ENTITIES.items() if kind != "state"}

_MENTIONS = f"""
SELECT ?article ?kind ?name ?state ?entity WHERE {{
  GRAPH ?g {{
    ?mention <{DKG.article}> ?article ; <{DKG.kind}> ?kind ; <{SCHEMA.name}> ?name ;
      <{DKG.entity}> ?entity .
    OPTIONAL {{ ?mention <{DKG.actsFor}>|<{SCHEMA.containedInPlace}> ?state }}
  }}
  FILTER(STRSTARTS(STR(?g), "%s"))
}}"""


@dataclass(frozen=True)
class Refreshed:
    """What was brought up to date.

    Args:
        packaged: whether ontology, concepts or states were written anew.
        remapped: how many articles an edit of the registry changed.
        lost: keys of articles that the edit concerns, but whose facts are not kept here.
    """

    packaged: bool = False
    remapped: int = 0
    lost: tuple[str, ...] = ()


def refresh(store: Store, writer: Writer, articles: Articles) -> Refreshed:
    """Bring a store up to date; does next to nothing when it is.

    Raises:
        StoreError: the disk refused.
    """
    if not store.layout.registry.exists():
        write_file(store.layout.registry, TEMPLATE.encode())
    packaged = writer.apply(*packaged_change(writer.ox, articles.mint))
    remapped, lost = _apply_registry(writer, articles)
    writer.commit()
    return Refreshed(packaged, remapped, lost)


def _apply_registry(writer: Writer, articles: Articles) -> tuple[int, tuple[str, ...]]:
    graph = ox.NamedNode(articles.mint.graph("entities"))
    note = source_note(graph, f"registry, sha256 {articles.registry.digest}", articles.mint)
    if note in writer.ox:
        return 0, ()
    remapped, lost = 0, []
    for key in concerned(writer.ox, articles.mint, articles.registry):
        if articles.remap(key):
            remapped += 1
        else:
            lost.append(key)
    articles.flush()
    # Last, so that a process killed before begins again: what is right already is not touched.
    removed, added = articles.derivation.whole_entities()
    old = writer.ox.quads_for_pattern(graph, ox.NamedNode(DC.source), None, note.graph_name)
    writer.apply(removed | set(old), added | {note})
    return remapped, tuple(lost)


def concerned(database: ox.Store, minter: Minter, registry: Registry) -> list[str]:
    """Return the keys of the articles with a mention that the registry now resolves otherwise."""
    rows = database.query(_MENTIONS % f"{minter.graph('article')}/")
    assert isinstance(rows, ox.QuerySolutions)
    keys: set[str] = set()
    for article, kind, name, state, entity in rows:
        known = _KINDS.get(kind.value)
        if known is None:
            continue
        key = article.value.rsplit("/", 1)[-1]
        code = state.value.removeprefix(STATE) if state is not None else None
        path = registry.resolve(known, name.value, code, key)
        if minter.entity(path) != entity.value:
            keys.add(key)
    return sorted(keys)
