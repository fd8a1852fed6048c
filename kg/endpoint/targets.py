"""What an update writes to, told from its text before it runs (SPARQL 1.1 Update, section 3).

The graphs that the loader keeps are derived from articles: what an update changed in them would
be undone by the next load, or would stand there without proof. So an update that could reach
them is refused unless its sender says that it is meant to. The decision is made on the side of
safety: what is not understood, and any graph named by a variable, could reach them.

Names are resolved by the engine itself, so both mean the same graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.endpoint.guard import Examined
from kg.endpoint.tokens import Kind, Token, error_at
from kg.errors import QueryError

_GRAPH_TERMS = (Kind.IRI, Kind.PNAME, Kind.VAR)


@dataclass(frozen=True)
class Target:
    """A graph that an operation writes to.

    Args:
        graph: its IRI; an empty string is the default graph, None any graph.
        token: where the text says so.
    """

    graph: str | None
    token: Token


@dataclass
class Operation:
    """One operation of an update.

    Args:
        name: its keyword, such as ``INSERT DATA`` or ``MODIFY``.
        tokens: its tokens, without the semicolon.
        prologue: the declarations in force, as SPARQL.
        own_prologue: whether it stands after an operation and has declarations of its own.
        terms: the graphs written to, as tokens; None stands for the default graph.
        anywhere: the token by which it could write to any graph, if there is one.
        where: the token WHERE, for operations that can have USING.
        chosen: whether it has WITH, USING or USING NAMED.
    """

    name: str
    tokens: Sequence[Token]
    prologue: str
    own_prologue: bool = False
    terms: list[Token | None] = field(default_factory=list)
    anywhere: Token | None = None
    where: Token | None = None
    chosen: bool = False


def operations(update: Examined) -> list[Operation]:
    """Take an update apart.

    Raises:
        QueryError: an operation cannot be told.
    """
    found: list[Operation] = []
    prologue: list[str] = []
    for part in _parts(update.tokens):
        rest = _take_prologue(part, prologue)
        if rest:
            operation = Operation("", rest, " ".join(prologue))
            operation.own_prologue = bool(found) and len(rest) < len(part)
            _read(update.text, operation)
            found.append(operation)
    return found


def targets(update: Examined, base: str | None = None) -> Iterator[Target]:
    """Yield the graphs that an update writes to.

    Args:
        update: the update.
        base: what relative IRIs are relative to, before any BASE.

    Raises:
        QueryError: an operation cannot be told, or a name cannot be resolved.
    """
    for operation in operations(update):
        if operation.anywhere is not None:
            yield Target(None, operation.anywhere)
        seen: set[str] = set()
        for term in operation.terms:
            if term is None:
                yield Target("", operation.tokens[0])
            elif term.kind is Kind.VAR:
                yield Target(None, term)
            elif term.text not in seen:
                seen.add(term.text)
                yield Target(resolve(term.text, operation.prologue, base), term)


def resolve(term: str, prologue: str, base: str | None) -> str:
    """Return the IRI that a name means, as the engine understands it.

    Raises:
        QueryError: it means none.
    """
    try:
        rows = ox.Store().query(f"{prologue}\nSELECT ({term} AS ?iri) {{}}", base_iri=base)
        assert isinstance(rows, ox.QuerySolutions)
        node = next(iter(rows))["iri"]
    except SyntaxError as error:
        raise QueryError(f"{term} does not name a graph", "use an absolute IRI") from error
    if not isinstance(node, ox.NamedNode):
        raise QueryError(f"{term} does not name a graph", "use an IRI")
    return node.value


def _parts(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield the tokens between the semicolons that stand in no bracket."""
    depth = start = 0
    for index, token in enumerate(tokens):
        if token.kind is Kind.PUNCT:
            if token.text in "{([":
                depth += 1
            elif token.text in "})]":
                depth -= 1
            elif token.text == ";" and depth == 0:
                yield tokens[start:index]
                start = index + 1
    yield tokens[start:]


def _take_prologue(tokens: Sequence[Token], prologue: list[str]) -> Sequence[Token]:
    """Add the declarations at the front to the prologue; return what follows them."""
    while tokens and tokens[0].word in ("PREFIX", "BASE"):
        length = 3 if tokens[0].word == "PREFIX" else 2
        prologue.append(" ".join(token.text for token in tokens[:length]))
        tokens = tokens[length:]
    return tokens


