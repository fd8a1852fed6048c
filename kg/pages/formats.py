"""The forms in which a page's content is given, chosen by suffix, ``format=`` or Accept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox
from werkzeug.datastructures import MIMEAccept

from kg.errors import NotAcceptableError
from kg.formats import GRAPHS
from kg.vocabulary import PREFIXES


@dataclass(frozen=True)
class Format:
    """One form of a description.

    Args:
        suffix: file name suffix and value of ``format=``.
        media_type: what is sent as Content-Type.
        label: name for people.
        rdf: how pyoxigraph calls it; None for HTML.
        asked_as: further media types that mean it.
    """

    suffix: str
    media_type: str
    label: str
    rdf: ox.RdfFormat | None = None
    asked_as: tuple[str, ...] = ()


HTML = Format("html", "text/html", "HTML", asked_as=("application/xhtml+xml",))
RDF_FORMATS = tuple(
    Format(form.suffix, form.media_type, form.label, form.engine, form.aliases)
    for form in GRAPHS
    if isinstance(form.engine, ox.RdfFormat)
)
FORMATS = (HTML, *RDF_FORMATS)
_BY_SUFFIX = {form.suffix: form for form in FORMATS}
_BY_MEDIA = {media: form for form in FORMATS for media in (form.media_type, *form.asked_as)}


def split_suffix(path: str) -> tuple[str, Format | None]:
    """Return a path without a known suffix, and the format which that suffix names."""
    stem, dot, suffix = path.rpartition(".")
    form = _BY_SUFFIX.get(suffix)
    return (stem, form) if dot and stem and form else (path, None)


def named(name: str) -> Format:
    """Return the format that ``format=`` asks for, by suffix or media type.

    Raises:
        NotAcceptableError: there is none of that name.
    """
    form = _BY_SUFFIX.get(name) or _BY_MEDIA.get(name)
    if form is None:
        raise NotAcceptableError(name, [form.suffix for form in FORMATS])
    return form


def accepted(accept: MIMEAccept) -> Format:
    """Return the format that fits an Accept header best; HTML where anything will do.

    Raises:
        NotAcceptableError: none fits.
    """
    if not accept.provided:
        return HTML
    best = accept.best_match(list(_BY_MEDIA))
    if best is None:
        raise NotAcceptableError(accept.to_header(), [form.media_type for form in FORMATS])
    return _BY_MEDIA[best]


def wants_page(accept: MIMEAccept) -> bool:
    """Tell whether a browser asks: it names HTML, where programs take anything."""
    return any(media == HTML.media_type and quality > 0 for media, quality in accept)


def serialise(triples: Iterable[ox.Triple], form: Format) -> bytes:
    """Return triples in an RDF format, in a fixed order and with the project's prefixes."""
    ordered = sorted(triples, key=str)
    prefixes = PREFIXES if form.rdf != ox.RdfFormat.N_TRIPLES else None
    data = ox.serialize(ordered, format=form.rdf, prefixes=prefixes)
    assert data is not None  # no output was given
    return data
