"""Addresses and documents: which IRI a request is about, and in which form it is answered.

People, states, meetings and so on are not documents, so their addresses answer 303 See Other with
the address of a document about them (W3C, Cool URIs for the Semantic Web, section 4): the same
with the suffix of its format. Articles, graphs and texts are documents and answer 200.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyoxigraph as ox
from flask import Response, redirect, request
from werkzeug.urls import uri_to_iri

from kg.pages.formats import FORMATS, Format, accepted, named, serialise, split_suffix
from kg.pages.reading import Reader, is_iri
from kg.vocabulary import DKG, OA, ORG

_PARTS = {DKG.evidence, DKG.content, OA.hasSelector, ORG.hasMembership}


def asked_format() -> Format | None:
    """Return the format that ``format=`` names, or None.

    Raises:
        NotAcceptableError: it names none.
    """
    name = request.args.get("format")
    return named(name) if name else None


def wanted() -> Format:
    """Return the format that ``format=`` or else Accept asks for.

    Raises:
        NotAcceptableError: there is no such format.
    """
    return asked_format() or accepted(request.accept_mimetypes)


def find(reader: Reader, candidates: Iterable[str]) -> tuple[str, Format | None] | None:
    """Return the first IRI that the graph knows, as it is or without the suffix of a format."""
    for iri in candidates:
        if is_iri(iri) and reader.knows(iri):
            return iri, None
    for iri in candidates:
        stem, form = split_suffix(iri)
        if form and is_iri(stem) and reader.knows(stem):
            return stem, form
    return None


def spellings(prefix: str, mount: str, name: str) -> Sequence[str]:
    """Return the IRIs that a path may mean.

    They are the one that maps to this URI by RFC 3987, section 3.2 (letters decoded, other
    escapes kept), and the one with all escapes decoded.

    Args:
        prefix: what the IRIs begin with.
        mount: the part of the path that stands for it.
        name: the rest of the path, decoded.
    """
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "")
    # Servers hand over bytes as Latin-1 (PEP 3333); some clients send letters unescaped.
    path = raw.partition("?")[0].encode("latin-1", "replace").decode("utf-8", "replace")
    as_sent = uri_to_iri(path.removeprefix(mount)) if path.startswith(mount) else name
    return tuple(dict.fromkeys((prefix + as_sent, prefix + name)))


def see_other(path: str) -> Response:
    """Return 303 to the document about a thing, in the format that Accept asks for."""
    response = redirect(f"{path}.{accepted(request.accept_mimetypes).suffix}", 303)
    response.headers["Vary"] = "Accept"
    return Response(response.data, 303, response.headers, mimetype="text/html")


def rdf_document(triples: Iterable[ox.Triple], form: Format, path: str) -> Response:
    """Return triples as a document whose own address is ``path`` with its suffix."""
    media = form.media_type
    charset = "; charset=utf-8" if media.startswith("text/") else ""
    response = Response(serialise(triples, form), content_type=media + charset)
    return with_address(response, f"{path}.{form.suffix}")


def with_address(response: Response, address: str) -> Response:
    """Say where exactly this form of the document is (RFC 9110, section 8.7)."""
    response.headers["Content-Location"] = address
    response.headers["Vary"] = "Accept"
    return response


def alternates(path: str) -> list[tuple[str, str, str]]:
    """Return address, media type and name of each data format of a document."""
    return [(f"{path}.{form.suffix}", form.media_type, form.label) for form in FORMATS if form.rdf]


def about(reader: Reader, iri: str) -> set[ox.Triple]:
    """Return the triples about a thing.

    They are its own, those of its passages and offices, and each one that refers to it.
    """
    found: set[ox.Triple] = {quad.triple for quad in reader.incoming(iri)}
    waiting, seen = [iri], {iri}
    while waiting:
        for quad in reader.outgoing(waiting.pop()):
            found.add(quad.triple)
            part = quad.object
            if (
                isinstance(part, ox.NamedNode)
                and quad.predicate.value in _PARTS
                and part.value not in seen
            ):
                seen.add(part.value)
                waiting.append(part.value)
    return found
