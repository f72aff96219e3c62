"""Many texts scored together: each gets what it would get alone, to the last bit, and one that fails fails alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean import Cleaner
from newsclean.clean.score.context import context, length_discount, vetoed
from newsclean.clean.score.features import measure, read_texts
from newsclean.clean.score.lines import Look, score_looks
from newsclean.clean.score.model import design_first, design_second, shipped_model
from newsclean.clean.score.place import place
from newsclean.clean.score.stack import Stack
from newsclean.clean.zones import Zones
from newsclean.errors import ArticleTypeError, RuleTimeError
from newsclean.rules import hostile
from newsclean.text.lines import Lines
from strategies import any_text

A = "The council of Alton voted on Tuesday night to close the old bridge for two years after cracks were found."
B = "Nobody had crossed it on foot since the winter flood, when the water stood as high as the railings for a week."
MENU = "Home\nSport\n- Our valley\n- Your ferry newsletter\nFollow us on Facebook\nSport\nComments\nLog in\nHide Ad"
pages = st.lists(
    st.one_of(
        any_text,
        st.lists(st.sampled_from([A, B, MENU, "Garden videos", "Q: Who won?", "2 March 2019"]), min_size=1).map(
            "\n".join
        ),
    ),
    min_size=1,
    max_size=6,
)
CLEANER = Cleaner()


@given(values=st.lists(st.lists(st.integers(-9, 9), min_size=1, max_size=6), min_size=1, max_size=6))
def test_a_stack_looks_no_further_than_each_text(values):
    stack = Stack([len(text) for text in values])
    flat = np.array([float(value) for text in values for value in text])

    def each(function):
        return [float(value) for text in values for value in function(np.array(text, float))]

    assert stack.running(flat).tolist() == each(np.cumsum)
    assert stack.sums(flat).tolist() == [sum(text) for text in values]
    assert stack.down(np.maximum, flat).tolist() == each(np.maximum.accumulate)
    assert stack.up(np.logaddexp, flat).tolist() == each(lambda text: np.logaddexp.accumulate(text[::-1])[::-1])
    assert stack.order.tolist() == each(lambda text: range(len(text)))
    assert stack.left.tolist() == each(lambda text: range(len(text))[::-1])
    for by in (-2, -1, 1, 2):

        def moved(text, by=by):
            return [text[k - by] if 0 <= k - by < len(text) else 0 for k in range(len(text))]

        assert stack.shifted(flat, by).tolist() == each(moved)
        beyond = np.append(flat, 0)  # the last is the place of none
        assert beyond[stack.neighbours(stack.place, by)].tolist() == each(moved)


@given(texts=pages)
def test_what_is_measured_of_many_texts_is_what_is_measured_of_each(texts):
    model = shipped_model()
    looks = []
    for text in texts:
        lines = Lines(text)
        if indices := lines.written():
            looks.append(Look.at(lines, indices, CLEANER.sightings(text), Zones.of(lines, indices, ())))
    if not looks:
        return
    readings = read_texts([(look.lines, look.indices) for look in looks], model.words)
    asked = [look._asked(reading) for look, reading in zip(looks, readings, strict=True)]

    def everything(measured):
        where, first = place(measured), model.first.score(measured, place(measured))
        around, rows = context(measured, first), np.arange(len(first))
        return (
            measured.base, where, first, around.signs, vetoed(measured, around), length_discount(measured, around),
            design_first(measured, where, rows), design_second(measured, where, around, rows),
        )  # fmt: skip

    together = everything(measure(asked))
    for look in looks:
        look.lines.forget()
    alone = [everything(look.measured(model.words)) for look in looks]
    for whole, parts in zip(together, zip(*alone, strict=True), strict=True):
        assert np.array_equal(whole, np.concatenate(parts))


@given(texts=pages, profile=st.sampled_from(["safe", "balanced", "strict"]))
def test_texts_cleaned_together_are_cleaned_as_each_alone(texts, profile):
    cleaner = Cleaner(profile=profile)
    assert list(cleaner.clean_many(texts)) == [cleaner.clean(text) for text in texts]


def test_long_texts_are_measured_in_portions_and_give_the_same():
    texts = [f"{A}\n{B}\n{MENU}\n" * n for n in (1, 90, 2, 150, 3)]
    model = shipped_model()

    def looks():
        for text in texts:
            lines = Lines(text)
            indices = lines.written()
            yield Look.at(lines, indices, (), Zones.of(lines, indices, ()))

    together = score_looks(list(looks()), model)
    alone = [score_looks([look], model)[0] for look in looks()]
    for one, other in zip(together, alone, strict=True):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            values = [found.scores.values[found.places.start : found.places.stop] for found in (one, other)]
            assert np.array_equal(*values)
            rows = [found.scores.rows[found.places.start : found.places.stop] - found.first for found in (one, other)]
            assert np.array_equal(*rows)


class TestWhatGoesWrong:
    def test_what_came_before_a_bad_article_is_answered_first(self):
        results = Cleaner().clean_many([f"{A}\nHide Ad", B, None, A])
        assert [next(results).text, next(results).text] == [A, B]
        with pytest.raises(ArticleTypeError, match=r"article 2 \(counted from 0\)"):
            next(results)

    def test_a_source_that_fails_does_so_in_its_turn(self):
        def source():
            yield A
            raise OSError("the line is down")

        results = Cleaner().clean_many(source())
        assert next(results).text == A
        with pytest.raises(OSError, match="the line is down"):
            next(results)

    def test_a_text_that_takes_a_pattern_too_long_fails_alone(self, monkeypatch):
        monkeypatch.setattr(hostile, "LIMIT", 0.2)
        results = Cleaner(protect=["(?:x|xx)+[yz]$w"]).clean_many([A, "x" * 150, B])
        assert next(results).text == A
        with pytest.raises(RuleTimeError):
            next(results)
