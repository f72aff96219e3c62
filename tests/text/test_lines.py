"""Lines keep their place in the input; keys fold what typography varies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.text.lines import Lines, ends_sentence, fold_key, is_prose, plain, trim_key, word_count
from strategies import any_text


@given(text=any_text)
def test_lines_tile_the_input(text):
    lines = Lines(text, repair=False)
    assert lines.starts[0] == 0
    assert lines.nexts[-1] == len(text)
    assert lines.starts[1:] == lines.nexts[:-1]
    assert "".join(text[a:b] for a, b in zip(lines.starts, lines.nexts, strict=True)) == text
    assert [text[a:b] for a, b in zip(lines.starts, lines.ends, strict=True)] == lines.texts


@given(text=any_text)
def test_plain_keeps_offsets(text):
    assert len(plain(text)) == len(text)


@given(text=any_text)
def test_a_key_is_its_own_key(text):
    assert fold_key(fold_key(text)) == fold_key(text)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("It’s  late", "it's late"),
        ("“Quoted”", '"QUOTED"'),
        ("10–12", "10-12"),
        ("ＷＩＤＥ", "wide"),
        ("Straße", "STRASSE"),
        ("5\u00a0pm", "5 pm"),
    ],
)
def test_same_key(a, b):
    assert fold_key(a) == fold_key(b)


@pytest.mark.parametrize(
    ("a", "b"), [("Never again.", "Never again!"), ("resume", "résumé"), ("1", "2"), ("Москва", "Минск")]
)
def test_different_key(a, b):
    assert fold_key(a) != fold_key(b)


def test_symbols_at_the_ends_are_trimmed_question_marks_stay():
    assert trim_key(fold_key("» READ MORE: «")) == "read more"
    assert trim_key(fold_key("What do you think?")) == "what do you think?"


@pytest.mark.parametrize("line", ["It rained.", "“It rained.”", "It rained?)", "雨が降った。", "मौसम साफ रहा।"])
def test_ends_a_sentence(line):
    assert ends_sentence(line)


@pytest.mark.parametrize("line", ["Read more", "It rained,", "Hide Ad", "Alton 2 Kelby 1", ""])
def test_does_not_end_a_sentence(line):
    assert not ends_sentence(line)


def test_prose_needs_twelve_words_and_an_end():
    line = "The council of Alton voted on Tuesday to close the old bridge."
    assert word_count(line) == 12
    assert is_prose(line)
    assert not is_prose(line[:-1])
    assert is_prose("川の水位は月曜日の夜に二メートル上がり、橋は閉鎖された。")


@given(text=any_text, gone=st.sets(st.integers(0, 8)), cut=st.integers(0, 8))
def test_lines_without_some_are_read_as_if_anew(text, gone, cut):
    lines = Lines(text)
    for i in range(len(lines)):
        lines.key(i)
    if cut < len(lines):
        lines.set_text(cut, "what is left")
    gone = {i for i in gone if i < len(lines)}
    anew = Lines(text)
    for i in gone:
        anew.set_text(i, " ")
    other = lines.without(gone)
    assert (other.texts, other.plains(), other.lows(), other.tight()) == (
        anew.texts, anew.plains(), anew.lows(), anew.tight(),
    )  # fmt: skip
    assert [other.key(i) for i in range(len(other))] == [anew.key(i) for i in range(len(anew))]


def test_what_was_found_quiet_is_so_until_its_text_changes():
    lines = Lines("The river rose.\nHide Ad\nThe bridge was closed.")
    for asker in ("stamps", "repeats"):
        lines.quiet(asker).update({0, 1, 2})
    lines.set_text(1, "18 November 2019")
    assert [lines.quiet(asker) for asker in ("stamps", "repeats", "phrases")] == [{0, 2}, {0, 2}, set()]
    assert lines.without({0}).quiet("stamps") == {2}


def test_a_long_line_is_folded_between_its_storms_of_marks():
    storm = "\u0301" * 200
    key = fold_key(f"ﬁ river {'x' * 500} {storm}ﬁ mill {'x' * 500} {storm}ﬁ weir {storm}ﬁ")
    assert "ﬁ" not in key
    assert key.count("fi") == 4
