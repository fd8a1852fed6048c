"""A store for the tests of the pages, with what pages must not fall for."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
from sample_store import make_store

from kg.store import Store

LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
EVIL = "http://example.org/evil"
EVIL_LABEL = '<script>alert("x")</script><b onclick=alert(1)>&amp;'
EVIL_LINKS = ("javascript:alert(1)", "data:text/html,x", "JaVaScRiPt://x/%0aalert(1)")


def make(path: Path) -> Store:
    """Return a store with the samples, the invented articles, and a hostile graph of a user."""
    store = make_store(path)
    graph = ox.NamedNode("http://example.org/graph")
    person = ox.NamedNode(f"{store.base}id/person/evil")
    see = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#seeAlso")
    quads = [
        ox.Quad(ox.NamedNode(EVIL), ox.NamedNode(LABEL), ox.Literal(EVIL_LABEL), graph),
        ox.Quad(person, ox.NamedNode(LABEL), ox.Literal(EVIL_LABEL), graph),
        ox.Quad(person, see, ox.NamedNode(EVIL), graph),
        ox.Quad(
            ox.NamedNode(f"{store.base}id/person/zoë-ünal-50%25"),
            ox.NamedNode(LABEL),
            ox.Literal("Zoë Ünal"),
            graph,
        ),
    ]
    for link in EVIL_LINKS:
        quads.append(ox.Quad(person, see, ox.NamedNode(link), graph))
    with store.writer() as writer:
        writer.apply([], quads)
        writer.commit()
    return store


class Page(HTMLParser):
    """What a page holds: its words, links, ids, and whatever a strict policy would refuse."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.marks: list[str] = []
        self.cells: list[list[str]] = []
        self.words = ""
        self._open: list[str] = []
        self._quiet = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "script" and "src" not in found and found.get("type") != "application/json":
            self.inline.append(tag)
        if tag == "style":
            self.inline.append(tag)
        self.inline += [name for name in found if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action"):
            if name in found:
                self.links.append(found[name])
        if "id" in found:
            self.ids.append(found["id"])
        if tag in ("script", "title"):
            self._quiet += 1
        if tag == "mark":
            self.marks.append("")
        if tag == "tr":
            self.cells.append([])
        if tag in ("td", "th") and self.cells:
            self.cells[-1].append("")
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "title"):
            self._quiet -= 1
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._quiet:
            return
        self.words += data
        if "mark" in self._open:
            self.marks[-1] += data
        if ("td" in self._open or "th" in self._open) and self.cells and self.cells[-1]:
            self.cells[-1][-1] += data
