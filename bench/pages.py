"""How soon pages answer on a store with many made articles, when nothing of it is at hand.

``python bench/pages.py --articles 20000`` makes a store, serves it, and asks for each kind of page
with another thing each time, those with most facts first. Before each kind the system is told to
forget the store's files, so that nothing is at hand; the server has had time to look its search
index through, which it does when it starts. Printed are
the median and the 95th percentile of the milliseconds to the first byte; the status counts as an
error unless it is 200. The goals are 300 ms for a page, 200 ms for a query, 50 ms for a search.
With ``--any`` things are drawn at random from the start, without the five that have most facts;
``--within`` ends a kind after so many seconds, with as many rounds as it had. With ``--warm`` the
system has read the store's files before, and forgets none.

A new page is a line in `PAGES`: what it is called, its goal, and how its address is made of what
the store holds.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote, unquote, urlencode

import million
import stocked

from kg.search.index import Index
from kg.store import Store

PAGE, QUERY, SEARCH = 300, 200, 50
_SETTLED = 8.0
JSON = "application/sparql-results+json"


@dataclass
class Things:
    """What the store holds, drawn from at random.

    Args:
        labels: names of entities by kind, those with most facts first.
        paths: their pages.
        words: words of quoted passages.
        articles: keys.
        facts: pages of facts by kind.
    """

    labels: dict[str, list[str]]
    paths: dict[str, list[str]]
    words: list[str]
    articles: list[str]
    facts: dict[str, list[str]]


Address = Callable[[Things, random.Random, int], str]


def _page(kind: str) -> Address:
    """Return the page of a thing: first those with most facts, then any."""

    def address(things: Things, chance: random.Random, turn: int) -> str:
        some = things.paths[kind]
        return some[turn] if turn < 5 and turn < len(some) else chance.choice(some)

    return address


def _fact(kind: str) -> Address:
    return lambda things, chance, turn: chance.choice(things.facts[kind])


def _words(things: Things, chance: random.Random, turn: int) -> str:
    return f"/search?q={quote(' '.join(chance.sample(things.words, 2)))}&format=json"


def _name(things: Things, chance: random.Random, turn: int) -> str:
    return f"/search?q={quote(chance.choice(things.labels['person']))}&format=html"


def _begun(things: Things, chance: random.Random, turn: int) -> str:
    return f"/search?q={quote(chance.choice(things.words)[:3])}&format=json"


def _looked(page: str, parameter: str, kind: str, **more: str) -> Address:
    """Return a page to look at, around things of a kind."""

    def address(things: Things, chance: random.Random, turn: int) -> str:
        values = {**more, parameter: _written(things, chance, turn, kind)}
        return f"/explore/{page}?{urlencode(values)}"

    return address


def _behind(kind: str, page: str, of: str) -> Address:
    """Return the meetings of two, both among those with most facts."""

    def address(things: Things, chance: random.Random, turn: int) -> str:
        one, other = chance.sample(things.paths[kind][:20], 2)
        return (
            f"/explore/{page}?{urlencode({'of': of, 'one': _local(one), 'other': _local(other)})}"
        )

    return address


def _cell(things: Things, chance: random.Random, turn: int) -> str:
    of, on = (_written(things, chance, turn, kind) for kind in ("state", "topic"))
    return f"/explore/positions?{urlencode({'of': of, 'on': on})}"


def _asked(name: str, **kinds: str) -> Address:
    """Return a named query with things of these kinds for its parameters."""

    def address(things: Things, chance: random.Random, turn: int) -> str:
        if kinds.get("article"):
            return f"/queries/{name}?article={chance.choice(things.articles)}"
        if kinds.get("from"):
            day = date(2004, 1, 1) + timedelta(days=chance.randrange(7000))
            return f"/queries/{name}?from={day}"
        values = {
            parameter: _written(things, chance, turn + place, kind)
            for place, (parameter, kind) in enumerate(kinds.items())
        }
        return f"/queries/{name}?{urlencode(values)}"

    return address


def _written(things: Things, chance: random.Random, turn: int, kind: str) -> str:
    """Return how a form writes a thing: first those with most facts, then any."""
    some = things.paths[kind]
    return _local(some[turn] if turn < 5 and turn < len(some) else chance.choice(some))


def _local(path: str) -> str:
    return unquote(path.removeprefix("/id/").removeprefix("state/").removesuffix(".html"))


@dataclass(frozen=True)
class Kind:
    """A kind of page."""

    name: str
    goal: int
    address: Address
    accept: str = "text/html"


SHOWN: dict[str, dict[str, str]] = {
    "articles": {},
    "contested-meetings": {"party": "person"},
    "corroborated-meetings": {"party": "person"},
    "demands": {"holder": "state"},
    "facts-of-article": {"article": "article"},
    "meeting-network": {"party": "person"},
    "meetings-at-place": {"place": "place"},
    "meetings-between": {"one": "person", "other": "state"},
    "meetings-of-party": {"party": "person"},
    "mentions-of-state": {"state": "state"},
    "met-both-camps": {"one": "state", "other": "state"},
    "office-holders": {"body": "organisation"},
    "offices-of-person": {"person": "person"},
    "offices-over-time": {"person": "person"},
    "on-date": {"from": "day"},
    "opposite-stances": {"holder": "person"},
    "position-changes": {},
    "position-matrix": {"holder": "person"},
    "positions-between": {"holder": "state", "target": "topic"},
    "positions-by-act": {},
    "positions-of-party": {"party": "person"},
    "positions-on-topic": {"topic": "topic"},
    "quotes-of-person": {"person": "person"},
    "representatives-of-state": {"state": "state"},
    "second-hand-facts": {},
    "state-network": {"state": "state"},
    "state-positions": {"state": "state"},
    "statements-on-topic": {"topic": "topic"},
    "states-met": {"state": "state"},
    "timeline": {},
    "timeline-of": {"of": "person"},
    "unrealised-meetings": {"party": "person"},
}
"""Named queries with the kinds of things that they are asked about; without any, everything."""

PAGES = (
    Kind("overview", PAGE, lambda things, chance, turn: "/"),
    Kind("article", PAGE, lambda t, chance, turn: f"/article/{chance.choice(t.articles)}"),
    Kind("person", PAGE, _page("person")),
    Kind("state", PAGE, _page("state")),
    Kind("organisation", PAGE, _page("organisation")),
    Kind("topic", PAGE, _page("topic")),
    Kind("place", PAGE, _page("place")),
    Kind("meeting", PAGE, _fact("meeting")),
    Kind("statement", PAGE, _fact("statement")),
    Kind("position", PAGE, _fact("position")),
    Kind("look: network", PAGE, lambda things, chance, turn: "/explore/network"),
    Kind("look: network of states", PAGE, lambda t, chance, turn: "/explore/network?of=states"),
    Kind("look: around a person", PAGE, _looked("network", "party", "person")),
    Kind("look: around a state", PAGE, _looked("network", "state", "state", of="states")),
    Kind("look: two people", PAGE, _behind("person", "network", "people")),
    Kind("look: two states", PAGE, _behind("state", "network", "states")),
    Kind("look: timeline", PAGE, lambda things, chance, turn: "/explore/timeline"),
    Kind("look: time of a person", PAGE, _looked("timeline", "of", "person")),
    Kind("look: time of a state", PAGE, _looked("timeline", "of", "state")),
    Kind("look: time of a topic", PAGE, _looked("timeline", "of", "topic")),
    Kind("look: positions", PAGE, lambda things, chance, turn: "/explore/positions"),
    Kind("look: of a state", PAGE, _looked("positions", "holder", "state")),
    Kind("look: on a topic", PAGE, _looked("positions", "target", "topic")),
    Kind("look: a cell", PAGE, _cell),
    Kind("search page", PAGE, _name),
    Kind("search, two words", SEARCH, _words, "application/json"),
    Kind("search, a beginning", SEARCH, _begun, "application/json"),
    Kind("names for a field", SEARCH, lambda t, chance, turn:
         f"/query/labels?kind=party&q={quote(chance.choice(t.words)[:4])}", "application/json"),
    *(Kind(f"page: {name}", PAGE, _asked(name, **kinds)) for name, kinds in SHOWN.items()),
    *(Kind(f"ask: {name}", QUERY, _asked(name, **kinds), JSON)
      for name, kinds in SHOWN.items() if kinds),
)  # fmt: skip


def things_of(store: Store) -> Things:
    """Return what a store holds, as its search index tells."""
    index = Index(store)
    index.update()
    with index.reading(60) as searched:
        ask = searched.database.execute
        kinds = {"person": 0, "state": 1, "organisation": 2, "place": 5, "topic": 6}
        labels, paths = {}, {}
        for kind, number in kinds.items():
            rows = ask(
                "SELECT label, iri FROM entity WHERE kind=? AND facts"
                " ORDER BY facts DESC LIMIT 5000",
                (number,),
            ).fetchall()
            labels[kind] = [label for label, _ in rows]
            paths[kind] = [_path(store, iri) for _, iri in rows]
        quoted = ask("SELECT passages FROM told ORDER BY id % 9973 LIMIT 3000").fetchall()
        words = [word for (text,) in quoted for word in text.split() if word.isalpha()]
        keys = [key for (key,) in ask("SELECT key FROM article ORDER BY id % 9973 LIMIT 5000")]
        facts = {
            kind: [
                _path(store, iri)
                for (iri,) in ask(
                    "SELECT iri FROM told WHERE kind=? ORDER BY id % 9973 LIMIT 2000", (number,)
                )
            ]
            for kind, number in (("meeting", 9), ("statement", 10), ("position", 11))
        }
    return Things(labels, paths, sorted(set(words)), keys, facts)


def _path(store: Store, iri: str) -> str:
    local = iri.removeprefix(f"{store.base}id/")
    if local == iri:
        local = iri.removeprefix("https://w3id.org/diplomacy-kg/")
    return f"/id/{quote(local)}.html"


def forget(folder: Path) -> None:
    """Let the system forget what it holds of a folder's files."""
    os.sync()
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def remember(folder: Path) -> None:
    """Let the system read a folder's files."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                while file.read(1 << 20):
                    pass


def ask(port: int, path: str, accept: str) -> tuple[float, int, int]:
    """Return the milliseconds to the first byte of an answer, its status and its size."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    begun = time.perf_counter()
    connection.request("GET", path, headers={"Accept": accept})
    reply = connection.getresponse()
    first = reply.read(1)
    taken = (time.perf_counter() - begun) * 1000
    size = len(first) + len(reply.read())
    connection.close()
    return taken, reply.status, size


