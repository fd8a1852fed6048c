"""Small changes of a query that should change what it answers, made from its text alone.

Each kind of change is a function from a query's body to changed bodies with a name; a change is
known by its kind, the line it is made in, and what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A changed query: ``name`` says how it was changed, and in which line of its body."""

    query: str
    name: str
    body: str


Change = tuple[str, str]

# What is often taken for each other.
_SWAPS = (
    ("dkg:participant ?", "dkg:about ?"),
    ("dkg:holder ?", "dkg:voicedBy ?"),
    ("dkg:target ?", "dkg:holder ?"),
    ("dkg:speaker ?", "dkg:addressee ?"),
    ("/dkg:speaker ?", "/dkg:addressee ?"),
    ("dkg:addressee ?", "dkg:about ?"),
    ("dkg:actsFor ?", "dkg:entity ?"),
    ("dkg:reportedBy", "dkg:statement"),
    ("dkg:content ?", "dkg:evidence ?"),
    ("dkg:place ?", "dkg:occasion ?"),
    ("dkg:occasion ?", "dkg:place ?"),
    ("dkg:sameMeeting ?", "dkg:nearCopyOf ?"),
    ("dkg:nearCopyOf ?", "dkg:sameMeeting ?"),
    ("sem:hasBeginTimeStamp ?", "sem:hasEndTimeStamp ?"),
    ("sem:hasEndTimeStamp ?", "sem:hasBeginTimeStamp ?"),
    ("dkg:asOf ?", "schema:validThrough ?"),
    ("oa:start ?", "oa:end ?"),
    ("oa:end ?", "oa:start ?"),
    ("schema:roleName ?", "org:organization ?"),
    ("dkg:condition ?", "dkg:qualifier ?"),
    ("dkg:qualifier ?", "dkg:condition ?"),
    ("dkg:targetText ?", "dkg:qualifier ?"),
    ("dkg:act ?", "dkg:actObject ?"),
    ("dkg:actObject ?", "dkg:act ?"),
    ("dkg:dateText ?", "dkg:duration ?"),
    ("dkg:duration ?", "dkg:dateText ?"),
    ("dkg:revises ?", "dkg:target ?"),
    ("skos:broader+", "skos:broader"),
    ("dkg:reportedBy+", "dkg:reportedBy"),
    ("dkg:reportedBy*", "dkg:reportedBy?"),
    ("stance:supports", "stance:opposes"),
    ("stance:opposes", "stance:neutral"),
    ("status:occurred", "status:planned"),
    ("status:denied", "status:planned"),
    ("status:planned", "status:ongoing"),
    ("status:hypothetical", "status:ongoing"),
    ("means:act", "means:word"),
    ("mode:direct", "mode:indirect"),
    ("mode:mixed", "mode:indirect"),
    ("form:conference", "form:call"),
    ("dkg:demand true", "dkg:demand false"),
    ("dkg:kind dkg:State", "dkg:kind schema:Person"),
    ("dkg:Meeting", "dkg:Mention"),
    ("dkg:Statement", "dkg:Mention"),
    ("dkg:Position", "dkg:Mention"),
    ("dkg:AnonymousSource", "dkg:Group"),
    ("COALESCE(?source, ?voice", "COALESCE(?voice, ?source"),
    ("?source, ", ""),
    ("?targetLabel, ?targetText", "?targetText, ?targetLabel"),
    ("COUNT(DISTINCT ", "COUNT("),
    ("MIN(", "MAX("),
    ("MAX(", "MIN("),
    ("<graph/entities>", "<graph/links>"),
    ("<graph/states>", "<graph/links>"),
    ("<graph/concepts>", "<graph/links>"),
    ("<graph/links>", "<graph/entities>"),
    (" = ", " != "),
    (" != ", " = "),
    (" < ", " > "),
    (" <= ", " < "),
    (" >= ", " > "),
    (" || ", " && "),
    (" && ", " || "),
    ("> 0", "> 1"),
    ("!BOUND(", "BOUND("),
    ("DESC(", "ASC("),
    (", false)", ", true)"),
)
_OPENING = re.compile(r"^ *(FILTER NOT EXISTS|OPTIONAL) \{", re.MULTILINE)
_FILTER = re.compile(r"^ *FILTER(?! NOT)\(", re.MULTILINE)
_TRIPLE = re.compile(r"^ {4,}(?:\w+:\S+ \S+|a \?\w+) ([;.])$\n", re.MULTILINE)


