"""Repair is conservative, listed, and skipped only where it would do nothing."""

import string

import ftfy
import pytest
from ftfy.badness import MOJIBAKE_CATEGORIES
from hypothesis import given, settings
from hypothesis import strategies as st

from newsclean.text.lines import Lines
from newsclean.text.repair import CONSERVATIVE, Repair, needs_repair, repair_line, suspects
from strategies import texts

UNTOUCHED = {
    "curly quotes": "“It’s ‘late’”, she said…",
    "dashes and no-break spaces": "10–12 May — 5\u00a0pm",
    "ligatures and full width": "ﬁre ＷＩＤＥ",
    "accents in capitals": "ÉCOLE FERMÉE À PARIS, ÇA ALORS",
    "German": "Größe, Übung, Äpfel – „Straße“",
    "ampersands that are no references": "AT&T, R&D, Marks & Spencer, ?a=1&copy=2",
    "currency and degrees": "£5, €10, 20°C, ½ mile",
    "Cyrillic": "Река поднялась на два метра.",
    "Chinese": "河水上涨两米。",
    "an emoji with a joiner": "👩\u200d🚒",
    "tabs": "a\tb",
    "soft hyphen": "Donau\u00addampfer",
}


@pytest.mark.parametrize("text", UNTOUCHED.values(), ids=UNTOUCHED.keys())
def test_is_left_alone(text):
    assert Lines(text).texts == [text]
    assert Lines(text).repairs == []


REPAIRED = {
    "curly quote read as Windows-1252": ("Itâ€™s late", "It’s late", "encoding"),
    "accent read as Latin-1": ("CafÃ© Ã©tÃ©", "Café été", "encoding"),
    "C1 control for a quote": ("It\x92s late", "It’s late", "encoding"),
    "twice wrong": ("Itâ€™s late".encode().decode("sloppy-windows-1252"), "It’s late", "encoding"),
    "named reference": ("Fish &amp; chips", "Fish & chips", "entity"),
    "references in layers": ("&amp;amp;lt;b", "<b", "entity"),
    "numeric reference": ("It&#8217;s &#x201C;late&#x201D;", "It’s “late”", "entity"),
    "terminal escape": ("\x1b[31mred\x1b[0m", "red", "control"),
    "null": ("a\x00b", "ab", "control"),
    "byte order mark": ("\ufeffThe river", "The river", "control"),
    "unpaired surrogate": ("a\ud800b", "a\ufffdb", "surrogate"),
    "surrogate pair": ("\ud83d\ude00", "😀", "surrogate"),
    "reference that spells mojibake": ("It&acirc;&euro;&trade;s", "It’s", "entity"),
}


@pytest.mark.parametrize(("broken", "whole", "kind"), REPAIRED.values(), ids=REPAIRED.keys())
def test_is_repaired(broken, whole, kind):
    lines = Lines(broken)
    assert lines.texts == [whole]
    assert {repair.kind for repair in lines.repairs} == {kind}


def test_one_line_does_not_decide_over_the_next():
    assert Lines("a < b\nFish &amp; chips").texts == ["a < b", "Fish & chips"]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x0b", "\x0c", "\u2028", "\u2029"])
def test_line_ends_become_newlines(end):
    lines = Lines(f"a{end}b")
    assert lines.texts == ["a", "b"]
    assert [(r.kind, r.before, r.after) for r in lines.repairs] == [("line_end", end, "\n")]


@given(text=texts)
@settings(max_examples=400)
def test_the_check_is_sound(text):
    """Whenever the check says clean, the conservative ftfy configuration changes nothing."""
    if not needs_repair(text):
        assert ftfy.fix_text(text, CONSERVATIVE) == text


_MARKS = st.sampled_from("".join(MOJIBAKE_CATEGORIES.values()).replace("-", "") + "ÂÃœŒabZ .,\n")


@given(text=st.text(_MARKS, max_size=8))
@settings(max_examples=1000)
def test_the_check_is_sound_where_mojibake_lives(text):
    if not needs_repair(text):
        assert ftfy.fix_text(text, CONSERVATIVE) == text


@given(
    text=st.text(max_size=60),
    encoding=st.sampled_from(["latin-1", "sloppy-windows-1252", "macroman", "cp437", "sloppy-windows-1251"]),
)
def test_real_mojibake_is_never_skipped(text, encoding):
    broken = text.encode("utf-8", "surrogatepass").decode(encoding, "replace")
    if not needs_repair(broken):
        assert ftfy.fix_text(broken, CONSERVATIVE) == broken


@given(text=texts)
@settings(max_examples=300)
def test_repair_is_a_fixed_point(text):
    once = "\n".join(Lines(text).texts)
    assert "\n".join(Lines(once).texts) == once
    assert Lines(once).repairs == []


@given(text=texts, offset=st.integers(0, 100))
def test_a_repair_says_what_it_replaced_and_where(text, offset):
    line = text.replace("\n", " ")
    fixed, repairs = repair_line(line, offset)
    rebuilt, position = "", 0
    for repair in repairs:
        start, end = repair.span[0] - offset, repair.span[1] - offset
        rebuilt += line[position:start] + repair.after
        assert line[start:end] == repair.before
        position = end
    assert rebuilt + line[position:] == fixed


@given(text=st.text(_MARKS, max_size=12), before=st.text("ab ’é", max_size=14), after=st.text("ab ”é", max_size=14))
@settings(max_examples=600)
def test_each_line_that_repair_changes_has_a_suspect(text, before, after):
    whole = before + text + after
    places = list(suspects(whole))
    start = 0
    for line in whole.split("\n"):
        if repair_line(line)[0] != line:
            assert any(start <= place <= start + len(line) for place in places), ascii(line)
        start += len(line) + 1


@pytest.mark.parametrize(
    ("line", "place", "before", "after"),
    [
        ("Fish&amp;Chips", 4, "&amp;", "&"),
        ("He said &quot;no", 8, "&quot;", '"'),
        ("AT&amp;amp;T", 2, "&amp;amp;", "&"),
        ("a;&semi;b", 2, "&semi;", ";"),
    ],
)
def test_a_reference_is_shown_whole_and_nothing_beside_it(line, place, before, after):
    fixed, (repair,) = repair_line(line, 100)
    assert fixed == line.replace(before, after)
    assert (repair.kind, repair.before, repair.after) == ("entity", before, after)
    assert repair.span == (100 + place, 100 + place + len(before))


@pytest.mark.parametrize("control", ["\x00", "\x1b", "\x7f", "\ufeff"])
def test_control_characters_inside_words_are_told_as_such(control):
    for letter in string.ascii_letters:
        word = control.join(letter * 4)
        assert repair_line(f"The {word} rose") == (
            f"The {letter * 4} rose",
            (Repair((5, 10), "control", word[1:-1], letter * 2),),
        )


@pytest.mark.parametrize("reference", ["&bogus;", "&#129;"])
def test_what_stands_beside_a_reference_to_nothing_is_told_as_what_it_is(reference):
    fixed, (repair,) = repair_line(f"{reference}Itâ€™s late")
    assert fixed == f"{reference}It’s late"
    assert (repair.kind, repair.before, repair.after) == ("encoding", "â€™", "’")


@pytest.mark.parametrize("reference", ["&#129;", "&#x8D;", "&#1;", "&#127;", "&#0;", "&#55296;"])
def test_a_reference_to_a_control_character_stays(reference):
    line = f"The river {reference} rose"
    assert repair_line(line, 0) == (line, ())
