"""The workers of one process, without a server: what becomes of a worker and of an answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from servers import EX, NEVER_ENDING, make_store, wait_for

from kg.endpoint.engine import TooLargeError
from kg.endpoint.execute import Answer, DatasetClause, Question
from kg.endpoint.replying import Wish, result
from kg.endpoint.settings import Settings
from kg.endpoint.workers.nursery import Nursery
from kg.endpoint.workers.pool import Pool, packed_question
from kg.endpoint.workers.process import Limits
from kg.store import Store

MANY = f"SELECT * {{ {' '.join(f'?s{n} ?p{n} ?o{n} .' for n in range(7))} }}"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(make_store(tmp_path_factory.mktemp("pool") / "store")) as opened:
        yield opened


@dataclass
class Late:
    """Hands on an answer only when the query behind it has ended."""

    pool: Pool

    def ask(self, question: Question) -> Answer:
        found = self.pool.ask(question)
        assert found.length is None
        assert wait_for(lambda: all(t.name != "long answer" for t in threading.enumerate()))
        assert self.pool.lanes.running == 0
        return found


@pytest.mark.parametrize("named", ["csv", "spreadsheet"])
def test_what_goes_wrong_before_the_first_byte_is_sent_is_an_error(
    store: Store, named: str
) -> None:
    """Also after more was made than is held back: nobody has seen any of it yet."""
    pool = Pool(store, Settings(held_bytes=1000, result_bytes=1_000_000))
    try:
        with pytest.raises(TooLargeError, match="1,000,000 bytes"):
            result(
                store, Late(pool), Wish("GET", None, None), MANY, DatasetClause(),
                named=named, union=True,
            )  # fmt: skip
    finally:
        pool.close()


def test_a_worker_that_was_stopped_is_asked_nothing_more(store: Store) -> None:
    """A query may end while its process is being stopped to wait for its turn."""
    settings = Settings(query_seconds=60)
    limits = Limits(settings.query_memory, settings.query_bytes, None)
    nursery, pool = Nursery(store.path, limits), Pool(store, settings)
    try:
        worker = nursery.fork()
        assert worker.ready()
        worker.pause()
        pool.give(worker, reusable=True)
        began = time.monotonic()
        with pool.ask(Question("ASK {}", format="json")) as given:
            assert b"true" in b"".join(given.chunks)
        assert time.monotonic() - began < 30
        assert wait_for(worker.ended)
        worker.close()
    finally:
        pool.close()
        nursery.close()


def test_a_query_is_not_blamed_for_the_opening_of_its_revision(tmp_path: Path) -> None:
    """Opening takes as much as a query may before it counts as long, and gives its worker up."""

    def spent() -> float:
        return float(Path(f"/proc/{worker.pid}/schedstat").read_text().split()[0]) / 1e9

    with Store.open(make_store(tmp_path / "store")) as store:
        nursery = Nursery(store.path, Limits(2**30, 2**20, None))
        try:
            worker = nursery.fork()
            assert worker.ready()
            begun = worker.seconds()
            assert 0 <= begun < spent() / 2
            for number in range(5):
                with store.writer() as writer:
                    text = f"INSERT DATA {{ GRAPH <{EX}g> {{ <{EX}s> <{EX}p> {number} }} }}"
                    writer.update(text, managed=False)
                assert worker.renew()
                assert worker.revision == store.revision
            assert worker.seconds() - begun < spent() / 2
            before = spent()
            worker.ask(packed_question(Question(NEVER_ENDING, format="json")))
            assert wait_for(lambda: spent() - before > 0.5)
            assert worker.seconds() - begun > 0.4
            worker.close()
        finally:
            nursery.close()


def test_an_answer_that_is_begun_is_given_whole(store: Store) -> None:
    """What was looked at beforehand is not lost, and does not come twice."""
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
    pool = Pool(store, Settings(held_bytes=1000))
    try:
        with pool.ask(Question(query, format="tsv")) as given:
            whole = b"".join(given.chunks)
        plain = result(
            store, pool, Wish("GET", None, None), query, DatasetClause(), named="tsv", union=True
        )
        assert "Content-Length" not in plain.headers
        assert b"".join(plain.body) == whole
        assert whole.count(b"\n") > 10_000
    finally:
        pool.close()
