"""What docs/facts.md says is so: its files load, its output is real, it names every field."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
import yaml
from pydantic import BaseModel

from kg.facts import (
    Act,
    Article,
    ArticleFacts,
    Extractor,
    Fact,
    Meeting,
    Occasion,
    Party,
    Place,
    Position,
    Role,
    Span,
    Statement,
    Topic,
)
from kg.facts.schema import json_schema

ROOT = Path(__file__).resolve().parent.parent
DOC = (ROOT / "docs" / "facts.md").read_text(encoding="utf-8")
VILNAR = "Talks\n\nOn Saturday Ada Orlen met Bo Tarn.\n"
SLIPS = [
    ("    participants: [orlen, tarn]", "    participants: [orlen, tran]"),
    ("    evidence: A diplomat said", "    evidence: A diplomat says"),
    ("    evidence: until the bridge is open", "    evidence: the bridge"),
]
FORM_SLIPS = [
    ("state: XAB\n    roles", "state: Latvia\n    roles"),
    ("    date: 2031-06\n", "    date: 2031-06-31\n"),
    ("    demand: true", "    demands: true"),
]


def files() -> dict[str, str]:
    """Return the files that the document shows, by name."""
    return dict(re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", DOC, re.DOTALL))


def sessions() -> Iterator[tuple[str, str]]:
    """Yield each command that the document shows, with its output."""
    for block in re.findall(r"```console\n(.*?)```", DOC, re.DOTALL):
        command, _, output = block.partition("\n")
        yield command.removeprefix("$ "), output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the document's files, and the ones it speaks of."""
    folder = tmp_path_factory.mktemp("facts")
    for name, content in files().items():
        (folder / name).write_text(content, encoding="utf-8")
    talks = files()["talks.yaml"]
    (folder / "later.yaml").write_text(talks.replace("reviewed: true\n", ""), encoding="utf-8")
    for name, slips in (("wrong.yaml", FORM_SLIPS), ("wrong2.yaml", SLIPS)):
        wrong = talks
        for right, slip in slips:
            assert wrong.count(right) == 1, right
            wrong = wrong.replace(right, slip)
        (folder / name).write_text(wrong, encoding="utf-8")
    (folder / "vilnar.txt").write_text(VILNAR, encoding="utf-8")
    (folder / "article.txt").write_text(VILNAR, encoding="utf-8")
    bin = folder / "bin"
    bin.mkdir()
    for program, module in (("kg", "-m kg"), ("python", "")):
        (bin / program).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {module} "$@"\n')
        (bin / program).chmod(0o755)
    return folder