def mutants(query: str, body: str) -> list[Mutant]:
    """Return all changes of a query's body, each different from it and from each other."""
    start = body.index("SELECT")
    found: dict[str, Mutant] = {}
    for name, changed in _changes(body, start):
        if changed != body and changed not in found:
            found[changed] = Mutant(query, name, changed)
    return list(found.values())


def _changes(body: str, start: int) -> Iterator[Change]:
    yield from _swapped(body, start)
    yield from _dropped_filters(body)
    yield from _dropped_blocks(body)
    yield from _required(body)
    yield from _dropped_triples(body)
    yield from _dropped_branches(body)
    yield from _freed_graphs(body)
    yield from _order(body)
    yield "not distinct", body.replace("SELECT DISTINCT", "SELECT")


def _line(body: str, at: int) -> str:
    number = body.count("\n", 0, at) + 1
    text = body.splitlines()[number - 1].strip()
    return f"line {number}: {text}"


def _swapped(body: str, start: int) -> Iterator[Change]:
    for old, new in _SWAPS:
        at = body.find(old, start)
        while at >= 0:
            if "#" not in body[body.rfind("\n", 0, at) : at]:
                yield (
                    f"{old.strip()} → {new.strip()}, {_line(body, at)}",
                    (body[:at] + new + body[at + len(old) :]),
                )
            at = body.find(old, at + 1)


def _close(body: str, at: int) -> int:
    """Return the offset after the bracket that closes the one at an offset."""
    opening = body[at]
    closing = {"{": "}", "(": ")"}[opening]
    depth = 0
    for offset in range(at, len(body)):
        depth += (body[offset] == opening) - (body[offset] == closing)
        if depth == 0:
            return offset + 1
    raise AssertionError("brackets do not match")


def _dropped_filters(body: str) -> Iterator[Change]:
    for found in _FILTER.finditer(body):
        end = _close(body, found.end() - 1)
        yield f"without filter, {_line(body, found.start())}", body[: found.start()] + body[end:]


def _dropped_blocks(body: str) -> Iterator[Change]:
    for found in _OPENING.finditer(body):
        end = _close(body, found.end() - 1)
        yield (
            f"without, {_line(body, found.start())} {body[found.end() : end].split()[:6]}",
            (body[: found.start()] + body[end:]),
        )


def _required(body: str) -> Iterator[Change]:
    for found in _OPENING.finditer(body):
        inside = body[found.end() : _close(body, found.end() - 1)]
        # Whatever a query names has a label: there a match is as good as required.
        if found[1] == "OPTIONAL" and "rdfs:label" not in inside:
            yield (
                f"required, {_line(body, found.start())} {inside.split()[:6]}",
                (body[: found.start()] + "{" + body[found.end() :]),
            )


def _dropped_triples(body: str) -> Iterator[Change]:
    for found in _TRIPLE.finditer(body):
        rest = body[: found.start()] + body[found.end() :]
        if found[1] == ".":
            head = rest[: found.start()].rstrip()
            if not head.endswith(";"):
                continue
            rest = f"{head[:-1]}.\n{rest[found.start() :]}"
        yield f"without, {_line(body, found.start())}", rest


def _dropped_branches(body: str) -> Iterator[Change]:
    for found in re.finditer(r"\} UNION \{", body):
        end = _close(body, found.end() - 1)
        rest = body[: found.start() + 1] + body[end:]
        yield f"without branch, {_line(body, found.start())}", rest


def _freed_graphs(body: str) -> Iterator[Change]:
    for found in re.finditer(r"GRAPH (?:\?\w+|<[^<>]*>) \{", body):
        yield (
            f"any graph, {_line(body, found.start())}",
            (body[: found.start()] + "{" + body[found.end() :]),
        )


def _order(body: str) -> Iterator[Change]:
    at = body.index("ORDER BY ")
    keys = re.findall(r"DESC\(\?\w+\)|\?\w+", body[at:])
    yield "not ordered", body[:at]
    if not keys[0].startswith("DESC"):
        yield "order reversed", body[:at] + f"ORDER BY DESC({keys[0]}) {' '.join(keys[1:])}\n"
