"""What shows that a remote graph has changed, as far as it can be seen from outside."""

from __future__ import annotations

from kg.iris import Minter
from kg.store.remote.protocol import Protocol
from kg.store.remote.quirks import OWN_GRAPHS
from kg.vocabulary import PROV

Stamp = tuple[tuple[tuple[str, int], ...], str]
"""The graphs with their sizes, and when the last load ended."""


def stamp(protocol: Protocol, base: str) -> Stamp:
    """Ask an engine for the sizes of its graphs, and for the last load that was noted.

    A change that shows in neither is not seen.

    Args:
        protocol: asks the engine.
        base: the store's base.

    Raises:
        RemoteError: it cannot be asked.
    """
    rows = protocol.solutions(
        "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    )
    sizes = {g.value: int(n.value) for g, n in rows if g.value not in OWN_GRAPHS}
    provenance = Minter(base).graph("provenance")
    last = protocol.solutions(
        f"SELECT (MAX(STR(?t)) AS ?last) WHERE {{ GRAPH <{provenance}> "
        f"{{ ?load <{PROV.endedAtTime}> ?t }} }}"
    )
    latest = next((row[0].value for row in last if row[0] is not None), "")
    return tuple(sorted(sizes.items())), latest
