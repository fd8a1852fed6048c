"""What the threads of a serving process needed is given back to the system."""

from __future__ import annotations

import subprocess
import sys

# Pieces of answers in many threads, as a server has them: made at once, freed at once.
_THREADS = """
import re, sys, threading
from pathlib import Path
from kg.serving.memory import give_back

def held():
    text = Path("/proc/self/smaps_rollup").read_text()
    return int(re.search(r"^Anonymous:\\s+(\\d+)", text, re.MULTILINE)[1]) / 1024

if sys.argv[1] == "with":
    give_back()
together = threading.Barrier(16)

def work():
    for _ in range(4):
        together.wait()
        pieces = [bytes(b"x" * 200_000) for _ in range(8)]
        together.wait()
        rest = b"y" * 600
        del pieces

before = held()
threads = [threading.Thread(target=work) for _ in range(16)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(held() - before)
"""


def grown(how: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _THREADS, how], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def test_memory_of_many_threads_is_given_back() -> None:
    assert grown("with") < grown("without") / 4
