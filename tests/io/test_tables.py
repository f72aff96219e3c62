"""Tables in, tables out: every cell but the text as it was, faults named with file and row, nothing guessed."""

import csv
import datetime as dt
import decimal
import io
import json
import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.cli import main
from newsclean.errors import FileError, RecordError
from newsclean.io import Fields, Source, find_sources, read_records
from newsclean.io.write import record_writer

pa = pytest.importorskip("pyarrow")
import pyarrow.feather  # noqa: E402
import pyarrow.ipc  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402

STORY = "The river rose by two metres overnight, the council said on Monday, and the old bridge was closed."
DIRTY = f"date 2022-04-11 {STORY}\nHide Ad"


def read(path, fields=None, **options):
    sources, _ = find_sources([str(path)])
    return list(read_records(sources, fields or Fields(), **options))


def clean(path, out, *flags):
    return main(["clean", str(path), "-o", str(out), "-q", *flags])


def csv_rows(path, delimiter=","):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter, strict=True))


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


class TestDelimited:
    """CSV and TSV."""

    @pytest.mark.parametrize("suffix", [".csv", ".tsv"])
    @given(
        rows=st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=5),
        style=st.sampled_from([("\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_MINIMAL)]),
    )
    def test_every_cell_comes_out_as_it_was(self, tmp_path, suffix, rows, style):
        delimiter = {".csv": ",", ".tsv": "\t"}[suffix]
        path, out = tmp_path / f"in{suffix}", io.BytesIO()
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=delimiter, lineterminator=style[0], quoting=style[1])
            writer.writerow(["before", "text", "after, all"])
            writer.writerows(rows)
        with record_writer(out, f"out{suffix}", "newsclean") as write:
            for record in read(path):
                write(record, record.article.text, '{"seen": "x, \\"y\\""}')
        after = list(csv.reader(io.StringIO(out.getvalue().decode(), newline=""), delimiter=delimiter, strict=True))
        assert after[0] == ["before", "text", "after, all", "newsclean"]
        assert [tuple(row[:3]) for row in after[1:]] == rows
        assert all(json.loads(row[3]) == {"seen": 'x, "y"'} for row in after[1:])

    def test_the_text_is_cleaned_and_the_report_added(self, tmp_path):
        path = tmp_path / "in.csv"
        path.write_text(f'n,text\n01,"{DIRTY}"\n, 2 \n', encoding="utf-8")
        assert clean(path, tmp_path / "out.csv") == 0
        one, two = csv_rows(tmp_path / "out.csv")
        assert (one["n"], one["text"]) == ("01", STORY)
        assert [r["kind"] for r in json.loads(one["newsclean"])["clean"]["removed"]] == ["meta_prefix", "ad_marker"]
        assert (two["n"], two["text"]) == ("", " 2 ")

    def test_rows_know_the_line_they_begin_on(self, tmp_path):
        path = tmp_path / "in.csv"
        path.write_bytes(b'\xef\xbb\xbfid,text\r\n\n1,"one\ntwo"\r\n2,three\n\n3,"four\r\nfive"')
        records = read(path)
        assert [(r.line, r.article.id, r.article.text) for r in records] == [
            (3, "1", "one\ntwo"),
            (5, "2", "three"),
            (7, "3", "four\r\nfive"),
        ]

    def test_an_empty_cell_is_no_id_and_no_date(self, tmp_path):
        (tmp_path / "in.csv").write_text("id,date,site,text\n,,,x\n")
        (record,) = read(tmp_path / "in.csv", Fields(dated=True))
        assert (record.article.id, record.article.date) == (f"{tmp_path / 'in.csv'}:2", None)
        assert record.article.site is None

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "in.csv: is empty, and a header is wanted"),
            (b"id,body\n1,x\n", "in.csv: there is no column 'text', only 'id', 'body'; .*--text-field"),
            (b"text,a,a\nx,1,2\n", "in.csv: column 'a' stands there twice"),
            (b"text,newsclean\nx,1\n", "in.csv: column 'newsclean' is there already.*--report-field"),
            (b'text,n\n"x" y,1\n', "in.csv:2: no valid CSV: .* mend the quotes"),
            (b'text,n\nx,1\n"y,2\nz,3\n', "in.csv:3: no valid CSV: "),
            (b"text,n\rx,1\ry,2\r", "in.csv:1: no valid CSV: "),
            ("text,n\nx,1\n".encode("utf-16"), "no UTF-8.*iconv -f UTF-16 -t UTF-8"),
        ],
    )
    def test_faults_of_the_file_stop_the_run(self, tmp_path, content, said):
        (tmp_path / "in.csv").write_bytes(content)
        with pytest.raises(FileError, match=said):
            read(tmp_path / "in.csv", reject=lambda reject: None)

    def test_bad_rows_are_handed_over_whole(self, tmp_path, capsys):
        path, out = tmp_path / "in.csv", tmp_path / "out.csv"
        bad = [b"2,x,too many", b"3", b"4,\xff", b"1,again"]
        path.write_bytes(b"id,text\n1,one\n" + b"\n".join(bad) + b"\n5,five\n")
        assert main(["clean", str(path), "-o", str(out)]) == 1
        assert f"{path}:3: has 3 cells, and the header 2" in capsys.readouterr().err
        assert clean(path, out, "--on-error", "skip") == 3
        assert [row["id"] for row in csv_rows(out)] == ["1", "5"]
        rejects = [json.loads(line) for line in (tmp_path / "out.csv.rejects.jsonl").read_text().splitlines()]
        assert [r["raw"].encode("utf-8", "surrogateescape") for r in rejects] == bad
        assert [r["line"] for r in rejects] == [3, 4, 5, 6]

    def test_long_cells(self, tmp_path):
        """The csv module stops at 131,072 characters unless told otherwise; a quote never closed stops at our bound."""
        (tmp_path / "in.csv").write_text(f"text,n\n{'x' * 200_000},1\n")
        assert len(read(tmp_path / "in.csv")[0].article.text) == 200_000
        with pytest.raises(RecordError, match=r"in\.csv:2: field 'text': has 200,000 characters.*--max-chars"):
            read(tmp_path / "in.csv", max_chars=199_999)
        (tmp_path / "in.csv").write_text('text,n\nx,1\n"y,2\n' + "z,3\n" * 600_000)
        with pytest.raises(FileError, match=r"in\.csv:3: longer than a record .* or close its quote"):
            read(tmp_path / "in.csv", max_chars=1000, reject=lambda reject: None)


