"""The command line as a whole; what each command does is tested with its room."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

import kg
import kg.commands
from kg.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
NO_COMMANDS = {"options"}
"""Modules beside the commands, which hold what several of them share."""


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        capture_output=True, text=True, cwd=ROOT, **options,  # type: ignore[call-overload]
    )  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_that_is_listed_is_there(name: str) -> None:
    """It has a module, a help text of its own, and says what its options mean."""
    command = importlib.import_module(f"kg.commands.{name}").command
    assert isinstance(command, click.Command)
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_each_command_that_is_there_is_listed() -> None:
    modules = {module.name for module in pkgutil.iter_modules(kg.commands.__path__)}
    assert modules - NO_COMMANDS == set(COMMANDS)


def test_help_lists_the_commands_in_the_order_of_a_first_use() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    places = [shown.stdout.index(f"\n  {name} ") for name in COMMANDS]
    assert places == sorted(places)
    assert all(line in " ".join(shown.stdout.split()) for line in COMMANDS.values())


def test_help_is_quick() -> None:
    """Under 0.4 seconds, the quickest of seven: other tests run beside this one.

    Where the machine is so slow that it cannot be, three times as long as Python with click takes.
    """
    times, least = [], []
    for _ in range(7):
        began = time.perf_counter()
        assert run("--help").returncode == 0
        times.append(time.perf_counter() - began)
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import click"], check=True)
        least.append(time.perf_counter() - began)
    assert min(times) < max(0.4, 3 * min(least))


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_needs_no_heavy_module(arguments: list[str]) -> None:
    """That is why it is quick: rdflib, pydantic and pyoxigraph are for those who use them."""
    code = (
        "import sys\nfrom kg.cli import main\n"
        f"try: main({arguments!r})\nexcept SystemExit: pass\n"
        "heavy = {'rdflib', 'pydantic', 'pyoxigraph', 'flask', 'yaml', 'rich', 'pyshacl'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert shown.stderr.strip() == "[]"


def test_without_arguments_the_help_is_shown() -> None:
    shown = run()
    assert shown.returncode == 2
    assert "Commands:" in shown.stdout + shown.stderr


def test_the_version_is_the_package_s() -> None:
    assert run("--version").stdout == f"kg, version {kg.__version__}\n"


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("lod", "No such command 'lod'. Did you mean 'load'?"),
        ("Query", "No such command 'Query'. Did you mean 'query'?"),
        ("xyz", f"No such command 'xyz'. There are: {', '.join(COMMANDS)}."),
    ],
)
def test_an_unknown_command_gets_a_suggestion(wrong: str, hint: str) -> None:
    refused = run(wrong)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert hint in " ".join(refused.stderr.split())
    assert "Traceback" not in refused.stderr


def test_an_error_of_ours_is_one_line(tmp_path: Path) -> None:
    refused = run("load", str(tmp_path / "none.yaml"), "--store", str(tmp_path / "s"))
    assert refused.returncode == 2
    assert refused.stderr == (
        f"kg: {tmp_path / 'none.yaml'}: is not there; name a facts file or a folder of them\n"
    )


def test_an_error_of_the_system_is_one_line(tmp_path: Path) -> None:
    """No traceback reaches a person, wherever the system refuses."""
    code = (
        "import kg.commands.schema as schema\nfrom kg.cli import main\n"
        "def refuse(): raise PermissionError(13, 'Permission denied', '/some/file')\n"
        "schema.command.callback = refuse\nmain(['schema'])"
    )
    refused = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (refused.returncode, refused.stderr) == (2, "kg: /some/file: Permission denied\n")


def test_a_reader_that_stops_early_is_no_error() -> None:
    """As in ``kg schema | head -1``."""
    read, write = os.pipe()
    os.close(read)
    stopped = subprocess.run(
        [sys.executable, "-m", "kg", "schema"], stdout=write, stderr=subprocess.PIPE, text=True,
        cwd=ROOT,
    )  # fmt: skip
    os.close(write)
    assert (stopped.returncode, stopped.stderr) == (1, "")
