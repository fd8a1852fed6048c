"""The timeline: meetings, statements and positions over time, drawn and as a list by date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from flask import Response, render_template, request

from kg.pages.dates import in_words
from kg.pages.explore.asking import Asked, Crowd, ask
from kg.pages.explore.offered import busiest
from kg.pages.facts import KINDS, words
from kg.pages.fields import Field, fields
from kg.pages.query import library
from kg.pages.reading import Reader, Row, reading, text_of
from kg.vocabulary import DKG

DRAWN = 2000
LISTED = 300
_CROWD = Crowd(DKG.article)
_ABOUT = "dkg:holder|dkg:participant|dkg:target"


@dataclass(frozen=True)
class Event:
    """A fact with its time.

    Args:
        begin: first day, as ``YYYY-MM-DD``.
        end: last day.
        when: both in words.
        kind: ``meeting``, ``statement`` or ``position``.
        label: the fact in words.
        note: a meeting's status, where it is not simply one that took place.
        stance: of a position.
        changed: whether it is a change of position.
        printed: the time as the article prints it.
        href: the fact's page, with the words that prove it.
        article: the article's title.
        article_href: its page.
    """

    begin: str
    end: str
    when: str
    kind: str
    label: str
    note: str
    stance: str
    changed: bool
    printed: str
    href: str | None
    article: str
    article_href: str | None


def timeline() -> Response:
    """Answer ``/explore/timeline``; with ``of`` around one party or topic."""
    with reading() as reader:
        asked = _asked(reader)
        reader.name(text_of(row["article"]) for row in asked.rows[:DRAWN])
        events = [event for row in asked.rows[:DRAWN] if (event := _event(reader, row)) is not None]
        page = render_template(
            "explore_timeline.html",
            asked=asked,
            form=_form(reader, asked),
            years=_by_year(events[:LISTED]),
            listed=min(len(events), LISTED),
            drawn=len(events),
            total=len(asked.rows),
            data=[_drawn(event) for event in events],
            busiest=busiest(reader, "pages.timeline", "of", _ABOUT) if not asked.rows else (),
        )
        return Response(page, 200 if asked.fits else 400)


def _asked(reader: Reader) -> Asked:
    if request.args.get("of", "").strip():
        return ask(reader, "timeline-of", crowd=_CROWD)
    return ask(reader, "timeline", crowd=_CROWD)


def _form(reader: Reader, asked: Asked) -> list[Field]:
    """Return the fields of both queries: without a name in the first, everything is asked for."""
    if asked.query.name == "timeline-of":
        of, *days = asked.fields
    else:
        of, days = fields(reader, library()["timeline-of"], {"of": ""})[0], [*asked.fields]
    return [replace(of, required=False, hint="Empty: everything."), *days]


def _event(reader: Reader, row: Row) -> Event | None:
    kind = KINDS.get(text_of(row["kind"]))
    if kind is None:
        return None
    begin, end = text_of(row["begin"]), text_of(row.get("end"))
    status = text_of(row.get("status")).rpartition("/")[2]
    article = text_of(row["article"])
    return Event(
        begin=begin,
        end=end or begin,
        when=in_words(begin, end),
        kind=kind,
        label=words(text_of(row["label"])),
        note="" if status == "occurred" else status,
        stance=text_of(row.get("stance")).rpartition("/")[2],
        changed=text_of(row["changed"]) == "true",
        printed=text_of(row.get("dateText")),
        href=reader.links.href(text_of(row["fact"])),
        article=reader.label(article),
        article_href=reader.links.href(article),
    )


def _drawn(event: Event) -> dict[str, object]:
    """Return an event as the script draws it."""
    return {
        "begin": event.begin,
        "end": event.end,
        "when": event.when,
        "kind": event.kind,
        "label": event.label,
        "note": "changed" if event.changed else event.note,
        "stance": event.stance,
        "href": event.href,
    }


def _by_year(events: Sequence[Event]) -> list[tuple[str, list[Event]]]:
    return [(year, list(some)) for year, some in groupby(events, key=lambda one: one.begin[:4])]
