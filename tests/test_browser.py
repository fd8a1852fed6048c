"""The pages in a real browser: clicked, typed into, looked at by axe, and never leaving home."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from browsing import AXE, Visit
from pages_store import EVIL_LABEL
from servers import Server

from kg.endpoint.settings import Settings
from kg.search.searcher import Searcher
from kg.serving.application import create_app
from kg.store import Store

axe = pytest.importorskip("axe_playwright_python.sync_playwright")

TRIPLES = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 250"
COUNTS = (
    "PREFIX dkg: <https://w3id.org/diplomacy-kg/ns#>\n"
    "SELECT ?who (COUNT(?m) AS ?n) { ?m dkg:participant ?who } GROUP BY ?who ORDER BY DESC(?n) ?who"
)
BY_DAY = (
    "PREFIX schema: <https://schema.org/>\nSELECT ?day (COUNT(?a) AS ?n)"
    " { ?a schema:datePublished ?day } GROUP BY ?day ORDER BY ?day"
)
STATES = {
    "overview": "/",
    "questions": "/queries",
    "empty editor": "/query",
    "rows": "/query#query=" + quote(TRIPLES),
    "triples": "/query#query=" + quote("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 30"),
    "truth": "/query#query=" + quote("ASK { ?s ?p ?o }"),
    "no rows": "/query#query=" + quote("SELECT ?s { ?s <x:nothing> ?o }"),
    "wrong query": "/query#query=" + quote("SELECT *\nWHERE { ?s ?p }"),
    "question": "/queries/meetings-of-party",
    "answer as network": "/queries/meeting-network",
    "answer as timeline": "/queries/on-date?view=timeline",
    "answer as chart": "/query#view=chart&query=" + quote(COUNTS),
    "network": "/explore/network",
    "meetings behind a pair": "/explore/network?of=states&one=RUS&other=USA",
    "empty network": "/explore/network?from=1800-01-01&to=1800-01-02",
    "timeline": "/explore/timeline",
    "timeline of a topic": "/explore/timeline?of=Ardent+dam",
    "empty timeline": "/explore/timeline?from=1800-01-01&to=1800-01-02",
    "positions": "/explore/positions",
    "positions behind a cell": "/explore/positions?of=RUS&on=person/bashar-assad-syr",
    "wrong holder": "/explore/positions?holder=Nobody+At+All",
    "wrong value": "/queries/meetings-of-party?party=Nobody+At+All",
    "person": "/id/person/sergei-lavrov-rus",
    "state": "/id/state/RUS",
    "organisation": "/id/organisation/syrian-national-coalition",
    "topic": "/id/topic/ardent-dam",
    "meeting with reports": "/id/meeting/secret-post/m1",
    "article": "/article/reykjavik-1986",
    "article without text": "/article/moscow-times-2013-02-02",
    "graph": "/graph/article/reykjavik-1986",
    "ontology": "/ontology",
    "term": "/ontology/Meeting",
    "nothing": "/id/person/nobody",
    "search": "/search",
    "found": "/search?q=geneva&party=RUS",
    "found nothing": "/search?q=lavrof&kind=person",
    "wrong search": "/search?q=x&from=soon",
}


def rows(site: Server, query: str) -> list[dict[str, Any]]:
    reply = site.query(query)
    assert reply.status == 200, reply.text
    found: list[dict[str, Any]] = reply.json()["results"]["bindings"]
    return found


# Questions


def test_a_question_is_answered_by_one_click(visit: Callable[..., Visit], site: Server) -> None:
    seen = visit()
    page = seen.go("/")
    page.click("text=Whom did Moaz Alkhatib meet, where and when?")
    page.wait_for_selector("#results tbody tr")
    found = site.get("/queries/meetings-of-party", accept="application/json").rows
    assert sorted(seen.column()) == sorted(row["otherName"] for row in found)
    assert len(found) > 2
    assert f"{len(found)} rows" in page.inner_text("#results .tally")


def test_a_question_is_asked_about_somebody_else(visit: Callable[..., Visit]) -> None:
    """The field suggests names of this graph; the address can be shared."""
    seen = visit()
    page = seen.go("/queries/meetings-of-party")
    page.fill("#p-party", "")
    page.locator("#p-party").press_sequentially("gorb")
    page.wait_for_selector("#l-party option[value='Mikhail Gorbachev']", state="attached")
    page.fill("#p-party", "Mikhail Gorbachev")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_url("**/queries/meetings-of-party?party=Mikhail+Gorbachev*")
    page.wait_for_selector("html[data-ready]")
    assert "Whom did Mikhail Gorbachev meet" in page.inner_text("h1")
    assert "Ronald Reagan" in seen.column()
    assert "Joe Biden" not in seen.column()
    again = visit().go(page.url.removeprefix(seen.server.url.rstrip("/")))
    assert again.locator("#results tbody tr").count() == page.locator("#results tbody tr").count()


def test_a_question_shows_how_it_was_asked(visit: Callable[..., Visit]) -> None:
    """The query can be changed and run; then it is a query of the reader's own."""
    seen = visit()
    page = seen.go("/queries/meetings-of-party")
    page.click("text=How it is asked, in SPARQL")
    assert "VALUES" in page.inner_text(".cm-content")
    seen.write("SELECT (1 + 1 AS ?two) {}")
    seen.run()
    assert seen.column() == ["2"]
    assert "/query#query=" in page.url
    page.go_back()
    page.wait_for_selector("html[data-ready]")
    page.wait_for_selector("text=Joe Biden")


