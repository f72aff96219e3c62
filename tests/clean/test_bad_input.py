"""Bad input gives a clear error or a defined result; nothing is lost silently."""

import pytest

import newsclean
from newsclean import Article, Cleaner
from newsclean.errors import ArticleError, ArticleTypeError, NewscleanError, OptionError


class TestNotAText:
    @pytest.mark.parametrize(
        "value",
        [b"bytes", bytearray(b"x"), None, 3, 1.5, ["text"], {"text": "x"}, object()],
        ids=lambda v: type(v).__name__,
    )
    def test_clean_refuses(self, value):
        with pytest.raises(ArticleTypeError, match=r"must be a str or an Article, not"):
            newsclean.clean(value)

    def test_bytes_are_told_how_to_become_text(self):
        with pytest.raises(ArticleTypeError, match=r"\.decode\('utf-8'\)"):
            newsclean.clean(b"Hide Ad")

    def test_a_collection_names_the_place(self):
        with pytest.raises(ArticleTypeError, match=r"article 2 \(counted from 0\)"):
            list(Cleaner().clean_many(["a", Article("b"), None]))

    @pytest.mark.parametrize("value", ["one text", b"bytes", Article("x"), None, 3, {"a": 1}], ids=repr)
    def test_one_text_is_no_collection(self, value):
        with pytest.raises(ArticleTypeError, match="a collection of articles is wanted"):
            Cleaner().clean_many(value)

    def test_each_error_is_also_the_builtin_one_expects(self):
        with pytest.raises(TypeError):
            newsclean.clean(None)
        with pytest.raises(NewscleanError):
            newsclean.clean(None)
        with pytest.raises(ValueError, match="ISO 8601"):
            Article("x", date="last week")


class TestArticle:
    @pytest.mark.parametrize("value", ["11/04/2022", "soon", 20220411, ""], ids=repr)
    def test_a_date_that_is_none(self, value):
        with pytest.raises(ArticleError, match="ISO 8601"):
            Article("x", date=value)

    @pytest.mark.parametrize("value", ["2022-04-11", "2022-04-11T08:30:00Z", "2022-04-11 08:30"], ids=repr)
    def test_a_date_as_text(self, value):
        assert Article("x", date=value).date.isoformat() == "2022-04-11"

    @pytest.mark.parametrize("value", [1.5, True, b"a", ("a",)], ids=repr)
    def test_an_id_that_is_none(self, value):
        with pytest.raises(ArticleTypeError, match="id"):
            Article("x", id=value)


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "part"),
        [
            ({"profile": "bold"}, "profile is one of 'safe', 'balanced', 'strict'"),
            ({"captions": "yes"}, "captions is one of"),
            ({"keep": ["adverts"]}, "keep names 'adverts'"),
            ({"drop": ["ad_marker.nothing"]}, "drop names"),
            ({"keep": "ad_marker"}, "keep is a list"),
            ({"keep": [3]}, "keep holds strings, not int"),
            ({"keep": ["byline"], "drop": ["byline"]}, "keep and drop both name byline"),
            ({"protect": ["(open"]}, "does not compile"),
            ({"protect": ["x*"]}, "matches an empty text"),
            ({"rules": "mine.toml"}, "rules is a list"),
            ({"rules": [3]}, "rules holds paths"),
            ({"languages": "en"}, "languages is a list"),
        ],
        ids=lambda v: str(v)[:40],
    )
    def test_names_what_is_wrong(self, options, part):
        with pytest.raises(OptionError) as caught:
            Cleaner(**options)
        assert part in str(caught.value)
        assert str(caught.value).split()[0] == next(iter(options))

    @pytest.mark.parametrize("workers", [0, -1, 1.5, "2", True], ids=repr)
    def test_workers(self, workers):
        with pytest.raises(OptionError, match="workers is a whole number"):
            Cleaner().clean_many(["a"], workers=workers)


class TestStrangeTexts:
    def test_lone_surrogates_become_replacement_characters_and_come_back(self):
        text = "The river \ud800 rose.\nHide Ad"
        result = newsclean.clean(text)
        assert result.text == "The river \ufffd rose."
        assert [r.kind for r in result.repairs] == ["surrogate"]
        assert result.restore() == text

    def test_nulls_go(self):
        assert newsclean.clean("The ri\x00ver rose.\x00").text == "The river rose."

    def test_a_null_inside_a_marker_does_not_hide_it(self):
        assert newsclean.clean("The river rose.\nHide\x00 Ad").text == "The river rose."

    def test_all_boilerplate_is_never_emptied_silently(self):
        result = newsclean.clean("Hide Ad\nADVERTISEMENT\n\nShare this article\n")
        assert result.text == ""
        assert result.warnings == ("nothing but boilerplate was found: the cleaned text is empty",)
        assert len(result.removed) == 3

    def test_empty(self):
        result = newsclean.clean("")
        assert (result.text, result.removed, result.warnings) == ("", (), ())
        assert result.explain() == "0 of 0 lines removed"

    def test_a_line_with_a_bracket_does_not_keep_the_next_from_being_decoded(self):
        assert newsclean.clean("1 < 2\nFish &amp; chips").text == "1 < 2\nFish & chips"

    def test_a_megabyte_of_nested_references(self):
        text = "Fish " + "&" + "amp;" * 250_000 + " chips"
        result = newsclean.clean(text)
        assert result.text == "Fish & chips"
        assert result.restore() == text

    @pytest.mark.parametrize(
        "line",
        ["word " * 4_000_000, "a" * 2_000_000, "é’ " * 700_000, "X. " * 700_000],
        ids=["words, 20 MB", "one letter", "marks that mojibake has", "sentences"],
    )
    def test_a_giant_line(self, line):
        text = f"The river rose.\nHide Ad\n{line}"
        result = newsclean.clean(text)
        assert len(result.removed) >= 1
        assert result.restore() == text

    def test_a_line_that_almost_doubles(self):
        half = "the river rose and the bridge fell " * 20_000
        text = half + half[:-1] + "x"
        assert newsclean.clean(text).text == text

    def test_twenty_thousand_lines(self):
        text = "Hide Ad\nIt rained.\n" * 10_000
        result = newsclean.clean(text)
        assert result.text == "It rained.\n" * 10_000
        assert len(result.removed) == 10_000
