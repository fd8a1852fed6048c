"""The one door to the engine: a query goes in, a stream of bytes and its type come out.

Behind `answer` is the engine in this process (for the command line, with a snapshot) or in a
worker process (for a server, with its `Engine`). What it promises is the same:

- nothing of a wrong answer is given: an error is raised before the first byte, or, once a result
  is larger than what is held back, while its bytes are read, so that they do not end well;
- the query cannot open connections, and cannot change the store;
- memory is bounded whatever the result's size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Protocol, cast

import pyoxigraph as ox

from kg.endpoint.engine import DatasetClause, Question, TooLargeError, check_size, prepare, run
from kg.endpoint.guard import Form
from kg.endpoint.settings import Settings
from kg.endpoint.spool import Spool
from kg.formats import Format

__all__ = ["Answer", "DatasetClause", "Engine", "Question", "Revision", "TooLargeError", "answer"]


class Revision(Protocol):
    """A revision of a store, as `kg.store.Snapshot` gives it."""

    revision: int

    @property
    def ox(self) -> ox.Store:
        """The database, to be read only."""


class Engine(Protocol):
    """What answers questions elsewhere, under limits of its own."""

    def ask(self, question: Question) -> Answer:
        """Answer a question from the current revision; raises what `answer` does."""


class Bytes(Protocol):
    """The bytes of an answer, as `kg.endpoint.spool.Spool` gives them."""

    def read(self, start: int, /) -> bytes:
        """Return bytes from a place on, waiting for the first; an empty string at the end."""

    def close(self) -> None:
        """Free them; a second call does nothing."""


class Answer:
    """An answer: what `answer` returns. It must be closed.

    Args:
        content_type: for the header of that name.
        length: bytes to come; None where the answer is so large that its end is not known yet.
        revision: the store's revision that it tells of.
        form: what was asked for.
        format: the format it is in.
        spool: where its bytes are.
        rows: gives the rows of a SELECT result, where they are known.
        give_up: ends what still makes the answer.
    """

    def __init__(
        self,
        content_type: str,
        length: int | None,
        revision: int,
        form: Form,
        format: Format,
        spool: Bytes,
        rows: Callable[[], int | None] = lambda: None,
        give_up: Callable[[], None] | None = None,
    ) -> None:
        self.content_type, self.length, self.revision = content_type, length, revision
        self.form, self.format, self.rows = form, format, rows
        self._spool, self._give_up = spool, give_up
        self._first = b""

    def begin(self) -> None:
        """Take the first bytes, so that what has failed meanwhile is told before any is sent.

        Raises:
            KgError: the answer cannot be finished; it is closed.
        """
        try:
            self._first = self._spool.read(0)
        except BaseException:
            self.close()
            raise

    @property
    def chunks(self) -> Iterator[bytes]:
        """The bytes, once; what they were kept in is freed at their end.

        Raises:
            KgError: the answer cannot be finished (only where ``length`` is None); what came
                before must not be taken for the whole.
        """
        at = 0
        chunk, self._first = self._first, b""
        try:
            while chunk := chunk or self._spool.read(at):
                at += len(chunk)
                yield chunk
                chunk = b""
        finally:
            self.close()

    def close(self) -> None:
        """Free what the answer is kept in; a second call does nothing."""
        give_up, self._give_up = self._give_up, None
        if give_up is not None:
            give_up()
        self._spool.close()

    def __enter__(self) -> Answer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def answer(
    asked: Revision | Engine,
    query: str,
    dataset: DatasetClause | None = None,
    accept: str | None = None,
    *,
    named: str | None = None,
    base: str | None = None,
    union: bool = True,
    settings: Settings | None = None,
) -> Answer:
    """Answer a query.

    Args:
        asked: a revision to ask in this process, or an engine elsewhere.
        query: SPARQL 1.1 Query.
        dataset: the dataset that the request names, if it does.
        accept: Accept header; None means anything.
        named: a format by name, which overrides ``accept``.
        base: what relative IRIs in the query are relative to.
        union: whether the default graph is the union of all graphs where no dataset is named.
        settings: limits for a query in this process.

    Returns:
        The answer. A snapshot may be closed at once; the answer must be closed.

    Raises:
        QueryError: the query cannot be read; line and column say where.
        RefusedError: it is not run, or not to its end, and why.
        StoppedError: an engine stopped it, and why.
        NotAcceptableError: none of the formats for this form of query is wanted.
    """
    question = Question(query, dataset or DatasetClause(), accept, named, base, union)
    if hasattr(asked, "ask"):
        return cast(Engine, asked).ask(question)
    return answered_here(asked, question, settings or Settings())


def answered_here(asked: Revision, question: Question, limits: Settings) -> Answer:
    """Answer a question from a revision, in this process; raises what `answer` does."""
    check_size(question.text, limits.query_bytes)
    looked, choice = prepare(question)
    spool = Spool(limits.memory_bytes, limits.result_bytes)
    try:
        run(asked.ox, looked, question, choice.format, spool, limits.result_rows)
    except BaseException:
        spool.close()
        raise
    spool.end()
    return Answer(
        choice.content_type, spool.size, asked.revision, looked.form, choice.format, spool
    )
