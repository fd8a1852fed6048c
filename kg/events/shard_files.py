"""Shards: stretches of event tables, and the files of N-Quads made from them.

A shard is a stretch of whole lines of a plain table, or a whole compressed one. Writing one is a
function of its arguments alone, so that any engine may run it, anywhere, and again when it was
lost: the file is written aside and renamed when it is whole.
"""

from __future__ import annotations

import gzip
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from kg.events.columns import Columns
from kg.events.files import TableFile
from kg.events.parts import parts
from kg.events.scanning import scan
from kg.events.shards import Task, Visit, map_part
from kg.readers.source import Reject

LINES = 8 * 1024 * 1024
"""Bytes of a plain table that one shard takes, roughly: some 20,000 rows of GDELT.

A day of GDELT then gives ten, so that all cores are at work nearly to the end.
"""

_STEP = 256 * 1024
"""Bytes of lines that a shard may have more than wanted."""

ENDINGS = {"gz": ".nq.gz", "zstd": ".nq.zst", "none": ".nq"}
"""Name of a compression to the ending of its files."""


@dataclass(frozen=True)
class Shard:
    """What one shard is made from, and where it goes.

    Args:
        task: how rows are mapped.
        table: the table.
        number: the shard's number in its table, from 0.
        start: offset of its first line.
        stop: offset behind its last line; None for the end of the table.
        line: number of its first line.
        folder: where the shard is written.
        compression: a key of ``ENDINGS``.
    """

    task: Task
    table: TableFile
    number: int
    start: int
    stop: int | None
    line: int
    folder: Path
    compression: str

    @property
    def name(self) -> str:
        """Name of the shard's file."""
        return f"{self.task.key}-{self.number:04d}{ENDINGS[self.compression]}"


@dataclass
class Written:
    """A shard that was written.

    Args:
        name: its file.
        table: the table's name.
        sha256: hash of the file.
        bytes: its size.
        triples: how many quads it holds.
        rows: rows by outcome.
        kinds: mapped rows by the kind of event.
        rejects: the refused rows.
        visits: sides of visits, for pairing.
    """

    name: str
    table: str
    sha256: str = ""
    bytes: int = 0
    triples: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    rejects: list[Reject] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)

    def sign(self, folder: Path) -> None:
        """Take hash and size from the file."""
        path = folder / self.name
        with path.open("rb") as file:
            self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        self.bytes = path.stat().st_size

    def record(self) -> dict[str, Any]:
        """Return what the manifest says of it."""
        return {
            "file": self.name,
            "table": self.table,
            "sha256": self.sha256,
            "bytes": self.bytes,
            "triples": self.triples,
            "rows": dict(self.rows),
            "rejects": len(self.rejects),
        }


def write_shard(shard: Shard) -> Written:
    """Map the rows of a shard and write it.

    Raises:
        ReadError: the table cannot be read.
        OSError: the shard cannot be written.
    """
    with writing(shard.folder / shard.name, shard.compression) as out:
        written = map_shard(shard, out)
    written.sign(shard.folder)
    return written


def map_shard(shard: Shard, out: IO[bytes]) -> Written:
    """Map the rows of a shard into an open file.

    Returns:
        What was written, without hash and size.

    Raises:
        ReadError: the table cannot be read.
        OSError: the file cannot be written.
    """
    written = Written(shard.name, shard.table.name)
    known: set[str] = set()
    for part in parts(shard.table, shard.start, shard.stop, shard.line):
        mapped = map_part(shard.task, part)
        names = "".join(text for iri, text in mapped.names.items() if iri not in known)
        known.update(mapped.names)
        for text in (*mapped.texts, names.encode()):
            out.write(text)
        written.triples += mapped.triples + names.count("\n")
        written.rows.update(mapped.counts)
        written.kinds.update(mapped.kinds)
        written.rejects += mapped.rejects
        written.visits += mapped.visits
    return written


def plan(
    tables: Sequence[TableFile],
    columns: Columns,
    base: str,
    folder: Path,
    *,
    all_events: bool = False,
    compression: str = "gz",
    size: int = LINES,
) -> Iterator[Shard]:
    """Yield the shards into which tables are cut, in order.

    Args:
        tables: the tables.
        columns: their form.
        base: base of the IRIs.
        folder: where shards go.
        all_events: also keep events of none of our kinds.
        compression: a key of ``ENDINGS``.
        size: bytes of a plain table that one shard takes at most, but for its last part.

    Raises:
        ReadError: a table cannot be read.
    """
    for table in tables:
        looked = scan(table, columns)
        task = Task(base, table.key, table.name, columns, all_events, True, looked.repeated)
        yield from cut(table, task, folder, compression, size)


def cut(
    table: TableFile, task: Task, folder: Path, compression: str, size: int = LINES
) -> Iterator[Shard]:
    """Yield the shards into which one table is cut, in order.

    Args:
        table: the table.
        task: how it is mapped.
        folder: where shards go.
        compression: a key of ``ENDINGS``.
        size: bytes of a plain table that one shard takes at most, but for its last part.

    Raises:
        ReadError: the table cannot be read.
    """
    number, start, line = 0, 0, 1
    if table.path.suffix.lower() not in (".gz", ".zip"):
        whole = table.path.stat().st_size
        for part in parts(table, most=min(_STEP, size)):
            if part.last - start >= size and part.last < whole:
                yield Shard(task, table, number, start, part.last, line, folder, compression)
                number, start = number + 1, part.last
                line = part.line + part.data.count(b"\n")
    yield Shard(task, table, number, start, None, line, folder, compression)


@contextmanager
def writing(path: Path, compression: str) -> Iterator[IO[bytes]]:
    """Open a file, compressed as wanted, that is put in place when it is whole."""
    aside = path.with_name(f"{path.name}.new")
    if compression == "none":
        with aside.open("wb") as plain:
            yield cast(IO[bytes], plain)
    elif compression == "zstd":
        import zstandard

        with aside.open("wb") as file, zstandard.ZstdCompressor().stream_writer(file) as out:
            yield cast(IO[bytes], out)
    else:
        # Neither name nor time stands in the file: the same rows give the same bytes.
        with (
            aside.open("wb") as file,
            gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0) as out,
        ):
            yield cast(IO[bytes], out)
    aside.replace(path)
