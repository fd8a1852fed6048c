"""The one door to the engine: a query goes in, a stream of bytes and its type come out.

What is behind `answer` may change, from the engine in this process to one in another; what it
promises stays:

- nothing of a wrong answer is given: an error is raised before the first byte, or not at all;
- the query cannot open connections, and cannot change the store;
- memory is bounded whatever the result's size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import IO, Protocol

import pyoxigraph as ox

from kg.endpoint.depth import RefusedError
from kg.endpoint.guard import Examined, Form, examine
from kg.endpoint.negotiate import negotiate
from kg.endpoint.settings import Settings
from kg.endpoint.spool import Spool
from kg.endpoint.syntax import syntax_error
from kg.errors import QueryError, StoreError
from kg.formats import GRAPHS, RESULTS, Format
from kg.vocabulary import PREFIXES

_CHUNK = 64 * 1024


class Revision(Protocol):
    """A revision of a store, as `kg.store.Snapshot` gives it."""

    revision: int

    @property
    def ox(self) -> ox.Store:
        """The database, to be read only."""


@dataclass(frozen=True)
class DatasetClause:
    """The dataset that a request names (SPARQL 1.1 Protocol, 2.1.4).

    It overrides FROM and FROM NAMED in the query. With neither, the default graph is the union
    of all graphs and every graph can be named.

    Args:
        default: IRIs of the graphs whose union is the default graph.
        named: IRIs of the graphs that GRAPH can reach.
    """

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.default or self.named)


@dataclass
class Answer:
    """An answer that is whole: what `answer` returns.

    Args:
        content_type: for the header of that name.
        length: bytes to come.
        revision: the store's revision that it tells of.
        form: what was asked for.
        format: the format it is in.
    """

    content_type: str
    length: int
    revision: int
    form: Form
    format: Format
    _file: IO[bytes] = field(repr=False)

    @property
    def chunks(self) -> Iterator[bytes]:
        """The bytes, once; what they were kept in is freed at their end."""
        try:
            while chunk := self._file.read(_CHUNK):
                yield chunk
        finally:
            self.close()

    def close(self) -> None:
        """Free what the answer is kept in; a second call does nothing."""
        self._file.close()

    def __enter__(self) -> Answer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class TooLongError(RefusedError):
    """A query or an update that is longer than the limit."""


def answer(
    snapshot: Revision,
    query: str,
    dataset: DatasetClause | None = None,
    accept: str | None = None,
    *,
    named: str | None = None,
    base: str | None = None,
    settings: Settings | None = None,
) -> Answer:
    """Answer a query.

    A dataset of several graphs is their set union by the standard, but Oxigraph does not merge
    what stands in more than one: such a triple comes back once for each. The graphs that the
    loader keeps share no triples, so this is seen only with graphs of users.

    Args:
        snapshot: the revision to ask.
        query: SPARQL 1.1 Query.
        dataset: the dataset that the request names, if it does.
        accept: Accept header; None means anything.
        named: a format by name, which overrides ``accept``.
        base: what relative IRIs in the query are relative to.
        settings: limits.

    Returns:
        The answer, whole. The snapshot may be closed at once; the answer must be closed.

    Raises:
        QueryError: the query cannot be read; line and column say where.
        RefusedError: it is not run, or not to its end, and why.
        NotAcceptableError: none of the formats for this form of query is wanted.
    """
    limits = settings or Settings()
    size = len(query.encode("utf-8", "surrogatepass"))
    if size > limits.query_bytes:
        raise TooLongError(
            f"the query has {size:,} bytes; {limits.query_bytes:,} are allowed",
            "cut it into several",
        )
    examined = examine(query)
    rows = examined.form in (Form.SELECT, Form.ASK)
    choice = negotiate(accept, RESULTS if rows else GRAPHS, named=named)
    spool = Spool(limits)
    try:
        run(snapshot.ox, examined, dataset or DatasetClause(), choice.format, spool, base)
    except BaseException:
        spool.file.close()
        raise
    spool.file.seek(0)
    return Answer(
        choice.content_type, spool.size, snapshot.revision, examined.form, choice.format, spool.file
    )


def run(
    database: ox.Store,
    examined: Examined,
    dataset: DatasetClause,
    form: Format,
    out: Spool,
    base: str | None = None,
) -> None:
    """Run a query that was examined, and write its whole result.

    Raises:
        QueryError: the engine cannot read it.
        TooLargeError: the result is over the limit.
    """
    try:
        if dataset:
            results = database.query(
                examined.text,
                base_iri=base,
                default_graph=[*_nodes(dataset.default)],
                named_graphs=[*_nodes(dataset.named)],
            )
        else:
            # Oxigraph ignores FROM where the default graph is the union.
            results = database.query(
                examined.text,
                base_iri=base,
                use_default_graph_as_union=not examined.names_dataset,
            )
        if isinstance(results, ox.QueryTriples):
            assert isinstance(form.engine, ox.RdfFormat)  # negotiated from GRAPHS
            prefixes = None if form.engine == ox.RdfFormat.N_TRIPLES else PREFIXES
            ox.serialize(results, out, form.engine, prefixes=prefixes)  # type: ignore[arg-type]
        else:
            assert isinstance(form.engine, ox.QueryResultsFormat)  # negotiated from RESULTS
            results.serialize(out, form.engine)  # type: ignore[arg-type]
        out.finish()
    except SyntaxError as error:
        raise syntax_error(str(error), examined.text) from error
    except RuntimeError as error:
        raise QueryError(str(error), "remove it from the query") from error
    except OSError as error:
        raise StoreError(f"reading failed while a query ran ({error})") from error


def _nodes(iris: Sequence[str]) -> Iterator[ox.NamedNode]:
    for iri in dict.fromkeys(iris):
        try:
            yield ox.NamedNode(iri)
        except ValueError as error:
            raise QueryError(
                f"{iri!r} is not an absolute IRI", "name graphs by their IRIs"
            ) from error
