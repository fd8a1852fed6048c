"""The file of refused rows: one JSON object a line, with file, line, reasons and the row."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

from kg.errors import StoreError
from kg.readers.source import Reject


class RejectFile:
    """Is made when the first row is refused. Use it as a context manager.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None
        self.written: Path | None = None

    def add(self, reject: Reject) -> None:
        """Write a refused row down.

        Raises:
            StoreError: the file cannot be written.
        """
        record = {
            "file": reject.file,
            "line": reject.line,
            "column": reject.problems[0].column,
            "reasons": [str(problem) for problem in reject.problems],
            "record": reject.record,
        }
        try:
            if self._file is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._path.open("w", encoding="utf-8", errors="backslashreplace")
                self.written = self._path
            self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
        except OSError as error:
            raise StoreError(
                f"{self._path}: refused rows cannot be written ({error.strerror})",
                "name another file with --rejects",
            ) from error

    def __enter__(self) -> RejectFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()


def default_rejects(folder: Path) -> Path:
    """Return a new name in a folder for refused rows."""
    return folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-events.jsonl"
