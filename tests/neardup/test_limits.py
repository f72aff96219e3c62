"""Numbers that decide what is looked at: against the statistics they are derived from, and by examples."""

from math import comb

import numpy as np
import pytest

from newsclean.errors import OptionError
from newsclean.neardup import Background, compare, find_duplicates
from newsclean.neardup import background as backgrounds
from newsclean.neardup.background import COMMON, describe
from newsclean.neardup.bands import BAND_SLOTS
from newsclean.neardup.evidence import least_agreement, promising_pairs
from newsclean.neardup.options import check_options
from newsclean.neardup.signatures import SLOTS


def chance_below(slots, share):
    """Return how likely fewer than *slots* of a signature agree where each agrees with probability *share*."""
    return sum(comb(SLOTS, k) * share**k * (1 - share) ** (SLOTS - k) for k in range(SLOTS) if k < slots)


@pytest.mark.parametrize("threshold", [0.05, 0.3, 0.45, 0.6, 0.8, 0.95, 0.99, 0.9999])
def test_of_pairs_at_the_threshold_one_in_thirty_thousand_is_left_out(threshold):
    options = check_options(threshold, 1.0, "longest", None, "direct")
    least = least_agreement(np.array([40_000]), np.array([40_000]), options)[0]
    assert chance_below(least, threshold) <= 1 / 30_000 < chance_below(least + 1, threshold)


@pytest.mark.parametrize(("small", "large"), [(100, 150), (100, 400), (300, 700), (400, 400), (46, 46), (31, 31)])
def test_of_contained_texts_too(small, large):
    options = check_options(1.0, 0.65, "longest", None, "direct")
    shared = max(0.65 * small, 30)
    share = shared / (small + large - shared)
    for sizes in ((small, large), (large, small)):
        least = least_agreement(*(np.array([size]) for size in sizes), options)[0]
        assert chance_below(least, share) <= 1 / 30_000 < chance_below(least + 1, share)


def test_where_only_the_same_set_will_do_all_slots_have_to_agree():
    options = check_options(1.0, 1.0, "longest", None, "direct")
    assert least_agreement(np.array([0, 1, 400]), np.array([0, 1, 400]), options).tolist() == [SLOTS] * 3


def test_pairs_are_told_by_the_slots_that_agree():
    options = check_options(0.45, 1.0, "longest", None, "direct")
    least = int(least_agreement(np.array([400]), np.array([400]), options)[0])
    signatures = np.zeros((SLOTS + 1, SLOTS), dtype=np.uint32)
    for agree in range(SLOTS + 1):
        signatures[agree, agree:] = 1
    first, second = np.full(SLOTS, SLOTS), np.arange(SLOTS)
    found = promising_pairs(signatures, np.full(SLOTS + 1, 400), first, second, options)
    assert found.tolist() == [agree >= least for agree in range(SLOTS)]


def test_each_slot_is_in_three_bands_and_no_two_bands_share_two():
    assert BAND_SLOTS.shape == (SLOTS, 3)
    assert np.bincount(BAND_SLOTS.reshape(-1)).tolist() == [3] * SLOTS
    bands = [set(band) for band in BAND_SLOTS.tolist()]
    assert {len(band) for band in bands} == {3}
    assert max(len(one & other) for n, one in enumerate(bands) for other in bands[:n]) == 1
    assert bands[0] == {0, 11, 37}  # an index on disk was made with these


@pytest.mark.parametrize("name", ["threshold", "containment"])
@pytest.mark.parametrize("value", [0, -0.1, 1.01, float("nan"), True, "0.5", None])
def test_a_share_that_is_none_is_named(name, value):
    for ask in (lambda **options: find_duplicates([], **options), lambda **options: compare("a", "b", **options)):
        with pytest.raises(OptionError, match=rf"^{name} is a number above 0"):
            ask(**{name: value})


@pytest.mark.parametrize("value", [1, 1.0, 0.001])
def test_shares_up_to_one_are_taken(value):
    assert find_duplicates([], threshold=value, containment=value).to_dict()["threshold"] == value


@pytest.mark.parametrize("value", [-1, True, 1.0, "3"])
def test_a_window_is_a_number_of_days(value):
    with pytest.raises(OptionError, match=r"^window_days is a whole number of days"):
        find_duplicates([], window_days=value)


def background(**counts):
    shingles = np.arange(1, len(counts) + 1, dtype=np.uint64)
    return Background(shingles, np.array(list(counts.values()), dtype=np.uint32), 40)


def test_common_is_what_more_than_ten_articles_have():
    found = background(a=COMMON, b=COMMON + 1, c=2)
    assert (len(found), found.common.tolist()) == (1, [2])
    assert describe(found) == {"articles": 40, "common_shingles": 1, "common_above": 10}
    assert describe(None) is None
    assert repr(found) == "<Background of 40 articles: 1 common shingles>"


def test_backgrounds_that_differ_are_not_equal():
    assert background(a=2) == background(a=2)
    assert background(a=2) != background(a=3)
    assert background(a=2) != background(a=2, b=2)
    assert background(a=2) != Background(background(a=2).common, np.array([], dtype=np.uint32), 40)
    assert background(a=2) != 2
    assert background(a=2) != Background(np.array([1], np.uint64), np.array([2], np.uint32), 41)


def test_a_merge_beyond_memory_forgets_the_rarest(monkeypatch):
    monkeypatch.setattr(backgrounds, "MOST", 3)
    one, other = background(a=9, b=2, c=5), Background(np.array([4, 5], np.uint64), np.array([5, 7], np.uint32), 2)
    merged = one | other
    assert merged._shingles.tolist() == [1, 5]  # those of one count go together, or order would decide
    assert (merged.articles, (one | Background.fit([]))._shingles.tolist()) == (42, [1, 2, 3])
    monkeypatch.setattr(backgrounds, "MOST", 4)
    assert (one | other)._shingles.tolist() == [1, 3, 4, 5]  # as many as there is room for
