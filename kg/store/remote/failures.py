"""How requests to a remote engine fail, in words for people."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kg.store.remote.errors import Fault, RemoteError

_TOLD = 300  # characters of an engine's own words that are shown

CHECK = "check the address, and whether the engine runs"


def unreachable(place: str, why: str) -> RemoteError:
    """Return the error for an engine to which there is no connection."""
    return RemoteError(Fault.UNREACHABLE, f"{place}: the engine cannot be reached ({why})", CHECK)


def slow(place: str, seconds: float) -> RemoteError:
    """Return the error for an engine that takes too long."""
    return RemoteError(
        Fault.SLOW,
        f"{place}: the engine did not answer within {seconds:.3g} s",
        "ask for less, or try again when it has less to do",
    )


def cut(place: str, began: bool, error: Exception) -> RemoteError:
    """Return the error for an answer that broke off, or never began."""
    what = "its answer broke off" if began else "it closed the connection without an answer"
    return RemoteError(
        Fault.CUT,
        f"{place}: {what} ({reason(error)})",
        "try again; the engine's log may have the reason",
    )


def too_large(place: str, most: int) -> RemoteError:
    """Return the error for an answer that is larger than we take."""
    return RemoteError(
        Fault.LARGE, f"{place}: the answer has more than {most:,} bytes", "ask for less"
    )


def reason(error: BaseException) -> str:
    """Return the first line of what an error says."""
    return (str(error) or type(error).__name__).splitlines()[0][:_TOLD]


def failure(
    place: str, method: str, status: int, headers: Mapping[str, str], body: bytes
) -> RemoteError:
    """Return the error for a status, with the engine's own words."""
    said = _words(body)
    told = f": {said}" if said else ""
    wait = _seconds(headers.get("retry-after"))
    if status in (401, 403) or "SECURITY" in said:
        return RemoteError(
            Fault.LOGIN,
            f"{place}: the engine does not let us do this (status {status})",
            "set KG_REMOTE_USER and KG_REMOTE_PASSWORD, or KG_REMOTE_TOKEN, to who may",
        )
    if 300 <= status < 400:
        return RemoteError(
            Fault.MISSING,
            f"{place}: the engine is elsewhere (status {status}, "
            f"{headers.get('location', 'without an address')})",
            "give that address, if you trust it",
        )
    if status in (404, 405, 410, 501):
        return RemoteError(
            Fault.MISSING,
            f"{place}: there is no such service here (status {status} to {method})",
            "check the address: queries, updates and graphs often have their own",
        )
    if status in (429, 502, 503, 504) or _DEADLOCK.search(said):
        return RemoteError(
            Fault.BUSY,
            f"{place}: the engine cannot do it now (status {status}{told})",
            "try again later",
            wait,
        )
    if status >= 500:
        return RemoteError(
            Fault.FAILED, f"{place}: the engine failed (status {status}{told})", "see its log"
        )
    return RemoteError(
        Fault.REFUSED,
        f"{place}: the engine does not take this (status {status}{told})",
        "correct it, or see the engine's documentation",
    )


_DEADLOCK = re.compile(r"\b40001\b|deadlock", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]*>|\s+")


def _words(body: bytes) -> str:
    """Return the first words of an error's body, without tags."""
    text = body.decode("utf-8", "replace").partition("SPARQL query:")[0]
    return " ".join(part for part in _TAGS.sub(" ", text).split(" ") if part)[:_TOLD]


def _seconds(header: str | None) -> float | None:
    return float(header) if header is not None and header.strip().isdigit() else None
