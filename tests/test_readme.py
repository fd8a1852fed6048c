"""The README says what is so: its commands are run, and their output is compared."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def steps(block: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a console block with the lines shown under it."""
    command, shown = "", list[str]()
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, shown
            command, shown = line[2:], []
        elif line.startswith("> ") and not shown:
            command += "\n" + line[2:]
        else:
            shown.append(line)
    yield command, shown


def matches(shown: list[str], printed: list[str]) -> bool:
    """Tell whether lines were printed as shown, where … stands for any number of lines."""
    if not shown:
        return not printed
    if shown[0] == "…":
        return any(matches(shown[1:], printed[at:]) for at in range(len(printed) + 1))
    return bool(printed) and shown[0] == printed[0].rstrip() and matches(shown[1:], printed[1:])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like the checkout, with ``kg`` in the PATH."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "kg").symlink_to(ROOT / "kg")
    (folder / "bin").mkdir()
    shim = folder / "bin" / "kg"
    shim.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m kg "$@"\n')
    shim.chmod(0o755)
    return folder


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}
    path = f"{folder / 'bin'}{os.pathsep}{kept['PATH']}"
    return {**kept, "PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "97", "NO_COLOR": "1"}


def test_tour_prints_what_the_readme_shows(folder: Path) -> None:
    for block in blocks("console"):
        for command, shown in steps(block):
            done = subprocess.run(
                ["sh", "-c", command],
                cwd=folder,
                env=environment(folder),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=300,
            )
            # A load that takes longer says how far it has come, and commits more often.
            shown, printed = (
                [re.sub(r"; revision \d+$", "; revision N", line) for line in lines
                 if not re.match(r"\d+ of \d+ files", line)]
                for lines in (shown, done.stdout.splitlines())
            )  # fmt: skip
            assert matches(shown, printed), (
                f"$ {command}\n--- the README shows\n"
                + "\n".join(shown)
                + f"\n--- it prints\n{done.stdout}"
            )


def test_python_of_the_readme_runs(folder: Path) -> None:
    (block,) = blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", block],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["Ali Akbar Salehi", "Alija Izetbegović", "Anwar Sadat"]


def test_set_up_is_two_commands() -> None:
    serve, check = (block.strip() for block in blocks("sh"))
    assert serve.endswith(".venv/bin/pip install . && .venv/bin/python server.py")
    assert " && .venv/bin/pip install '.[test]' && .venv/bin/python -m pytest " in check


def test_server_py_makes_a_store_serves_it_and_stops_quietly(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "server.py"), "--port", "0", "--store", str(tmp_path / "s.kg")],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    assert process.stdout is not None
    try:
        line = ""
        while not line.startswith("serving"):
            line = process.stdout.readline()
            assert line, "the server ended before it answered"
        address = line.split()[-1]
        # The first page tells no numbers until the graph has been counted, beside the serving.
        until = time.monotonic() + 120
        while "7 articles" not in (page := _words(address)):
            assert "being counted" in page, page
            assert time.monotonic() < until, "the graph was not counted in two minutes"
            time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=120)
    finally:
        process.kill()
    # A process that ends by a signal of its own says so there.
    assert "SIG" not in said, said
    assert process.returncode == 0


def _words(address: str) -> str:
    """Return the words of a page, without its marks."""
    try:
        with urllib.request.urlopen(address, timeout=120) as answer:
            return re.sub(r"<[^>]+>", "", answer.read().decode())
    except urllib.error.HTTPError as error:
        pytest.fail(error.read().decode())


def test_the_picture_is_there() -> None:
    names = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert names
    for name in names:
        assert (ROOT / name).is_file(), name


def test_links_lead_somewhere() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#\s]+)\)", text):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_command_is_in_the_readme() -> None:
    from kg.cli import COMMANDS

    section = README.partition("## Commands")[2].partition("\n## ")[0]
    assert {name for name in COMMANDS if f"`kg {name}" not in section} == set()
