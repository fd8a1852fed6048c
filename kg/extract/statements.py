"""Who said what: attributions in each sentence, direct and reported."""

from __future__ import annotations

from kg.extract.clause_ends import end_of_clause
from kg.extract.direct import DirectReader
from kg.extract.grammar import Phrase
from kg.extract.mentions import Mention
from kg.extract.reported import ReportReader
from kg.extract.sentences import Sentence
from kg.extract.tokens import Token
from kg.extract.voices import Attribution

_MESSAGES = frozenset(
    "comment statement claim remark announcement suggestion assertion warning allegation "
    "accusation declaration insistence pledge promise argument contention acknowledgment "
    "admission prediction complaint belief assurance message revelation concern report "
    "confirmation observation conclusion charge denial".split()
)


def _possessor(token: Token, mention: Mention) -> Mention:
    pronoun = {"his": "he", "her": "she", "their": "they", "its": "it"}.get(token.lower)
    if pronoun is None:
        return mention
    gender = {"he": "m", "she": "f"}.get(pronoun, "")
    return Mention("pronoun", pronoun, token.text, token.start, token.end, gender=gender)


def _around(sentence: Sentence, at: int, phrase: Phrase, mention: Mention) -> list[tuple[int, int]]:
    """Return the token ranges of a sentence without its "according to X"."""
    tokens = sentence.tokens
    after = phrase.end
    while after < len(tokens) and tokens[after].start < mention.end:
        after += 1
    last = len(tokens)
    while last > 0 and tokens[last - 1].text in (".", "!", "?"):
        last -= 1
    if at <= 1:
        comma = next((i for i in range(after, last) if tokens[i].text == ","), None)
        return [(comma + 1, last)] if comma is not None else []
    before = at
    while before > 0 and tokens[before - 1].text in (",", "—", "–", "("):
        before -= 1
    start = 0
    if tokens[0].tag == "C":
        start = 1
    spans = [(start, before)]
    comma = next((i for i in range(after, last) if tokens[i].text in (",", "—")), None)
    if comma is not None and any(g.form == "finite" and g.start > comma for g in sentence.verbs):
        finite_before = any(g.form == "finite" and g.end <= before for g in sentence.verbs)
        if not finite_before:
            spans.append((comma + 1, last))
    return spans


def _without_doubles(found: list[Attribution]) -> list[Attribution]:
    kept: list[Attribution] = []
    for attribution in found:
        if any(other.content == attribution.content for other in kept):
            continue
        kept.append(attribution)
    return kept


