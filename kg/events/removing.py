"""Which names mean event tables, for removing them."""

from __future__ import annotations

from collections.abc import Sequence

from kg.events.graphs import table_keys
from kg.events.journal import Journal
from kg.events.naming import graph_of
from kg.store import Store


def divide_names(store: Store, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Tell the names of event tables from other names.

    Args:
        store: the store.
        names: keys or graphs' IRIs of tables, and names of articles.

    Returns:
        The other names, and the keys of tables, also of such whose load was cut off.
    """
    with store.snapshot() as snapshot:
        known = {*table_keys(snapshot.ox, store.base), *Journal(store.layout.loads).keys()}
    prefix = graph_of(store.base, "")
    keys = {name: name.removeprefix(prefix) for name in names}
    tables = list(dict.fromkeys(key for key in keys.values() if key in known))
    return [name for name in names if keys[name] not in known], tables