@dataclass(frozen=True)
class Rounds:
    """Which rounds there are of a kind.

    Args:
        first: the first turn; things with most facts have those up to the fifth.
        count: how many.
        within: seconds after which no other begins.
        warm: whether the system keeps the store's files at hand.
    """

    first: int
    count: int
    within: float
    warm: bool


def measure(path: Path, kinds: list[Kind], rounds: Rounds, log: Path) -> None:
    """Print a line for each kind of page."""
    with Store.open(path, create=False) as store:
        things = things_of(store)
    print(f"{'':28} {'goal':>6} {'median':>8} {'p95':>8} {'first':>8} {'kB':>6}")
    limit = f"{min(120.0, 10 + rounds.within):.0f}"
    with million.serving(path, {"KG_QUERY_SECONDS": limit}, log) as (port, _):
        time.sleep(_SETTLED)
        if rounds.warm:
            remember(path)
        for kind in kinds:
            if not rounds.warm:
                forget(path)
            _measure(kind, things, port, rounds)


def _measure(kind: Kind, things: Things, port: int, rounds: Rounds) -> None:
    chance = random.Random(kind.name)
    until = time.monotonic() + rounds.within
    times, sizes, wrong, worst = [], [], [], (0.0, "")
    for turn in range(rounds.first, rounds.first + rounds.count):
        if times and time.monotonic() > until:
            break
        address = kind.address(things, chance, turn)
        taken, status, size = ask(port, address, kind.accept)
        times.append(taken)
        sizes.append(size)
        worst = max(worst, (taken, address))
        if status != 200:
            wrong.append(f"{status} {address}")
    middle = statistics.median(times)
    late = sorted(times)[int(len(times) * 0.95)]
    print(f"{kind.name:28} {kind.goal:>6} {middle:>8.1f} {late:>8.1f} {times[0]:>8.1f}"
          f" {statistics.median(sizes) / 1000:>6.1f}"
          f"{'' if len(times) == rounds.count else f'  {len(times)} rounds'}"
          f"{'' if middle < kind.goal else '  over'}"
          f"{f'  {len(wrong)} wrong: {wrong[0]}' if wrong else ''}"
          f"  slowest {worst[1]}", flush=True)  # fmt: skip


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--store", type=Path, help="where to keep the store")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--any", action="store_true", help="leave out those with most facts")
    parser.add_argument("--within", type=float, default=600.0, help="seconds for a kind at most")
    parser.add_argument("--warm", action="store_true", help="let the system know the files")
    parser.add_argument("--only", help="only the pages whose names begin with one of these: a,b")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.store or Path(folder) / "store"
        with stocked.stock(path, options.articles) as store, store.snapshot() as snapshot:
            print(f"{len(snapshot.ox):,} triples; {os.cpu_count()} processors, "
                  f"load {os.getloadavg()[0]:.1f}")  # fmt: skip
        wanted = (options.only or "").split(",")
        kinds = [kind for kind in PAGES if any(kind.name.startswith(one) for one in wanted)]
        rounds = Rounds(5 if options.any else 0, options.rounds, options.within, options.warm)
        measure(path, kinds, rounds, Path(folder) / "log")


if __name__ == "__main__":
    main()