class StatementFinder(DirectReader, ReportReader):
    """Finds attributions in the sentences of one article."""

    def in_sentence(self, sentence: Sentence) -> list[Attribution]:
        """Return the attributions that one sentence makes, in its order."""
        found: list[Attribution] = []
        quotes = [i for i, token in enumerate(sentence.tokens) if token.tag == "Q"]
        used: set[int] = set()
        if quotes:
            direct = self._direct(sentence, quotes)
            if direct is not None:
                attribution, number = direct
                found.append(attribution)
                if number is not None:
                    used.add(number)
                    second = self._second(sentence, quotes, attribution, number)
                    if second is not None:
                        found.append(second[0])
                        used.add(second[1])
        for number, group in enumerate(sentence.verbs):
            if number in used:
                continue
            start = sentence.tokens[group.start].start
            if group.form == "ing" and any(
                a < start < b or (0 <= a - start < 40 and other.sentence is sentence)
                for other in found
                for a, b in other.content[1:]
            ):
                continue  # a participle that another statement took in
            reported = self._reported(sentence, number, group)
            if reported is None:
                reported = self._reported_by(sentence, number, group)
            if reported is not None:
                found.append(reported)
        found.extend(self._medium(sentence, found))
        found.extend(self._according(sentence))
        found.extend(self._nominal(sentence))
        return _without_doubles(found)

    def _medium(self, sentence: Sentence, inner: list[Attribution]) -> list[Attribution]:
        """Read who quotes in "X was quoted by Z as saying S" and "S, X was quoted as saying by Z".

        Its content is the whole report, so that X's words are known to stand in it.
        """
        tokens = sentence.tokens
        for group in sentence.verbs:
            if group.lemma not in ("quote", "cite") or not group.passive or group.modal:
                continue
            saying = next(
                (
                    g
                    for g in sentence.verbs
                    if g.start > group.end and tokens[g.start - 1].lower == "as"
                ),
                None,
            )
            if saying is None:
                continue
            own = next(
                (a for a in inner if a.cue[0] == tokens[saying.start].start and a.speaker), None
            )
            by = next(
                (
                    at
                    for at in (group.end, saying.end)
                    if at < len(tokens) and tokens[at].lower == "by"
                ),
                None,
            )
            phrase = next(
                (p for p in sentence.phrases if by is not None and p.start == by + 1), None
            )
            if own is None or phrase is None:
                continue
            mention = self._mention(sentence, phrase)
            spoken = [own.voice, (tokens[saying.start - 1].start, tokens[saying.end - 1].end)]
            return [
                Attribution(
                    "quoted-by",
                    self.book.resolve_mention(mention, sentence, phrase),
                    (mention.start, mention.end),
                    self._span(sentence, group.start, group.end),
                    sorted([*own.content, *spoken]),
                    sentence,
                    confidence=0.8,
                    inside=sentence.quote,
                )
            ]
        return []

    def _according(self, sentence: Sentence) -> list[Attribution]:
        tokens = sentence.tokens
        for at in range(len(tokens) - 2):
            if tokens[at].lower != "according" or tokens[at + 1].lower != "to":
                continue
            phrase = next((p for p in sentence.phrases if p.start >= at + 2), None)
            if phrase is None or phrase.start - at > 3:
                return []
            mention = self._mention(sentence, phrase)
            if mention.kind == "pronoun" and mention.name not in ("him", "her", "them"):
                return []
            spans = _around(sentence, at, phrase, mention)
            content = [
                (tokens[start].start, tokens[end - 1].end) for start, end in spans if end > start
            ]
            if not content or any(
                token.tag == "Q" for start, end in spans for token in tokens[start:end]
            ):
                return []
            return [
                Attribution(
                    "according-to",
                    self.book.resolve_mention(mention, sentence, phrase),
                    (mention.start, mention.end),
                    self._span(sentence, at, at + 2),
                    content,
                    sentence,
                    confidence=0.85,
                    inside=sentence.quote,
                )
            ]
        return []

    def _nominal(self, sentence: Sentence) -> list[Attribution]:
        """Read "a comment by X that …", "X's claim that …", "citing concern that …"."""
        tokens = sentence.tokens
        found: list[Attribution] = []
        for phrase in sentence.phrases:
            head = tokens[phrase.head]
            if head.tag != "N" or head.lemma not in _MESSAGES:
                continue
            at = phrase.end
            owner: Phrase | None = None
            cut = next(
                (i for i in range(phrase.end - 2, phrase.start, -1) if tokens[i].tag == "'"), None
            )
            if cut is not None:
                owner = Phrase(phrase.start, cut)
            elif tokens[phrase.start].lower in ("his", "her", "their", "its"):
                owner = Phrase(phrase.start, phrase.start + 1)
            if at < len(tokens) and tokens[at].lower in ("by", "from"):
                following = next((p for p in sentence.phrases if p.start == at + 1), None)
                if following is not None:
                    owner = following
                    mention = self._mention(sentence, following)
                    while at < len(tokens) and tokens[at].start < mention.end:
                        at += 1
            while at < len(tokens) and tokens[at].lower in (
                "this",
                "last",
                "on",
                "week",
                "month",
                "earlier",
                "in",
                "year",
                "day",
            ):
                at += 1
            if owner is None or at >= len(tokens) or tokens[at].lower != "that":
                continue
            if not any(group.start > at for group in sentence.verbs):
                continue
            mention = self._mention(sentence, owner)
            if tokens[owner.start].tag == "D":
                mention = _possessor(tokens[owner.start], mention)
            if mention.kind in ("thing", "place"):
                continue
            end = end_of_clause(sentence, at + 1, stop_at_second_verb=True)
            content = [(tokens[at + 1].start, tokens[end - 1].end)]
            found.append(
                Attribution(
                    "message-noun",
                    self.book.resolve_mention(mention, sentence, owner),
                    (mention.start, mention.end),
                    (head.start, head.end),
                    content,
                    sentence,
                    confidence=0.75,
                    inside=sentence.quote,
                )
            )
        return found
