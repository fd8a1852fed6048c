"""Uploaded RDF into plain triples; what makes a parser swell or crash is refused before it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from kg.endpoint.problems import ProblemError
from kg.formats import GRAPHS, JSONLD, RDFXML, Format

DEEPEST = 100
"""Deepest nesting of JSON-LD that is read."""

_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_PLACE = re.compile(r"(?:[Ll]ine|on line) (\d+)")


def upload_format(media_type: str | None) -> Format:
    """Return the format of an upload by its media type.

    Raises:
        ProblemError: 415, it is none in which a graph can be sent.
    """
    wanted = (media_type or "").strip().lower()
    for form in GRAPHS:
        if wanted in (form.media_type, *form.aliases):
            return form
    offered = ", ".join(form.media_type for form in GRAPHS)
    raise ProblemError(
        415, "content-type", "This content type is not taken",
        f"a graph cannot be read from {wanted}" if wanted else "the content type is missing",
        f"send {offered}", {"Accept": offered, "Accept-Post": offered},
    )  # fmt: skip


def as_ntriples(body: bytes, media_type: str, base: str | None) -> bytes:
    """Return an uploaded graph as N-Triples.

    Args:
        body: the upload, in UTF-8.
        media_type: its media type.
        base: what its relative IRIs are relative to.

    Raises:
        ProblemError: 400, it cannot be read, or is of a kind that is refused; 415.
    """
    form = upload_format(media_type)
    _check_encoding(body)
    if form == RDFXML:
        _check_xml(body)
    elif form == JSONLD:
        _check_jsonld(body)
    assert isinstance(form.engine, ox.RdfFormat)  # one of GRAPHS
    try:
        quads = ox.parse(
            body,
            form.engine,
            base_iri=base,
            without_named_graphs=True,
            rename_blank_nodes=True,
        )
        data = ox.serialize(_plain(quads), format=ox.RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError) as error:
        raise _unreadable(form, str(error)) from error
    assert data is not None  # no output was given
    return data


def _plain(quads: Iterator[ox.Quad]) -> Iterator[ox.Triple]:
    for quad in quads:
        if isinstance(quad.object, ox.Triple):
            raise _refused(
                "it has triples about triples (RDF 1.2)", "say what you mean with a node of its own"
            )
        yield quad.triple


def _check_encoding(body: bytes) -> None:
    try:
        if "\0" not in body.decode("utf-8"):
            return
        detail = "it has characters that text cannot have"
    except UnicodeDecodeError as error:
        detail = f"it is not UTF-8 (byte {error.start})"
    raise ProblemError(
        400, "upload-syntax", "The upload cannot be read", detail, "encode it as UTF-8"
    )


def _check_xml(body: bytes) -> None:
    # Entities are declared there, and a few lines of them make gigabytes.
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise _refused("RDF/XML with a DOCTYPE is not read", "take the DOCTYPE out")


def _check_jsonld(body: bytes) -> None:
    depth = 0
    for byte in _STRINGS.sub(b"", body):
        if byte in b"[{":
            depth += 1
            if depth > DEEPEST:
                raise _refused(
                    f"the JSON-LD is nested more than {DEEPEST} deep", "send it flat (flattened)"
                )
        elif byte in b"]}":
            depth -= 1
    try:
        _check_contexts(json.loads(body))
    except ValueError as error:
        raise _unreadable(JSONLD, str(error)) from error


def _check_contexts(data: Any) -> None:
    if isinstance(data, list):
        for item in data:
            _check_contexts(item)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key == "@import" or (key == "@context" and _is_remote(value)):
                raise _refused(
                    "the JSON-LD names a context that would have to be fetched",
                    "put the context itself into the document, or send it expanded",
                )
            _check_contexts(value)


def _is_remote(context: Any) -> bool:
    if isinstance(context, list):
        return any(_is_remote(item) for item in context)
    return isinstance(context, str)


def _unreadable(form: Format, detail: str) -> ProblemError:
    found = _PLACE.search(detail)
    members: dict[str, object] = {"line": int(found[1])} if found else {}
    return ProblemError(
        400, "upload-syntax", "The upload cannot be read",
        f"it is not {form.label}: {detail}", "correct it there, or name its format rightly",
        members=members,
    )  # fmt: skip


def _refused(detail: str, remedy: str) -> ProblemError:
    return ProblemError(400, "upload-refused", "The upload is not taken", detail, remedy)