def shell(command: str, folder: Path) -> str:
    """Run a command line in the folder; return what a person would see."""
    environment = {
        **os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    environment.pop("KG_STORE", None)
    environment.pop("KG_BASE", None)
    return subprocess.run(
        command, shell=True, cwd=folder, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ).stdout  # fmt: skip


def masked(output: str) -> str:
    """Return output without what changes from version to version and from run to run."""
    output = re.sub(r"[0-9,]+ added, [0-9,]+ removed; revision [0-9]+", "…", output)
    return re.sub(r"rejects:  .*", "rejects:  …", output)


def test_every_command_prints_what_the_document_shows(folder: Path) -> None:
    """In the order of the document, on one store."""
    ran = 0
    for command, output in sessions():
        if "facts.yaml" in command or command.startswith("sha256sum"):
            continue  # shown without output; tested below
        assert masked(shell(command, folder)) == masked(output), command
        ran += 1
    assert ran >= 6


def test_the_hash_and_texts_of_the_document_work(folder: Path) -> None:
    """Facts with the hash that sha256sum gives are checked against the text, which is not kept."""
    sha256 = shell("sha256sum article.txt", folder).split()[0]
    (folder / "facts.yaml").write_text(
        f"article: {{id: apart, title: T, text_sha256: {sha256}}}\n"
        "meetings: [{id: m, participants: [XAA, XAB], evidence: Ada Orlen met Bo Tarn}]\n"
    )
    assert "1 new" in shell("kg load facts.yaml --texts article.txt --store apart.kg", folder)
    assert not list((folder / "apart.kg").rglob(f"{sha256}*"))
    (folder / "facts.yaml").write_text(
        (folder / "facts.yaml").read_text().replace("Orlen met", "Orlen meets")
    )
    refused = shell("kg load facts.yaml --texts article.txt --store apart.kg", folder)
    assert "the nearest passage is “Ada Orlen met Bo Tarn.”" in refused


def test_the_example_fits_the_schema_and_has_every_kind(folder: Path) -> None:
    class TextDates(yaml.SafeLoader):
        pass

    TextDates.yaml_implicit_resolvers = {
        first: [pair for pair in pairs if "timestamp" not in pair[0]]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    data = yaml.load(files()["talks.yaml"], Loader=TextDates)
    jsonschema.Draft202012Validator(json_schema()).validate(data)
    assert {"parties", "topics", "places", "meetings", "statements", "positions"} <= set(data)


def test_the_spans_of_the_document_are_right() -> None:
    """The short examples of spans quote the text of the long one."""
    text = yaml.safe_load(files()["talks.yaml"])["article"]["text"]
    shown = re.findall(r"```yaml\n(evidence: .*)\n```", DOC)
    assert len(shown) == 3
    for line in shown:
        span = yaml.safe_load(line)["evidence"]
        span = {"exact": span} if isinstance(span, str) else span
        assert text.count(span["exact"]) >= span.get("occurrence", 1)
        if "start" in span:
            assert text[span["start"] : span["end"]] == span["exact"]


SECTIONS: list[tuple[str, list[type[BaseModel]]]] = [
    ("### article", [Article]),
    ("### parties", [Party, Role]),
    ("### topics", [Topic]),
    ("### places and occasions", [Place, Occasion]),
    ("### What every fact has", [Fact]),
    ("### meetings", [Meeting]),
    ("### statements", [Statement]),
    ("### positions", [Position, Act]),
    ("### extractor and reviewed", [Extractor]),
    ("## Words that prove it", [Span]),
]


@pytest.mark.parametrize(("heading", "models"), SECTIONS, ids=lambda value: str(value)[:30])
def test_every_field_is_described(heading: str, models: list[type[BaseModel]]) -> None:
    """With whether it must be there, its choices, and no field that does not exist."""
    level = heading.split()[0]
    body = DOC.partition(f"\n{heading}\n")[2]
    body = re.split(rf"\n#{{2,{len(level)}}} ", body)[0]
    shared = set(Fact.model_fields) if models[0] is not Fact else set()
    fields = {
        name: field
        for model in models
        for name, field in model.model_fields.items()
        if not (issubclass(model, Fact) and name in shared)
    }
    rows = re.findall(r"^\| (`[^|]*) \| ([^|]*) \| (.*) \|$", body, re.MULTILINE)
    described = {name: row for row in rows for name in re.findall(r"`(\w+)`", row[0])}
    inner = set(re.findall(r"`(\w+)`", " ".join(row[1] for row in rows)))
    assert set(fields) <= set(described) | inner
    assert set(described) <= set(fields) | {"extractor", "reviewed"}
    for name, row in described.items():
        if name in fields:
            required = fields[name].is_required()
            everywhere = all(
                model.model_fields[name].is_required()
                for model in models if name in model.model_fields
            )  # fmt: skip
            assert ("; required" in row[1]) == (required and everywhere), name
            for choice in get_args(fields[name].annotation):
                if isinstance(choice, str):
                    assert f"`{choice}`" in row[1], (name, choice)


def test_every_section_is_described() -> None:
    for name in ArticleFacts.model_fields:
        assert f"`{name}`" in DOC or f"### {name}" in DOC


def test_links_inside_the_document_lead_somewhere() -> None:
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", DOC, re.MULTILINE)
    }
    links: Any = re.findall(r"\]\(#([^)]*)\)", DOC)
    assert links and set(links) <= headings
