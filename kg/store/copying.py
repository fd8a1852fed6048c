"""Backups and restores: a whole store copied while it is in use, or made from a dump."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from kg.errors import BaseMismatchError, StoreError
from kg.store.checkpoints import Checkpoints
from kg.store.durable import sync, sync_files
from kg.store.files import HashedFiles
from kg.store.kept import needed_files
from kg.store.layout import Description, Layout, check_base
from kg.store.store import Store

DUMPS = {
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
"""Ending of a dump to its format; all can name graphs."""

_MANAGED = re.compile(
    r"(.*/)graph/(?:entities|links|provenance|ontology|concepts|states|article/[^/]+)"
)


def copy_store(source: Store, target: Path) -> int:
    """Copy the current revision of a store, with its texts, facts and registry.

    Readers and a writer go on meanwhile. The copy is a store of its own, which shares no file
    with the first.

    Args:
        source: the store.
        target: folder of the copy, absent or empty.

    Returns:
        The revision that was copied.

    Raises:
        StoreError: the target is taken, or the disk refused.
    """

    def fill(layout: Layout) -> int:
        with source.snapshot() as snapshot:
            shutil.copytree(snapshot.path, layout.live)
            needed = needed_files(snapshot.ox)
            for files, folder, names in (
                (source.texts, layout.texts, needed.texts),
                (source.facts, layout.facts, needed.facts),
            ):
                _copy_files(files, folder, names)
            if source.layout.registry.exists():
                shutil.copyfile(source.layout.registry, layout.registry)
            return snapshot.revision

    return _make(target, source.base, fill)


def restore_dump(dump: Path, target: Path, base: str | None = None) -> str:
    """Make a store from a dump of all graphs, as N-Quads, TriG or JSON-LD.

    A dump has the graph alone: texts, the facts as loaded and the registry are only in backups.

    Args:
        dump: the file.
        target: folder of the new store, absent or empty.
        base: base of its IRIs; by default the one that the names of the managed graphs show.

    Returns:
        The base.

    Raises:
        BaseMismatchError: the dump shows another base, several, or none and none is given.
        StoreError: the file cannot be read, the target is taken, or the disk refused.
    """
    format = DUMPS.get(dump.suffix.lower())
    if format is None:
        raise StoreError(
            f"{dump}: is neither a backup's folder nor a dump",
            f"dumps that can be restored end in {', '.join(DUMPS)}",
        )
    if not dump.is_file():
        raise StoreError(f"{dump}: is not there", "name a backup's folder or a dump")
    found = ""

    def fill(layout: Layout) -> int:
        nonlocal found
        live = ox.Store(str(layout.live))
        try:
            live.bulk_load(path=str(dump), format=format)
        except (SyntaxError, ValueError) as error:
            raise StoreError(f"{dump}: cannot be read ({error})", "make the dump anew") from error
        found = _base_of(live, dump, base)
        live.flush()
        return 2  # the first revision of a store is empty

    _make(target, None, fill, lambda: found)
    return found


def _base_of(database: ox.Store, dump: Path, asked: str | None) -> str:
    names = (g.value for g in database.named_graphs() if isinstance(g, ox.NamedNode))
    shown = sorted({match[1] for match in map(_MANAGED.fullmatch, names) if match})
    wanted = None if asked is None else check_base(asked)
    if len(shown) > 1 and wanted not in shown:
        raise BaseMismatchError(
            f"{dump}: the graphs' names show several bases: {', '.join(shown)}",
            "say with --base which one is the store's",
        )
    if wanted is None and not shown:
        raise BaseMismatchError(f"{dump}: no graph's name shows the base", "give it with --base")
    if wanted is not None and shown and wanted not in shown:
        raise BaseMismatchError(
            f"{dump}: was made with the base {shown[0]}, not {wanted}",
            "leave KG_BASE and --base away",
        )
    return wanted or shown[0]


def _make(
    target: Path,
    base: str | None,
    fill: Callable[[Layout], int],
    base_after: Callable[[], str] = str,
) -> int:
    """Make a store beside its place and rename it there, so that it is whole or absent."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StoreError(f"{target}: is there already and not empty", "name a new folder")
    layout = Layout(target.with_name(f".{target.name}.unfinished"))
    try:
        shutil.rmtree(layout.root, ignore_errors=True)
        for folder in (layout.checkpoints, layout.texts, layout.facts, layout.rejects):
            folder.mkdir(parents=True)
        revision = fill(layout)
        live = ox.Store(str(layout.live))
        live.flush()
        checkpoints = Checkpoints(layout)
        checkpoints.make(live, revision)
        checkpoints.switch(revision)
        del live
        for folder in (layout.live, layout.texts, layout.facts):
            sync_files(folder)
        Description(base or base_after()).write(layout)
        layout.root.rename(target)
        sync(target.parent)
    except OSError as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(
            f"{target}: cannot be written ({error.strerror or error})",
            "make room on the disk, or name another place",
        ) from error
    finally:
        shutil.rmtree(layout.root, ignore_errors=True)
    return revision


def _copy_files(files: HashedFiles, folder: Path, names: set[str]) -> None:
    for name in names:
        path = files.path(name)
        # A store made from a dump has neither texts nor facts.
        if path.exists():
            shutil.copyfile(path, folder / path.name)
