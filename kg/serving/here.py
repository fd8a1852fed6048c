"""The engine of a worker that has clients' connections: small results stay where they are made."""

from __future__ import annotations

import socket
from collections.abc import Callable

from kg.endpoint.alike import Looked
from kg.endpoint.engine import Question, check_size, prepare, run
from kg.endpoint.execute import Answer
from kg.endpoint.negotiate import Choice
from kg.endpoint.workers.process import Limits, Out, begins
from kg.endpoint.workers.rows import Counter
from kg.errors import KgError
from kg.store import Store


class LeftError(BaseException):
    """The result was too large, and went to the serving process: nothing is to be sent here."""


class Here:
    """An `Engine` that answers a question in this process, unless its result is large.

    Args:
        store: the store.
        connection: where large results go.
        limits: the limits.
        left: makes what goes before one.
    """

    def __init__(
        self,
        store: Store,
        connection: socket.socket,
        limits: Limits,
        left: Callable[[], bytes],
    ) -> None:
        self.rows: int | None = None
        self.revision: int | None = None
        self._store, self._connection = store, connection
        self._limits, self._left = limits, left
        self._found: tuple[Question, bytes, Looked, Choice] | None = None

    def find(self, question: Question) -> tuple[bytes, Choice]:
        """Return the whole result from the current revision, and the format it is in.

        What was found is given again to whoever asks the same.

        Raises:
            LeftError: it was large, and went to the serving process.
            KgError: what `kg.endpoint.execute.answer` raises.
        """
        check_size(question.text, self._limits.query_bytes)
        looked, choice = prepare(question)
        most = self._limits.rows
        with self._store.snapshot() as snapshot:
            revision = self.revision = snapshot.revision
            head = begins(revision, looked.form, choice.format.suffix, choice.media_type)
            counter = Counter(choice.format, looked.form)
            out = _Leaving(self._connection, head, counter, most, self._left)
            try:
                run(snapshot.ox, looked, question, choice.format, out, most)
                whole = out.kept()
            except KgError as error:
                if not out.has_sent:
                    raise
                out.fail(error)
                whole = None
        if whole is None:
            raise LeftError
        self.rows = out.rows
        self._found = question, whole, looked, choice
        return whole, choice

    def ask(self, question: Question) -> Answer:
        """Answer a question from the current revision."""
        if self._found is None or self._found[0] != question:
            self.find(question)
        assert self._found is not None and self.revision is not None
        _, whole, looked, choice = self._found
        return Answer(
            choice.content_type, len(whole), self.revision, looked.form, choice.format, _Held(whole)
        )


class _Leaving(Out):
    """Where a result goes that is kept, or is sent to the serving process if it becomes large.

    Args:
        connection: where to.
        begins: what goes before its first bytes.
        counter: counts its rows.
        most: most rows; None for any number.
        left: makes what goes before all that.
    """

    def __init__(
        self,
        connection: socket.socket,
        begins: bytes,
        counter: Counter,
        most: int | None,
        left: Callable[[], bytes],
    ) -> None:
        super().__init__(connection, begins, counter, most)
        self._left = left

    def _send(self, after: bytes, *, counted: bool = False) -> None:
        if not self.has_sent:
            self._connection.sendall(self._left())
        super()._send(after, counted=counted)


class _Held:
    """A result that is there, read as a `kg.endpoint.spool.Spool` is."""

    def __init__(self, whole: bytes) -> None:
        self._whole = whole

    def read(self, start: int) -> bytes:
        """Return the bytes from a place on."""
        return self._whole[start:] if start else self._whole

    def close(self) -> None:
        """Do nothing: it goes with its last user."""