def test_questions_are_found_by_their_words(visit: Callable[..., Visit]) -> None:
    page = visit().go("/query")
    every = page.locator(".shelf li:visible").count()
    page.fill("#sift", "verbatim quote")
    assert page.locator(".shelf li:visible").count() == 0
    page.fill("#sift", "alkhatib meet")
    assert 0 < page.locator(".shelf li:visible").count() < every


# Queries


def test_a_query_is_typed_run_and_shared(visit: Callable[..., Visit], site: Server) -> None:
    seen = visit()
    page = seen.go("/query")
    query = "SELECT DISTINCT ?class WHERE { ?s a ?class } ORDER BY ?class"
    seen.write(query)
    seen.run()
    assert page.locator("#results tbody tr").count() == len(rows(site, query)) > 5
    again = visit()
    again.go(page.url.removeprefix(site.url.rstrip("/")))
    assert again.column() == seen.column()


def test_an_error_is_shown_at_its_line(visit: Callable[..., Visit]) -> None:
    seen = visit()
    seen.expected = ("status of 400",)
    page = seen.go("/query")
    seen.write("SELECT *\nWHERE {\n  ?s ?p ?o .\n  ?s nonsense:x ?y\n}")
    seen.run()
    alert = page.inner_text("[role=alert]")
    assert "Line 4" in alert
    marked = page.locator(".cm-gutter-lint .cm-lint-marker-error")
    assert marked.count() == 1
    line = page.locator(".cm-line", has_text="nonsense")
    box, row = marked.bounding_box(), line.bounding_box()
    assert abs((box["y"] + box["height"] / 2) - (row["y"] + row["height"] / 2)) < row["height"]
    page.click(".place")
    page.keyboard.type("!")
    assert "!" in line.inner_text()
    seen.write("ASK {}")
    seen.run()
    assert page.locator(".cm-lint-marker-error").count() == 0
    assert page.inner_text(".truth") == "Yes"


