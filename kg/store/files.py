"""Files named by the SHA-256 of their content: the texts of articles and the loaded facts."""

from __future__ import annotations

import hashlib
from collections.abc import Container
from pathlib import Path

from kg.store.durable import UNFINISHED, sync


class HashedFiles:
    """A folder of files that never change, since their name is the hash of their content.

    Args:
        folder: the folder.
        ending: ending of the names, such as ``.txt``.
    """

    def __init__(self, folder: Path, ending: str) -> None:
        self.folder = folder
        self._ending = ending
        self._unsynced: dict[str, Path] = {}

    def path(self, sha256: str) -> Path:
        """Return where the content with a hash is, or would be."""
        return self.folder / f"{sha256}{self._ending}"

    def has(self, sha256: str) -> bool:
        """Tell whether the content with a hash is kept."""
        return self.path(sha256).exists()

    def get(self, sha256: str) -> bytes | None:
        """Return the content with a hash, or None when it is not kept."""
        if not sha256.isalnum():
            return None
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, data: bytes) -> str:
        """Keep a content; it is there, and surely on the disk, after `sync`.

        Returns:
            Its hash.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256)
        if sha256 not in self._unsynced and not path.exists():
            new = path.with_name(path.name + UNFINISHED)
            new.write_bytes(data)
            self._unsynced[sha256] = new
        return sha256

    def sync(self) -> None:
        """Put in place what was put since the last time, and wait until it is on the disk.

        Files that are all written before the first is waited for share its wait.
        """
        if not self._unsynced:
            return
        for new in self._unsynced.values():
            sync(new)
        for sha256, new in self._unsynced.items():
            new.replace(self.path(sha256))
        self._unsynced.clear()
        sync(self.folder)

    def drop(self, sha256: str) -> None:
        """Remove a content, if it is there."""
        self.path(sha256).unlink(missing_ok=True)

    def sweep(self, needed: Container[str]) -> int:
        """Remove every file that is not needed, and those a killed writer left unfinished.

        Returns:
            How many were removed.
        """
        removed = 0
        for path in self.folder.iterdir():
            name = path.name
            if name.endswith(UNFINISHED) or (
                name.endswith(self._ending) and name.removesuffix(self._ending) not in needed
            ):
                path.unlink()
                removed += 1
        return removed
