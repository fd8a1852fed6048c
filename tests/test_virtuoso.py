"""Virtuoso asks us through SERVICE: another engine, over the protocol, joins our data with its."""

from __future__ import annotations

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from servers import BASE, EX, PATIENCE, Reply, Server, ended, free_port

_CONFIGURATION = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{port}
DisableUnixSocket = 1
ServerThreads = 10
NumberOfBuffers = 4000
MaxDirtyBuffers = 3000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 5
"""

# What its users may not do as it is installed: ask others.
_RIGHTS = f"""
GRANT SELECT ON DB.DBA.SPARQL_SINV_2 TO "SPARQL";
GRANT EXECUTE ON DB.DBA.SPARQL_SINV_IMP TO "SPARQL";
SPARQL INSERT DATA {{ GRAPH <{EX}theirs> {{ <{EX}a> <{EX}name> "A of theirs" }} }};
"""


@dataclass
class Virtuoso:
    """A running Virtuoso."""

    http: int

    def ask(self, query: str) -> Reply:
        address = f"http://127.0.0.1:{self.http}/sparql?{urlencode({'query': query})}"
        request = urllib.request.Request(
            address, headers={"Accept": "application/sparql-results+json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
                return Reply(reply.status, dict(reply.headers), reply.read())
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, dict(error.headers), error.read())


@pytest.fixture(scope="module")
def virtuoso(
    tmp_path_factory: pytest.TempPathFactory, needs: Callable[[str], str]
) -> Iterator[Virtuoso]:
    program, client = needs("virtuoso-t"), needs("isql-vt")
    folder = tmp_path_factory.mktemp("virtuoso")
    port, http = free_port(), free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(_CONFIGURATION.format(folder=folder, port=port, http=http))
    process = subprocess.Popen(
        [program, "+foreground", "+configfile", str(settings)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with ended(process):
        running = Virtuoso(http)
        wait_until_it_answers(running, process, folder / "virtuoso.log")
        rights = folder / "rights.sql"
        rights.write_text(_RIGHTS)
        done = subprocess.run(
            [client, f"127.0.0.1:{port}", "dba", "dba", str(rights)],
            capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Error" not in done.stdout + done.stderr, done.stdout + done.stderr
        yield running


def wait_until_it_answers(
    running: Virtuoso, process: subprocess.Popen[bytes], log: Path, seconds: float = PATIENCE
) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        said = log.read_text(errors="replace") if log.exists() else ""
        assert process.poll() is None, said
        try:
            if running.ask("SELECT (1 AS ?one) {}").status == 200:
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"Virtuoso does not answer: {log.read_text(errors='replace')}")


def test_it_reads_our_rows(virtuoso: Virtuoso, server: Server) -> None:
    reply = virtuoso.ask(
        f"SELECT ?o WHERE {{ SERVICE <{server.endpoint}> {{ <{EX}a> <{EX}p> ?o }} }} ORDER BY ?o"
    )
    assert reply.status == 200, reply.text
    assert [row["o"] for row in reply.rows] == ["1", "2"]


def test_it_joins_our_data_with_its_own(virtuoso: Virtuoso, server: Server) -> None:
    reply = virtuoso.ask(
        f"SELECT ?s ?name ?o WHERE {{ GRAPH <{EX}theirs> {{ ?s <{EX}name> ?name }} "
        f"SERVICE <{server.endpoint}> {{ ?s <{EX}p> ?o }} }} ORDER BY ?o"
    )
    assert reply.status == 200, reply.text
    assert [(row["s"], row["name"], row["o"]) for row in reply.rows] == [
        (f"{EX}a", "A of theirs", "1"),
        (f"{EX}a", "A of theirs", "2"),
    ]


def test_it_reaches_a_named_graph_of_ours(virtuoso: Virtuoso, server: Server) -> None:
    reply = virtuoso.ask(
        f"SELECT ?title WHERE {{ SERVICE <{server.endpoint}> {{ GRAPH ?g "
        f"{{ <{BASE}article/k1> <https://schema.org/headline> ?title }} }} }}"
    )
    assert reply.status == 200, reply.text
    assert [row["title"] for row in reply.rows] == ["Talks go on"]


def test_it_passes_our_refusal_on(virtuoso: Virtuoso, server: Server) -> None:
    """A query that we do not run is an error there too, never an empty answer."""
    nested = "{" * 400 + " ?s ?p ?o " + "}" * 400
    reply = virtuoso.ask(f"SELECT * WHERE {{ SERVICE <{server.endpoint}> {{ {nested} }} }}")
    assert reply.status >= 400
    assert b"bindings" not in reply.body
