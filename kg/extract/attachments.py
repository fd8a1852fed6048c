"""What is attached behind a name or an office, and belongs to it: "minister of X"."""

from __future__ import annotations

from kg.extract.grammar import Phrase
from kg.extract.lexicon import Lexicon
from kg.extract.name_parts import is_office
from kg.extract.sentences import Sentence
from kg.extract.tokens import Token

LINKS = frozenset(("of", "for", "to", "at", "in", "from"))
_CAUSES = frozenset("movement front league coalition alliance union party council".split())


def extended_end(sentence: Sentence, phrase: Phrase, lexicon: Lexicon) -> int:
    """Return the index behind the phrase with what belongs to its name or office."""
    tokens = sentence.tokens
    end = phrase.end
    for _ in range(3):
        if end >= len(tokens) or tokens[end].lower not in LINKS:
            break
        following = next((p for p in sentence.phrases if p.start == end + 1), None)
        if following is None:
            break
        link, head = tokens[end].lower, tokens[end - 1]
        if link != "of" and _is_state(tokens[phrase.start : end], lexicon):
            break  # "the support of the United States for X"
        office = is_office(head, lexicon) or head.lower in lexicon.groups
        body = head.lower in lexicon.bodies or head.lower in lexicon.state_bodies
        first = tokens[following.start]
        named = any(token.tag == "X" for token in tokens[following.start : following.end])
        owning = link == "of" and (office or body or head.tag == "X")
        if link == "for" and head.tag == first.tag == "X" and head.lower in _CAUSES:
            owning = lexicon.match([first.text], 0) is None  # "Movement for Democratic Change"
        if named and (owning or (link == "from" and head.lower in lexicon.groups)):
            end = following.end
        elif link in ("for", "to", "at", "in") and office and named and first.tag in "XDJ":
            if link == "in" and not body and head.lower not in lexicon.groups:
                break
            end = following.end
        else:
            break
    return end


def _is_state(tokens: list[Token], lexicon: Lexicon) -> bool:
    """Tell a phrase that is a state's name and nothing else."""
    words = [token.text for token in tokens if token.tag != "D"]
    match = lexicon.match(words, 0) if words else None
    return match is not None and match[0] == len(words) and match[1].kind == "state"
