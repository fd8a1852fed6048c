"""CSV that is safe to open in a spreadsheet, where a cell that begins so is a formula.

The CSV of the standard is the exact text of each value and stays so. This one is asked for by
``format=spreadsheet``: text that a spreadsheet would calculate gets an apostrophe in front, which
spreadsheets take as "this is text". Numbers stay numbers.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator

from kg.endpoint.execute import Answer
from kg.endpoint.kept import keep
from kg.endpoint.plain import Plain
from kg.endpoint.settings import MEBIBYTE

SPREADSHEET = "spreadsheet"
"""The name of the format, for ``format=``."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ROWS = 1000

csv.field_size_limit(sys.maxsize)  # a cell may be a whole article


def as_spreadsheet(found: Answer) -> Plain:
    """Return an answer in CSV as a file for spreadsheets.

    Args:
        found: the answer, in CSV.
    """
    pieces = guarded(found.chunks)
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": 'attachment; filename="answer.csv"',
        "Vary": "Accept",
        "KG-Revision": str(found.revision),
    }
    if found.length is not None:
        size, pieces = keep(pieces, MEBIBYTE)
        headers["Content-Length"] = str(size)
    return Plain(200, headers, pieces, found.close)


def guarded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield CSV with formulas made text, and with the mark by which spreadsheets know UTF-8.

    Args:
        chunks: CSV in UTF-8, cut anywhere.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    out.write("\ufeff")
    for number, row in enumerate(csv.reader(_lines(chunks))):
        writer.writerow(map(guard, row))
        if number % _ROWS == 0:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def guard(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    if cell.startswith(_BEGINS) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    rest = ""
    for text in codecs.iterdecode(chunks, "utf-8"):
        *whole, rest = (rest + text).split("\n")
        for line in whole:
            yield line + "\n"
    if rest:
        yield rest
