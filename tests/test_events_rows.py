"""Rows of event tables: each is mapped, out of scope, or refused with line, column and reason."""

from __future__ import annotations

import csv
import json
import random
import re
from importlib import resources
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph
from tables import COLUMNS, load_table, row, usual_rows, write

from kg.events.codes import event_codes, fips, kinds, read_actor, state_code
from kg.events.columns import Columns, gdelt, read_columns
from kg.events.parts import Part
from kg.events.rows import RowError, Rows
from kg.events.shards import Mapped, Task, map_part
from kg.events.terms import address, decimal, literal
from kg.iris import DEFAULT_BASE
from kg.resources import resource
from kg.states import is_state, states
from kg.store import Store
from kg.vocabulary import CAMEO, DKG, EVENT, STATE

KEY = "20310512114500-export"
GRAPH = ox.NamedNode(f"{DEFAULT_BASE}graph/events/{KEY}")
EVENT_IRI = f"{DEFAULT_BASE}id/event/{KEY}/"


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "store") as opened:
        yield opened


def table(tmp_path: Path, rows: list[str], name: str = "20310512114500.export.CSV") -> Path:
    return write(tmp_path / name, rows)


def about(store: Store, id: int, term: str) -> list[str]:
    """Return the values that an event has for a property, shortened."""
    with store.snapshot() as snapshot:
        found = snapshot.ox.quads_for_pattern(
            ox.NamedNode(f"{EVENT_IRI}{id}"), ox.NamedNode(term), None, GRAPH
        )
        return sorted(quad.object.value for quad in found)


def test_a_row_becomes_an_event_with_all_it_says(store: Store, tmp_path: Path):
    """Code, kind, parties, day, time of entry, place, source, mentions, tone, score, label."""
    line = row(7, "1122", "RUSGOV", "USA", SQLDATE="20310511", AvgTone="-1.50", NumMentions="012",
               Actor1Name="KREMLIN", Actor2Name='SAID "NO"\\ ', GoldsteinScale="-2.0")  # fmt: skip
    summary = load_table(store, table(tmp_path, [line]))
    assert summary.rows["mapped"] == summary.rows.total() == 1
    schema, terms = "https://schema.org/", "http://purl.org/dc/terms/"
    assert about(store, 7, DKG.actCode) == [CAMEO.term("1122")]
    assert about(store, 7, f"{terms}type") == [EVENT.term("disapproval")]
    assert about(store, 7, f"{schema}agent") == [STATE.term("RUS")]
    assert about(store, 7, f"{schema}object") == [STATE.term("USA")]
    assert about(store, 7, "http://www.w3.org/2000/01/rdf-schema#label") == [
        'Accuse of human rights abuses: KREMLIN → SAID "NO"\\ , 2031-05-11'
    ]
    assert about(store, 7, "http://semanticweb.cs.vu.nl/2009/11/sem/hasTimeStamp") == ["2031-05-11"]
    assert about(store, 7, f"{schema}dateCreated") == ["2031-05-12T11:45:00Z"]
    assert about(store, 7, DKG.lag) == ["1"] and summary.lagging == 1
    assert about(store, 7, DKG.mentionCount) == ["12"]
    assert about(store, 7, DKG.tone) == ["-1.5"]
    assert about(store, 7, DKG.goldstein) == ["-2"]
    assert about(store, 7, f"{terms}source") == ["https://news.example.org/2031/05/12/talks"]
    (place,) = about(store, 7, f"{schema}location")
    with store.snapshot() as snapshot:
        names = ox.NamedNode(f"{DEFAULT_BASE}graph/event-names")
        found = {
            quad.predicate.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1]: quad.object.value
            for quad in snapshot.ox.quads_for_pattern(ox.NamedNode(place), None, None, names)
        }
    assert found == {
        "type": f"{schema}Place",
        "label": "Geneva, Geneve, Switzerland",
        "containedInPlace": STATE.term("CHE"),
        "latitude": "46.2",
        "longitude": "6.16667",
    }


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("010", "statement"), ("017", "statement"), ("020", "demand"), ("0231", "demand"),
        ("036", "planned-meeting"), ("030", ""), ("040", "meeting"), ("042", "meeting"),
        ("045", "mediation"), ("046", "meeting"), ("051", "support"), ("060", ""),
        ("100", "demand"), ("1041", "demand"), ("112", "disapproval"), ("129", "rejection"),
        ("139", "threat"), ("1385", "threat"), ("140", ""), ("190", ""), ("203", ""),
    ],
)  # fmt: skip
def test_a_code_stands_for_a_kind(code: str, kind: str):
    assert event_codes()[code].kind == kind


