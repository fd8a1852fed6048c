"""What a remote engine, or the network, can do wrong: tried again where that may help, and told
in one line where it does not.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest
from commands import kg
from engines import Running, oxigraph, surroundings
from servers import serving

from kg.addresses import Addresses, Credentials, is_address
from kg.endpoint.remote import RemoteEngine
from kg.endpoint.workers.errors import Cause, StoppedError
from kg.errors import StoreError
from kg.loader.opening import receiving
from kg.loader.pipeline import load
from kg.search.remote import RemoteSearcher
from kg.store.remote.connection import Connection
from kg.store.remote.database import RemoteDatabase
from kg.store.remote.errors import Fault, RemoteError
from kg.store.remote.protocol import Protocol
from kg.store.remote.retry import Policy
from kg.store.remote.store import RemoteStore
from tests.stories import meeting, person, story

QUICK = Policy(attempts=3, first=0.02, longest=0.5)
ROWS = json.dumps(
    {
        "head": {"vars": ["x"]},
        "results": {"bindings": [{"x": {"type": "literal", "value": f"row {n}"}} for n in (1, 2)]},
    }
).encode()
JSON = "application/sparql-results+json"

Step = Callable[["Handler"], None]


def good(body: bytes = ROWS, kind: str = JSON, **headers: str) -> Step:
    """Answer as an engine should."""
    return lambda handler: handler.reply(200, body, kind, headers)


def status(number: int, body: bytes = b"it said so", **headers: str) -> Step:
    """Answer with a status."""
    return lambda handler: handler.reply(number, body, "text/plain", headers)


def cut_off(handler: Handler) -> None:
    """Promise more bytes than are sent."""
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", str(len(ROWS)))
    handler.end_headers()
    handler.wfile.write(ROWS[:-10])


def cut_off_in_a_chunk(handler: Handler) -> None:
    """End a chunked body without its last chunk."""
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(ROWS), ROWS))


def silent(handler: Handler) -> None:
    """Close the connection without a word."""


def slow(handler: Handler) -> None:
    """Send a byte now and then, for long."""
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", str(len(ROWS)))
    handler.end_headers()
    for at in range(len(ROWS)):
        handler.wfile.write(ROWS[at : at + 1])
        handler.wfile.flush()
        if handler.server.over.wait(0.1):
            return


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Faulty

    def reply(self, number: int, body: bytes, kind: str, headers: dict[str, str]) -> None:
        self.send_response(number)
        for name, value in {"Content-Type": kind, **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_any(self) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.command, dict(self.headers), body))
        steps = self.server.steps
        step = steps.pop(0) if len(steps) > 1 else steps[0]
        with suppress(OSError):  # the client went away
            step(self)

    do_GET = do_POST = do_PUT = do_DELETE = do_any  # noqa: N815 - their names are given

    def log_message(self, *_: object) -> None:
        pass


class Faulty(ThreadingHTTPServer):
    """A server that does what it is told, step by step; the last step stays."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.steps: list[Step] = [good()]
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/sparql"

    def protocol(self, credentials: Credentials | None = None, seconds: float = 60) -> Protocol:
        at = Addresses(self.url, self.url, self.url)
        return Protocol(Connection(at, credentials or Credentials(), QUICK, seconds))


@pytest.fixture
def faulty() -> Iterator[Faulty]:
    with Faulty() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.over.set()
        server.shutdown()


QUERY = "SELECT ?x WHERE { ?s ?p ?x }"


@pytest.mark.parametrize(
    "fault",
    [status(503), status(502), status(504), status(429), cut_off, cut_off_in_a_chunk, silent,
     status(500, b"Virtuoso 40001 Error SR172: Transaction deadlocked")],
)  # fmt: skip
def test_what_passes_is_tried_again(faulty: Faulty, fault: Step) -> None:
    faulty.steps = [fault, fault, good()]
    rows = [row["x"].value for row in faulty.protocol().solutions(QUERY)]  # type: ignore[union-attr]
    assert rows == ["row 1", "row 2"]
    assert len(faulty.seen) == 3


def test_it_is_not_tried_for_ever(faulty: Faulty) -> None:
    faulty.steps = [status(503)]
    with pytest.raises(RemoteError) as raised:
        faulty.protocol().solutions(QUERY)
    assert raised.value.fault is Fault.BUSY
    assert len(faulty.seen) == QUICK.attempts


def test_the_pause_that_the_engine_asks_for_is_kept(faulty: Faulty) -> None:
    faulty.steps = [status(503, Retry_After="30"), good()]  # cut to the policy's longest
    began = time.monotonic()
    faulty.protocol().solutions(QUERY)
    assert time.monotonic() - began >= QUICK.longest


