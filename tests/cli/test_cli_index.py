"""``newsclean index``: each command, from files and ids to lines of JSON."""

import json

import pytest

from newsclean.cli import main

STORY = (
    "The river rose by two metres overnight, the council said on Monday, and the old bridge at Alton was closed to "
    "all traffic until engineers have looked at its piers. Nobody was hurt, a spokeswoman said."
)
OTHER = "A storm is due on Friday, forecasters said, and farmers were told to bring their animals in before the night."


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def command(*arguments, code=0):
        assert main(["index", *arguments]) == code
        told = capsys.readouterr()
        return [json.loads(line) for line in told.out.splitlines()] if told.out[:2] != "{\n" else json.loads(
            told.out
        ), told.err

    return command


def write(name, *records):
    with open(name, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)
    return name


def test_a_feed(run):
    monday = write("monday.jsonl", {"url": "u1", "text": STORY}, {"url": 2, "text": OTHER})
    tuesday = write("tuesday.jsonl", {"url": "u3", "text": f"FLOODS {STORY}\nHide Ad"})
    assert run("add", "news.index", monday, "--id-field", "url", "--clean", "--threshold", "0.5") == (
        [],
        "news.index: 2 articles added, 0 there before, 0 copies\n",
    )
    (copy,), told = run("add", "news.index", monday, tuesday, "--id-field", "url", "--clean")
    assert (copy["id"], copy["earlier"], copy["kind"]) == ("u3", "u1", "near")
    assert told == "news.index: 1 article added, 2 there before, 1 copy\n"

    asked, _ = run("query", "news.index", tuesday, "--id-field", "url", "--clean")
    assert [match["earlier"] for match in asked] == ["u3", "u1"]
    run("remove", "news.index", "u3", "2")
    stats, _ = run("stats", "news.index", "--check")
    assert (stats["entries"], stats["copies"], stats["threshold"], stats["cleaned"]) == (1, 0, 0.5, True)
    assert "bytes before" in run("compact", "news.index")[1]


def test_the_output_of_a_run_may_be_added(run):
    articles = write("a.jsonl", {"id": "a", "text": STORY}, {"id": "b", "text": f"FLOODS {STORY}"})
    assert main(["run", articles, "-o", "cleaned.csv", "-q"]) == 0
    (copy,), _ = run("add", "news.index", "cleaned.csv")
    assert (copy["id"], copy["earlier"]) == ("b", "a")


def test_bad_records_are_left_out_and_told(run):
    articles = write("a.jsonl", {"id": "a", "text": STORY}, {"id": "b"}, {"id": "c", "text": "x" * 5000})
    assert "a.jsonl:2: field 'text'" in run("add", "news.index", articles, code=1)[1]
    assert run("stats", "news.index")[0]["entries"] == 0
    flags = ["--on-error", "skip", "--rejects", "bad.jsonl", "--max-chars", "4000"]
    _, told = run("add", "news.index", articles, *flags, code=3)
    assert "left out: a.jsonl:2: field 'text'" in told
    assert told.endswith(
        "news.index: 1 article added, 0 there before, 0 copies\n2 bad records left out, in bad.jsonl\n"
    )
    with open("bad.jsonl", encoding="utf-8") as file:
        assert [json.loads(line)["line"] for line in file] == [2, 3]
    assert "would be overwritten" in run("add", "news.index", articles, *flags[:2], "--rejects", articles, code=2)[1]
    assert "--rejects is for" in run("add", "news.index", articles, "--rejects", "bad.jsonl", code=2)[1]


def test_what_is_wrong(run):
    articles = write("a.jsonl", {"id": "a", "text": STORY})
    assert "no index" in run("query", "nothing", articles, code=1)[1]
    assert "no index" in run("compact", "nothing", code=1)[1]
    run("add", "news.index", articles)
    assert "'b'" in run("remove", "news.index", "b", code=1)[1]
    assert "frozen with threshold" in run("add", "news.index", articles, "--threshold", "0.9", code=2)[1]
    assert "a.jsonl" in run("add", "news.index", articles, "--text-field", "body", code=1)[1]
