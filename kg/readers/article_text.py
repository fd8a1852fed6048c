"""Articles as text or Markdown: what frames the text is told from what it says.

The stored text is the file's, up to where links to other articles begin; so offsets count in
the file as it is. Title, byline, date and publisher above the first paragraph are read as such.
"""

from __future__ import annotations

import re

import yaml

from kg.extract.document import Document
from kg.extract.tokens import paragraphs
from kg.extract.when import find_when

_TAIL = re.compile(
    r"(?:#+\s*|\*\*)?(?:related (?:articles?|stories|links|content|topics|coverage)|original url|"
    r"source url|read more|see also|more on this (?:story|topic)|more from|you may also like|"
    r"recommended|most (?:read|popular)|share this|follow us|notes? (?:to|for) editors|"
    r"further information|comments|tags|copyright|all rights reserved)\b[^.]{0,40}:?\**\s*$",
    re.IGNORECASE,
)
_LINK_ITEM = re.compile(r"^\s*(?:[-*•]\s*)?(?:\[[^\]]*\]\([^)]*\)|<?https?://\S+>?)\s*$")
_URL = re.compile(r"https?://[^\s<>\])]+")
_BYLINE = re.compile(r"^(?:#+\s*)?by\s+(.{2,100})$", re.IGNORECASE)
_LABEL = re.compile(
    r"^(title|headline|author|byline|by|date|published|publisher|source|url|link|place|dateline)"
    r"\s*:\s*(.+)$",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    r"^((?:[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]+){0,3})(?:, [A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+)?)?)"
    r"(?: ?\((?:[^()]{2,40})\))?\s*(?:—|–|--|-|:)\s+"
)
_MONTHS = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DATE_LINE = re.compile(
    rf"^(?:published|updated|posted|date)?\s*:?\s*(?:on )?(?:\w+day,? )?"
    rf"(?:{_MONTHS}\.? \d{{1,2}},? \d{{4}}|\d{{1,2}} {_MONTHS}\.?,? \d{{4}}|\d{{4}}-\d\d-\d\d)"
    rf"(?:[ ,T|].{{0,30}})?$",
    re.IGNORECASE,
)
_ISO = re.compile(r"\b(\d{4}-\d\d-\d\d)\b")


def document_from_text(text: str) -> Document:
    """Return the article in a text file."""
    return _document(text, None)


def document_from_markdown(text: str) -> Document:
    """Return the article in a Markdown file; front matter in YAML may describe it."""
    front = re.match(r"---\s*\n(.*?)\n---\s*\n", text, re.DOTALL)
    known: dict[str, str] = {}
    start = 0
    if front:
        known = _front_matter(front.group(1))
        start = front.end()
    return _document(text, blank_markup(text), start, known)


def _front_matter(words: str) -> dict[str, str]:
    try:
        data = yaml.safe_load(words)
    except yaml.YAMLError:
        return {}
    if not isinstance(data, dict):
        return {}
    return {str(key).lower(): str(value) for key, value in data.items() if value is not None}


def _document(
    text: str, reading: str | None, start: int = 0, known: dict[str, str] | None = None
) -> Document:
    stored = text[: _tail_start(text)]
    if not stored.strip():
        stored = text
    masked = (reading or blank_markup(text))[: len(stored)]
    found = dict(known or {})
    url = _URL.search(text, len(stored)) if len(stored) < len(text) else None
    spans = [span for span in paragraphs(masked) if span[0] >= start]
    body, frame = _frame(masked, spans, found)
    place = found.get("place")
    if body:
        first = body[0] if not frame else next((b for b in body if b not in frame), body[0])
        dateline = _DATELINE.match(masked[first[0] : first[1]])
        if dateline:
            place = place or dateline.group(1)
            body = [
                (first[0] + dateline.end(), first[1]) if span == first else span for span in body
            ]
    return Document(
        stored,
        title=found.get("title", ""),
        body=tuple(body),
        url=_clean_url(found.get("url") or (url.group() if url else None)),
        publisher=found.get("publisher"),
        author=found.get("author"),
        published=_day(found.get("date")),
        place=_titled(place),
        reading=masked if masked != stored else None,
    )


