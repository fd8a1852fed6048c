"""The load journal: which parts of a table are in the store already, should the load be killed.

A file a table in the store's folder ``loads``, there only while the table is being loaded: its
first line says what is loaded, each further line names a part that is on the disk.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from kg.store.durable import sync, write_file


@dataclass(frozen=True)
class Entry:
    """A load that has begun and not ended.

    Args:
        digest: what is loaded: content, options and version of the mapping.
        done: numbers of the parts that are on the disk.
    """

    digest: str
    done: frozenset[int] = field(default_factory=frozenset)


class Journal:
    """The journal of one store.

    Args:
        folder: where it is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, key: str) -> Entry | None:
        """Return how far the load of a table has come, or None where none is under way."""
        try:
            lines = self._path(key).read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return None
        try:
            digest = str(json.loads(lines[0])["digest"])
        except (ValueError, KeyError, TypeError):
            return Entry("")
        # The last line may be cut off; it has no line end then.
        return Entry(digest, frozenset(int(line) for line in lines[1:-1] if line.isdecimal()))

    def begin(self, key: str, digest: str) -> None:
        """Note that the load of a table begins anew."""
        self._folder.mkdir(exist_ok=True)
        write_file(self._path(key), json.dumps({"digest": digest}).encode() + b"\n")

    def done(self, key: str, part: int) -> None:
        """Note that a part is on the disk."""
        with self._path(key).open("ab") as file:
            file.write(b"%d\n" % part)
            file.flush()
            os.fsync(file.fileno())

    def end(self, key: str) -> None:
        """Note that the load is over."""
        self._path(key).unlink(missing_ok=True)
        if self._folder.is_dir():
            sync(self._folder)

    def keys(self) -> list[str]:
        """Return the tables whose load was begun and not ended."""
        return sorted(path.name.removesuffix(".load") for path in self._folder.glob("*.load"))

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.load"
