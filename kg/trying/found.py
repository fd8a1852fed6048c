"""What was found in a text, as it goes from one process to the other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Words:
    """Words of the text that prove a fact: half-open, in code points."""

    start: int
    end: int
    exact: str


@dataclass(frozen=True)
class ShownFact:
    """A fact in words.

    Args:
        iri: its IRI.
        kind: ``meeting``, ``statement`` or ``position``.
        label: the fact in words.
        begin: first day, or nothing.
        end: last day, or nothing.
        status: whether a meeting took place.
        stance: which side a position takes.
        words: the words that prove it, in the order of the text.
    """

    iri: str
    kind: str
    label: str
    begin: str
    end: str
    status: str
    stance: str
    words: tuple[Words, ...]

    @classmethod
    def of(cls, data: dict[str, Any]) -> ShownFact:
        """Return the fact that was written as plain data."""
        return cls(**{**data, "words": tuple(Words(**one) for one in data["words"])})


@dataclass(frozen=True)
class ShownName:
    """Someone or something that is named.

    Args:
        name: the name.
        kind: its class, without namespace.
        entity: the IRI of what it means.
        offices: offices, as the text gives them.
        state: IRI of the state that it acts for, or nothing.
    """

    name: str
    kind: str
    entity: str
    offices: tuple[str, ...]
    state: str

    @classmethod
    def of(cls, data: dict[str, Any]) -> ShownName:
        """Return the name that was written as plain data."""
        return cls(**{**data, "offices": tuple(data["offices"])})


@dataclass(frozen=True)
class Found:
    """What was found in a text; what was not wanted is empty.

    Args:
        key: the article's key.
        article: its IRI.
        title: headline.
        publisher: who publishes it.
        published: day of publication, YYYY-MM-DD.
        url: its address.
        text: the text in which offsets count.
        counts: number of facts by kind.
        facts: the facts that a page shows, in the order of the text.
        names: who and what is named.
        triples: number of triples.
        yaml: the facts file as YAML.
        json: the facts file as JSON.
        turtle: the triples as Turtle; for a page not all of them, where there are many.
        whole: whether they are all.
        normal: the facts in the form that the loader takes.
    """

    key: str
    article: str
    title: str
    publisher: str = ""
    published: str = ""
    url: str = ""
    text: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    facts: tuple[ShownFact, ...] = ()
    names: tuple[ShownName, ...] = ()
    triples: int = 0
    yaml: str = ""
    json: str = ""
    turtle: str = ""
    whole: bool = True
    normal: str = ""

    def packed(self) -> bytes:
        """Return it as bytes, for the process that asked."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def unpacked(cls, packed: bytes) -> Found:
        """Return what `packed` wrote."""
        data: dict[str, Any] = json.loads(packed)
        facts = tuple(ShownFact.of(one) for one in data.pop("facts"))
        names = tuple(ShownName.of(one) for one in data.pop("names"))
        return cls(**data, facts=facts, names=names)
