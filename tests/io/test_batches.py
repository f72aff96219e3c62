"""Arrow batches in, Arrow batches out: the text cleaned, a report beside it, all else as it was."""

import datetime as dt
import json

import pytest

from newsclean import Cleaner
from newsclean.cli import main
from newsclean.errors import ArticleTypeError, OptionError
from newsclean.io import clean_batch

pa = pytest.importorskip("pyarrow")
import pyarrow.parquet as pq  # noqa: E402

DIRTY = "date 2022-04-11 The river rose by two metres overnight, the council said.\nHide Ad"
CLEAN = "The river rose by two metres overnight, the council said."
TEXTS = [DIRTY, "", "Nothing to do here, the mayor said on Monday.", "café Ａ ﬁ 新聞 \u2028 \U0001f600"]


def batch(**columns):
    return pa.RecordBatch.from_pydict({"text": TEXTS, **columns})


class TestAllElseStays:
    def test_other_columns_come_out_as_they_went_in(self):
        odd = {
            "when": pa.array([1, None, 3, 4], pa.timestamp("ns", "UTC")),
            "half": pa.array([1.5, None, 0.1, 2], pa.float32()),
            "nested": pa.array([{"a": [1]}, None, {"a": None}, {"a": []}]),
            "code": pa.array(["x", "y", None, "x"]).dictionary_encode(),
            "title": ["a", None, "", "b"],
        }
        before = batch(**odd)
        schema = before.schema.with_metadata({"made": "by hand"})
        after = clean_batch(before.replace_schema_metadata(schema.metadata))
        assert after.schema.names == [*before.schema.names, "newsclean"]
        assert after.schema.metadata == schema.metadata
        for name in odd:
            assert after.column(name).equals(before.column(name)), name
            assert after.schema.field(name).equals(before.schema.field(name))

    def test_no_rows_give_no_rows(self):
        after = clean_batch(batch().slice(0, 0))
        assert (after.num_rows, after.schema.names) == (0, ["text", "newsclean"])

    @pytest.mark.parametrize("type", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())], ids=str)
    def test_each_kind_of_strings_gives_the_same(self, type):
        table = pa.table({"text": pa.array(TEXTS, pa.string()).cast(type)})
        after = clean_batch(table)
        assert after.column("text").to_pylist() == [result.text for result in Cleaner().clean_many(TEXTS)]
        wanted = type.value_type if pa.types.is_dictionary(type) else type
        assert after.schema.field("text").type == wanted

    def test_chunks_and_slices_make_no_difference(self):
        whole = pa.table({"text": TEXTS, "n": [1, 2, 3, 4]})
        wanted = clean_batch(whole).to_pydict()
        for cut in range(5):
            pieces = pa.concat_tables([whole.slice(0, cut), whole.slice(cut)])
            assert clean_batch(pieces).to_pydict() == wanted
            rest = clean_batch(whole.to_batches()[0].slice(cut))
            assert rest.to_pydict() == {name: values[cut:] for name, values in wanted.items()}
        # Columns cut in different places.
        uneven = pa.table({"text": pa.chunked_array([TEXTS[:1], TEXTS[1:]]), "title": pa.chunked_array([[None] * 4])})
        assert clean_batch(uneven).column("text").to_pylist() == wanted["text"]


def test_the_rows_are_those_that_the_command_writes(tmp_path):
    columns = {"id": [1, 2, 3, 4], "title": [None, "a", "b", "c"], "site": ["x", None, "x", "y"]}
    table = pa.table({**columns, "text": TEXTS, "day": [dt.date(2024, 3, day) for day in range(1, 5)]})
    pq.write_table(table, tmp_path / "in.parquet")
    assert main(["clean", str(tmp_path / "in.parquet"), "-o", str(tmp_path / "out.parquet"), "-q"]) == 0
    written = pq.read_table(tmp_path / "out.parquet")
    assert clean_batch(table).equals(written)
    report = json.loads(written.column("newsclean")[0].as_py())
    assert [removal["kind"] for removal in report["clean"]["removed"]] == ["meta_prefix", "ad_marker"]


def test_the_cleaner_and_the_columns_are_those_asked_for():
    head = "Old bridge in Alton closed after the river rose"
    made = pa.table({"body": [f"{head}\n{CLEAN}\n{head}\nHide Ad"], "head": [head]})
    plain = clean_batch(made, text_field="body")
    titled = clean_batch(made, text_field="body", title_field="head", report_field="why")
    assert titled.column("body")[0].as_py() == f"{head}\n{CLEAN}" != plain.column("body")[0].as_py()
    assert titled.schema.names == ["body", "head", "why"]
    kept = clean_batch(made, Cleaner(keep={"ad_marker"}), text_field="body")
    assert "Hide Ad" in kept.column("body")[0].as_py()


def test_a_frame_is_taken_as_a_table():
    pandas = pytest.importorskip("pandas")
    after = clean_batch(pandas.DataFrame({"text": TEXTS, "n": range(4)}))
    assert isinstance(after, pa.Table)
    assert after.column("text")[0].as_py() == CLEAN


class TestBadInput:
    @pytest.mark.parametrize(
        ("columns", "options", "said"),
        [
            ({"body": ["x"]}, {}, "no column 'text' among 'body'; .*text_field"),
            ({"text": [1]}, {}, "column 'text' holds int64, and the text is a string"),
            ({"text": [b"x"]}, {}, "column 'text' holds binary"),
            ({"text": ["x"], "site": [3]}, {}, "column 'site' holds int64.*site_field"),
            ({"text": ["x"]}, {"title_field": "head"}, "no column 'head' .*title_field"),
            ({"text": ["x"], "newsclean": ["y"]}, {}, "'newsclean' is there already.*report_field"),
        ],
    )
    def test_columns(self, columns, options, said):
        with pytest.raises(OptionError, match=said):
            clean_batch(pa.table(columns), **options)

    def test_a_column_twice(self):
        twice = pa.Table.from_arrays([pa.array(["x"]), pa.array(["y"])], ["text", "text"])
        with pytest.raises(OptionError, match="stands there 2 times"):
            clean_batch(twice)

    def test_null_texts(self):
        table = pa.concat_tables([pa.table({"text": ["x"]}), pa.table({"text": pa.array([None], pa.string())})])
        with pytest.raises(ArticleTypeError, match=r"row 1 of the batch .* 'text' is null; leave such rows out"):
            clean_batch(table)

    def test_no_utf8(self):
        bad = pa.array([b"fine", b"ab\xff"]).view(pa.string())
        with pytest.raises(ArticleTypeError, match=r"row 1 .*no UTF-8 at byte 2"):
            clean_batch(pa.table({"text": bad}))

    def test_no_batch(self):
        with pytest.raises(ArticleTypeError, match="a pyarrow RecordBatch or Table"):
            clean_batch(["The river rose."])
