"""Says for each fact which rule and which words made it."""

from __future__ import annotations

from kg.extract.assemble import Extraction
from kg.facts import Fact, Meeting, Position, Statement


def explanation(extraction: Extraction) -> str:
    """Return a text with every fact, its rule, its words with their places, its confidence."""
    facts = extraction.facts
    lines = [f"{facts.article.title}", ""]
    for fact in facts.facts():
        trace = extraction.traces.get(fact.id)
        lines.append(f"{fact.id}  {describe(extraction, fact)}")
        lines.append(f"    rule {fact.method}, confidence {fact.confidence}")
        for part, start, end in trace.words if trace else ():
            words = " ".join(extraction.document.text[start:end].split())
            lines.append(f"    {part} [{start}-{end}] {_short(words)}")
    if extraction.unassigned:
        lines.append("")
        lines.append(f"targets without a topic: {len(extraction.unassigned)}")
        lines.extend(f"    {_short(target)}" for target in extraction.unassigned)
    if not any(True for _ in facts.facts()):
        lines.append("no facts found")
    return "\n".join(lines)


def describe(extraction: Extraction, fact: Fact) -> str:
    """Return a fact in one line."""
    parties = extraction.facts.parties

    def name(id: str) -> str:
        return parties[id].name if id in parties else id

    if isinstance(fact, Meeting):
        who = " and ".join(name(id) for id in fact.participants)
        where = f" in {fact.place}" if fact.place else ""
        when = f", {fact.date_text}" if fact.date_text else ""
        return f"meeting ({fact.status}, {fact.form}): {who}{where}{when}"
    if isinstance(fact, Statement):
        words = " … ".join(span.exact for span in fact.content)
        to = f" to {', '.join(name(id) for id in fact.addressee)}" if fact.addressee else ""
        return f"statement ({fact.mode}): {name(fact.speaker)}{to}: {_short(words)}"
    if isinstance(fact, Position):
        stance = "demands" if fact.demand else fact.stance
        return f"position ({fact.shown_by}): {name(fact.holder)} {stance} {fact.target_text}"
    return fact.id


def _short(words: str, limit: int = 140) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"
