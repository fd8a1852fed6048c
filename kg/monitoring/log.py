"""The log of requests, and of queries that were slow: a line each, on standard error.

A line holds no query string, no header and no body. Only the log of slow queries, which is off
unless it is asked for, has the text of queries.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote

from kg.monitoring.notes import Asked, Notes

_LONGEST = 10_000  # characters of a slow query that are written
_SAFE = "/-._~!$&'()*+,;=:@"

LogFormat = Literal["text", "json"]


def _to_standard_error(line: str) -> None:
    with suppress(OSError, ValueError):  # nobody reads it any more
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


@dataclass(frozen=True)
class Log:
    """Writes the lines.

    Args:
        requests: whether every request gets a line.
        form: ``text`` for people, ``json`` for programs (an object a line).
        slow: seconds from which a query counts as slow; None for no log of them.
        write: takes a line.
    """

    requests: bool = False
    form: LogFormat = "text"
    slow: float | None = None
    write: Callable[[str], None] = _to_standard_error

    def request(self, environ: Mapping[str, Any], notes: Notes, seconds: float) -> None:
        """Write down a request that has ended."""
        if self.slow is not None:
            for asked in notes.asked:
                if (asked.seconds or 0.0) >= self.slow:
                    self._slow(asked, notes)
        if self.requests:
            line = _members(environ, notes, seconds)
            self.write(json.dumps(line) if self.form == "json" else _text(line))

    def _slow(self, asked: Asked, notes: Notes) -> None:
        line = {
            "time": _now(),
            "slow_query": asked.hash,
            "seconds": round(asked.seconds or 0.0, 3),
            "rows": asked.rows(),
            "bytes": notes.sent,
            "status": notes.status,
            "revision": asked.revision,
            "stopped": asked.stopped or None,
            "text": asked.text[:_LONGEST],
        }
        given = {name: value for name, value in line.items() if value is not None}
        if self.form == "json":
            self.write(json.dumps(given))
            return
        rows = f" rows={given['rows']}" if "rows" in given else ""
        stopped = f" stopped={given['stopped']}" if "stopped" in given else ""
        self.write(
            f"slow query {asked.hash} {given['seconds']}s{rows}{stopped}: "
            f"{json.dumps(given['text'], ensure_ascii=False)}"
        )


def _members(environ: Mapping[str, Any], notes: Notes, seconds: float) -> dict[str, Any]:
    line: dict[str, Any] = {
        "time": _now(),
        "client": str(environ.get("REMOTE_ADDR", "")),
        "method": str(environ.get("REQUEST_METHOD", "")),
        "path": _path(environ),
        "route": notes.route,
        "status": notes.status,
        "bytes": notes.sent,
        "seconds": round(seconds, 6),
    }
    if not notes.whole:
        line["broken"] = True
    slowest = notes.slowest
    if slowest is not None:
        line["query"] = slowest.hash
        line["queries"] = len(notes.asked)
        rows = slowest.rows()
        if rows is not None:
            line["rows"] = rows
        if slowest.revision is not None:
            line["revision"] = slowest.revision
        if slowest.stopped:
            line["stopped"] = slowest.stopped
    return line


def _text(line: Mapping[str, Any]) -> str:
    extra = "".join(
        f" {name}={line[name]}" for name in ("query", "rows", "stopped", "broken") if name in line
    )
    return (
        f'{line["client"]} "{line["method"]} {line["path"]}" {line["status"]} {line["bytes"]} '
        f"{line['seconds'] * 1000:.0f}ms{extra}"
    )


def _path(environ: Mapping[str, Any]) -> str:
    # WSGI gives bytes as Latin-1; quoted again, nothing in it can begin a line of its own.
    path = str(environ.get("SCRIPT_NAME", "")) + str(environ.get("PATH_INFO", ""))
    return quote(path.encode("latin-1", "replace"), safe=_SAFE)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
