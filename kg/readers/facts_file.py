"""Reads facts files: YAML, JSON, and JSON Lines with one article a line."""

from __future__ import annotations

from collections.abc import Iterator

from kg.errors import Problem
from kg.facts import ArticleFacts
from kg.facts.codes import check_codes
from kg.facts.references import check_references
from kg.iris import digest
from kg.readers.checking import Checker
from kg.readers.json_tree import locate_json, parse_json
from kg.readers.source import Reading, Reject, Source
from kg.readers.tree import Tree, TreeError, parse_yaml
from kg.shown import shown

_KINDS = {str: "text", list: "a list", bool: "true or false", int: "a number", float: "a number"}


def read_yaml(source: Source) -> Iterator[Reading | Reject]:
    """Read a YAML facts file: one article."""
    text = _decoded(source, source.data)
    if isinstance(text, Reject):
        yield text
        return
    try:
        tree = parse_yaml(text)
    except TreeError as error:
        yield _not_a_tree(source, text, 1, error)
        return
    yield _checked(tree, source, text, 1)


def read_json(source: Source) -> Iterator[Reading | Reject]:
    """Read a JSON facts file: one article."""
    text = _decoded(source, source.data)
    yield text if isinstance(text, Reject) else _read_json_record(source, text, 1)


def read_jsonl(source: Source) -> Iterator[Reading | Reject]:
    """Read a JSON Lines file: one article a line, empty lines passed over."""
    empty = True
    # Only LF ends a record: other separators that str.splitlines knows may stand in strings.
    for number, line in enumerate(source.data.split(b"\n"), start=1):
        text = _decoded(source, line, number)
        if isinstance(text, Reject):
            yield text
        elif text.strip():
            yield _read_json_record(source, text.rstrip("\r"), number)
        else:
            continue
        empty = False
    if empty:
        yield _checked(Tree(None), source, "", 1)


def _read_json_record(source: Source, text: str, line: int) -> Reading | Reject:
    try:
        tree = parse_json(text, line)
        outcome = _checked(tree, source, text, line)
        if isinstance(outcome, Reject) and tree.data is not None:
            located = Tree(tree.data, locate_json(text, line))
            outcome = _checked(located, source, text, line)
    except TreeError as error:
        return _not_a_tree(source, text, line, error)
    return outcome


def _decoded(source: Source, data: bytes, line: int = 1) -> str | Reject:
    try:
        return data.decode("utf-8-sig" if line == 1 else "utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        # The bytes before the first wrong one are UTF-8: their characters can be counted.
        column = len(before.decode("utf-8")) - (before.decode("utf-8").rfind("\n") + 1) + 1
        problem = Problem(
            f"not UTF-8: the byte 0x{data[error.start]:02x}",
            "save the file in UTF-8",
            file=source.name,
            line=before.count(b"\n") + line,
            column=column,
        )
        record = data.decode("utf-8", "backslashreplace")
        return Reject(source.name, line, record, (problem,))


def _not_a_tree(source: Source, text: str, line: int, error: TreeError) -> Reject:
    problem = Problem(
        error.message, error.remedy, file=source.name, line=error.line, column=error.column
    )
    return Reject(source.name, line, text, (problem,))


def _checked(tree: Tree, source: Source, record: str, line: int) -> Reading | Reject:
    checker = Checker(tree, source.name, source.model)
    if not isinstance(tree.data, dict):
        found = _KINDS.get(type(tree.data), "nothing")
        remedy = "begin with 'article:' and its title"
        if isinstance(tree.data, list):
            remedy = "write one article a file, or one a line in a file that ends in .jsonl"
        checker.add((), f"holds {found}, not an article's facts", remedy)
        return Reject(source.name, line, record, tuple(checker.problems))
    facts = checker.model()
    if facts is not None:
        for finding in (*check_references(facts), *check_codes(facts)):
            checker.add(finding.path, finding.message, finding.remedy)
        text, keep = _article_text(facts, source, checker)
        facts = checker.spans(facts, text)
        if not checker.problems:
            return Reading(_normal(facts, text), text, keep, source.name, line)
    problems = sorted(checker.problems, key=lambda p: (p.line or 0, p.column or 0))
    return Reject(source.name, line, record, tuple(problems))


def _article_text(facts: ArticleFacts, source: Source, checker: Checker) -> tuple[str | None, bool]:
    """Return the article's text, where it is at hand, and whether it came with the facts."""
    article = facts.article
    if article.text is not None and article.text_file is not None:
        checker.add(("article", "text_file"), "text and text_file are both given", "keep one")
        return article.text, True
    text = article.text
    if article.text_file is not None:
        text = _text_from_file(article.text_file, source, checker)
    if text is None:
        if article.text_file is None and article.text_sha256 is None:
            checker.add(
                ("article",),
                "has no text",
                "give text, text_file, or text_sha256 where the text may not be kept",
            )
        found = source.texts.find(article.text_sha256) if article.text_sha256 else None
        return found, False
    if article.text_sha256 is not None and digest(text) != article.text_sha256:
        checker.add(
            ("article", "text_sha256"),
            f"the text's SHA-256 is {digest(text)}",
            "the facts were written for another version of the text: check them, then correct it",
        )
    return text, True


def _text_from_file(name: str, source: Source, checker: Checker) -> str | None:
    path = ("article", "text_file")
    if source.folder is None:
        checker.add(path, "standard input has no folder to find it in", "give the text itself")
        return None
    # A facts file from elsewhere must not be able to pull any file of this machine into a graph.
    try:
        root, wanted = source.folder.resolve(), (source.folder / name).resolve()
        if not wanted.is_relative_to(root):
            checker.add(
                path, f"{shown(name)} lies outside the facts file's folder", "use --texts for it"
            )
            return None
        if wanted.exists() and not wanted.is_file():
            checker.add(path, f"{shown(name)} is no file", "name the file of the text")
            return None
        return wanted.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        checker.add(path, f"{shown(name)} is not UTF-8 at byte {error.start}", "save it in UTF-8")
    except (OSError, ValueError, RuntimeError) as error:  # a NUL in the name; links in a circle
        reason = getattr(error, "strerror", None) or "no file can have that name"
        checker.add(path, f"{shown(name)} cannot be read: {reason}", "correct the name")
    return None


def _normal(facts: ArticleFacts, text: str | None) -> ArticleFacts:
    sha256 = facts.article.text_sha256 if text is None else digest(text)
    article = facts.article.model_copy(
        update={"text": None, "text_file": None, "text_sha256": sha256}
    )
    return facts.model_copy(update={"article": article})
