"""RDF terms in SPARQL's own notation, safe to stand in a query."""

from __future__ import annotations

import re

import pyoxigraph as ox

_XSD = "http://www.w3.org/2001/XMLSchema#"
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
# What no result in XML can hold (XML 1.0, section 2.2): such a value could match nothing.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Term = ox.NamedNode | ox.Literal


def iri(text: str) -> ox.NamedNode:
    """Return an absolute IRI as a term.

    Raises:
        ValueError: it is not one (RFC 3987), and so could break out of its angle brackets.
    """
    return ox.NamedNode(text)


def unfit_character(text: str) -> str | None:
    """Return the first character that no RDF result can carry, or None."""
    found = _UNFIT.search(text)
    return found.group() if found else None


def sparql_form(term: Term) -> str:
    """Return a term as SPARQL 1.1 writes it (grammar rules IRIREF and RDFLiteral).

    Raises:
        ValueError: a literal holds a character that no RDF result can carry.
    """
    if isinstance(term, ox.NamedNode):
        return f"<{term.value}>"
    if unfit_character(term.value):
        raise ValueError(f"{term.value!r} holds a character that fits no result")
    quoted = f'"{_escaped(term.value)}"'
    if term.language:
        return f"{quoted}@{term.language}"
    if term.datatype.value == f"{_XSD}string":
        return quoted
    return f"{quoted}^^<{term.datatype.value}>"


def _escaped(text: str) -> str:
    r"""Escape a string so that every reading of the standard gives the same string back.

    Engines differ in whether ``\uXXXX`` is replaced before strings are read (SPARQL 1.1,
    section 19.2) or while they are: written plainly, a backslash before a ``u`` would be an
    escape for some and two characters for others. So that ``u`` is written as an escape itself,
    of eight digits, since some engines would take more than four.
    """
    parts: list[str] = []
    previous = ""
    for character in text:
        if previous == "\\" and character in "uU":
            parts.append(f"\\U{ord(character):08X}")
        else:
            parts.append(_ESCAPES.get(character, character))
        previous = character
    return "".join(parts)
