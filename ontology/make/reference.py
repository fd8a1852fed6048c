"""Make docs/ontology.md from reference.md, example.yaml and the files of ontology/.

    python -m ontology.make.reference [check]

The prose stands in reference.md beside this file; ``{{name}}`` there is filled by one of the
functions here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from kg.states import State, read_states
from kg.vocabulary import DKG, PREFIXES, ROOT
from ontology.make.example import example
from ontology.make.output import finish

FOLDER = Path(__file__).resolve().parent.parent
PAGE = FOLDER.parent / "docs" / "ontology.md"

_MORE = Namespace("https://schema.org/")
_FACTS = {"Meeting", "Statement", "Position"}
_GROUPS = {
    "Meetings": "Meeting",
    "Statements": "Statement",
    "Positions": "Position",
    "Mentions": "Mention",
    "Articles": "NewsArticle",
    "Texts": "Entity",
    "Links between reports": "ReportMatch",
    "Event codes": "Concept",
    "Coded events": "CodedEvent",
}
"""Heading to the class whose properties stand under it."""


def page() -> str:
    """Return the page."""
    own = Graph().parse(FOLDER / "dkg.ttl")
    reused = Graph().parse(FOLDER / "reused.ttl")
    cameo = Graph().parse(FOLDER / "cameo.ttl")
    topics = Graph().parse(FOLDER / "topics.ttl")
    states = list(read_states(FOLDER / "states.tsv").values())
    values = {
        "version": str(own.value(URIRef(f"{ROOT}ns"), OWL.versionInfo)),
        "example": example(),
        "prefixes": _prefixes(),
        "classes": _classes(own),
        "properties": _properties(own),
        "reused classes": _reused(reused, RDFS.Class),
        "reused properties": _reused(reused, RDF.Property),
        "schemes": _schemes(),
        "topic count": _count(topics),
        "topics": _topics(topics),
        "cameo count": _count(cameo),
        "cameo": _cameo(cameo),
        "states": _kind(states, "state"),
        "former": _kind(states, "former"),
        "territories": _kind(states, "territory"),
        "state notes": _state_notes(states),
        "shapes": _shapes(),
    }
    template = (Path(__file__).parent / "reference.md").read_text(encoding="utf-8")
    return re.sub(r"\{\{(.+?)\}\}", lambda found: values[found[1]], template)


def _table(heads: str, rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table; ``heads`` names its columns, separated by commas."""
    names = heads.split(", ")
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    for row in rows:
        cells = [cell.replace("|", r"\|") for cell in row]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _text(graph: Graph, node: Node, term: URIRef) -> str:
    value = graph.value(node, term)
    return str(value) if isinstance(value, Literal) else ""


def _terms(nodes: Iterable[Node]) -> str:
    return ", ".join(sorted(f"`{_short(node)}`" for node in nodes))


def _short(node: Node) -> str:
    for prefix, iri in PREFIXES.items():
        if str(node).startswith(iri):
            return f"{prefix}:{str(node).removeprefix(iri)}"
    return str(node)


def _count(graph: Graph) -> str:
    return str(len(set(graph.subjects(RDF.type, SKOS.Concept))))


def _prefixes() -> str:
    used = ["dkg", "state", "schema", "prov", "org", "sem", "oa", "skos", "dcterms", "dc", "owl"]
    return _table("Prefix, IRI", ((f"`{p}:`", f"`{PREFIXES[p]}`") for p in used))


def _classes(own: Graph) -> str:
    return _table(
        "Class, Meaning, Narrows",
        (
            (f"`{_short(c)}`", _text(own, c, RDFS.comment), _terms(own.objects(c, RDFS.subClassOf)))
            for c in sorted(own.subjects(RDF.type, OWL.Class), key=str)
        ),
    )


def _properties(own: Graph) -> str:
    groups: dict[str, list[Node]] = {"Every fact": [], **{heading: [] for heading in _GROUPS}}
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty)
    for term in sorted({p for kind in kinds for p in own.subjects(RDF.type, kind)}, key=str):
        groups[_group(own, term)].append(term)
    return "\n\n".join(
        f"### {heading}\n\n" + _table("Property, Value, Meaning, Narrows", _rows(own, found))
        for heading, found in groups.items()
    )


