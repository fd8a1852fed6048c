"""Loading an article that was tried: through the writer, by the rules of ``kg load``."""

from __future__ import annotations

import json
from dataclasses import dataclass

from kg.endpoint.problems import ProblemError
from kg.endpoint.settings import Settings
from kg.endpoint.write import ask
from kg.pages.links import Links
from kg.store import Store
from kg.trying.found import Found


@dataclass(frozen=True)
class Loaded:
    """What became of an article.

    Args:
        key: its key.
        article: its IRI.
        href: its page.
        outcome: ``new``, ``replaced``, ``unchanged``, or ``kept`` where the graph has facts of it
            that a person reviewed, which are never replaced by ones that are not.
        added: triples that were added, derived ones included.
        removed: triples that were removed.
        revision: the revision that has it.
    """

    key: str
    article: str
    href: str
    outcome: str
    added: int
    removed: int
    revision: int


def load(store: Store, found: Found, keep_text: bool, settings: Settings) -> Loaded:
    """Put an article into the store; when this returns it is on the disk.

    Args:
        store: the store.
        found: the article with its facts, ``normal`` among what was wanted.
        keep_text: whether its text is kept as well.
        settings: limits.

    Raises:
        ProblemError: 422, its facts fit no graph; 503, there is no writer at the moment.
        KgError: what else the writer says.
    """
    record = {"facts": found.normal, "text": found.text if keep_text else None}
    body = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    answer = ask(store, {"kind": "load", "force": False}, body, settings)
    (said,) = answer["outcomes"]
    if "error" in said:
        raise ProblemError(
            422, "no-article", "The article cannot be loaded", f"the text {said['error']}",
            "correct the facts file, and load that",
        )  # fmt: skip
    article = f"{store.base}article/{said['key']}"
    return Loaded(
        said["key"], article, Links(store.base).path(article) or "/", said["outcome"],
        answer["added"], answer["removed"], answer["revision"],
    )  # fmt: skip