def test_every_code_and_every_kind_is_known():
    """The kinds of the table are the concepts of the scheme, and all codes are CAMEO's."""
    graph = Graph().parse(resource("ontology") / "concepts.ttl")
    scheme = {str(s).removeprefix(EVENT) for s in graph.subjects() if str(s).startswith(EVENT)}
    assert scheme == set(kinds()) and len(event_codes()) == 312


def test_meetings_need_two_parties_and_other_kinds_are_counted(store: Store, tmp_path: Path):
    """The counts add up; --all-events keeps them all, without a kind that they do not have."""
    rows = [
        row(1, "042", "USA"), row(2, "036", "", "USA"), row(3, "045", "USA"), row(4, "190", "USA"),
        row(5, "010"), row(6, "010", "", "FRA"), row(7, "040", "FRA", "DEU"), row(8, "1712"),
    ]  # fmt: skip
    path = table(tmp_path, rows)
    summary = load_table(store, path)
    assert summary.rows == {
        "one party alone": 3, "other kinds": 2, "no party": 1, "mapped": 2, "rejected": 0
    }  # fmt: skip
    again = load_table(store, path, all_events=True)
    assert again.tables == {"replaced": 1}
    assert again.rows["mapped"] == 8 == again.rows.total()
    assert about(store, 1, "http://purl.org/dc/terms/type") == []
    assert about(store, 4, DKG.actCode) == [CAMEO.term("190")]


@pytest.mark.parametrize(
    ("code", "country", "state", "label", "organisation"),
    [
        ("USA", "USA", "USA", "United States", ""),
        ("USAGOV", "USA", "USA", "government, United States", ""),
        ("ISRMIL", "ISR", "ISR", "military, Israel", ""),
        ("USALEG", "USA", "", "legislature, United States", ""),
        ("GOVBUS", "", "", "government, business", ""),
        ("USAGOVBUS", "USA", "", "government, business, United States", ""),
        ("TMP", "TMP", "TLS", "Timor-Leste", ""),
        ("ROM", "ROM", "ROU", "Romania", ""),
        ("MTN", "MTN", "MNE", "Montenegro", ""),
        ("NAM", "NAM", "NAM", "Namibia", ""),
        ("NMR", "NMR", "", "North America", ""),
        ("ZAF", "ZAF", "ZAF", "South Africa", ""),
        ("SAF", "SAF", "", "Southern Africa", ""),
        ("EUR", "EUR", "", "Europe", ""),
        ("AFR", "AFR", "", "Africa", ""),
        ("HKG", "HKG", "", "Hong Kong", ""),
        ("SUN", "", "", "Sunnis", ""),
        ("SUN", "SUN", "SUN", "Soviet Union", ""),
        ("IGOUNO", "", "", "intergovernmental organisation, United Nations", "United Nations"),
        ("IGOEUREEC", "EUR", "", "intergovernmental organisation, Europe, European Union",
         "European Union"),
        ("IGOUNOMED", "", "", "intergovernmental organisation, United Nations, media", ""),
        ("kur", "", "", "kur", ""),
    ],
)  # fmt: skip
def test_an_actor_is_a_state_only_where_it_acts_for_one(code, country, state, label, organisation):
    actor = read_actor(code, "NAME", country)
    assert actor is not None
    home = states()[state].name if state and label == states()[state].name else label
    assert (actor.state, actor.label, actor.organisation) == (state, home, organisation)


