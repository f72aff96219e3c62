"""Articles: what they take, what they refuse, how they travel."""

import datetime as dt
import pickle

import pytest

from newsclean import Article, Cleaner
from newsclean.errors import ArticleError, ArticleTypeError, NewscleanError, RecordError, RuleFileError
from newsclean.model import Cleaned, TextCleaner, as_articles


def test_ids_default_to_positions():
    assert [a.id for a in as_articles(["a", Article("b", id="x"), "c"])] == [0, "x", 2]


def test_an_id_met_twice_is_an_error_that_names_both_places():
    with pytest.raises(ArticleError, match="articles 0 and 1"):
        list(as_articles([Article("a", id=1), "b"]))
    with pytest.raises(ArticleError, match=r"articles 0 and 2 .* 'x'"):
        list(as_articles([Article("a", id="x"), "b", Article("c", id="x")]))


def test_a_datetime_is_stored_as_a_date():
    assert Article("x", date=dt.datetime(2022, 4, 11, 8, 30)).date == dt.date(2022, 4, 11)
    assert type(Article("x", date=dt.datetime(2022, 4, 11)).date) is dt.date


def test_an_article_cannot_be_changed():
    with pytest.raises(AttributeError):
        Article("x").text = "y"


@pytest.mark.parametrize(
    "value", [Article("x", id=3, extra={"url": "u"}), Article("y", date="2022-04-11", language="de")]
)
def test_articles_travel_by_pickle(value):
    assert pickle.loads(pickle.dumps(value)) == value


@pytest.mark.parametrize(
    "error",
    [RuleFileError("f", ("a", "b")), RecordError("f", 3, "text", "is missing", "add it"), ArticleTypeError("x")],
)
def test_errors_travel_by_pickle(error):
    copy = pickle.loads(pickle.dumps(error))
    assert isinstance(copy, NewscleanError)
    assert str(copy) == str(error)


def test_a_record_error_names_place_problem_and_next_step():
    assert (
        str(RecordError("a.jsonl", 3, "text", "is missing", "add it")) == "a.jsonl:3: field 'text': is missing; add it"
    )


def test_the_cleaner_meets_the_protocol():
    cleaner = Cleaner()
    assert isinstance(cleaner, TextCleaner)
    assert isinstance(cleaner.clean("x"), Cleaned)
