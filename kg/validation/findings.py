"""What validation finds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["violation", "warning"]


@dataclass(frozen=True, order=True)
class Finding:
    """One thing wrong in the graph.

    Args:
        graph: IRI of the named graph it is in.
        node: IRI of the node that it is about.
        rule: name of the rule: a shape of ``ontology/shapes.ttl`` or a rule of the graph.
        message: what is wrong.
        remedy: what to do about it.
        severity: ``violation``, or ``warning`` where the graph may stay as it is.
    """

    graph: str
    node: str
    rule: str
    message: str
    remedy: str
    severity: Severity = "violation"

    def __str__(self) -> str:
        return f"{self.severity} {self.rule}: <{self.node}>: {self.message}; {self.remedy}"

    def as_dict(self) -> dict[str, str]:
        """Return the finding as a record for JSON."""
        return asdict(self)
