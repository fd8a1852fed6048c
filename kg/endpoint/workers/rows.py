"""How many rows a result has, told from its bytes while they pass.

pyoxigraph writes a result in one go and does not say. What begins or ends a row in each format
cannot stand inside a value there.
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

    In JSON, rows in which no variable has a value are not counted.

    Args:
        format: the format of the result.
        form: the form of the query.
    """

    def __init__(self, format: Format, form: Form) -> None:
        self._format = format if form is Form.SELECT else None
        # What is there once beside the rows: a header line, or three objects around them.
        self._rows = -3 if format is formats.JSON else 0 if format is formats.XML else -1
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
        else:
            seen = self._left + data
            upto = len(seen) if last else max(len(seen) - _LONGEST, 0)
            if self._format is formats.XML:
                self._rows += _starts(seen, b"<result>", upto)
            else:
                # A quote inside a string has a backslash before it.
                self._rows += _starts(seen, b'{"', upto) - _starts(seen, b'{"type":"', upto)
            self._left = seen[upto:]
        return max(self._rows, 0)

    def _lines_outside_quotes(self, data: bytes) -> int:
        first, *others = data.split(b'"')
        lines = 0 if self._quoted else first.count(b"\n")
        for part in others:
            self._quoted = not self._quoted
            if not self._quoted:
                lines += part.count(b"\n")
        return lines


def _starts(seen: bytes, mark: bytes, upto: int) -> int:
    """Count the marks that start before a place."""
    return seen.count(mark, 0, min(upto + len(mark) - 1, len(seen)))
