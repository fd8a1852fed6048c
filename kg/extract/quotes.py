"""Quotations: where they open and close, over paragraphs, with marks of every kind.

Curly, straight, doubled and two-apostrophe marks are known. A mark that never closes ends with
its paragraph; a paragraph that opens with a mark while a quotation is open goes on with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.extract.tokens import Token

_OPEN = frozenset("“„«")
_CLOSE = frozenset("”»")
_EITHER = frozenset(('"', "''", '""', '"""', "``"))
_BEFORE_OPEN = frozenset("([{—–-―/‘'")


@dataclass(frozen=True, slots=True)
class Quotation:
    """One stretch of quoted words in one paragraph.

    Args:
        number: its place in the article's order.
        first: index of its first token in the paragraph (behind the mark).
        last: index behind its last token.
        start: offset of the first quoted character.
        end: offset behind the last quoted character.
        outer_start: offset of the opening mark.
        outer_end: offset behind the closing mark.
        closed: whether its closing mark is there.
        continues: number of the quotation that it goes on with, or -1.
    """

    number: int
    first: int
    last: int
    start: int
    end: int
    outer_start: int
    outer_end: int
    closed: bool
    continues: int = -1


def find_quotations(paragraphs: list[list[Token]], text: str) -> list[list[Quotation]]:
    """Return the quotations of each paragraph, and mark the tokens that stand in them."""
    found: list[list[Quotation]] = []
    number = 0
    open_before: Quotation | None = None
    singles = _uses_single_marks(paragraphs, text)
    doubled = any(token.text.startswith('""') for tokens in paragraphs for token in tokens)
    for tokens in paragraphs:
        row: list[Quotation] = []
        opened = -1
        goes_on = -1
        for index, token in enumerate(tokens):
            if doubled and token.text == '"':
                continue  # in a text from a table, where marks are doubled, these delimit a cell
            kind = _mark(tokens, index, text, opened >= 0, singles)
            if kind == "open" and opened < 0:
                opened = index
                if index == 0 and open_before is not None:
                    goes_on = open_before.number
            elif kind == "close" and opened >= 0:
                if index > opened + 1:
                    row.append(_quotation(number, tokens, opened, index, True, goes_on))
                    number += 1
                opened, goes_on = -1, -1
        if opened >= 0 and len(tokens) - opened > 2 and _utterance_opening(tokens, opened):
            row.append(_quotation(number, tokens, opened, len(tokens), False, goes_on))
            number += 1
        for quotation in row:
            for token in tokens[quotation.first : quotation.last]:
                token.quote = quotation.number
        open_before = row[-1] if row and not row[-1].closed else None
        found.append(row)
    return found


def _quotation(
    number: int, tokens: list[Token], opened: int, closing: int, closed: bool, goes_on: int
) -> Quotation:
    return Quotation(
        number,
        opened + 1,
        closing,
        tokens[opened + 1].start,
        tokens[closing - 1].end,
        tokens[opened].start,
        tokens[closing].end if closed else tokens[closing - 1].end,
        closed,
        goes_on,
    )


def _mark(tokens: list[Token], index: int, text: str, inside: bool, singles: bool) -> str:
    token = tokens[index]
    word = token.text
    if word in _OPEN or word == "``":
        return "open"
    if word in _CLOSE:
        # Some writers use the closing mark on both sides.
        if not inside and _may_open(token, text) and not _may_close(token, text):
            return "open"
        return "close"
    if word in _EITHER:
        if inside:
            follows = text[token.end : token.end + 1]
            if follows.isalnum() and text[token.start - 1 : token.start].isspace():
                return ""  # opens a quotation inside the quotation
            return "close"
        return "open" if _may_open(token, text) or index == 0 else ""
    if singles:
        if word == "‘" and not inside:
            return "open"
        if word in "’'" and inside and len(word) == 1:
            return "close" if _may_close(token, text) else ""
        if word == "'" and not inside and _may_open(token, text):
            return "open"
    return ""


def _may_open(token: Token, text: str) -> bool:
    before = text[token.start - 1 : token.start]
    after = text[token.end : token.end + 1]
    return (not before or before.isspace() or before in _BEFORE_OPEN) and not after.isspace()


def _may_close(token: Token, text: str) -> bool:
    after = text[token.end : token.end + 1]
    return not after or not after.isalnum()


def _utterance_opening(tokens: list[Token], opened: int) -> bool:
    """Tell whether an unclosed mark opens an utterance rather than standing for inches."""
    following = tokens[opened + 1]
    return following.text[0].isupper() and (opened == 0 or tokens[opened - 1].text in ",:.")


def _uses_single_marks(paragraphs: list[list[Token]], text: str) -> bool:
    """Tell whether the article quotes with single marks: it has these and no double ones."""
    single = 0
    for tokens in paragraphs:
        for token in tokens:
            if token.text in _OPEN or token.text in _EITHER or token.text in _CLOSE:
                return False
            if token.text in ("‘", "'") and _may_open(token, text):
                single += 1
    return single > 0