def test_no_region_or_body_is_a_state():
    """The table of parts gives a state's code only for states, and no part is a state of ISO."""
    with (resource("ontology") / "cameo_actors.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader((x for x in file if not x.startswith("#")), delimiter="\t"))
    assert len({line["code"] for line in rows}) == len(rows) > 150
    for line in rows:
        assert re.fullmatch("[A-Z]{3}", line["code"]) and line["name"], line
        if line["kind"] == "state":
            assert is_state(line["state"]) and line["code"] not in states(), line
            assert state_code(line["code"]) == line["state"]
        elif line["kind"] in ("region", "territory"):
            assert state_code(line["code"]) == "", line
    assert state_code("QZQ") is None and state_code("FRA") == "FRA"


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("UK", "GBR"), ("CH", "CHN"), ("SZ", "CHE"), ("AS", "AUS"), ("AU", "AUT"), ("GM", "DEU"),
        ("RS", "RUS"), ("RI", "SRB"), ("IZ", "IRQ"), ("IR", "IRN"), ("IS", "ISR"), ("IC", "ISL"),
        ("NI", "NGA"), ("NG", "NER"), ("SF", "ZAF"), ("KS", "KOR"), ("KN", "PRK"), ("UP", "UKR"),
        ("TU", "TUR"), ("TX", "TKM"), ("KV", "XKX"), ("WE", "PSE"), ("GZ", "PSE"), ("VT", "VAT"),
        ("YI", "SCG"), ("OD", "SSD"), ("BM", "MMR"), ("CG", "COD"), ("CF", "COG"), ("OS", ""),
    ],
)  # fmt: skip
def test_country_codes_of_places_are_not_those_of_iso(code: str, state: str):
    assert fips()[code] == state


def test_every_country_code_leads_to_a_country():
    assert set(fips().values()) - {""} <= set(states()) and len(fips()) > 270
    present = {code for code, state in states().items() if state.kind == "state"}
    assert present - set(fips().values()) == set()


BAD = [
    ({"cut": True}, None, "has 60 columns, not 61"),
    ({"GLOBALEVENTID": "1.23E+9"}, "GLOBALEVENTID", "spreadsheet"),
    ({"GLOBALEVENTID": "881990832.0"}, "GLOBALEVENTID", "spreadsheet"),
    ({"GLOBALEVENTID": "a b"}, "GLOBALEVENTID", "cannot be part of an IRI"),
    ({"GLOBALEVENTID": ""}, "GLOBALEVENTID", "cannot be part of an IRI"),
    ({"SQLDATE": "20310229"}, "SQLDATE", "no YYYYMMDD of the calendar"),
    ({"SQLDATE": "00000000"}, "SQLDATE", "no YYYYMMDD of the calendar"),
    ({"SQLDATE": "2.0310512E7"}, "SQLDATE", "spreadsheet"),
    ({"DATEADDED": "20310512246000"}, "DATEADDED", "no YYYYMMDDHHMMSS"),
    ({"DATEADDED": "2.03105E+13"}, "DATEADDED", "spreadsheet"),
    ({"EventCode": "999", "EventRootCode": "99"}, "EventCode", "unknown event code '999'"),
    ({"EventCode": "42", "EventRootCode": "4"}, "EventCode", "has lost a zero"),
    ({"EventCode": "10", "EventRootCode": "1"}, "EventCode", "has lost a zero"),
    ({"EventCode": "112", "EventRootCode": "04"}, "EventCode", "does not begin with its root"),
    ({"EventCode": "", "EventRootCode": ""}, "EventCode", "unknown event code ''"),
    ({"Actor1Code": "QQQ", "Actor1CountryCode": "QQQ"}, "Actor1Code", "unknown actor code 'QQQ'"),
    ({"Actor2Code": "US<A"}, "Actor2Code", "unknown actor code"),
    ({"Actor2Code": "USAG"}, "Actor2Code", "unknown actor code"),
    ({"ActionGeo_CountryCode": "QQ"}, "ActionGeo_CountryCode", "unknown country code 'QQ'"),
    ({"ActionGeo_Lat": "90.5"}, "ActionGeo_Lat", "decimal degrees from -90 to 90"),
    ({"ActionGeo_Lat": ""}, "ActionGeo_Lat", "is no latitude"),
    ({"ActionGeo_Long": "-180.01"}, "ActionGeo_Long", "decimal degrees from -180 to 180"),
    ({"ActionGeo_Long": "nan"}, "ActionGeo_Long", "is no longitude"),
    ({"NumMentions": "4.0"}, "NumMentions", "no whole number"),
    ({"NumMentions": "-4"}, "NumMentions", "no whole number"),
    ({"AvgTone": "inf"}, "AvgTone", "is no number"),
    ({"GoldsteinScale": "x"}, "GoldsteinScale", "is no number"),
]


