"""An export of event tables: all shards, the pairs of visits, refused rows, and a manifest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import kg
from kg.errors import KgError
from kg.events.mapping import Mapping
from kg.events.rejects import RejectFile
from kg.events.shard_files import ENDINGS, Shard, Written, write_shard, writing
from kg.events.visits import Visits


class ExportError(KgError):
    """Shards that cannot be written."""


Engine = Callable[[Callable[[Shard], Written], Sequence[Shard]], Iterable[Written]]
"""Runs a function over shards and yields the results in the shards' order."""


@dataclass
class ExportSummary:
    """What an export did.

    Args:
        shards: the shards, pairs of visits among them.
        rows: rows by outcome.
        kinds: mapped rows by the kind of event.
        triples: quads in all shards.
        visits: pairs of rows that tell of one visit.
        rejects: the file of refused rows, if there are any.
    """

    shards: list[Written] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    triples: int = 0
    visits: int = 0
    rejects: Path | None = None


def export(shards: Sequence[Shard], folder: Path, base: str, engine: Engine) -> ExportSummary:
    """Write shards, the pairs of visits, the refused rows and the manifest.

    Args:
        shards: the shards, as planned.
        folder: where they go.
        base: base of the IRIs.
        engine: runs them.

    Returns:
        What was written. ``manifest.json`` says the same, and is there only when all of it is.
    """
    manifest = folder / "manifest.json"
    manifest.unlink(missing_ok=True)
    summary = ExportSummary()
    by_table: dict[str, Visits] = {}
    found: dict[str, list[tuple[str, str]]] = {}
    tasks = {shard.table.name: shard for shard in shards}
    with RejectFile(folder / "rejects.jsonl") as refused:
        for written in engine(write_shard, shards):
            for reject in written.rejects:
                refused.add(reject)
            pairs = by_table.setdefault(written.table, Visits()).add(written.visits)
            found.setdefault(written.table, []).extend(pairs)
            summary.shards.append(written)
    for table, pairs in found.items():
        if pairs:
            summary.shards.append(_write_pairs(tasks[table], pairs))
            summary.visits += len(pairs)
    for written in summary.shards:
        summary.rows.update(written.rows)
        summary.kinds.update(written.kinds)
        summary.triples += written.triples
    summary.rejects = refused.written
    _write_manifest(manifest, summary, base)
    return summary


def serially(work: Callable[[Shard], Written], shards: Sequence[Shard]) -> Iterator[Written]:
    """Run shards one after the other in this process."""
    yield from map(work, shards)


def _write_pairs(shard: Shard, pairs: list[tuple[str, str]]) -> Written:
    name = f"{shard.task.key}-visits{ENDINGS[shard.compression]}"
    mapping = Mapping(shard.task.base, shard.task.key, quads=True)
    written = Written(name, shard.table.name, triples=len(pairs))
    with writing(shard.folder / name, shard.compression) as out:
        out.write("".join(mapping.pair(*pair) for pair in pairs).encode())
    written.sign(shard.folder)
    return written


def _write_manifest(path: Path, summary: ExportSummary, base: str) -> None:
    record: dict[str, Any] = {
        "made_by": f"diplomacy-kg {kg.__version__}",
        "base": base,
        "rows": dict(summary.rows),
        "triples": summary.triples,
        "rejects": summary.rejects.name if summary.rejects else None,
        "shards": [written.record() for written in summary.shards],
    }
    aside = path.with_name(f"{path.name}.new")
    aside.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    aside.replace(path)
