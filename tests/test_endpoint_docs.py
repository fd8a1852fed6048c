"""What docs/endpoint.md says is so."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from servers import EX, Server

from kg.commands.serve import command
from kg.endpoint.depth import RefusedError
from kg.endpoint.guard import examine
from kg.formats import DATASETS, GRAPHS, RESULTS

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "endpoint.md").read_text()


@pytest.mark.parametrize("form", [*RESULTS, *GRAPHS], ids=lambda form: form.label)
def test_every_format_is_named(form) -> None:  # type: ignore[no-untyped-def]
    assert f"`{form.media_type}` (`{form.suffix}`)" in TEXT


@pytest.mark.parametrize("form", DATASETS, ids=lambda form: form.label)
def test_every_dump_is_named(form) -> None:  # type: ignore[no-untyped-def]
    assert f"`/dump.{form.suffix}`" in TEXT


def test_the_options_are_those_of_the_command() -> None:
    shown = set(re.findall(r"--[a-z][a-z-]+", TEXT)) - {"--data-urlencode"}
    there = {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in (*parameter.opts, *parameter.secondary_opts)
    }
    assert shown <= there


@pytest.mark.parametrize(
    ("count", "what"), [(150, "groups"), (200, "brackets"), (1300, "operators")]
)
def test_the_limits_are_as_said(count: int, what: str) -> None:
    assert f"{count:,} {what}" in TEXT

    def query(number: int) -> str:
        if what == "groups":
            return "ASK {" + "{" * (number - 1) + "}" * (number - 1) + "}"
        if what == "brackets":
            return "ASK { FILTER(" + "(" * (number - 1) + "1" + ")" * (number - 1) + ") }"
        return "ASK { FILTER(" + "1 + " * number + "1) }"

    examine(query(count))
    with pytest.raises(RefusedError):
        examine(query(count * 115 // 100))


def test_the_error_shown_is_the_one_sent(server: Server) -> None:
    shown = re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert shown
    assert server.query("SELECT * { ?s dkg:place ?o }").text == shown[1]


def test_the_update_shown_works(writable: Server) -> None:
    shown = re.search(r"'update=(.*?)'", TEXT, re.DOTALL)
    assert shown
    assert writable.update(shown[1]).status == 204
    assert EX in shown[1]


def test_the_relative_iri_shown_is_an_article(server: Server) -> None:
    shown = re.search(r"`<article/([a-z0-9-]+)>`", TEXT)
    assert shown
    samples = Path(__file__).resolve().parent.parent / "kg" / "samples"
    assert (samples / f"{shown[1]}.yaml").exists()
    found = server.query("SELECT ?o { <article/k1> <https://schema.org/headline> ?o }")
    assert [row["o"] for row in found.rows] == ["Talks go on"]
