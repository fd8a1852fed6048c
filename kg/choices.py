"""What the parts of a fact choose from: short lists of names, each of them a concept scheme.

Apart from the model of facts, so that who only asks for them need not take that in.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["person", "state", "organisation", "group", "anonymous"]
Status = Literal["occurred", "ongoing", "planned", "hypothetical", "denied"]
Form = Literal["meeting", "visit", "call", "conference", "negotiation"]
Mode = Literal["direct", "indirect", "mixed"]
Stance = Literal["supports", "opposes", "neutral"]
Means = Literal["word", "act"]
