"""SPARQL text as tokens: enough to know what a text would do before an engine reads it.

The tokens are those of the SPARQL 1.1 grammar (section 19.8). White space and comments are left
out. The tokenizer accepts every text; what is not in the grammar becomes a token of one
character, so that the engine reports it, except quotes that nothing closes, after which no
reading would be safe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from kg.errors import QueryError


class Kind(StrEnum):
    """What a token is."""

    IRI = "iri"  # <…>
    PNAME = "pname"  # prefix:local, prefix: or :local
    BLANK = "blank"  # _:label
    VAR = "var"  # ?name or $name
    STRING = "string"  # any of the four quotings
    LANG = "lang"  # @en
    NUMBER = "number"
    WORD = "word"  # keywords, function names, a, true and false
    PUNCT = "punct"  # brackets, operators, separators


class Token(NamedTuple):
    """One token; ``start`` counts characters of the text from 0."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the token ends, exclusive."""
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """The word in capitals, or an empty string when the token is none."""
        return self.text.upper() if self.kind is Kind.WORD else ""


# PN_CHARS_BASE, PN_CHARS_U and PN_CHARS of the grammar, as parts of character classes.
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = rf"{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040"
_CHAR = rf"{_NAME}\-"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
# A dot belongs to a name only where something of the name follows it.
_LOCAL = (
    rf"(?:[{_BASE}_0-9:]|{_ESCAPED})"
    rf"(?:[{_CHAR}:]|{_ESCAPED}|\.+(?=[{_CHAR}:%\\]))*+"
)
_PREFIX = rf"[{_BASE}](?:[{_CHAR}]|\.+(?=[{_CHAR}]))*+"

_TOKEN = re.compile(
    rf"""
      (?P<skip> [\x20\t\r\n]+ | \#[^\r\n]* )
    | (?P<iri> <[^<>"{{}}|^`\x00-\x20]*> )
    | (?P<string>
          \"\"\"(?:[^"\\]|\\.|"(?!""))*+\"\"\"
        | '''(?:[^'\\]|\\.|'(?!''))*+'''
        | (?!\"\"\")"(?:[^"\\\r\n]|\\[^\r\n])*+"
        | (?!''')'(?:[^'\\\r\n]|\\[^\r\n])*+'
      )
    | (?P<open> ["'] )
    | (?P<blank> _:[{_BASE}_0-9](?:[{_CHAR}]|\.+(?=[{_CHAR}]))*+ )
    | (?P<var> [?$][{_BASE}_0-9][{_NAME}]*+ )
    | (?P<pname> (?:{_PREFIX})?:(?:{_LOCAL})? )
    | (?P<word> [A-Za-z][A-Za-z0-9_]*+ )
    | (?P<lang> @[A-Za-z]+(?:-+[A-Za-z0-9]+)*+ )
    | (?P<number> (?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)? )
    | (?P<punct> \^\^ | \|\| | && | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_KINDS = {kind.value: kind for kind in Kind}


def tokenize(text: str) -> Iterator[Token]:
    """Yield the tokens of a query or an update, in order.

    Raises:
        QueryError: a quote is not closed; line and column say which.
    """
    for match in _TOKEN.finditer(text):
        name = match.lastgroup
        if name == "skip":
            continue
        if name == "open":
            line, column = place(text, match.start())
            raise QueryError(
                "a string is not closed",
                "close it with the same quotes; only strings in three quotes may span lines",
                line,
                column,
            )
        yield Token(_KINDS[str(name)], match[0], match.start())


def place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, counted from 1, of an offset in a text."""
    line = text.count("\n", 0, offset) + 1
    return line, offset - text.rfind("\n", 0, offset)


def error_at(text: str, token: Token, message: str, remedy: str) -> QueryError:
    """Return an error about a token of a text, with its line and column."""
    line, column = place(text, token.start)
    return QueryError(message, remedy, line, column)


def shown(token: Token) -> str:
    """Return a token as a message shows it."""
    return token.text if len(token.text) <= 40 else f"{token.text[:39]}…"