@pytest.mark.parametrize(("changes", "column", "reason"), BAD, ids=lambda value: str(value)[:40])
def test_a_wrong_row_is_refused_with_line_column_and_reason(
    changes, column, reason, store: Store, tmp_path: Path
):
    """The rows around it are loaded; the file of rejects has the row and why."""
    changed = {name: value for name, value in changes.items() if name != "cut"}
    wrong = row(2, "042", "USA", "FRA")
    fields = wrong.split("\t")
    for name, value in changed.items():
        fields[COLUMNS[name] - 1] = value
    wrong = "\t".join(fields[:60] if "cut" in changes else fields)
    path = table(tmp_path, [row(1, "042", "USA", "FRA"), wrong, row(3, "042", "USA", "FRA")])
    summary = load_table(store, path)
    assert (summary.rows["mapped"], summary.rows["rejected"], summary.rows.total()) == (2, 1, 3)
    assert summary.rejects is not None
    (line,) = summary.rejects.read_text(encoding="utf-8").splitlines()
    record = json.loads(line)
    number = COLUMNS[column] if column else None
    assert (record["line"], record["column"], record["record"]) == (2, number, wrong)
    assert reason in record["reasons"][0]
    place = f"{path}:2:{number}: " if number else f"{path}:2: "
    assert record["reasons"][0].startswith(place) and "; " in record["reasons"][0]


def test_bytes_that_are_no_text_are_refused(store: Store, tmp_path: Path):
    """Wrong UTF-8, and characters that no graph may hold; CR LF and a BOM are none of that."""
    good = row(1, "042", "USA", "FRA")
    path = tmp_path / "20310512114500.export.CSV"
    latin = row(2, "042", "USA", "FRA", ActionGeo_FullName="Münster").encode("latin-1")
    nul = row(3, "042", "USA", "FRA", Actor2Name="FR\0ANCE").encode()
    inner = row(4, "042", "USA", "FRA", Actor1Name="U\rSA").encode()
    last = row(5, "042", "USA", "FRA", ActionGeo_FullName="Zürich \u2028 街").encode()
    path.write_bytes(b"\r\n".join([b"\xef\xbb\xbf" + good.encode(), latin, nul, inner, b"", last]))
    summary = load_table(store, path)
    assert (summary.rows["mapped"], summary.rows["rejected"]) == (2, 3)
    assert summary.rejects is not None
    records = [json.loads(x) for x in summary.rejects.read_text(encoding="utf-8").splitlines()]
    assert [(r["line"], r["column"]) for r in records] == [(2, 53), (3, 17), (4, 7)]
    assert "byte 0xFC" in records[0]["reasons"][0] and "U+0000" in records[1]["reasons"][0]


@pytest.mark.parametrize("order", [[1, 2, 3, 2, 4, 1], [3, 3, 1]])
def test_an_id_that_stands_twice_is_refused_the_second_time(order, store: Store, tmp_path: Path):
    """One node must not have what two rows say."""
    path = table(tmp_path, [row(id, "042", "USA", "FRA") for id in order])
    summary = load_table(store, path)
    assert summary.rows["mapped"] == len(set(order))
    assert summary.rows["rejected"] == len(order) - len(set(order))
    assert summary.rejects is not None
    records = [json.loads(x) for x in summary.rejects.read_text(encoding="utf-8").splitlines()]
    assert [
        (record["line"], record["reasons"][0].rsplit(", in line ")[-1]) for record in records
    ] == [
        (line, f"{order.index(id) + 1}; keep one of the two rows")
        for line, id in enumerate(order, start=1)
        if order.index(id) + 1 != line
    ]


