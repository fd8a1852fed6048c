"""Facts and texts come from files, folders and standard input; nothing else is let in."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.errors import ReadError
from kg.readers import READERS, Reading, Reject, TextIndex, find_files, read

TEXT = "Ada Orlen met Bo Tarn.\r\nShe said no more.\n"
SHA256 = hashlib.sha256(TEXT.encode()).hexdigest()
FACTS = """\
article: {{title: T, {text}}}
statements:
  - {{id: s1, speaker: XAA, mode: indirect, content: She said no more, evidence: {evidence}}}
"""


def facts(text: str, evidence: str = "She said") -> str:
    return FACTS.format(text=text, evidence=evidence)


def one(path: Path | str, **options: object) -> Reading | Reject:
    (item,) = read(path, **options)  # type: ignore[arg-type]
    return item


def said(item: Reading | Reject) -> str:
    assert isinstance(item, Reject)
    (problem,) = item.problems
    return str(problem)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder for facts, in another that holds what they must not reach."""
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "facts"
    folder.mkdir()
    (folder / "text.txt").write_bytes(TEXT.encode())
    return folder


def test_a_text_file_beside_the_facts_is_read_as_it_is(folder: Path) -> None:
    """Line ends stay, so that the SHA-256 and the offsets are those of the file."""
    path = folder / "a.yaml"
    path.write_text(facts(f"text_file: text.txt, text_sha256: {SHA256}"))
    item = one(path)
    assert isinstance(item, Reading)
    assert (item.text, item.keep_text, item.file) == (TEXT, True, str(path))
    span = item.facts.statements[0].content[0]
    assert (span.start, span.end) == (24, 40)
    assert item.facts.article.text_sha256 == SHA256
    assert (item.facts.article.text, item.facts.article.text_file) == (None, None)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../secret.txt", "'../secret.txt' lies outside the facts file's folder; use --texts"),
        ("/etc/passwd", "'/etc/passwd' lies outside the facts file's folder; use --texts"),
        ("link.txt", "'link.txt' lies outside the facts file's folder; use --texts"),
        ("none.txt", "'none.txt' cannot be read: No such file or directory; correct the name"),
        (".", "'.' is no file; name the file of the text"),
        ("pipe", "'pipe' is no file; name the file of the text"),
        ("circle", "'circle' cannot be read: "),
        ("n" * 300, "cannot be read: File name too long; correct the name"),
        ('"a\\0b"', "'a\\x00b' cannot be read: no file can have that name; correct the name"),
        ("latin.txt", "'latin.txt' is not UTF-8 at byte 1; save it in UTF-8"),
    ],
)
def test_a_text_file_that_cannot_be_had(folder: Path, name: str, message: str) -> None:
    """A facts file from elsewhere pulls no other file of the machine into a graph."""
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    (folder / "circle").symlink_to(folder / "circle")
    (folder / "latin.txt").write_bytes(b"n\xe9e")
    os.mkfifo(folder / "pipe")
    path = folder / "a.yaml"
    path.write_text(facts(f"text_file: {name}"))
    line = said(one(path))
    assert line.startswith(f"{path}:1:21: article.text_file: ")
    assert message in line


def test_a_text_file_of_another_version_is_refused(folder: Path) -> None:
    path = folder / "a.yaml"
    path.write_text(facts(f"text_file: text.txt, text_sha256: {'0' * 64}"))
    assert said(one(path)) == (
        f"{path}:1:42: article.text_sha256: the text's SHA-256 is {SHA256}; the facts were "
        "written for another version of the text: check them, then correct it"
    )


def test_a_text_that_may_not_be_kept_is_checked_where_it_is_at_hand(folder: Path) -> None:
    """With ``--texts`` the words are placed and checked, and the text is not kept."""
    path = folder / "a.yaml"
    path.write_text(facts(f"text_sha256: {SHA256}"))
    apart = one(path)
    assert isinstance(apart, Reading)
    assert (apart.text, apart.keep_text) == (None, False)
    assert apart.facts.statements[0].content[0].start is None

    texts = TextIndex.of([folder])
    beside = one(path, texts=texts)
    assert isinstance(beside, Reading)
    assert (beside.text, beside.keep_text) == (TEXT, False)
    assert beside.facts.statements[0].content[0].start == 24

    path.write_text(facts(f"text_sha256: {SHA256}", evidence="She says"))
    assert "the nearest passage is “She said” at 24 to 32" in said(one(path, texts=texts))


