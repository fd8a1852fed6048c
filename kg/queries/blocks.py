"""Finds the places of a query where its parameters stand, and fills them.

A parameter is a block ``VALUES ?name { term }`` with one variable and one term. The query thus
runs as it stands, with its defaults, in any SPARQL 1.1 engine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.queries.terms import Term, sparql_form

_OPAQUE = r"""
    \#[^\n\r]*
  | <[^<>"{}|^`\\\x00-\x20]*>
  | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3} | "{3}(?:"{0,2}(?:[^"\\]|\\.))*"{3}
  | '(?:[^'\\\n\r]|\\.)*' | "(?:[^"\\\n\r]|\\.)*"
"""
_OPAQUE_PATTERN = re.compile(_OPAQUE, re.VERBOSE | re.DOTALL)
_BLOCK = re.compile(r"\bVALUES\s+[?$](\w+)\s*\{([^{}]*)\}", re.IGNORECASE)
_BASE = re.compile(r"^BASE\s*<[^<>]*>", re.MULTILINE | re.IGNORECASE)
_PROLOGUE = re.compile(r"^(?:BASE|PREFIX)\b.*$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class Block:
    """One ``VALUES`` block of one variable.

    Args:
        name: the variable's name.
        start: offset of the data after its opening brace.
        end: offset of its closing brace.
        default: the term that stands there, or None for ``UNDEF``.
        line: its line in the query, from 1.
    """

    name: str
    start: int
    end: int
    default: Term | None
    line: int


class BlockError(ValueError):
    """A block that holds no default; ``line`` counts from 1 in the query."""

    def __init__(self, line: int, message: str, remedy: str) -> None:
        self.line, self.message, self.remedy = line, message, remedy
        super().__init__(f"line {line}: {message}; {remedy}")


def find_blocks(query: str) -> list[Block]:
    """Return the parameter blocks of a query in their order.

    Raises:
        BlockError: a block holds more or less than one IRI, literal or UNDEF.
    """
    # Comments, strings and IRIs are blanked, so that words in them are not taken for blocks.
    plain = _OPAQUE_PATTERN.sub(lambda found: "·" * len(found[0]), query)
    prologue = "\n".join(_PROLOGUE.findall(query))
    blocks = []
    for found in _BLOCK.finditer(plain):
        start, end = found.span(2)
        line = query.count("\n", 0, found.start()) + 1
        default = _read_term(prologue, query[start:end], line)
        blocks.append(Block(found[1], start, end, default, line))
    return blocks


def _read_term(prologue: str, data: str, line: int) -> Term | None:
    try:
        rows = ox.Store().query(f"{prologue}\nSELECT ?x WHERE {{ VALUES ?x {{ {data} }} }}")
    except SyntaxError:
        raise BlockError(
            line,
            f"{data.strip()!r} is not a term",
            "write an IRI, a literal or UNDEF, and declare the prefix",
        ) from None
    terms = [row["x"] for row in rows]  # type: ignore[union-attr]
    if len(terms) != 1:
        raise BlockError(
            line,
            f"VALUES of one variable is a parameter and holds one term, not {len(terms)}",
            "write FILTER(?x IN (…)) for a fixed choice",
        )
    term: Term | None = terms[0]
    return term


def fill(query: str, blocks: list[Block], terms: Mapping[str, Term | None], base: str) -> str:
    """Return the query with terms in its blocks and another base.

    Args:
        query: the query that the blocks were found in.
        blocks: its parameter blocks.
        terms: parameter name to its term, or None for ``UNDEF``; a block that is not named
            keeps what it has.
        base: the store's base IRI.

    Raises:
        ValueError: the base is not an IRI.
    """
    parts, at = [], 0
    for block in blocks:
        if block.name in terms:
            term = terms[block.name]
            written = "UNDEF" if term is None else sparql_form(term)
            parts += [query[at : block.start], f" {written} "]
            at = block.end
    filled = "".join([*parts, query[at:]])
    line = f"BASE {sparql_form(ox.NamedNode(base))}"
    return _BASE.sub(lambda _: line, filled, count=1)
