"""Stories that stand side by side in a long text are not one group; parts of one story are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neardup_samples import article, edited

from newsclean.model import Article
from newsclean.neardup import find_duplicates
from newsclean.neardup.shingles import Ragged, shingle_sequence, shingle_sets
from newsclean.neardup.spread import EVERYWHERE, overlap, spreads

STORIES = [article(f"story {i}", 6) for i in range(3)]
DIGEST = "News in brief\n\n" + "\n\n".join(STORIES)


def groups(texts, **options):
    return [group.members for group in find_duplicates(texts, **options).groups]


class TestRoundUp:
    """What a round-up holds does not come together in its group."""

    def test_each_story_once(self):
        found = find_duplicates([DIGEST, *STORIES])
        assert len(found.groups) == 1
        assert len(found.groups[0].members) == 2
        assert len(found.drop) == 1

    def test_copies_of_the_stories_are_still_found(self):
        texts = [DIGEST, *STORIES, *(edited(story, 1) for story in STORIES)]
        together = {frozenset(members) - {0} for members in groups(texts)}
        assert together == {frozenset((i, i + 3)) for i in range(1, 4)}

    def test_two_round_ups_are_copies(self):
        assert (0, 1) in [members[:2] for members in groups([DIGEST, DIGEST + " And more to come.", *STORIES])]

    def test_the_archive_takes_in_whatever_it_holds(self):
        found = find_duplicates(STORIES, against=[Article(DIGEST, id="digest")])
        assert found.drop == (0, 1, 2)

    def test_chains_are_followed_where_they_are_asked_for(self):
        assert groups([DIGEST, *STORIES], linkage="component") == [(0, 1, 2, 3)]


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([(0, 60), (0, 35)], id="two cuts of one story"),
        pytest.param([(0, 60), (20, 70), (30, 100)], id="overlapping parts"),
        pytest.param([(0, 95), (60, 100)], id="nearly all, and the end"),
    ],
)
def test_parts_of_one_story_stay_together(parts):
    words = article(2, 24).split()
    texts = [" ".join(words[len(words) * a // 100 : len(words) * b // 100]) for a, b in parts]
    assert groups([" ".join(words), *texts]) == [tuple(range(len(parts) + 1))]


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 30))
@settings(max_examples=60, deadline=None)
def test_a_part_is_found_where_it_is(begin, length, seed):
    sentences = article(seed, 40).replace("\n\n", " ").split(". ")
    part = ". ".join(sentences[begin : begin + length])
    whole = ". ".join(sentences)
    row = shingle_sequence(whole)
    sets = shingle_sets([part, whole])
    found = spreads(
        sets, np.array([0]), np.array([1]), np.array([True]), lambda rows: Ragged(row, np.array([0, len(row)]))
    )
    known = set(shingle_sequence(part).tolist())
    if len(known) >= 0.75 * len(set(row.tolist())):
        assert found[0] == EVERYWHERE
        return
    expected, looked_at = 0, row.tolist()[:: max(1, len(row) // 256)]
    for stretch in range(64):
        here = [value in known for place, value in enumerate(looked_at) if place * 64 // len(looked_at) == stretch]
        expected |= (sum(here) > 0 and 3 * sum(here) >= len(here)) << stretch
    assert int(found[0]) == expected


def test_overlap_is_of_the_smaller():
    assert overlap(0b1111, 0b0110) == overlap(0b0110, 0b1111) == 1
    assert overlap(0, EVERYWHERE) == 0


def test_everywhere_is_every_stretch():
    assert EVERYWHERE.bit_count() == 64
    assert overlap(EVERYWHERE, 1) == overlap(1 << 63, EVERYWHERE) == 1
