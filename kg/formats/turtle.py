"""Turtle and TriG that people read: short names, one predicate a line, in a fixed order.

The engine's own writer orders nothing, names its prefixes in another order each time, and
escapes the slashes of a path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

import pyoxigraph as ox

from kg.vocabulary import RDF, XSD

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Node = ox.NamedNode | ox.BlankNode | ox.DefaultGraph

# Local names that need no escape in any Turtle parser.
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?\Z")
# What follows the base unchanged when a relative IRI is resolved (RFC 3986, 5.2): no empty
# segments, no dots at the front of one, no colon in the first.
_RELATIVE = re.compile(
    r"(?![^/?#]*:)[^/?#.\s\\<>\"{}|^`][^/?#\s\\<>\"{}|^`]*"
    r"(?:/[^/?#.\s\\<>\"{}|^`][^/?#\s\\<>\"{}|^`]*)*(?:\?[^#\s\\<>\"{}|^`]*)?"
    r"(?:\#[^\s\\<>\"{}|^`]*)?\Z"
)
_UNSAFE = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
_BARE = {
    XSD.integer: re.compile(r"[+-]?[0-9]+\Z"),
    XSD.decimal: re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    XSD.boolean: re.compile(r"(?:true|false)\Z"),
}
_ESCAPES = str.maketrans(
    {
        "\\": "\\\\",
        '"': '\\"',
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        **{chr(code): f"\\u{code:04X}" for code in (*range(9), 11, 12, *range(14, 32), 127)},
    }
)


class TurtleWriter:
    """Writes terms, subjects and graphs.

    Args:
        prefixes: prefix to namespace.
        base: IRIs under it are written relative to it; it must end with ``/``.
    """

    def __init__(self, prefixes: Mapping[str, str], base: str | None = None) -> None:
        self._prefixes = dict(sorted(prefixes.items()))
        self._by_namespace = {iri: prefix for prefix, iri in self._prefixes.items()}
        self._base = base
        self._iris: dict[str, str] = {}

    def header(self) -> str:
        """Return the declarations that the rest relies on."""
        lines = [f"@base <{self._base}> ."] if self._base else []
        lines += [f"@prefix {prefix}: <{iri}> ." for prefix, iri in self._prefixes.items()]
        return "\n".join(lines) + "\n"

    def iri(self, iri: str) -> str:
        """Return an IRI in its shortest form."""
        short = self._iris.get(iri)
        if short is None:
            short = self._short(iri)
            if len(self._iris) < 100_000:
                self._iris[iri] = short
        return short

    def term(self, term: Term) -> str:
        """Return a term."""
        if isinstance(term, ox.NamedNode):
            return self.iri(term.value)
        if not isinstance(term, ox.Literal):
            return str(term)
        bare = _BARE.get(term.datatype.value)
        if bare and bare.match(term.value):
            return term.value
        text = f'"{term.value.translate(_ESCAPES)}"'
        if term.language is not None:
            return f"{text}@{term.language}"
        if term.datatype.value == XSD.string:
            return text
        return f"{text}^^{self.iri(term.datatype.value)}"

    def subjects(self, quads: Iterable[ox.Quad], indent: str = "") -> Iterator[str]:
        """Yield one block of text a subject; quads of a subject must stand together."""
        for subject, about in groupby(quads, lambda quad: quad.subject):
            lines = []
            for predicate, same in groupby(about, lambda quad: quad.predicate):
                verb = "a" if predicate.value == RDF.type else self.iri(predicate.value)
                objects = " ,\n        ".join(self.term(quad.object) for quad in same)
                lines.append(f"{verb} {objects}")
            block = f"{self.term(subject)} " + " ;\n    ".join(lines) + " .\n"
            yield indent + block.replace("\n", f"\n{indent}").rstrip(" ") if indent else block

    def _short(self, iri: str) -> str:
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = self._by_namespace.get(iri[:cut])
        if prefix is not None and _LOCAL.match(iri[cut:]):
            return f"{prefix}:{iri[cut:]}"
        if self._base and iri.startswith(self._base) and _RELATIVE.match(iri[len(self._base) :]):
            return f"<{iri[len(self._base) :]}>"
        return f"<{_UNSAFE.sub(_escaped, iri)}>"


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04X}"
