"""The order of the steps, seen from outside: what one step lays bare the next one sees, and each thing goes once."""

import datetime as dt
import re

import pytest

import newsclean
from newsclean import Article, Cleaner
from newsclean.clean.cleaner import DETECTORS

A = "The council of Alton voted on Tuesday night to close the old bridge for two years after cracks were found."
B = "Work is to begin in the spring, and the ferry will run every quarter of an hour until the new one opens."
C = "Nobody had crossed it on foot since the winter flood, when the water stood as high as the railings for a week."
CLOSE = "Until then the people of the northern quay will have to take the train, or the long way round by the old mill."
CAPTION = "Anna Berg, who leads the harbour office, stands on the quay of Alton in the first light of the spring."


class TestOpening:
    """A prefix is cut from the article's first line, whatever certain dirt stands above it."""

    PREFIX = "date 2022-04-11 "

    @pytest.mark.parametrize(
        "above",
        [
            pytest.param([], id="nothing"),
            pytest.param(["", " "], id="blank lines"),
            pytest.param(["Hide Ad"], id="what a rule takes"),
            pytest.param(["Hide Ad", "Share this article"], id="two lines"),
            pytest.param([CAPTION + CAPTION], id="a caption twice"),
        ],
    )
    def test_it_opens_the_article(self, above):
        result = newsclean.clean("\n".join([*above, self.PREFIX + A, B]))
        assert result.text.lstrip() == f"{A}\n{B}"
        assert result.metadata.date == dt.date(2022, 4, 11)

    def test_below_the_first_line_it_stays(self):
        text = f"{A}\n{self.PREFIX}{B}"
        assert newsclean.clean(text).text == text

    def test_below_a_line_that_may_stay_it_stays(self):
        text = f"Comments\n{self.PREFIX}{A}\n{B}"
        assert newsclean.clean(text).text == f"{self.PREFIX}{A}\n{B}"

    def test_each_part_is_reported_once_and_where_it_stands(self):
        text = f"Hide Ad\n{self.PREFIX}{A}\n{B}"
        (part,) = [r for r in newsclean.clean(text).removed if r.action == "strip"]
        assert text[slice(*part.spans[0])].strip() == self.PREFIX.strip()
        assert part.evidence == (f"the line begins with '{self.PREFIX.strip()}'",)


class TestSpaces:
    """White space within and around a phrase makes no difference."""

    @pytest.mark.parametrize(
        "line",
        [
            "Hide  Ad",
            " Hide Ad ",
            "\tHide\tAd",
            "Hide\u00a0Ad",
            "hide   ad",
            "» Hide Ad «",
            "HIDE\u2003AD",
            "\u3000Hide Ad",
        ],
    )
    def test_a_phrase(self, line):
        assert newsclean.clean(f"{A}\n{line}\n{B}").text == f"{A}\n{B}"

    @pytest.mark.parametrize("line", ["Share  this   article", "Share\u00a0this article", "  Related   Articles"])
    def test_longer_ones(self, line):
        assert newsclean.clean(f"{A}\n{B}\n{line}").text == f"{A}\n{B}"


class TestCaptions:
    """Captions go, but never all the prose there is."""

    def test_the_policy_of_captions(self):
        text = f"{A}\n{CAPTION}{CAPTION}\n{B}"
        assert newsclean.clean(text).text == f"{A}\n{B}"
        assert Cleaner(captions="collapse").clean(text).text == f"{A}\n{CAPTION}\n{B}"
        assert Cleaner(captions="keep").clean(text).text == text
        for captions in ("drop", "collapse"):
            assert Cleaner(captions=captions).clean(text).warnings == ()
            assert Cleaner(captions=captions).clean(text).metadata.captions == (CAPTION,)

    def test_where_other_prose_is_left_they_go(self):
        assert newsclean.clean(f"{CAPTION}{CAPTION}\n{A}").text == A

    def test_where_none_is_left_one_copy_stays(self):
        result = newsclean.clean(f"{CAPTION}{CAPTION}\nHide Ad\nAlton")
        assert result.text == f"{CAPTION}\nAlton"
        assert result.warnings[-1] == "captions are all the prose of this text; the first copy of each stays"

    def test_a_text_that_is_dirt_alone_has_no_such_warning(self):
        assert newsclean.clean("Hide Ad\nHide Ad").warnings == (
            "nothing but boilerplate was found: the cleaned text is empty",
        )


class TestWhoseWord:
    """What the call says goes before what the article says."""

    TITLE = "Alton closes its old bridge for two years"

    def test_title(self):
        text = f"{self.TITLE}\n{A}\n{B}\n{self.TITLE}"
        assert newsclean.clean(Article(text, title=self.TITLE)).text == f"{self.TITLE}\n{A}\n{B}"
        assert newsclean.clean(Article(text, title="Another headline than this")).text == text
        assert newsclean.clean(Article(text, title="Another headline than this"), title=self.TITLE).text != text
        assert newsclean.clean(Article(text, title=self.TITLE), title="Another headline than this").text == text

    @pytest.mark.parametrize(
        ("own", "given", "date"),
        [
            (None, None, None), ("en", None, None), ("en-GB", None, None), ("de", None, dt.date(2022, 4, 11)),
            ("de", "en", None), ("en", "fr", dt.date(2022, 4, 11)), (None, "DE", dt.date(2022, 4, 11)),
        ],
    )  # fmt: skip
    def test_language(self, own, given, date):
        text = f"{A}\n{B}\nPublished: 11/04/2022"
        assert newsclean.clean(Article(text, language=own), language=given).metadata.date == date


