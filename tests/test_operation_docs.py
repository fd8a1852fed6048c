"""The pages about running the server, held to what the server does."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest
from conftest import ROOT
from servers import Server, wait_for

from kg.commands.serve import command
from kg.endpoint.settings import MEBIBYTE, Settings

OPERATION = (ROOT / "docs/operation.md").read_text()
DEPLOY = (ROOT / "docs/deploy.md").read_text()


def table(heading: str) -> dict[str, str]:
    """Return the first two columns of the table under a heading."""
    part = OPERATION.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \| (.*?) \| .* \|$", part, re.MULTILINE)
    return {name.replace("\\|", "|"): value for name, value in rows}


def read_by_the_code() -> set[str]:
    """Return the variables that the code reads: they are whole strings in it."""
    found = set()
    for path in (ROOT / "kg").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if re.fullmatch(r"KG_[A-Z_]+", node.value) else set()
    return found


def test_every_option_is_in_the_table_and_nothing_else() -> None:
    told = {word for names in table("Options") for word in re.findall(r"--[a-z-]+", names)}
    there = {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in (*parameter.opts, *parameter.secondary_opts)
    }
    assert told == there


def test_every_default_of_an_option_is_as_told() -> None:
    told = {name.split("`")[1].split()[0]: value for name, value in table("Options").items()}
    for parameter in command.params:
        value = parameter.to_info_dict()["default"]
        if isinstance(value, (int, str)) and not isinstance(value, bool):
            assert told[parameter.opts[0]] == f"`{value}`", parameter.name
    assert told["--access-log"] == "on"


def test_every_variable_is_in_the_table_and_nothing_else() -> None:
    assert {name.strip("`") for name in table("Environment")} == read_by_the_code()


@pytest.mark.parametrize(
    ("variable", "member", "unit"),
    [
        ("KG_QUERY_SECONDS", "query_seconds", 1),
        ("KG_QUERY_MEMORY", "query_memory", MEBIBYTE),
        ("KG_QUERIES", "queries", 1),
        ("KG_QUEUE", "queue", 1),
        ("KG_RESULT_SIZE", "result_bytes", MEBIBYTE),
        ("KG_RESULT_HELD", "held_bytes", MEBIBYTE),
        ("KG_UPDATE_SECONDS", "update_seconds", 1),
        ("KG_UPLOAD_SIZE", "upload_bytes", MEBIBYTE),
        ("KG_WRITER_MEMORY", "writer_memory", MEBIBYTE),
        ("KG_TRY_SIZE", "try_bytes", 1000),
        ("KG_TRY_SECONDS", "try_seconds", 1),
        ("KG_TRY_MEMORY", "try_memory", MEBIBYTE),
        ("KG_TRIES", "tries", 1),
    ],
)
def test_every_variable_does_what_is_told(variable: str, member: str, unit: int) -> None:
    assert float(table("Environment")[f"`{variable}`"].strip("`")) * unit == getattr(
        Settings(), member
    )
    assert getattr(Settings.from_environment({variable: "7"}), member) == 7 * unit


def test_every_metric_is_in_the_table_and_nothing_else(server: Server) -> None:
    server.query("ASK {}")
    assert wait_for(lambda: "kg_writer_up 1.0" in server.get("/metrics").text)
    families = re.findall(r"^# TYPE (kg_\S+) ", server.get("/metrics").text, re.MULTILINE)
    there = {name for name in families if not name.endswith("_created")}
    part = OPERATION.partition("\n## Metrics\n")[2].partition("\n## ")[0]
    told = set(re.findall(r"^\| `(kg_[a-z_]+)", part, re.MULTILINE))
    assert there == told


def test_the_line_of_the_log_is_as_shown() -> None:
    from kg.monitoring.log import Log
    from kg.monitoring.notes import Asked, Notes

    lines: list[str] = []
    notes = Notes(route="/sparql", status=200, sent=1532, whole=True)
    notes.asked.append(Asked("ASK {}", 0.0, 0.01, rows=lambda: 12))
    environ = {"REMOTE_ADDR": "127.0.0.1", "REQUEST_METHOD": "GET", "PATH_INFO": "/sparql"}
    Log(requests=True, write=lines.append).request(environ, notes, 0.014)
    shown = re.search(r'^127\.0\.0\.1 "GET .*$', OPERATION, re.MULTILINE)
    assert shown is not None
    assert re.sub("query=[0-9a-f]{16}", "query=…", lines[0]) == re.sub(
        "query=[0-9a-f]{16}", "query=…", shown[0]
    )


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", DEPLOY, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed; on Debian: apt-get install systemd")
    fake = tmp_path / "kg"
    fake.write_text("#!/bin/sh\n")
    fake.chmod(0o755)
    unit = tmp_path / "diplomacy-kg.service"
    unit.write_text(block("ini").replace("/opt/diplomacy-kg/bin/kg", str(fake)))
    done = subprocess.run(
        [program, "verify", "--man=no", str(unit)], capture_output=True, text=True
    )
    complaints = [line for line in done.stderr.splitlines() if "diplomacy-kg" in line]
    assert complaints == [] and done.returncode == 0, done.stderr


@pytest.mark.parametrize("language", ["ini", "dockerfile"])
def test_the_commands_shown_are_ones_that_the_server_takes(language: str) -> None:
    text = block(language)
    said = re.findall(r"^.*\bserve\b.*$", text, re.MULTILINE)
    options = {name for line in said for name in re.findall(r"--[a-z-]+", line)}
    assert options
    assert options <= {name for parameter in command.params for name in parameter.opts}
    assert set(re.findall(r"KG_[A-Z_]+", text)) <= read_by_the_code()


def test_it_stops_later_than_the_server_does() -> None:
    grace = next(one for one in command.params if one.name == "grace").to_info_dict()["default"]
    seconds = re.search(r"TimeoutStopSec=(\d+)", block("ini"))
    assert seconds is not None
    # The writer has 30 seconds after that for its last work.
    assert int(seconds[1]) > grace + 30
