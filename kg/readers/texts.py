"""Texts that stand apart from the facts which quote them, found by their SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import ReadError

LARGEST = 10 * 1024 * 1024
"""Files of more bytes are no article texts and are passed over."""


@dataclass(frozen=True)
class TextIndex:
    """The files in which texts may be found.

    Args:
        files: SHA-256 of the file's bytes to the file.
    """

    files: dict[str, Path] = field(default_factory=dict)

    @classmethod
    def of(cls, places: Iterable[Path]) -> TextIndex:
        """Index files, and all files below folders.

        Raises:
            ReadError: a place is not there, or a file in it cannot be read.
        """
        files: dict[str, Path] = {}
        for place in places:
            if not place.exists():
                raise ReadError(str(place), "is not there", "name a text file or a folder of them")
            for path in sorted(_files(place)):
                try:
                    if path.stat().st_size <= LARGEST:
                        files.setdefault(hashlib.sha256(path.read_bytes()).hexdigest(), path)
                except OSError as error:
                    raise ReadError(
                        str(path), f"cannot be read: {error.strerror}", "check its permissions"
                    ) from None
        return cls(files)

    def find(self, sha256: str) -> str | None:
        """Return the text with this SHA-256, or None where no file has it any more."""
        path = self.files.get(sha256)
        if path is None:
            return None
        try:
            data = path.read_bytes()
            return data.decode("utf-8") if hashlib.sha256(data).hexdigest() == sha256 else None
        except (OSError, UnicodeDecodeError):
            return None


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    else:
        yield from (path for path in place.rglob("*") if path.is_file())
