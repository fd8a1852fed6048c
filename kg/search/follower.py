"""The process that keeps a served store's index in step with the store.

Run as ``python -m kg.search.follower STORE``; it ends when its standard input does, which is held
open by the server that started it. It may be killed at any moment, and yields to whoever serves.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path

from kg.errors import KgError
from kg.search.index import Index
from kg.store import Store
from kg.yielding import give_way

_LOG = logging.getLogger("kg.search")
_LOOK = 0.05
"""Seconds between two looks at the store's revision."""
_PAUSE = 0.2
"""Seconds from one update to the next, so that commits in a row are taken together."""
_RETRY = 5.0
_NICE = 15
_FIRST = 5.0
"""Seconds for which it has the priority of those who serve."""


def follow(store: Store, index: Index) -> None:
    """Bring the index up to date whenever the store changes, or someone finds it damaged."""
    known: tuple[int, bool] | None = None
    while True:
        try:
            now = (store.revision, index.sound)
            if now != known:
                known = (index.update(), True)
                store.close()  # an open database keeps files of old revisions on the disk
                time.sleep(_PAUSE)
        except KgError as error:
            _LOG.error("%s", error)
            known = None
            time.sleep(_RETRY)
        time.sleep(_LOOK)


def _until_server_ends() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


def main() -> None:
    """Follow one store until the server ends."""
    logging.basicConfig(format="%(name)s: %(message)s", stream=sys.stderr)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_until_server_ends, daemon=True).start()
    # Who begins with a small store finds it counted at once; afterwards others come first.
    late = threading.Timer(_FIRST, give_way, (_NICE, threading.get_native_id()))
    late.daemon = True
    late.start()
    try:
        store = Store.open(Path(sys.argv[1]), create=False)
    except KgError as error:
        _LOG.error("the search index cannot be kept: %s", error)
        sys.exit(1)
    follow(store, Index(store))


if __name__ == "__main__":
    main()
