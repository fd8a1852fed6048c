"""What is tried: a text, and what its sender says about it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

Want = Literal["page", "yaml", "json", "turtle", "normal"]
"""What is to be made of a text: what a page shows, a facts file, triples, or the loader's form."""


@dataclass(frozen=True)
class Submission:
    """A text to be tried.

    Args:
        data: the text as it was sent.
        ending: file name ending that says its format; empty to tell it by its beginning.
        title: headline, in place of what the text says; so are the others. Empty: as it says.
        publisher: who publishes it.
        published: day of publication, YYYY-MM-DD.
        url: its address.
        wants: what is to be made of it.
    """

    data: bytes
    ending: str = ""
    title: str = ""
    publisher: str = ""
    published: str = ""
    url: str = ""
    wants: tuple[Want, ...] = ("page",)

    def packed(self) -> bytes:
        """Return it as bytes, for the process that reads it."""
        said = {name: value for name, value in vars(self).items() if name != "data"}
        return json.dumps(said).encode() + b"\n" + self.data

    @classmethod
    def unpacked(cls, packed: bytes) -> Submission:
        """Return what `packed` wrote."""
        head, _, data = packed.partition(b"\n")
        said = json.loads(head)
        return cls(data, **{**said, "wants": tuple(said["wants"])})