def test_the_two_sides_of_a_visit_are_linked_as_one(store: Store, tmp_path: Path):
    """Same pair, day and place, in either order of rows; the guest's row stands for both."""
    rows = [
        row(1, "043", "FRA", "USA"), row(2, "042", "USA", "FRA"), row(3, "042", "USA", "FRA"),
        row(4, "042", "DEU", "FRA"), row(5, "043", "FRA", "DEU", SQLDATE="20310511"),
        row(6, "043", "FRA", "DEU", ActionGeo_FullName="Bern", ActionGeo_Lat="47"),
        row(7, "043", "DEU", "FRA"), row(8, "043", "FRA", "USA"), row(9, "043", "FRA", "USA"),
        row(10, "040", "FRA", "USA"),
    ]  # fmt: skip
    summary = load_table(store, table(tmp_path, rows))
    assert summary.visits == 2
    with store.snapshot() as snapshot:
        term = ox.NamedNode("http://www.w3.org/ns/prov#alternateOf")
        pairs = {
            (q.subject.value.removeprefix(EVENT_IRI), q.object.value.removeprefix(EVENT_IRI))
            for q in snapshot.ox.quads_for_pattern(None, term, None)
        }
    assert pairs == {("1", "2"), ("8", "3")}


def test_an_address_becomes_a_valid_iri_or_stays_text(store: Store, tmp_path: Path):
    """Characters that no IRI holds are percent-encoded; what is no address is kept as text."""
    sources = {
        1: ("https://a.example/x y|z", "https://a.example/x%20y%7Cz"),
        2: ("https://a.example/%zz[1]#a#b", "https://a.example/%25zz%5B1%5D#a%23b"),
        3: ("BBC Monitoring", "BBC Monitoring"),
        4: ("http://[bad/", "http://[bad/"),
        5: ("https://münchen.example/straße?q=ü", "https://münchen.example/straße?q=ü"),
        6: ('https://a.example/"><script>', "https://a.example/%22%3E%3Cscript%3E"),
    }
    rows = [row(id, "010", "USA", SOURCEURL=given) for id, (given, _) in sources.items()]
    assert load_table(store, table(tmp_path, rows)).rows["mapped"] == len(sources)
    for id, (_, kept) in sources.items():
        assert about(store, id, "http://purl.org/dc/terms/source") == [kept]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_comes_back_from_its_literal(text: str):
    """Read by parsers of other hands: Oxigraph's and rdflib's."""
    line = f"<http://a.example/s> <http://a.example/p> {literal(text)} .\n"
    (triple,) = ox.parse(line.encode(), ox.RdfFormat.N_TRIPLES)
    assert triple.object.value == text
    if not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]", text):
        (other,) = Graph().parse(data=line, format="nt")
        assert str(other[2]) == text


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(["https://a.example/", "http://b.example:80/x?y=", "https://", "ftp://x/", ""]),
)
def test_any_address_is_a_valid_iri_or_none(rest: str, start: str):
    found = address(start + rest)
    if found is not None:
        line = f"<http://a.example/s> <http://a.example/p> <{found}> .\n".encode()
        (triple,) = ox.parse(line, ox.RdfFormat.N_TRIPLES)
        assert triple.object == ox.NamedNode(found)


@given(st.decimals(-(10**14), 10**14, allow_nan=False, places=9) | st.floats(-1e9, 1e9))
def test_numbers_are_in_the_form_that_the_store_keeps(number):
    """Written canonically, so that what is read again is what was written."""
    shown = decimal(str(number))
    assert shown is not None and abs(float(shown) - float(number)) < 1e-9
    decimal_type = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    database = ox.Store()
    node = ox.NamedNode("http://a.example/s")
    database.add(ox.Quad(node, node, ox.Literal(shown, datatype=decimal_type)))
    (quad,) = database
    assert quad.object.value == shown


@given(st.text(max_size=12))
def test_what_is_no_number_is_none(text: str):
    found = decimal(text)
    assert found is None or re.fullmatch(r"-?[0-9]+(\.[0-9]*[1-9])?", found)


