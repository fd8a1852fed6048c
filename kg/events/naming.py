"""How the graphs of event tables are named."""

from __future__ import annotations

from kg.iris import Minter


def graph_of(base: str, key: str) -> str:
    """Return the IRI of the graph that holds the events of a table file."""
    return f"{Minter(base).graph('events')}/{key}"


def names_graph(base: str) -> str:
    """Return the IRI of the graph that describes the actors and places of all table files."""
    return Minter(base).graph("event-names")
