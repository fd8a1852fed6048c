"""Pages and data of things: people, states, organisations, topics, facts."""

from __future__ import annotations

from flask import Response, render_template

from kg.endpoint.problems import nothing
from kg.pages.description import describe
from kg.pages.documents import (
    about,
    alternates,
    asked_format,
    find,
    rdf_document,
    see_other,
    spellings,
    with_address,
)
from kg.pages.formats import HTML, Format
from kg.pages.profiles import profile
from kg.pages.reading import Reader, reading
from kg.pages.reports import reports
from kg.vocabulary import STATE


def thing(name: str) -> Response:
    """Answer ``/id/…``: 303 to a document, or with a suffix or ``format=`` the document."""
    with reading() as reader:
        if name.startswith("state/"):
            known = spellings(STATE, "/id/state/", name.removeprefix("state/"))
        else:
            known = spellings(f"{reader.base}id/", "/id/", name)
        found = find(reader, known)
        if found is None:
            raise nothing(
                f"nothing in this graph has the address /id/{name}",
                "look for it by its name at /search",
            )
        iri, suffix = found
        form = suffix or asked_format()
        path = reader.links.path(iri) or ""
        if form is None:
            return see_other(path)
        return document(reader, iri, form, path)


def document(reader: Reader, iri: str, form: Format, path: str) -> Response:
    """Return the document about a thing in one format."""
    if form is not HTML:
        return rdf_document(about(reader, iri), form, path)
    seen = describe(reader, iri)
    page = render_template(
        "thing.html",
        seen=seen,
        profile=profile(reader, iri),
        reports=reports(reader, iri),
        alternates=alternates(path),
    )
    return with_address(Response(page), f"{path}.html")
