"""From an IRI in the data to what a page shows of it: a link, and a short form."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from kg.vocabulary import DKG, PREFIXES, ROOT, STATE

_SAFE = "/:@!$&'()*+,;=~-._%"  # an IRI's own escapes stay as they are
_LOCAL_ROOTS = ("id/", "article/", "graph/", "text/")
_BY_LENGTH = sorted(PREFIXES.items(), key=lambda pair: -len(pair[1]))


class Links:
    """Links of one store's pages.

    Pages are reached by whatever host name the reader used, so links are host-relative; IRIs
    shown and looked up are those of the recorded base.

    Args:
        base: the store's base IRI, ending in ``/``.
    """

    def __init__(self, base: str) -> None:
        self.base = base

    def href(self, iri: str) -> str | None:
        """Return where an IRI leads: a page here, a web address, or None.

        Only ``http`` and ``https`` are ever linked, since data may hold any scheme.
        """
        return self.path(iri) or self.web(iri)

    @staticmethod
    def web(iri: str) -> str | None:
        """Return an IRI that is an address of the web, else None."""
        try:
            parts = urlsplit(iri)
        except ValueError:
            return None
        return iri if parts.scheme in ("http", "https") and parts.netloc else None

    def path(self, iri: str) -> str | None:
        """Return the host-relative address of the page about an IRI, or None for foreign ones."""
        if iri.startswith(self.base):
            local = iri[len(self.base) :]
            return _path(local) if local.startswith(_LOCAL_ROOTS) else None
        if iri.startswith(STATE):
            return _path("id/state/" + iri[len(STATE) :])
        if iri.startswith(DKG.NAMESPACE):
            return _path("ontology/" + iri[len(DKG.NAMESPACE) :])
        if iri.startswith(ROOT):
            return _path("ontology/" + iri[len(ROOT) :])
        return None

    def short(self, iri: str) -> str:
        """Return a form for people: ``dkg:Meeting``, ``id/person/x`` under the base, or the IRI."""
        if iri.startswith(self.base) and len(iri) > len(self.base):
            return iri[len(self.base) :]
        return curie(iri) or iri


def curie(iri: str) -> str | None:
    """Return ``prefix:name`` where a prefix of the project fits and the name is a plain one."""
    for prefix, namespace in _BY_LENGTH:
        if iri.startswith(namespace):
            name = iri[len(namespace) :]
            if name and name.replace("-", "").replace("_", "").isalnum():
                return f"{prefix}:{name}"
    return None


def term_iri(name: str) -> str:
    """Return the IRI that ``/ontology/NAME`` is about: a term, or a concept such as form/visit."""
    return f"{ROOT}{name}" if "/" in name or name.islower() else f"{DKG.NAMESPACE}{name}"


def _path(local: str) -> str:
    before, mark, fragment = local.partition("#")
    return "/" + quote(before, safe=_SAFE) + mark + quote(fragment, safe=_SAFE)
