"""The graphs that come with the package: ontology, concepts, states."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
from pyoxigraph import Quad

from kg.errors import StoreError
from kg.iris import Minter
from kg.resources import resource
from kg.vocabulary import DC

FILES: Mapping[str, tuple[str, ...]] = {
    "ontology": ("dkg.ttl", "reused.ttl"),
    "concepts": ("concepts.ttl", "topics.ttl", "cameo.ttl"),
    "states": ("states.ttl",),
}
"""Name of a managed graph to the files of ``ontology/`` that fill it."""

_SOURCE = ox.NamedNode(DC.source)


def packaged_change(
    database: ox.Store, minter: Minter, folder: Path | None = None
) -> tuple[set[Quad], set[Quad]]:
    """Return what makes the packaged graphs in a database equal to the package's files.

    The hash of the files stands in the provenance graph, so that nothing is parsed when they
    are the same as at the last time.

    Args:
        database: the live database.
        minter: mints the store's IRIs.
        folder: where the files are; by default those of the installed package.

    Returns:
        The quads to remove and to add; both empty when nothing changed.

    Raises:
        StoreError: a file has blank nodes, which managed graphs may not have.
    """
    removed: set[Quad] = set()
    added: set[Quad] = set()
    place = folder or resource("ontology")
    for name, files in FILES.items():
        graph = ox.NamedNode(minter.graph(name))
        contents = [(place / file).read_bytes() for file in files]
        digest = hashlib.sha256(b"\0".join(contents)).hexdigest()
        note = source_note(graph, f"package files, sha256 {digest}", minter)
        if note in database:
            continue
        wanted = ox.Store()
        for file, content in zip(files, contents, strict=True):
            quads = list(ox.parse(content, ox.RdfFormat.TURTLE))
            if any(isinstance(term, ox.BlankNode) for q in quads for term in q.triple):
                raise StoreError(
                    f"{place / file}: has blank nodes", "give each of them an IRI of its own"
                )
            wanted.extend(Quad(q.subject, q.predicate, q.object, graph) for q in quads)
        now, then = set(database.quads_for_pattern(None, None, None, graph)), set(wanted)
        notes = set(database.quads_for_pattern(graph, _SOURCE, None, note.graph_name))
        removed |= (now - then) | notes
        added |= (then - now) | {note}
    return removed, added


def source_note(graph: ox.NamedNode, source: str, minter: Minter) -> Quad:
    """Return the quad of the provenance graph that says what a graph was made from."""
    return Quad(graph, _SOURCE, ox.Literal(source), ox.NamedNode(minter.graph("provenance")))
