"""From a text to what was found in it; runs in a process of its own."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pyoxigraph as ox

from kg.derived.view import ArticleGraph
from kg.dump import dump
from kg.extract import Document, Extraction, extract
from kg.extract.writing import as_json, as_yaml
from kg.formats import TURTLE
from kg.iris import Minter, article_key
from kg.mappers import Context, map_article
from kg.mappers.terms import as_triples
from kg.readers.article import document_from, looks_like_html
from kg.readers.source import Source
from kg.registry import Registry
from kg.trying.found import Found
from kg.trying.showing import shown_facts, shown_names
from kg.trying.submission import Submission

MOST_FACTS, MOST_NAMES, MOST_TURTLE = 2_000, 1_000, 40_000
"""What a page shows at most: of facts, of names, and of characters of Turtle."""

_PREFIXED = re.compile(r"(?<![\w<])(\w+):\w")


def find(submission: Submission, base: str, registry: Registry) -> Found:
    """Return what is found in a text.

    Args:
        submission: the text, and what is wanted.
        base: what IRIs begin with.
        registry: who the names mean.

    Raises:
        ArticleError: it is no English article, and why.
        ValueError: what was said about it fits no facts file.
    """
    extraction = extract(_document(submission))
    article = extraction.facts.article
    key = article_key(article.id, article.url, article.text_sha256 or "")
    found = Found(
        key=key,
        article=Minter(base).article(key),
        title=article.title,
        publisher=article.publisher or "",
        published=article.published or "",
        url=article.url or "",
        text=extraction.document.text,
        yaml=as_yaml(extraction) if "yaml" in submission.wants else "",
        json=_json(extraction) if "json" in submission.wants else "",
        normal=extraction.facts.normal_form() if "normal" in submission.wants else "",
    )
    if not {"page", "turtle"} & set(submission.wants):
        return found
    triples = map_article(extraction.facts, Context(base, key, registry.resolve))
    quads = (ox.Quad(one.subject, one.predicate, one.object) for one in as_triples(triples))
    graph = ArticleGraph(ox.DefaultGraph(), quads)
    found = replace(found, triples=len(triples), turtle=_turtle(graph, base))
    if "page" not in submission.wants:
        return found
    facts = extraction.facts
    whole = "turtle" in submission.wants or len(found.turtle) <= MOST_TURTLE
    return replace(
        found,
        counts={
            "meeting": len(facts.meetings),
            "statement": len(facts.statements),
            "position": len(facts.positions),
        },
        facts=shown_facts(graph)[:MOST_FACTS],
        names=shown_names(graph)[:MOST_NAMES],
        turtle=found.turtle if whole else _beginning(found.turtle),
        whole=whole,
    )


def _beginning(turtle: str) -> str:
    """Return the first subjects of a document, whole ones."""
    end = turtle.rfind("\n\n", 0, MOST_TURTLE)
    return turtle[: end if end > 0 else MOST_TURTLE] + "\n"


def _document(submission: Submission) -> Document:
    ending = submission.ending or (".html" if looks_like_html(submission.data) else ".txt")
    read = document_from(Source("-", submission.data), ending)
    said: dict[str, Any] = {
        "title": submission.title,
        "publisher": submission.publisher,
        "published": submission.published,
        "url": submission.url,
    }
    return replace(read, **{name: value for name, value in said.items() if value})


def _json(extraction: Extraction) -> str:
    return json.dumps(as_json(extraction), ensure_ascii=False, indent=2) + "\n"


def _turtle(graph: ArticleGraph, base: str) -> str:
    database = ox.Store()
    database.extend(graph.quads)
    whole = b"".join(dump(database, TURTLE, base)).decode()
    head, _, rest = whole.partition("\n\n")
    used = set(_PREFIXED.findall(rest))
    return "\n".join(line for line in head.splitlines() if _is_used(line, used)) + f"\n\n{rest}"


def _is_used(declaration: str, used: set[str]) -> bool:
    """Tell whether a declaration is of a prefix in use (or of one that may be), or of the base."""
    words = declaration.split()
    return words[0] != "@prefix" or words[1].rstrip(":") in used
