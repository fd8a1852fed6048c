"""The folder of a store: what is where, which format it has, and whose IRIs it mints.

::

    store.json             format version, base of minted IRIs, what made it
    live/                  the database, for one writer
    checkpoints/000042/    database of a revision, read-only; `lease` is locked by its readers
    current                number of the revision that readers open
    texts/SHA256.txt       texts of articles          facts/SHA256.json   facts as they were loaded
    registry.yaml          the entity registry        rejects/            records that were refused
    changes                what each commit changed   search/             the search index
    writer.lock            locked by the writer       dirty, unswept      marks of unfinished work
    loads/                 event tables that are being loaded: which parts are in
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import kg
from kg.errors import BaseMismatchError, StoreError
from kg.iris import DEFAULT_BASE
from kg.store.durable import write_file

FORMAT = 1
"""Version of the folder's format; raised when an older program could not read it rightly."""


@dataclass(frozen=True)
class Layout:
    """The places inside a store's folder."""

    root: Path

    @property
    def description(self) -> Path:
        """The file that makes the folder a store; written last."""
        return self.root / "store.json"

    @property
    def live(self) -> Path:
        """The database that the writer works on."""
        return self.root / "live"

    @property
    def checkpoints(self) -> Path:
        """The folder of checkpoints."""
        return self.root / "checkpoints"

    @property
    def current(self) -> Path:
        """The file that names the current revision."""
        return self.root / "current"

    @property
    def texts(self) -> Path:
        """The folder of article texts."""
        return self.root / "texts"

    @property
    def facts(self) -> Path:
        """The folder of facts, as they were loaded."""
        return self.root / "facts"

    @property
    def rejects(self) -> Path:
        """The folder of refused records."""
        return self.root / "rejects"

    @property
    def loads(self) -> Path:
        """The folder of the load journal."""
        return self.root / "loads"

    @property
    def registry(self) -> Path:
        """The entity registry."""
        return self.root / "registry.yaml"

    @property
    def changes(self) -> Path:
        """The journal of what each commit changed."""
        return self.root / "changes"

    @property
    def search(self) -> Path:
        """The folder of the search index, which is made anew where it is missing."""
        return self.root / "search"

    @property
    def lock(self) -> Path:
        """The file that the writer locks."""
        return self.root / "writer.lock"

    @property
    def dirty(self) -> Path:
        """Mark that the live database may be ahead of the current checkpoint."""
        return self.root / "dirty"

    @property
    def unswept(self) -> Path:
        """Mark that texts or facts may be there that no article needs."""
        return self.root / "unswept"

    def is_store(self) -> bool:
        """Tell whether the folder is a finished store."""
        return self.description.is_file()

    def is_free(self) -> bool:
        """Tell whether a store may be made here: nothing, or only a creation that was cut off."""
        if not self.root.exists():
            return True
        if not self.root.is_dir():
            return False
        ours = {"live", "checkpoints", "current", "texts", "facts", "rejects", "loads",
                "registry.yaml",
                "writer.lock", "dirty", "unswept", "store.json.new", "current.new",
                "registry.yaml.new"}  # fmt: skip
        names = {path.name for path in self.root.iterdir()}
        return not names or ("writer.lock" in names and names <= ours)


@dataclass(frozen=True)
class Description:
    """What ``store.json`` says.

    Args:
        base: base of the IRIs that the store mints, ending in ``/``.
        created_by: name and version of the program that made the store.
        format: version of the folder's format.
    """

    base: str
    created_by: str = f"diplomacy-kg {kg.__version__}"
    format: int = FORMAT

    @classmethod
    def read(cls, layout: Layout) -> Description:
        """Read the description of a store.

        Raises:
            StoreError: there is no store in the folder, or it has another format.
        """
        if not layout.root.exists():
            raise StoreError(f"{layout.root}: there is no store here", "'kg load' makes one")
        if not layout.is_store():
            raise StoreError(
                f"{layout.root}: this is not a store (it has no store.json)",
                "name the folder of a store with --store, or one that does not exist yet",
            )
        try:
            record = json.loads(layout.description.read_text(encoding="utf-8"))
            found = cls(str(record["base"]), str(record["created_by"]), int(record["format"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"{layout.description}: cannot be read ({error})", "restore the store from a backup"
            ) from error
        if found.format != FORMAT:
            raise StoreError(
                f"{layout.root}: the store has format {found.format} (made by "
                f"{found.created_by}), this program reads format {FORMAT}",
                "install the version that made it, or dump it there and restore the dump here",
            )
        return found

    def write(self, layout: Layout) -> None:
        """Write the description, which makes the folder a store."""
        record = {"format": self.format, "base": self.base, "created_by": self.created_by}
        write_file(layout.description, (json.dumps(record, indent=2) + "\n").encode())


def check_base(base: str) -> str:
    """Return a base of IRIs in its usual form, ending in ``/``.

    Raises:
        BaseMismatchError: it is no http(s) IRI that a path can follow.
    """
    text = base.strip()
    plain = not any(character in text for character in ' <>"{}|\\^`?#') and text.isprintable()
    if not plain or not text.startswith(("http://", "https://")) or len(text.split("/")) < 3:
        raise BaseMismatchError(
            f"{base!r} cannot be the base of IRIs",
            f"give an http or https address without query or fragment, such as {DEFAULT_BASE}",
        )
    return text if text.endswith("/") else f"{text}/"
