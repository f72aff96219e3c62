import itertools
import random
import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from neardup_samples import any_text, article, plain_shingles, plain_words, wordy_text

from newsclean.neardup import shingles
from newsclean.neardup.fold import fold, fold_bytes, fold_character, fold_joined, fold_with_origin
from newsclean.neardup.shingles import shingle_sequence, shingle_set, shingle_sets, shingle_texts, words_of


def words(text):
    return [word for word in fold(text).split("\0") if word]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param(" \n-–…!\0", [], id="separators only"),
        pytest.param("don’t don't", ["don", "t", "don", "t"], id="either apostrophe separates"),
        pytest.param("STRASSE Straße", ["strasse", "strasse"], id="sharp s"),
        pytest.param("café cafe\u0301 CAFÉ", ["cafe"] * 3, id="accents, composed or not"),
        pytest.param("soft\u00adhyphen joi\u200dner", ["softhyphen", "joiner"], id="invisible characters vanish"),
        pytest.param("zero\u200bwidth", ["zero", "width"], id="zero width space separates"),
        pytest.param("ﬁre ｆｕｌｌ ２０２４", ["fire", "full", "2024"], id="compatibility forms"),
        pytest.param("新聞がABCと", ["新", "聞", "が", "abc", "と"], id="ideographs and kana are words of their own"),
        pytest.param("한국어 뉴스", ["한국어", "뉴스"], id="hangul words stay whole"),
        pytest.param("Ёлка елка", ["елка", "елка"], id="cyrillic"),
        pytest.param("كِتَاب كتاب", ["كتاب", "كتاب"], id="arabic points vanish"),
        pytest.param("हिन्दी", ["हिन्दी"], id="vowel signs and virama stay"),
        pytest.param("a\ud800b", ["a", "b"], id="a lone surrogate separates"),
        pytest.param("thumbs👍🏽up\ufe0f", ["thumbs", "up"], id="emoji separate"),
        pytest.param("𠮷野", ["𠮷", "野"], id="ideographs beyond the first plane"),
    ],
)
def test_words_of_a_text(text, expected):
    assert words(text) == expected
    assert plain_words(text) == expected


def test_the_tables_hold_the_definition_for_every_character():
    # All of them in one go, a separator between: a fold never reaches beyond its own character.
    characters = [chr(code) for code in range(0x110000) if not 0x20100 <= code < 0x2F700 and code < 0x30100]
    joined = fold(" ".join(characters))
    assert joined == "\0".join(map(fold_character, characters))


def test_texts_folded_together_hold_the_definition_for_every_character():
    # Each character in a text of its own: those that grow by their fold take another way than those that do not.
    characters = [chr(code) for code in range(0x30100) if not 0x3500 <= code < 0x9F00 and not 0xAC10 <= code < 0xD700]
    characters = [c for c in characters if not 0x20100 <= ord(c) < 0x2F700]
    data, between = fold_joined([f"a{c}b" for c in characters])
    joined = [data[i + 1 : j].decode() for i, j in itertools.pairwise(between.tolist())]
    assert [re.split("\0+", one) for one in joined] == [re.split("\0+", f"a{fold_character(c)}b") for c in characters]


class TestFoldedTextsAgreeWithPlainPython:
    """Whatever the characters, the table does what the definition says, and knows where each came from."""

    @given(any_text)
    def test_words(self, text):
        assert words(text) == plain_words(text)

    @given(any_text)
    def test_origin(self, text):
        folded = fold_with_origin(text)
        assert folded.data.replace(b"\0", b" ").split() == fold_bytes(text).replace(b"\0", b" ").split()
        rebuilt = folded.data.decode()
        assert len(folded.origin) == len(rebuilt)
        for place, character in zip(folded.origin.tolist(), rebuilt, strict=True):
            assert character in fold_character(text[place])

    @given(any_text)
    def test_spans_of_words_hold_the_word(self, text):
        found = words_of(text)
        spans = list(zip(found.starts.tolist(), found.ends.tolist(), strict=True))
        expected = plain_words(text)
        assert len(spans) == len(expected)
        for (start, end), word in zip(spans, expected, strict=True):
            assert word in "".join(plain_words(text[start:end]))


class TestShinglesAgreeWithPlainPython:
    """The vectorised shingler gives the hashes that Python's integers give."""

    @given(st.lists(st.one_of(any_text, wordy_text), max_size=6))
    @example(["", "one", "one two", "one two three", "", "internationalisation of 12 things"])
    def test_every_text_of_a_batch(self, texts):
        rows = [chunk.row(i).tolist() for chunk in shingle_texts(texts) for i in range(len(chunk.offsets) - 1)]
        assert rows == [plain_shingles(text) for text in texts]

    @given(st.lists(wordy_text, max_size=6))
    def test_sets(self, texts):
        sets = shingle_sets(texts)
        assert [sets.row(i).tolist() for i in range(len(texts))] == [sorted(set(plain_shingles(t))) for t in texts]


def test_a_long_article_agrees_with_plain_python():
    text = article(1, sentences=200)
    assert shingle_sequence(text).tolist() == plain_shingles(text)


def test_chunks_make_no_difference(monkeypatch):
    texts = [article(i, sentences=1 + i % 5) for i in range(40)] + ["", "two words"]
    whole = [chunk.row(i).tolist() for chunk in shingle_texts(texts) for i in range(len(chunk.offsets) - 1)]
    monkeypatch.setattr(shingles, "CHUNK", 100)
    small = [chunk.row(i).tolist() for chunk in shingle_texts(texts) for i in range(len(chunk.offsets) - 1)]
    assert small == whole
    assert len(list(shingle_texts(texts))) > 5


def test_layout_case_accents_and_punctuation_make_no_difference():
    text = "The café’s owner, 61, said: “We reopen on 3 May.”"
    other = "  THE CAFE'S OWNER\n\n61 SAID - WE REOPEN ON 3 MAY"
    assert shingle_sequence(text).tolist() == shingle_sequence(other).tolist()


def test_word_order_makes_a_difference():
    assert not set(shingle_set("one two three").tolist()) & set(shingle_set("three two one").tolist())


def test_hashes_never_change():
    # Signatures and indexes are saved: with another value they would silently find nothing any more.
    assert shingle_sequence("The river rose").tolist() == [8044366645468661736]


def test_different_shingles_get_different_hashes():
    rng = random.Random(5)
    vocabulary = [f"{a}{b}{n}" for a in "abcdefgh" for b in "stuvwxyz" for n in ("", "ing", "ation", "7")]
    texts = [" ".join(rng.choices(vocabulary, k=2000)) for _ in range(30)]
    grams = set()
    for text in texts:
        parts = text.split()
        grams.update(zip(parts, parts[1:], parts[2:], strict=False))
    assert len(np.unique(shingle_sets(texts).values)) == len(grams)


def test_a_text_of_20_million_characters_is_one_more_text():
    text = "the quick brown fox " * 1_000_000
    chunk = next(iter(shingle_texts([text])))
    assert len(chunk.values) == 4_000_000 - 2
    assert len(np.unique(chunk.values)) == 4
