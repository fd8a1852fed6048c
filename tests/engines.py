"""Other SPARQL engines, really running, for the tests of stores that are kept on them."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from servers import PATIENCE, ended, free_port
from test_virtuoso import _CONFIGURATION, Virtuoso, wait_until_it_answers

from kg.addresses import Addresses, Credentials
from kg.iris import Minter
from kg.store import Store
from kg.store.remote.connection import Connection
from kg.store.remote.retry import Policy
from kg.store.remote.store import RemoteStore, open_remote

BASE = "http://example.org/kg/"
QUICK = Policy(attempts=3, first=0.05, longest=0.2)

Graphs = dict[str, set[ox.Triple]]


@dataclass
class Running:
    """A running engine."""

    name: str
    query: str
    update: str
    graphs: str
    user: str = ""
    process: subprocess.Popen[bytes] | None = None

    def addresses(self, files: Path | None = None) -> Addresses:
        return Addresses(self.query, self.update, self.graphs, files)

    def open(self, base: str | None = None, files: Path | None = None) -> RemoteStore:
        """Open the store on it."""
        credentials = Credentials(user=self.user or None, password=self.user)
        connection = Connection(self.addresses(files), credentials, QUICK)
        return open_remote(self.addresses(files), base, connection=connection)

    def environment(self) -> dict[str, str]:
        """What the command line needs to know of it."""
        said = {"KG_STORE": self.query, "KG_UPDATE": self.update, "KG_GRAPH_STORE": self.graphs}
        if self.user:
            said |= {"KG_REMOTE_USER": self.user, "KG_REMOTE_PASSWORD": self.user}
        return said


@contextmanager
def virtuoso(folder: Path, needs: Callable[[str], str]) -> Iterator[Running]:
    """Run Virtuoso with an empty database."""
    port, http = free_port(), free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(_CONFIGURATION.format(folder=folder, port=port, http=http))
    process = subprocess.Popen(
        [needs("virtuoso-t"), "+foreground", "+configfile", str(settings)],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    with ended(process):
        wait_until_it_answers(Virtuoso(http), process, folder / "virtuoso.log")
        at = f"http://127.0.0.1:{http}/sparql"
        # As it is installed its administrator may write, after Digest authentication.
        yield Running(
            "virtuoso", at, f"{at}-auth", f"{at}-graph-crud-auth", user="dba", process=process
        )


@contextmanager
def oxigraph(folder: Path, needs: Callable[[str], str]) -> Iterator[Running]:
    """Run Oxigraph's own server with an empty database."""
    port = free_port()
    process = subprocess.Popen(
        [needs("oxigraph"), "serve", "-l", str(folder / "db"), "-b", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    at = f"http://127.0.0.1:{port}"
    with ended(process):
        until = time.monotonic() + PATIENCE
        while True:
            try:
                urllib.request.urlopen(f"{at}/query?query=ASK%7B%7D", timeout=5).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < until
                time.sleep(0.05)
        yield Running("oxigraph", f"{at}/query", f"{at}/update", f"{at}/store", process=process)


ENGINES = {"oxigraph": oxigraph, "virtuoso": virtuoso}


@pytest.fixture(scope="module", params=list(ENGINES))
def engine(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    needs: Callable[[str], str],
) -> Iterator[Running]:
    """Give each engine in turn, with an empty database for the module."""
    with ENGINES[request.param](tmp_path_factory.mktemp(request.param), needs) as running:
        yield running


def surroundings(**more: str) -> dict[str, str]:
    """Return the environment without what names a store."""
    return {k: v for k, v in os.environ.items() if not k.startswith("KG_")} | more


def graphs_of(store: Store) -> Graphs:
    """Return the managed graphs, but for the provenance graph, which has clocks."""
    mint, found = Minter(store.base), {}
    with store.snapshot() as snapshot:
        for graph in snapshot.ox.named_graphs():
            if mint.is_managed(graph.value) and not graph.value.endswith("/provenance"):
                quads = snapshot.ox.quads_for_pattern(None, None, None, graph)
                found[graph.value] = {quad.triple for quad in quads}
    return found
