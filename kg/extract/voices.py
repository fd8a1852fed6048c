"""Attributions, and who speaks in them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kg.extract.entities import Entity
from kg.extract.grammar import Phrase, VerbGroup
from kg.extract.lexicon import Lexicon, SpeechVerb
from kg.extract.mentions import Mention, read_phrase
from kg.extract.parties import PartyBook
from kg.extract.sentences import Analysis, Sentence
from kg.extract.subjects import subject

Range = tuple[int, int]


@dataclass
class Attribution:
    """One statement as it was found.

    Args:
        rule: name of the rule that found it.
        speaker: the party, or None until it is known.
        voice: where the speaker is named.
        cue: where the verb or phrase is that attributes.
        content: ranges of what is said.
        sentence: the sentence with the cue.
        verb: the lexicon's entry of the cue, where it has one.
        addressee: to whom.
        confidence: how often the rule is right.
        inside: number of the utterance that the report stands in, or -1.
        first: whether the speaker is "I" or "we".
        demand: whether the content is what somebody is called on to do.
    """

    rule: str
    speaker: Entity | None
    voice: Range
    cue: Range
    content: list[Range]
    sentence: Sentence
    verb: SpeechVerb | None = None
    addressee: list[Entity] = field(default_factory=list)
    confidence: float = 0.8
    inside: int = -1
    first: bool = False
    demand: bool = False
    utterances: list[int] = field(default_factory=list)


_PARTICLES = frozenset(("on", "out", "up", "in", "off", "back", "down", "it"))


DOCUMENTS = frozenset(
    "report reports poll polls survey surveys study studies statement statements document "
    "documents letter email e-mail emails article book ad ads memo data results figures "
    "investigation inquiry review analysis transcript ruling resolution website post tweet "
    "speech campaign filing filings record records audit piece story column editorial film video "
    "note message estimate estimates research headline polling numbers sign caption summary "
    "release plan bill law communique communiqué declaration treaty text page log evidence "
    "evaluation assessment opinion decision order complaint lawsuit affidavit pamphlet".split()
)


_CITING = frozenset(("quote", "cite"))


class VoiceReader:
    """Finds who speaks, and to whom, in the sentences of one article."""

    def __init__(self, analysis: Analysis, book: PartyBook, lexicon: Lexicon) -> None:
        self.analysis = analysis
        self.book = book
        self.lexicon = lexicon
        self.text = analysis.text

    def _verb(self, sentence: Sentence, group: VerbGroup) -> SpeechVerb | None:
        after = sentence.tokens[group.end] if group.end < len(sentence.tokens) else None
        if after is not None and after.lower in _PARTICLES:
            found = self.lexicon.speech.get(f"{group.lemma} {after.lower}")
            if found is not None:
                return found
        # A verb that no dictionary has ("murmurated") is reduced by its ending alone.
        return self.lexicon.speech.get(group.lemma) or self.lexicon.speech.get(f"{group.lemma}e")

    def _voice(
        self, sentence: Sentence, number: int, quotes: list[int]
    ) -> tuple[Phrase, Mention, Range] | None:
        """Return who speaks: the phrase, what it names, and where it stands."""
        tokens = sentence.tokens
        group = sentence.verbs[number]
        before = group.start - 1
        while before >= 0 and tokens[before].tag == "B":
            before -= 1
        inverted = (
            quotes
            and before >= 0
            and (
                tokens[before].tag == "Q"
                or (tokens[before].text == "," and before and tokens[before - 1].tag == "Q")
            )
        )
        if inverted or (
            before >= 0 and tokens[before].text == "," and self._inverts(sentence, group)
        ):
            phrase = next((p for p in sentence.phrases if p.start == group.end), None)
            if phrase is not None and not inverted and not self._ends_there(sentence, phrase):
                phrase = None
            if phrase is not None and tokens[phrase.start].lower not in ("that",):
                mention = self._speaking(sentence, phrase)
                return phrase, mention, (mention.start, mention.end)
        if group.form == "infinitive" and number > 0:
            parts = subject(tokens, sentence.phrases, sentence.verbs, number - 1)
        else:
            parts = subject(tokens, sentence.phrases, sentence.verbs, number)
        if not parts and group.form == "ing":
            parts = self._shared(sentence, number)
        if not parts:
            return None
        phrase = parts[0] if len(parts) > 1 else parts[-1]
        mention = self._speaking(sentence, phrase)
        end = self._mention(sentence, parts[-1]).end
        return phrase, mention, (mention.start, max(mention.end, end))

    def _ends_there(self, sentence: Sentence, phrase: Phrase) -> bool:
        """Tell whether nothing but the speaker's description stands behind «S, said X»."""
        mention = self._mention(sentence, phrase)
        tokens = sentence.tokens
        after = phrase.end
        while after < len(tokens) and tokens[after].start < mention.end:
            after += 1
        if mention.kind in ("thing", "pronoun", "place"):
            return False
        return after >= len(tokens) or tokens[after].text in (".", ",")

    def _speaking(self, sentence: Sentence, phrase: Phrase) -> Mention:
        """Return a speaker's mention: a name that is also a city's is here a person's."""
        mention = self._mention(sentence, phrase)
        if mention.kind == "place":
            return replace(mention, kind="person", body="")
        return mention

    def _inverts(self, sentence: Sentence, group: VerbGroup) -> bool:
        """Tell «S, said X.» in running text: the verb is "say" and a name ends the sentence."""
        return group.lemma in ("say", "add", "write", "note", "explain") and group.form == "finite"

    def _shared(self, sentence: Sentence, number: int) -> tuple[Phrase, ...]:
        """Return the subject of "…, saying that": the one of the finite verb before."""
        tokens = sentence.tokens
        group = sentence.verbs[number]
        before = group.start - 1
        while before >= 0 and tokens[before].tag in "BC":
            before -= 1
        if before > 0 and tokens[before].lower == "as":
            return self._quoted_party(sentence, number, before)
        if before >= 0 and tokens[before].tag not in (".", "P", "Q") and group.start > 0:
            phrase = sentence.phrase_at(before)
            if phrase is None or before != phrase.end - 1:
                return ()
            if tokens[before].lower not in DOCUMENTS:
                return (phrase,)  # "with one source citing …"
            # "issued a statement saying": the speaker is who issued it
        spare: tuple[Phrase, ...] = ()
        citing = group.lemma in _CITING
        for earlier in range(number - 1, -1, -1):
            if sentence.verbs[earlier].form == "finite":
                if citing and earlier and self._verb(sentence, sentence.verbs[earlier]) is None:
                    continue  # "X said that Y had fallen, citing Z": X cites
                parts = subject(tokens, sentence.phrases, sentence.verbs, earlier)
                if not parts:
                    continue
                lead = parts[0].start - 1
                if tokens[parts[0].start].tag == "W" or (lead >= 0 and tokens[lead].tag in "SW"):
                    spare = spare or parts
                    continue
                return parts
        return spare

    def _quoted_party(self, sentence: Sentence, number: int, at: int) -> tuple[Phrase, ...]:
        """Return who is quoted in "Z quoted X as saying" and "X was quoted by Z as saying"."""
        for earlier in range(number - 1, -1, -1):
            group = sentence.verbs[earlier]
            if group.lemma not in _CITING:
                continue
            if group.passive and group.form == "finite":
                return subject(sentence.tokens, sentence.phrases, sentence.verbs, earlier)
            phrase = next(
                (p for p in sentence.phrases if group.end <= p.start and p.end <= at), None
            )
            return (phrase,) if phrase is not None else ()
        return ()

    def _mention(self, sentence: Sentence, phrase: Phrase) -> Mention:
        return read_phrase(sentence, phrase, self.lexicon, self.text)

    def _addressee(self, sentence: Sentence, group: VerbGroup) -> list[Entity]:
        verb = self._verb(sentence, group)
        if verb is None or not verb.frames & {"a", "o"}:
            return []
        phrase = next((p for p in sentence.phrases if p.start == group.end), None)
        if phrase is None:
            return []
        entity = self.book.resolve(sentence, phrase)
        return [entity] if entity is not None else []

    def _span(self, sentence: Sentence, start: int, end: int) -> Range:
        return sentence.tokens[start].start, sentence.tokens[end - 1].end
