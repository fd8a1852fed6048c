"""Where the content of a report begins: over days, places and addressees."""

from __future__ import annotations

from kg.extract.grammar import Phrase
from kg.extract.lexicon import SpeechVerb
from kg.extract.sentences import Sentence
from kg.extract.subjects import subject

_DAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday yesterday today tomorrow tonight "
    "earlier later last this recently again also publicly repeatedly privately bluntly "
    "late early afterward afterwards".split()
)


def relative(sentence: Sentence, number: int) -> bool:
    """Tell whether the report stands in "which X said did …"."""
    parts = subject(sentence.tokens, sentence.phrases, sentence.verbs, number)
    return bool(parts) and sentence.tokens[parts[0].start - 1].lower in ("which", "that", "who")


def skip_circumstance(sentence: Sentence, at: int, verb: SpeechVerb) -> int:
    """Step over "on Tuesday", "in a statement", "to reporters" between verb and content."""
    tokens = sentence.tokens
    if not verb.frames & {"s", "q"} or "o" in verb.frames:
        return at
    start = at
    for _ in range(4):
        if at >= len(tokens):
            return start
        token = tokens[at]
        if token.text == "(":
            closing = next((i for i in range(at, len(tokens)) if tokens[i].text == ")"), None)
            if closing is None:
                break
            at = closing + 1
            continue
        if token.lower in _DAYS or (token.tag == "B" and token.lower not in ("not",)):
            at += 1
            if at < len(tokens) and token.lower in ("last", "this") and tokens[at].tag in "NX":
                at += 1
            continue
        if token.lower in ("on", "in", "at", "during", "to", "via", "through", "after", "before",
                           "by", "with", "from") and token.tag in "PT":  # fmt: skip
            day = at + 1 < len(tokens) and tokens[at + 1].lower in _DAYS
            if token.lower in verb.preps and "p" in verb.frames and not day:
                break
            phrase = next((p for p in sentence.phrases if p.start == at + 1), None)
            if phrase is None:
                break
            stop = phrase.end
            while stop + 1 < len(tokens) and tokens[stop].lower in (
                "of",
                "with",
                "on",
                "in",
                "from",
                "at",
                "to",
                "for",
            ):
                following = next((p for p in sentence.phrases if p.start == stop + 1), None)
                if following is None or (tokens[stop].lower == "to" and tokens[stop].tag != "T"):
                    break
                stop = following.end
            at = stop
            continue
        break
    if at == start:
        return at
    if tokens[at - 1].lower in ("terms", "language", "manner"):
        return at
    if at < len(tokens) and (
        tokens[at].lower in ("that", ":", ",", ".")
        or (tokens[at].tag in "DRXJN#" and opens_clause(sentence, at))
        or tokens[at].tag == "Q"
    ):
        return at
    return at if at >= len(tokens) else start


def opens_clause(sentence: Sentence, at: int) -> bool:
    """Tell whether a clause with its own finite verb begins here."""
    tokens = sentence.tokens
    for number, group in enumerate(sentence.verbs):
        if group.start < at:
            continue
        if group.form != "finite":
            if group.form == "infinitive" and group.start - at < 3:
                return False
            continue
        between = tokens[at : group.start]
        if any(token.text in (";", ":") for token in between):
            return False
        if not between:
            return False
        relative = [
            t for t in between if t.tag == "W" or (t.tag == "S" and t.lower in ("that", "which"))
        ]
        if relative and not any(t.text == "," for t in between):
            later = [g for g in sentence.verbs[number + 1 :] if g.form == "finite"]
            return bool(later) and tokens[at].lower in ("the", "those", "he", "she", "it", "they")
        if any(
            token.tag == "C" and i and between[i - 1].text == "," for i, token in enumerate(between)
        ):
            return False
        if tokens[at].lower in ("if", "while", "when", "because", "although", "since", "unless"):
            return True
        parts = subject(tokens, sentence.phrases, sentence.verbs, number)
        if parts and tokens[parts[0].start].lower in ("who", "which", "that"):
            continue
        if parts and parts[0].start >= at:
            return not (tokens[parts[0].start - 1].tag == "P" and parts[0].start > at)
        return tokens[at].lower in ("there", "it")
    return False


def phrase_chain(sentence: Sentence, at: int) -> tuple[tuple[Phrase, ...], int]:
    """Return the phrases that begin here, joined by "and", and the place behind them."""
    tokens = sentence.tokens
    parts: list[Phrase] = []
    after = at
    while True:
        phrase = next((p for p in sentence.phrases if p.start == after), None)
        if phrase is None:
            break
        parts.append(phrase)
        after = phrase.end
        while after + 1 < len(tokens) and tokens[after].lower in (
            "of",
            "in",
            "for",
            "at",
            "from",
            "with",
        ):
            following = next((p for p in sentence.phrases if p.start == after + 1), None)
            if following is None:
                break
            after = following.end
        if after + 2 < len(tokens) and tokens[after].text == ",":
            following = next((p for p in sentence.phrases if p.start == after + 1), None)
            if (
                following is not None
                and following.end < len(tokens)
                and (tokens[following.end].text == ",")
            ):
                after = following.end + 1
        if after + 1 < len(tokens) and tokens[after].lower in ("and", "or"):
            after += 1
            continue
        break
    return tuple(parts), after
