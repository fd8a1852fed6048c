"""Make ontology/cameo.ttl from a table of CAMEO event codes.

    python -m ontology.make.cameo [TABLE] [check]

The table (ontology/cameo.tsv) has the columns code, label, goldstein and root. It lists the
event codes of CAMEO, the Conflict and Mediation Event Observations codebook by Philip A. Schrodt
(2012), with the Goldstein scores that the GDELT project (https://www.gdeltproject.org/) gives
them; GDELT allows free use with attribution. A code stands below the longest other code that
begins it: 0211 below 021, 021 below its root 02.
"""

from __future__ import annotations

from pathlib import Path

from ontology.make.output import arguments, finish
from ontology.make.scheme import Concept, rows, turtle

FOLDER = Path(__file__).resolve().parent.parent
SOURCE = "http://data.gdeltproject.org/documentation/CAMEO.Manual.1.1b3.pdf"


def make(table: Path) -> str:
    """Return the scheme of event codes as Turtle.

    Raises:
        ValueError: a code is given twice, or has no root in the table.
    """
    found = {}
    for row in rows(table):
        if row["code"] in found:
            raise ValueError(f"{table}: code {row['code']} is given twice; remove one line")
        found[row["code"]] = row
    concepts = []
    for code, row in found.items():
        if row["root"] not in found:
            raise ValueError(f"{table}: code {code} has the root {row['root']}, which is not there")
        above = next((code[:n] for n in range(len(code) - 1, 1, -1) if code[:n] in found), "")
        # Roots are in capitals in the source.
        label = row["label"].capitalize() if row["label"].isupper() else row["label"]
        label = label[0].upper() + label[1:]
        concepts.append(
            Concept(
                notation=code,
                label=label,
                definition=_definition(code, row, found),
                broader=above,
                goldstein=row["goldstein"],
            )
        )
    return turtle(
        "cameo",
        "CAMEO event codes",
        "Codes for acts between parties, from statements to mass violence, of the Conflict and"
        " Mediation Event Observations codebook, with Goldstein scores.",
        SOURCE,
        concepts,
        "# Made by ontology/make/cameo.py from cameo.tsv.\n"
        "# Codes: CAMEO codebook 1.1b3 (P. A. Schrodt, 2012). Scores: the GDELT project.",
    )


def _definition(code: str, row: dict[str, str], found: dict[str, dict[str, str]]) -> str:
    root = found[row["root"]]["label"].capitalize()
    if code == row["root"]:
        return f"CAMEO root code {code}: all events of the class '{root}'."
    if code == f"{row['root']}0":
        return f"CAMEO code {code}: an event of the class '{root}' that is not specified further."
    return f"CAMEO code {code} of the class '{root}': {row['label'][0].lower()}{row['label'][1:]}."


if __name__ == "__main__":
    (table,) = arguments() or [str(FOLDER / "cameo.tsv")]
    finish(FOLDER / "cameo.ttl", make(Path(table)))