def _read(text: str, operation: Operation) -> None:
    """Fill in what an operation is and where it writes."""
    tokens = operation.tokens
    match tokens[0].word:
        case "INSERT" | "DELETE" if len(tokens) > 1 and tokens[1].word in ("DATA", "WHERE"):
            operation.name = f"{tokens[0].word} {tokens[1].word}"
            _read_quads(text, operation, 2)
        case "INSERT" | "DELETE" | "WITH":
            operation.name = "MODIFY"
            _read_modify(text, operation)
        case "CLEAR" | "DROP" | "CREATE":
            operation.name = tokens[0].word
            _read_graph(text, operation, _after_silent(tokens, 1), len(tokens))
        case "ADD" | "MOVE" | "COPY":
            operation.name = tokens[0].word
            start = _after_silent(tokens, 1)
            to = next((i for i, token in enumerate(tokens) if token.word == "TO"), len(tokens))
            if operation.name == "MOVE":
                _read_graph(text, operation, start, to)
            _read_graph(text, operation, to + 1, len(tokens))
        case _:
            raise _unclear(text, tokens[0])


def _after_silent(tokens: Sequence[Token], index: int) -> int:
    return index + 1 if index < len(tokens) and tokens[index].word == "SILENT" else index


def _read_graph(text: str, operation: Operation, start: int, end: int) -> None:
    """Read ``GRAPH iri``, ``iri``, DEFAULT, NAMED or ALL."""
    tokens = operation.tokens[start:end]
    if len(tokens) == 2 and tokens[0].word == "GRAPH":
        tokens = tokens[1:]
    if len(tokens) != 1:
        raise _unclear(text, operation.tokens[0])
    if tokens[0].word == "DEFAULT":
        operation.terms.append(None)
    elif tokens[0].word in ("NAMED", "ALL"):
        operation.anywhere = tokens[0]
    elif tokens[0].kind in (Kind.IRI, Kind.PNAME):
        operation.terms.append(tokens[0])
    else:
        raise _unclear(text, tokens[0])


def _read_modify(text: str, operation: Operation) -> None:
    """Read WITH, DELETE and INSERT templates and USING, as far as WHERE."""
    tokens = operation.tokens
    index = 0
    default: Token | None = None
    if tokens[0].word == "WITH":
        if len(tokens) < 2 or tokens[1].kind not in (Kind.IRI, Kind.PNAME):
            raise _unclear(text, tokens[0])
        default, index, operation.chosen = tokens[1], 2, True
    while index < len(tokens) and tokens[index].word in ("DELETE", "INSERT"):
        index = _read_quads(text, operation, index + 1, default)
    while index < len(tokens) and tokens[index].word != "WHERE":
        if tokens[index].word == "USING":
            operation.chosen = True
        elif tokens[index].word != "NAMED" and tokens[index].kind not in (Kind.IRI, Kind.PNAME):
            raise _unclear(text, tokens[index])
        index += 1
    if index >= len(tokens):
        raise _unclear(text, tokens[0])
    operation.where = tokens[index]


def _read_quads(text: str, operation: Operation, index: int, default: Token | None = None) -> int:
    """Read a block of quads; return the index after it.

    In such a block a brace can only follow ``GRAPH name``; where another does, it is not such
    a block, or not read as the engine reads it.
    """
    tokens = operation.tokens
    if index >= len(tokens) or tokens[index].text != "{":
        raise _unclear(text, tokens[min(index, len(tokens) - 1)])
    depth, loose = 1, False
    named: list[Token | None] = []
    index += 1
    while index < len(tokens) and depth:
        token = tokens[index]
        if token.kind is Kind.PUNCT and token.text == "{":
            graph, name = tokens[index - 2], tokens[index - 1]
            if depth > 1 or graph.word != "GRAPH" or name.kind not in _GRAPH_TERMS:
                raise _unclear(text, token)
            named.append(name)
            depth += 1
        elif token.kind is Kind.PUNCT and token.text == "}":
            depth -= 1
        elif depth == 1 and token.kind in (Kind.IRI, Kind.PNAME, Kind.VAR, Kind.BLANK):
            loose = loose or tokens[index - 1].word != "GRAPH"
        index += 1
    if depth:
        raise _unclear(text, tokens[0])
    operation.terms.extend(dict.fromkeys(named))
    if loose:
        operation.terms.append(default)
    return index


def _unclear(text: str, token: Token) -> QueryError:
    return error_at(
        text, token, "this part of the update cannot be read", "put spaces between the words"
    )
