"""What a server may be told: limits and the token for writing."""

from __future__ import annotations

import os
from dataclasses import dataclass

from kg.errors import KgError

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Settings:
    """Settings of the endpoint.

    Args:
        token: what a writer must send as bearer token; None refuses every write.
        query_bytes: longest query taken, in bytes of UTF-8.
        update_bytes: longest update taken.
        result_bytes: longest result given; a longer one is an error, never cut off.
        memory_bytes: how much of a result is held in memory before it goes to a temporary file.
        writer_wait: seconds that an update waits while another one writes.
    """

    token: str | None = None
    query_bytes: int = MEBIBYTE
    update_bytes: int = 8 * MEBIBYTE
    result_bytes: int = 4096 * MEBIBYTE
    memory_bytes: int = MEBIBYTE
    writer_wait: float = 5.0

    @classmethod
    def from_environment(cls) -> Settings:
        """Return the defaults, with ``KG_TOKEN`` from the environment.

        Raises:
            KgError: the token is one that no client can send.
        """
        token = os.environ.get("KG_TOKEN", "")
        if token and not (token.isascii() and token.isprintable() and " " not in token):
            raise KgError(
                "KG_TOKEN has characters that no HTTP header can carry; "
                "use letters, digits and -._~+/= only"
            )
        return cls(token=token or None)
