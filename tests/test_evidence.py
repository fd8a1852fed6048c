"""Proving words are found where they stand, whatever the text is written in."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.facts import Span
from kg.facts.evidence import SpanError, check_unplaced, occurrences, place
from kg.readers import Reading, Source
from kg.readers.facts_file import read_json

# Astral characters, combining marks, right-to-left letters, line ends of every kind.
_TEXT = st.text(
    st.sampled_from("ab é😀👩‍🚀e\u0301ßİŒ\u200b\u2028\r\n\tשש")
    | st.characters(exclude_categories=["Cs"], min_codepoint=32, exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=80,
)


@st.composite
def _passages(draw: st.DrawFn) -> tuple[str, int, int]:
    text = draw(_TEXT.filter(str.strip))
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    if not text[start:end].strip():
        start, end = 0, len(text)
    return text, start, end


def count(words: str, text: str) -> list[int]:
    """Return the places of words in a text, by trying each."""
    return [at for at in range(len(text)) if text[at : at + len(words)] == words]


@given(_passages())
def test_any_passage_is_placed_by_its_occurrence(passage: tuple[str, int, int]) -> None:
    """``exact`` equals ``text[start:end]``, and the count agrees with trying every place."""
    text, start, end = passage
    starts = count(text[start:end], text)
    number = starts.index(start) + 1
    placed = place(Span(exact=text[start:end], occurrence=number), text)
    assert (placed.start, placed.end) == (start, end)
    assert text[placed.start : placed.end] == placed.exact
    assert placed.occurrence == (number if len(starts) > 1 else None)


@given(_passages())
def test_any_passage_is_placed_by_its_offsets(passage: tuple[str, int, int]) -> None:
    text, start, end = passage
    starts = count(text[start:end], text)
    placed = place(Span(exact=text[start:end], start=start, end=end), text)
    assert (placed.start, placed.end) == (start, end)
    assert placed.occurrence == (starts.index(start) + 1 if len(starts) > 1 else None)
    assert place(placed, text) == placed
    assert check_unplaced(placed) == placed


@given(_passages())
def test_words_alone_are_placed_or_known_to_repeat(passage: tuple[str, int, int]) -> None:
    text, start, end = passage
    exact = text[start:end]
    starts = count(exact, text)
    assert list(occurrences(exact, text)) == starts
    if len(starts) == 1:
        assert place(Span(exact=exact), text).start == start
    else:
        with pytest.raises(SpanError, match=f"add occurrence: 1 to {len(starts)}, or quote more"):
            place(Span(exact=exact), text)


@given(_passages(), st.integers(1, 4))
def test_an_occurrence_too_high_is_refused(passage: tuple[str, int, int], more: int) -> None:
    text, start, end = passage
    found = len(count(text[start:end], text))
    with pytest.raises(SpanError, match=f"count from 1 to {found}"):
        place(Span(exact=text[start:end], occurrence=found + more), text)


@given(
    _TEXT.filter(str.strip), _TEXT, st.none() | st.integers(1, 3), st.none() | st.integers(0, 90)
)
def test_words_that_are_not_there_always_get_a_remedy(
    exact: str, text: str, occurrence: int | None, start: int | None
) -> None:
    """The nearest passage is words of the text at the place that is named, or none is."""
    end = None if start is None else start + len(exact)
    span = Span(exact=exact, occurrence=occurrence, start=start, end=end)
    try:
        placed = place(span, text)
    except SpanError as error:
        assert error.remedy and "\n" not in str(error)
        if "nearest passage" in error.remedy:
            _, _, where = error.remedy.partition("” at ")
            first, last = where.split(";")[0].split(" to ")
            assert 0 <= int(first) < int(last) <= len(text)
            assert text[int(first) : int(last)].strip()
    else:
        assert text[placed.start : placed.end] == exact


_NEAR = "Die Straße was closed after the minister’s visit to İstanbul, he said."


def test_blanks_are_no_nearest_passage() -> None:
    with pytest.raises(SpanError, match="copy them from the text"):
        place(Span(exact="0 "), " ")


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        ("the minister's visit", "the minister’s visit"),
        ("THE MINISTER’S VISIT", "the minister’s visit"),
        ("Strasse was closed", "Straße was closed"),
        ("visit  to Istanbul", "visit to İstanbul,"),
        ("after the ministers visit", "after the minister’s visit"),
        ("he sayd", "he said."),
    ],
)
def test_the_nearest_passage_is_the_one_meant(words: str, nearest: str) -> None:
    """Other quotation marks, case, and letters whose lower case is longer do not mislead."""
    with pytest.raises(SpanError) as caught:
        place(Span(exact=words), _NEAR)
    start = _NEAR.index(nearest)
    assert caught.value.remedy == (
        f"the nearest passage is “{nearest}” at {start} to {start + len(nearest)}"
    )


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("He said:\n“Yes.”", 'at 3 to 15 the blanks differ: write "said:\\n“Yes.”"'),
        ("He said:\u00a0 “Yes.”", 'at 3 to 16 the blanks differ: write "said:\u00a0 “Yes.”"'),
    ],
)
def test_words_that_differ_in_blanks_alone_are_shown_as_they_are(text: str, remedy: str) -> None:
    """A line end inside a passage is the likeliest slip, and cannot be seen."""
    with pytest.raises(SpanError) as caught:
        place(Span(exact="said: “Yes.”"), text)
    assert caught.value.remedy == remedy


def test_a_long_quotation_with_one_slip_is_found_at_once() -> None:
    """Looking for what is nearest takes no time that grows with the square of the words."""
    words = [f"word{number}" for number in range(20_000)]
    text = " ".join(words)
    slip = " ".join([*words[5000:5020], "slip", *words[5021:9000]])
    began = time.process_time()
    with pytest.raises(SpanError) as caught:
        place(Span(exact=slip), text)
    assert time.process_time() - began < 4
    start = text.index("word5000 ")
    assert f"at {start} to " in caught.value.remedy
    assert len(str(caught.value)) < 600


def test_characters_count_and_not_bytes() -> None:
    """An offset is a number of code points: neither of bytes nor of UTF-16 units."""
    text = "😀 e\u0301té 👩‍🚀 said"
    placed = place(Span(exact="said"), text)
    assert (placed.start, placed.end) == (text.index("said"), len(text)) == (11, 15)


@given(_passages())
def test_a_file_with_any_text_is_read_with_its_offsets(passage: tuple[str, int, int]) -> None:
    """The same through the reader: line ends and marks of the text are left alone."""
    text, start, end = passage
    span = {"exact": text[start:end], "start": start, "end": end}
    record = {
        "article": {"title": "T", "text": text},
        "statements": [{"id": "s", "speaker": "XAA", "mode": "direct", "content": span,
                        "evidence": span}],
    }  # fmt: skip
    (item,) = read_json(Source("f", json.dumps(record).encode()))
    assert isinstance(item, Reading), [str(problem) for problem in item.problems]
    assert item.text == text
    (content,) = item.facts.statements[0].content
    assert item.text[content.start : content.end] == content.exact == text[start:end]


@pytest.mark.parametrize(
    ("span", "message"),
    [
        (Span(exact="abc", start=0, end=2), "end - start is 2, but “abc” has 3 characters"),
        (Span(exact="abc", start=0), "only one of start and end is given"),
        (Span(exact="abc", end=3), "only one of start and end is given"),
    ],
)
def test_offsets_fit_their_words_even_without_the_text(span: Span, message: str) -> None:
    with pytest.raises(SpanError, match=message):
        check_unplaced(span)


def test_places_that_overlap_count_each() -> None:
    """Words that can be read twice from the same letters are still ambiguous."""
    text = "ha ha ha!"
    assert list(occurrences("ha ha", text)) == [0, 3]
    with pytest.raises(SpanError, match="stand twice in the text; add occurrence: 1 to 2"):
        place(Span(exact="ha ha"), text)
    assert place(Span(exact="ha ha", occurrence=2), text).start == 3
