"""The process that readers of texts are forked from: the extractor at hand, its words read."""

from __future__ import annotations

import os
import sys

from kg.endpoint.workers.zygote import main
from kg.extract import extract
from kg.readers.article import document_from
from kg.readers.source import Source
from kg.trying.process import work

_WARMING = b"Talks\n\nForeign Minister Ann Lee met her Norwegian counterpart in Oslo on Monday.\n"


def warm() -> None:
    """Read a sentence, so that lexicons and tables are in memory before the first fork."""
    extract(document_from(Source("-", _WARMING), ".txt"))


if __name__ == "__main__":
    try:
        warm()
        main(int(sys.argv[1]), work)
    except ConnectionError:
        os._exit(0)  # the server ended in the middle of an order
