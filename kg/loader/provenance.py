"""The provenance graph: which load made which article graph, when, from which text.

Here stand the clocks, so that the other managed graphs come out the same at every loading.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pyoxigraph as ox
from pyoxigraph import Quad

from kg.derived.view import RDF_TYPE
from kg.iris import Minter
from kg.vocabulary import PROV, RDFS, XSD

_SOURCE = ox.NamedNode(PROV.hadPrimarySource)


def activity(minter: Minter, key: str, verb: str, when: datetime, text: str | None) -> set[Quad]:
    """Return the quads about one load, or removal, of an article.

    They remain when the article changes or goes.

    Args:
        minter: mints the store's IRIs.
        key: the article's key.
        verb: what was done, such as ``Loaded``.
        when: the time.
        text: IRI of the text version; None when the article goes.
    """
    graph = ox.NamedNode(minter.graph("provenance"))
    article_graph = ox.NamedNode(minter.article_graph(key))
    moment = when.astimezone(UTC)
    node = ox.NamedNode(minter.entity(f"load/{key}/{moment:%Y%m%dT%H%M%S.%fZ}"))
    stamp = f"{moment:%Y-%m-%dT%H:%M:%S.%f}".rstrip("0").rstrip(".") + "Z"
    about: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        (RDF_TYPE, ox.NamedNode(PROV.Activity)),
        (RDFS.label, ox.Literal(f"{verb}: {key}")),
        (PROV.endedAtTime, ox.Literal(stamp, datatype=ox.NamedNode(XSD.dateTime))),
        (str(PROV.invalidated if text is None else PROV.generated), article_graph),
    ]
    if text is not None:
        about.append((PROV.used, ox.NamedNode(text)))
    return {Quad(node, ox.NamedNode(predicate), item, graph) for predicate, item in about}


def keeping(
    database: ox.Store, minter: Minter, key: str, sha256: str | None
) -> tuple[set[Quad], set[Quad]]:
    """Return the quads to remove and to add so that a text, or none, is kept for an article.

    An article's graph has a text as its primary source while that text, which came with the
    facts, is kept in the store for it.
    """
    graph = ox.NamedNode(minter.graph("provenance"))
    article_graph = ox.NamedNode(minter.article_graph(key))
    now = set(database.quads_for_pattern(article_graph, _SOURCE, None, graph))
    then: set[Quad] = set()
    if sha256 is not None:
        then.add(Quad(article_graph, _SOURCE, ox.NamedNode(minter.text(sha256)), graph))
    return now - then, then - now


def kept_text(database: ox.Store, minter: Minter, key: str) -> str | None:
    """Return the SHA-256 of the text that is kept for an article, or None."""
    graph = ox.NamedNode(minter.graph("provenance"))
    article_graph = ox.NamedNode(minter.article_graph(key))
    for quad in database.quads_for_pattern(article_graph, _SOURCE, None, graph):
        if isinstance(quad.object, ox.NamedNode):
            return quad.object.value.rsplit("/", 1)[-1]
    return None


def keepers(database: ox.Store, minter: Minter, sha256: str) -> set[str]:
    """Return the names of the article graphs for which a text is kept."""
    graph = ox.NamedNode(minter.graph("provenance"))
    text = ox.NamedNode(minter.text(sha256))
    found = database.quads_for_pattern(None, _SOURCE, text, graph)
    return {quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode)}


def last_load(database: ox.Store, minter: Minter) -> str | None:
    """Return the time of the last activity, or None when nothing was loaded yet."""
    graph = ox.NamedNode(minter.graph("provenance"))
    found = database.quads_for_pattern(None, ox.NamedNode(PROV.endedAtTime), None, graph)
    return max((q.object.value for q in found if isinstance(q.object, ox.Literal)), default=None)
