"""What a request asks for, by the SPARQL 1.1 Protocol: read without a web framework."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_to_bytes

from kg.endpoint.engine import DatasetClause
from kg.endpoint.problems import ProblemError

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_ALONE = b"query="
_ONCE = ("query", "update", "managed")

Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Query:
    """A query operation (SPARQL 1.1 Protocol, 2.1).

    Args:
        text: SPARQL 1.1 Query.
        dataset: the dataset that the request names.
        format: value of ``format=``.
    """

    text: str
    dataset: DatasetClause
    format: str | None


@dataclass(frozen=True)
class Update:
    """An update operation (SPARQL 1.1 Protocol, 2.2); it was not yet asked who sends it.

    Args:
        text: SPARQL 1.1 Update.
        parameters: what came with it.
    """

    text: str
    parameters: Parameters

    def terms(self) -> tuple[DatasetClause, bool]:
        """Return the dataset for WHERE, and whether managed graphs may be changed.

        Raises:
            ProblemError: the parameters do not fit an update.
        """
        parameters = self.parameters
        _refuse(parameters, ("default-graph-uri", "named-graph-uri"), "they are for queries")
        using = DatasetClause(
            tuple(parameters.get("using-graph-uri", ())),
            tuple(parameters.get("using-named-graph-uri", ())),
        )
        managed = parameters["managed"][0] if "managed" in parameters else None
        if managed not in (None, "allow"):
            raise _bad(f"managed={managed} means nothing", "send managed=allow, or leave it away")
        return using, managed == "allow"


@dataclass(frozen=True)
class Describe:
    """The question what this service is (SPARQL 1.1 Service Description, 2).

    Args:
        format: value of ``format=``.
    """

    format: str | None


def read(
    method: str, parameters: bytes, content_type: str | None, body: Callable[[], bytes]
) -> Query | Update | Describe:
    """Read a request.

    Args:
        method: its method; all but POST are read like GET.
        parameters: the query string.
        content_type: the header of that name.
        body: gives the body; it is not called where the type says that it is none of ours.

    Raises:
        ProblemError: it does not fit the protocol.
    """
    given = _parse(parameters, "the query string")
    if method != "POST":
        if "update" in given:
            raise _bad("updates are sent by POST", "send it as a form, or as " + UPDATE)
        if "query" in given:
            return _query(given["query"][0], given)
        if given.keys() - {"format"}:
            raise _bad("there is no query", "send it as 'query'")
        return Describe(_format(given))
    from werkzeug.http import parse_options_header  # processes that only run queries read no body

    kind, options = parse_options_header(content_type)
    if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise _unsupported(f"the charset {options['charset']} is not taken", "send UTF-8")
    if kind == FORM:
        return _from_form(_merge(given, _parse(body(), "the form")))
    if kind == QUERY:
        _refuse(given, ("query", "update"), "the body is the query")
        return _query(_text(body()), given)
    if kind == UPDATE:
        _refuse(given, ("query", "update"), "the body is the update")
        return Update(_text(body()), given)
    raise _unsupported(
        f"the content type {kind} is not taken" if kind else "the content type is missing",
        f"send {FORM}, {QUERY} or {UPDATE}",
    )


def _from_form(parameters: Parameters) -> Query | Update:
    if "query" in parameters and "update" in parameters:
        raise _bad("there is a query and an update", "send one of them")
    if "update" in parameters:
        return Update(parameters["update"][0], parameters)
    if "query" not in parameters:
        raise _bad("there is no query and no update", "send 'query' or 'update'")
    return _query(parameters["query"][0], parameters)


def _query(text: str, parameters: Parameters) -> Query:
    _refuse(parameters, ("using-graph-uri", "using-named-graph-uri"), "they are for updates")
    dataset = DatasetClause(
        tuple(parameters.get("default-graph-uri", ())), tuple(parameters.get("named-graph-uri", ()))
    )
    return Query(text, dataset, _format(parameters))


def _parse(data: bytes, where: str) -> dict[str, list[str]]:
    """Read percent-encoded parameters; what is not UTF-8 is an error rather than guessed at."""
    found: dict[str, list[str]] = {}
    try:
        if data.startswith(_ALONE) and b"&" not in data:
            # Nearly all are like this, and the general way takes three times as long.
            plain = data[len(_ALONE) :].replace(b"+", b" ")
            plain.decode("ascii")  # anything else is not percent-encoded
            return {"query": [unquote_to_bytes(plain).decode("utf-8")]}
        pairs = parse_qsl(
            data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=1000
        )
    except UnicodeError as error:
        raise _bad(f"{where} is not percent-encoded UTF-8", "encode it as UTF-8") from error
    except ValueError as error:
        raise _bad(f"{where} has too many parameters", "send 1,000 at most") from error
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    for name in _ONCE:
        if len(found.get(name, ())) > 1:
            raise _bad(f"there are {len(found[name])} parameters '{name}'", "send one")
    return found


def _merge(first: Parameters, second: Parameters) -> Parameters:
    for name in _ONCE:
        if name in first and name in second:
            raise _bad(f"'{name}' is in the query string and in the form", "send it once")
    names = [*first, *(name for name in second if name not in first)]
    return {name: [*first.get(name, ()), *second.get(name, ())] for name in names}


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad(f"the body is not UTF-8 (byte {error.start})", "encode it as UTF-8") from error


def _format(parameters: Parameters) -> str | None:
    # SPARQLWrapper sends several: the short name and the media types.
    return ",".join(parameters["format"]) if "format" in parameters else None


def _refuse(parameters: Parameters, names: Sequence[str], why: str) -> None:
    for name in names:
        if name in parameters:
            raise _bad(f"the parameter '{name}' does not belong here: {why}", "leave it away")


def _bad(detail: str, remedy: str) -> ProblemError:
    return ProblemError(400, "request", "The request does not fit the protocol", detail, remedy)


def _unsupported(detail: str, remedy: str) -> ProblemError:
    return ProblemError(
        415, "content-type", "This content type is not taken", detail, remedy,
        {"Accept-Post": f"{FORM}, {QUERY}, {UPDATE}"},
    )  # fmt: skip