@given(st.lists(st.text(max_size=8), min_size=61, max_size=61))
def test_no_row_breaks_the_reader(values: list[str]):
    """Whatever stands in 61 columns, it is an event, out of scope, or refused."""
    line = "\t".join(value.replace("\t", " ").replace("\n", " ") for value in values)
    try:
        Rows(gdelt(), all_events=True).read(line.encode() + b"\n")
    except RowError as error:
        assert error.problem(gdelt(), "f", 1).message


def test_the_usual_rows_are_good(store: Store, tmp_path: Path):
    assert load_table(store, table(tmp_path, usual_rows())).rows["rejected"] == 0


def test_wrong_rows_among_many_cost_none_of_the_others(store: Store, tmp_path: Path):
    """Rows are read many at once; those that are wrong are found, and only those."""
    wrong = {1: "SQLDATE", 2: "EventCode", 255: "Actor1Code", 256: "AvgTone", 300: "SQLDATE",
             301: "ActionGeo_Lat", 512: "NumMentions", 700: "GLOBALEVENTID"}  # fmt: skip
    rows = []
    for number in range(1, 701):
        fields = row(number, "190" if number % 7 == 0 else "042", "USA", "FRA").split("\t")
        if number in wrong:
            fields[COLUMNS[wrong[number]] - 1] = "1.2E+9x"
        rows.append("\t".join(fields))
    rows[399] = rows[398]  # the id stands twice
    summary = load_table(store, table(tmp_path, rows))
    assert summary.rejects is not None
    found = [json.loads(x)["line"] for x in summary.rejects.read_text().splitlines()]
    assert found == sorted([*wrong, 400])
    others = [n for n in range(1, 701) if n % 7 == 0 and n not in (*wrong, 400)]
    assert (
        summary.rows["other kinds"]
        == len(others)
        == summary.rows.total() - 9 - (summary.rows["mapped"])
    )
    assert summary.rows.total() == 700
    with store.snapshot() as snapshot:
        count = f"SELECT (COUNT(?e) AS ?n) {{ GRAPH ?g {{ ?e <{DKG.actCode}> ?code }} }}"
        (solution,) = snapshot.ox.query(count)  # type: ignore[misc]
    assert int(solution["n"].value) == summary.rows["mapped"]


@pytest.mark.parametrize("delimiter", ["tab", "bar"])
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_the_order_of_columns_makes_no_difference(seed: int | None, delimiter: str, tmp_path: Path):
    """Whether what belongs together stands side by side or not; other widths are found."""
    order = list(range(61))
    if seed is not None:
        random.Random(seed).shuffle(order)
    form = yaml.safe_load(resources.files("kg.events").joinpath("gdelt.yaml").read_text())
    form["delimiter"] = delimiter
    form["columns"] = {role: order.index(at - 1) + 1 for role, at in form["columns"].items()}
    described = tmp_path / "form.yaml"
    described.write_text(yaml.safe_dump(form))
    rows = [row(1, "042", "USAGOV", "FRA"), row(2, "043", "FRA", "USA"), row(3, "190", "USA")]
    wrong = [f"{rows[0]}\t", "", rows[1].rpartition("\t")[0]]

    def mapped(columns: Columns, mark: str, order: list[int]) -> Mapped:
        lines = [line.split("\t") for line in (*rows[:2], *wrong, rows[2])]
        moved = [[f[at] for at in order if at < len(f)] + f[61:] for f in lines]
        data = "\n".join(map(mark.join, moved))
        return map_part(Task(DEFAULT_BASE, "k", "f", columns), Part(0, 1, data.encode()))

    expected = mapped(gdelt(), "\t", list(range(61)))
    found = mapped(read_columns(described), "\t" if delimiter == "tab" else "|", order)
    assert expected.counts == {"mapped": 2, "other kinds": 1, "rejected": 2}
    assert [reject.problems[0].message for reject in expected.rejects] == [
        "has 62 columns, not 61",
        "has 60 columns, not 61",
    ]
    for name in ("texts", "triples", "names", "counts", "kinds", "visits", "lagging"):
        assert getattr(found, name) == getattr(expected, name)
    assert [reject.line for reject in found.rejects] == [3, 5]
