"""A record goes through and comes out with nothing changed but what was asked for."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.errors import RecordError
from newsclean.io.records import Fields, parse_record

REPORT = '{"seen": true}'

LEFT_ALONE = {
    "key order": '{"z": 1, "text": "x", "a": 2}',
    "numbers as they are spelled": '{"n": 1.10, "big": 123456789012345678901234567890, "huge": 1e400, "text": "x"}',
    "more digits than Python converts": '{"n": ' + "7" * 10_000 + ', "text": "x"}',
    "NaN, which is no JSON but common": '{"n": NaN, "text": "x"}',
    "spacing": '{ "a" :1 ,\t"text" : "x" , "b":[1,2 ]  }',
    "escapes and plain letters": '{"a": "\\u00e9é\\/", "text": "x"}',
    "a lone surrogate elsewhere": '{"a": "\\ud83d", "text": "x"}',
    "a key twice that is none of ours": '{"a": 1, "a": 2, "text": "x"}',
    "nested fields of the same names": '{"meta": {"text": "y", "newsclean": 1}, "text": "x"}',
}


def parse(raw, fields=None):
    return parse_record(raw, "a.jsonl", 3, fields or Fields())


@pytest.mark.parametrize("raw", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_everything_but_the_report_is_as_it_was(raw):
    body = raw.rstrip("} ")
    assert parse(raw).to_json("x", REPORT) == f'{body}, "newsclean": {REPORT}}}'


def test_a_text_that_changes_changes_alone():
    raw = '{"n": 1.10, "text": "date 2022-04-11 Rain.", "o": "é"}'
    assert (
        parse(raw).to_json("Räin \ud800", REPORT, "r")
        == '{"n": 1.10, "text": "Räin \ud800", "o": "é", "r": ' + REPORT + "}"
    )


def test_a_text_that_does_not_change_keeps_its_spelling():
    raw = '{"text": "\\u0052ain"}'
    assert parse(raw).to_json("Rain", REPORT).startswith('{"text": "\\u0052ain"')


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


class TestPassThrough:
    """Whatever JSON holds beside the text comes out equal, and the line is one JSON object again."""

    @given(
        before=st.dictionaries(st.text(max_size=5), json_values, max_size=3),
        after=st.dictionaries(st.text(max_size=5), json_values, max_size=3),
        text=st.text(),
        new=st.text(),
        ascii=st.booleans(),
        indent=st.sampled_from([None, 1]),
    )
    def test_pass_through(self, before, after, text, new, ascii, indent):
        special = {"text", "newsclean", "id", "title", "site", "language"}
        data = {k: v for k, v in before.items() if k not in special}
        data["text"] = text
        data |= {k: v for k, v in after.items() if k not in special}
        record = parse(json.dumps(data, ensure_ascii=ascii, indent=indent))
        assert record.article.text == text
        out = json.loads(record.to_json(new, REPORT).encode("utf-8", "backslashreplace"))
        # NaN differs from itself; its spelling does not.
        assert json.dumps(out) == json.dumps(data | {"text": new, "newsclean": {"seen": True}})


BAD = {
    "no JSON": ('{"text": "x"', None, "not closed"),
    "text after the object": ('{"text": "x"} y', None, "more after the object"),
    "an array": ('[{"text": "x"}]', None, "an array, not an object"),
    "a number": ("3", None, "an object is wanted"),
    "no comma": ('{"text": "x" "a": 1}', None, "',' is wanted"),
    "a comma too many": ('{"text": "x",}', None, "a name in double quotes is wanted"),
    "no colon": ('{"text" "x"}', None, "':' is wanted"),
    "a raw line feed in a string": ('{"text": "x\ny"}', None, "control character"),
    "nested too deeply": ('{"text": "x", "a": ' + "[" * 100_000 + "]" * 100_000 + "}", None, "nested too deeply"),
    "no text": ('{"body": "x"}', "text", "is missing; the record has 'body'"),
    "nothing at all": ("{}", "text", "is missing; the record has no fields"),
    "text is null": ('{"text": null}', "text", "is null"),
    "text is a list": ('{"text": ["x"]}', "text", "a string is wanted, not a list"),
    "text twice": ('{"text": "x", "text": "y"}', "text", "stands there twice"),
    "id is true": ('{"text": "x", "id": true}', "id", "an id is a string or a whole number, not true or false"),
    "id is a fraction": ('{"text": "x", "id": 1.5}', "id", "not a number"),
    "site is an object": ('{"text": "x", "site": {}}', "site", "a string is wanted, not an object"),
    "a report is there already": ('{"text": "x", "newsclean": {}}', "newsclean", "would be lost"),
}


@pytest.mark.parametrize(("raw", "field", "problem"), BAD.values(), ids=BAD)
def test_a_bad_record_names_place_problem_and_next_step(raw, field, problem):
    with pytest.raises(RecordError) as caught:
        parse(raw)
    error = caught.value
    assert (error.source, error.line, error.field) == ("a.jsonl", 3, field)
    assert problem.lower() in error.problem.lower()
    assert error.next_step
    assert str(error).startswith("a.jsonl:3: ")
    assert "\n" not in str(error)


def test_a_date_nobody_asks_for_cannot_be_wrong():
    raw = '{"text": "x", "date": "Monday"}'
    assert parse(raw).article.date is None
    with pytest.raises(RecordError, match=r"field 'date'.*--date-field"):
        parse(raw, Fields(dated=True))


def test_a_field_asked_for_by_name_must_be_there():
    assert parse('{"text": "x"}').article.site is None
    with pytest.raises(RecordError, match="field 'domain': is missing"):
        parse('{"text": "x"}', Fields(site="domain", must=frozenset({"site"})))


def test_a_record_without_an_id_goes_by_its_place():
    assert parse('{"text": "x"}').article.id == "a.jsonl:3"
    assert parse('{"text": "x", "id": null}').article.id == "a.jsonl:3"
    assert parse('{"text": "x", "id": 0}').article.id == 0
