"""Reports of figures as text and as data."""

from __future__ import annotations

from typing import Any

from kg.evaluate.scores import Figure
from kg.evaluate.scoring import Report


def as_text(report: Report, errors: bool) -> str:
    """Return a report for people: a line for each kind, then the errors if wanted."""
    lines = [f"{report.source}: {report.documents} texts"]
    for figure in report.figures.values():
        lines.append("  " + _line(figure))
    if errors:
        for figure in report.figures.values():
            lines.extend(f"  missed  {figure.name}: {text}" for text in figure.misses)
            lines.extend(f"  false   {figure.name}: {text}" for text in figure.false)
    return "\n".join(lines)


def _line(figure: Figure) -> str:
    total = figure.total
    low, high = figure.interval()
    if figure.measure == "accuracy":
        shown = f"right {total.recall:.3f} ({total.right} of {total.gold})"
    else:
        shown = (
            f"P {total.precision:.3f}  R {total.recall:.3f}  F {total.f:.3f} "
            f"({total.right} right, {total.found} found, {total.gold} gold)"
        )
    return f"{figure.name:42} {shown}  95 % {low:.3f}–{high:.3f}"


def as_data(report: Report, errors: bool) -> dict[str, Any]:
    """Return a report as plain data."""
    figures = []
    for figure in report.figures.values():
        total = figure.total
        low, high = figure.interval()
        row: dict[str, Any] = {
            "name": figure.name,
            "measure": figure.measure,
            "value": figure.value(),
            "low": low,
            "high": high,
            "precision": total.precision,
            "recall": total.recall,
            "right": total.right,
            "found": total.found,
            "gold": total.gold,
        }
        if errors:
            row["missed"], row["false"] = figure.misses, figure.false
        figures.append(row)
    return {"gold": report.source, "texts": report.documents, "figures": figures}
