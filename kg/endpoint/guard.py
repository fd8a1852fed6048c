"""What is known of a query before it runs: its form, its dataset, and whether it may run at all.

This is a fence in front of the engine. Oxigraph's parser and planner recurse, and a text that
nests too deep ends the process; SERVICE and LOAD make it open connections, and cannot be switched
off. So a text that does either is refused before the engine sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kg.endpoint.depth import Depth, RefusedError
from kg.endpoint.tokens import Kind, Token, error_at, place, shown, tokenize
from kg.errors import QueryError
from kg.vocabulary import PREFIXES

_UPDATES = ("INSERT", "DELETE", "WITH", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY")
_BEGINNINGS = "SELECT, ASK, CONSTRUCT or DESCRIBE, after PREFIX and BASE"


class Form(StrEnum):
    """What a request asks for (SPARQL 1.1 Query, section 16; Update, section 3)."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"
    UPDATE = "UPDATE"


_QUERIES = frozenset(form.value for form in Form) - {Form.UPDATE.value}


@dataclass(frozen=True)
class Examined:
    """A text that may go to the engine.

    Args:
        text: the query or update as it came.
        form: what it asks for.
        names_dataset: whether it has FROM or FROM NAMED.
        prefixes: the prefixes it declares, without the colon.
        tokens: its tokens.
    """

    text: str
    form: Form
    names_dataset: bool
    prefixes: frozenset[str]
    tokens: Sequence[Token]


def examine(text: str, *, update: bool = False) -> Examined:
    """Look at a query or an update without running it.

    Args:
        text: SPARQL 1.1 Query or Update.
        update: whether it was sent as an update; one without operations is well formed.

    Raises:
        QueryError: it is something else, has a quote that is not closed, or a prefix that is
            not declared.
        RefusedError: it nests too deep, or has SERVICE or LOAD.
    """
    tokens: list[Token] = []
    prefixes: set[str] = set()
    depth = Depth(text, prefixes)
    for token in tokenize(text):
        depth.take(token)
        if tokens and tokens[-1].word == "PREFIX" and token.text.endswith(":"):
            prefixes.add(token.text[:-1])
        tokens.append(token)
    depth.finish()
    form = _form(text, tokens, update)
    _check_names(text, tokens, prefixes)
    return Examined(text, form, any(_starts_from(t) for t in tokens), frozenset(prefixes), tokens)


def _starts_from(token: Token) -> bool:
    # Oxigraph reads FROMNAMED as two words.
    return token.word in ("FROM", "FROMNAMED")


def _form(text: str, tokens: Sequence[Token], update: bool) -> Form:
    after = 0
    while after < len(tokens) and tokens[after].word in ("PREFIX", "BASE", "VERSION"):
        after += 3 if tokens[after].word == "PREFIX" else 2
    if after >= len(tokens):
        if update:
            return Form.UPDATE
        raise QueryError(
            "there are declarations, but no query" if tokens else "there is no query",
            f"write {_BEGINNINGS}",
        )
    first = tokens[after]
    is_update = first.word.startswith(_UPDATES)
    if update and first.word in _QUERIES:
        raise error_at(text, first, "this is a query, not an update", "send queries as 'query'")
    if update and not is_update:
        raise error_at(
            text,
            first,
            f"an update cannot begin with {shown(first)}",
            f"begin with {', '.join(_UPDATES)}, after PREFIX and BASE",
        )
    if not update and first.word not in _QUERIES:
        raise error_at(
            text,
            first,
            "this is an update, not a query"
            if is_update
            else f"a query cannot begin with {shown(first)}",
            "send updates by POST as 'update'" if is_update else f"begin with {_BEGINNINGS}",
        )
    return Form.UPDATE if update else Form(first.word)


def _check_names(text: str, tokens: Sequence[Token], prefixes: set[str]) -> None:
    """Refuse SERVICE and LOAD, however they are written, and prefixes that are not declared.

    Oxigraph wants no space after a keyword: SERVICESILENT and ``trueSERVICE`` open connections
    too, and so does ``SERVICEx:y`` where ``x`` is declared.
    """
    for before, token, after in zip((None, *tokens), tokens, (*tokens[1:], None), strict=False):
        if token.kind is Kind.WORD:
            for keyword in ("SERVICE", "LOAD"):
                if keyword in token.word:
                    raise _connects(text, token, keyword)
        elif token.kind is Kind.PNAME:
            prefix = token.text.partition(":")[0]
            if prefix not in prefixes:
                if before is not None and before.text == "<" and before.end == token.start:
                    raise error_at(
                        text,
                        before,
                        "this IRI has a character that IRIs cannot have, or is not closed",
                        "write spaces as %20, and end it with >",
                    )
                known = PREFIXES.get(prefix)
                raise error_at(
                    text,
                    token,
                    f"the prefix {prefix}: is not declared",
                    f"begin with PREFIX {prefix}: <{known or '…'}>",
                )
            if (
                "SERVICE" in prefix.upper()
                and after is not None
                and after.text == "{"
                and (before is None or before.word != "GRAPH")
            ):
                raise _connects(text, token, "SERVICE")


def _connects(text: str, token: Token, keyword: str) -> RefusedError:
    remedy = {
        "SERVICE": "ask the other endpoint yourself and join the answers",
        "LOAD": "fetch the file yourself and load it",
    }
    line, column = place(text, token.start)
    return RefusedError(
        f"{keyword} is not allowed here, since this server opens no connections",
        remedy[keyword],
        line,
        column,
    )
