"""What the alphabet of a text lets us leave out is never missed."""

from hypothesis import example, given
from hypothesis import strategies as st

from newsclean.text.alphabet import ODD, TRIMMED, alphabet, is_tame, spelt_out
from newsclean.text.lines import Lines, fold_key, plain
from strategies import any_text


@given(text=any_text)
@example(text="".join(map(chr, range(0x250))))
def test_holds_all_but_printable_ascii(text):
    assert alphabet(text) == {c for c in text if c in ODD or not (" " <= c <= "~" or c == "\n")}


class TestTame:
    """A tame text folds character by character."""

    @given(text=st.text().map(lambda text: "".join(filter(is_tame, text))))
    def test_a_key_is_put_together_from_the_keys_of_characters(self, text):
        parts = (plain(fold_key(c)) if not c.isspace() and fold_key(c) else " " for c in plain(text))
        assert fold_key(text) == " ".join("".join(parts).split())

    @given(character=st.characters().filter(is_tame))
    def test_only_a_trimmed_symbol_folds_to_trimmed_symbols(self, character):
        folded = fold_key(character)
        assert plain(character) in TRIMMED or not any(part in TRIMMED for part in folded)

    @given(text=any_text)
    def test_the_beginning_of_a_key(self, text):
        lines = Lines(text)
        for i in range(len(lines)):
            begin = Lines(text).key_begins(i, 12)
            assert begin == lines.key(i)[:12]


class TestLow:
    """A low line holds every word of a to z and digits that its key holds."""

    @given(character=st.characters())
    def test_letters_are_spelt_out(self, character):
        if is_tame(character):
            key = fold_key(character)
            low = Lines(character, repair=False).low(0).decode("utf-8", "replace")
            assert all(part in low for part in key if part.isascii() and part.isalnum())

    def test_some(self):
        assert Lines("Maßﬁt K", repair=False).low(0) == b"massfit k"
        assert spelt_out("ı") == "i"
