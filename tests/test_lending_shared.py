"""Workers that have several connections: none of them has anything of another, come what may."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPException
from pathlib import Path

import pytest
from servers import EX, Server, wait_for
from test_connections import Line, connected
from test_lending import (
    ALL,
    SIZE,
    asked,
    get,
    is_answered,
    kept,
    lent,
    lines,
    small,
    value,
)
from test_workers import ENDLESS, FLOOD, GREEDY, workers

__all__ = ["kept"]  # the fixture
CROWD = 9


@contextmanager
def shared(server: Server, count: int = CROWD) -> Iterator[list[Line]]:
    """Connect so often that workers have several connections, and have them all lent."""
    with ExitStack() as stack:
        crowd = [stack.enter_context(connected(server)) for _ in range(count)]

        def are_lent() -> bool:
            for _ in range(8):
                for number, line in enumerate(crowd):
                    reply, body = asked(line, small(number))
                    assert (reply.status, body) == (200, f'?o\n"value {number}"\n'.encode())
            return lent(server) == count

        assert wait_for(are_lent, 30)
        yield crowd


def test_connections_share_few_workers(kept: Server) -> None:
    processors = len(os.sched_getaffinity(0))
    with shared(kept, 12):
        assert len(workers(kept)) <= max(2, processors) + 4  # those that are idle among them


def test_a_long_query_holds_up_nobody_who_shares_its_worker(kept: Server) -> None:
    with shared(kept) as crowd:
        slow, *others = crowd
        slow.send(get(ENDLESS))
        begun = time.monotonic()
        rounds = 0
        while time.monotonic() - begun < 2:
            for number, line in enumerate(others):
                since = time.monotonic()
                assert is_answered(line, number)
                assert time.monotonic() - since < 1.5
            rounds += 1
        assert rounds > 3
        reply = slow.answer()
        assert (reply.status, json.loads(reply.body)["type"][-10:]) == (504, "query-time")  # type: ignore[attr-defined]
        assert is_answered(slow, 5)
    assert wait_for(lambda: lent(kept) == 0)


def test_a_worker_that_dies_loses_no_connection(kept: Server) -> None:
    """Whatever they had sent meanwhile is answered by others."""
    with shared(kept) as crowd:
        killed = workers(kept)
        for number, line in enumerate(crowd):
            line.send(get(small(number)))
            if number == CROWD // 2:
                for pid in killed:
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.3)  # nobody takes them for alive any more
        lost = 0
        for number, line in enumerate(crowd):
            try:
                reply = line.answer()
            except (OSError, HTTPException):
                lost += 1  # it may have been in the middle of an answer
                continue
            if reply.status == 500:
                assert json.loads(reply.body)["type"].endswith("query-crash")  # type: ignore[attr-defined]
                lost += 1
                continue
            assert reply.body == f'?o\n"value {number}"\n'.encode()  # type: ignore[attr-defined]
            assert is_answered(line, number + 1)
        assert lost <= len(killed), (lost, killed)  # each was in the middle of one at most


def test_a_large_result_takes_its_worker_along_and_no_connection(kept: Server) -> None:
    with shared(kept) as crowd:
        large, *others = crowd
        for _ in range(3):
            large.send(get(ALL))
            assert all(is_answered(line, number) for number, line in enumerate(others))
            reply = large.answer()
            assert reply.status == 200
            assert reply.body.count(b"\n") == SIZE + 21  # type: ignore[attr-defined]
            assert is_answered(large, 3)


def test_a_client_that_goes_away_takes_no_other_along(kept: Server) -> None:
    gone = value(kept, "kg_queries_stopped_total", cause="gone")
    with shared(kept) as crowd:
        crowd[0].send(get(ENDLESS))
        crowd[1].send(get(small(1))[:30])
        time.sleep(0.2)
        for line in crowd[:3]:
            line.line.close()
        for _ in range(20):
            assert all(is_answered(line, number) for number, line in enumerate(crowd[3:]))
        assert wait_for(lambda: value(kept, "kg_queries_stopped_total", cause="gone") == gone + 1)


@contextmanager
def from_addresses(server: Server, numbers: range) -> Iterator[list[Line]]:
    """Connect from several addresses of this machine."""
    with ExitStack() as stack:
        yield [
            Line(
                stack.enter_context(
                    socket.create_connection(
                        ("127.0.0.1", server.port), 10, source_address=(f"127.0.0.{number}", 0)
                    )
                )
            )
            for number in numbers
        ]


def test_each_client_is_written_down_as_itself(kept: Server) -> None:
    numbers = range(2, 8)
    addresses = [f"127.0.0.{number}" for number in numbers]
    rounds = 50
    with from_addresses(kept, numbers) as crowd:

        def are_lent() -> bool:
            nonlocal rounds
            rounds += 1
            assert all(is_answered(line, number) for number, line in enumerate(crowd))
            return lent(kept) == len(crowd)

        assert wait_for(are_lent)
        for _ in range(50):
            assert all(is_answered(line, 100 + number) for number, line in enumerate(crowd))

    def written() -> list[dict[str, object]]:
        return [one for one in lines(kept) if one.get("client") in addresses]

    hashes: dict[object, set[object]] = {}
    assert wait_for(lambda: len(written()) == rounds * len(addresses))
    for one in written():
        hashes.setdefault(one["query"], set()).add(one["client"])
    # Each asked queries of its own, and nobody else did.
    assert len(hashes) == 2 * len(addresses)
    assert all(len(clients) == 1 for clients in hashes.values())


def test_addresses_do_not_share_a_worker(kept: Server) -> None:
    """Told by the connections that a worker process has open."""
    addresses = [f"127.0.0.{number}" for number in range(12, 16)]
    with from_addresses(kept, range(12, 16)) as one, from_addresses(kept, range(12, 16)) as other:
        crowd = [*one, *other]

        def are_lent() -> bool:
            assert all(is_answered(line, number) for number, line in enumerate(crowd))
            return lent(kept) == len(crowd)

        assert wait_for(are_lent)
        seen = [found for pid in workers(kept) if (found := peers(pid) & set(addresses))]
        assert sorted(address for found in seen for address in found) != []
        assert all(len(found) == 1 for found in seen)


def peers(pid: int) -> set[str]:
    """Return the addresses at the other end of a process's connections (proc(5), net/tcp)."""
    ends = {}
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        number = int(fields[2].partition(":")[0], 16)
        ends[fields[9]] = socket.inet_ntoa(number.to_bytes(4, "little"))
    found = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            inode = descriptor.readlink().name.removeprefix("socket:[").removesuffix("]")
            found.add(ends.get(inode, ""))
    return found - {""}


