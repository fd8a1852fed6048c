"""The file that says which revision is current: every replacement is seen, by every thread."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from kg.errors import StoreError
from kg.store import Store
from kg.store.pointer import Pointer


def put(path: Path, text: str) -> None:
    new = path.with_name("new")
    new.write_text(text)
    new.replace(path)


def test_each_replacement_is_seen(tmp_path: Path) -> None:
    """However soon one follows the other, and though the system gives numbers of files again."""
    path = tmp_path / "current"
    put(path, "0\n")
    one, other = Pointer(path), Pointer(path)
    for revision in range(700):
        put(path, f"{revision % 7}\n")
        assert one.read() == revision % 7
        if revision % 3 == 0:
            assert other.read() == one.read() == revision % 7


def test_threads_read_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "current"
    put(path, "0\n")
    pointer = Pointer(path)
    seen: list[list[int]] = [[] for _ in range(4)]
    done = threading.Event()

    def look(found: list[int]) -> None:
        while not done.is_set():
            found.append(pointer.read())

    threads = [threading.Thread(target=look, args=(found,)) for found in seen]
    for thread in threads:
        thread.start()
    for revision in range(1, 1000):
        put(path, f"{revision}\n")
    done.set()
    for thread in threads:
        thread.join()
    assert pointer.read() == 999
    assert all(found == sorted(found) for found in seen)


@pytest.mark.parametrize("text", [None, "", "x\n"])
def test_a_file_that_does_not_say_is_an_error_until_it_does(
    tmp_path: Path, text: str | None
) -> None:
    path = tmp_path / "store"
    with Store.open(path) as store:
        first = store.revision
        current = path / "current"
        if text is None:
            current.unlink()
        else:
            put(current, text)
        with pytest.raises(StoreError, match="current"):
            _ = store.revision
        put(current, f"{first}\n")
        assert store.revision == first
