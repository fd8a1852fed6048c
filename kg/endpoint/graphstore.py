"""``/store``: the SPARQL 1.1 Graph Store HTTP Protocol.

A graph is named by ``?graph=IRI``, by ``?default``, or by its own address below ``/store/``.
Queries of this server see the union of all graphs where none is named; ``?default`` is the graph
without a name, one of them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urljoin

import pyoxigraph as ox
from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage
from werkzeug.http import parse_options_header

from kg.endpoint.caching import Validator
from kg.endpoint.compressing import VARY
from kg.endpoint.current import current_settings, current_store
from kg.endpoint.negotiate import negotiate
from kg.endpoint.problems import ProblemError
from kg.endpoint.updates import spare_managed_graph
from kg.endpoint.uploads import upload_format
from kg.endpoint.write import ask, authorise
from kg.endpoint.writer.jobs import no_graph
from kg.formats import GRAPHS, NTRIPLES
from kg.store import Snapshot
from kg.vocabulary import PREFIXES

blueprint = Blueprint("graphstore", __name__)

METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")
_ALLOW = ", ".join(METHODS)
_BATCH = 5_000
_VARY = f"Accept, {VARY}"


@dataclass(frozen=True)
class Named:
    """The graph that a request is about.

    Args:
        iri: its IRI; None is the default graph.
        fresh: whether it was made up for this request (Graph Store Protocol, 5.5).
    """

    iri: str | None
    fresh: bool = False

    @property
    def node(self) -> ox.NamedNode | ox.DefaultGraph:
        """The graph as the engine names it."""
        return ox.DefaultGraph() if self.iri is None else ox.NamedNode(self.iri)


@blueprint.route("/store", methods=METHODS, provide_automatic_options=False)
@blueprint.route("/store/", methods=METHODS, provide_automatic_options=False)
@blueprint.route("/store/<path:name>", methods=METHODS, provide_automatic_options=False)
def graph_store(name: str = "") -> Response:
    """Give, replace, extend or drop a graph."""
    match request.method:
        case "OPTIONS":
            return _options()
        case "GET" | "HEAD":
            return _give(_graph(name))
        case "DELETE":
            return _drop(name)
        case _:
            return _take(name)


def _give(graph: Named) -> Response:
    store, accept = current_store(), request.headers.get("Accept")
    validator = Validator(store, ("graph", graph.iri, accept, _parameters().get("format")))
    unchanged = validator.unchanged(request.headers.get("If-None-Match"), vary=_VARY)
    if unchanged is not None:
        return unchanged
    snapshot = store.snapshot()
    try:
        database = snapshot.ox
        if isinstance(graph.node, ox.NamedNode) and not database.contains_named_graph(graph.node):
            raise no_graph()
        choice = negotiate(accept, GRAPHS, named=_parameters().get("format", [None])[0])
        headers = {
            "Vary": "Accept",
            "Cache-Control": "no-cache",
            "KG-Revision": str(snapshot.revision),
            "ETag": validator.tag(snapshot.revision),
        }
        quads = database.quads_for_pattern(None, None, None, graph.node)
        assert isinstance(choice.format.engine, ox.RdfFormat)  # one of GRAPHS
        body: bytes | Iterator[bytes]
        if choice.format == NTRIPLES and request.environ.get("SERVER_PROTOCOL") != "HTTP/1.0":
            body = _lines(snapshot, quads)
        else:
            with snapshot:
                body = (
                    ox.serialize(
                        (quad.triple for quad in quads),
                        format=choice.format.engine,
                        prefixes=None if choice.format == NTRIPLES else PREFIXES,
                    )
                    or b""
                )
    except BaseException:
        snapshot.close()
        raise
    return Response(body, headers=headers, content_type=choice.content_type)


def _lines(snapshot: Snapshot, quads: Iterator[ox.Quad]) -> Iterator[bytes]:
    with snapshot:
        some: list[ox.Triple] = []
        for quad in quads:
            some.append(quad.triple)
            if len(some) >= _BATCH:
                yield ox.serialize(some, format=ox.RdfFormat.N_TRIPLES) or b""
                some.clear()
        yield ox.serialize(some, format=ox.RdfFormat.N_TRIPLES) or b""


def _take(name: str) -> Response:
    """Replace a graph (PUT) or add to it (POST)."""
    settings = current_settings()
    authorise(request.headers.get("Authorization"), settings)
    graph = _graph(name, may_be_new=request.method == "POST")
    header = {"kind": request.method.lower(), "graph": graph.iri, "managed": _spared(graph)}
    if (request.content_length or 0) > settings.upload_bytes:
        raise _too_large(settings.upload_bytes)
    kind, options = parse_options_header(request.content_type)
    if kind == "multipart/form-data" and request.method == "POST":
        return _take_parts(graph, header)
    if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise ProblemError(
            415, "content-type", "This content type is not taken",
            f"the charset {options['charset']} is not taken", "send UTF-8",
        )  # fmt: skip
    body = request.get_data(cache=False)
    if len(body) > settings.upload_bytes:
        raise _too_large(settings.upload_bytes)
    upload_format(kind)
    asked = {**header, "media_type": kind, "base": graph.iri}
    answer = ask(current_store(), asked, body, settings)
    return _taken(graph, created=bool(answer["created"]), revision=int(answer["revision"]))


def _take_parts(graph: Named, header: Mapping[str, object]) -> Response:
    """Add the files of a form to a graph, in one step (Graph Store Protocol, 5.5)."""
    parts = [(part.mimetype, part.read()) for part in _files()]
    if not parts:
        raise _bad("the form has no file", "send each file with its Content-Type")
    for kind, _ in parts:
        upload_format(kind)
    asked = {
        **header,
        "base": graph.iri,
        "parts": [{"media_type": kind, "length": len(body)} for kind, body in parts],
    }
    body = b"".join(body for _, body in parts)
    answer = ask(current_store(), asked, body, current_settings())
    return _taken(graph, created=bool(answer["created"]), revision=int(answer["revision"]))


def _files() -> Iterator[FileStorage]:
    for files in request.files.listvalues():
        yield from files


def _taken(graph: Named, *, created: bool, revision: int) -> Response:
    headers = {"KG-Revision": str(revision)}
    if created and graph.iri is not None:
        headers["Location"] = graph.iri if graph.fresh else _indirect(graph.iri)
    response = Response(status=201 if created else 204, headers=headers)
    del response.headers["Content-Type"]
    return response


def _drop(name: str) -> Response:
    settings = current_settings()
    authorise(request.headers.get("Authorization"), settings)
    graph = _graph(name)
    header = {"kind": "delete", "graph": graph.iri, "managed": _spared(graph)}
    answer = ask(current_store(), header, b"", settings)
    return Response(status=204, headers={"KG-Revision": str(answer["revision"])})


def _spared(graph: Named) -> bool:
    """Return whether the sender means managed graphs too; refuse those where it does not."""
    managed = _parameters().get("managed", [""])[0]
    if managed not in ("", "allow"):
        raise _bad(f"managed={managed} means nothing", "send managed=allow, or leave it away")
    if not managed:
        spare_managed_graph(graph.iri, current_store().base)
    return bool(managed)


def _graph(name: str, *, may_be_new: bool = False) -> Named:
    """Return the graph that a request names (Graph Store Protocol, section 4)."""
    parameters = _parameters()
    chosen = [key for key in ("graph", "default") if key in parameters]
    if name and chosen:
        raise _bad("the graph is named twice", f"leave '{chosen[0]}' away, or ask at /store")
    if name:
        return Named(_own_address())
    if len(chosen) > 1 or any(len(parameters[key]) > 1 for key in chosen):
        raise _bad("several graphs are named", "name one, with graph=IRI or default")
    if not chosen:
        if may_be_new:
            return Named(f"{request.host_url}store/{uuid.uuid4()}", fresh=True)
        raise _bad("no graph is named", "add ?graph=IRI or ?default")
    if chosen[0] == "default":
        if parameters["default"][0]:
            raise _bad("'default' has no value", "send ?default")
        return Named(None)
    iri = urljoin(request.base_url, parameters["graph"][0])
    try:
        ox.NamedNode(iri)
    except ValueError as error:
        raise _bad(f"graph={parameters['graph'][0]} is not an IRI", "name it by its IRI") from error
    return Named(iri)


def _own_address() -> str:
    """Return the address of the request as it was sent, which is the graph's name."""
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "")
    path = raw.partition("?")[0] or quote(request.path)
    return request.host_url.rstrip("/") + path


def _indirect(iri: str) -> str:
    return f"{request.host_url}store?graph={quote(iri, safe='')}"


def _parameters() -> dict[str, list[str]]:
    try:
        pairs = parse_qsl(
            request.query_string.decode("ascii"), keep_blank_values=True, errors="strict"
        )
    except (UnicodeError, ValueError) as error:
        raise _bad("the query string is not percent-encoded UTF-8", "encode it so") from error
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _options() -> Response:
    offered = ", ".join(form.media_type for form in GRAPHS)
    return Response(
        status=204,
        headers={
            "Allow": _ALLOW,
            "Accept-Post": f"{offered}, multipart/form-data",
            "Access-Control-Allow-Methods": _ALLOW,
            "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-None-Match",
            "Access-Control-Max-Age": "86400",
        },
    )


def _bad(detail: str, remedy: str) -> ProblemError:
    return ProblemError(400, "request", "The request does not fit the protocol", detail, remedy)


def _too_large(most: int) -> ProblemError:
    return ProblemError(
        413, "http-413", "The request is too large",
        f"its body is larger than {most:,} bytes, which is what this server takes",
        "send less at once, or load files with 'kg load'",
    )  # fmt: skip
