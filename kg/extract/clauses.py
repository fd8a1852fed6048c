"""What a speech verb reports: where its content begins and where it ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.extract.clause_ends import end_of_clause, last_word
from kg.extract.clause_starts import opens_clause, phrase_chain, relative, skip_circumstance
from kg.extract.grammar import Phrase
from kg.extract.lexicon import SpeechVerb
from kg.extract.sentences import Sentence


@dataclass
class Clause:
    """The content of a report.

    Args:
        frame: ``clause``, ``object``, ``to``, ``through``, ``called`` or ``before``.
        spans: token ranges of the content.
        addressee: phrases that name to whom it was said.
        demand: whether it is what somebody is called on to do.
        confidence: how sure the frame is.
    """

    frame: str
    spans: list[tuple[int, int]]
    addressee: tuple[Phrase, ...] = ()
    demand: bool = False
    confidence: float = 0.8
    inner: list[int] = field(default_factory=list)


def complement(sentence: Sentence, number: int, verb: SpeechVerb) -> Clause | None:
    """Return the content that stands behind a speech verb, or None.

    Args:
        sentence: the sentence.
        number: number of the verb's group in it.
        verb: the verb's frames.
    """
    tokens = sentence.tokens
    group = sentence.verbs[number]
    at = group.end
    if " " in verb.lemma:
        at += 1
    at = skip_circumstance(sentence, at, verb)
    if at >= len(tokens) or tokens[at].text in (".", ",", ";", "?", "!", ")"):
        if at < len(tokens) and tokens[at].text == ",":
            return _after_comma(sentence, number, at, verb)
        return None
    frames = verb.frames
    token = tokens[at]
    if token.text == ":":
        if at + 1 < len(tokens) and "q" in frames and tokens[at + 1].tag != "Q":
            end = last_word(sentence)
            return Clause("clause", [(at + 1, end)], confidence=0.85) if end > at + 1 else None
        return None
    if token.tag == "Q":
        return None
    if (
        group.lemma in ("say", "claim", "insist")
        and token.tag in "AMV"
        and relative(sentence, number)
    ):
        return _clause(sentence, number, at, 0.75)
    if token.lower == "that" and token.tag in "SW":
        return _clause(sentence, number, at + 1)
    if token.tag in "SW" and token.lower in ("if", "whether", "how", "why", "what", "who", "where",
                                             "when") and "s" in frames:  # fmt: skip
        return _clause(sentence, number, at, 0.75)
    if frames & {"a", "o"} or (verb.lemma in ("ask", "press")):
        found = _with_addressee(sentence, number, at, verb)
        if found is not None:
            return found
        if not frames & {"s", "n", "p", "i"}:
            return None
        if "a" in frames and verb.lemma in ("tell", "remind", "assure", "inform", "notify"):
            return None
    if "p" in frames and token.tag in "PT" and token.lower in verb.preps:
        return _through(sentence, number, at, verb)
    if "g" in frames:
        return _called(sentence, number, at, verb)
    if token.tag == "T":
        if "i" in frames and at + 1 < len(tokens) and tokens[at + 1].tag in "IAB":
            return Clause("to", [(at, end_of_clause(sentence, at, number))], confidence=0.75)
        return None
    if "s" in frames and opens_clause(sentence, at):
        return _clause(sentence, number, at, 0.85)
    if "n" in frames and token.tag in "DJNX#RW'EG":
        return _object(sentence, number, at)
    if "s" in frames and verb.lemma in ("say",) and token.tag in "DJNXRE#":
        return _clause(sentence, number, at, 0.6)
    return None


def _clause(sentence: Sentence, number: int, at: int, confidence: float = 0.9) -> Clause | None:
    end = end_of_clause(sentence, at, number, whole=True)
    if end <= at:
        return None
    return Clause("clause", _with_participle(sentence, at, end, number), confidence=confidence)


def _object(sentence: Sentence, number: int, at: int) -> Clause | None:
    end = end_of_clause(sentence, at, number)
    tokens = sentence.tokens
    if sentence.verbs[number].lemma in _GIVING:
        for index in range(at + 1, end):
            if tokens[index].lower == "to" and not any(
                g.start == index and g.form == "infinitive" for g in sentence.verbs
            ):
                end = index
                break
    if end <= at:
        return None
    phrase = next((p for p in sentence.phrases if p.start <= at < p.end), None)
    if phrase is not None and tokens[phrase.head].lemma in (
        "concern",
        "hope",
        "fear",
        "regret",
        "doubt",
        "belief",
        "view",
        "worry",
    ):
        after = phrase.end
        if after < end and tokens[after].lower in ("that", "about", "over", "at"):
            return Clause("object", [(after + 1, end)], confidence=0.85)
    return Clause("object", _with_participle(sentence, at, end, number), confidence=0.8)


_GIVING = frozenset(
    "express extend offer convey send propose announce present submit give pledge promise".split()
)


def _with_addressee(sentence: Sentence, number: int, at: int, verb: SpeechVerb) -> Clause | None:
    tokens = sentence.tokens
    parts, after = phrase_chain(sentence, at)
    if not parts:
        return None
    if after >= len(tokens):
        return None
    token = tokens[after]
    negated = token.tag == "O" and after + 1 < len(tokens) and tokens[after + 1].tag == "T"
    if (token.tag == "T" or negated) and verb.frames & {"o", "a"}:
        end = end_of_clause(sentence, after, number, whole=True)
        return Clause("to", [(after, end)], parts, True, 0.85)
    if "a" in verb.frames:
        after = skip_circumstance(sentence, after, verb)
        if after >= len(tokens):
            return None
        token = tokens[after]
        if token.lower == "that" and token.tag in "SWD":
            found = _clause(sentence, number, after + 1)
        elif token.tag == "P" and token.lower in ("of", "about", "against"):
            found = Clause("through", [(after + 1, end_of_clause(sentence, after, number))])
        elif opens_clause(sentence, after) or token.tag in "WS":
            found = _clause(sentence, number, after)
        else:
            return None
        if found is not None:
            found.addressee = parts
        return found
    return None


def _through(sentence: Sentence, number: int, at: int, verb: SpeechVerb) -> Clause | None:
    tokens = sentence.tokens
    prep = tokens[at].lower
    if (
        (prep in ("on", "upon") and verb.lemma == "call")
        or (prep == "to" and verb.lemma == "appeal")
        or (prep == "with" and verb.lemma == "plead")
    ):
        parts, after = phrase_chain(sentence, at + 1)
        if parts and after < len(tokens) and tokens[after].tag == "T":
            end = end_of_clause(sentence, after, number, whole=True)
            return Clause("to", [(after, end)], parts, True, 0.9)
        return None
    end = end_of_clause(sentence, at + 1, number)
    if end <= at + 1:
        return None
    demand = verb.lemma in ("call", "press", "appeal", "push", "lobby", "plead") and prep == "for"
    if verb.lemma == "call" and prep != "for":
        return None
    start = at + 1
    if verb.lemma in ("point",) and tokens[start].lower == "that":
        start += 1
    return Clause("through", [(start, end)], (), demand, 0.8)


def _called(sentence: Sentence, number: int, at: int, verb: SpeechVerb) -> Clause | None:
    """Read "called X Y", "described X as Y"."""
    tokens = sentence.tokens
    parts, after = phrase_chain(sentence, at)
    if not parts and "g" in verb.frames:
        return None
    end = end_of_clause(sentence, at, number, whole=True)
    if verb.lemma in ("call", "label", "brand", "dub", "term"):
        if after >= end:
            return None
        token = tokens[after]
        quoted = token.quote >= 0
        if not (quoted or token.tag in "DJNXBE" or token.lower in ("as", "for")):
            return None
        if token.lower == "for":
            return None
        return Clause("called", [(at, end)], confidence=0.75)
    if not any(token.lower == "as" for token in tokens[at:end]) and "n" not in verb.frames:
        return None
    return Clause("called", [(at, end)], confidence=0.75)


def _after_comma(sentence: Sentence, number: int, at: int, verb: SpeechVerb) -> Clause | None:
    """Read «X said, S»: rare without quotation marks, taken only where a clause follows."""
    return None


def preceding_clause(sentence: Sentence, number: int, voice: Phrase) -> Clause | None:
    """Return the content of «S, X said.» and «S, X said, S»: what stands before the comma."""
    tokens = sentence.tokens
    group = sentence.verbs[number]
    if group.form != "finite" or group.lemma not in _PARENTHETIC:
        return None
    start = min(voice.start, group.start)
    before = start - 1
    if before < 2 or tokens[before].text not in (",", "—", "–", "--"):
        if (
            before >= 0
            and tokens[before].tag == "B"
            and before > 2
            and tokens[before - 1].text == ","
        ):
            before -= 1
        else:
            return None
    if any(token.tag == "Q" for token in tokens[:before]) or tokens[-1].text == ":":
        return None
    first = 0
    if tokens[0].tag == "C":
        first = 1
    after = group.end
    finite_before = any(g.form == "finite" and g.end <= before for g in sentence.verbs)
    if after < len(tokens) and tokens[after].text == "," and not finite_before:
        if not any(g.form == "finite" and g.start > after for g in sentence.verbs):
            return None
        return Clause("before", [(first, before), (after + 1, last_word(sentence))], confidence=0.8)
    if not finite_before:
        return None
    if tokens[0].tag in "GPEW" or tokens[0].lower in ("when", "while", "after", "as", "asked"):
        if not any(g.form == "finite" and g.end <= before for g in sentence.verbs[1:]):
            return None
    return Clause("before", [(first, before)], confidence=0.85)


_PARENTHETIC = frozenset(
    "say add note report explain argue suggest claim acknowledge write warn predict insist show "
    "tell believe think estimate find concede contend maintain according observe reveal "
    "announce indicate state reiterate declare confirm stress affirm assert complain admit allege "
    "recall".split()
)


def _with_participle(sentence: Sentence, at: int, end: int, number: int) -> list[tuple[int, int]]:
    """Return the content with the part that a participle adds: "…, adding that Y"."""
    tokens = sentence.tokens
    spans = [(at, end)]
    if end + 1 < len(tokens) and tokens[end].text == ",":
        group = next((g for g in sentence.verbs if g.start == end + 1 and g.form == "ing"), None)
        if group is not None and group.lemma in ("add", "call", "describe"):
            start = group.end
            if start < len(tokens) and tokens[start].lower == "that":
                start += 1
            last = last_word(sentence)
            if group.lemma == "call":
                phrase = next((p for p in sentence.phrases if p.start == start), None)
                if phrase is not None and phrase.end < last and phrase.end - phrase.start == 1:
                    start = phrase.end
            if last > start:
                spans.append((start, last))
    return spans
