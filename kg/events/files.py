"""Table files: which there are, and what they are called in the graph."""

from __future__ import annotations

import glob
import gzip
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from kg.errors import ReadError
from kg.events.columns import Columns
from kg.iris import digest, slug
from kg.readers import TABLES, find_files

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
            raise unreadable(self.name, error) from None


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
        raise unreadable(str(path), error) from None
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


def unreadable(name: str, error: Exception) -> ReadError:
    """Return the error that says why a file cannot be read."""
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return ReadError(name, f"cannot be read: {reason}", "check the file, or fetch it again")
