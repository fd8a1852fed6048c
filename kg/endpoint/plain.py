"""An answer before any web framework has seen it: what `kg.serving.direct` sends as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Response


def _nothing() -> None:
    pass


@dataclass
class Plain:
    """An answer to a request.

    Args:
        status: HTTP status.
        headers: its headers, each once.
        body: its bytes, in pieces.
        close: frees what the body comes from; a second call does nothing.
    """

    status: int
    headers: dict[str, str]
    body: Iterable[bytes] = ()
    close: Callable[[], None] = _nothing

    def response(self) -> Response:
        """Return it for Flask, which processes that only run queries or write do without."""
        from flask import Response

        response = Response(self.body, self.status, headers=self.headers, direct_passthrough=True)
        if "Content-Type" not in self.headers:
            response.headers.pop("Content-Type", None)
        response.call_on_close(self.close)
        return response
