"""Weighing: strengths, second signs, vetoes, the document guard, and the caller's word."""

import pytest

import newsclean
from newsclean import Cleaner

A = "The council of Alton voted on Tuesday night to close the old bridge for two years after cracks were found."
B = "Work is to begin in the spring, and the ferry will run every quarter of an hour until the new one opens."
C = "Nobody had crossed it on foot since the winter flood, when the water stood as high as the railings for a week."


def kinds(result):
    return [r.kind for r in result.removed]


class TestSecondSign:
    def test_a_cue_alone_inside_the_article_stays(self):
        text = f"{A}\n\nRelated Articles\n\n{B}"
        result = newsclean.clean(text)
        assert result.text == text
        assert result.flagged[0].evidence[-1] == "no second sign spoke for it"

    def test_before_the_prose_it_goes(self):
        result = newsclean.clean(f"Comments\n{A}\n{B}")
        assert result.text == f"{A}\n{B}"
        assert "stands before the first prose line" in result.removed[0].evidence

    def test_after_the_prose_it_goes(self):
        result = newsclean.clean(f"{A}\n{B}\nView comments")
        assert "stands after the last prose line" in result.removed[0].evidence

    def test_beside_a_line_that_goes_it_goes(self):
        assert newsclean.clean(f"{A}\nHide Ad\nRead more\n{B}").text == f"{A}\n{B}"

    def test_one_removal_is_the_next_ones_sign(self):
        result = newsclean.clean(f"{A}\nHide Ad\nRead more\nComments\nWatch live\n{B}")
        assert result.text == f"{A}\n{B}"

    def test_a_second_copy_is_a_sign(self):
        assert newsclean.clean(f"{A}\nRead more\n{B}\nRead more\n{C}").text == f"{A}\n{B}\n{C}"

    def test_a_text_without_prose_has_no_place_to_speak_of(self):
        text = "River rises\nComments\nIt rained."
        assert newsclean.clean(text).text == text

    def test_a_block_takes_its_teasers_with_it_after_the_prose(self):
        result = newsclean.clean(f"{A}\n{B}\nRelated Articles\nTen walks for spring\nThe mill that would not close")
        assert result.text == f"{A}\n{B}"

    def test_a_block_ends_where_prose_returns(self):
        result = newsclean.clean(f"{A}\nRelated Articles\nTen walks for spring\n{B}")
        assert result.text == f"{A}\nRelated Articles\nTen walks for spring\n{B}"


class TestProfiles:
    TEXT = f"Comments\n{A}\nHide Ad\n{B}\n(Reporting by Anna Berg; Editing by Tom Hale)\n19:11"

    def test_safe_takes_what_is_certain(self):
        assert kinds(Cleaner(profile="safe").clean(self.TEXT)) == ["ad_marker"]

    def test_balanced_takes_what_a_second_sign_supports(self):
        assert kinds(newsclean.clean(self.TEXT)) == ["comment_prompt", "ad_marker"]

    def test_strict_takes_hints_but_not_the_reports_own_marks(self):
        assert kinds(Cleaner(profile="strict").clean(self.TEXT)) == ["comment_prompt", "ad_marker", "timestamp"]

    def test_drop_takes_those_too(self):
        result = Cleaner(drop=["agency_credit"]).clean(self.TEXT)
        assert "agency_credit" in kinds(result)

    def test_drop_takes_one_rule_and_not_its_kind(self):
        result = Cleaner(drop=["timestamp.clock"], profile="safe").clean(self.TEXT)
        assert kinds(result) == ["ad_marker", "timestamp"]


class TestVetoes:
    def test_an_open_quotation(self):
        text = f"{A}\nHide Ad\n“Sign up to our daily newsletter”\n{B}"
        assert "“Sign up" in newsclean.clean(text).text

    def test_a_list_inside_the_article(self):
        text = f"{A}\n- Read the meter\n- Subscribe to Valley News newsletter by e-mail\n- Subscribe to Valley News newsletter by e-mail\n{B}"
        assert newsclean.clean(text).text == text

    def test_protect_wins_over_certainty(self):
        result = Cleaner(protect=[r"hide ad"]).clean(f"{A}\nHide Ad\n{B}")
        assert "Hide Ad" in result.text
        assert result.flagged[0].strength == "A"

    def test_protect_reaches_into_a_longer_line(self):
        line = "Copyright 2019 Coast Media. All rights reserved."
        assert line in Cleaner(protect=["coast media"]).clean(f"{A}\n{line}").text

    def test_protect_keeps_a_prefix(self):
        text = f"date 2022-04-11 {A}"
        assert Cleaner(protect=["2022-04-11"]).clean(text).text == text

    def test_keep_by_rule_id(self):
        assert "Hide Ad" in Cleaner(keep=["ad_marker.label_en"]).clean(f"{A}\nHide Ad").text

    def test_a_line_kept_for_one_reason_does_not_go_for_another(self):
        text = f"{A}\nRead more: The mill that would not close"
        assert Cleaner(keep=["read_more"], profile="strict").clean(text).text == text


