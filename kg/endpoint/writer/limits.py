"""What the writer's processes may take."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from kg.endpoint.settings import MEBIBYTE, Settings


@dataclass(frozen=True)
class Limits:
    """Limits of the writer process and its helpers.

    Args:
        seconds: longest time that a request may take, unless its sender names another.
        memory_bytes: memory that the engine may use; it is killed beyond.
        examiner_seconds: longest time that reading an update or an upload may take.
        examiner_bytes: memory that reading may use.
        body_bytes: longest body of a request.
        waiting: requests that wait at most; further ones are told to come back.
        waiting_bytes: bytes of all bodies that wait.
    """

    seconds: float = 60.0
    memory_bytes: int = 4096 * MEBIBYTE
    examiner_seconds: float = 30.0
    examiner_bytes: int = 1024 * MEBIBYTE
    body_bytes: int = 256 * MEBIBYTE
    waiting: int = 256
    waiting_bytes: int = 512 * MEBIBYTE

    @property
    def addresses(self) -> int:
        """Backstop for the engine, which maps far more than it uses."""
        return 4 * self.memory_bytes + 16384 * MEBIBYTE

    def as_text(self) -> str:
        """Return the limits as one argument of a command line."""
        return json.dumps(asdict(self))

    @classmethod
    def of_text(cls, text: str) -> Limits:
        """Return the limits that `as_text` wrote."""
        return cls(**json.loads(text))

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Return the limits that a server's settings ask for."""
        return cls(
            seconds=settings.update_seconds,
            memory_bytes=settings.writer_memory,
            body_bytes=max(cls.body_bytes, settings.upload_bytes),
        )
