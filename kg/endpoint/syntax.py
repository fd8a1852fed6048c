"""The engine's syntax errors, in words for the person who wrote the query."""

from __future__ import annotations

import re

from kg.endpoint.tokens import tokenize
from kg.errors import QueryError

_PLACE = re.compile(r"error at (\d+):(\d+): (?:expected )?(?:one of )?(.*)\Z", re.DOTALL)
# Among the characters and keywords that would have been possible stand sentences, which say
# what is wrong; they begin with a capital and have several words.
_SENTENCE = re.compile(r"(?:^|, )([A-Z][A-Za-z]* [A-Za-z*][^\[\]\"]*?)(?=, |$)")
_BETTER = {
    "IRI parsing failed": "this is not an IRI",
    "SELECT * is not authorized with GROUP BY": "SELECT * cannot go with GROUP BY",
    "The SELECT contains a variable that is unbound": (
        "SELECT has a variable that GROUP BY does not have"
    ),
    "The SELECT overrides an existing variable using an expression": (
        "SELECT gives a value to a variable that has one"
    ),
}


def syntax_error(message: str, text: str) -> QueryError:
    """Return an error that shows where reading stopped.

    What the engine expected there is left out: it lists characters, and keywords of its own
    that are not in the standard, and rarely what is missing.

    Args:
        message: the engine's error.
        text: the query or update.
    """
    match = _PLACE.match(message)
    if match is None:
        return QueryError(message.rstrip("."), "change the query there")
    line, column = int(match[1]), int(match[2])
    said = _SENTENCE.search(match[3])
    if said:
        return QueryError(_BETTER.get(said[1], said[1]), "", line, column)
    return QueryError(
        f"it cannot be read {_around(text, line, column)}",
        "look for what is missing or too much there",
        line,
        column,
    )


def _around(text: str, line: int, column: int) -> str:
    lines = text.split("\n")
    offset = sum(len(before) + 1 for before in lines[: line - 1]) + column - 1
    tokens = list(tokenize(text))
    before = [token.text for token in tokens if token.end <= offset][-3:]
    after = [token.text for token in tokens if token.end > offset][:1]
    place = f"at {after[0]}" if after else "at its end"
    return f"{place}, after {' '.join(before)}" if before else place
