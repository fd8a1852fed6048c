"""How IRIs are minted: one function a kind of thing, all under the store's base."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

DEFAULT_BASE = "http://127.0.0.1:8000/"

# Marks that show nothing and choose between forms of a letter; those of plane 14 fit no IRI.
_UNSEEN = re.compile("[\u034f\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def slug(name: str) -> str:
    """Return the form of a name that decides whether two names are one.

    Compatibility forms are composed (NFKC), case is folded, variation selectors are dropped, and
    what is neither letter, number nor combining mark becomes a hyphen. Letters of any script
    stay, since an IRI may hold them (RFC 3987). A name with no letter or number gets a hash of
    itself.
    """
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", name))
    folded = unicodedata.normalize("NFKC", plain.casefold())
    kept = "".join(c if _stays(c) else "-" for c in folded)
    parts = [part for part in kept.split("-") if part]
    return "-".join(parts) or f"x{digest(name)[:12]}"


def _stays(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def digest(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def article_key(id: str | None, url: str | None, text_sha256: str) -> str:
    """Return the short name of an article: its id, else from its URL, else from its text."""
    if id:
        return id
    if url:
        host = slug(urlsplit(url).hostname or "url")
        return f"{host}-{digest(url)[:12]}"
    return f"text-{text_sha256[:12]}"


@dataclass(frozen=True)
class Minter:
    """Mints the IRIs of one store.

    Args:
        base: the store's base IRI, ending in ``/``.
    """

    base: str

    def article(self, key: str) -> str:
        """Return the IRI of an article."""
        return f"{self.base}article/{key}"

    def text(self, sha256: str) -> str:
        """Return the IRI of a text version, named by the SHA-256 of its UTF-8 bytes."""
        return f"{self.base}text/{sha256}"

    def graph(self, name: str) -> str:
        """Return the IRI of a managed graph: ``entities``, ``links``, ``ontology`` and so on."""
        return f"{self.base}graph/{name}"

    def article_graph(self, key: str) -> str:
        """Return the IRI of the graph that holds what an article asserts."""
        return self.graph(f"article/{key}")

    def is_managed(self, graph: str) -> bool:
        """Tell whether a graph is kept by the loader rather than by users."""
        return graph.startswith(f"{self.base}graph/")

    def entity(self, path: str) -> str:
        """Return the IRI of an entity from its path, such as ``person/sergei-lavrov-rus``."""
        return f"{self.base}id/{path}"

    def mention(self, key: str, local: str) -> str:
        """Return the IRI of an article's mention of a party, topic, place or occasion."""
        return self.entity(f"mention/{key}/{local}")

    def role(self, key: str, party: str, number: int) -> str:
        """Return the IRI of an office in which an article presents a party, counted from 1."""
        return self.entity(f"role/{key}/{party}/{number}")

    def fact(self, kind: str, key: str, local: str) -> str:
        """Return the IRI of a fact; ``kind`` is ``meeting``, ``statement``, ``position``…."""
        return self.entity(f"{kind}/{key}/{local}")

    def evidence(self, key: str, start: int, end: int) -> str:
        """Return the IRI of a passage of an article's text, in code points."""
        return self.entity(f"evidence/{key}/{start}-{end}")

    def unplaced_evidence(self, key: str, exact: str, occurrence: int) -> str:
        """Return the IRI of a passage whose place in the text is not known."""
        return self.entity(f"evidence/{key}/q-{digest(f'{occurrence} {exact}')[:16]}")

    def match(self, report: str, other: str) -> str:
        """Return the IRI of the link between two reports, the same in either order."""
        return self.entity(f"match/{digest(' '.join(sorted((report, other))))[:20]}")