def test_pauses_grow_and_have_an_end() -> None:
    policy = Policy(attempts=9, first=1, longest=20)
    assert 0.75 <= policy.pause(1) <= 1.25
    assert 3 <= policy.pause(3) <= 5
    assert policy.pause(8) == 20
    assert policy.pause(1, asked=7) == 7


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (status(401), Fault.LOGIN, "KG_REMOTE_USER"),
        (status(403), Fault.LOGIN, "KG_REMOTE_TOKEN"),
        (status(404), Fault.MISSING, "no such service"),
        (status(400, b"line 1: syntax error"), Fault.REFUSED, "line 1: syntax error"),
        (status(500), Fault.FAILED, "see its log"),
        (status(301, Location="http://127.0.0.1:1/x"), Fault.MISSING, "http://127.0.0.1:1/x"),
        (good(b"<html>hello</html>", "text/html"), Fault.STRANGE, "text/html"),
        (good(b"<html>hello</html>"), Fault.STRANGE, "address for SPARQL queries"),
        (good(ROWS[:40]), Fault.STRANGE, "cannot be read"),
        (good(X_SQL_State="S1TAT"), Fault.INCOMPLETE, "before it was done"),
    ],
)
def test_what_does_not_pass_is_told_at_once(
    faulty: Faulty, fault: Step, kind: Fault, words: str
) -> None:
    faulty.steps = [fault]
    with pytest.raises(RemoteError) as raised:
        list(faulty.protocol().solutions(QUERY))
    assert raised.value.fault is kind
    assert words in str(raised.value) and "\n" not in str(raised.value)
    assert faulty.url in str(raised.value)
    assert len(faulty.seen) == 1


def test_an_answer_that_drips_ends_at_the_limit(faulty: Faulty) -> None:
    faulty.steps = [slow]
    began = time.monotonic()
    with pytest.raises(RemoteError) as raised:
        faulty.protocol(seconds=0.5).solutions(QUERY)
    assert raised.value.fault is Fault.SLOW
    assert time.monotonic() - began < 10


def test_nobody_there() -> None:
    at = Addresses("http://127.0.0.1:9/sparql")
    with pytest.raises(RemoteError, match="cannot be reached") as raised:
        Protocol(Connection(at, Credentials(), QUICK)).solutions(QUERY)
    assert raised.value.fault is Fault.UNREACHABLE


def test_secrets_are_sent_and_never_told(faulty: Faulty) -> None:
    faulty.steps = [status(401)]
    for credentials, sent in (
        (Credentials(token="tok-secret"), "Bearer tok-secret"),
        (Credentials(user="us-secret", password="pw-secret"), "Basic "),
    ):
        faulty.seen.clear()
        faulty.steps = [status(401, WWW_Authenticate='Basic realm="x"')]
        with pytest.raises(RemoteError) as raised:
            faulty.protocol(credentials).solutions(QUERY)
        assert faulty.seen[-1][1]["Authorization"].startswith(sent)
        assert "secret" not in str(raised.value) + repr(raised.value) + repr(credentials)


@pytest.mark.parametrize(
    "address",
    [
        "http://me:pw-secret@example.org/sparql",
        "https://",
        "http://[::1/",
        "http://a b/",
        "ftp://x",
    ],
)
def test_addresses_that_are_none_are_told_without_secrets(address: str) -> None:
    with pytest.raises(StoreError) as raised:
        Addresses(address)
    assert "secret" not in str(raised.value)
    assert is_address("HTTPS://example.org/sparql") and not is_address("folder/http:")


def test_a_result_that_the_engine_ends_early_is_asked_for_in_parts(faulty: Faulty) -> None:
    """Virtuoso ends results at its limit with a header alone; parts by hash are whole."""
    triples = {
        ox.Triple(ox.NamedNode(f"http://e/{n}"), ox.NamedNode("http://e/p"), ox.Literal(n))
        for n in range(40)
    }
    memory = ox.Store()
    memory.extend(
        ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode("http://e/g")) for t in triples
    )

    def limited(handler: Handler) -> None:
        query = parse_qs(faulty.seen[-1][2].decode())["query"][0]
        found = list(memory.query(query))  # type: ignore[arg-type]
        body = memory.query(f"{query} LIMIT 10").serialize(format=ox.QueryResultsFormat.JSON)  # type: ignore[union-attr]
        headers = {"X-SPARQL-MaxRows": "10"} if len(found) > 10 else {}
        handler.reply(200, body or b"", JSON, headers)

    faulty.steps = [limited]
    database = RemoteDatabase(faulty.protocol())
    found = database.quads_for_pattern(None, None, None, ox.NamedNode("http://e/g"))
    assert {quad.triple for quad in found} == triples
    with (
        closing(RemoteEngine(_store(faulty))) as engine,
        pytest.raises(RemoteError, match="may not be whole") as raised,
    ):
        engine.ask(_question("SELECT ?s WHERE { GRAPH <http://e/g> { ?s ?p ?o } }"))
    assert raised.value.fault is Fault.INCOMPLETE


