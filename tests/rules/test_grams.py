"""Words looked up by four of their bytes are found where they are, and nowhere else."""

from hypothesis import given
from hypothesis import strategies as st

from newsclean.rules.grams import WordIndex, piece_of

letters = st.text("abcé©/ ", min_size=1, max_size=9)
words = letters.filter(lambda word: piece_of(word).strip())


@given(
    sets=st.lists(st.lists(words, min_size=1, max_size=4), max_size=5), lines=st.lists(st.text("abcé©/ ", max_size=30))
)
def test_finds_what_a_search_of_each_line_finds(sets, lines):
    low = [line.encode().lower() for line in lines]
    plainly = {}
    for place, line in enumerate(low):
        for number, together in enumerate(sets):
            if any(piece_of(word) in line for word in together):
                plainly.setdefault(place, set()).add(number)
    assert WordIndex(dict(enumerate(sets))).find(low) == plainly


def test_a_word_of_capitals_only_in_another_script_has_no_piece():
    assert piece_of("фото") == b""
