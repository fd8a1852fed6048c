"""How many rows a result has, told from its bytes while they pass.

pyoxigraph writes a result in one go and does not say. What begins or ends a row in each format
is looked for outside of quotes, or cannot stand in a value there.
"""

from __future__ import annotations

from kg import formats
from kg.endpoint.engine import TooLargeError
from kg.endpoint.guard import Form
from kg.formats import Format

_LONGEST = 9


def too_many(most: int) -> TooLargeError:
    """Return the error for a result over the limit of rows."""
    return TooLargeError(
        f"the result has more than {most:,} rows",
        "ask for less: a LIMIT, or counts instead of rows",
    )


class Counter:
    """Counts the rows of a SELECT result as its bytes pass.

    Args:
        format: the format of the result.
        form: the form of the query.
    """

    def __init__(self, format: Format, form: Form) -> None:
        self._format = format if form is Form.SELECT else None
        # In CSV and TSV a header line comes before the rows.
        self._rows = 0 if format in (formats.JSON, formats.XML) else -1
        self._left = b""
        self._quoted = False

    def add(self, data: bytes, *, last: bool = False) -> int | None:
        """Take the next bytes; return the rows so far, or None where there are no rows."""
        if self._format is None:
            return None
        if self._format is formats.TSV:
            self._rows += data.count(b"\n")  # inside values it is written \n
        elif self._format is formats.CSV:
            self._rows += self._lines_outside_quotes(data)
        elif self._format is formats.XML:
            seen = self._left + data
            upto = len(seen) if last else max(len(seen) - _LONGEST, 0)
            self._rows += _starts(seen, b"<result>", upto)
            self._left = seen[upto:]
        else:
            self._rows += self._json_rows(data, last)
        return max(self._rows, 0)

    def _json_rows(self, data: bytes, last: bool) -> int:
        """Count the rows that end: two braces after the quote that closes the last value.

        A row in which no variable has a value is a pair of braces with nothing in it, which
        stands nowhere else.
        """
        seen = self._left + data
        cut = len(seen) if last else _whole_json(seen)
        self._left = seen[cut:]
        parts = seen[:cut].replace(b"\\\\", b"..").replace(b'\\"', b"..").split(b'"')
        outside = parts[1::2] if self._quoted else parts[0::2]
        closed = outside if self._quoted else outside[1:]  # what follows a quote that closes
        self._quoted ^= len(parts) % 2 == 0
        ends = b'"'.join((b"", *closed)).count(b'"}}')
        return ends + b'"'.join(outside).count(b"{}")

    def _lines_outside_quotes(self, data: bytes) -> int:
        first, *others = data.split(b'"')
        lines = 0 if self._quoted else first.count(b"\n")
        for part in others:
            self._quoted = not self._quoted
            if not self._quoted:
                lines += part.count(b"\n")
        return lines


def _whole_json(seen: bytes) -> int:
    """Return where to cut: nothing that is looked for is under way there, nor an escape."""
    cut = len(seen.rstrip(b"\\"))
    quote = seen.find(b'"', max(cut - 2, 0), cut)
    if quote >= 0:
        return len(seen[:quote].rstrip(b"\\"))
    return cut - 1 if seen[:cut].endswith(b"{") else cut


def _starts(seen: bytes, mark: bytes, upto: int) -> int:
    """Count the marks that start before a place."""
    return seen.count(mark, 0, min(upto + len(mark) - 1, len(seen)))
