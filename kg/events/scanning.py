"""A look over a whole table before it is mapped: its hash, its length, ids that stand twice."""

from __future__ import annotations

import hashlib
from array import array
from dataclasses import dataclass, field
from itertools import pairwise
from operator import lt

from kg.events.columns import Columns
from kg.events.files import TableFile
from kg.events.parts import parts


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