def _frame(
    text: str, spans: list[tuple[int, int]], found: dict[str, str]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the paragraphs to read, and those of them that are the title."""
    head = 0
    title: list[tuple[int, int]] = []
    for number, (start, end) in enumerate(spans[:10]):
        line = text[start:end].strip()
        kind = _kind(line, number, found)
        if kind is None:
            break
        if kind == "title":
            title = [(start, end)]
        head = number + 1
    if head == len(spans) and not title:
        head = 0
    if head == len(spans) and len(spans) == 1:
        return list(spans), title
    return [*title, *spans[head:]], title


def _kind(line: str, number: int, found: dict[str, str]) -> str | None:
    """Return what a line above the first paragraph is, after noting what it says."""
    label = _LABEL.match(line)
    if label and number < 9:
        name = {
            "headline": "title", "byline": "author", "by": "author", "published": "date",
            "source": "publisher", "link": "url", "dateline": "place",
        }.get(label.group(1).lower(), label.group(1).lower())  # fmt: skip
        found.setdefault(name, label.group(2).strip())
        return name
    byline = _BYLINE.match(line)
    if byline:
        found.setdefault("author", byline.group(1).strip(" .*_"))
        return "author"
    if _DATE_LINE.match(line):
        found.setdefault("date", line)
        return "date"
    if _DATELINE.match(line) or len(line) > 160:
        return None
    ends = line[-1:] in ".!?”\"'’:;" or len(line) > 120
    if number == 0 and "title" not in found and not ends:
        found["title"] = line
        return "title"
    if ends or len(line) > 60:
        return None
    if found.keys() & {"author", "date"} and "publisher" not in found:
        found["publisher"] = " ".join(line.split())
        return "publisher"
    return None


def _tail_start(text: str) -> int:
    """Return where links to other articles begin, or the text's length."""
    at = 0
    for line in text.splitlines(keepends=True):
        words = line.strip()
        if at > len(text) * 0.3 and words and len(words) < 80 and _TAIL.match(words):
            rest = text[at + len(line) :]
            links = sum(bool(_LINK_ITEM.match(row)) for row in rest.splitlines())
            rows = sum(bool(row.strip()) for row in rest.splitlines())
            if not rows or links * 2 >= rows or len(rest) < 400:
                return at
        at += len(line)
    return len(text)


def _day(words: str | None) -> str | None:
    if not words:
        return None
    iso = _ISO.search(words)
    if iso:
        return iso.group(1)
    for when in find_when(words, 0, len(words), None):
        if when.value and len(when.value) == 10:
            return when.value
    return None


def _clean_url(url: str | None) -> str | None:
    if not url:
        return None
    match = _URL.search(url)
    return match.group().rstrip(".,;") if match else None


def _titled(place: str | None) -> str | None:
    if not place:
        return None
    return ", ".join(
        part.title() if part.isupper() and len(part) > 3 else part for part in place.split(", ")
    )


_MARKUP = (
    re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)"),
    re.compile(r"(?<!\!)\[(?=[^\]\n]+\]\([^)\n]*\))|(?<=[^\[\n])\]\([^)\n]*\)"),
    re.compile(r"<https?://[^>\s]*>"),
    re.compile(r"</?[A-Za-z][^>\n]{0,200}>"),
    re.compile(r"^\s{0,3}(?:#{1,6}|>+|[-*+]|\d+[.)])\s+", re.MULTILINE),
    re.compile(r"^\s*(?:---+|\*\*\*+|___+|===+)\s*$", re.MULTILINE),
    re.compile(r"(?<![\w*])\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?![\w*])"),
    re.compile(r"(?<!\w)_{1,2}(?=\S)|(?<=\S)_{1,2}(?!\w)"),
    re.compile(r"`+"),
)


def blank_markup(text: str) -> str:
    """Return the text with Markdown's marks as blanks, every other character in its place."""
    for pattern in _MARKUP:
        text = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    return text
