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


class TestBadInput:
    @pytest.fixture
    def path(self, tmp_path):
        (tmp_path / "in.jsonl").write_text('{"id": 1, "text": "one"}\n{"text": "two"}\n')
        return tmp_path / "in.jsonl"

    @pytest.mark.parametrize(
        ("options", "code", "said"),
        [
            (["--workers", "2"], 2, "--workers does not go with --engine spark"),
            (["--review", "x.html"], 2, "--review does not go with --engine spark"),
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
