"""Updates made ready for the engine: examined, kept off the loader's graphs, and parsed once."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg.endpoint.engine import DatasetClause
from kg.endpoint.guard import examine
from kg.endpoint.problems import ProblemError
from kg.endpoint.rewrite import for_engine
from kg.endpoint.syntax import syntax_error
from kg.endpoint.targets import Target, targets
from kg.endpoint.tokens import place
from kg.iris import Minter


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
    try:
        ox.Store().update(ready, base_iri=base)
    except SyntaxError as error:
        raise syntax_error(str(error), ready) from error
    except RuntimeError:
        pass  # a graph that is missing there need not be missing here
    return Prepared(ready, bool(reached))


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
