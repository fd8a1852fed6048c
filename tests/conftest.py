"""What the tests share: the parts of the system that may be missing, and where things are."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import shared
from hypothesis import HealthCheck, settings

pytest_plugins = ["servers", "browsing"]

ROOT = Path(__file__).resolve().parent.parent
SEED = Path(os.environ.get("KG_SEED_TEXT", ROOT.parent / "shared/seed/moscow-times-2013-02-02.txt"))

# A busy machine is no defect: how long things may take is tested where it matters. Where a change
# is checked before it is taken, each run tries the same examples, so that it says something of it.
settings.register_profile(
    "project",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("KG_REQUIRE_ALL") == "1",
)
settings.load_profile("project")


# What takes longest begins first, so that no processor is left with a long file at the end.
LONGEST = (
    "test_browser", "test_server_kills", "test_comunica", "test_build", "test_server",
    "test_remote_answers", "test_queries_mutants", "test_remote_engines", "test_try_limits",
    "test_monitoring", "test_browser_try", "test_events_loading", "test_try", "test_kills",
    "test_workers", "test_search", "test_lending", "test_writer", "test_graph_rules",
    "test_readme", "test_events_map", "test_validate", "test_cli_load", "test_virtuoso",
    "test_pages", "test_graphstore",
)  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Have pytest-xdist give out files in our order, not by how many tests they hold."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Have two processes on each processor: a test waits for others as long as it works."""
    has_affinity = hasattr(os, "sched_getaffinity")
    return 2 * (len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; the others keep their order."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(LONGEST)))


@pytest.fixture(scope="session", autouse=True)
def _shared(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Have things that are made once in a folder that all processes of pytest-xdist have."""
    own = tmp_path_factory.getbasetemp()
    shared.keep_in(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="session")
def needs() -> Callable[[str], str]:
    """Return a function that skips the test where a program is missing, with the reason.

    With ``KG_REQUIRE_ALL=1`` (set by ``.ci/run``, which installs them) it fails instead.
    """

    def check(program: str) -> str:
        # Programs that come with a Python package are beside its interpreter.
        # Those of a system's services are where only its administrator looks.
        places = (None, Path(sys.executable).parent, "/usr/sbin")
        path = next(filter(None, (shutil.which(program, path=place) for place in places)), None)
        if path is None:
            install = _PACKAGE.get(program)
            means = f"on Debian: apt-get install {install}" if install else f"pip install {program}"
            reason = f"{program} is not installed; {means}"
            if os.environ.get("KG_REQUIRE_ALL") == "1":
                pytest.fail(reason)
            pytest.skip(reason)
        return path

    return check


_PACKAGE = {
    "chromium": "chromium",
    "roqet": "rasqal-utils",
    "rapper": "raptor2-utils",
    "strace": "strace",
    "virtuoso-t": "virtuoso-opensource-7-bin",
    "isql-vt": "virtuoso-opensource-7-bin",
    "node": "nodejs",
    "npm": "npm",
    "nginx": "nginx-light",
}


@pytest.fixture(scope="session")
def seed_text() -> str:
    """Return the real article's text, which belongs to its publisher and is not kept here."""
    if not SEED.is_file():
        pytest.skip("the real article's text is not at hand; name its file in KG_SEED_TEXT")
    return SEED.read_bytes().decode("utf-8")
