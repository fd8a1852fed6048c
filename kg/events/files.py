"""Table files: which there are, what they are called in the graph, and their lines in parts."""

from __future__ import annotations

import glob
import gzip
import hashlib
import zipfile
import zlib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from operator import lt
from pathlib import Path
from typing import IO, cast

from kg.errors import ReadError
from kg.events.columns import Columns
from kg.iris import digest, slug
from kg.readers import TABLES, find_files

PART = 4 * 1024 * 1024
"""Bytes of a part: some 10,000 rows of GDELT, which give some 80,000 triples."""

_COMPRESSED = (".gz", ".zip")


@dataclass(frozen=True)
class TableFile:
    """A table, perhaps compressed.

    Args:
        path: the file.
        member: its name in a ZIP archive; empty for the only one there, or for another file.
    """

    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        """The name that messages give it."""
        return f"{self.path}/{self.member}" if self.member else str(self.path)

    @property
    def key(self) -> str:
        """Its name in the graph: that of the file, compression and ``.csv`` left out."""
        name = Path(self.member).name or self.path.name
        for ending in (*_COMPRESSED, ".csv", ".tsv"):
            if name.lower().endswith(ending):
                name = name[: -len(ending)]
        short = slug(name)
        return short if len(short) <= 80 else f"{short[:60]}-{digest(short)[:12]}"

    def absolute(self) -> TableFile:
        """Return it by a name that holds in every working directory."""
        return TableFile(self.path.resolve(), self.member)

    def open(self) -> IO[bytes]:
        """Open it for reading its lines, decompressed.

        Raises:
            ReadError: it cannot be read.
        """
        try:
            if self.path.suffix.lower() == ".gz":
                return cast(IO[bytes], gzip.open(self.path))
            if self.path.suffix.lower() == ".zip":
                archive = zipfile.ZipFile(self.path)
                return archive.open(self.member or _members(archive)[0])
            return self.path.open("rb")
        except (OSError, zipfile.BadZipFile, IndexError) as error:
            raise _unreadable(self.name, error) from None


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


@dataclass(frozen=True)
class Scan:
    """What a look over a whole file tells.

    Args:
        sha256: hash of its decompressed content.
        lines: how many lines it has.
        size: its decompressed size.
        repeated: line of a row whose id stood before, to the line where it stood first.
    """

    sha256: str
    lines: int
    size: int
    repeated: dict[int, int] = field(default_factory=dict)


def find_tables(paths: Iterable[str | Path], columns: Columns) -> tuple[list[str], list[TableFile]]:
    """Tell event tables from other inputs.

    A file is a table by its ending (``TABLES``); in a folder only files of the kind's own
    endings are taken. Names with ``*``, ``?`` or ``[`` that are no file are patterns.

    Args:
        paths: files, folders, patterns or ``-``.
        columns: the kind of table.

    Returns:
        The other inputs, and the tables, each in the order given, without repetition.

    Raises:
        ReadError: a path or pattern leads to nothing, or two tables have one key.
    """
    others: list[str] = []
    tables: dict[TableFile, None] = {}
    for path in (found for given in paths for found in _expanded(str(given))):
        if Path(path).is_dir():
            inside = [
                table
                for file in sorted(Path(path).rglob("*"))
                if file.is_file() and _is_of_kind(file, columns)
                for table in _tables(file)
            ]
            tables |= dict.fromkeys(inside)
            try:
                find_files(Path(path))
            except ReadError:
                if inside:
                    continue
            others.append(path)
        elif Path(path).suffix.lower() in TABLES:
            tables |= dict.fromkeys(_tables(Path(path)))
        else:
            others.append(path)
    _check_keys(list(tables))
    return others, list(tables)


def _expanded(given: str) -> list[str]:
    if not glob.has_magic(given) or Path(given).exists():
        return [given]
    found = sorted(glob.iglob(given, recursive=True))  # noqa: PTH207 - patterns may be absolute
    if not found:
        raise ReadError(given, "matches no file", "check the pattern")
    return found


def _is_of_kind(file: Path, columns: Columns) -> bool:
    name = file.name.lower()
    for ending in _COMPRESSED:
        name = name.removesuffix(ending)
    return bool(columns.endings) and name.endswith(columns.endings)


def _tables(path: Path) -> list[TableFile]:
    if path.suffix.lower() != ".zip":
        if not path.is_file():
            raise ReadError(str(path), "is not there", "name a table or a folder of them")
        return [TableFile(path)]
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive)
    except (OSError, zipfile.BadZipFile) as error:
        raise _unreadable(str(path), error) from None
    if not members:
        raise ReadError(str(path), "holds no file", "name an archive with a table")
    return [TableFile(path)] if len(members) == 1 else [TableFile(path, m) for m in members]


def _members(archive: zipfile.ZipFile) -> list[str]:
    return [info.filename for info in archive.infolist() if not info.is_dir()]


def _check_keys(tables: list[TableFile]) -> None:
    known: dict[str, TableFile] = {}
    for table in tables:
        other = known.setdefault(table.key, table)
        if other is not table:
            raise ReadError(
                table.name,
                f"has the same name in the graph as {other.name} ({table.key})",
                "load one of them, or give one another file name",
            )


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
            raise _unreadable(file.name, error) from None


def scan(file: TableFile, columns: Columns) -> Scan:
    """Look over a file: its hash, its lines, and rows whose id stood before.

    Ids mostly rise from row to row, and then nothing need be remembered.

    Raises:
        ReadError: it cannot be read.
    """
    content = hashlib.sha256()
    lines = size = 0
    rising, before = True, -1
    for part in parts(file):
        content.update(part.data)
        size = part.last
        lines = part.line - 1 + part.data.count(b"\n") + (not part.data.endswith(b"\n"))
        if rising:
            ids = _numbers(part.data, columns)
            rising = ids is not None and (
                not ids or (before < ids[0] and all(map(lt, ids, ids[1:])))
            )
            before = ids[-1] if ids else before
    repeated = {} if rising else _repeated(file, columns)
    return Scan(content.hexdigest(), lines, size, repeated)


def _ids(data: bytes, columns: Columns) -> list[bytes]:
    """Return each line's id as bytes; where quotation marks hide it, something that is unique."""
    at, mark = columns.places["id"], columns.delimiter.encode()
    return [(line.split(mark, at + 1)[at : at + 1] or [b""])[0] for line in data.split(b"\n")]


def _numbers(data: bytes, columns: Columns) -> list[int] | None:
    if data.endswith(b"\n"):
        data = data[:-1]
    try:
        return list(map(int, _ids(data, columns)))
    except ValueError:
        return None


def _repeated(file: TableFile, columns: Columns) -> dict[int, int]:
    hashes = array("Q")
    for part in parts(file):
        hashes.extend(_hash(id) for id in _ids(part.data, columns) if id)
    ordered = sorted(hashes)
    twice = {one for one, other in pairwise(ordered) if one == other}
    del ordered, hashes
    first: dict[bytes, int] = {}
    found: dict[int, int] = {}
    if not twice:
        return found
    for part in parts(file):
        for line, id in enumerate(_ids(part.data, columns), start=part.line):
            if id and _hash(id) in twice and (known := first.setdefault(id, line)) != line:
                found[line] = known
    return found


def _hash(id: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(id, digest_size=8).digest())


def _unreadable(name: str, error: Exception) -> ReadError:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return ReadError(name, f"cannot be read: {reason}", "check the file, or fetch it again")
