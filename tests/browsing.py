"""A real browser for tests: windows that note whatever goes wrong in them.

A module that needs another server than the one over the samples has a fixture `site` of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from servers import Server, serving, wait_for

OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
# What depends on colours: the dark scheme has no others than those of its own.
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}


@dataclass
class Visit:
    """A page in the browser, with everything that went wrong while it was open."""

    page: Any
    server: Server
    troubles: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def go(self, path: str) -> Any:
        """Open a page and wait until its script is through, where it has one."""
        self.page.goto(f"{self.server.url.rstrip('/')}{path}")
        if self.page.locator("script[type=module]").count():
            self.page.wait_for_selector("html[data-ready]")
            self.page.wait_for_selector("[aria-busy]", state="detached")
        return self.page

    def write(self, text: str) -> None:
        """Put a query in the place of what is in the editor, by the keyboard."""
        self.page.click(".cm-content")
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def run(self) -> None:
        """Run the query by the keyboard and wait for the answer."""
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_selector("[aria-busy]", state="detached")

    def column(self, number: int = 1) -> list[str]:
        return list(self.page.locator(f"#results tbody td:nth-child({number})").all_inner_texts())

    def accessible(self) -> None:
        """Fail where axe finds anything, wide or narrow, light or dark, or the page is too wide."""
        from axe_playwright_python.sync_playwright import Axe

        for width in (1280, 390):
            self.page.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark"):
                self.page.emulate_media(color_scheme=scheme)
                options = AXE if scheme == "light" else COLOURS
                found = Axe().run(self.page, options=options).response
                told = [
                    (v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found["violations"]
                ]
                assert told == [], f"{width} pixels, {scheme}"
                assert len(found["passes"]) > (10 if scheme == "light" else 0)
                assert self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    def check(self) -> None:
        """Fail if anything was amiss: errors, breaches of the policy, requests to others."""
        amiss = [t for t in self.troubles if not any(word in t for word in self.expected)]
        assert amiss == []


@pytest.fixture(scope="module")
def browser(needs: Callable[[str], str]) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = needs("chromium")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=path, args=list(OPTIONS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    from pages_store import make

    folder = tmp_path_factory.mktemp("browser") / "store"
    make(folder).close()
    with serving(folder) as running:
        # A search at a server that has just begun may be told to come again.
        assert wait_for(lambda: running.get("/search?q=x").status == 200)
        yield running


@pytest.fixture
def visit(browser: Any, site: Server) -> Iterator[Callable[..., Visit]]:
    """Return a function that opens a window; all windows are checked at the end."""
    opened: list[tuple[Visit, Any]] = []

    def start(**options: Any) -> Visit:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        seen = Visit(context.new_page(), site)
        seen.page.set_default_timeout(60_000)
        home = urlsplit(site.url).netloc

        def request(sent: Any) -> None:
            if urlsplit(sent.url).netloc not in (home, ""):
                seen.troubles.append(f"request to another host: {sent.url}")

        def console(message: Any) -> None:
            if message.type in ("error", "warning"):
                seen.troubles.append(f"console: {message.text}")

        seen.page.on("request", request)
        seen.page.on("console", console)
        seen.page.on("pageerror", lambda error: seen.troubles.append(f"script: {error}"))
        seen.page.on("dialog", lambda box: seen.troubles.append(f"dialog: {box.message}"))
        seen.page.add_init_script(
            "addEventListener('securitypolicyviolation', (breach) =>"
            " console.error('policy: ' + breach.violatedDirective + ' ' + breach.blockedURI))"
        )
        opened.append((seen, context))
        return seen

    yield start
    for seen, context in opened:
        context.close()
        seen.check()
