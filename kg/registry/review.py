"""Entities as a person sees them: a list, those that are unresolved, those that look wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from urllib.parse import urlsplit

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from kg.iris import Minter, slug
from kg.registry import Registry, is_bare
from kg.vocabulary import DKG, ENTITIES, SCHEMA, SKOS, STATE

ALIKE = 88.0
"""Likeness of two names, 0 to 100, from which they may be one; words in any order."""

_KINDS = {iri: kind for kind, iri in ENTITIES.items()}

_ROWS = f"""
SELECT ?entity ?kind ?name ?state ?same ?article WHERE {{
  GRAPH ?g {{
    ?mention <{DKG.entity}> ?entity ; <{DKG.kind}> ?kind ; <{SCHEMA.name}> ?name ;
      <{DKG.article}> ?article .
    OPTIONAL {{ ?mention <{DKG.actsFor}>|<{SCHEMA.containedInPlace}> ?state }}
    OPTIONAL {{ ?mention <{SKOS.exactMatch}> ?same }}
  }}
  FILTER(STRSTARTS(STR(?g), "%s") && ?kind != <{DKG.State}>)
}}"""


@dataclass
class Seen:
    """What the articles say of one entity, by its path."""

    path: str
    kinds: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=set)
    same_as: set[str] = field(default_factory=set)
    articles: set[str] = field(default_factory=set)

    @property
    def own(self) -> bool:
        """Whether the entity belongs to one article alone, since its name says too little."""
        return self.path.count("/") == 2

    def __str__(self) -> str:
        named = ", ".join(sorted(self.names))
        states = f" [{', '.join(sorted(self.states))}]" if self.states else ""
        many = len(self.articles)
        return f"{self.path}  {named}{states}  {many} article{'' if many == 1 else 's'}"


@dataclass(frozen=True)
class Finding:
    """Something about entities that a person should decide.

    Args:
        reason: what is odd.
        entities: the paths concerned.
        section: the section of the registry where it is decided; empty where no one line does.
        line: a line ready for that section, or what to do.
    """

    reason: str
    entities: tuple[str, ...]
    section: str
    line: str


def seen_entities(database: ox.Store, minter: Minter) -> dict[str, Seen]:
    """Return what the articles say of each entity but states, by path."""
    found: dict[str, Seen] = {}
    rows = database.query(_ROWS % f"{minter.graph('article')}/")
    assert isinstance(rows, ox.QuerySolutions)
    root = minter.entity("")
    for entity, kind, name, state, same, article in rows:
        path = entity.value.removeprefix(root)
        seen = found.setdefault(path, Seen(path))
        seen.kinds.add(_KINDS.get(kind.value, kind.value))
        seen.names.add(name.value)
        seen.articles.add(article.value.rsplit("/", 1)[-1])
        if state is not None:
            seen.states.add(state.value.removeprefix(STATE))
        if same is not None:
            seen.same_as.add(same.value)
    return dict(sorted(found.items()))


def unresolved(entities: Iterable[Seen]) -> Iterator[Finding]:
    """Yield the entities that are one article's own: bare surnames, groups, anonymous sources.

    A person whose bare name is part of a fuller one of the same state comes with a line that
    merges the two. Anonymous sources are meant to stay as they are, and are left out.
    """
    everyone = list(entities)
    full = [seen for seen in everyone if not seen.own and "person" in seen.kinds]
    for seen in everyone:
        if not seen.own or "anonymous" in seen.kinds:
            continue
        if "person" in seen.kinds:
            likely = [other.path for other in full if _may_be(seen, other)]
            hint = f"; perhaps {' or '.join(likely)}" if likely else ""
            target = likely[0] if len(likely) == 1 else "person/FULL-NAME"
            line = f"{seen.path}: {target}"
            yield Finding(f"bare name: {seen}{hint}", (seen.path,), "merge", line)
        else:
            family, _, short = seen.path.split("/")
            name = _quoted(min(seen.names))
            yield Finding(
                f"group of one article: {seen}",
                (seen.path,),
                "entities",
                f"{family}/{short}: {{label: {name}}}   # if all articles mean the same",
            )


def _may_be(seen: Seen, other: Seen) -> bool:
    if "person" not in seen.kinds or (seen.states and other.states and seen.states != other.states):
        return False
    known = [set(slug(name).split("-")) for name in other.names]
    return any(
        is_bare(name) and set(slug(name).split("-")) <= words
        for name in seen.names
        for words in known
    )


def suspicious(entities: Iterable[Seen], registry: Registry) -> Iterator[Finding]:
    """Yield what looks like one entity under two paths, or two under one."""
    shared = [seen for seen in entities if not seen.own]
    yield from _same_name(shared)
    yield from _alike(shared)
    yield from _shared_aliases(registry)
    for seen in shared:
        if len(seen.kinds) > 1:
            kinds = sorted(seen.kinds)
            yield Finding(
                f"of several kinds ({', '.join(kinds)}): {seen}",
                (seen.path,),
                "entities",
                f"{seen.path}: {{kind: {kinds[0]}}}   # or {', '.join(kinds[1:])}",
            )
    yield from _same_as(shared, registry)


def _same_name(entities: list[Seen]) -> Iterator[Finding]:
    by_name: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for seen in entities:
        for kind in seen.kinds & {"person", "organisation", "place"}:
            for name in {slug(name) for name in seen.names}:
                by_name[kind, name].append(seen)
    for group in by_name.values():
        for one, other in combinations(group, 2):
            if one.states != other.states:
                yield _pair("same name, different states", one, other)


def _alike(entities: list[Seen]) -> Iterator[Finding]:
    blocks: dict[tuple[str, str], list[tuple[str, Seen]]] = defaultdict(list)
    for seen in entities:
        for kind in seen.kinds:
            for state in seen.states or {""}:
                blocks[kind, state] += [(name, seen) for name in sorted(seen.names)]
    told: set[tuple[str, str]] = set()
    for block in blocks.values():
        names = [slug(name).replace("-", " ") for name, _ in block]
        for at, (_, seen) in enumerate(block):
            for _, _, place in process.extract(
                names[at],
                names[at + 1 :],
                scorer=fuzz.token_sort_ratio,
                score_cutoff=ALIKE,
                limit=None,
            ):
                other = block[at + 1 + place][1]
                pair = (seen.path, other.path)
                if seen is not other and pair not in told:
                    told.add(pair)
                    yield _pair("names much alike", seen, other)


def _shared_aliases(registry: Registry) -> Iterator[Finding]:
    for (kind, name), owners in sorted(registry.owners().items()):
        for first, second in combinations(owners, 2):
            apart = None not in (first.state, second.state) and first.state != second.state
            if not apart and registry.follow(first.path) != registry.follow(second.path):
                yield Finding(
                    f"the {kind} name {name!r} belongs to {first.path} and to {second.path} in the "
                    "registry, so it means neither",
                    (first.path, second.path),
                    "",
                    "give both entities a state in the registry, or take the alias from one",
                )


def _same_as(entities: list[Seen], registry: Registry) -> Iterator[Finding]:
    owners: dict[str, list[Seen]] = defaultdict(list)
    for seen in entities:
        known = registry.entities.get(seen.path)
        iris = sorted(seen.same_as | set(known.same_as if known else ()))
        for iri in iris:
            owners[iri].append(seen)
        for first, second in combinations(iris, 2):
            if urlsplit(first).hostname == urlsplit(second).hostname:
                yield Finding(
                    f"same as two things of one source, {first} and {second}: {seen}",
                    (seen.path,),
                    "split",
                    f"- {{article: {min(seen.articles)}, name: {_quoted(min(seen.names))}, "
                    f"entity: {seen.path}-2}}",
                )
    for iri, group in sorted(owners.items()):
        for one, other in combinations(group, 2):
            yield _pair(f"both same as {iri}", one, other)


def _pair(reason: str, one: Seen, other: Seen) -> Finding:
    # The one with more articles stays; of equals the longer, which usually says more.
    old, new = sorted((one, other), key=lambda seen: (len(seen.articles), len(seen.path)))
    return Finding(
        f"{reason}: {one} | {other}",
        (one.path, other.path),
        "merge",
        f"{old.path}: {new.path}",
    )


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
