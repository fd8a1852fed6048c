"""Which noun phrase is the subject of a verb."""

from __future__ import annotations

from kg.extract.grammar import Phrase, VerbGroup
from kg.extract.tokens import Token


def subject(
    tokens: list[Token], phrases: list[Phrase], groups: list[VerbGroup], number: int
) -> tuple[Phrase, ...]:
    """Return the phrases that are the subject of a verb group, nearest last; none if unknown.

    A subject is sought leftwards: over what stands in commas or brackets, over "of …" and other
    attached phrases to the first one, over "and" to the other parts of a coordination, and
    through verbs that share one subject.
    """
    group = groups[number]
    return _leftwards(tokens, phrases, groups, group.start, number)


def _leftwards(
    tokens: list[Token],
    phrases: list[Phrase],
    groups: list[VerbGroup],
    at: int,
    number: int,
    depth: int = 0,
) -> tuple[Phrase, ...]:
    index = at - 1
    while index >= 0 and (tokens[index].tag in "BO" or tokens[index].tag == "M"):
        index -= 1
    index = _over_time(tokens, phrases, index)
    if index < 0 or depth > 4:
        return ()
    token = tokens[index]
    if token.text in (",", "—", "–", "--", "-") or token.text in (")", "]"):
        if token.text == ",":
            initial = _initial_subject(tokens, phrases, groups, index)
            if initial is not None:
                return (initial,)
        opener = _opening(tokens, index)
        if opener is not None:
            return _leftwards(tokens, phrases, groups, opener, number, depth + 1)
        return ()
    if token.tag == "C" and number > 0:
        # "met X and said Y": the same subject as the verb before.
        group = groups[number]
        if groups[number - 1].form == group.form != "finite":
            return subject(tokens, phrases, groups, number - 1)
        spare: tuple[Phrase, ...] = ()
        for earlier in range(number - 1, -1, -1):
            before = groups[earlier]
            if before.form != "finite":
                continue
            parts = subject(tokens, phrases, groups, earlier)
            if not parts or tokens[parts[0].start].lower in ("who", "which", "that", "there"):
                spare = spare or parts
                continue
            if before.past == group.past or before.modal:
                return parts
            spare = spare or parts
        return spare
    phrase = _covering(phrases, index)
    if phrase is None:
        if token.tag in "VE":
            return _before_relative(tokens, phrases, index)
        return ()
    return _whole(tokens, phrases, phrase, depth > 0)


def _initial_subject(
    tokens: list[Token], phrases: list[Phrase], groups: list[VerbGroup], comma: int
) -> Phrase | None:
    """Return the phrase that opens the sentence where only its description stands behind it.

    "Rosa Vidal, who won her seat in Arica, Chile, in 2012, said": every verb
    between belongs to a relative clause.
    """
    first = next((p for p in phrases if p.start <= 1), None)
    if first is None or tokens[first.start].tag == "R" or tokens[0].tag in "PGS":
        return None
    end = first.end
    while end + 1 < comma and tokens[end].lower in ("of", "for", "in", "at"):
        following = next((p for p in phrases if p.start == end + 1), None)
        if following is None:
            break
        end = following.end
    if end >= comma or tokens[end].text != ",":
        return None
    relative = False
    for index in range(end, comma):
        if tokens[index].tag == "Q":
            return None
        if tokens[index].lower in ("who", "whose", "which", "that", "where", "whom"):
            relative = True
    if not relative:
        return None
    for group in groups:
        if end <= group.start < comma and group.form == "finite":
            lead = tokens[end : group.start]
            if not any(t.lower in ("who", "whose", "which", "that", "where", "whom") for t in lead):
                return None
    return first


def _before_relative(tokens: list[Token], phrases: list[Phrase], index: int) -> tuple[Phrase, ...]:
    """Return the subject before a relative clause: "a woman whose house was sold said"."""
    for at in range(index, max(0, index - 15), -1):
        if tokens[at].text in (",", ";"):
            return ()
        if tokens[at].lower in ("who", "whose", "which", "that") and tokens[at].tag in "WSR":
            phrase = _covering(phrases, at - 1)
            return _whole(tokens, phrases, phrase) if phrase is not None else ()
    return ()


_TIMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december week month year morning evening "
    "afternoon night weekend".split()
)


