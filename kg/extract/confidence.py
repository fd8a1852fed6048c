"""How sure a rule is: measured where it could be (``confidence.yaml``)."""

from __future__ import annotations

from functools import cache

from kg.extract.lexicon.files import load_yaml


@cache
def _measured() -> dict[str, float]:
    table = load_yaml("confidence.yaml")["rules"]
    return {str(rule): float(value) for rule, value in table.items()}


def confidence(rule: str, given: float) -> float:
    """Return the measured confidence of a rule, or the one given where it was not measured."""
    return _measured().get(rule, given)
