"""Which format an answer takes: Accept with q-values (RFC 9110, 12.5.1), and ``format=``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.errors import NotAcceptableError
from kg.formats import Format


@dataclass(frozen=True)
class Choice:
    """A format, and the media type by which the client knows it."""

    format: Format
    media_type: str

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header."""
        return self.format.content_type(self.media_type)


_RANGE = re.compile(
    r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)/([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*((?:;[^,]*)?)$"
)
_QUALITY = re.compile(r";\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)", re.IGNORECASE)


def negotiate(accept: str | None, offered: Sequence[Format], *, named: str | None = None) -> Choice:
    """Choose a format.

    The highest q-value wins; among equals a type that is named beats a wildcard, then the order
    of ``offered`` decides. A browser, which asks for HTML first and takes anything, gets the
    first one offered rather than XML.

    Args:
        accept: Accept header; None or empty means anything.
        offered: the formats there are, best first.
        named: value of ``format=``, which overrides the header: names or media types with
            commas between them, of which the first one known is taken.

    Raises:
        NotAcceptableError: none fits; it lists what there is.
    """
    if named is not None:
        return _by_name(named, offered)
    if accept is None or not accept.strip():
        return Choice(offered[0], offered[0].media_type)
    ranges = _ranges(accept)
    browser = any(kind == "text/html" and quality > 0 for kind, quality in ranges)
    best: tuple[float, int] = (0.0, -1)
    choice: Choice | None = None
    for form in offered:
        for media_type in (form.media_type, *form.aliases):
            quality, precision = _quality(media_type, ranges)
            if browser and media_type in ("application/xml", "text/xml"):
                continue
            if media_type != form.media_type and precision < 2:
                continue  # an alias is for those who ask by that name
            if quality > 0 and (quality, precision) > best:
                best = (quality, precision)
                choice = Choice(form, media_type)
    if choice is None:
        raise NotAcceptableError(accept, [form.media_type for form in offered])
    return choice


def _by_name(named: str, offered: Sequence[Format]) -> Choice:
    for name in named.split(","):
        wanted = name.strip().lower().replace(" ", "+")  # a plus in a query string is a space
        for form in offered:
            if wanted in (form.suffix, *form.names):
                return Choice(form, form.media_type)
            if wanted in (form.media_type, *form.aliases):
                return Choice(form, wanted)
    raise NotAcceptableError(named, [form.suffix for form in offered])


def _ranges(accept: str) -> list[tuple[str, float]]:
    """Return the media ranges of a header with their q-values; what is malformed is left out."""
    found = []
    for part in accept.split(","):
        match = _RANGE.match(part)
        if match is None:
            continue
        quality = _QUALITY.search(match[3])
        found.append((f"{match[1]}/{match[2]}".lower(), float(quality[1]) if quality else 1.0))
    return found


def _quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> tuple[float, int]:
    """Return the q-value of the most precise range that covers a type, and how precise it is."""
    main = media_type.partition("/")[0]
    found = (0.0, -1)
    for kind, quality in ranges:
        precision = {media_type: 2, f"{main}/*": 1, "*/*": 0}.get(kind, -1)
        if precision > found[1]:
            found = (quality, precision)
    return found
