"""Updates on the live store: who may, what may be written, and when it is acknowledged."""

from __future__ import annotations

import hmac
import threading
import time

import pyoxigraph as ox

from kg.endpoint.engine import DatasetClause, TooLargeError
from kg.endpoint.guard import examine
from kg.endpoint.problems import ProblemError
from kg.endpoint.rewrite import for_engine
from kg.endpoint.settings import Settings
from kg.endpoint.syntax import syntax_error
from kg.endpoint.targets import Target, targets
from kg.endpoint.tokens import place
from kg.errors import StoreBusyError
from kg.iris import Minter
from kg.store import Store, Writer

_ONE_AT_A_TIME = threading.Lock()


def authorise(header: str | None, settings: Settings) -> None:
    """Let a writer in by its bearer token (RFC 6750), compared in constant time.

    Args:
        header: the Authorization header.
        settings: they hold the token.

    Raises:
        ProblemError: 403 where there is no token to know, 401 where the right one was not sent.
    """
    if settings.token is None:
        raise ProblemError(
            403, "read-only", "This server is read-only",
            "writing is off, since the server was started without KG_TOKEN",
            "start it with KG_TOKEN=… and send 'Authorization: Bearer …'",
        )  # fmt: skip
    scheme, _, sent = (header or "").partition(" ")
    right = hmac.compare_digest(
        sent.strip().encode("utf-8", "surrogateescape"), settings.token.encode()
    )
    if scheme.lower() == "bearer" and right:
        return
    challenge = 'Bearer realm="diplomacy-kg"'
    if header:
        challenge += ', error="invalid_token"'
    raise ProblemError(
        401, "unauthorised", "Writing needs the token",
        "the token is not the right one" if header else "no token was sent",
        "send 'Authorization: Bearer …' with the value of the server's KG_TOKEN",
        {"WWW-Authenticate": challenge},
    )  # fmt: skip


def update(
    store: Store,
    text: str,
    using: DatasetClause | None = None,
    *,
    managed: bool = False,
    settings: Settings | None = None,
) -> int:
    """Run an update on the live store, and commit it.

    The whole update is one transaction. When this returns it is on the disk, and every query
    that starts afterwards sees it.

    Args:
        store: the store.
        text: SPARQL 1.1 Update.
        using: the graphs that the request names for its WHERE clauses.
        managed: whether it may change the graphs that the loader keeps.
        settings: limits.

    Returns:
        The revision that has it.

    Raises:
        QueryError: it cannot be read.
        RefusedError: it has LOAD or SERVICE, or nests too deep.
        ProblemError: it could change managed graphs and may not, or the engine refused it.
        StoreBusyError: another process kept on writing.
        StoreError: the disk refused.
    """
    limits = settings or Settings()
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > limits.update_bytes:
        raise TooLargeError(
            f"the update has {size:,} bytes; {limits.update_bytes:,} are allowed",
            "send it in parts, or load files with 'kg load'",
        )
    examined = examine(text, update=True)
    reached = list(targets(examined, store.base))
    if not managed:
        _spare_managed(store, text, reached)
    ready = for_engine(examined, using or DatasetClause(), store.base)
    _check_syntax(ready, store.base)
    if not reached:
        return store.revision
    with _ONE_AT_A_TIME, _writer(store, limits.writer_wait) as writer:
        writer.touch()
        try:
            writer.ox.update(ready, base_iri=store.base)
        except RuntimeError as error:
            raise ProblemError(
                409, "update-failed", "The update could not be done", str(error),
                "nothing was changed; SILENT lets an update go on where a graph is missing",
            ) from error  # fmt: skip
        return writer.commit()


def _spare_managed(store: Store, text: str, reached: list[Target]) -> None:
    minter = Minter(store.base)
    for target in reached:
        if target.graph is not None and not minter.is_managed(target.graph):
            continue
        line, column = place(text, target.token.start)
        what = (
            f"{target.token.text} could be any graph, those of the loader among them"
            if target.graph is None
            else f"<{target.graph}> is kept by the loader"
        )
        raise ProblemError(
            403, "managed-graph", "This graph is kept by the loader", what,
            "name a graph of your own; or send the parameter managed=allow if you mean it, "
            "knowing that the next load of the article undoes it",
            members={"line": line, "column": column},
        )  # fmt: skip


def _check_syntax(text: str, base: str) -> None:
    """Let the engine read the update where it can do nothing."""
    try:
        ox.Store().update(text, base_iri=base)
    except SyntaxError as error:
        raise syntax_error(str(error), text) from error
    except RuntimeError:
        pass  # a graph that is missing there need not be missing here


def _writer(store: Store, wait: float) -> Writer:
    """Become the store's writer, waiting for another process to finish."""
    until = time.monotonic() + wait
    while True:
        try:
            return store.writer()
        except StoreBusyError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