def test_a_query_behind_the_endpoint_ends_in_time(faulty: Faulty) -> None:
    from kg.endpoint.settings import Settings

    faulty.steps = [slow]
    with (
        closing(RemoteEngine(_store(faulty), Settings(query_seconds=0.5))) as engine,
        pytest.raises(StoppedError) as raised,
    ):
        engine.ask(_question("SELECT ?s FROM <http://e/g> WHERE { ?s ?p ?o }"))
    assert raised.value.cause is Cause.TIME


def _store(faulty: Faulty) -> RemoteStore:
    protocol = faulty.protocol()
    return RemoteStore(protocol.addresses, "http://e/", protocol)


def _question(text: str):  # type: ignore[no-untyped-def]
    from kg.endpoint.execute import Question

    return Question(text, union=False)


@dataclass
class Between:
    """A server between us and an engine, which does to some requests what it is told."""

    engine: Running
    refuse: Callable[[str, str, bytes], Step | None]
    seen: list[str] = field(default_factory=list)

    def __call__(self, handler: Handler) -> None:
        method, headers, body = handler.server.seen[-1]
        place = urlsplit(handler.path)
        self.seen.append(f"{method} {place.path}")
        step = self.refuse(method, handler.path, body)
        if step is not None:
            step(handler)
            return
        # Closed each time: a connection that is found open later is an error in another test,
        # and pytest keeps that error with all it holds, such as an open database.
        with closing(HTTPConnection(urlsplit(self.engine.query).netloc, timeout=60)) as line:
            kept = {k: v for k, v in headers.items() if k in ("Content-Type", "Accept")}
            line.request(method, handler.path, body, kept)
            reply = line.getresponse()
            handler.reply(reply.status, reply.read(), reply.getheader("Content-Type", ""), {})


@pytest.fixture(scope="module")
def behind(
    tmp_path_factory: pytest.TempPathFactory, needs: Callable[[str], str]
) -> Iterator[Running]:
    with oxigraph(tmp_path_factory.mktemp("behind"), needs) as running:
        yield running


def _through(faulty: Faulty) -> Addresses:
    root = faulty.url.removesuffix("/sparql")
    return Addresses(f"{root}/query", f"{root}/update", f"{root}/store")


def _open(faulty: Faulty, base: str) -> RemoteStore:
    at = _through(faulty)
    return RemoteStore(at, base, Protocol(Connection(at, Credentials(), QUICK)))


def _files(folder: Path, *names: str) -> list[Path]:
    written = []
    for name in names:
        reading = story(
            name, parties={"a": person(f"Ana {name}", "QOS"), "b": person("Bo Tarn", "QPE")},
            meetings=[meeting("a", "b")],
        )  # fmt: skip
        path = folder / f"{name}.json"
        path.write_text(reading.facts.normal_form(), encoding="utf-8")
        written.append(path)
    return written


def test_an_article_that_the_engine_refuses_is_rejected_while_others_load(
    faulty: Faulty, behind: Running, tmp_path: Path
) -> None:
    def refuse(method: str, path: str, body: bytes) -> Step | None:
        return status(400, b"no poison") if method == "PUT" and b"article/poison>" in body else None

    faulty.steps = [Between(behind, refuse)]
    rejects = tmp_path / "rejects.jsonl"
    with _open(faulty, "http://example.org/one/") as store:
        files = _files(tmp_path, "aa", "poison", "zz")
        summary = load(store, files, receiving=receiving, rejects=rejects)
        assert (summary.articles["new"], summary.articles["rejected"]) == (2, 1)
        (line,) = rejects.read_text().splitlines()
        assert "no poison" in json.loads(line)["reasons"][0]
        with store.snapshot() as snapshot:
            keys = {g.value.rsplit("/", 1)[-1] for g in snapshot.ox.named_graphs()
                    if "/one/graph/article/" in g.value}  # fmt: skip
        assert keys == {"aa", "zz"}


def test_a_load_that_breaks_off_is_brought_to_its_end_by_the_next(
    faulty: Faulty, behind: Running, tmp_path: Path
) -> None:
    """The article's graph is there, and the engine fails before entities and links are."""
    base = "http://example.org/two/"
    files = _files(tmp_path, "aa", "bb")
    broken = threading.Event()

    def refuse(method: str, path: str, body: bytes) -> Step | None:
        failing = broken.is_set() and path.startswith("/update") and b"two%2Fgraph%2Fent" in body
        return status(500, b"out of order") if failing else None

    faulty.steps = [Between(behind, refuse)]
    with _open(faulty, base) as store:
        load(store, files[:1], receiving=receiving)
        broken.set()
        with pytest.raises(RemoteError, match="out of order"):
            load(store, files[1:], receiving=receiving)
        broken.clear()
        assert store.protocol.holds(f"ASK {{ GRAPH <{base}graph/article/bb> {{ ?s ?p ?o }} }}")
        ana = f"<{base}id/person/ana-bb-qos>"
        text = f"ASK {{ GRAPH <{base}graph/entities> {{ {ana} ?p ?o }} }}"
        assert not store.protocol.holds(text)
        load(store, (), receiving=receiving)
        assert store.protocol.holds(text)


