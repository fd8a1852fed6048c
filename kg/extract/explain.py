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
        lines.append(f"    {', '.join(details(extraction, fact))}")
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


def details(extraction: Extraction, fact: Fact) -> list[str]:
    """Return what is known of a fact beside its main words, each in a few words."""
    facts = extraction.facts
    found: list[str | None] = []

    def labels(ids: list[str]) -> list[str | None]:
        return [f"about: {facts.topics[id].label}" for id in ids if id in facts.topics]

    if isinstance(fact, Meeting):
        found = [fact.status, fact.form, fact.duration and _lasted(fact.duration)]
        found += [fact.date, fact.occasion and f"occasion: {fact.occasion}"]
        found += [fact.condition and f"if {fact.condition}", *labels(fact.about)]
    elif isinstance(fact, Statement):
        found = [fact.mode, fact.date, fact.said_at and f"said at {fact.said_at}"]
        found += labels(fact.about)
    elif isinstance(fact, Position):
        found = [f"shown by {fact.shown_by}"]
        if fact.voiced_by in facts.parties:
            found.append(f"voiced by {facts.parties[fact.voiced_by].name}")
        if fact.target in facts.topics:
            found.append(f"topic: {facts.topics[fact.target].label}")
        found += [
            fact.condition and f"if {fact.condition}",
            fact.statement and f"in {fact.statement}",
        ]
        found += [
            fact.valid_to and f"until {fact.valid_to}",
            fact.revises and f"revises {fact.revises}",
        ]
    found.append(fact.reported_by and f"reported in {fact.reported_by}")
    return [detail for detail in found if detail]


_UNITS = {"M": "minute", "H": "hour", "D": "day"}


def _lasted(duration: str) -> str:
    """Return a duration as words: "lasted 45 minutes"."""
    number, unit = duration.removeprefix("P").removeprefix("T")[:-1], _UNITS.get(duration[-1], "")
    if not number.isdigit() or not unit:
        return f"lasted {duration}"
    return f"lasted {number} {unit}{'' if number == '1' else 's'}"


def _short(words: str, limit: int = 140) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"
