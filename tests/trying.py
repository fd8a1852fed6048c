"""What the tests of /try share: texts, and how they are sent there."""

from __future__ import annotations

from servers import TOKEN, Reply, Server

from kg.resources import resource

TEXT = """\
Lake talks in Oslo

OSLO, Norway — Canadian Foreign Minister Ann Lee met Norwegian President Ola Dahl in Oslo on \
14 March 2013. “We oppose the dam,” Lee told reporters.
"""
LONG = "\n\n".join(path.read_text() for path in sorted(resource("samples").glob("*.txt"))) * 18
SLOW = LONG * 14


def post(server: Server, text: str, accept: str = "text/html", **fields: str) -> Reply:
    """Send the form as a browser does."""
    return server.form({"text": text, **fields}, "/try", accept=accept)


def send(server: Server, text: str | bytes, accept: str, path: str = "/try", **more: str) -> Reply:
    """Send a text as a program does."""
    headers = {"Content-Type": "text/plain; charset=utf-8", "Accept": accept, **more}
    return server.request("POST", path, text, headers)


def load(server: Server, text: str, token: str = TOKEN, **fields: str) -> Reply:
    return server.form({"text": text, "token": token, **fields}, "/try/load", accept="text/html")


def outcome(server: Server, name: str) -> float:
    rows = server.get("/metrics").text.splitlines()
    return next(
        float(row.split()[1]) for row in rows if f'kg_tries_total{{outcome="{name}"}}' in row
    )
