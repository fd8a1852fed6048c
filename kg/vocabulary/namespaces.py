"""What a namespace is here: an IRI, and the terms that it has.

Terms are plain strings, for which no RDF library has to be loaded. For code of rdflib, which takes
strings for nothing, ``rdflib.Namespace(DKG.NAMESPACE)`` has the same terms as nodes.
"""

from __future__ import annotations


class Namespace(str):
    """An IRI that others begin with."""

    __slots__ = ()

    def term(self, name: str) -> str:
        """Return the IRI of a name in this namespace."""
        return f"{self}{name}"


class Terms:
    """A namespace with the terms that it has: each annotated name is the IRI of a term."""

    NAMESPACE: Namespace

    def __init_subclass__(cls, namespace: str) -> None:
        cls.NAMESPACE = Namespace(namespace)
        for name in cls.names():
            setattr(cls, name, cls.NAMESPACE.term(name))

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of the terms."""
        return tuple(cls.__annotations__)

    @classmethod
    def term(cls, name: str) -> str:
        """Return the IRI of a term by its name.

        Raises:
            KeyError: there is no such term.
        """
        if name not in cls.__annotations__:
            raise KeyError(f"{cls.__name__} has no term {name!r}; see ontology/dkg.ttl")
        return cls.NAMESPACE.term(name)
