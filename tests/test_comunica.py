"""Comunica, the query engine of the JavaScript world, asks us."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from servers import EX, TOKEN, Server

# 5.x needs a newer Node than the long-term version 20.
PACKAGE = "@comunica/query-sparql@~4.5.0"
OF_A = f"SELECT ?o WHERE {{ <{EX}a> <{EX}p> ?o }} ORDER BY ?o"

# One process for all that is asked, since most of the time goes by until its library is loaded.
SCRIPT = """
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
const { QueryEngine } = createRequire(process.argv[2] + "/")("@comunica/query-sparql");
const said = (term) => ({ value: term.value, type: term.termType });
const answer = async (asked) => {
  const withToken = (input, init = {}) => {
    const headers = new Headers(init.headers);
    if (asked.token) headers.set("Authorization", `Bearer ${asked.token}`);
    return fetch(input, { ...init, headers });
  };
  const source = { type: "sparql", value: asked.endpoint };
  const context = { sources: [source], fetch: withToken };
  if (asked.kind === "update") context.destination = source;
  const engine = new QueryEngine();
  switch (asked.kind) {
    case "bindings": {
      const rows = await (await engine.queryBindings(asked.query, context)).toArray();
      return rows.map((row) => Object.fromEntries([...row].map(([v, t]) => [v.value, said(t)])));
    }
    case "quads": {
      const quads = await (await engine.queryQuads(asked.query, context)).toArray();
      return quads.map((quad) => [quad.subject.value, quad.predicate.value, quad.object.value]);
    }
    case "boolean": return engine.queryBoolean(asked.query, context);
    case "update": await engine.queryVoid(asked.query, context); return true;
  }
};
for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify({ found: await answer(JSON.parse(line)) }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message ?? error) }));
  }
}
process.exit(0);
"""


@pytest.fixture(scope="module")
def comunica(
    pytestconfig: pytest.Config, needs: Callable[[str], str]
) -> Iterator[Callable[..., dict[str, Any]]]:
    """Return a function that lets Comunica ask; it is installed once, into pytest's cache."""
    node, npm = needs("node"), needs("npm")
    assert pytestconfig.cache is not None
    home = pytestconfig.cache.mkdir("comunica-4.5")
    if not (home / "node_modules").is_dir():
        install(npm, home)
    script = home / "ask.mjs"
    script.write_text(SCRIPT)

    process = subprocess.Popen(
        [node, str(script), str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None and process.stdout is not None
    asking, answers = process.stdin, process.stdout

    def ask(server: Server, kind: str, query: str, token: str = "") -> dict[str, Any]:
        asked = {"endpoint": server.endpoint, "kind": kind, "query": query, "token": token}
        asking.write(json.dumps(asked) + "\n")
        asking.flush()
        said: dict[str, Any] = json.loads(answers.readline())
        return said

    with process:
        yield ask
        asking.close()
        assert process.wait(60) == 0


def install(npm: str, home: Path) -> None:
    """Install the package whole or not at all; without a registry the tests are skipped."""
    with tempfile.TemporaryDirectory(dir=home.parent) as folder:
        command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
        if done.returncode:
            reason = f"npm cannot install {PACKAGE}: {done.stderr.strip()[-300:]}"
            if os.environ.get("KG_REQUIRE_ALL") == "1":
                pytest.fail(reason)
            pytest.skip(reason)
        shutil.move(Path(folder) / "node_modules", home / "node_modules")


Ask = Callable[..., dict[str, Any]]


def test_it_reads_rows(comunica: Ask, server: Server) -> None:
    found = comunica(server, "bindings", OF_A)["found"]
    assert [row["o"]["value"] for row in found] == ["1", "2"]
    assert {row["o"]["type"] for row in found} == {"Literal"}


def test_it_joins_and_counts(comunica: Ask, server: Server) -> None:
    query = f"SELECT ?s (COUNT(?o) AS ?n) WHERE {{ ?s <{EX}p> ?o }} GROUP BY ?s ORDER BY ?s"
    found = comunica(server, "bindings", query)["found"]
    assert [(row["s"]["value"].removeprefix(EX), row["n"]["value"]) for row in found] == [
        ("a", "2"), ("b", "1"), ("c", "1"),
    ]  # fmt: skip


def test_it_reads_graphs_and_truths(comunica: Ask, server: Server) -> None:
    query = f"CONSTRUCT {{ ?s <{EX}q> ?o }} WHERE {{ GRAPH <{EX}two> {{ ?s <{EX}p> ?o }} }}"
    found = comunica(server, "quads", query)["found"]
    assert sorted(found) == [[f"{EX}a", f"{EX}q", "2"], [f"{EX}b", f"{EX}q", "of two"]]
    for value, truth in (("2", True), ("3", False)):
        assert comunica(server, "boolean", f"ASK {{ ?s ?p {value} }}")["found"] is truth


def test_it_learns_that_a_query_is_not_run(comunica: Ask, server: Server) -> None:
    query = f"SELECT * WHERE {{ SERVICE <{server.endpoint}> {{ ?s ?p ?o }} }}"
    said = comunica(server, "boolean", f"ASK {{ {{ {query} }} }}")
    assert "found" not in said
    assert "400" in said["error"]


def test_it_writes_with_the_token(comunica: Ask, writable: Server) -> None:
    text = f'INSERT DATA {{ GRAPH <{EX}mine> {{ <{EX}s> <{EX}p> "of Comunica" }} }}'
    assert "401" in comunica(writable, "update", text).get("error", "")
    assert comunica(writable, "update", text, TOKEN) == {"found": True}
    rows = writable.query(f"SELECT ?o {{ GRAPH <{EX}mine> {{ ?s ?p ?o }} }}").rows
    assert [row["o"] for row in rows] == ["of Comunica"]
