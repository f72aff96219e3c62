"""Words looked up by a few of their bytes are found where they are, and nowhere else."""

from hypothesis import given
from hypothesis import strategies as st

from newsclean.rules.grams import STRETCH, WordIndex, piece_of

letters = st.text("abcé©/ ", min_size=1, max_size=12)
words = letters.filter(lambda word: piece_of(word).strip())


@given(
    sets=st.lists(st.lists(words, min_size=1, max_size=4), max_size=5), lines=st.lists(st.text("abcé©/ ", max_size=30))
)
def test_finds_what_a_search_of_each_line_finds(sets, lines):
    low = [line.encode().lower() for line in lines]
    pieces = {number: [piece_of(word) for word in together] for number, together in enumerate(sets)}
    plainly = {}
    for place, line in enumerate(low):
        for number, together in pieces.items():
            if any(piece in line for piece in together):
                plainly.setdefault(place, set()).add(number)
    assert WordIndex(pieces).find(b"\n".join(low)) == plainly


def test_words_are_found_on_both_sides_of_a_stretch():
    words = [b"abcdef", b"wxyz"]
    for shift in range(9):
        text = b"." * (STRETCH - shift) + b"abcdefwxyz"
        assert WordIndex({0: words[:1], 1: words[1:]}).find(text) == {0: {0, 1}}


def test_a_word_of_capitals_only_in_another_script_has_no_piece():
    assert piece_of("фото") == b""