@pytest.mark.parametrize(
    ("step", "words"),
    [(status(404), "no such service"), (status(401), "does not let us"), (cut_off, "broke off"),
     (good(b"<p>", "text/html"), "text/html"), (status(500), "the engine failed")],
)  # fmt: skip
def test_the_command_line_tells_in_one_line(faulty: Faulty, step: Step, words: str) -> None:
    faulty.steps = [step]
    done = kg("info", "--store", faulty.url, env=surroundings())
    assert done.returncode == 2
    assert done.stdout == "" and done.stderr.count("\n") == 1
    assert words in done.stderr and done.stderr.startswith("kg: ")


def test_a_folder_command_says_so(tmp_path: Path) -> None:
    done = kg("backup", tmp_path / "b", "--store", "http://e/sparql", env=surroundings())
    assert done.returncode == 2 and "works on a store's folder" in done.stderr


def test_the_server_says_what_became_of_a_query(faulty: Faulty, behind: Running) -> None:
    """Each failure behind it has its status, and no word of the engine's address."""
    said: list[Step | None] = [None]
    where = [b""]

    def refuse(method: str, path: str, body: bytes) -> Step | None:
        return said[0] if where[0] in body else None

    between = Between(behind, refuse)
    faulty.steps = [between]
    at = _through(faulty)
    with _open(faulty, "http://example.org/one/") as store:
        load(store, (), receiving=receiving)
    with serving(Path("unused"), "--store", at.query, KG_BASE="http://example.org/one/") as server:
        text = "SELECT * FROM <http://example.org/one/graph/states> { ?s ?p ?o } LIMIT 1"
        assert len(server.query(text).rows) == 1
        for step, wanted in (
            (status(503), 503), (cut_off, 502), (good(ROWS[:50]), 502), (status(500), 502),
            (good(b"", "text/html"), 502), (good(X_SPARQL_MaxRows="2"), 502),
            (status(400, b"no such function"), 400),
        ):  # fmt: skip
            said[0] = step
            reply = server.query(text)
            assert reply.status == wanted, (step, reply.text)
            assert reply.type == "application/problem+json"
            assert str(faulty.server_address[1]) not in reply.text
        said[0] = status(503)
        for path, wanted in (("/", 200), ("/search?q=russia", 503)):
            reply = server.get(path)
            assert reply.status == wanted, reply.text
            assert "the engine behind this server" in reply.text.lower()
            assert str(faulty.server_address[1]) not in reply.text
        where[0] = b"SELECT+%3Fs"  # its graphs are listed, but none can be read
        reply = server.get("/dump.nq")
        assert (reply.status, reply.type) == (503, "application/problem+json"), reply.text
        said[0] = None
        assert len(server.query(text).rows) == 1


def test_an_engine_with_too_much_for_an_index_is_told_on_the_first_page(
    faulty: Faulty, behind: Running
) -> None:
    faulty.steps = [Between(behind, lambda method, path, body: None)]
    at = _through(faulty)
    base = "http://example.org/large/"
    with _open(faulty, base) as store:
        load(store, (), receiving=receiving)
    options = {"KG_BASE": base, "KG_COPY_TRIPLES": "10"}
    with serving(Path("unused"), "--store", at.query, **options) as server:
        words = server.get("/", accept="text/html").text
        assert "cannot be counted" in words and "KG_COPY_TRIPLES" in words
        assert "/queries/meetings-of-party" in words


def test_a_search_index_is_read_once_and_with_few_requests(
    faulty: Faulty, behind: Running, tmp_path: Path
) -> None:
    """Not by one for each of the hundreds of names that it has."""
    between = Between(behind, lambda method, path, body: None)
    faulty.steps = [between]
    with _open(faulty, "http://example.org/searched/") as store:
        load(store, _files(tmp_path, "q", "r"), receiving=receiving)
        with closing(RemoteSearcher(store, 1_000_000)) as searcher:
            between.seen.clear()
            assert searcher.ask(lambda index: index.revision) == 1
            made = len(between.seen)
            assert made < 20
            assert searcher.ask(lambda index: index.revision) == 1
            assert len(between.seen) <= made + 2  # whether anything has changed
