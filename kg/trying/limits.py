"""What a process that reads a text is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What the process is told.

    Args:
        memory: bytes that reading a text may use.
        base: what IRIs begin with.
        registry: the store's file that says who is who.
    """

    memory: int
    base: str
    registry: str
