"""What the threads of a serving process needed is given back to the system."""

from __future__ import annotations

import os
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
    together.wait()
    first = bytes(b"x" * 200_000)
    del first  # from now on such pieces come from the thread's arena, where nothing forbids it
    together.wait()
    pieces, rest = [], []
    for _ in range(8):
        pieces.append(bytes(b"x" * 200_000))
        rest.append(bytes(b"y" * 5_000))  # lies between them, and stays
    together.wait()
    del pieces
    together.wait()  # the memory is looked at
    together.wait()
    del rest

before = held()
threads = [threading.Thread(target=work) for _ in range(15)]
for thread in threads:
    thread.start()
for _ in range(4):
    together.wait()
grown = held() - before
together.wait()
print(grown)
"""


def grown(how: str) -> float:
    # Dask, in other tests of this process, sets what the C library does by itself.
    free = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    command = [sys.executable, "-c", _THREADS, how]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=free)
    return float(done.stdout)


def test_memory_of_many_threads_is_given_back() -> None:
    without = grown("without")
    assert without > 4  # of the 23 MB
    assert grown("with") < without / 4
