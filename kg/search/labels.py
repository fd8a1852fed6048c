"""What a label means, answered by the index; for the parameters of named queries."""

from __future__ import annotations

from collections.abc import Callable

from kg.queries import Candidate, Found, ResolveLabel
from kg.search.index import Searched
from kg.search.kinds import PARTIES
from kg.search.naming import Named, bearing, like
from kg.vocabulary import ENTITIES

GROUPS: dict[str, tuple[str, ...]] = {
    **{kind: (kind,) for kind in ENTITIES},
    "party": PARTIES,
    "entity": tuple(ENTITIES),
}
"""What a parameter may want to the kinds of it."""

_SHOWN = 5
AS_GOOD = 8
"""How much less like a name may be than the likest, to be worth a reader's time."""


class IndexLabels:
    """Resolves labels by the index where it is as new as the revision that is asked.

    Args:
        look: looks into the index; None where it has another revision, or where there is none.
        otherwise: resolves what the index cannot.
    """

    def __init__(
        self,
        look: Callable[[Callable[[Searched], Found]], Found | None],
        otherwise: ResolveLabel,
    ) -> None:
        self._look, self._otherwise = look, otherwise

    def __call__(self, kind: str, label: str) -> Found:
        """Return what bears the label in whatever case and accents, else what nearly does."""
        if kind in GROUPS:
            found = self._look(lambda searched: _found(searched, GROUPS[kind], label))
            if found is not None:
                return found
        return self._otherwise(kind, label)


def _found(searched: Searched, kinds: tuple[str, ...], label: str) -> Found:
    named = bearing(searched, label, kinds)
    if named:
        return Found(tuple(sorted({_candidate(one) for one in named})))
    near = like(searched, label, kinds)
    best = dict.fromkeys(_candidate(one) for score, one in near if score >= near[0][0] - AS_GOOD)
    return Found((), tuple(best)[:_SHOWN])


def _candidate(named: Named) -> Candidate:
    return Candidate(named.label, named.iri)
