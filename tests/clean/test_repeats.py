"""Captions glued to their own copy, and lines copied on the next line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsclean
from newsclean import Cleaner
from newsclean.clean.detectors.repeats import _may_be_doubled, doubled
from newsclean.text.lines import Lines
from strategies import any_text, glued

CAPTION = (
    "Anna Berg, who leads the harbour office, said the report's findings are 'not new to us' and work began in spring."
)
LEAD = "The council of Alton voted on Tuesday night to close the old bridge for two years after cracks were found."
CLOSE = "Work is to begin in the spring, and the ferry will run every quarter of an hour until it is done."


def article(*lines: str) -> str:
    return "\n\n".join((LEAD, "\n".join(lines), CLOSE))


GONE = {
    "glued": [CAPTION + CAPTION],
    "doubled with a space": [f"{CAPTION} {CAPTION}"],
    "three times": [CAPTION * 3],
    "glued, then a copy on the next line": [CAPTION + CAPTION, CAPTION],
    "a copy, then glued": [CAPTION, CAPTION + CAPTION],
    "glued, adverts, then a copy": [CAPTION + CAPTION, "Hide Ad", "Hide Ad", CAPTION],
    "glued, then a copy with a credit": [CAPTION + CAPTION, f"{CAPTION} (Photo: Coast Agency)"],
    "glued, then a truncated copy": [CAPTION + CAPTION, f"{CAPTION[:60]}…"],
    "glued with different case and quotes": [CAPTION + CAPTION.replace("'", "’")],
}


@pytest.mark.parametrize("lines", GONE.values(), ids=GONE.keys())
def test_a_proven_caption_goes_with_all_its_copies(lines):
    result = newsclean.clean(article(*lines))
    assert result.text == f"{LEAD}\n\n{CLOSE}"
    assert len(result.metadata.captions) >= 1
    assert result.metadata.captions[0].replace("’", "'").startswith(CAPTION[:60])


@pytest.mark.parametrize(
    "lines",
    [GONE["glued"], GONE["doubled with a space"], GONE["three times"], GONE["glued, then a copy on the next line"]],
)
def test_collapse_leaves_the_first_copy(lines):
    result = Cleaner(captions="collapse").clean(article(*lines))
    assert result.text == article(CAPTION)
    assert {r.kind for r in result.removed} == {"caption_repeat"}
    start, end = result.removed[0].kept
    assert result.restore()[start:end] == CAPTION


def test_keep_only_flags():
    text = article(*GONE["glued, then a copy on the next line"])
    result = Cleaner(captions="keep").clean(text)
    assert result.text == text
    assert [f.kind for f in result.flagged] == ["caption_repeat", "caption_repeat"]


KEPT_ONCE = {
    "adjacent copy": [CAPTION, CAPTION],
    "adjacent copy over a blank line": [CAPTION, "", CAPTION],
    "adjacent copy over adverts": [CAPTION, "Hide Ad", CAPTION],
    "truncated copy after": [CAPTION, f"{CAPTION[:70]}…"],
    "truncated copy before": [f"{CAPTION[:70]}...", CAPTION],
    "copy with a credit": [CAPTION, f"{CAPTION} (Photo: Coast Agency)"],
    "copy with an agency": [CAPTION, f"{CAPTION} Getty Images"],
}


@pytest.mark.parametrize("lines", KEPT_ONCE.values(), ids=KEPT_ONCE.keys())
def test_a_copy_that_proves_no_caption_goes_and_one_stays(lines):
    result = newsclean.clean(article(*lines))
    assert result.text.count(CAPTION) == 1
    assert [line for line in result.text.split("\n") if line] == [LEAD, CAPTION, CLOSE]
    assert all(r.kept for r in result.removed if r.kind == "line_repeat")


LEFT = {
    "a copy further away": [CAPTION, "The mayor did not speak at all that evening.", CAPTION],
    "too short to be sure": ["Never again. Never again."],
    "a short sentence said twice": ["We will not be moved. We will not be moved."],
    "four words on neighbouring lines": ["Nobody said a word", "Nobody said a word"],
    "list entries": ["- Salt the water well and wait a while", "- Salt the water well and wait a while"],
    "speakers": ["JUDGE: Did you see the car that night or not?", "JUDGE: Did you see the car that night or not?"],
    "rule of symbols": ["-=" * 40],
    "numbers": ["12 34 56 78 90 12 34 56 78 90", "12 34 56 78 90 12 34 56 78 90"],
    "copies that differ by a word": [CAPTION, CAPTION.replace("spring", "autumn")],
    "a longer line that begins alike": [CAPTION, CAPTION + " The mayor was not there and sent no word all day."],
}


@pytest.mark.parametrize("lines", LEFT.values(), ids=LEFT.keys())
def test_is_left_alone(lines):
    text = article(*lines)
    assert newsclean.clean(text).text == text


B = "Nobody had crossed it on foot since the winter flood, when the water stood as high as the railings for a week."
AGAIN = {
    "the whole article twice": [LEAD, B, CLOSE, LEAD, B, CLOSE],
    "with its headline": [
        "Alton closes a bridge",
        LEAD,
        "Who pays",
        B,
        CLOSE,
        "Alton closes a bridge",
        LEAD,
        "Who pays",
        B,
        CLOSE,
    ],
    "paragraphs interleaved with their copies": [LEAD, B, LEAD, B, CLOSE],
    "three times": [LEAD, B, LEAD, B, LEAD, B],
    "with a label between": [LEAD, B, CLOSE, "Full text", LEAD, B, CLOSE],
}


@pytest.mark.parametrize("lines", AGAIN.values(), ids=AGAIN.keys())
@pytest.mark.parametrize("profile", ["safe", "balanced"])
def test_a_passage_again_keeps_its_first_copy(lines, profile):
    result = Cleaner(profile=profile, keep={"boilerplate"}).clean("\n".join(lines))
    assert result.text.split("\n") == list(dict.fromkeys(lines))
    assert {r.rule for r in result.removed} <= {"line_repeat.passage", "line_repeat.adjacent"}
    assert all(result.restore()[slice(*r.kept)] == lines[0] or r.kept for r in result.removed)


@pytest.mark.parametrize(
    "lines",
    [[LEAD, CLOSE, B, LEAD], [LEAD, B, CLOSE, "What now?", "Who pays?", "Who knows?", "Who cares?", LEAD, B]],
    ids=["one line again", "far away"],
)
def test_what_comes_back_later_is_left_alone(lines):
    assert newsclean.clean("\n".join(lines)).text == "\n".join(lines)


def test_a_near_copy_goes_and_no_word_with_it():
    longer = CAPTION.replace("office,", "office (left),")
    for pair in ([CAPTION, longer], [longer, CAPTION]):
        result = newsclean.clean(article(*pair))
        assert result.text == article(longer)
        assert [r.rule for r in result.removed] == ["line_repeat.near"]


def test_a_whole_article_glued_to_its_copy_keeps_one():
    passage = f"{LEAD} Nobody was hurt. {CLOSE}"
    assert newsclean.clean(passage + passage).text == passage


@pytest.mark.parametrize("rest", ["", "\nHide Ad", "\nAlton"], ids=["nothing else", "an advert", "a short line"])
def test_captions_that_are_all_the_prose_keep_one_copy(rest):
    result = newsclean.clean(CAPTION + CAPTION + rest)
    assert result.text.startswith(CAPTION)
    assert result.text.count(CAPTION) == 1
    assert "the first copy of each stays" in result.warnings[-1]


def test_glued_lines_that_collapse_are_copies_of_each_other():
    """Found by the property that cleaning twice changes nothing: the second cleaning found the copy that was left."""
    result = Cleaner(captions="collapse").clean(article(CAPTION * 2, "", CAPTION * 2))
    assert result.text == article(CAPTION)
    passage = f"{LEAD} Nobody was hurt. {CLOSE}"
    assert newsclean.clean(f"{passage}{passage}\n\n{passage}{passage}\n\n{passage}").text == passage


def test_dirt_between_short_lines_does_not_make_them_verse():
    """Found by the same property: with the adverts gone, what had looked like verse was a copy and its teaser."""
    caption = "The mayor opens the new bridge in Alton today."
    teaser = "The mayor opens the new bridge…"
    dirty = article(caption, teaser).replace(teaser, f"{teaser}\nHide Ad\nHide Ad\nHide Ad")
    assert Cleaner(profile="safe").clean(dirty).text == Cleaner(profile="safe").clean(article(caption, teaser)).text


@given(unit=st.text("abc de.", min_size=30, max_size=80), copies=st.integers(2, 4), joint=st.sampled_from(["", " "]))
def test_doubled_finds_the_unit_of_any_doubled_text(unit, copies, joint):
    unit = " ".join(unit.split())
    found = doubled(joint.join([unit] * copies))
    if found is not None:  # too short or itself periodic otherwise
        smallest, count = found
        assert any(j.join([smallest] * count) == joint.join([unit] * copies) for j in ("", " "))


@given(text=st.text("ab .", max_size=60))
def test_doubled_never_claims_what_is_not_doubled(text):
    key = " ".join(text.split())
    found = doubled(key)
    if found is not None:
        unit, count = found
        assert key in (unit * count, " ".join([unit] * count))
        assert count >= 2


@given(
    text=st.one_of(
        any_text, glued, st.text("ab.C …ß”", max_size=12).map(lambda unit: unit.upper() + " " + unit + " " + unit)
    )
)
def test_the_quick_look_misses_nothing_doubled(text):
    lines = Lines(text)
    for i in range(len(lines)):
        if lines.tame and doubled(lines.key(i)) is not None:
            assert _may_be_doubled(lines.low(i))