@pytest.mark.parametrize("seed", [1, 2])
def test_nobody_gets_the_answer_of_another(kept: Server, seed: int) -> None:
    """Many at once, of whom some ask what is stopped, break off, or send several at a time."""
    until = time.monotonic() + 6
    wrong: list[str] = []
    right = [0] * 10

    def fair(place: int) -> None:
        chance = random.Random(100 * seed + place)
        while time.monotonic() < until:
            with connected(kept) as line:
                for _ in range(200):
                    number = chance.randrange(SIZE)
                    reply, body = asked(line, small(number))
                    if reply.status == 200 and body == f'?o\n"value {number}"\n'.encode():
                        right[place] += 1
                    elif reply.status not in (429, 503):
                        wrong.append(f"{number}: {reply.status} {body[:80]!r}")
                        return

    def unfair(place: int) -> None:
        chance = random.Random(100 * seed + place)
        while time.monotonic() < until:
            try:
                with connected(kept) as line:
                    for _ in range(chance.randrange(40)):
                        assert is_answered(line, chance.randrange(SIZE))
                    if chance.random() < 0.3:
                        line.send("".join(get(small(n)) for n in range(chance.randrange(2, 5))))
                    line.send(get(chance.choice((ENDLESS, GREEDY, FLOOD, ALL, "nonsense"))))
                    time.sleep(chance.random() / 4)
            except (OSError, HTTPException, AssertionError):
                continue  # it was told to wait, or cut off

    threads = [threading.Thread(target=fair, args=(place,)) for place in range(len(right))]
    threads += [threading.Thread(target=unfair, args=(20 + place,)) for place in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert min(right) > 20, right
    assert wait_for(lambda: lent(kept) == 0)
    assert kept.query(f"ASK {{ <{EX}1> ?p ?o }}").status == 200
