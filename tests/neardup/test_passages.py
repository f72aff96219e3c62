import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from neardup_samples import any_text, article, plain_words, wordy_text

from newsclean.errors import ArticleTypeError, OptionError, UnknownIdError
from newsclean.neardup import compare, find_duplicates
from newsclean.neardup.passages import find_passages
from newsclean.neardup.shingles import words_of

texts = st.one_of(any_text, wordy_text)


def cut(text, span):
    return text[span[0] : span[1]]


class TestPassages:
    """Shared passages are shared, and with the differing ones they cover every word."""

    @given(texts, texts)
    def test_shared_passages_hold_the_same_words(self, a, b):
        for passage in find_passages(a, b).shared:
            words_a, words_b = words_of(a), words_of(b)
            inside_a = (words_a.starts >= passage.a[0]) & (words_a.ends <= passage.a[1])
            inside_b = (words_b.starts >= passage.b[0]) & (words_b.ends <= passage.b[1])
            # A character may fold to several words; those lie in one span.
            assert inside_a.sum() >= passage.words
            assert inside_b.sum() >= passage.words

    @given(wordy_text, wordy_text)
    def test_words_are_equal(self, a, b):
        for passage in find_passages(a, b).shared:
            assert plain_words(cut(a, passage.a)) == plain_words(cut(b, passage.b))
            assert len(plain_words(cut(a, passage.a))) == passage.words

    @given(texts, texts)
    def test_every_word_is_covered(self, a, b):
        found = find_passages(a, b)
        for text, spans in (
            (a, [p.a for p in found.shared] + list(found.only_a)),
            (b, [p.b for p in found.shared] + list(found.only_b)),
        ):
            words = words_of(text)
            for start, end in zip(words.starts.tolist(), words.ends.tolist(), strict=True):
                assert any(s <= start and end <= e for s, e in spans)

    @given(wordy_text)
    def test_a_text_and_itself_differ_in_nothing(self, text):
        found = find_passages(text, text)
        assert found.only_a == found.only_b == ()
        assert len(found.shared) <= 1 or len(set(plain_words(text))) < len(plain_words(text))

    def test_moved_paragraphs_are_found(self):
        one, two = article(1, 4), article(2, 4)
        found = find_passages(f"{one}\n\n{two}", f"{two}\n\n{one}")
        assert [p.words for p in found.shared] == [len(plain_words(one)), len(plain_words(two))]
        assert found.only_a == found.only_b == ()

    def test_a_changed_figure_stands_alone(self):
        found = find_passages("The river rose by 2.5 metres in one night", "The river rose by 3.5 metres in one night")
        assert [cut("The river rose by 2.5 metres", span) for span in found.only_a] == ["2"]

    def test_one_phrase_repeated_takes_no_longer_than_another_text(self):
        began = time.perf_counter()
        found = find_passages("again and " * 20_000, "and again " * 20_000)
        assert time.perf_counter() - began < 5
        assert sum(p.words for p in found.shared) >= 39_990


class TestCompare:
    """``compare`` and ``explain`` say the same, for reading and for machines."""

    def test_scores_of_known_texts(self):
        found = compare("one two three four five", "one two three four six")
        assert (found.jaccard, found.containment, found.kind) == (2 / 4, 2 / 3, None)
        found = compare("one two three four five", "zero one two three four five six")
        assert (found.jaccard, found.containment, found.kind) == (3 / 5, 1, "near")

    @pytest.mark.parametrize("text", ["", " \n", "...", "\0", "\ud800"])
    def test_a_text_without_words_is_like_nothing(self, text):
        for other in (text, "some words at least", ""):
            found = compare(text, other)
            assert (found.kind, found.jaccard, found.containment) == (None, 0, 0)

    def test_short_texts(self):
        assert compare("Sport", "sport").jaccard == 1
        assert compare("Sport", "News").jaccard == 0
        assert compare("two words", "words two").jaccard == 0

    def test_explain_shows_two_that_are_no_duplicates(self):
        found = find_duplicates([article(1), article(2)])
        explained = found.explain(0, 1)
        assert explained.kind is None
        assert explained.only_a
        assert str(explained).startswith("0 and 1: no duplicates, jaccard 0.0")

    def test_reading(self):
        shown = str(compare("Rain fell on the old town at noon", "Rain fell on the new town at noon"))
        assert shown.splitlines() == [
            "a and b: no duplicates, jaccard 0.333, containment 0.500",
            "  both  [0:16] [0:16] 4 words: Rain fell on the",
            "  both  [21:33] [21:33] 3 words: town at noon",
            "  only a  [17:20]: old",
            "  only b  [17:20]: new",
        ]

    def test_machine_form(self):
        found = compare("Rain fell on the old town", "Rain fell on the new town")
        assert json.loads(json.dumps(found.to_dict())) == found.to_dict()
        assert found.to_dict()["format"] == "newsclean.comparison"
        assert found.to_dict()["only_a"] == [[17, 25]]

    def test_errors_say_what_to_do(self):
        with pytest.raises(ArticleTypeError, match="two texts, each a str, not bytes"):
            compare(b"one", "two")
        with pytest.raises(OptionError, match="threshold is a number above 0 and up to 1"):
            compare("one", "two", threshold=0)
        with pytest.raises(UnknownIdError, match="no article has the id 'x'"):
            find_duplicates(["one"]).explain(0, "x")
