"""What hostile clients send: queries that cost too much, and connections that dawdle or break."""

from __future__ import annotations

import random
import socket
import struct
import time
from collections.abc import Callable, Iterator
from urllib.parse import quote

from million import EX

_DEEP = (1_000, 3_000, 20_000, 200_000)
_ALL = "?s ?p ?o"
_CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
_TWO = "?a ?b ?c . ?d ?e ?f"


def _nested(opening: str, inside: str, closing: str, around: str = "%s") -> Iterator[str]:
    for depth in _DEEP:
        text = around % (opening * depth + inside + closing * depth)
        if len(text) < 1_040_000:
            yield text


def queries() -> dict[str, list[str]]:
    """Return the hostile queries by kind."""
    p = f"<{EX}near>"
    where = "SELECT * { %s }"
    doubling = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
    tripling = " ".join(f'BIND(REPLACE(?x{n}, "x", "xxxxxxxx") AS ?x{n + 1})' for n in range(14))
    return {
        "nested groups": [*_nested("{", _ALL, "}", where), *_nested("{", "", "}", "ASK %s")],
        "nested parentheses": [*_nested("(", "1", ")", "ASK { FILTER(%s = 1) }")],
        "nested paths": [
            *_nested("(", p, ")", "SELECT * { ?s %s ?o }"),
            *_nested("(", p, ")*", "SELECT * { ?s %s ?o }"),
            *_nested("^", p, "", "SELECT * { ?s %s ?o }"),
        ],
        "OPTIONALs": [
            *_nested(f"OPTIONAL {{ {_ALL} ", "", "}", where),
            *_nested(f"OPTIONAL {{ {_ALL} }} ", "", "", where),
        ],
        "NOTs": [
            *_nested("!", "true", "", "ASK { FILTER(%s) }"),
            *_nested(f"FILTER NOT EXISTS {{ {_ALL} ", "", "}", where),
            *_nested("!(", "true", ")", "ASK { FILTER(%s) }"),
        ],
        "rows of operators": [
            *_nested("1+", "1", "", "ASK { FILTER(%s = 1) }"),
            *_nested("{} UNION ", "{}", "", where),
            *_nested("SELECT * { {", _ALL, "} }"),
        ],
        "cross products": [
            f"SELECT * {{ {_CROSS} FILTER(?a = ?i && ?c = ?d) }}",
            f"SELECT (COUNT(*) AS ?n) {{ {_CROSS} }}",
            f"ASK {{ {_CROSS} FILTER(?a = 5) }}",
            f"CONSTRUCT {{ ?a ?b ?f }} {{ {_TWO} }}",
        ],
        "sorts": [
            f"SELECT * {{ {_TWO} }} ORDER BY ?c ?f LIMIT 1",
            f"SELECT * {{ {_ALL} }} ORDER BY DESC(STRLEN(STR(?o))) ?s LIMIT 5",
        ],
        "DISTINCT": [f"SELECT DISTINCT ?a ?f {{ {_TWO} }} OFFSET 1000000000"],
        "GROUP_CONCAT": [
            f"SELECT (GROUP_CONCAT(?c) AS ?all) {{ {_TWO} }}",
            f"SELECT ?a (GROUP_CONCAT(STR(?f)) AS ?all) {{ {_TWO} }} GROUP BY ?a",
        ],
        "doubling": [
            f'SELECT * {{ BIND("xxxxxxxx" AS ?x0) {doubling} }}',
            f'SELECT * {{ BIND("xxxxxxxx" AS ?x0) {tripling} }}',
            f'SELECT (STRLEN(?x40) AS ?n) {{ BIND("xxxxxxxx" AS ?x0) {doubling} }}',
        ],
        "600-pattern joins": [
            where % " . ".join(f"?v{n} ?p{n} ?v{n + 1}" for n in range(600)),
            where % " . ".join(f"?v ?p{n} ?o{n}" for n in range(600)),
            where % " . ".join(f"?s{n} {p} ?o{n}" for n in range(600)),
        ],
        "long paths": [
            where % f"?s {'/'.join([p] * 600)} ?o",
            where % f"?s ({p}|<{EX}knows>)* ?o",
            where % f"?s ({p}|<{EX}knows>)+/^({p}|<{EX}knows>)+ ?o",
            f"SELECT (COUNT(*) AS ?n) {{ ?s {p}* ?o }}",
            where % f"?s !(<{EX}x>)* ?o",
        ],
        "regexes": [
            where % f'{_ALL} FILTER(REGEX(STR(?o), "(a*)*(b*)*(c*)*$"))',
            where % f'{_ALL} FILTER(REGEX(STR(?o), "((((a{{1,50}}){{1,50}}){{1,20}})b)$"))',
            where
            % f'{_TWO} FILTER(REGEX(STR(?f), CONCAT("^(.*", STRAFTER(STR(?a), "org/"), ")+$")))',
        ],
        "all rows": [where % _ALL, f"CONSTRUCT WHERE {{ {_ALL} }}"],
    }


Attack = Callable[[str, int, random.Random], None]


def slow_head(host: str, port: int, rng: random.Random) -> None:
    """Send a request byte by byte."""
    with socket.create_connection((host, port), timeout=30) as line:
        for byte in b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n" * 2:
            line.send(bytes([byte]))
            time.sleep(0.25)


def slow_body(host: str, port: int, rng: random.Random) -> None:
    """Send a body byte by byte."""
    with socket.create_connection((host, port), timeout=30) as line:
        line.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Content-Length: 1000\r\n\r\n"
        )
        for _ in range(60):
            line.send(b" ")
            time.sleep(0.25)


def slow_reader(host: str, port: int, rng: random.Random) -> None:
    """Ask for a million rows, and take them a few bytes a second."""
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(30)
        line.connect((host, port))
        line.sendall(_get(f"SELECT * {{ {_ALL} }}"))
        for _ in range(40):
            if not line.recv(256):
                return
            time.sleep(0.25)


def dropped(host: str, port: int, rng: random.Random) -> None:
    """Ask for what takes for ever, and go away, by a goodbye or without."""
    kinds = ("cross products", "sorts", "DISTINCT", "doubling", "all rows")
    text = rng.choice(queries()[rng.choice(kinds)])
    with socket.create_connection((host, port), timeout=30) as line:
        line.sendall(_get(text))
        time.sleep(rng.random())
        if rng.random() < 0.5:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def idle(host: str, port: int, rng: random.Random) -> None:
    """Open many connections, and say nothing."""
    lines = []
    try:
        for _ in range(60):
            lines.append(socket.create_connection((host, port), timeout=30))
        time.sleep(3)
    finally:
        for line in lines:
            line.close()


def bomb(host: str, port: int, rng: random.Random) -> None:
    """Send entities that would swell, as graph, as query and as update."""
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    document = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{entities}]>'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&e12;</rdf:RDF>'
    ).encode()
    path = rng.choice(("/store?default", "/sparql", f"/store?graph={quote(EX)}"))
    with socket.create_connection((host, port), timeout=30) as line:
        line.sendall(
            f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/rdf+xml\r\n"
            f"Connection: close\r\nContent-Length: {len(document)}\r\n\r\n".encode()
            + document
        )
        while line.recv(65536):
            pass


def _get(query: str) -> bytes:
    return f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


CONNECTIONS: dict[str, Attack] = {
    "slow heads": slow_head,
    "slow bodies": slow_body,
    "slow readers": slow_reader,
    "dropped connections": dropped,
    "idle connections": idle,
    "entity bombs": bomb,
}