NS = pa.array([1_650_000_000_123_456_789, None], pa.timestamp("ns", tz="UTC"))
COLUMNS = {
    "id": pa.array([2**60 + 1, None]),
    "text": pa.array([DIRTY, "Snow fell."], pa.large_string()),
    "when": NS,
    "half": pa.array([1.5, None]).cast(pa.float16()),
    "price": pa.array([decimal.Decimal("1.10"), None], pa.decimal128(9, 2)),
    "tags": pa.array([["a", None], []], pa.list_(pa.string())),
    "nested": pa.array([{"a": 1, "b": b"\xff"}, None]),
    "day": pa.array([dt.date(2022, 4, 11), None]),
    "raw": pa.array([b"\x00\xff", None]),
    "kind": pa.array(["x", None]).dictionary_encode(),
}
TABLE = pa.table(COLUMNS).replace_schema_metadata({"made by": "someone"})


def write_table(path, table=TABLE):
    if ".parquet" in path.name:
        pq.write_table(table, path)
    else:
        pyarrow.feather.write_feather(table, path, compression="uncompressed")
    return path


def read_table(path):
    return pq.read_table(path) if path.suffix == ".parquet" else pyarrow.ipc.open_file(path).read_all()


class TestColumnar:
    """Parquet and Arrow."""

    @pytest.mark.parametrize("command", ["clean", "run", "dedup"])
    @pytest.mark.parametrize("before", [".parquet", ".arrow"])
    @pytest.mark.parametrize("after", [".parquet", ".arrow"])
    def test_all_but_the_text_stays_types_and_all(self, tmp_path, command, before, after):
        path, out = write_table(tmp_path / f"in{before}"), tmp_path / f"out{after}"
        assert main([command, str(path), "-o", str(out), "-q"]) == 0
        was, now = read_table(path), read_table(out)
        assert now.schema.names == [*was.schema.names, "newsclean"]
        assert now.drop_columns(["newsclean", "text"]).equals(was.drop_columns(["text"]))
        assert now.schema.field("text").type == was.schema.field("text").type
        assert now.schema.metadata[b"made by"] == b"someone"
        assert now["text"].to_pylist() == ([DIRTY if command == "dedup" else STORY, "Snow fell."])
        reports = [json.loads(report) for report in now["newsclean"].to_pylist()]
        assert ("clean" in reports[0]) is (command != "dedup")

    def test_many_batches_and_left_out_rows_keep_their_neighbours(self, tmp_path):
        count = 9000
        texts = [None if n % 7 == 3 else f"Rain fell on day {n}." for n in range(count)]
        table = pa.table({"n": pa.array(range(count), pa.int16()), "text": texts})
        path, out = write_table(tmp_path / "in.parquet", table), tmp_path / "out.parquet"
        assert clean(path, out, "--on-error", "skip") == 3
        now = read_table(out)
        assert [n for n in range(count) if n % 7 != 3] == now["n"].to_pylist()
        assert now["text"].to_pylist() == [text for text in texts if text is not None]
        rejects = (tmp_path / "out.parquet.rejects.jsonl").read_text().splitlines()
        assert [json.loads(line)["line"] for line in rejects] == [n + 1 for n in range(count) if n % 7 == 3]
        assert json.loads(json.loads(rejects[0])["raw"]) == {"n": 3, "text": None}

    def test_dictionaries_and_streams(self, tmp_path):
        table = pa.table({"text": pa.array([DIRTY, DIRTY]).dictionary_encode()})
        with pa.ipc.new_stream(tmp_path / "in.arrows", table.schema) as writer:
            writer.write_table(table)
        assert clean(tmp_path / "in.arrows", tmp_path / "out.parquet") == 0
        assert read_table(tmp_path / "out.parquet")["text"].to_pylist() == [STORY, STORY]

    def test_times_are_dates(self, tmp_path):
        path = write_table(tmp_path / "in.parquet")
        assert read(path, Fields(date="when", dated=True))[0].article.date == dt.date(2022, 4, 15)
        assert read(path, Fields(date="day", dated=True))[0].article.date == dt.date(2022, 4, 11)

    @pytest.mark.parametrize("keep", [0, 3, 10, 400, -5])
    def test_a_damaged_file_is_named_and_nothing_written(self, tmp_path, capsys, keep):
        path = write_table(tmp_path / "in.parquet")
        path.write_bytes(path.read_bytes()[:keep])
        assert clean(path, tmp_path / "out.parquet") == 1
        said = capsys.readouterr().err
        assert f"{path}: no valid Parquet file" in said
        assert said.count("\n") == 1
        assert os.listdir(tmp_path) == ["in.parquet"]

    def test_damage_among_the_rows(self, tmp_path, capsys):
        table = pa.table({"text": [f"Rain fell on day {n}, {os.urandom(20).hex()}." for n in range(5000)]})
        path = tmp_path / "in.parquet"
        pq.write_table(table, path, compression="gzip", use_dictionary=False, row_group_size=1000)
        raw = bytearray(path.read_bytes())
        middle = len(raw) // 2
        raw[middle : middle + 200] = bytes(200)
        path.write_bytes(raw)
        assert clean(path, tmp_path / "out.parquet", "--on-error", "skip") == 1
        assert f"{path}: no valid Parquet file after row " in capsys.readouterr().err
        assert os.listdir(tmp_path) == ["in.parquet"]

    @pytest.mark.parametrize(
        ("table", "said"),
        [
            ({"body": ["x"]}, "there is no column 'text', only 'body'"),
            ({"text": [1]}, "column 'text' holds int64, not text; .*--text-field"),
            ({"text": ["x"], "newsclean": [1]}, "column 'newsclean' is there already"),
        ],
    )
    def test_columns_that_are_not_there(self, tmp_path, table, said):
        path = write_table(tmp_path / "in.parquet", pa.table(table))
        with pytest.raises(FileError, match=rf"in\.parquet: {said}"):
            read(path)

    @pytest.mark.parametrize("column", ["text", "other"])
    def test_a_text_that_is_no_text(self, tmp_path, column):
        bad, good = pa.array([b"ok", b"\xff\xfe"]).view(pa.string()), pa.array(["one", "two"])
        path = write_table(tmp_path / "in.arrow", pa.table({"text": good, "other": good} | {column: bad}))
        rejects = []
        (record,) = read(path, reject=rejects.append)
        assert record.values("x") == {"text": "x", "other": "ok" if column == "other" else "one"}
        assert str(rejects[0].error).startswith(f"{path}:2: field '{column}': no UTF-8")

    def test_from_standard_input_and_compressed(self, tmp_path, monkeypatch):
        raw = write_table(tmp_path / "in.parquet").read_bytes()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        assert [r.article.text for r in read_records([Source("-", "parquet")], Fields())] == [DIRTY, "Snow fell."]
        import bz2

        (tmp_path / "in.parquet.bz2").write_bytes(bz2.compress(raw))
        assert [r.article.text for r in read(tmp_path / "in.parquet.bz2")] == [DIRTY, "Snow fell."]

    def test_progress_is_told_in_bytes_of_the_file(self, tmp_path):
        path, seen = write_table(tmp_path / "in.parquet"), []
        read(path, progress=seen.append)
        assert sum(seen) == path.stat().st_size

    def test_without_its_library_the_file_and_the_extra_are_named(self, tmp_path, monkeypatch, capsys):
        path = write_table(tmp_path / "in.parquet")
        (tmp_path / "a.jsonl").write_text('{"text": "x"}\n')
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        for source, out in ((path, "out.jsonl"), (tmp_path / "a.jsonl", "out.parquet")):
            assert clean(source, tmp_path / out) == 1
            assert ".parquet: Parquet and Arrow files need pyarrow; pip install 'newsclean[formats]'" in (
                capsys.readouterr().err
            )
        assert sorted(os.listdir(tmp_path)) == ["a.jsonl", "in.parquet"]


