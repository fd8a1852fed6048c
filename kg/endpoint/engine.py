"""A query and the engine, in whichever process: what is asked, and how Oxigraph is made to answer.

Nothing here knows of processes, limits of time and memory, or HTTP.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import pyoxigraph as ox

from kg.endpoint.alike import Looked, look
from kg.endpoint.declarations import Ordered, Out
from kg.endpoint.depth import RefusedError
from kg.endpoint.guard import Form
from kg.endpoint.negotiate import Choice, negotiate
from kg.endpoint.syntax import syntax_error
from kg.errors import QueryError, StoreError
from kg.formats import GRAPHS, RESULTS, Format
from kg.vocabulary import PREFIXES


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


@dataclass(frozen=True)
class Question:
    """What a client asks.

    Args:
        text: SPARQL 1.1 Query.
        dataset: the dataset that the request names.
        accept: Accept header; None means anything.
        format: a format by name, which overrides ``accept``.
        base: what relative IRIs in the query are relative to.
        union: whether the default graph is the union of all graphs where no dataset is named.
    """

    text: str
    dataset: DatasetClause = field(default_factory=DatasetClause)
    accept: str | None = None
    format: str | None = None
    base: str | None = None
    union: bool = True


class TooLargeError(RefusedError):
    """A query, an update or a result over the limit."""


def check_size(text: str, most: int) -> None:
    """Refuse a query that is too long.

    Raises:
        TooLargeError: it has more than ``most`` bytes of UTF-8.
    """
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > most:
        raise TooLargeError(
            f"the query has {size:,} bytes; {most:,} are allowed", "cut it into several"
        )


def prepare(question: Question) -> tuple[Looked, Choice]:
    """Look at a query without running it, and choose the format of its answer.

    Raises:
        QueryError: the query cannot be read; line and column say where.
        RefusedError: it is not run, and why.
        NotAcceptableError: none of the formats for this form of query is wanted.
    """
    looked = look(question.text)
    offered = RESULTS if looked.form in (Form.SELECT, Form.ASK) else GRAPHS
    return looked, _chosen(question.accept, offered, question.format)


@lru_cache(64)
def _chosen(accept: str | None, offered: tuple[Format, ...], named: str | None) -> Choice:
    return negotiate(accept, offered, named=named)


def run(
    database: ox.Store,
    looked: Looked,
    question: Question,
    form: Format,
    out: Out,
    most_triples: int | None = None,
) -> None:
    """Run a query that was examined, and write its whole result.

    A dataset of several graphs is their set union by the standard, but Oxigraph does not merge
    what stands in more than one: such a triple comes back once for each. The graphs that the
    loader keeps share no triples, so this is seen only with graphs of users.

    Raises:
        QueryError: the engine cannot read it.
        TooLargeError: the result is over a limit.
        StoreError: the store cannot be read.
    """
    try:
        if question.dataset:
            results = database.query(
                question.text,
                base_iri=question.base,
                default_graph=[*_nodes(question.dataset.default)],
                named_graphs=[*_nodes(question.dataset.named)],
            )
        else:
            # Oxigraph ignores FROM where the default graph is the union.
            results = database.query(
                question.text,
                base_iri=question.base,
                use_default_graph_as_union=question.union and not looked.names_dataset,
            )
        if isinstance(results, ox.QueryTriples):
            write_graph(results, form, out, most_triples)
        else:
            assert isinstance(form.engine, ox.QueryResultsFormat)  # negotiated from RESULTS
            results.serialize(out, form.engine)  # type: ignore[arg-type]
    except SyntaxError as error:
        raise syntax_error(str(error), question.text) from error
    except RuntimeError as error:
        raise QueryError(str(error), "remove it from the query") from error
    except OSError as error:
        raise StoreError(f"reading failed while a query ran ({error})") from error


def write_graph(
    triples: Iterable[ox.Triple], form: Format, out: Out, most: int | None = None
) -> None:
    """Write the triples of a CONSTRUCT or DESCRIBE result.

    Raises:
        TooLargeError: there are more than ``most``, or than ``out`` takes.
    """
    assert isinstance(form.engine, ox.RdfFormat)  # negotiated from GRAPHS
    if most is not None:
        triples = _at_most(triples, most)
    prefixes = None if form.engine == ox.RdfFormat.N_TRIPLES else PREFIXES
    if form.engine == ox.RdfFormat.TURTLE:
        ordered = Ordered(out)
        ox.serialize(triples, ordered, form.engine, prefixes=prefixes)  # type: ignore[arg-type]
        ordered.finish()
    else:
        ox.serialize(triples, out, form.engine, prefixes=prefixes)  # type: ignore[arg-type]


def _at_most(triples: Iterable[ox.Triple], most: int) -> Iterator[ox.Triple]:
    for number, triple in enumerate(triples, 1):
        if number > most:
            raise TooLargeError(
                f"the result has more than {most:,} triples", "ask for less: add a LIMIT"
            )
        yield triple


def _nodes(iris: Sequence[str]) -> Iterator[ox.NamedNode]:
    for iri in dict.fromkeys(iris):
        try:
            yield ox.NamedNode(iri)
        except ValueError as error:
            raise QueryError(
                f"{iri!r} is not an absolute IRI", "name graphs by their IRIs"
            ) from error
