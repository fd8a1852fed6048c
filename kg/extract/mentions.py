"""What a noun phrase names: a person with an office, a state, a body, a group, a source.

This reads one phrase by itself; ``kg.extract.parties`` decides whom it means in the article.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.extract.attachments import LINKS, extended_end
from kg.extract.grammar import Phrase
from kg.extract.lexicon import Lexicon, NameEntry
from kg.extract.name_parts import CALENDAR, Part, is_office, known, lexicon_body, name_run
from kg.extract.sentences import Sentence
from kg.extract.tokens import Token

_SEXES = {"he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f",
          "herself": "f"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase as it was read.

    Args:
        kind: ``person``, ``state``, ``organisation``, ``media``, ``group``, ``anonymous``,
            ``office`` (a person by office alone), ``pronoun``,
            ``place`` (its ``body`` is the country) or ``thing``.
        name: the personal name, the known name, or the description.
        surface: the words as printed, without article.
        start: offset in the text.
        end: offset behind it.
        state: alpha-3 code of the state named in it.
        role: the office as printed, or an empty string.
        body: the organisation named in it, or an empty string.
        gender: ``m``, ``f`` or an empty string.
        plural: whether several are meant.
        definite: whether it has "the", a possessor or a demonstrative.
        full: whether a person's name has more than a surname.
    """

    kind: str
    name: str
    surface: str
    start: int
    end: int
    state: str | None = None
    role: str = ""
    body: str = ""
    gender: str = ""
    plural: bool = False
    definite: bool = False
    full: bool = False


def read_phrase(sentence: Sentence, phrase: Phrase, lexicon: Lexicon, text: str) -> Mention:
    """Return what a noun phrase names.

    Args:
        sentence: the sentence.
        phrase: one of its phrases; what is attached behind it is taken in where it belongs
            to a name or an office.
        lexicon: known names and words.
        text: the article's text.
    """
    tokens = sentence.tokens
    start, end = phrase.start, phrase.end
    if end - start == 1 and tokens[start].tag in "RW":
        return _pronoun(tokens[start])
    definite = False
    while start < end - 1 and tokens[start].tag == "D":
        definite = definite or tokens[start].lower in (
            "the",
            "this",
            "that",
            "these",
            "those",
            "his",
            "her",
            "its",
            "their",
            "our",
        )
        start += 1
    definite = definite or any(token.tag == "'" for token in tokens[start : phrase.end])
    end = extended_end(sentence, phrase, lexicon)
    words = [token.text.replace("’", "'") for token in tokens[start:end]]
    parts = known(words, lexicon)
    surface = _surface(tokens, start, end, text)
    place = (tokens[start].start, tokens[end - 1].end)
    whole = parts[0] if parts and parts[0].start == 0 and parts[0].end == len(words) else None
    if whole is not None:
        return _known_mention(whole.entry, surface, place, tokens[start], definite)
    return _read(tokens[start:end], words, parts, surface, place, lexicon, definite, text)


def _surface(tokens: list[Token], start: int, end: int, text: str) -> str:
    return " ".join(text[tokens[start].start : tokens[end - 1].end].split())


def _pronoun(token: Token) -> Mention:
    lower = token.lower
    plural = lower in ("they", "them", "we", "us", "themselves", "others", "both", "some", "many")
    return Mention(
        "pronoun", lower, token.text, token.start, token.end,
        gender=_SEXES.get(lower, ""), plural=plural,
    )  # fmt: skip


def _known_mention(
    entry: NameEntry, surface: str, place: tuple[int, int], token: Token, definite: bool
) -> Mention:
    start, end = place
    if entry.kind in ("state", "seat"):
        return Mention("state", entry.name, surface, start, end, entry.state)
    if entry.kind == "adjective":
        if token.lower.endswith("s") and definite:
            return Mention("state", entry.name, surface, start, end, entry.state)
        kind = "thing" if not definite else "state"
        if surface in ("UK", "U.K.", "US", "U.S.") or entry.state is None:
            kind = "state"
        return Mention(kind, entry.name, surface, start, end, entry.state)
    if entry.kind == "people":
        kind = "state" if definite else "group"
        return Mention(kind, entry.name if kind == "state" else surface, surface, start, end,
                       entry.state, plural=True)  # fmt: skip
    kind = "organisation" if entry.kind == "government" else entry.kind
    return Mention(kind, entry.name, surface, start, end, entry.state)