def test_spans_that_contradict_each_other_need_no_text(folder: Path) -> None:
    """Two spans that overlap must have the same characters where they do."""
    path = folder / "a.yaml"
    path.write_text(
        facts(f"text_sha256: {SHA256}", evidence="{exact: She said, start: 24, end: 32}").replace(
            "content: She said no more", "content: {exact: said no more, start: 27, end: 39}"
        )
    )
    assert said(one(path)) == (
        f"{path}:3:44: statements[0].content[0]: has 's' at 27, "
        "where statements[0].evidence[0] has ' '; count both again"
    )


def test_an_index_does_not_trust_what_has_changed(folder: Path) -> None:
    """A file that changed or went since it was indexed is no text of that SHA-256."""
    texts = TextIndex.of([folder / "text.txt"])
    assert texts.find(SHA256) == TEXT
    (folder / "text.txt").write_text("changed")
    assert texts.find(SHA256) is None
    (folder / "text.txt").unlink()
    assert texts.find(SHA256) is None


def test_an_index_of_nothing_says_so(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"none: is not there; name a text file or a folder"):
        TextIndex.of([tmp_path / "none"])


def test_files_of_a_folder_are_found_in_order(folder: Path) -> None:
    (folder / "sub").mkdir()
    for name in ("b.yaml", "a.json", "sub/c.JSONL", "d.yml", "e.csv"):
        (folder / name).touch()
    assert [path.relative_to(folder).as_posix() for path in find_files(folder)] == [
        "a.json", "b.yaml", "d.yml", "sub/c.JSONL",
    ]  # fmt: skip


KNOWN = f"known are {', '.join(READERS)}"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.yaml", "is not there; name a facts file or a folder of them"),
        ("table.csv", f"is of no known format; {KNOWN}"),
        ("empty", f"holds no facts file; {KNOWN}"),
        ("n" * 300, "cannot be read: File name too long; check its name and its permissions"),
        ("a\0b", "cannot be read: embedded null byte; check its name and its permissions"),
    ],
)
def test_what_is_no_facts_file(folder: Path, name: str, message: str) -> None:
    (folder / "empty").mkdir()
    (folder / "table.csv").touch()
    with pytest.raises(ReadError) as caught:
        find_files(folder / name)
    assert str(caught.value) == f"{folder / name}: {message}"


def test_what_cannot_be_opened(folder: Path) -> None:
    """Reading a folder, or a file that is gone, says so."""
    (folder / "x.yaml").mkdir()
    with pytest.raises(ReadError, match=r"x\.yaml: cannot be read: Is a directory; check its name"):
        one(folder / "x.yaml")
    with pytest.raises(ReadError, match=r"has the unknown format .\.csv.; known are"):
        one(folder / "text.txt", format="csv")


@pytest.mark.parametrize(("options", "file"), [("", facts("text: She said no more")), (
    ", format='jsonl'", '{"article": {"title": "T", "text": "x"}}\n')])  # fmt: skip
def test_standard_input(options: str, file: str) -> None:
    """``-`` reads standard input, as YAML unless told otherwise."""
    code = (
        f"from kg.readers import read\nfor item in read('-'{options}):\n"
        "    print(type(item).__name__, item.file, *getattr(item, 'problems', ()))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], input=file, capture_output=True, text=True, check=True
    )
    assert run.stdout == "Reading -\n"


def test_standard_input_names_no_file() -> None:
    code = "from kg.readers import read\nprint(*next(read('-')).problems)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        input=facts("text_file: a.txt"), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout == (
        "-:1:21: article.text_file: standard input has no folder to find it in; "
        "give the text itself\n"
    )
