"""Direct speech: utterances and the words beside them that attribute them."""

from __future__ import annotations

from kg.extract.grammar import Phrase, VerbGroup
from kg.extract.sentences import Sentence
from kg.extract.subjects import subject
from kg.extract.voices import Attribution, Range, VoiceReader


class DirectReader(VoiceReader):
    """Finds who said an utterance."""

    def _direct(
        self, sentence: Sentence, quotes: list[int]
    ) -> tuple[Attribution, int | None] | None:
        tokens = sentence.tokens
        best: tuple[float, int] | None = None
        for number, group in enumerate(sentence.verbs):
            verb = self._verb(sentence, group)
            if verb is None or "q" not in verb.frames or group.passive:
                continue
            if self._wishes(sentence, group):
                continue
            distance = min(
                group.start - quote if quote < group.start else quote - group.end + 1
                for quote in quotes
            )
            if group.form == "infinitive":
                distance += 3
            if best is None or distance < best[0]:
                best = (distance, number)
        content = [self._quoted(tokens[index].quote) for index in quotes]
        numbers = [tokens[index].quote for index in quotes]
        if best is not None and best[0] <= 40:
            number = best[1]
            group = sentence.verbs[number]
            voice = self._voice(sentence, number, quotes)
            if voice is not None:
                phrase, mention, place = voice
                return (
                    Attribution(
                        "direct-verb",
                        self.book.resolve_mention(mention, sentence, phrase),
                        place,
                        self._span(sentence, group.start, group.end),
                        content,
                        sentence,
                        self._verb(sentence, group),
                        self._addressee(sentence, group),
                        0.95,
                        sentence.quote,
                        mention.name in ("i", "we"),
                        utterances=numbers,
                    ),
                    number,
                )
        return self._direct_without_verb(sentence, quotes, content, numbers)

    def _wishes(self, sentence: Sentence, group: VerbGroup) -> bool:
        """Tell "asked not to be named", "agreed to": no verb of the quotation."""
        tokens = sentence.tokens
        at = group.end
        if at < len(tokens) and tokens[at].tag == "O":
            at += 1
        return at + 1 < len(tokens) and tokens[at].tag == "T" and tokens[at + 1].tag in "IA"

    def _second(
        self, sentence: Sentence, quotes: list[int], first: Attribution, number: int
    ) -> tuple[Attribution, int] | None:
        """Read «"A," X said, adding: "B."»: B belongs to the second verb, the speaker stays."""
        tokens = sentence.tokens
        for later in range(number + 1, len(sentence.verbs)):
            group = sentence.verbs[later]
            verb = self._verb(sentence, group)
            if verb is None or "q" not in verb.frames or group.form not in ("ing", "finite"):
                continue
            behind = [q for q in quotes if self._follows(sentence, group, q)]
            before = [q for q in quotes if q < group.start]
            if not behind or not before:
                continue
            start = behind[0]
            numbers = [tokens[q].quote for q in quotes if q >= start]
            content = [self._quoted(n) for n in numbers]
            first.content = [self._quoted(tokens[q].quote) for q in before]
            first.utterances = [tokens[q].quote for q in before]
            return (
                Attribution(
                    "direct-verb", first.speaker, first.voice,
                    self._span(sentence, group.start, group.end), content, sentence, verb,
                    [], 0.9, sentence.quote, first.first, utterances=numbers,
                ),
                later,
            )  # fmt: skip
        return None

    def _follows(self, sentence: Sentence, group: VerbGroup, quote: int) -> bool:
        """Tell whether an utterance stands behind a verb: over an addressee, a comma, an adverb."""
        tokens = sentence.tokens[group.end : quote]
        return (
            quote >= group.end
            and len(tokens) <= 7
            and not any(token.tag in "VAMSWQ" or token.text in (";", ".") for token in tokens)
        )

    def _direct_without_verb(
        self,
        sentence: Sentence,
        quotes: list[int],
        content: list[Range],
        numbers: list[int],
    ) -> tuple[Attribution, int | None] | None:
        tokens = sentence.tokens
        first = quotes[0]
        if first >= 2 and tokens[first - 1].text == ":":
            # «Vidal: "…"»
            phrase = sentence.phrase_at(first - 2)
            if (
                phrase is not None
                and phrase.end == first - 1
                and (phrase.start == 0 or self._mention(sentence, phrase).kind == "person")
            ):
                return self._plain(sentence, phrase, "direct-colon", content, numbers), None
            for number in range(len(sentence.verbs) - 1, -1, -1):
                group = sentence.verbs[number]
                if group.form != "finite" or group.passive:
                    continue
                parts = subject(tokens, sentence.phrases, sentence.verbs, number)
                if parts:
                    attribution = self._plain(sentence, parts[-1], "direct-colon", content, numbers)
                    if attribution.speaker is not None and attribution.speaker.kind in (
                        "person",
                        "state",
                        "anonymous",
                    ):
                        attribution.cue = self._span(sentence, group.start, group.end)
                        attribution.confidence = 0.75
                        return attribution, number
                break
        last = quotes[-1]
        if last + 2 < len(tokens) and tokens[last + 1].text in ("—", "–", "-", "―", "--"):
            phrase = sentence.phrase_at(last + 2)
            if phrase is not None:
                return self._plain(sentence, phrase, "direct-dash", content, numbers), None
        long = any(end - start > 60 for start, end in content)
        for at in range(len(tokens) - 1):
            if long and tokens[at].lower == "according" and tokens[at + 1].tag == "T":
                phrase = next((p for p in sentence.phrases if p.start >= at + 2), None)
                if phrase is not None:
                    found = self._plain(sentence, phrase, "direct-according", content, numbers)
                    found.cue = self._span(sentence, at, at + 2)
                    return found, None
        # «"…," X added» with a verb that the lexicon does not know, right beside the quotation
        for number, group in enumerate(sentence.verbs):
            if group.form != "finite" or group.passive or group.lemma in ("be", "have", "do"):
                continue
            near = any(
                0 <= group.start - quote <= 5 and tokens[quote].lower in (",", "?", "!")
                for quote in quotes
            )
            if near and not group.modal and tokens[group.end - 1].tag in "VE":
                voice = self._voice(sentence, number, quotes)
                if voice is not None and voice[1].kind in ("person", "pronoun", "office"):
                    phrase, mention, place = voice
                    return (
                        Attribution(
                            "direct-near-verb",
                            self.book.resolve_mention(mention, sentence, phrase),
                            place,
                            self._span(sentence, group.start, group.end),
                            content,
                            sentence,
                            confidence=0.7,
                            inside=sentence.quote,
                            utterances=numbers,
                        ),
                        number,
                    )
        return None

    def _plain(
        self,
        sentence: Sentence,
        phrase: Phrase,
        rule: str,
        content: list[Range],
        numbers: list[int],
    ) -> Attribution:
        mention = self._mention(sentence, phrase)
        return Attribution(
            rule,
            self.book.resolve_mention(mention, sentence, phrase),
            (mention.start, mention.end),
            (mention.end, mention.end),
            content,
            sentence,
            confidence=0.85,
            inside=sentence.quote,
            utterances=numbers,
        )

    def _quoted(self, number: int) -> Range:
        quotation = self.analysis.quotations[number]
        return quotation.start, quotation.end
