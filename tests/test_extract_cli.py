"""Articles in, facts files out: the readers, ``kg extract`` and ``kg load`` of articles."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import yaml
from commands import kg_bytes
from servers import make_store, serving

from kg.readers import Reading, read
from kg.readers.article_text import document_from_markdown, document_from_text

ARTICLE = """Ministers Meet in Oslo

By Jane Roe

March 5, 2014

The Example Courier

OSLO, Norway — Norwegian Foreign Minister Kari Dahl met Polish Foreign Minister Adam Nowak here.

"We are close to a deal," Dahl told reporters after the talks, which took most of the afternoon.

Related articles:

- [Another minister meets nobody at all](#)

<https://courier.example/2014/03/05/oslo>
"""

PAGE = """<html lang="en"><head><title>x</title>
<meta property="og:site_name" content="Example Courier">
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle",
"headline": "Ministers meet in Oslo", "datePublished": "2014-03-05",
"author": {"@type": "Person", "name": "Jane Roe"}}</script>
<link rel="canonical" href="https://courier.example/oslo"></head>
<body><nav><a href="/">Home</a></nav><article><h1>Ministers meet in Oslo</h1>
<p>Norwegian Foreign Minister Kari Dahl met Polish Foreign Minister Adam Nowak in Oslo on Tuesday,
and the two of them discussed the quotas for herring in the north for most of the afternoon.</p>
<p>"We are close to a deal," Dahl told reporters after the talks in the old customs house.</p>
</article><aside><h3>Related</h3><ul><li><a href="/b">Herring is dear</a></li></ul></aside>
</body></html>"""


def kg(*arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return kg_bytes(*arguments, input=data)


def test_the_frame_of_a_text_is_read() -> None:
    found = document_from_text(ARTICLE)
    assert found.title == "Ministers Meet in Oslo"
    assert found.author == "Jane Roe"
    assert found.published == "2014-03-05"
    assert found.publisher == "The Example Courier"
    assert found.place == "Oslo, Norway"
    assert found.url == "https://courier.example/2014/03/05/oslo"
    assert "Another minister" not in found.text
    assert ARTICLE.startswith(found.text)


def test_markdown_is_read_without_its_marks_and_stored_with_them() -> None:
    found = document_from_markdown("# Title\n\n**Kari Dahl** met [Adam Nowak](x) in *Oslo*.\n")
    assert "**Kari Dahl**" in found.text
    assert found.reading is not None
    assert len(found.reading) == len(found.text)
    assert found.reading.split()[1:6] == ["Kari", "Dahl", "met", "Adam", "Nowak"]


@pytest.mark.parametrize(
    ("name", "text"), [("a.txt", ARTICLE), ("a.md", ARTICLE), ("a.html", PAGE)]
)
def test_an_article_becomes_a_facts_file_that_the_reader_takes(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    done = kg("extract", str(tmp_path / name))
    assert done.returncode == 0, done.stderr
    made = tmp_path / "made.yaml"
    made.write_bytes(done.stdout)
    (reading,) = read(made)
    assert isinstance(reading, Reading)
    assert reading.facts.article.title.lower() == "ministers meet in oslo"
    assert reading.facts.article.published == "2014-03-05"
    assert [m.status for m in reading.facts.meetings] == ["occurred"]
    assert reading.facts.extractor is not None
    assert reading.facts.extractor.name == "kg-extract"
    assert not reading.facts.reviewed


def test_json_lines_of_a_folder_and_standard_input(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "b.html").write_text(PAGE, encoding="utf-8")
    done = kg("extract", str(tmp_path), "--format", "jsonl")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == 2
    piped = kg("extract", "-", "--format", "json", data=ARTICLE.encode())
    assert json.loads(piped.stdout) == rows[0]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n123", "is a PNG picture"),
        (b"caf\xe9 and more", "is not UTF-8: byte 0xe9 at offset 3"),
        (b"a\x00b" * 50, "is binary"),
        (b"word " * 1_100_000, "more than an article has"),
        (
            "Der Minister sagte am Montag, dass die Brücke nicht geöffnet werde. ".encode() * 9,
            "English",
        ),
    ],
)
def test_what_is_no_article_gives_one_line(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    done = kg("extract", str(path))
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert len(lines) == 1
    assert message in lines[0]
    assert str(path) in lines[0]


def test_explain_names_rule_and_words(tmp_path: Path) -> None:
    shown = kg("extract", "-", "--explain", data=ARTICLE.encode()).stdout.decode()
    assert "rule verb-meet" in shown
    assert "rule direct-verb" in shown
    assert "told" in shown


def test_the_review_page_is_self_contained_and_escapes() -> None:
    text = ARTICLE.replace("Ministers Meet", "Ministers <Meet> & Greet")
    page = kg("extract", "-", "--html", data=text.encode()).stdout.decode()
    assert "Ministers &lt;Meet&gt; &amp; Greet" in page
    assert 'data-f="m1"' in page
    assert "src=" not in page
    assert "<link" not in page


def test_against_says_what_differs(tmp_path: Path) -> None:
    made = yaml.safe_load(kg("extract", "-", data=ARTICLE.encode()).stdout)
    file = tmp_path / "facts.yaml"
    file.write_text(yaml.safe_dump(made, allow_unicode=True), encoding="utf-8")
    same = kg("extract", "-", "--against", str(file), data=ARTICLE.encode()).stdout.decode()
    assert "only in the file:" not in same
    made["meetings"][0]["status"] = "planned"
    made["statements"] = []
    file.write_text(yaml.safe_dump(made, allow_unicode=True), encoding="utf-8")
    other = kg("extract", "-", "--against", str(file), data=ARTICLE.encode()).stdout.decode()
    assert "status planned ≠ occurred" in other
    assert "+ statement only extracted" in other


def test_a_lexicon_of_ones_own_adds_names_and_verbs(tmp_path: Path) -> None:
    words = tmp_path / "words.yaml"
    words.write_text(
        "names:\n  Reedmoot: {name: Council of Reeds, kind: organisation}\n"
        "speech:\n  murmurate: {frames: q s}\n"
        'topics:\n- {id: reeds, label: Reeds, broader: climate, patterns: ["reed beds?"]}\n',
        encoding="utf-8",
    )
    text = b"Reedmoot murmurated that the reed beds were dry."
    plain = yaml.safe_load(kg("extract", "-", data=text).stdout)
    assert "statements" not in plain
    found = yaml.safe_load(kg("extract", "-", "--lexicon", str(words), data=text).stdout)
    (statement,) = found["statements"]
    assert found["parties"][statement["speaker"]]["name"] == "Council of Reeds"
    assert found["topics"]["topic-reeds"]["label"] == "Reeds"


REEDS = (
    "names:\n  Reedmoot: {name: Council of Reeds, kind: organisation}\n"
    "speech:\n  murmurate: {frames: q s}\n"
)


def _load_reeds(folder: Path, store: Path) -> str:
    words, article = folder / "words.yaml", folder / "reeds.txt"
    words.write_text(REEDS, encoding="utf-8")
    article.write_text("Reedmoot murmurated that the harbour was open.", encoding="utf-8")
    plain = kg("load", "--store", str(store), str(article))
    assert plain.returncode == 0, plain.stderr
    assert b"1 statement" not in plain.stdout
    done = kg("load", "--store", str(store), "--lexicon", str(words), str(article))
    assert done.returncode == 0, done.stderr
    assert b"1 replaced" in done.stdout
    return kg("dump", "--store", str(store)).stdout.decode()


def test_load_takes_a_lexicon(tmp_path: Path) -> None:
    assert "Council of Reeds" in _load_reeds(tmp_path, tmp_path / "store")


def test_load_takes_a_lexicon_beside_a_running_server(tmp_path: Path) -> None:
    store = make_store(tmp_path / "store")
    with serving(store) as server:
        assert "Council of Reeds" in _load_reeds(tmp_path, store)
        asked = server.query('ASK { GRAPH ?g { ?mention ?name "Council of Reeds" } }')
        assert asked.json()["boolean"] is True


def test_load_refuses_a_wrong_lexicon_before_anything_is_written(tmp_path: Path) -> None:
    words, article = tmp_path / "words.yaml", tmp_path / "a.txt"
    words.write_text("verbs: {}\n", encoding="utf-8")
    article.write_text(ARTICLE, encoding="utf-8")
    store = tmp_path / "store"
    done = kg("load", "--store", str(store), "--lexicon", str(words), str(article))
    assert done.returncode == 2
    assert b"unknown key 'verbs'" in done.stderr
    assert not store.exists()


def test_a_wrong_lexicon_is_refused_in_one_line(tmp_path: Path) -> None:
    words = tmp_path / "words.yaml"
    words.write_text("verbs: {}\n", encoding="utf-8")
    done = kg("extract", "-", "--lexicon", str(words), data=ARTICLE.encode())
    assert done.returncode == 2
    assert b"unknown key 'verbs'" in done.stderr


def test_articles_load_and_a_reviewed_file_wins_over_a_later_extraction(tmp_path: Path) -> None:
    store, article = str(tmp_path / "store"), tmp_path / "oslo.txt"
    article.write_text(ARTICLE, encoding="utf-8")
    assert kg("load", "--store", store, str(article)).returncode == 0
    made = yaml.safe_load(kg("extract", str(article)).stdout)
    made["reviewed"] = True
    made["meetings"][0]["place"] = "the customs house"
    facts = tmp_path / "corrected.yaml"
    facts.write_text(yaml.safe_dump(made, allow_unicode=True), encoding="utf-8")
    assert kg("load", "--store", store, str(facts)).returncode == 0
    again = kg("load", "--store", store, str(article))
    assert b"reviewed" in again.stderr + again.stdout
    dumped = kg("dump", "--store", store).stdout.decode()
    assert "customs house" in dumped


def test_a_folder_gives_the_facts_file_and_not_the_article_beside_it(tmp_path: Path) -> None:
    from kg.readers import find_files

    for name in ("a.txt", "a.yaml", "b.html", "README.md"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [path.name for path in find_files(tmp_path)] == ["a.yaml", "b.html"]
