"""Trying an article in a real browser: pasted, clicked, looked at by axe, printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from browsing import Visit
from sample_store import make_store
from servers import TOKEN, Server, serving

TEXT = """\
Harbour talks in Oslo

OSLO, Norway — Canadian Foreign Minister Ann Lee met Norwegian President Ola Dahl in Oslo on \
14 March 2013. “We oppose the dam,” Lee told reporters <script>alert(1)</script>.
"""
GERMAN = "der und die das ist nicht von dem wald weil es regnet und niemand kommt " * 4


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("browser-try") / "store"
    make_store(folder).close()
    with serving(folder, KG_TOKEN=TOKEN, KG_TRY_SECONDS="120") as running:
        yield running


def paste(seen: Visit, text: str, **fields: str) -> None:
    page = seen.go("/try")
    page.fill("#f-text", text)
    for name, value in fields.items():
        page.fill(f"#f-{name}", value)
    page.get_by_role("button", name="Find the facts").click()


def test_an_article_is_pasted_and_its_facts_are_seen(visit: Callable[..., Visit]) -> None:
    seen = visit()
    paste(seen, TEXT, publisher="The Post")
    page = seen.page
    assert page.inner_text("h1") == "Harbour talks in Oslo"
    assert "The Post" in page.inner_text(".byline")
    assert page.inner_text("mark.k-meeting >> nth=1").startswith("Canadian Foreign Minister")
    # From the text to the fact, and from the fact to its words.
    page.click(".refs a:text-is('m1')")
    assert page.url.endswith("#fact-m1")
    assert page.locator("#fact-m1:target").count() == 1
    page.click("#fact-m1 a")
    shown = page.evaluate(
        "(() => { const box = document.querySelector(':target').getBoundingClientRect();"
        " return box.top >= 0 && box.top < innerHeight })()"
    )
    assert shown and "#char-" in page.url
    # Kinds differ in more than colour.
    styles = {
        kind: page.locator(f".legend .k-{kind}").evaluate(
            "e => getComputedStyle(e).textDecorationStyle"
        )
        for kind in ("meeting", "statement", "position")
    }
    assert len(set(styles.values())) == 3
    assert "dkg:Meeting" in page.inner_text(".turtle")


def test_the_facts_file_is_downloaded_and_the_text_changed(
    visit: Callable[..., Visit], site: Server
) -> None:
    seen = visit()
    paste(seen, TEXT, date="2013-03-16")
    page = seen.page
    with page.expect_download() as saving:
        page.get_by_role("button", name="Facts file (YAML)").click()
    assert saving.value.suggested_filename.endswith(".yaml")
    fields = {"text": TEXT, "date": "2013-03-16"}
    assert (
        saving.value.path().read_bytes()
        == site.form(fields, "/try", accept="application/yaml").body
    )
    page.fill("#f-text", page.input_value("#f-text").replace("Ola Dahl", "Eva Berg"))
    page.get_by_role("button", name="Find the facts").click()
    assert page.locator("#fact-m1", has_text="Eva Berg").count() == 1
    assert page.input_value("#f-date") == "2013-03-16"


def test_an_article_is_loaded_with_the_token(visit: Callable[..., Visit], site: Server) -> None:
    seen = visit()
    seen.expected = ("status of 401",)
    paste(seen, TEXT)
    page = seen.page
    page.fill("#f-token", "wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector("#f-token[aria-invalid]")
    assert "not the right one" in page.inner_text("[role=alert]")
    assert page.evaluate("document.activeElement.id") == "f-token"
    assert page.input_value("#f-token") == ""
    page.fill("#f-token", TOKEN)
    page.get_by_role("button", name="Load into the graph").click()
    assert "Loaded." in page.inner_text("[role=status]")
    assert TOKEN not in page.url and TOKEN not in page.content()
    page.click("[role=status] a")
    assert page.inner_text("h1") == "Harbour talks in Oslo"
    assert page.url.startswith(f"{site.url}article/text-")
    assert page.locator("mark.k-meeting", has_text="Ola Dahl").count() >= 1


def test_a_sample_is_one_click_away_without_script(visit: Callable[..., Visit]) -> None:
    seen = visit(java_script_enabled=False)
    page = seen.page
    page.goto(f"{seen.server.url}")
    page.click("nav >> text=Try it")
    page.click(".samples a >> nth=1")
    assert page.locator(".text mark").count() > 5
    assert page.locator("nav a[aria-current]").inner_text() == "Try it"
    page.fill("#f-text", TEXT)
    page.click("text=Find the facts")
    assert page.inner_text("h1") == "Harbour talks in Oslo"


def test_an_error_stands_at_its_field(visit: Callable[..., Visit]) -> None:
    seen = visit()
    seen.expected = ("status of 422", "status of 400")
    paste(seen, GERMAN)
    page = seen.page
    assert page.evaluate("document.activeElement.id") == "f-text"
    assert "not in English" in page.inner_text("#h-text strong")
    assert page.input_value("#f-text").strip() == GERMAN.strip()
    page.fill("#f-text", TEXT)
    page.fill("#f-date", "soon")
    page.keyboard.press("Enter")
    page.wait_for_selector("#f-date[aria-invalid]")
    page.click("[role=alert] a")
    assert page.evaluate("document.activeElement.id") == "f-date"
    page.fill("#f-date", "2013-03-16")
    page.keyboard.press("Enter")
    page.wait_for_selector("#fact-m1")


@pytest.mark.parametrize(
    "state", ["form", "found", "nothing", "wrong text", "wrong token", "loaded"]
)
def test_axe_finds_nothing(visit: Callable[..., Visit], state: str) -> None:
    seen = visit()
    seen.expected = ("status of 422", "status of 401")
    match state:
        case "form":
            seen.go("/try")
        case "found":
            seen.go("/try?sample=camp-david-1978")
        case "nothing":
            paste(seen, "The sea was calm.")
        case "wrong text":
            paste(seen, GERMAN)
        case _:
            paste(seen, TEXT, url="https://post.example/axe")
            seen.page.fill("#f-token", TOKEN if state == "loaded" else "wrong")
            seen.page.get_by_role("button", name="Load into the graph").click()
            seen.page.wait_for_selector("[role=status]" if state == "loaded" else "[role=alert]")
    seen.accessible()


def test_what_is_printed_is_the_article_and_its_facts(visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.go("/try?sample=camp-david-1978")
    page.emulate_media(media="print")
    for hidden in ("form.paste", ".turtle", ".jumps", ".loading"):
        assert not page.locator(hidden).first.is_visible(), hidden
    for shown in (".text mark", "#fact-m1", ".refs a", "h1"):
        assert page.locator(shown).first.is_visible(), shown
