"""``/search``: names, titles and quoted words, as a page and as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, jsonify, render_template, request

from kg.endpoint.current import current_store
from kg.errors import NotAcceptableError, ParameterError
from kg.pages.errors import sentence
from kg.pages.formats import wants_page
from kg.pages.links import Links
from kg.pages.searched import PARAMETERS, Shown, show
from kg.pages.searched_data import as_data
from kg.pages.searching import ask_index
from kg.search.answers import MOST, PAGE, Ask, Found
from kg.search.asking import LONGEST
from kg.search.days import whole_day
from kg.search.finding import search
from kg.search.index import Searched
from kg.search.kinds import KINDS, PARTIES
from kg.search.labels import AS_GOOD, GROUPS
from kg.search.naming import Named, foremost, like
from kg.vocabulary import ENTITIES

_LAST_PAGE = (MOST + PAGE) // PAGE
_SUGGESTED = 5
_FIRST_OFFERED = 12


@dataclass(frozen=True)
class _Seen:
    """What one look into the index gave."""

    found: Found
    near: tuple[Named, ...]
    offered: tuple[Named, ...]


def search_page() -> Response:
    """Answer ``/search``: a page for browsers, else JSON.

    Raises:
        ParameterError: a parameter does not fit (as data; a page says it above the form).
        NotAcceptableError: neither HTML nor JSON is wanted.
        ProblemError: the index is not there yet, or the search took too long.
    """
    page = _wants_page()
    links = Links(current_store().base)
    try:
        ask = _asked(request.args)
    except ParameterError as error:
        if not page:
            raise
        values = {name: request.args.get(name, "") for name in PARAMETERS}
        text = render_template(
            "search.html", values=values, seen=None, trouble=sentence(str(error)), kinds=KINDS
        )
        return _varied(Response(text, 400))
    seen = ask_index(lambda searched: _look(searched, ask))
    current = current_store().revision
    if not page:
        return _varied(jsonify(as_data(links, ask, seen.found, current)))
    shown: Shown = show(links, ask, seen.found, seen.near, seen.offered, current)
    values = {name: request.args.get(name, "") for name in PARAMETERS}
    return _varied(Response(render_template("search.html", values=values, seen=shown, trouble="")))


def _look(searched: Searched, ask: Ask) -> _Seen:
    found = search(searched, ask)
    near: tuple[Named, ...] = ()
    if not found.total and not found.kinds:
        missed = ask.party if "party" in found.unknown else ask.words
        kinds = PARTIES if "party" in found.unknown else tuple(ENTITIES)
        near = _nearest(searched, missed, kinds)
    offered = tuple(foremost(searched, GROUPS["entity"], _FIRST_OFFERED)) if ask.empty else ()
    return _Seen(found, near, offered)


def _nearest(searched: Searched, words: str, kinds: tuple[str, ...]) -> tuple[Named, ...]:
    near = like(searched, words, kinds)
    found = {named.iri: named for score, named in near if score >= near[0][0] - AS_GOOD}
    return tuple(found.values())[:_SUGGESTED]


def _wants_page() -> bool:
    form = request.args.get("format")
    if form is not None:
        if form not in ("html", "json"):
            raise NotAcceptableError(form, ["html", "json"])
        return form == "html"
    accept = request.accept_mimetypes
    offered = ["application/json", "text/html"]
    if accept.provided and accept.best_match(offered) is None:
        raise NotAcceptableError(accept.to_header(), offered)
    return wants_page(accept)


def _asked(given: Mapping[str, str]) -> Ask:
    """Return the question of a request.

    Raises:
        ParameterError: a value does not fit.
    """
    for name in PARAMETERS:
        if len(request.args.getlist(name)) > 1:
            raise ParameterError(name, "is there several times", "send one")
    values = {name: given.get(name, "").strip() for name in PARAMETERS}
    for name in ("q", "party", "article"):
        if len(values[name]) > LONGEST:
            raise ParameterError(name, f"is longer than {LONGEST} characters", "write less")
    if values["kind"] not in ("", *KINDS):
        raise ParameterError(
            "kind", f"{values['kind']!r} is no kind", f"write one of {', '.join(KINDS)}"
        )
    first, last = (whole_day(name, values[name]) for name in ("from", "to"))
    if first and last and first > last:
        raise ParameterError("to", "is before from", "write a later day")
    return Ask(
        words=values["q"],
        kind=values["kind"],
        party=values["party"],
        first=first,
        last=last,
        article=values["article"],
        page=_page(values["page"]),
    )


def _page(written: str) -> int:
    if not written:
        return 1
    if written.isascii() and written.isdigit() and 1 <= int(written[:6]) <= _LAST_PAGE:
        return int(written[:6])
    raise ParameterError(
        "page", f"{written[:20]!r} is no page", f"write a number from 1 to {_LAST_PAGE}"
    )


def _varied(response: Response) -> Response:
    response.headers["Vary"] = "Accept"
    return response
