"""HTTP to a remote engine: one request, its whole body, and every failure in one line.

A body is taken in whole before anything is made of it, so that one that breaks off is asked for
again, and never taken for an answer.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO

import httpx

import kg
from kg.addresses import Addresses, Credentials
from kg.store.remote.errors import Fault, RemoteError
from kg.store.remote.failures import (
    CHECK,
    cut,
    failure,
    reason,
    slow,
    too_large,
    unreachable,
)
from kg.store.remote.retry import Policy

_MEMORY = 8 * 1024 * 1024
_CONNECT = 10.0

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Request:
    """What is sent.

    Args:
        method: HTTP method.
        url: where to.
        accept: the media type wanted, or None where no body is looked at.
        parameters: what is added to the address.
        fields: a form as the body.
        body: the body.
        content_type: its type.
        also: further statuses that are no failure.
    """

    method: str
    url: str
    accept: str | None = None
    parameters: Fields = ()
    fields: Fields = ()
    body: bytes | None = field(default=None, repr=False)
    content_type: str = ""
    also: tuple[int, ...] = ()


@dataclass
class Reply:
    """What came, whole.

    Args:
        status: HTTP status.
        headers: its headers, with names in lower case.
        body: its body, to be read from the start; the reader closes it.
    """

    status: int
    headers: Mapping[str, str]
    body: IO[bytes]

    def __enter__(self) -> Reply:
        return self

    def __exit__(self, *_: object) -> None:
        self.body.close()


class Connection:
    """The connections of this process to a remote engine; safe to use from many threads.

    Args:
        addresses: where it is.
        credentials: who we are; None takes those of the environment.
        policy: when a request is sent again.
        seconds: longest time of one request.
        most: bytes of the longest body that is taken.
    """

    def __init__(
        self,
        addresses: Addresses,
        credentials: Credentials | None = None,
        policy: Policy | None = None,
        seconds: float = 300.0,
        most: int = 4096 * 1024 * 1024,
    ) -> None:
        self.addresses = addresses
        self._credentials = credentials or Credentials.from_environment()
        self._policy = policy or Policy()
        self._seconds, self._most = seconds, most
        self._clients: dict[int, httpx.Client] = {}

    def send(
        self,
        request: Request,
        *,
        policy: Policy | None = None,
        seconds: float | None = None,
        most: int | None = None,
    ) -> Reply:
        """Send a request that may be sent again; ``policy`` says how often.

        Args:
            request: what is sent.
            policy: when it is sent again; None takes the connection's.
            seconds: longest time, with all attempts; None takes the connection's for each.
            most: bytes of the longest body that is taken; None takes the connection's.

        Raises:
            RemoteError: it failed, and how.
        """
        until = None if seconds is None else time.monotonic() + seconds

        def attempt() -> Reply:
            left = self._seconds if until is None else max(until - time.monotonic(), 0.05)
            return self._once(request, left, most or self._most)

        return (policy or self._policy).run(attempt, until)

    def close(self) -> None:
        """Close the connections of this process."""
        client = self._clients.pop(os.getpid(), None)
        if client is not None:
            client.close()

    def __del__(self) -> None:
        with suppress(Exception):  # the interpreter may be ending
            self.close()

    def _once(self, request: Request, seconds: float, most: int) -> Reply:
        until = time.monotonic() + seconds
        place = request.url
        body: IO[bytes] = SpooledTemporaryFile(_MEMORY)  # noqa: SIM115 - closed by its reader
        began = False
        try:
            sent = self._client().build_request(
                request.method,
                place,
                params=list(request.parameters) or None,
                content=request.body,
                data=_form(request.fields),
                headers=_headers(request),
                timeout=httpx.Timeout(seconds, connect=min(_CONNECT, seconds)),
            )
            reply = self._client().send(sent, stream=True)
            try:
                began = True
                for piece in reply.iter_bytes():
                    body.write(piece)
                    if body.tell() > most:
                        raise too_large(place, most)
                    if time.monotonic() > until:
                        raise slow(place, seconds)
            finally:
                reply.close()
        except RemoteError:
            body.close()
            raise
        except httpx.TimeoutException as error:
            body.close()
            if isinstance(error, httpx.ConnectTimeout):
                raise unreachable(place, "it does not take connections") from None
            raise slow(place, seconds) from None
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as error:
            body.close()
            raise cut(place, began, error) from None
        except (httpx.TransportError, httpx.DecodingError, OSError) as error:
            body.close()
            raise unreachable(place, reason(error)) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            body.close()
            raise RemoteError(Fault.FAILED, f"{place}: {reason(error)}", CHECK) from None
        except BaseException:
            body.close()
            raise
        body.seek(0)
        headers = {name.lower(): value for name, value in reply.headers.items()}
        if reply.is_success or reply.status_code in request.also:
            return Reply(reply.status_code, headers, body)
        with body:
            raise failure(
                request.url, request.method, reply.status_code, headers, body.read(100_000)
            )

    def _client(self) -> httpx.Client:
        # A forked process must not use its parent's connections.
        client = self._clients.get(os.getpid())
        if client is None:
            at = self.addresses
            client = httpx.Client(
                auth=_Login(self._credentials),
                follow_redirects=False,
                # Certificates take a tenth of a second to load, and plain HTTP has none.
                verify=any(
                    address.lower().startswith("https:")
                    for address in (at.query, at.update, at.graphs)
                    if address is not None
                ),
                limits=httpx.Limits(max_connections=64, max_keepalive_connections=16),
            )
            self._clients = {os.getpid(): client}
        return client


class _Login(httpx.Auth):
    """Answers what the engine demands: Bearer at once, else Digest or Basic when it asks."""

    def __init__(self, credentials: Credentials) -> None:
        self._token, self._user = credentials.token, credentials.user
        self._password = credentials.password
        self._chosen: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request
            return
        if self._user is None:
            yield request
            return
        if self._chosen is None:
            reply = yield request
            challenge = reply.headers.get("www-authenticate", "").lower()
            if reply.status_code != 401:
                return
            kind = httpx.DigestAuth if "digest" in challenge else httpx.BasicAuth
            self._chosen = kind(self._user, self._password)
        yield from self._chosen.auth_flow(request)


def _form(fields: Fields) -> dict[str, list[str]] | None:
    form: dict[str, list[str]] = {}
    for name, value in fields:
        form.setdefault(name, []).append(value)
    return form or None


def _headers(request: Request) -> dict[str, str]:
    headers = {"User-Agent": f"diplomacy-kg/{kg.__version__}", "Accept": request.accept or "*/*"}
    if request.content_type:
        headers["Content-Type"] = request.content_type
    return headers
