"""What is known of a query before it runs: its form, its dataset, and whether it may run at all.

This is a fence in front of the engine. Oxigraph's parser and planner recurse, and a text that
nests too deep ends the process; SERVICE and LOAD make it open connections, and cannot be switched
off. So a text that does either is refused before the engine sees it.

How deep is too deep was measured with pyoxigraph 0.5 on a stack of 8 MiB, the usual one: in KiB
of stack a level, EXISTS groups take 9.7, function calls 8.4, subqueries 6.9, plain groups 3.7,
parentheses 1.8; each of a row of OPTIONAL, MINUS or BIND 3.0; each of a row of filters or
operators 0.9 to 1.2. The limit leaves three quarters of such a stack.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from kg.endpoint.tokens import Kind, Token, place, tokenize
from kg.errors import QueryError
from kg.vocabulary import PREFIXES

STACK_KIB = 2000.0
_LEVEL = {"{": 10.0, "(": 9.0, "[": 9.0}
_OPENS = {"}": "{", ")": "(", "]": "["}
_IN_A_ROW = 3.0
_OPERATOR = 1.5
_INFIX = frozenset({"||", "&&", "+", "-", "*", "/", "|"})
_PREFIX = frozenset({"!", "^"})
_UPDATES = ("INSERT", "DELETE", "WITH", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY")
_BEGINNINGS = "SELECT, ASK, CONSTRUCT or DESCRIBE, after PREFIX and BASE"
_SCHEME = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*):(//)?")


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


class RefusedError(QueryError):
    """A text that is well formed, as far as that is known, and is not run all the same."""


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
    tokens = tuple(tokenize(text))
    prefixes = _declared(tokens)
    form = _form(text, tokens, update)
    _check_names(text, tokens, prefixes)
    _check_depth(text, tokens, prefixes)
    return Examined(text, form, any(_starts_from(t) for t in tokens), prefixes, tokens)


def _starts_from(token: Token) -> bool:
    # Oxigraph reads FROMNAMED as two words.
    return token.word in ("FROM", "FROMNAMED")


def _declared(tokens: Sequence[Token]) -> frozenset[str]:
    pairs = pairwise(tokens)
    return frozenset(
        name.text[:-1]
        for word, name in pairs
        if word.word == "PREFIX" and name.kind is Kind.PNAME and name.text.endswith(":")
    )


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
            f"an update cannot begin with {_shown(first)}",
            f"begin with {', '.join(_UPDATES)}, after PREFIX and BASE",
        )
    if not update and first.word not in _QUERIES:
        raise error_at(
            text,
            first,
            "this is an update, not a query"
            if is_update
            else f"a query cannot begin with {_shown(first)}",
            "send updates by POST as 'update'" if is_update else f"begin with {_BEGINNINGS}",
        )
    return Form.UPDATE if update else Form(first.word)


def _check_names(text: str, tokens: Sequence[Token], prefixes: frozenset[str]) -> None:
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


@dataclass
class _Group:
    """An open bracket: what its content would take of the stack, in KiB."""

    token: Token | None  # the bracket; None for the whole text
    data: bool  # VALUES, INSERT DATA, DELETE DATA: rows and triples, which do not nest
    above: float  # what the groups around it take
    waiting: float = 0.0  # of prefix operators, for the operand that follows
    height: float = 0.0
    last: Token | None = None

    @property
    def opening(self) -> str:
        return self.token.text if self.token else ""


def _check_depth(text: str, tokens: Sequence[Token], prefixes: frozenset[str]) -> None:
    """Refuse a text whose parse would take more of the stack than `STACK_KIB`.

    The estimate is an upper bound, kept for each open bracket: a bracket that closes counts with
    its content, an operator goes on top of everything before it, since a row of operators is a
    tree as deep as it is long.
    """
    groups = [_Group(None, False, 0.0)]
    data = False
    for token in tokens:
        group = groups[-1]
        mark = token.text if token.kind is Kind.PUNCT else ""
        data = data or token.word in ("VALUES", "DATA", "INSERTDATA", "DELETEDATA")
        if mark in _LEVEL:
            above = group.above + _LEVEL[mark] + group.waiting
            inside = group.data or (data and mark == "{")
            groups.append(_Group(token, inside, above))
            data = data and mark != "{"
        elif mark in _OPENS:
            if group.opening != _OPENS[mark]:
                what = f"{group.opening} is still open" if group.token else "nothing is open"
                raise error_at(text, token, f"{mark} cannot stand here, since {what}", "")
            groups.pop()
            outer = groups[-1]
            outer.height = max(outer.height, group.height + _LEVEL[group.opening] + outer.waiting)
            outer.waiting = 0.0
            if not outer.data and outer.opening in ("", "{") and group.opening != "[":
                outer.height += _IN_A_ROW
        elif mark == ";" and len(groups) == 1:
            group.height = 0.0
        elif mark in _INFIX and not group.data:
            group.height += _OPERATOR
        elif mark in _PREFIX and not group.data:
            group.waiting += _OPERATOR
        elif token.kind is not Kind.WORD:
            group.height = max(group.height, group.waiting)
            group.waiting = 0.0
        if token.kind is Kind.IRI and group.opening == "(":
            _check_reading(text, token, group.last, prefixes)
        groups[-1].last = token
        if groups[-1].above + groups[-1].waiting + groups[-1].height > STACK_KIB:
            line, column = place(text, token.start)
            raise RefusedError(
                "the query is nested too deeply, or has too many operators in a row",
                "put long lists of values into VALUES or IN, and cut the query into several",
                line,
                column,
            )
    if groups[-1].token is not None:
        raise error_at(text, groups[-1].token, f"{groups[-1].opening} is not closed", "close it")


def _check_reading(text: str, token: Token, before: Token | None, prefixes: frozenset[str]) -> None:
    """Refuse ``?a<?b#…>``, an IRI to one reader and a comparison with a comment to another."""
    operand = before is not None and (
        before.kind not in (Kind.PUNCT, Kind.WORD)
        or before.text in (")", "]")
        or before.word in ("TRUE", "FALSE")
    )
    if not operand or not set("#'()") & set(token.text):
        return
    scheme = _SCHEME.match(token.text)
    if scheme and (scheme[2] or scheme[1] not in prefixes):
        return
    raise error_at(
        text,
        token,
        f"{_shown(token)} can be read as an IRI and as a comparison",
        "put a space after <, or write the IRI in full",
    )


def error_at(text: str, token: Token, message: str, remedy: str) -> QueryError:
    """Return an error about a token, with its line and column."""
    line, column = place(text, token.start)
    return QueryError(message, remedy, line, column)


def _shown(token: Token) -> str:
    return token.text if len(token.text) <= 40 else f"{token.text[:39]}…"
