"""Reads what a person writes for something in the graph: a code, path, IRI or name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from kg.errors import KgError
from kg.iris import article_key
from kg.queries.labels import Candidate, ResolveLabel
from kg.queries.terms import Term, iri
from kg.states import SLIP, is_state, nearest, states, suggest
from kg.vocabulary import FORM, MEANS, MODE, PREFIXES, STANCE, STATE, STATUS

CONCEPT_SPACES = (STATUS, STANCE, FORM, MODE, MEANS)

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S*|urn:\S+")
_KEY = re.compile(r"[\w-]+")
_PARTIES = ("person", "organisation", "group", "anonymous")
_NAMED = (*_PARTIES, "topic", "place", "occasion")
_FACTS = ("meeting", "statement", "position")
_PATHS: dict[str, tuple[str, ...]] = {
    "person": ("person",),
    "organisation": ("organisation",),
    "party": _PARTIES,
    "state": (),
    "topic": ("topic",),
    "place": ("place",),
    "occasion": ("occasion",),
    "entity": (*_NAMED, *_FACTS),
}
"""Type of parameter to the kinds of IRIs under ``{base}id/`` that it takes."""

_WITH_STATES = ("party", "state", "entity")


@dataclass(frozen=True)
class Setting:
    """The store that a value is read for.

    Args:
        base: its base IRI.
        resolve: finds what a label means in it; None where no graph can be asked.
    """

    base: str
    resolve: ResolveLabel | None = None


class UnfitError(KgError, ValueError):
    """A value that does not fit its type; becomes a ``ParameterError`` with the name."""

    def __init__(self, message: str, remedy: str) -> None:
        self.message, self.remedy = message, remedy
        super().__init__(f"{message}; {remedy}")


def read_entity(kind: str, written: str, setting: Setting) -> Term:
    """Return the entity that was written.

    Args:
        kind: the type of the parameter, such as ``person``.
        written: an IRI, a prefixed name, a path such as ``person/…``, a state's code, or a
            label or alias that one thing of that kind bears.
        setting: the store.

    Raises:
        UnfitError: it is none of them, is of another kind, or is called so by several.
    """
    absolute = _as_iri(written)
    if absolute is not None:
        return _checked(kind, absolute, setting)
    path = written.removeprefix("/").removeprefix("id/")
    first = path.partition("/")[0]
    if "/" in path and first in {*_NAMED, *_FACTS}:
        return _checked(kind, f"{setting.base}id/{quote_path(path)}", setting)
    if kind in _WITH_STATES and is_state(written):
        return iri(f"{STATE}{written}")
    return _by_label(kind, written, setting)


def read_state(written: str, setting: Setting) -> Term:
    """Return the state that was written: its code in upper or lower case, its name, its IRI.

    Raises:
        UnfitError: there is no such state.
    """
    if is_state(written.upper()):
        return iri(f"{STATE}{written.upper()}")
    return read_entity("state", written, setting)


def read_article(written: str, setting: Setting) -> Term:
    """Return the article that was written: its key, its IRI, its URL or its headline.

    Raises:
        UnfitError: it is none of them, or several articles have that headline.
    """
    if _KEY.fullmatch(written):
        return iri(f"{setting.base}article/{quote_path(written)}")
    if written.startswith(f"{setting.base}article/"):
        return _iri(written)
    found = setting.resolve("article", written).matches if setting.resolve else ()
    if len(found) > 1:
        raise UnfitError(
            f"{len(found)} articles are called {written!r}", f"write one of {_listed(found)}"
        )
    if found:
        return _iri(found[0].iri)
    if _ABSOLUTE.fullmatch(written):
        return iri(f"{setting.base}article/{article_key(None, _iri(written).value, '')}")
    raise UnfitError(
        f"no article is called {written!r}", "write its key, its URL or its whole headline"
    )


def quote_path(path: str) -> str:
    """Return a path with what no IRI may hold percent-encoded; letters of any script stay."""
    return "".join(c if c.isalnum() or ord(c) > 127 else quote(c, safe="/-._~%:@,;=") for c in path)


def _as_iri(written: str) -> str | None:
    if _ABSOLUTE.fullmatch(written):
        return written
    prefix, colon, local = written.partition(":")
    if colon and prefix in PREFIXES and not re.search(r"\s", local):
        return f"{PREFIXES[prefix]}{local}"
    return None


def _iri(written: str) -> Term:
    try:
        return iri(written)
    except ValueError:
        raise UnfitError(
            f"{written!r} is not an IRI", "write it whole, without spaces, quotes or brackets"
        ) from None


def _checked(kind: str, absolute: str, setting: Setting) -> Term:
    """Return an IRI as a term; one of this store must be of the kind that is wanted."""
    term = _iri(absolute)
    space = f"{setting.base}id/"
    if absolute.startswith(space):
        is_kind = absolute.removeprefix(space).partition("/")[0]
        if is_kind not in _PATHS[kind]:
            raise UnfitError(f"{is_kind}/… is not {_article_of(kind)}", _wanted(kind))
    elif absolute.startswith(STATE):
        if kind not in _WITH_STATES:
            raise UnfitError(f"{absolute} is a state, not {_article_of(kind)}", _wanted(kind))
        code = absolute.removeprefix(STATE)
        if not is_state(code):
            raise UnfitError(f"no state {code!r}", _which_state(code))
    elif absolute.startswith(CONCEPT_SPACES):
        raise UnfitError(f"{absolute} is not {_article_of(kind)}", _wanted(kind))
    return term


def _by_label(kind: str, label: str, setting: Setting) -> Term:
    found = setting.resolve(kind, label) if setting.resolve else None
    if found and len(found.matches) == 1:
        return _iri(found.matches[0].iri)
    if found and found.matches:
        raise UnfitError(
            f"{label!r} is the name of {len(found.matches)}",
            f"write one of {_listed(found.matches, setting.base)}",
        )
    if kind in _WITH_STATES:
        code = _code_of(label)
        if code:
            return iri(f"{STATE}{code}")
    if found and found.nearest and len(label) > SLIP:
        raise UnfitError(
            f"no {_named(kind)} is called {label!r}",
            f"did you mean {_listed(found.nearest, setting.base)}?",
        )
    remedy = _which_state(label) if kind == "state" else _wanted(kind)
    raise UnfitError(f"no {_named(kind)} is called {label!r}", remedy)


def _code_of(name: str) -> str | None:
    """Return the code of the state that bears just this name, whether a graph says so or not."""
    wanted = name.casefold()
    for state in nearest(name, limit=1):
        if wanted in {other.casefold() for other in (state.name, *state.names)}:
            return state.code
    return None


def _listed(candidates: Sequence[Candidate], base: str = "") -> str:
    return ", ".join(f"{c.label} ({_short(c.iri, base)})" for c in candidates)


def _short(absolute: str, base: str) -> str:
    code = absolute.removeprefix(STATE)
    if code in states():
        return code
    return absolute.removeprefix(f"{base}id/") if base else absolute


def _which_state(written: str) -> str:
    near = suggest(written)
    codes = f"did you mean {' or '.join(near)}? " if near else ""
    return f"{codes}write an alpha-3 code, such as RUS, or the state's English name"


def _named(kind: str) -> str:
    return {"entity": "thing"}.get(kind, kind)


def _article_of(kind: str) -> str:
    name = _named(kind)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _wanted(kind: str) -> str:
    example = (_PATHS[kind] or ("person",))[0]
    codes = "a state's alpha-3 code, " if kind in _WITH_STATES else ""
    return f"write a name that the graph knows, {codes}a path such as {example}/…, or an IRI"
