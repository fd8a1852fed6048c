"""The server's own SELECT queries, asked like everyone's: not in the serving process."""

from __future__ import annotations

import pyoxigraph as ox

from kg.endpoint.execute import Engine, Revision, answer
from kg.vocabulary import PREFIXES

_PROLOGUE = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())


def select(asked: Revision | Engine, query: str) -> tuple[int, ox.QuerySolutions]:
    """Run a SELECT query over the union of all graphs.

    Args:
        asked: what answers.
        query: SPARQL that may use all prefixes of the project.

    Returns:
        The revision that answered, and the rows.

    Raises:
        KgError: as `kg.endpoint.execute.answer` does.
    """
    with answer(asked, _PROLOGUE + query, named="json") as given:
        body = b"".join(given.chunks)
    rows = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
    assert isinstance(rows, ox.QuerySolutions)  # it was a SELECT query
    return given.revision, rows
