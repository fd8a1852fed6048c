"""Updates made ready for the engine: examined, kept off the loader's graphs, and parsed once."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg.endpoint.engine import DatasetClause
from kg.endpoint.guard import examine
from kg.endpoint.problems import ProblemError
from kg.endpoint.rewrite import for_engine
from kg.endpoint.syntax import syntax_error
from kg.endpoint.targets import Target, operations, targets
from kg.endpoint.tokens import place
from kg.iris import Minter

_FAILING = "DROP GRAPH <urn:uuid:5d7a3c1e-0000-4000-8000-000000000000>"


@dataclass(frozen=True)
class Prepared:
    """An update that the engine takes.

    Args:
        text: the update as the engine takes it.
        writes: whether it has operations at all.
    """

    text: str
    writes: bool


def prepare(text: str, using: DatasetClause, base: str, *, managed: bool = False) -> Prepared:
    """Examine an update, and let the engine read it where it can do nothing.

    Args:
        text: SPARQL 1.1 Update.
        using: the graphs that the request names for its WHERE clauses.
        base: the store's base.
        managed: whether it may change the graphs that the loader keeps.

    Raises:
        QueryError: it cannot be read.
        RefusedError: it has LOAD or SERVICE, or nests too deep.
        ProblemError: it could change managed graphs and may not.
    """
    examined = examine(text, update=True)
    reached = list(targets(examined, base))
    if not managed:
        _spare_managed(text, reached, base)
    ready = for_engine(examined, using, base)
    _check_syntax(ready, base)
    return Prepared(ready, bool(reached))


def _check_syntax(text: str, base: str) -> None:
    """Let the engine read an update without doing any of it.

    It reads the whole before it begins, and stops at the first operation that fails: that is
    one put before all others.
    """
    found = operations(examine(text, update=True))
    try:
        if found:
            start = found[0].tokens[0].start
            ox.Store().update(f"{text[:start]}{_FAILING} ; {text[start:]}", base_iri=base)
        else:
            ox.Store().update(text, base_iri=base)
    except RuntimeError:
        return
    except SyntaxError:
        pass
    else:
        return
    try:
        ox.Store().update(text, base_iri=base)
    except SyntaxError as error:
        raise syntax_error(str(error), text) from error


def spare_managed_graph(graph: str | None, base: str) -> None:
    """Refuse to change a graph that the loader keeps.

    Raises:
        ProblemError: it is one.
    """
    if graph is not None and Minter(base).is_managed(graph):
        raise _is_managed(f"<{graph}> is kept by the loader")


def _spare_managed(text: str, reached: list[Target], base: str) -> None:
    minter = Minter(base)
    for target in reached:
        if target.graph is not None and not minter.is_managed(target.graph):
            continue
        line, column = place(text, target.token.start)
        what = (
            f"{target.token.text} could be any graph, those of the loader among them"
            if target.graph is None
            else f"<{target.graph}> is kept by the loader"
        )
        raise _is_managed(what, {"line": line, "column": column})


def _is_managed(what: str, members: dict[str, object] | None = None) -> ProblemError:
    return ProblemError(
        403, "managed-graph", "This graph is kept by the loader", what,
        "name a graph of your own; or send the parameter managed=allow if you mean it, "
        "knowing that the next load of the article undoes it",
        members=members,
    )  # fmt: skip
