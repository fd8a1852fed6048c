"""One self-contained page with an article's text and every fact marked in its place."""

from __future__ import annotations

import itertools
from html import escape

from kg.extract.assemble import Extraction
from kg.extract.explain import describe, details
from kg.facts import Fact, Meeting, Position, Statement

_STYLE = """
:root { color-scheme: light dark; --m: #0b6e4f; --s: #1d4ed8; --p: #b45309; }
body { font: 17px/1.6 Georgia, serif; margin: 0; display: grid; min-height: 100vh;
  grid-template-columns: minmax(0, 3fr) minmax(20rem, 2fr); }
main { padding: 2rem 3rem; max-width: 46rem; } h1 { line-height: 1.25; }
main .text { white-space: pre-wrap; overflow-wrap: anywhere; }
aside { font: 14px/1.45 system-ui, sans-serif; padding: 2rem 1.5rem; height: 100vh;
  box-sizing: border-box; overflow-y: auto; position: sticky; top: 0; background: #8881; }
span[data-f] { border-radius: 2px; cursor: pointer; }
span.m { box-shadow: inset 0 -3px var(--m); } span.s { background: #3b82f626; }
span.p { box-shadow: inset 0 -3px var(--p); } span.m.p { box-shadow:
  inset 0 -3px var(--m), inset 0 -6px var(--p); }
span.on, li.on { outline: 2px solid currentColor; background: #facc1566; }
h2 { font-size: 1rem; margin: 1.2rem 0 .4rem; } h2 b { display: inline-block; width: .8rem;
  height: .8rem; border-radius: 2px; margin-right: .4rem; }
ol { list-style: none; margin: 0; padding: 0; } li { padding: .35rem .5rem; border-radius: 4px;
  margin-bottom: .3rem; cursor: pointer; } li small { display: block; }
li small.rule { opacity: .6; } li i { font: 600 .75rem system-ui, sans-serif; opacity: .6; }
.key { font: 14px/1.4 system-ui, sans-serif; border-top: 1px solid #8886;
  border-bottom: 1px solid #8886; padding: .5rem 0; }
.key span { border-radius: 2px; padding: 0 .2rem; margin-right: .4rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; font: 14px/1.4
  system-ui, sans-serif; } dt { opacity: .7; } dd { margin: 0; }
@media (max-width: 900px) { body { display: block; } aside { height: auto; position: static; } }
"""

_KEY = (
    '<span class="m">meeting</span> <span class="s">statement</span> '
    '<span class="p">position</span> — choose words to see what was found in them, or a fact on '
    "the other side to see its words"
)

_SCRIPT = """
const marked = [...document.querySelectorAll('[data-f]')];
function show(id, scroll) {
  for (const e of document.querySelectorAll('.on')) e.classList.remove('on');
  const parts = marked.filter(e => e.dataset.f.split(' ').includes(id));
  parts.forEach(e => e.classList.add('on'));
  const item = document.getElementById(id);
  if (item) { item.classList.add('on'); item.scrollIntoView({block: 'nearest'}); }
  if (scroll && parts[0]) parts[0].scrollIntoView({block: 'center'});
}
for (const e of marked) {
  let turn = 0;
  e.onclick = () => { const ids = e.dataset.f.split(' '); show(ids[turn++ % ids.length], false); };
}
for (const e of document.querySelectorAll('li')) {
  e.onclick = () => show(e.id, true);
  e.onkeydown = k => { if (k.key === 'Enter') show(e.id, true); };
}
"""


def review_page(extraction: Extraction) -> str:
    """Return an HTML page that needs nothing else: no files, no network."""
    facts = extraction.facts
    article = facts.article
    described = [
        ("published", article.published),
        ("publisher", article.publisher),
        ("author", article.author),
        ("place", article.place),
        ("address", article.url),
    ]
    rows = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in described if value)
    title = escape(article.title)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}: facts found</title><style>{_STYLE}</style></head>\n"
        f"<body><main><h1>{title}</h1><dl>{rows}</dl>"
        f"<p class='key'>{_KEY}</p>"
        f'<div class="text">{_marked(extraction)}</div></main>\n'
        f"<aside>{_lists(extraction)}</aside>"
        f"<script>{_SCRIPT}</script></body></html>"
    )


def _lists(extraction: Extraction) -> str:
    facts = extraction.facts
    parts = []
    for name, letter, rows in (
        ("Meetings", "m", facts.meetings),
        ("Statements", "s", facts.statements),
        ("Positions", "p", facts.positions),
    ):
        items = "".join(_item(extraction, fact) for fact in rows)
        parts.append(
            f'<h2><b style="background: var(--{letter})"></b>{name} ({len(rows)})</h2>'
            f"<ol>{items}</ol>"
        )
    return "".join(parts)


def _item(extraction: Extraction, fact: Fact) -> str:
    words = escape(describe(extraction, fact).split(": ", 1)[-1])
    said = " · ".join(escape(detail) for detail in details(extraction, fact))
    return (
        f'<li id="{fact.id}" tabindex="0"><i>{fact.id}</i> {words}<small>{said}</small>'
        f'<small class="rule">rule {escape(fact.method or "")}, confidence {fact.confidence}'
        f"</small></li>"
    )


def _marked(extraction: Extraction) -> str:
    """Return the text with a span around each stretch that the same facts are about."""
    text = extraction.document.text
    ranges: list[tuple[int, int, str, str]] = []
    for fact in extraction.facts.facts():
        for start, end in _own_words(extraction, fact):
            ranges.append((start, end, _letter(fact), fact.id))
    edges = sorted({0, len(text), *(r[0] for r in ranges), *(r[1] for r in ranges)})
    shown = []
    for start, end in itertools.pairwise(edges):
        inside = [r for r in ranges if r[0] <= start and end <= r[1]]
        words = escape(text[start:end])
        if not inside:
            shown.append(words)
            continue
        kinds = " ".join(sorted({letter for _, _, letter, _ in inside}))
        ids = " ".join(dict.fromkeys(id for _, _, _, id in inside))
        shown.append(f'<span class="{kinds}" data-f="{ids}">{words}</span>')
    return "".join(shown)


def _own_words(extraction: Extraction, fact: Fact) -> list[tuple[int, int]]:
    """Return the words that a fact rests on: narrow ones where its rule kept them."""
    trace = extraction.traces.get(fact.id)
    if isinstance(fact, Meeting):
        spans = fact.evidence
    elif isinstance(fact, Statement):
        spans = fact.content
    else:
        spans = []
    found = [(span.start or 0, span.end or 0) for span in spans]
    if trace is not None and not isinstance(fact, Meeting):
        found.extend((start, end) for _, start, end in trace.words)
    return found


def _letter(fact: Fact) -> str:
    if isinstance(fact, Meeting):
        return "m"
    return "p" if isinstance(fact, Position) else "s"