class TestOptions:
    """Options hold for copies of a cleaner, and for each of many texts."""

    def test_kinds_rules_and_detectors_may_be_named(self):
        for name in ("ad_marker", "ad_marker.label_en", "line_repeat.adjacent", "boilerplate.score", "site_recurring"):
            assert Cleaner(keep=[name]).policy.keep == {name}

    def test_with_other_rules_all_options_stay(self):
        cleaner = Cleaner(profile="strict", captions="keep", keep=["byline"], drop=["dateline"], protect=["Alton"])
        copy = cleaner.with_rules(cleaner.rules)
        mine, its = cleaner.policy, copy.policy
        assert (mine.profile, mine.captions, mine.keep, mine.drop) == (its.profile, its.captions, its.keep, its.drop)
        assert [p.pattern for p in its.protect] == [p.pattern for p in mine.protect]
        text = f"{A}\nHide Ad in Alton\nHide Ad\n{CAPTION}{CAPTION}\n{B}"
        assert copy.clean(text) == cleaner.clean(text)

    def test_many_texts_are_cleaned_each_by_its_own_title(self):
        title = "Alton closes its old bridge for two years"
        text = f"{title}\n{A}\n{B}\n{title}"
        articles = [Article(text, title=title), text, "Hide Ad"]
        cleaner = Cleaner()
        for workers in (1, 2):
            assert list(cleaner.clean_many(articles, workers=workers)) == [cleaner.clean(one) for one in articles]

    def test_detect_is_in_the_order_of_the_text(self):
        found = Cleaner().detect(f"Comments\n{A}\nHide Ad\n{B}\nRelated Articles")
        assert [f.kind for f in found][:2] == ["comment_prompt", "ad_marker"]
        assert [f.spans for f in found] == sorted(f.spans for f in found)


# A line (or two) in which each detector that is no rule of a file sees something, and where it stands.
SEEN = {
    "caption_repeat.glued": [f"{CAPTION}{CAPTION}"],
    "caption_repeat.copy": [f"{CAPTION}{CAPTION}", "Alton", CAPTION],
    "line_repeat.glued": [f"{A} Nobody was hurt. {C}" * 2],
    "line_repeat.adjacent": [C, C],
    "line_repeat.truncated": [C, f"{C[:60]}…"],
    "line_repeat.credited": [CAPTION[:-1], f"{CAPTION[:-1]} (Coast Agency)"],
    "line_repeat.near": [CAPTION, CAPTION.replace("Alton", "old Alton")],
    "line_repeat.passage": [A, B, C, A, B, C],
    "timestamp.cue": ["Published: 18 November 2019"],
    "timestamp.date_clock": ["18 November 2019, 19:11"],
    "timestamp.date": ["18 November 2019"],
    "timestamp.clock": ["19:11"],
    "byline.grammar": ["By Anna Berg"],
    "byline.stamped": ["Anna Berg - Nov 19, 2019, 10:31 pm"],
    "dateline.place": [f"LONDON (AP) — {A}"],
    "headline_repeat.title": ["Alton closes its old bridge", "Nothing more", "Alton closes its old bridge"],
    "headline_repeat.standfirst": ["Alton closes its old bridge", "Engineers found cracks in it"] * 2,
    "boilerplate.score": ["Our valley", "Newsletter for walkers", "Garden videos", "Our ferry", "Newsletter for you"],
}


@pytest.mark.parametrize("rule", SEEN)
def test_what_each_detector_is_called_may_be_kept(rule):
    above = [] if rule == "dateline.place" else [A, B, C, "What now?", "Who pays?", "And who does not?", "The end"]
    text = "\n".join([*above, *SEEN[rule], CLOSE])
    title = "Alton closes its old bridge"
    found = Cleaner(profile="strict").detect(text, title=title)
    assert rule in {f.rule for f in found}
    kept = Cleaner(profile="strict", keep=[rule]).clean(text, title=title)
    assert rule not in {r.rule for r in kept.removed}
    with pytest.raises(newsclean.errors.OptionError, match="neither a kind nor a rule id"):
        Cleaner(keep=[f"{rule}.more"])


def test_detectors_are_all_named():
    assert set(DETECTORS) == {*SEEN, "site_recurring.line", "site_recurring.block"}
    assert [told for told in DETECTORS.values() if not re.fullmatch(r"[A-Z](?![A-Z]).*\.", told)] == []  # sentences


@pytest.mark.parametrize("indent", ["", "  ", "\t"])
def test_a_dateline_is_told_from_its_place_on(indent):
    text = f"{indent}LONDON (AP) — {A}\n{B}"
    (found,) = [f for f in newsclean.clean(text).flagged if f.kind == "dateline"]
    assert text[slice(*found.spans[0])] == "LONDON (AP) — "


@pytest.mark.parametrize("suffix", ["Click To Tweet", "(Photo: Tom Hale/Reuters)"])
@pytest.mark.parametrize("space", [" ", "  ", "\t", "\u00a0"])
def test_a_suffix_is_found_with_spaces_behind_it(suffix, space):
    bare, spaced = (f"The river rose.\nWork begins, he said {suffix}{end}\nNothing more" for end in ("", space))
    found = [[s.rule for s in Cleaner().sightings(text) if s.action == "strip"] for text in (bare, spaced)]
    assert found[0]
    assert found[0] == found[1]
    assert newsclean.clean(spaced).restore() == spaced


@pytest.mark.parametrize(
    "line", ["date 2022-04-11 Hide Ad", "date 2022-04-11 By Anna Berg", "Related Articles Click To Tweet"]
)
def test_what_is_left_of_a_line_is_looked_at_as_a_line(line):
    assert newsclean.clean(f"{line}\n{A}\n{B}").text == f"{A}\n{B}"
