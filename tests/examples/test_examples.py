"""The example corpus against what an editor says of it, and the quickstart script as a newcomer runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import newsclean

EXAMPLES = Path(__file__).parents[2] / "examples"
LINES = (EXAMPLES / "articles.jsonl").read_text(encoding="utf-8").removesuffix("\n").split("\n")
RECORDS = {record["id"]: record for record in map(json.loads, LINES)}
EXPECTED = json.loads((EXAMPLES / "expected.json").read_text(encoding="utf-8"))
FIELDS = ("id", "site", "date", "language", "title", "text")


def article(record):
    extra = {name: value for name, value in record.items() if name not in FIELDS}
    return newsclean.Article(**{name: record[name] for name in FIELDS}, extra=extra)


ARTICLES = {id: article(record) for id, record in RECORDS.items()}


def cleaned(id):
    (result,) = newsclean.Cleaner().clean_many([ARTICLES[id]])
    return result


@pytest.fixture(scope="module")
def found():
    return newsclean.find_duplicates(ARTICLES.values(), cleaner=newsclean.Cleaner())


def edited(text, expected):
    """The text as the editor leaves it: lines taken out, gaps closed to one blank line, the rest as it was."""
    gone = iter([*expected["gone"], None])
    next_gone = next(gone)
    left = []
    for line in text.split("\n"):
        if line == next_gone:
            next_gone = next(gone)
        elif line or (left and left[-1]):
            left.append(line)
    assert next_gone is None, f"not a line of the article, or out of order: {next_gone!r}"
    while not left[-1]:
        left.pop()
    text = "\n".join(left)
    for start in expected.get("stripped", ()):
        assert text.count(start) == 1
        text = text.replace(start, "")
    for before, after in expected.get("repaired", {}).items():
        assert before in text
        text = text.replace(before, after)
    return text


def test_corpus_is_readable_and_varied():
    assert len(RECORDS) == len(LINES)
    assert "\\u2019" not in "".join(LINES)
    assert {record["language"] for record in RECORDS.values()} == {"en", "de", "fr", "es", "it", "pt", "nl"}
    assert all(article.site.endswith(".example") for article in ARTICLES.values())
    assert ARTICLES["mill-echo"].extra == {"url": "https://dales-echo.example/story/beck-mill"}


def test_every_article_has_an_expectation():
    assert {*EXPECTED["articles"], *EXPECTED["unchanged"]} == {*RECORDS}
    assert not {*EXPECTED["articles"]} & {*EXPECTED["unchanged"]}


@pytest.mark.parametrize("id", EXPECTED["articles"])
def test_what_goes_and_what_stays(id):
    text, expected = RECORDS[id]["text"], EXPECTED["articles"][id]
    result = cleaned(id)
    assert result.text == edited(text, expected)
    assert result.restore() == text
    assert result.warnings == ()


@pytest.mark.parametrize("id", EXPECTED["articles"])
def test_metadata(id):
    metadata, expected = cleaned(id).metadata.to_dict(), EXPECTED["articles"][id]
    assert metadata["date"] == expected["date"]
    for field in ("authors", "captions"):
        if field in expected:
            assert metadata[field] == expected[field]


@pytest.mark.parametrize("id", EXPECTED["unchanged"])
def test_look_alikes_stay_untouched(id):
    result = cleaned(id)
    assert result.text == RECORDS[id]["text"]
    assert (result.removed, result.repairs, result.edits) == ((), (), ())


def test_groups_and_kept_articles(found):
    groups = [{"members": [*group.members], "kept": group.kept} for group in found.groups]
    assert groups == EXPECTED["groups"]
    dropped = {id for group in EXPECTED["groups"] for id in group["members"]} - {g["kept"] for g in EXPECTED["groups"]}
    assert {*found.drop} == dropped
    assert {*found.keep} == {*RECORDS} - dropped


def test_template_pairs(found):
    pairs = [sorted((p.id, p.representative)) for p in found.pairs if p.kind == "template"]
    assert pairs == [sorted(pair) for pair in EXPECTED["templates"]]


@pytest.mark.parametrize(("a", "b", "kind"), EXPECTED["pairs"])
def test_kinds_of_pairs(found, a, b, kind):
    assert found.explain(a, b).kind == kind


def test_quickstart_runs_and_writes_nothing(tmp_path):
    before = sorted(EXAMPLES.iterdir())
    run = subprocess.run(
        [sys.executable, "-W", "error", EXAMPLES / "quickstart.py"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert (run.returncode, run.stderr) == (0, "")
    shown = run.stdout.splitlines()
    for line in (
        f"{len(RECORDS)} articles, {len(EXPECTED['unchanged'])} of them left exactly as they were",
        "  ad_marker       'Hide Ad'",
        "By Priya Hollis, 2023-06-14",
        "  keep mill-herald, drop mill-echo",
    ):
        assert line in shown
    assert any(line.startswith("  weather-friday and weather-monday: template") for line in shown)
    assert any(line.startswith("'mill-echo' and 'mill-herald': contained") for line in shown)
    assert [*tmp_path.iterdir()] == []
    assert sorted(EXAMPLES.iterdir()) == before
