"""Topics of phrases, by the editable scheme of label patterns (``topics.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg.extract.entities import Entity
from kg.extract.lexicon import Lexicon
from kg.extract.lexicon.files import load_yaml
from kg.iris import slug

_NAME = r"(?P<name>(?:[A-Z][\w.’'-]*)(?: [A-Z][\w.’'-]*){0,3})"


@dataclass(frozen=True)
class TopicPattern:
    """One topic with what its phrases look like; ``{name}`` in id and label is filled in."""

    id: str
    label: str
    broader: str | None
    patterns: tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class AssignedTopic:
    """The topic of a phrase, as a facts file lists it."""

    id: str
    label: str
    broader: str | None


@cache
def shipped_topics() -> tuple[TopicPattern, ...]:
    """Return the topics of the shipped scheme."""
    return tuple(_pattern(entry) for entry in load_yaml("topics.yaml")["topics"])


def topic_patterns(lexicon: Lexicon) -> tuple[TopicPattern, ...]:
    """Return the scheme with a user's own topics before the shipped ones.

    Raises:
        ValueError: a topic of the user's has no id, label or patterns, or a wrong pattern.
    """
    return (*(_pattern(entry) for entry in lexicon.topics), *shipped_topics())


def _pattern(entry: dict[str, Any]) -> TopicPattern:
    try:
        compiled = tuple(
            re.compile(
                rf"(?<!\w)(?:{words.replace('{name}', _NAME)})(?!\w)",
                0 if "{name}" in words else re.IGNORECASE,
            )
            for words in entry["patterns"]
        )
        return TopicPattern(str(entry["id"]), str(entry["label"]), entry.get("broader"), compiled)
    except (KeyError, TypeError, re.error) as error:
        raise ValueError(f"topic {entry!r} has another form: {error}") from None


def assign(
    phrase: str, patterns: tuple[TopicPattern, ...], name: Callable[[str], Entity | None]
) -> AssignedTopic | None:
    """Return the topic of a phrase, or None where no pattern fits.

    Args:
        phrase: words of the article.
        patterns: the scheme.
        name: finds whom a name in the phrase means.
    """
    for topic in patterns:
        for pattern in topic.patterns:
            match = pattern.search(phrase)
            if match is None:
                continue
            if "name" not in pattern.groupindex:
                return AssignedTopic(_id(topic.id), topic.label, topic.broader)
            entity = name(match.group("name"))
            if entity is None:
                continue
            return AssignedTopic(
                _id(topic.id.replace("{name}", slug(entity.name))),
                topic.label.replace("{name}", entity.name),
                topic.broader,
            )
    return None


def _id(written: str) -> str:
    plain = slug(written).encode("ascii", "ignore").decode().strip("-") or "topic"
    return f"topic-{plain}"[:100]
