"""A store with samples, invented articles and coded events, which together use every term."""

from __future__ import annotations

from pathlib import Path

from tables import load_table, usual_rows, write

from kg.loader.pipeline import load, remove
from kg.resources import resource
from kg.store import Store

INVENTED = Path(__file__).resolve().parent / "data" / "invented"
REGISTRY = """\
entities:
  person/sergei-lavrov-rus: {same_as: ["http://www.wikidata.org/entity/Q58217"]}
"""


def make_store(path: Path, *, events: bool = False) -> Store:
    """Return a store in a new folder, with one article loaded and removed again as well.

    Args:
        path: the folder.
        events: load coded events as well.
    """
    store = Store.open(path)
    store.layout.registry.write_text(REGISTRY, encoding="utf-8")
    summary = load(store, [resource("samples"), INVENTED])
    assert not summary.articles["rejected"]
    remove(store, ["lake-talks-post"])
    load(store, [INVENTED / "lake-talks-post.yaml"])
    if events:
        load_table(store, write(path.parent / "20310512114500.export.CSV", usual_rows()))
    return store
