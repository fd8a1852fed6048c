"""Where a remote engine is asked, changed and given whole graphs, and who we are there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from kg.errors import StoreError


def is_address(text: str) -> bool:
    """Tell whether a store is named by an address rather than by its folder."""
    return text.lower().startswith(("http://", "https://"))


@dataclass(frozen=True)
class Credentials:
    """What we show to a remote engine; never part of a message.

    Args:
        token: a bearer token.
        user: a name, for Basic and Digest authentication.
        password: its password.
    """

    token: str | None = field(default=None, repr=False)
    user: str | None = field(default=None, repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Credentials:
        """Return what ``KG_REMOTE_TOKEN``, ``KG_REMOTE_USER`` and ``KG_REMOTE_PASSWORD`` say.

        Args:
            environment: the variables; None takes those of this process.

        Raises:
            StoreError: one of them has characters that no HTTP header can carry.
        """
        given = os.environ if environment is None else environment
        token = given.get("KG_REMOTE_TOKEN") or None
        user = given.get("KG_REMOTE_USER") or None
        password = given.get("KG_REMOTE_PASSWORD", "")
        if token is not None and not (token.isascii() and token.isprintable() and " " not in token):
            raise StoreError(
                "KG_REMOTE_TOKEN has characters that no HTTP header can carry",
                "use letters, digits and -._~+/= only",
            )
        return cls(token, user, password)


@dataclass(frozen=True)
class Addresses:
    """The addresses of a remote engine.

    Args:
        query: where it answers queries (SPARQL 1.1 Protocol).
        update: where it takes updates; None where we only read.
        graphs: where it takes whole graphs (Graph Store HTTP Protocol); None where we only read.
        files: folder with the texts, facts and registry that go with the graph, or None.
    """

    query: str
    update: str | None = None
    graphs: str | None = None
    files: Path | None = None

    def __post_init__(self) -> None:
        for option, address in (
            ("--store", self.query),
            ("--update", self.update),
            ("--graph-store", self.graphs),
        ):
            if address is not None:
                _check(option, address)

    def __str__(self) -> str:
        return self.query

    def for_writing(self) -> tuple[str, str]:
        """Return the addresses for updates and for graphs.

        Raises:
            StoreError: one of them was not given.
        """
        if self.update is None or self.graphs is None:
            missing = [
                f"{option} (or {variable})"
                for option, variable, address in (
                    ("--update", "KG_UPDATE", self.update),
                    ("--graph-store", "KG_GRAPH_STORE", self.graphs),
                )
                if address is None
            ]
            raise StoreError(
                f"{self.query}: writing needs the engine's addresses for updates and graphs",
                f"give {' and '.join(missing)}; with Virtuoso they end in /sparql-auth and "
                "/sparql-graph-crud-auth, with Oxigraph in /update and /store",
            )
        return self.update, self.graphs


def _check(option: str, address: str) -> None:
    try:
        parts = urlsplit(address)
        named = parts.hostname, parts.port
    except ValueError as error:
        raise StoreError(f"{option}: this is not an address ({error})", _EXAMPLE) from error
    if parts.username is not None or parts.password is not None:
        # The address is not shown, since a password is in it.
        raise StoreError(
            f"{option}: the address has a name or password in it, which would be seen",
            "leave it away, and set KG_REMOTE_USER and KG_REMOTE_PASSWORD",
        )
    if not is_address(address) or not named[0]:
        raise StoreError(f"{option}: {address!r} is not an http or https address", _EXAMPLE)
    if parts.fragment or not address.isprintable() or " " in address:
        raise StoreError(f"{option}: {address!r} is not an address to ask at", _EXAMPLE)


_EXAMPLE = "write one such as https://example.org/sparql"


Place = Path | Addresses
"""Where a store is: its folder, or the addresses of a remote engine."""
