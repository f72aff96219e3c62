"""``newsclean run --engine spark`` writes the lines and rows that ``newsclean run`` writes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from neardup.neardup_samples import article, edited, forecast
from newsclean.cli import main
from scale.spark_cluster import session

pq = pytest.importorskip("pyarrow.parquet")

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module", autouse=True)
def settings():
    """Have a session there already, so that the command finds one that stays on this machine; it ends it, too."""
    session()
    yield
    session().stop()


def records():
    for n in range(30):
        text = article(n, 6)
        yield {"n": 1.10, "id": f"a{n}", "text": f"date 2022-04-11 {text}\nHide Ad", "site": "alton", "title": None}
        yield {"text": edited(text, n, 0.05), "id": n, "odd": {"a": [n, None]}, "date": "2024-03-04"}
    yield {"id": "form1", "text": forecast(1), "extra": "\ud800 \U0001f600"}
    yield {"id": "form2", "text": forecast(2) + " \ud800"}


def run(*arguments):
    assert main(["run", *map(str, arguments), "-q"]) == 0


def test_json_lines_come_out_as_in_one_process(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    lines = [json.dumps(record) for record in records()]
    for number in range(3):
        (folder / f"{number}.jsonl").write_text(
            "".join(f"{line}\n\n" for line in lines[number * 21 : number * 21 + 21])
        )
    options = ("--keep-copy", "earliest")
    run(folder, "-o", tmp_path / "one.jsonl", *options)
    run(
        folder,
        "-o",
        tmp_path / "many.jsonl",
        *options,
        "--engine",
        "spark",
        "--master",
        "local[2]",
        "--format",
        "jsonl",
    )
    parts = sorted((tmp_path / "many.jsonl").glob("part-*"))
    assert "".join(part.read_text() for part in parts) == (tmp_path / "one.jsonl").read_text()
    assert not (tmp_path / "many.jsonl.parts").exists()


def test_rows_of_tables_come_out_as_in_one_process(tmp_path):
    import pyarrow as pa

    session()
    rows = [{"key": f"a{n}", "body": record["text"].encode("utf-8", "replace").decode(), "when": n}
            for n, record in enumerate(records())]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "in.parquet", row_group_size=20)
    options = ("--text-field", "body", "--id-field", "key", "--drop-duplicates")
    run(tmp_path / "in.parquet", "-o", tmp_path / "one.parquet", *options)
    run(tmp_path / "in.parquet", "-o", tmp_path / "many", *options, "--engine", "spark", "--master", "local[2]")
    assert pq.read_table(tmp_path / "many").to_pylist() == pq.read_table(tmp_path / "one.parquet").to_pylist()


def of_sites():
    """Yield records of two sites with furniture of their own, some of them copies."""
    for n in range(40):
        site = ("alton.example", "berg.example")[n % 2]
        text = edited(article(n % 30, 5), n, 0.05) if n >= 30 else article(n, 5)
        body = f"Stories from all of {site.split('.')[0].title()} in your letter box\n{text}\nHide Ad\n{site} is read by many"
        yield {"id": f"s{n}", "text": body, "site": site}
    yield {"id": "form1", "text": forecast(1)}
    yield {"id": "form2", "text": forecast(2)}


class TestOptions:
    """What an option asks for is what it asks for in one process."""

    @pytest.mark.parametrize(
        ("suffix", "options"),
        [
            ("jsonl", ["--learn-sites", "--drop-duplicates"]),
            ("jsonl", ["--keep", "ad_marker", "--protect", "letter box", "--profile", "strict"]),
            ("jsonl", ["--drop", "ad_marker", "--rules", "RULES", "--site-profile", "SITES"]),
            ("parquet", ["--learn-sites", "--prefer-site", "berg.example"]),
        ],
    )
    def test_output_and_figures_are_those_of_one_process(self, tmp_path, options, suffix):
        session()
        (tmp_path / "own.toml").write_text(
            '[[rule]]\nid = "ad_marker.own"\nkind = "ad_marker"\nmatch = "line"\n'
            'phrases = ["berg.example is read by many"]\nstrength = "A"\nwhy = "it is"\nsource = "here"\n'
            'hits = ["berg.example is read by many", "Berg.example is read by many"]\n'
            'keeps = ["berg.example is not read by many.", "alton.example is read by many"]\n'
        )
        lines = tmp_path / "in.jsonl"
        lines.write_text("".join(f"{json.dumps(record)}\n" for record in of_sites()))
        assert main(["learn", str(lines), "-o", str(tmp_path / "sites.json"), "-q", "--on-error", "skip"]) == 3
        named = {"RULES": tmp_path / "own.toml", "SITES": tmp_path / "sites.json"}
        options = [str(named.get(option, option)) for option in options]
        source = tmp_path / f"in.{suffix}"
        if suffix == "parquet":
            import pyarrow as pa

            rows = [{"id": None, "text": None, "site": None, **record} for record in of_sites()]
            pq.write_table(pa.Table.from_pylist(rows), source, row_group_size=9)
        run(source, "-o", tmp_path / f"one.{suffix}", "--stats", tmp_path / "one.json", *options)
        spark = ("--engine", "spark", "--master", "local[2]", "--format", suffix)
        run(source, "-o", tmp_path / "many", "--stats", tmp_path / "many.json", *spark, *options)
        if suffix == "parquet":
            wanted = pq.read_table(tmp_path / "one.parquet").to_pylist()
            assert pq.read_table(tmp_path / "many").to_pylist() == wanted
        else:
            parts = sorted((tmp_path / "many").glob("part-*"))
            assert "".join(part.read_text() for part in parts) == (tmp_path / "one.jsonl").read_text()
        one, many = (json.loads((tmp_path / f"{name}.json").read_text()) for name in ("one", "many"))
        assert one["duplicates"]["dropped"] > 5
        assert one["duplicates"]["template_pairs"] == 1
        for name in ("format", "version", "articles", "removed", "duplicates"):
            assert many[name] == one[name]
        assert many["seconds"] > sum(many["seconds_by_stage"].values())

    def test_what_is_said_is_said_likewise(self, tmp_path, capsys):
        session()
        (tmp_path / "in.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in of_sites()))
        said = []
        for output, *options in (["one.jsonl"], ["many", "--engine", "spark", "--master", "local[2]"]):
            assert main(["run", str(tmp_path / "in.jsonl"), "-o", str(tmp_path / output), *options]) == 0
            said.append(capsys.readouterr().err.splitlines())
        assert said[0][:-1] == said[1][-len(said[0]) : -1]
        assert len(said[0]) > 3

    @pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
    def test_a_text_that_is_too_long(self, tmp_path, capsys, suffix):
        session()
        import pyarrow as pa

        rows = [{"id": 1, "text": "x" * 100}, {"id": 2, "text": "x" * 101}]
        (tmp_path / "in.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in rows))
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / "in.parquet")
        command = ["run", str(tmp_path / f"in.{suffix}"), "--engine", "spark", "--master", "local[2]", "-q"]
        assert main([*command, "-o", str(tmp_path / "out"), "--max-chars", "100"]) == 1
        said = capsys.readouterr().err
        assert "101 characters, and 100 are" in said or "more than 100 characters" in said
        assert "raise --max-chars if it is an article" in said
        assert not (tmp_path / "out").exists()
        session()
        assert main([*command, "-o", str(tmp_path / "other"), "--max-chars", "101"]) == 0


class TestBadInput:
    @pytest.fixture
    def path(self, tmp_path):
        (tmp_path / "in.jsonl").write_text('{"id": 1, "text": "one"}\n{"text": "two"}\n')
        return tmp_path / "in.jsonl"

    @pytest.mark.parametrize(
        ("options", "code", "said"),
        [
            (
                ["--workers", "2"],
                2,
                "--workers does not go with --engine spark: Spark has a task for each core: say how",
            ),
            (["--memory", "2GB"], 2, "--memory does not go with --engine spark: say it to Spark, with spark-submit"),
            (["--review", "x.html"], 2, "--review does not go with --engine spark: make the page from a part of the"),
            (["--on-error", "skip"], 2, "--on-error skip does not go with --engine spark: the first bad record stops"),
            (["--rejects", "x.jsonl"], 2, "--rejects does not go with --engine spark: the first bad record stops the"),
            (["--on-error", "stop", "--stats", "no/x.json"], 1, "no/x.json: cannot be written"),
            (["--format", "csv"], 2, "--engine spark reads jsonl and parquet"),
            (
                [],
                1,
                "field 'id': is missing; the record has 'text'; name the field that has it with --id-field; the line",
            ),
        ],
    )
    def test_what_is_wrong_is_said(self, path, tmp_path, capsys, options, code, said):
        session()
        command = ["run", str(path), "-o", str(tmp_path / "out"), "--engine", "spark", "--master", "local[2]", *options]
        assert main(command) == code
        assert said in capsys.readouterr().err
        assert not (tmp_path / "out").exists()

    def test_an_input_that_is_not_there(self, tmp_path, capsys):
        session()
        command = ["run", str(tmp_path / "no.jsonl"), "-o", str(tmp_path / "out")]
        assert main([*command, "--engine", "spark", "--master", "local[2]"]) == 1
        assert "no.jsonl; check its name" in capsys.readouterr().err.replace(". SQLSTATE: 42K03", "")

    def test_an_input_that_changed_since(self, path, tmp_path, capsys):
        """The run before stopped at a bad line; mended, it is another input."""
        session()
        command = ["run", str(path), "-o", str(tmp_path / "out"), "--engine", "spark", "--master", "local[2]"]
        assert main(command) == 1
        assert main(command) == 2
        assert "from a run that was not finished; go on with --resume, or delete it" in capsys.readouterr().err
        path.write_text('{"id": 1, "text": "one"}\n{"id": 2, "text": "two"}\n')
        session()
        assert main([*command, "--resume"]) == 2
        assert "holds those of another job (files:" in capsys.readouterr().err

    def test_an_output_that_is_there(self, path, tmp_path, capsys):
        session()
        (tmp_path / "out").mkdir()
        assert main(["run", str(path), "-o", str(tmp_path / "out"), "--engine", "spark", "--master", "local[2]"]) == 2
        assert "out is there already" in capsys.readouterr().err

    def test_no_java(self, path, tmp_path, capsys, monkeypatch):
        monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nowhere"))
        assert main(["run", str(path), "-o", str(tmp_path / "out"), "--engine", "spark", "--master", "local[2]"]) == 1
        assert "Spark needs Java 17 or later, and JAVA_HOME is" in capsys.readouterr().err

    def test_master_without_spark(self, path, capsys):
        assert main(["run", str(path), "--master", "local[2]"]) == 2
        assert "--master is for --engine spark" in capsys.readouterr().err


def test_the_recipe_flags_the_copies():
    recipe = Path(__file__).parents[2] / "examples" / "recipes" / "with_spark.py"
    done = subprocess.run([sys.executable, str(recipe)], capture_output=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    shown = {line.split("|")[1].strip() for line in done.stdout.splitlines() if line.startswith("|")}
    assert shown == {"id", "ferry-courier", "ferry-echo", "ferry-gazette", "mill-echo"}