class TestGuard:
    PROMPTS = "\n".join(
        f"By continuing to use this site you agree that the {n} partners of ours may set cookies on your machine for a year."
        for n in range(6)
    )

    def test_steps_in_before_most_of_the_prose_goes(self):
        text = f"{self.PROMPTS}\n{self.PROMPTS.replace('year', 'week')}"
        result = Cleaner(profile="strict").clean(text)
        assert result.text == text
        assert "would have been removed" in result.warnings[0]
        assert result.flagged

    def test_leaves_certain_removals(self):
        result = Cleaner(profile="strict").clean(f"{self.PROMPTS}\nHide Ad")
        assert kinds(result) == ["ad_marker"]

    def test_does_not_count_copies(self):
        result = newsclean.clean(f"{A}\n{B}{B}\n{C}{C}")
        assert result.text == A
        assert result.warnings == ()


class TestBlankLines:
    @pytest.mark.parametrize(
        ("text", "cleaned"),
        [
            ("a\nHide Ad\nb", "a\nb"),
            ("a\n\nHide Ad\n\nb", "a\n\nb"),
            ("a\n\n\nHide Ad\n\n\nHide Ad\n\nb", "a\n\nb"),
            ("a\nHide Ad\n\nb", "a\n\nb"),
            ("Hide Ad\n\na", "a"),
            ("\n\nHide Ad\na", "a"),
            ("a\n\nHide Ad", "a"),
            ("a\n\nHide Ad\n", "a\n"),
            ("a\n\nHide Ad\n\n\n", "a\n"),
            ("a\r\nHide Ad\r\nb", "a\nb"),
            ("a\r\n\r\nHide Ad", "a"),
            ("a\n\n\nb\nHide Ad\nc", "a\n\n\nb\nc"),
            ("Hide Ad", ""),
            ("Hide Ad\n", ""),
        ],
    )
    def test_what_a_removal_leaves_behind(self, text, cleaned):
        result = newsclean.clean(text)
        assert result.text == cleaned
        assert result.restore() == text


def test_the_title_a_second_time_goes():
    title = "Alton closes its old bridge for two years"
    text = f"{title}\n{A}\n{B}\n{title}"
    assert newsclean.clean(text).text == text
    assert newsclean.clean(text, title=title).text == f"{title}\n{A}\n{B}"
    assert newsclean.clean(newsclean.Article(text, title=f"{title} | Valley Post")).text == f"{title}\n{A}\n{B}"


def test_each_line_goes_for_one_reason_and_names_the_others():
    result = newsclean.clean(
        f"{A}\nWatch more of our videos on Shots!\u00a0\nand live on Freeview channel 276\nVisit Shots! now\n{B}"
    )
    assert result.text == f"{A}\n{B}"
    assert len(result.removed) == 1
    assert len(result.removed[0].spans) == 3
    assert "also video_promo.shots_parts_en" in result.removed[0].evidence


def test_the_report_is_in_order_of_place():
    result = newsclean.clean(f"Hide Ad\n{A}\nRead more\n{B}\nComments\nHide Ad")
    spans = [r.spans for r in result.removed]
    assert spans == sorted(spans)


def test_the_standfirst_under_the_title_a_second_time_goes():
    title, under = "Alton closes its old bridge for two years", "Engineers found cracks in both of its old piers"
    text = f"{title}\n{under}\n{A}\n{B}\n{title}\n{under}"
    assert newsclean.clean(text, title=title).text == f"{title}\n{under}\n{A}\n{B}"


@pytest.mark.parametrize(
    ("line", "keep", "others"),
    [
        ("By Anna Berg Click To Tweet", "byline", ["share_widget.click_to_tweet_en"]),
        ("By Coast News Desk", "byline.desk_en", ["byline.desk_name_en", "byline.grammar"]),
    ],
)
def test_what_else_was_seen_in_a_line_that_the_caller_keeps_says_why_it_stays(line, keep, others):
    result = Cleaner(keep=[keep]).clean(f"{line}\n{A}")
    assert result.text == f"{line}\n{A}"
    last = {f.rule: f.evidence[-1] for f in result.flagged if f.kind != keep and f.rule != keep}
    assert last == dict.fromkeys(others, "its line is kept for another reason")
