"""The lines of a table in parts, of which few need be in memory."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from kg.events.files import TableFile, unreadable

PART = 4 * 1024 * 1024
"""Bytes of a part: some 10,000 rows of GDELT, which give some 80,000 triples."""


@dataclass(frozen=True)
class Part:
    """Whole lines of a table.

    Args:
        number: the part's number, from 0.
        line: number of its first line in the file, from 1.
        data: the lines, the last with or without its line end.
        last: offset behind it in the decompressed file.
    """

    number: int
    line: int
    data: bytes
    last: int = 0


def parts(
    file: TableFile,
    start: int = 0,
    stop: int | None = None,
    line: int = 1,
    most: int | None = None,
) -> Iterator[Part]:
    """Yield the lines of a file in parts; only one is in memory.

    Args:
        file: the file.
        start: offset of the first line to read, decompressed.
        stop: offset behind the last line; None for the end.
        line: number of the first line.
        most: bytes of a part, about; ``PART`` where there is no reason for fewer.

    Raises:
        ReadError: the file cannot be read to its end.
    """
    size = PART if most is None else min(PART, most)
    with file.open() as stream:
        rest, at, number = b"", start, 0
        try:
            stream.seek(start)
            while True:
                room = size if stop is None else min(size, stop - at - len(rest))
                block = stream.read(room) if room > 0 else b""
                data = rest + block
                end = data.rfind(b"\n") + 1 if block else len(data)
                if end:
                    rest, data = data[end:], data[:end]
                    at += len(data)
                    yield Part(number, line, data, at)
                    number += 1
                    line += data.count(b"\n")
                else:
                    rest = data
                if not block:
                    return
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
            raise unreadable(file.name, error) from None
