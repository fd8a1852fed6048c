"""A store with the samples and the invented articles, which between them use every term."""

from __future__ import annotations

from pathlib import Path

from kg.loader.pipeline import load, remove
from kg.resources import resource
from kg.store import Store

INVENTED = Path(__file__).resolve().parent / "data" / "invented"
REGISTRY = """\
entities:
  person/sergei-lavrov-rus: {same_as: ["http://www.wikidata.org/entity/Q58217"]}
"""


def make_store(path: Path) -> Store:
    """Return a store in a new folder, with one article loaded and removed again as well."""
    store = Store.open(path)
    store.layout.registry.write_text(REGISTRY, encoding="utf-8")
    summary = load(store, [resource("samples"), INVENTED])
    assert not summary.articles["rejected"]
    remove(store, ["lake-talks-post"])
    load(store, [INVENTED / "lake-talks-post.yaml"])
    return store