def _group(own: Graph, term: Node) -> str:
    described = [*own.objects(term, RDFS.domain), *own.objects(term, _MORE.domainIncludes)]
    names = {_short(item).split(":")[1] for item in described}
    if len(names & _FACTS) > 1:
        return "Every fact"
    return next(heading for heading, name in _GROUPS.items() if name in (names or {"Mention"}))


def _rows(own: Graph, terms: Iterable[Node]) -> Iterable[Iterable[str]]:
    for term in terms:
        values = [*own.objects(term, RDFS.range), *own.objects(term, _MORE.rangeIncludes)]
        yield (
            f"`{_short(term)}`",
            _terms(values) or "anything",
            _text(own, term, RDFS.comment),
            _terms(own.objects(term, RDFS.subPropertyOf)),
        )


def _reused(reused: Graph, kind: URIRef) -> str:
    return _table(
        "Term, Here, Use",
        (
            (f"`{_short(t)}`", _text(reused, t, RDFS.label), _text(reused, t, RDFS.comment))
            for t in sorted(reused.subjects(RDF.type, kind), key=_short)
        ),
    )


def _schemes() -> str:
    graph = Graph().parse(FOLDER / "concepts.ttl")
    # The file's own order says more than the alphabet.
    text = (FOLDER / "concepts.ttl").read_text(encoding="utf-8")
    parts = []
    for name in ("status", "form", "mode", "stance", "means", "event"):
        scheme = URIRef(f"{ROOT}{name}")
        concepts = sorted(
            graph.subjects(SKOS.inScheme, scheme), key=lambda c: text.index(f"\n{_short(c)} a ")
        )
        parts += [
            f"### {_text(graph, scheme, RDFS.label)} (`{name}:`)",
            _text(graph, scheme, DCTERMS.description),
            _table(
                "Concept, Definition",
                ((f"`{_short(c)}`", _text(graph, c, SKOS.definition)) for c in concepts),
            ),
        ]
    return "\n\n".join(parts)


def _topics(graph: Graph) -> str:
    rows = []
    for top in sorted(graph.subjects(SKOS.topConceptOf), key=_short):
        rows.append(_topic(graph, top, "**{}**"))
        rows += [_topic(graph, t, "{}") for t in sorted(graph.subjects(SKOS.broader, top), key=str)]
    return _table("Topic, Name, What falls under it, Other names", rows)


def _topic(graph: Graph, topic: Node, form: str) -> tuple[str, ...]:
    return (
        f"`{_text(graph, topic, SKOS.notation)}`",
        form.format(_text(graph, topic, SKOS.prefLabel)),
        _text(graph, topic, SKOS.definition),
        ", ".join(sorted(str(name) for name in graph.objects(topic, SKOS.altLabel))),
    )


def _cameo(graph: Graph) -> str:
    codes = [str(code) for code in graph.objects(None, SKOS.notation)]
    rows = []
    for root in sorted(graph.subjects(SKOS.topConceptOf), key=str):
        code = _text(graph, root, SKOS.notation)
        below = sum(other.startswith(code) for other in codes) - 1
        rows.append(
            (
                f"`{_short(root)}`",
                _text(graph, root, SKOS.prefLabel),
                _text(graph, root, URIRef(DKG.goldstein)),
                str(below),
            )
        )
    return _table("Code, Name, Goldstein score, Codes below", rows)


def _kind(states: list[State], kind: str) -> str:
    return str(sum(state.kind == kind for state in states))


def _state_notes(states: list[State]) -> str:
    return _table(
        "Code, Name, Years, Note",
        (
            (f"`{s.code}`", s.name, f"{s.since}–{s.until}" if s.since else "", s.note)
            for s in states
            if s.note or s.kind == "former"
        ),
    )


def _shapes() -> str:
    graph = Graph().parse(FOLDER / "shapes.ttl")
    rows = []
    for shape in sorted(set(graph.subjects(SH.message)), key=str):
        warning = graph.value(shape, SH.severity) == SH.Warning
        rows.append(
            (
                f"`{str(shape).split('#')[1]}`",
                _text(graph, shape, SH.message),
                "warning" if warning else "violation",
            )
        )
    return _table("Rule, Says, Severity", rows)


if __name__ == "__main__":
    finish(PAGE, page())
