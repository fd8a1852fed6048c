"""Updates as the engine takes them.

Two things of the standard are not in pyoxigraph 0.5: declarations after an operation (SPARQL 1.1
Update, grammar rule 29), and the graphs that a request names with ``using-graph-uri`` and
``using-named-graph-uri`` (SPARQL 1.1 Protocol, 2.2.3). Both can be said in the update itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kg.endpoint.engine import DatasetClause
from kg.endpoint.guard import Examined
from kg.endpoint.targets import Operation, operations, resolve
from kg.endpoint.tokens import Kind, Token
from kg.errors import QueryError


def for_engine(update: Examined, using: DatasetClause, base: str | None = None) -> str:
    """Return the text that does with the engine what the request asks for.

    Args:
        update: the update.
        using: the graphs that the request names for its WHERE clauses.
        base: what relative IRIs are relative to, before any BASE.

    Raises:
        QueryError: the request and the update both name graphs, or a name cannot be resolved.
    """
    parts = operations(update)
    if using and any(part.chosen for part in parts):
        raise QueryError(
            "the update has WITH or USING, and the request names graphs too",
            "leave using-graph-uri and using-named-graph-uri away, or WITH and USING",
        )
    if not using and not any(part.own_prologue for part in parts):
        return update.text
    written = [_written(update.text, part, parts[0].prologue, using, base) for part in parts]
    return "\n".join((parts[0].prologue if parts else "", " ;\n".join(written)))


def _written(
    text: str, part: Operation, declared: str, using: DatasetClause, base: str | None
) -> str:
    clause = "".join(
        [
            *(f"USING <{iri}> " for iri in using.default),
            *(f"USING NAMED <{iri}> " for iri in using.named),
        ]
    )

    known: dict[str, str] = {}

    def shown(token: Token) -> str:
        if token.kind not in (Kind.IRI, Kind.PNAME) or part.prologue == declared:
            return token.text
        if token.text not in known:
            known[token.text] = f"<{resolve(token.text, part.prologue, base)}>"
        return known[token.text]

    if clause and part.name == "DELETE WHERE":
        block = _joined(text, part.tokens[2:], shown)
        return f"DELETE {block} {clause}WHERE {block}"
    if clause and part.where is not None:
        index = part.tokens.index(part.where)
        before = _joined(text, part.tokens[:index], shown)
        return f"{before} {clause}{_joined(text, part.tokens[index:], shown)}"
    return _joined(text, part.tokens, shown)


def _joined(text: str, tokens: Sequence[Token], shown: Callable[[Token], str]) -> str:
    """Return tokens with what stood between them in the text."""
    pieces: list[str] = []
    end = tokens[0].start
    for token in tokens:
        pieces += (text[end : token.start], shown(token))
        end = token.end
    return "".join(pieces)
