"""Loaders killed with SIGKILL, over and over: what was acknowledged is there and whole.

``KG_KILLS`` says how many times, ``KG_KILL_SEED`` which.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

USUAL = 102
"""How many kills are enough to hit each phase that matters at least five times."""
KILLS = int(os.environ.get("KG_KILLS", USUAL))
SEED = int(os.environ.get("KG_KILL_SEED", "20130202"))
_RUNNER = Path(__file__).with_name("kill_runner.py")


def test_kills_in_every_phase_lose_nothing_that_was_acknowledged():
    """After each kill: acknowledged articles whole, others whole or absent, nothing left over.

    In memory where the system has such a file system: what a killed process has written is in
    the page cache anyway, and a disk only makes it slower.
    """
    memory = Path("/dev/shm")
    place = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        done = subprocess.run(
            [sys.executable, _RUNNER, folder, str(KILLS), str(SEED)],
            capture_output=True,
            text=True,
            timeout=120 + 5 * KILLS,
            check=False,
            env=os.environ | {"PYTHONPATH": str(_RUNNER.parent.parent)},
        )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert not report["failure"], f"seed {SEED}: {report['failure']}"
    print(f"seed {SEED}: {report}")
    assert report["kills"] == KILLS
    assert report["acknowledged"] > KILLS
    for phase in ("mapping", "transaction", "flush", "checkpoint", "switch"):
        assert report["hits"].get(phase, 0) >= 5 * KILLS // USUAL, report["hits"]