class TestFromOneToTheOther:
    """The output's suffix chooses, whatever came in."""

    RECORDS = ({"id": "a", "text": DIRTY, "n": 1, "o": {"p": [1]}}, {"id": "b", "text": "Räin \ud83d.", "n": None})

    @pytest.fixture
    def source(self, tmp_path):
        path = tmp_path / "in.jsonl"
        path.write_text("".join(json.dumps(record) + "\n" for record in self.RECORDS))
        return path

    def test_json_lines_to_csv(self, source, tmp_path):
        assert main(["dedup", str(source), "-o", str(tmp_path / "out.csv.gz"), "-q"]) == 0
        import gzip

        raw = gzip.decompress((tmp_path / "out.csv.gz").read_bytes()).decode()
        one, two = csv.DictReader(io.StringIO(raw, newline=""), strict=True)
        assert (one["n"], one["o"], two["n"], two["o"]) == ("1", '{"p": [1]}', "", "")
        assert (one["text"], two["text"]) == (DIRTY, "Räin \\ud83d.")

    def test_json_lines_to_parquet(self, source, tmp_path):
        assert clean(source, tmp_path / "out.parquet") == 0
        now = read_table(tmp_path / "out.parquet")
        assert now["n"].to_pylist() == [1, None]
        assert now["o"].to_pylist() == [{"p": [1]}, None]
        assert now["text"].to_pylist()[0] == STORY

    def test_csv_to_parquet_and_back(self, tmp_path):
        (tmp_path / "in.csv").write_text("id,n,text\n1,01,Rain fell.\n2,,Snow fell.\n")
        assert clean(tmp_path / "in.csv", tmp_path / "out.parquet") == 0
        assert clean(tmp_path / "out.parquet", tmp_path / "out.tsv", "--report-field", "second") == 0
        rows = csv_rows(tmp_path / "out.tsv", "\t")
        assert [(r["id"], r["n"], r["text"]) for r in rows] == [("1", "01", "Rain fell."), ("2", "", "Snow fell.")]

    def test_a_table_to_json_lines(self, tmp_path):
        assert clean(write_table(tmp_path / "in.parquet"), tmp_path / "out.jsonl") == 0
        one, _ = (json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines())
        assert list(one) == [*COLUMNS, "newsclean"]
        assert one["id"] == 2**60 + 1
        assert one["when"].startswith("2022-04-15 05:20:00.123456789")
        assert (one["price"], one["raw"], one["day"], one["kind"]) == ("1.10", "AP8=", "2022-04-11", "x")

    def test_one_plain_text_to_a_table(self, tmp_path):
        (tmp_path / "a.txt").write_text(DIRTY)
        assert clean(tmp_path / "a.txt", tmp_path / "out.csv") == 0
        (row,) = csv_rows(tmp_path / "out.csv")
        assert (row["id"], row["text"]) == (str(tmp_path / "a.txt"), STORY)

    @pytest.mark.parametrize("out", ["out.csv", "out.parquet"])
    def test_what_does_not_fit_a_table_is_an_error(self, tmp_path, capsys, out):
        (tmp_path / "in.jsonl").write_text('{"text": "x", "n": 1}\n' * 5000 + '{"text": "x", "late": 1}\n')
        assert clean(tmp_path / "in.jsonl", tmp_path / out) == 1
        said = capsys.readouterr().err
        assert "in.jsonl:5001: field 'late': there is no such column" in said
        assert "write to a .jsonl file" in said
        assert os.listdir(tmp_path) == ["in.jsonl"]

    def test_values_of_two_kinds_are_an_error_in_parquet(self, tmp_path, capsys):
        (tmp_path / "in.jsonl").write_text('{"text": "x", "n": 1}\n{"text": "x", "n": "one"}\n')
        assert clean(tmp_path / "in.jsonl", tmp_path / "out.parquet") == 1
        assert "in.jsonl:1: this record or one of the 2 from it on does not fit a table" in capsys.readouterr().err
        assert os.listdir(tmp_path) == ["in.jsonl"]

    def test_no_records_make_no_parquet(self, tmp_path, capsys):
        (tmp_path / "in.csv").write_text("text,n\n")
        assert main(["clean", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.parquet")]) == 2
        assert capsys.readouterr().err == (
            f"newsclean: error: {tmp_path / 'out.parquet'}: there are no records, so there is no telling its columns; "
            "write to a .jsonl file, which takes any record\n"
        )
        assert os.listdir(tmp_path) == ["in.csv"]

    def test_tables_of_different_columns(self, tmp_path, capsys):
        write_table(tmp_path / "a.parquet", pa.table({"text": ["x"], "n": [1]}))
        write_table(tmp_path / "b.parquet", pa.table({"text": ["y"], "n": ["1"]}))
        assert clean(tmp_path, tmp_path.parent / "never.parquet") == 1
        assert "b.parquet:1: its columns are not those of the records before" in capsys.readouterr().err
