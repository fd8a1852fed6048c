"""Make ontology/topics.ttl from ontology/topics.tsv.

    python -m ontology.make.topics [TABLE] [check]

A topic is broad: articles name narrower ones of their own and say which of these they belong to.
"""

from __future__ import annotations

from pathlib import Path

from ontology.make.output import arguments, finish
from ontology.make.scheme import Concept, rows, turtle

FOLDER = Path(__file__).resolve().parent.parent


def make(table: Path) -> str:
    """Return the scheme of topics as Turtle."""
    concepts = [
        Concept(
            notation=row["id"],
            label=row["label"],
            definition=row["definition"],
            broader=row["broader"],
            names=tuple(name.strip() for name in row["names"].split(";") if name.strip()),
        )
        for row in rows(table)
    ]
    return turtle(
        "topic",
        "Topics of diplomacy",
        "Broad topics of diplomacy, under which the topics of articles are put.",
        "",
        concepts,
        "# Made by ontology/make/topics.py from topics.tsv; correct that instead.",
    )


if __name__ == "__main__":
    (table,) = arguments() or [str(FOLDER / "topics.tsv")]
    finish(FOLDER / "topics.ttl", make(Path(table)))
