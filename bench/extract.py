"""How fast extraction is, and how it bears noise.

    python bench/extract.py speed TEXTS.jsonl       articles of 600 words a second, on one core
    python bench/extract.py start                   seconds until the first article is done
    python bench/extract.py noise [COUNT]           generated and mutated texts: errors, slowest

TEXTS.jsonl holds records with ``text``; without it, articles are generated.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

from kg.extract import Document, extract
from kg.extract.lexicon import lexicon

_PEOPLE = (
    "Foreign Minister Ana Silva|President Omar Haddad|Ms. Lind|Jan de Vries|he|she|"
    "the Norwegian ambassador|officials in Oslo|UN envoy Li Wei|the two leaders|they|his office|"
    "EU foreign ministers|Russian and Ukrainian negotiators|President Rosa Vidal of Chile"
).split("|")
_VERBS = (
    "said|told reporters that|met with|will meet|urged|condemned|rejected|held talks with|"
    "called on|praised|warned that|has blocked|refused to meet|no longer opposes|abstained from|"
    "dropped its demand that|was quoted by Tass as saying|quoted Omar Haddad as saying that|"
    "told a news conference after talks with|said on Monday that|remains neutral on|met in|"
    "severed ties with|had opposed"
).split("|")
_ENDS = (
    'the ceasefire must hold.|"We need time," he said.|Iran on Tuesday.|the attack.|'
    "“Peace is near.”|Russia and Turkey in Geneva.|it would not sign the treaty.|(see below)|"
    "''no comment,''|the plan, which had failed, again and again"
).split("|")
_NOISE = "\"'“”‘’.,;:—-()[]{}<>*_#\n\n\t \u00a0\u200b\u202eé漢字İß\x00\ud7ff\U0001f600"


def article(draw: random.Random, words: int) -> str:
    """Return a generated article of about that many words."""
    parts: list[str] = []
    count = 0
    while count < words:
        sentence = f"{draw.choice(_PEOPLE)} {draw.choice(_VERBS)} {draw.choice(_ENDS)}"
        parts.append(sentence[0].upper() + sentence[1:])
        count += len(sentence.split())
        if draw.random() < 0.3:
            parts.append("\n\n")
    return " ".join(parts)


def mutated(draw: random.Random, text: str) -> str:
    """Return a text with characters dropped, doubled, moved and put in."""
    letters = list(text)
    for _ in range(draw.randint(1, max(2, len(letters) // 20))):
        at = draw.randrange(len(letters) + 1)
        what = draw.random()
        if what < 0.4:
            letters[at:at] = draw.choice(_NOISE) * draw.choice([1, 1, 1, 2, 40])
        elif what < 0.7 and letters:
            del letters[at : at + draw.randint(1, 30)]
        elif letters:
            other = draw.randrange(len(letters))
            letters[at:at] = letters[other : other + draw.randint(1, 60)]
    if draw.random() < 0.2:
        data = bytearray("".join(letters).encode("utf-8", "ignore"))
        for _ in range(draw.randint(1, 30)):
            if data:
                data[draw.randrange(len(data))] = draw.randrange(256)
        return data.decode("utf-8", "replace")
    return "".join(letters)


def check(text: str) -> tuple[int, float]:
    """Extract from a text; return the number of facts and the seconds it took.

    Raises:
        AssertionError: evidence is not verbatim.
    """
    start = time.process_time()
    made = extract(Document(text, published="2015-06-10"))
    seconds = time.process_time() - start
    count = 0
    for fact in made.facts.facts():
        count += 1
        for span in (*fact.evidence, *getattr(fact, "content", ())):
            assert text[span.start : span.end] == span.exact, fact
    return count, seconds


def speed(texts: list[str]) -> None:
    """Print articles a second, normalised to 600 words."""
    lexicon()
    check(texts[0])
    words = sum(len(text.split()) for text in texts)
    start = time.process_time()
    facts = sum(check(text)[0] for text in texts)
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(texts)} texts, {words} words, {facts} facts: "
        f"{words / 600 / seconds:.1f} articles of 600 words a second on one core; {memory:.0f} MB"
    )


def noise(count: int) -> None:
    """Print how many texts failed and the slowest, in milliseconds a kB."""
    draw = random.Random(7)
    lexicon()
    check("Warm words, he said.")
    failed, slowest = 0, (0.0, "")
    for number in range(count):
        text = mutated(draw, article(draw, draw.choice([3, 20, 80, 300])))
        if number % 97 == 0:
            text = (
                draw.choice(["(", '"', "a ", "X ", "said ", "he said ", "“", "and ", ", "]) * 4000
            )
        try:
            _, seconds = check(text)
        except Exception as error:
            failed += 1
            print(f"{number}: {type(error).__name__}: {error}"[:300])
            if failed > 5:
                raise
            continue
        if seconds > 0.01:
            seconds = min(seconds, check(text)[1])  # the machine's own pauses are no property of it
        each = seconds * 1000 / max(1.0, len(text.encode("utf-8", "ignore")) / 1024)
        if each > slowest[0]:
            slowest = each, text[:80]
    print(f"{count} texts: {failed} failed; slowest {slowest[0]:.1f} ms a kB: {slowest[1]!r}")


def start() -> None:
    """Print the seconds from a cold start to the first article's facts."""
    text = article(random.Random(1), 600)
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "kg", "extract", "-", "--from", "txt"],
        input=text.encode(), stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    print(f"{time.perf_counter() - begin:.2f} s from start to the first facts file")


def main(arguments: list[str]) -> None:
    """Run what the first argument names."""
    if arguments[:1] == ["speed"]:
        if len(arguments) > 1:
            lines = Path(arguments[1]).read_text(encoding="utf-8").splitlines()
            texts = [json.loads(line)["text"] for line in lines if line.strip()]
        else:
            draw = random.Random(3)
            texts = [article(draw, 600) for _ in range(100)]
        speed(texts)
    elif arguments[:1] == ["start"]:
        start()
    elif arguments[:1] == ["noise"]:
        noise(int(arguments[1]) if len(arguments) > 1 else 10_000)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
