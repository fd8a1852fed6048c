"""diplomacy-kg: news about diplomacy in, a graph with the words that prove it out.

The one function that most scripts need is here:

>>> import kg
>>> dataset = kg.open_graph("diplomacy.kg")  # doctest: +SKIP

Everything else is imported from its own module, so that ``import kg`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    from rdflib import Dataset

__version__ = "0.1.0"

__all__ = ["__version__", "open_graph"]


def open_graph(path: str | PathLike[str], *, write: bool = False) -> Dataset:
    """Open a store as an rdflib ``Dataset`` that plain rdflib code can use.

    Args:
        path: the store's folder.
        write: take the store's writer lock and work on the live database; what was changed
            is committed when the dataset is closed. Without it the dataset is read-only and
            shows the revision that was current when it was opened.

    Returns:
        A dataset whose default graph is the union of its named graphs.

    Raises:
        kg.errors.StoreError: there is no store at ``path``, or another process is writing.
    """
    from kg.store.graph import open_graph as open_store_graph

    return open_store_graph(path, write=write)
