"""The W3C's protocol tests: requests in a row, and what each must be answered with."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import pyoxigraph as ox
from manifests import Data, Manifest, Term, manifest, path_of
from servers import TOKEN, Reply, Server

_HT = "http://www.w3.org/2011/http#"
_CNT = "http://www.w3.org/2011/content#"
_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_UT = "http://www.w3.org/2009/sparql/tests/test-update#"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
# What a client that takes anything gets, by the kind of result that the test wants.
_TYPES = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {"application/sparql-results+json", "application/sparql-results+xml"},
    "RDF": {"text/turtle", "application/rdf+xml", "application/n-triples"},
}


@dataclass(frozen=True)
class Exchange:
    """One request and what is right as its answer.

    Args:
        method: the HTTP method.
        path: path and query string.
        headers: header fields.
        body: the body.
        statuses: first digits of the statuses that are right.
        boolean: the right answer to an ASK query.
        format: the kind of result.
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    statuses: frozenset[int]
    boolean: bool | None
    format: str | None

    def run(self, server: Server) -> None:
        """Send the request, with what this server wants for writing, and check the answer."""
        headers = {**dict(self.headers), "Authorization": f"Bearer {TOKEN}"}
        path = self.path
        if self._updates():
            path += ("&" if urlsplit(path).query else "?") + "managed=allow"
        reply = server.request(self.method, path, self.body, headers)
        assert reply.status // 100 in self.statuses, (self, reply.status, reply.text)
        assert reply.status not in (401, 403), reply.text
        if self.format is not None:
            assert reply.type in _TYPES[self.format], (self, reply.headers)
        if self.boolean is not None:
            assert _truth(reply) is self.boolean, (self, reply.text)

    def _updates(self) -> bool:
        kind = dict(self.headers).get("content-type", "")
        return "sparql-update" in kind or "update=" in (self.body or b"").decode("utf-8", "replace")


def _truth(reply: Reply) -> bool:
    form = ox.QueryResultsFormat.from_media_type(reply.type)
    assert form is not None
    found = ox.parse_query_results(reply.body, format=form)
    assert isinstance(found, ox.QueryBoolean)
    return bool(found)


def protocol_tests() -> dict[str, tuple[Data, list[Exchange]]]:
    """Return the tests of the SPARQL protocol: name to the data and the requests."""
    graph = manifest("protocol")
    found = {}
    for test in graph.entries():
        assert isinstance(test, ox.NamedNode)
        named = [
            (_text(graph, node, _LABEL), path_of(graph.value(node, f"{_UT}graph")))
            for node in graph.values(test, f"{_UT}graphData")
        ]
        (requests,) = graph.values(graph.value(test, f"{_MF}action"), f"{_HT}requests")
        exchanges = [_exchange(graph, node) for node in graph.items(requests)]
        found[test.value.rpartition("#")[2]] = (Data(tuple(sorted(named))), exchanges)
    return found


def _exchange(graph: Manifest, node: Term) -> Exchange:
    headers = [
        (_text(graph, field, f"{_HT}fieldName"), _text(graph, field, f"{_HT}fieldValue"))
        for field in graph.items(graph.value(node, f"{_HT}headers"))
    ]
    body = None
    if (content := graph.value(node, f"{_HT}body")) is not None:
        encoding = _text(graph, content, f"{_CNT}characterEncoding")
        body = _text(graph, content, f"{_CNT}chars").encode(encoding)
    right = graph.value(node, f"{_HT}resp")
    truth, form = (
        graph.value(right, f"{_MF}expectedBoolean"),
        graph.value(right, f"{_MF}expectedFormat"),
    )
    return Exchange(
        _text(graph, node, f"{_HT}methodName"),
        _text(graph, node, f"{_HT}absolutePath"),
        tuple(headers),
        body,
        frozenset(
            int(status.value[-3]) for status in graph.values(right, f"{_MF}expectedStatus")
            if not isinstance(status, ox.BlankNode)
        ),
        None if truth is None else truth.value == "true",
        None if form is None else form.value,
    )  # fmt: skip


def _text(graph: Manifest, node: Term, predicate: str) -> str:
    found = graph.value(node, predicate)
    assert found is not None, (node, predicate)
    return found.value
