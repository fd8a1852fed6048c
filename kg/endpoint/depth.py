"""How deep a query nests, told as it is read: one that nests too deep ends the engine's process.

Oxigraph's parser and planner recurse. Measured with pyoxigraph 0.5 on a stack of 8 MiB, the
usual one, in KiB of stack a level: groups of EXISTS take 9.7, function calls 8.4, subqueries 6.9,
plain groups 3.7, parentheses 1.8; each OPTIONAL, MINUS or BIND in a row 3.0; each filter or
operator in a row 0.9 to 1.2. The limit leaves three quarters of such a stack.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from kg.endpoint.tokens import Kind, Token, error_at, place, shown
from kg.errors import QueryError

STACK_KIB = 2000.0
_LEVEL = {"{": 10.0, "(": 9.0, "[": 9.0}
_OPENS = {"}": "{", ")": "(", "]": "["}
_IN_A_ROW = 3.0
_OPERATOR = 1.5
_INFIX = frozenset({"||", "&&", "+", "-", "*", "/", "|"})
_PREFIX = frozenset({"!", "^"})
_DATA = frozenset({"VALUES", "DATA", "INSERTDATA", "DELETEDATA"})
_SCHEME = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*):(//)?")


class RefusedError(QueryError):
    """A text that is well formed, as far as that is known, and is not run all the same."""


@dataclass
class _Group:
    """An open bracket, and what it takes of the stack in KiB."""

    token: Token | None  # the bracket; None for the whole text
    data: bool  # VALUES, INSERT DATA, DELETE DATA: rows and triples, which do not nest
    above: float  # what the groups around it take
    waiting: float = 0.0  # what prefix operators take, for the operand that follows
    height: float = 0.0  # what its content takes
    last: Token | None = None

    @property
    def opening(self) -> str:
        return self.token.text if self.token else ""


class Depth:
    """Follows the tokens of a text, and refuses it where it would take more than `STACK_KIB`.

    The estimate is an upper bound, kept for each open bracket: a bracket that closes counts with
    its content, and an operator goes on top of everything before it, since a row of operators
    is a tree as deep as it is long.

    Args:
        text: the text, for the places of errors.
        prefixes: the prefixes declared so far; it may grow meanwhile.
    """

    def __init__(self, text: str, prefixes: AbstractSet[str]) -> None:
        self._text = text
        self._prefixes = prefixes
        self._groups = [_Group(None, False, 0.0)]
        self._data = False

    def take(self, token: Token) -> None:
        """Follow one token.

        Raises:
            QueryError: a bracket closes what is not open, or the token has two readings.
            RefusedError: this is too deep.
        """
        group = self._groups[-1]
        mark = token.text if token.kind is Kind.PUNCT else ""
        self._data = self._data or token.word in _DATA
        if mark in _LEVEL:
            above = group.above + _LEVEL[mark] + group.waiting
            self._groups.append(_Group(token, group.data or (self._data and mark == "{"), above))
            self._data = self._data and mark != "{"
        elif mark in _OPENS:
            self._close(group, token)
        elif mark == ";" and len(self._groups) == 1:
            group.height = 0.0  # the next operation of an update
        elif mark in _INFIX and not group.data:
            group.height += _OPERATOR
        elif mark in _PREFIX and not group.data:
            group.waiting += _OPERATOR
        elif token.kind is not Kind.WORD:
            group.height = max(group.height, group.waiting)
            group.waiting = 0.0
        if token.kind is Kind.IRI and group.opening == "(":
            self._check_reading(token, group.last)
        group = self._groups[-1]
        group.last = token
        if group.above + group.waiting + group.height > STACK_KIB:
            line, column = place(self._text, token.start)
            raise RefusedError(
                "the query is nested too deeply, or has too many operators in a row",
                "put long lists of values into VALUES or IN, and cut the query into several",
                line,
                column,
            )

    def finish(self) -> None:
        """Follow the end of the text.

        Raises:
            QueryError: a bracket is still open.
        """
        group = self._groups[-1]
        if group.token is not None:
            raise error_at(self._text, group.token, f"{group.opening} is not closed", "close it")

    def _close(self, group: _Group, token: Token) -> None:
        if group.opening != _OPENS[token.text]:
            what = f"{group.opening} is still open" if group.token else "nothing is open"
            raise error_at(self._text, token, f"{token.text} cannot stand here, since {what}", "")
        self._groups.pop()
        outer = self._groups[-1]
        outer.height = max(outer.height, group.height + _LEVEL[group.opening] + outer.waiting)
        outer.waiting = 0.0
        if not outer.data and outer.opening in ("", "{") and group.opening != "[":
            outer.height += _IN_A_ROW

    def _check_reading(self, token: Token, before: Token | None) -> None:
        """Refuse ``?a<?b#…>``: an IRI to one reader, a comparison and a comment to another."""
        operand = before is not None and (
            before.kind not in (Kind.PUNCT, Kind.WORD)
            or before.text in (")", "]")
            or before.word in ("TRUE", "FALSE")
        )
        if not operand or not set("#'()") & set(token.text):
            return
        scheme = _SCHEME.match(token.text)
        if scheme and (scheme[2] or scheme[1] not in self._prefixes):
            return
        raise error_at(
            self._text,
            token,
            f"{shown(token)} can be read as an IRI and as a comparison",
            "put a space after <, or write the IRI in full",
        )