def _read(
    tokens: list[Token],
    words: list[str],
    parts: list[Part],
    surface: str,
    place: tuple[int, int],
    lexicon: Lexicon,
    definite: bool,
    text: str,
) -> Mention:
    start, end = place
    covered = {index for part in parts for index in range(part.start, part.end)}
    if all(token.text in CALENDAR or token.tag == "#" for token in tokens):
        return Mention("thing", surface, surface, start, end)
    if surface in lexicon.places or surface.title() in lexicon.places:
        return Mention("place", surface, surface, start, end, body=lexicon.places.get(surface, ""))
    head_at = _head_index(tokens)
    aside = head_at + 1 < len(tokens) and tokens[head_at + 1].lower in ("for", "to", "in", "at")
    state = next(
        (
            part.entry.state
            for part in parts
            if part.entry.state and not (aside and part.start > head_at)
        ),
        None,
    )
    if head_at + 1 < len(tokens) and tokens[head_at].lower in lexicon.groups:
        return Mention("group", surface, surface, start, end, state, plural=True,
                       definite=definite)  # fmt: skip
    body = next(
        (part.entry.name for part in parts if part.entry.kind in ("organisation", "government",
                                                                  "media")), ""
    )  # fmt: skip
    name_start, name_end = name_run(tokens, covered, lexicon)
    if name_end == len(tokens) and name_start < name_end:
        if head_at < name_start - 1 and tokens[head_at].tag == "X":
            if lexicon_body(tokens[head_at], lexicon):
                return _body_of(tokens, head_at, place, state, definite, text)
        held = tokens[name_start - 1].lower in ("of", "for", "at") if name_start > 1 else False
        if held and is_office(tokens[head_at], lexicon) and head_at < name_start - 1:
            # "the mayor of Izmir", "a spokesman for Rosa Vidal"
            return Mention("office", surface, surface, start, end, state, surface, body,
                           definite=definite)  # fmt: skip
        return _named(tokens, words, name_start, surface, place, lexicon, state, body, definite)
    if 0 < name_start < name_end < len(tokens) and tokens[name_end].lower == "of":
        if any(is_office(token, lexicon) for token in tokens[:name_start]):
            # "President Rosa Vidal of Chile"
            return _named(tokens[:name_end], words[:name_end], name_start, surface, place, lexicon,
                          state, body, definite)  # fmt: skip
    head = tokens[_head_index(tokens)]
    lower = head.lower
    plural = lower in lexicon.groups or (
        head.tag == "N" and lower.endswith("s") and head.lemma != lower
    )
    if 0 < name_end < len(tokens) and name_start == 0 and tokens[name_end].lower == "of":
        # "Saeed Jalili of Iran's Supreme National Security Council"
        if lexicon_body(tokens[name_end - 1], lexicon):
            return Mention("organisation", surface, surface, start, end, state)
        role = text[tokens[name_end].start : end]
        name = " ".join(token.text for token in tokens[:name_end])
        return Mention("person", name, name, start, tokens[name_end - 1].end, state, role, body,
                       _gender(tokens[0], lexicon), full=name_end > 1)  # fmt: skip
    if lower in lexicon.state_bodies and state:
        entry = next(part.entry for part in parts if part.entry.state == state)
        return Mention("state", entry.name, surface, start, end, state, definite=True)
    if lower in lexicon.groups:
        return Mention("group", surface, surface, start, end, state, body=body, plural=True,
                       definite=definite)  # fmt: skip
    if is_office(head, lexicon):
        role = surface
        return Mention("office", surface, surface, start, end, state, role, body,
                       definite=definite)  # fmt: skip
    if lexicon_body(head, lexicon) or (head.tag == "X" and head.text.isupper()):
        return Mention("organisation", surface, surface, start, end, state, body=body,
                       definite=definite)  # fmt: skip
    if head.tag == "X" and not plural:
        return Mention("thing", surface, surface, start, end, state, body=body,
                       definite=definite)  # fmt: skip
    return Mention("thing", surface, surface, start, end, state, body=body, plural=plural,
                   definite=definite)  # fmt: skip


def _body_of(
    tokens: list[Token],
    head: int,
    place: tuple[int, int],
    state: str | None,
    definite: bool,
    text: str,
) -> Mention:
    """Return the body whose name goes on behind its kind: "Movement for Democratic Change"."""
    first = head
    while first > 0 and tokens[first - 1].tag == "X":
        first -= 1
    name = " ".join(text[tokens[first].start : tokens[-1].end].split())
    return Mention("organisation", name, name, *place, state, definite=definite)


def _head_index(tokens: list[Token]) -> int:
    for index, token in enumerate(tokens):
        if token.lower in LINKS and index:
            return index - 1
    return len(tokens) - 1


def _named(
    tokens: list[Token],
    words: list[str],
    at: int,
    surface: str,
    place: tuple[int, int],
    lexicon: Lexicon,
    state: str | None,
    body: str,
    definite: bool,
) -> Mention:
    start, end = place
    run = tokens[at:]
    name = " ".join(token.text for token in run)
    before = tokens[:at]
    first = run[0]
    if any(token.lower in lexicon.bodies for token in run):
        return Mention("organisation", surface, surface, start, end, state, body=body,
                       definite=definite)  # fmt: skip
    honorific = next((token.text for token in before if token.text in lexicon.honorifics), "")
    possessed = any(token.tag == "'" for token in before)
    if at > 1 and before[-1].tag == "'" and is_office(before[-2], lexicon):
        if len(run) == 1:  # "the President's Call" of a headline
            return Mention("thing", surface, surface, start, end, state, definite=True)
    office = any(is_office(token, lexicon) for token in before)
    if len(run) == 1 and first.text.isupper() and 1 < len(first.text) <= 6 and not office:
        return Mention("organisation", surface, surface, start, end, state, definite=definite)
    gender = lexicon.honorifics.get(honorific, "") or _gender(first, lexicon)
    role_words = [t for t in before if t.tag != "D" and t.text not in (",", "'s", "’s")]
    role = " ".join(token.text for token in role_words if token.text != honorific)
    if honorific and honorific.rstrip(".") not in ("Mr", "Mrs", "Ms", "Dr", "Miss", "Prof"):
        role = f"{honorific} {role}".strip() if honorific not in role else role
    first_name = first.lower in lexicon.genders
    lower_before = any(token.tag in "NJ" for token in before)
    if not (office or honorific or lower_before or possessed) and definite and not first_name:
        # "the Bundestag": a name with an article is seldom a person's
        return Mention("organisation", surface, surface, start, end, state, definite=True)
    if state and not (possessed or office or lower_before) and before:
        # "Syrian Kurds", "Hong Kong Airlines": a state's name runs on into another name
        if not first_name:
            return Mention("thing", surface, surface, start, end, state, body=body)
    return Mention(
        "person", name, name, first.start, end, state, role, body, gender,
        definite=definite, full=len(run) > 1 or bool(honorific),
    )  # fmt: skip


def _gender(first: Token, lexicon: Lexicon) -> str:
    return lexicon.genders.get(first.lower, "").strip("-")