def _over_time(tokens: list[Token], phrases: list[Phrase], index: int) -> int:
    """Step leftwards over "here on Thursday" and "last week" between subject and verb."""
    while index >= 0:
        if tokens[index].tag in "BO":
            index -= 1
            continue
        phrase = _covering(phrases, index)
        if phrase is None or tokens[phrase.head].lower not in _TIMES:
            return index
        if phrase.end - phrase.start > 1 and tokens[phrase.head - 1].tag == "X":
            return index  # "Theresa May"
        lead = phrase.start - 1
        if lead >= 0 and tokens[lead].lower in ("on", "in", "at", "early", "late", "by"):
            lead -= 1
        elif tokens[phrase.start].tag == "X" and phrase.start == index and lead < 0:
            return index
        index = lead
    return index


def _opening(tokens: list[Token], index: int) -> int | None:
    """Return where the insertion that ends here began: its comma, dash or bracket."""
    mark = tokens[index].text
    wanted = {")": "(", "]": "["}.get(mark, mark)
    for at in range(index - 1, max(-1, index - 40), -1):
        if tokens[at].text == wanted:
            if wanted == "," and at + 1 < index:
                inside = tokens[at + 1]
                previous = tokens[at - 1] if at else None
                if previous is not None and previous.tag == "Q":
                    return None
                if inside.tag in "DNXJ#WEGPRVB" or inside.lower == "who":
                    return at
                return None
            return at
        if tokens[at].tag == "Q":
            return None
    return None


def _covering(phrases: list[Phrase], index: int) -> Phrase | None:
    for phrase in phrases:
        if phrase.start <= index < phrase.end:
            return phrase
        if phrase.start > index:
            return None
    return None


def _opens_sentence(tokens: list[Token], comma: int, phrase: Phrase | None) -> bool:
    """Tell whether a comma ends what a preposition began: "In a letter to X, Y said"."""
    if phrase is None or phrase.start == 0 or tokens[phrase.start - 1].lower not in _ATTACH:
        return False
    return tokens[0].tag == "P" and not any(token.tag in "VEIAM" for token in tokens[:comma])


_ATTACH = frozenset(
    "of for to in at from with on against between by near under inside outside into about over "
    "behind within".split()
)


def _whole(
    tokens: list[Token], phrases: list[Phrase], phrase: Phrase, inserted: bool = False
) -> tuple[Phrase, ...]:
    """Return the first phrase of the chain that ends here, with what is joined to it.

    Args:
        tokens: the sentence.
        phrases: its noun phrases.
        phrase: the last of the chain.
        inserted: whether the comma behind it begins an insertion, and is none of a list.
    """
    chain = phrase
    for _ in range(6):
        before = chain.start - 1
        if before < 1 or tokens[before].lower not in _ATTACH:
            break
        earlier = _covering(phrases, before - 1)
        if earlier is None or earlier.end != before:
            break
        chain = earlier
    before = chain.start - 1
    if before >= 1 and tokens[before].lower in ("and", "&"):
        at = before - 1
        if tokens[at].text == ",":
            at -= 1
        other = _covering(phrases, at)
        if other is not None and other.end == at + 1:
            earlier_parts = _whole(tokens, phrases, other)
            start = earlier_parts[0].start if earlier_parts else 0
            of_verb = at < before - 1 and start > 0 and tokens[start - 1].tag in "VEIG"
            if earlier_parts and not of_verb:
                return (*earlier_parts, chain)
    if before >= 1 and tokens[before].text == ",":
        other = _covering(phrases, before - 1)
        comma = chain.end < len(tokens) and tokens[chain.end].text == "," and not inserted
        listed = comma or (chain.end < len(tokens) and tokens[chain.end].lower == "and")
        opening = other is not None and (
            (other.start > 0 and tokens[other.start - 1].tag == "P")
            or tokens[other.head].lower in _TIMES
            or _opens_sentence(tokens, before, other)
        )
        if other is not None and other.end == before and listed and opening:
            group = _whole(tokens, phrases, other)
            if tokens[other.start - 1].lower == "of" and tokens[group[0].head].text.endswith("s"):
                return group  # "the ministers of Kenya, Uganda and Tanzania"
        if other is not None and other.end == before and listed and not opening:
            return (*_whole(tokens, phrases, other), chain)
    return (chain,)
