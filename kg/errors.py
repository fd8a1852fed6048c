"""The errors of the package: one family, each saying what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class KgError(Exception):
    """Base of every error that the package raises on purpose.

    ``str(error)`` is made to be shown to a person: it names the place and the remedy.
    """


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input.

    Args:
        message: what is wrong.
        remedy: what to do about it, or an empty string where the message says it.
        path: where in the record, such as ``meetings[0].participants[1]``.
        file: name of the file, as the user gave it.
        line: line in the file, from 1.
        column: column in the line, from 1.
    """

    message: str
    remedy: str = ""
    path: str = ""
    file: str = ""
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        head = ": ".join(part for part in (place, self.path, self.message) if part)
        return f"{head}; {self.remedy}" if self.remedy else head


class FactsError(KgError, ValueError):
    """A facts file that cannot be taken as it is. ``problems`` holds each reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ReadError(KgError, OSError):
    """An input that cannot be read at all: missing, not UTF-8, of an unknown kind."""

    def __init__(self, file: str, message: str, remedy: str = "") -> None:
        self.file = file
        self.problem = Problem(message, remedy, file=file)
        super().__init__(str(self.problem))

    def __str__(self) -> str:
        return str(self.problem)


class RegistryError(KgError, ValueError):
    """An entity registry that contradicts itself or cannot be read. ``problems`` says where."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class StoreError(KgError, OSError):
    """A store that cannot be opened, read or written."""

    def __init__(self, message: str, remedy: str = "") -> None:
        self.message = message
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        return f"{self.message}; {self.remedy}" if self.remedy else self.message


class StoreBusyError(StoreError, BlockingIOError):
    """Another process is writing to the store. ``pid`` is its number, where known."""

    def __init__(self, message: str, remedy: str = "", pid: int | None = None) -> None:
        self.pid = pid
        super().__init__(message, remedy)


class DiskFullError(StoreError):
    """There is no room on the disk for what was to be written."""


class BaseMismatchError(StoreError):
    """The base of minted IRIs that was asked for is not the one the store was made with."""


class UnknownNameError(KgError, LookupError):
    """A name that is not there: a query, an article, a graph. ``nearest`` may suggest another."""

    def __init__(self, kind: str, name: str, nearest: Sequence[str] = (), remedy: str = "") -> None:
        self.kind, self.name, self.nearest = kind, name, tuple(nearest)
        self.remedy = remedy
        hint = f"; did you mean {' or '.join(self.nearest)}?" if self.nearest else ""
        self.message = f"no {kind} {name!r}{hint}" + (f"; {remedy}" if remedy else "")
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


class QueryError(KgError, ValueError):
    """A query that is not run: wrong syntax, or refused. Line and column count from 1."""

    def __init__(
        self, message: str, remedy: str = "", line: int | None = None, column: int | None = None
    ) -> None:
        self.message, self.remedy, self.line, self.column = message, remedy, line, column
        place = f"line {line}, column {column}: " if line else ""
        super().__init__(f"{place}{message}" + (f"; {remedy}" if remedy else ""))


class ParameterError(KgError, ValueError):
    """A value that does not fit a named query's parameter ``name``."""

    def __init__(self, name: str, message: str, remedy: str = "") -> None:
        self.name, self.message, self.remedy = name, message, remedy
        super().__init__(f"parameter {name}: {message}" + (f"; {remedy}" if remedy else ""))


class NotAcceptableError(KgError, ValueError):
    """None of the formats asked for can be given. ``offered`` lists the media types there are."""

    def __init__(self, asked: str, offered: Sequence[str]) -> None:
        self.asked, self.offered = asked, tuple(offered)
        super().__init__(f"cannot answer as {asked!r}; there are: {', '.join(self.offered)}")