def test_completions_know_terms_and_things_of_this_graph(visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.go("/query")
    seen.write("")
    page.keyboard.type("SELECT * WHERE { ?meeting dkg:partic")
    page.wait_for_selector(".cm-tooltip-autocomplete li:has-text('dkg:participant')")
    page.wait_for_timeout(300)  # the editor takes no choice in the first 75 ms
    page.keyboard.press("Tab")
    page.keyboard.type(" lavr")
    page.wait_for_selector(".cm-tooltip-autocomplete li:has-text('Sergei Lavrov')")
    page.wait_for_timeout(300)
    page.keyboard.press("Enter")
    text = page.input_value("#query")
    assert text.startswith("PREFIX dkg: <https://w3id.org/diplomacy-kg/ns#>\n")
    assert "?meeting dkg:participant <http://127.0.0.1:8000/id/person/sergei-lavrov-rus>" in text
    seen.run()
    assert page.locator("#results tbody tr").count() > 2
    seen.write("SELECT * { ?x a state:")
    page.keyboard.type("russ")
    page.wait_for_selector(".cm-tooltip-autocomplete li:has-text('state:RUS')")


def test_the_whole_page_works_by_keyboard(visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.go("/query")

    def at() -> str:
        return str(page.evaluate("document.activeElement.className + document.activeElement.id"))

    def tab_to(what: str, most: int = 60) -> None:
        for _ in range(most):
            if what in at():
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"no way to {what} by Tab; last at {at()}")

    page.keyboard.press("Tab")
    assert at() == "skip"
    page.keyboard.press("Enter")
    tab_to("cm-content")
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT (42 AS ?x) {}")
    page.keyboard.press("Tab")
    assert "cm-content" in at(), "Tab indents in the editor"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert at() == "button"
    page.keyboard.press("Enter")
    page.wait_for_selector("#results td:has-text('42')")
    tab_to("sort")
    page.keyboard.press("Enter")
    assert page.get_attribute("#results th", "aria-sort") == "ascending"


def test_rows_are_paged_sorted_and_shown_as_names_or_iris(
    visit: Callable[..., Visit], site: Server
) -> None:
    seen = visit()
    page = seen.go(STATES["rows"])
    expected = rows(site, TRIPLES)
    assert page.locator("#results tbody tr").count() == 100
    page.click("text=Later rows")
    page.click("text=Later rows")
    assert page.locator("#results tbody tr").count() == len(expected) - 200
    assert page.locator("text=Later rows").is_disabled()
    seen.write(
        "PREFIX dkg: <https://w3id.org/diplomacy-kg/ns#>\n"
        "SELECT ?who (COUNT(?m) AS ?n) { ?m dkg:participant ?who } GROUP BY ?who"
    )
    seen.run()
    page.wait_for_selector("td a:has-text('Sergei Lavrov')")
    page.click("th >> text=n")
    page.click("th >> text=n")
    numbers = [int(text) for text in seen.column(2)]
    assert numbers == sorted(numbers, reverse=True)
    page.click("button:text-is('IRIs')")
    assert page.locator("td a", has_text="id/person/sergei-lavrov-rus").count() == 1
    href = page.get_attribute("td a:has-text('sergei-lavrov-rus')", "href")
    assert href == "/id/person/sergei-lavrov-rus"


def test_answers_are_seen_by_their_shape(visit: Callable[..., Visit], site: Server) -> None:
    """A chart for names with numbers; the chosen view is in the address."""
    seen = visit()
    page = seen.go("/query#query=" + quote(COUNTS))
    views = page.locator("[aria-label=View] button").all_inner_texts()
    assert views == ["Table", "Chart", "Raw"]
    page.click("button:text-is('Chart')")
    page.wait_for_selector(".drawn:not([aria-busy]) .bars li")
    found = rows(site, COUNTS)
    assert page.locator(".bars b").all_inner_texts() == [row["n"]["value"] for row in found][:60]
    assert page.inner_text(".bars li >> nth=0").startswith("Sergei Lavrov")
    assert "view=chart" in page.url
    again = visit().go(page.url.removeprefix(site.url.rstrip("/")))
    assert again.locator(".bars li").count() == page.locator(".bars li").count()
    page.click("button:text-is('Table')")
    assert page.locator("#results tbody tr").first.is_visible()
    assert "view=table" in page.url


def test_numbers_by_day_are_a_line(visit: Callable[..., Visit], site: Server) -> None:
    page = visit().go("/query#view=chart&query=" + quote(BY_DAY))
    page.wait_for_selector(".drawn:not([aria-busy]) .curve")
    assert page.locator(".point").count() == len(rows(site, BY_DAY)) > 3


def test_a_question_is_answered_in_its_own_view(visit: Callable[..., Visit]) -> None:
    """The view of a named query's header, unless the address names another."""
    page = visit().go("/queries/state-network")
    page.wait_for_selector(".drawn:not([aria-busy]) canvas")
    assert "Network of" in page.get_attribute(".drawn canvas", "aria-label")
    assert page.locator("#results table").is_hidden()
    page.click("button:text-is('Timeline')")
    page.wait_for_selector(".drawn:not([aria-busy]) .bar")
    assert page.url.endswith("?view=timeline")
    page.reload()
    page.wait_for_selector(".drawn:not([aria-busy]) .bar")
    page = visit().go("/queries/state-network?view=table")
    assert page.locator("#results table").is_visible()
    page.click("text=Save as >> .. >> text=CSV", trial=True)


def test_answers_are_seen_raw_and_saved(visit: Callable[..., Visit], site: Server) -> None:
    seen = visit()
    query = "SELECT ?x WHERE { VALUES ?x { 1 'two' } }"
    page = seen.go(f"/query#query={quote(query)}")
    page.click("button:text-is('Raw')")
    page.wait_for_selector(".raw pre")
    assert json.loads(page.inner_text(".raw pre")) == site.query(query).json()
    for name, accept in (("CSV", "text/csv"), ("XML", "application/sparql-results+xml")):
        with page.expect_download() as saving:
            page.click(f".save >> text={name}")
        assert saving.value.suggested_filename == f"answer.{name.lower()}"
        assert saving.value.path().read_bytes() == site.query(query, accept).body
    with page.expect_download() as saving:
        page.click(".save >> text=Spreadsheet")
    assert saving.value.suggested_filename == "answer.csv"
    sheet = site.get(f"/sparql?format=spreadsheet&query={quote(query)}").body
    assert saving.value.path().read_bytes() == sheet
    long = f"SELECT ?x WHERE {{ VALUES ?x {{ {' '.join(str(n) for n in range(2000))} }} }}"
    seen.write(long)
    seen.run()
    with page.expect_download() as saving:
        page.click(".save >> text=Spreadsheet")
    assert saving.value.path().read_bytes().startswith(b"\xef\xbb\xbfx\r\n0\r\n1\r\n")
    with page.expect_download() as saving:
        page.click(".save >> text=CSV")
    assert saving.value.path().read_bytes() == site.query(long, "text/csv").body


def test_graphs_and_truths_have_their_own_shape(visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.go("/query")
    seen.write('CONSTRUCT { <x:s> <x:p> "a \\"b\\"\\n\\u00e9"@en , 5 } WHERE {}')
    seen.run()
    assert "2 triples" in page.inner_text(".tally")
    assert sorted(page.locator("#results td:nth-child(3)").all_text_contents()) == ["5", 'a "b"\né']
    page.click("button:text-is('Raw')")
    page.wait_for_selector(".raw pre")
    assert "Turtle" in page.inner_text(".raw .aside")
    seen.write("ASK { <x:a> <x:b> <x:c> }")
    seen.run()
    assert page.inner_text(".truth") == "No"
    seen.write("SELECT ?x { <x:a> <x:b> ?x }")
    seen.run()
    assert "No rows" in page.inner_text("#results")


def test_a_very_long_answer_is_cut_and_says_so(visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.go("/query")
    seen.write("SELECT * { ?a a ?b . ?c a ?d } LIMIT 30000")
    seen.run()
    assert "The first 20,000 rows" in page.inner_text(".tally")


def test_hostile_data_stays_words(visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.go(
        "/query#query=" + quote("SELECT ?s ?o { GRAPH <http://example.org/graph> { ?s ?p ?o } }")
    )
    page.wait_for_selector("td")
    assert any(text == EVIL_LABEL for text in seen.column(2))
    addresses = page.eval_on_selector_all(
        "#results td a", "links => links.map((link) => link.getAttribute('href'))"
    )
    assert addresses
    assert all(address.startswith(("/", "http://", "https://")) for address in addresses)
    assert page.locator("#results script, #results b").count() == 0
    seen.go("/id/person/evil")


def test_searching_leads_to_the_words_in_their_place(visit: Callable[..., Visit]) -> None:
    """From the field of any page to the marked passage of the article, and narrowed on the way."""
    seen = visit()
    page = seen.go("/ontology")
    page.fill("header [name=q]", '"every single bit"')
    page.keyboard.press("Enter")
    page.wait_for_selector(".hits mark")
    assert set(page.locator(".hits mark").all_inner_texts()) == {"every single bit"}
    page.fill("#s-q", "lavrov")
    page.click("form.search-form button")
    page.wait_for_selector(".hits .hit.k-person")
    everything = page.locator(".hits .hit").count()
    page.get_by_role("link", name="Meetings", exact=True).click()
    page.wait_for_selector(".filters a")
    kinds = page.locator(".hits .hit").evaluate_all("some => some.map((one) => one.className)")
    assert 0 < len(kinds) < everything
    assert all("k-meeting" in kind for kind in kinds)
    page.get_by_role("link", name="Meetings: leave this filter out").click()
    page.wait_for_selector(".hits .hit.k-person")
    words = page.locator(".hits .proof blockquote").first.inner_text()
    page.locator(".hits .proof figcaption a").first.click()
    page.wait_for_selector(".anchor:target", state="attached")
    assert words in page.inner_text("main")


def test_searching_works_without_script(visit: Callable[..., Visit]) -> None:
    page = visit(java_script_enabled=False).page
    seen = Visit(page, visit().server)
    page.goto(f"{seen.server.url}search?q=lavrof")
    page.get_by_role("link", name="Sergei Lavrov").click()
    assert page.locator(".hits .hit").count() > 1


def test_pages_answer_without_script(visit: Callable[..., Visit]) -> None:
    page = visit(java_script_enabled=False).page
    seen = Visit(page, visit().server)
    page.goto(f"{seen.server.url}queries/meetings-of-party")
    assert "Joe Biden" in seen.column()
    page.fill("#p-party", "Mikhail Gorbachev")
    page.get_by_role("button", name="Ask", exact=True).click()
    assert "Ronald Reagan" in seen.column()
    page.goto(f"{seen.server.url}query")
    page.fill("#query", "SELECT (6 * 7 AS ?x) {}")
    page.click("text=Run")
    assert seen.column() == ["42"]


# Looked at


def node(page: Any, name: str) -> tuple[float, float]:
    """Go by keyboard to a name of the network; return where it is on the screen."""
    canvas = page.locator("#canvas canvas")
    canvas.focus()
    page.keyboard.press("Escape")
    for _ in range(80):
        page.keyboard.press("ArrowRight")
        if page.inner_text(".told").startswith(f"{name}:"):
            break
    else:
        raise AssertionError(f"{name} is not in the network")
    box = canvas.bounding_box()
    return box["x"], box["y"]


def test_network_is_gone_through_by_keyboard(visit: Callable[..., Visit]) -> None:
    """Names, their lines, the meetings behind a line, and the page of a name."""
    page = visit().go("/explore/network?of=states")
    node(page, "Norvane")
    assert page.inner_text(".told") == "Norvane: 7 meetings with 3 others"
    page.keyboard.press("ArrowDown")
    assert page.inner_text(".told").startswith("Norvane and Valdoria: 4 meetings")
    page.keyboard.press("Enter")
    page.wait_for_selector("#behind:not([aria-busy]) h2")
    assert "Norvane and Valdoria" in page.inner_text("#behind h2")
    assert "met at Lake Arden on 1 July 2031" in page.inner_text("#behind")
    assert "one=QNO&other=QVA" in page.url
    page.click("#behind figcaption a >> nth=0")
    page.wait_for_url("**/article/*#char-*")
    page.go_back()
    page.wait_for_selector("html[data-ready]")
    assert "Norvane and Valdoria" in page.inner_text("#behind h2")
    node(page, "Norvane")
    page.keyboard.press("Enter")
    page.wait_for_url("**/id/state/QNO*")


def test_a_click_on_a_number_shows_the_meetings(visit: Callable[..., Visit]) -> None:
    page = visit().go("/explore/network")
    row = page.locator("tbody tr", has_text="John Kerry").filter(has_text="Sergei Lavrov")
    row.locator(".of-pair").click()
    page.wait_for_selector("#behind:not([aria-busy]) h2")
    assert page.locator("#behind .fact").count() == 3
    page.click("#behind .asked a")
    page.wait_for_selector("html[data-ready]")
    assert "When did John Kerry meet Sergei Lavrov" in page.inner_text("h1").replace("\n", " ")
    assert page.locator("#results tbody tr").count() == 3


def test_network_is_filtered_by_its_form(visit: Callable[..., Visit]) -> None:
    page = visit().go("/explore/network")
    before = page.locator("tbody tr").count()
    page.fill("#p-party", "Mikhail Gorbachev")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**party=Mikhail+Gorbachev*")
    page.wait_for_selector("html[data-ready]")
    assert 0 < page.locator("tbody tr").count() < before
    assert "Ronald Reagan" in page.inner_text("tbody")


def test_network_is_drawn_the_same_each_time(visit: Callable[..., Visit]) -> None:
    shots = []
    for _ in range(2):
        page = visit(reduced_motion="reduce").go("/explore/network")
        page.evaluate("document.fonts.ready")
        page.evaluate("new Promise((n) => requestAnimationFrame(() => requestAnimationFrame(n)))")
        shots.append(page.evaluate("document.querySelector('#canvas canvas').toDataURL()"))
    assert shots[0] == shots[1]
    assert len(shots[0]) > 10_000


LARGE = """
(() => {
  const names = [...Array(500).keys()];
  const nodes = names.map((n) =>
    ({ name: `Name of number ${n}`, href: `/id/${n}`, kind: 'person' }));
  const edges = names.slice(1).map((n) => ({ ends: [n, Math.floor(n / 3)], count: 1 + n % 7 }))
    .concat(names.slice(10).map((n) => ({ ends: [n, (n * 7919) % n], count: 1 + n % 3 })));
  return { nodes, edges: edges.map((edge) => ({ ...edge, when: '', href: '#' })) };
})()
"""
DRAG = """
(canvas) => new Promise((done) => {
  const box = canvas.getBoundingClientRect();
  const send = (kind, x, y) => canvas.dispatchEvent(new PointerEvent(kind, {
    clientX: x, clientY: y, button: 0, pointerId: 1, bubbles: true }));
  canvas.setPointerCapture = () => {};
  const [x, y] = [box.left + 30, box.top + 30];
  const times = [];
  send('pointerdown', x, y);
  let last = 0;
  const step = (now) => {
    if (last) times.push(now - last);
    last = now;
    if (times.length === 60) { send('pointerup', x, y); done(times.sort((a, b) => a - b)); return; }
    send('pointermove', x + 20 + (times.length % 40) * 4, y + 20 + (times.length % 30) * 3);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})
"""


def test_a_network_of_500_names_is_dragged_smoothly(visit: Callable[..., Visit]) -> None:
    """Under 32 ms a frame, drawn by software.

    The quickest frame counts: another browser is often at work beside this
    one, and where drawing took longer by itself, no frame would be quicker.
    """
    seen = visit()
    page = seen.page
    made = page.evaluate(f"JSON.stringify({LARGE})")

    def enlarge(route: Any) -> None:
        reply = route.fetch()
        head, mark, rest = reply.text().partition('id="network">')
        route.fulfill(response=reply, body=head + mark + made + rest[rest.index("</script>") :])

    page.route("**/explore/network", enlarge)
    seen.go("/explore/network")
    assert "Network of 500 names and 989 pairs" in page.get_attribute("canvas", "aria-label")
    times = page.locator("#canvas canvas").evaluate(DRAG)
    assert times[0] < 32, times


def test_timeline_is_come_nearer_to_by_keyboard(visit: Callable[..., Visit]) -> None:
    """From years to days; what had no room is drawn then."""
    page = visit().go("/explore/timeline?of=John+Kerry")
    whole = page.inner_text(".steer .span")
    assert "May 2013 to" in whole
    page.locator(".lanes svg").focus()
    for _ in range(4):
        page.keyboard.press("+")
    near = page.locator(".mark-name").all_text_contents()
    assert len({text for text in near if text.isdigit()}) > 5, near
    page.keyboard.press("ArrowRight")
    assert page.inner_text(".steer .span") != whole
    page.keyboard.press("0")
    assert page.inner_text(".steer .span") == whole
    page.locator(".bar").first.focus()
    page.keyboard.press("+")
    assert page.evaluate("document.activeElement.classList.contains('bar')")


def test_timeline_counts_what_it_has_no_room_for(visit: Callable[..., Visit]) -> None:
    page = visit().go("/explore/timeline")
    whole = page.locator(".bar.k-statement").count()
    lane = page.locator(".lane-name", has_text="Statements").text_content()
    total, cut = (int(text) for text in lane.replace(",", "").split() if text.isdigit())
    assert whole + cut == total
    assert cut > 0
    for _ in range(3):
        page.click("button[aria-label=Nearer]")
    lane = page.locator(".lane-name", has_text="Statements").text_content()
    assert int(lane.split()[1].rstrip(",")) < total


def test_a_fact_of_the_timeline_leads_to_its_words(visit: Callable[..., Visit]) -> None:
    page = visit().go("/explore/timeline?of=Walid+al-Muallem")
    span = page.locator(".bar.k-meeting")
    assert "Sergei Lavrov and Walid al-Muallem" in span.get_attribute("aria-label")
    span.locator(".time").click()
    page.wait_for_url("**/id/meeting/**")
    assert "had met Syrian Foreign Minister" in page.inner_text(".proof blockquote")


def test_a_cell_of_the_positions_shows_its_evidence(visit: Callable[..., Visit]) -> None:
    page = visit().go("/explore/positions?holder=Sarenia")
    cell = page.locator("tr", has_text="Ardent dam").locator(".of-cell")
    assert cell.text_content().startswith("+→−")
    cell.click()
    page.wait_for_selector("#behind:not([aria-busy]) h2")
    assert page.locator("#behind .fact").count() == 6
    assert "claimed by Watergauge" in page.inner_text("#behind .fact >> nth=-1")
    assert "of=QSA" in page.url


def test_pages_to_look_at_work_without_script(visit: Callable[..., Visit]) -> None:
    page = visit(java_script_enabled=False).page
    home = visit().server.url
    page.goto(f"{home}explore/network?of=states")
    page.locator("tbody tr", has_text="Valdoria").first.locator(".of-pair").click()
    assert "Norvane and Valdoria" in page.inner_text("#behind h2")
    page.goto(f"{home}explore/positions")
    page.locator("tr", has_text="Ardent dam").locator(".of-cell").first.click()
    assert "on Ardent dam" in page.inner_text("#behind h2")
    page.goto(f"{home}explore/timeline")
    page.fill("#p-of", "Ardent dam")
    page.click("text=Show")
    assert "Sarenia opposes Ardent dam" in page.inner_text(".events >> nth=0")


def test_words_of_an_article_say_their_facts(visit: Callable[..., Visit]) -> None:
    """To a pointer and to the keyboard; a click opens the fact."""
    page = visit().go("/article/geneva-2013")
    marked = page.locator("mark a", has_text="On 13 September Kerry and Lavrov met").first

    def says() -> str:
        return str(marked.evaluate("link => getComputedStyle(link, '::after').content"))

    assert says() == "none"
    marked.hover()
    assert "meeting: John Kerry, Sergei Lavrov and Lakhdar Brahimi" in says()
    page.mouse.move(0, 0)
    assert says() == "none"
    page.locator(".text mark a").first.evaluate("link => link.focus({focusVisible: true})")
    while "Lakhdar Brahimi" not in page.evaluate("document.activeElement.dataset.says ?? ''"):
        page.keyboard.press("Tab")
    assert "Lakhdar Brahimi" in says()
    found = axe.Axe().run(page, options=AXE).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found] == []
    marked.click(position={"x": 5, "y": 5})
    page.wait_for_url("**/id/meeting/geneva-2013/m-brahimi*")


def test_an_article_prints_as_a_text(visit: Callable[..., Visit]) -> None:
    page = visit().go("/article/geneva-2013")
    page.emulate_media(media="print")
    assert page.locator(".top nav").is_hidden()
    assert page.locator(".text").is_visible()
    page.locator("mark a").first.hover()
    shown = "link => getComputedStyle(link, '::after').display"
    assert page.locator("mark a").first.evaluate(shown) == "none"


def test_a_state_leads_to_its_place_in_the_views(visit: Callable[..., Visit]) -> None:
    page = visit().go("/id/state/RUS")
    page.click("text=In the network")
    page.wait_for_selector("html[data-ready]")
    assert page.locator("tbody tr").count() == 5
    page.go_back()
    page.locator(".lines .sign").first.click()
    page.wait_for_selector("#behind h2")
    assert "Russia on Bashar Assad" in page.inner_text("#behind h2")


# Everybody


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(visit: Callable[..., Visit], state: str) -> None:
    """WCAG 2.2 A and AA on every page and state, the editor included; no sideways scrolling."""
    seen = visit()
    seen.expected = ("status of 400", "status of 404")
    seen.go(STATES[state])
    seen.accessible()


IN_LARGE_GRAPHS = {
    "/queries/states-met": "this graph is large",
    "/explore/timeline": "The latest 4 facts are shown",
    "/explore/network": "The latest 4 facts are shown",
    "/explore/positions": "The latest 4 facts are shown",
    "/id/state/RUS.html": "The latest 4 facts are shown",
}
"""Pages of a graph too large to be looked at whole, and what they say."""


@pytest.mark.parametrize("path", IN_LARGE_GRAPHS)
def test_axe_finds_nothing_where_a_graph_is_large(
    visit: Callable[..., Visit], site: Server, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """The page is made here, as of a large graph, and looked at in the place of the server's."""
    for name in ("asking.MOST_WITHOUT_CHOICE", "recent.WHOLE"):
        monkeypatch.setattr(f"kg.pages.explore.{name}", 3)
    for name in ("MOST", "OF_PART"):
        monkeypatch.setattr(f"kg.pages.explore.recent.{name}", 4)
    monkeypatch.setattr("kg.pages.profiles.LOOKED_AT", 3)
    with Store.open(site.store, create=False) as store:
        app = create_app(store, Settings(), searcher=Searcher(store, followed=True))
        text = app.test_client().get(path, headers={"Accept": "text/html"}).text
    assert IN_LARGE_GRAPHS[path] in text
    seen = visit()
    seen.page.route(f"**{path}", lambda route: route.fulfill(body=text, content_type="text/html"))
    seen.go(path)
    seen.accessible()


def test_axe_would_find_something(visit: Callable[..., Visit]) -> None:
    page = visit().go("/")
    page.evaluate("document.querySelector('main').append(new Image())")
    found = axe.Axe().run(page, options=AXE).response["violations"]
    assert [violation["id"] for violation in found] == ["image-alt"]


def test_suggestions_are_accessible_too(visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.go("/query")
    seen.write("SELECT * { ?s dkg:")
    page.keyboard.type("par")
    page.wait_for_selector(".cm-tooltip-autocomplete li")
    found = axe.Axe().run(page, options=AXE).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found] == []


def test_script_before_the_editor_is_small(visit: Callable[..., Visit]) -> None:
    """Pages load little script, and those without an editor none at all."""
    seen = visit()
    sizes: dict[str, int] = {}
    seen.page.on(
        "response",
        lambda got: sizes.update({got.url: len(got.body())}) if got.url.endswith(".js") else None,
    )
    for path in ("/", "/article/reykjavik-1986", "/id/state/RUS", "/ontology", "/queries"):
        seen.go(path)
    assert sizes == {}
    for path in ("/explore/network", "/explore/timeline", "/explore/positions"):
        seen.go(path)
        assert 0 < sum(sizes.values()) < 300_000
        sizes.clear()
    seen.go("/query")
    before = [size for url, size in sizes.items() if "/editor-" not in url]
    assert len(sizes) == len(before) + 1
    assert sum(before) < 300_000
    assert sum(sizes.values()) < 600_000


def test_policy_would_stop_an_inline_script(visit: Callable[..., Visit]) -> None:
    """The check for breaches works: one that is made is seen."""
    seen = visit()
    page = seen.go("/")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))"
    )

    def is_seen() -> bool:
        return any("policy: script-src" in trouble for trouble in seen.troubles)

    for _ in range(500):
        if is_seen():
            break
        page.wait_for_timeout(50)
    assert is_seen()
    seen.troubles.clear()


def test_assets_may_be_kept_by_browsers(site: Server) -> None:
    """Their names change with their content."""
    html = urllib.request.urlopen(f"{site.url}query").read().decode()
    name = html.split('type="module" src="')[1].split('"')[0]
    reply = site.get(name)
    assert reply.status == 200
    assert "immutable" in reply.headers["cache-control"]
    assert reply.headers["content-type"].startswith("text/javascript")
