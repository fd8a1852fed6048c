"""Asks a named query for a page that shows its answer in another way than as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from urllib.parse import urlencode

from flask import request, url_for

from kg.errors import ParameterError
from kg.pages.dates import in_words
from kg.pages.explore.recent import recent
from kg.pages.fields import Field, fields
from kg.pages.query import bound, library, names_of
from kg.pages.reading import Reader, Row, Term
from kg.queries import NamedQuery
from kg.search.counting import referring, reports, triples_with
from kg.search.index import Searched
from kg.vocabulary import DKG

MOST_WITHOUT_CHOICE = 1000
"""Rows of the busiest property up to which a page shows everything at once."""
_DAYS = ("from", "to")
"""Parameters that the index takes for the days under which facts are listed."""
_CHOOSING = ("names", "date", "text")


@dataclass(frozen=True)
class Crowd:
    """Facts of which there may be very many.

    Args:
        property: what they have: a role, or their article.
        of: whom they have in it; anybody where this is empty.
    """

    property: str
    of: str = ""


@dataclass(frozen=True)
class Asked:
    """A named query with the values that a page was asked with, and its answer.

    Args:
        query: the named query.
        values: parameter name to what was written.
        called: parameter name to what its value is called, where that is something with a name.
        form: makes its form.
        rows: its answer; empty where a value does not fit, or where a choice is wanted first.
        fits: whether all values fit.
        waits: whether the graph is so large that something should be chosen first.
        looked_at: how many facts the answer is of, where it is of the latest alone; else 0.
        since: the first day of these.
    """

    query: NamedQuery
    values: Mapping[str, str]
    called: Mapping[str, str]
    form: Callable[[], list[Field]]
    rows: tuple[Row, ...]
    fits: bool = True
    waits: bool = False
    looked_at: int = 0
    since: str = ""

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Its form."""
        return tuple(self.form())

    @property
    def href(self) -> str:
        """Where the same is asked on the query page."""
        since = {"from": self.since} if self.since else {}
        return named_href(self.query.name, {**self.values, **since})

    @property
    def cut(self) -> str:
        """What is left out, in words; nothing where nothing is."""
        if not self.looked_at:
            return ""
        since = f", from {in_words(self.since)} on" if self.since else ""
        return f"The latest {self.looked_at} facts are shown{since}."

    @property
    def question(self) -> str:
        """What was asked, in words."""
        return self.query.ask({**self.values, **self.called})


def given(query: NamedQuery) -> dict[str, str]:
    """Return the parameters of a query that the request has; other names are the page's own."""
    return {name: request.args[name] for name in query.parameters if name in request.args}


def ask(
    reader: Reader,
    name: str,
    values: Mapping[str, str] | None = None,
    crowd: Crowd | None = None,
    most: int | None = None,
) -> Asked:
    """Ask a named query.

    Args:
        reader: the revision to ask.
        name: the query.
        values: its parameters; by default those of the request.
        crowd: the facts that may be looked at. Where few fit, the search index gives the answer
            that the query would; where there are very many to look at, that of the latest. Where
            it is behind, nothing is asked about very many until something is chosen.
        most: how many are not very many; by default what a page can look at whole.
    """
    query = library()[name]
    values = given(query) if values is None else values
    try:
        text = bound(reader, query, values)
    except ParameterError as error:
        misfit = partial(fields, reader, query, values, error)
        return Asked(query, values, values, misfit, (), fits=False)
    called = names_of(reader, query, values)
    form = partial(fields, reader, query, values)
    if crowd is None:
        return Asked(query, values, called, form, tuple(reader.rows(text)))
    found = recent(reader, name, terms_of(reader, query, values), part=most is not None)
    dated = any(values.get(one) for one in _DAYS)
    if found is not None and found.whole and not dated:
        return Asked(query, values, called, form, found.rows)
    if crowded(reader, crowd, most):
        if found is not None:
            looked_at = 0 if found.whole else found.facts
            return Asked(
                query, values, called, form, found.rows, looked_at=looked_at, since=found.since
            )
        chosen = any(values.get(one.name) for one in form() if one.input in _CHOOSING)
        if most is not None or not chosen:
            return Asked(query, values, called, form, (), waits=True)
    return Asked(query, values, called, form, tuple(reader.rows(text)))


def terms_of(
    reader: Reader, query: NamedQuery, values: Mapping[str, str]
) -> Mapping[str, Term | None]:
    """Return what all parameters mean, also those that keep their default."""
    defaults = {name: one.default for name, one in query.parameters.items() if one.default}
    return query.terms({**defaults, **values}, reader.base, reader.resolve)


def named_href(name: str, values: Mapping[str, str]) -> str:
    """Return the address of a named query with its parameters."""
    return address(url_for("pages.named", name=name), **values)


def address(path: str, **values: str) -> str:
    """Return a host-relative address with a query."""
    return f"{path}?{urlencode(values)}" if values else path


def crowded(reader: Reader, crowd: Crowd, most: int | None = None) -> bool:
    """Tell whether very many facts may be looked at, without counting them all.

    Args:
        reader: the revision to look into.
        crowd: which facts.
        most: how many are not too many; by default what a page can look at whole.
    """
    limit = MOST_WITHOUT_CHOICE if most is None else most
    known = reader.look(lambda searched: _known(searched, crowd, limit))
    if known is not None:
        return known > limit
    what = f"<{crowd.of}>" if crowd.of else "?any"
    pattern = f"?fact <{crowd.property}> {what}"
    row = reader.row(f"SELECT (COUNT(*) AS ?n) {{ SELECT * {{ {pattern} }} LIMIT {limit + 1} }}")
    return bool(row) and int(row["n"].value) > limit


def _known(searched: Searched, crowd: Crowd, limit: int) -> int:
    if crowd.of:
        return referring(searched, crowd.of).get(crowd.property, 0)
    if crowd.property == DKG.article:
        return reports(searched, limit + 1)
    return triples_with(searched, crowd.property)
