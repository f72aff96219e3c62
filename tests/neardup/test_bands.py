import itertools
import random

import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH
from neardup_samples import article, edited

from newsclean.neardup import bands
from newsclean.neardup.bands import BAND_SLOTS, BANDS, COMPLETE, HEADS, MOST, ROWS, candidate_pairs
from newsclean.neardup.signatures import SLOTS, sketch_texts


def pairs_of(signatures, order=None):
    order = np.arange(len(signatures)) if order is None else np.array(order)
    first, second = candidate_pairs(signatures, order)
    return list(zip(first.tolist(), second.tolist(), strict=True))


def test_two_bands_share_one_slot_at_most():
    assert BAND_SLOTS.shape == (BANDS, ROWS)
    sets = [set(band) for band in BAND_SLOTS.tolist()]
    assert all(len(band) == ROWS for band in sets)
    assert max(len(a & b) for a, b in itertools.combinations(sets, 2)) == 1
    assert np.bincount(BAND_SLOTS.ravel()).tolist() == [ROWS] * SLOTS


def test_candidates_are_those_of_datasketch():
    rng = random.Random(3)
    texts = [article(seed, 6) for seed in range(40)]
    texts += [edited(rng.choice(texts), seed, share=rng.random() / 2) for seed in range(80)]
    signatures = sketch_texts(texts)
    # datasketch's bands lie side by side: lay the slots of ours out in that order.
    lsh = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
    sketches = [MinHash(hashvalues=row[BAND_SLOTS.ravel()], scheme="affine32") for row in signatures]
    for number, sketch in enumerate(sketches):
        lsh.insert(number, sketch)
    # Where no bucket is larger than what is compared completely, all of its pairs are candidates.
    expected = {(a, b) for b, sketch in enumerate(sketches) for a in lsh.query(sketch) if a < b}
    assert set(pairs_of(signatures)) == expected
    assert len(expected) > 60


def test_hardly_a_pair_of_different_articles_is_a_candidate():
    # The made-up articles share about 1 shingle in 100, more than real ones do.
    pairs = pairs_of(sketch_texts([article(seed, 8) for seed in range(300)]))
    assert len(pairs) < 0.001 * 300 * 299 / 2


@pytest.mark.parametrize("count", [0, 1, 2])
def test_none_one_or_two_texts(count):
    assert pairs_of(sketch_texts(["the same words"] * count)) == [(0, 1)][: max(0, count - 1)]


def test_one_band_is_enough():
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 2**32, (2, SLOTS), dtype=np.uint32)
    rows[1, BAND_SLOTS[77]] = rows[0, BAND_SLOTS[77]]
    assert pairs_of(rows) == [(0, 1)]
    rows[1, BAND_SLOTS[77][0]] ^= 1
    assert pairs_of(rows) == []


def test_pairs_are_places_in_the_order_given():
    texts = [article(1, 8), article(2, 8), article(1, 8) + " More."]
    assert pairs_of(sketch_texts(texts), order=[2, 1, 0]) == [(0, 2)]
    assert pairs_of(sketch_texts(texts), order=[2, 1]) == []


def test_a_hot_bucket_stays_linear_and_reaches_its_head():
    count = 3000
    pairs = pairs_of(np.tile(sketch_texts(["one story that all of them print"]), (count, 1)))
    assert len(pairs) == len(set(pairs)) <= count * (HEADS + 1)
    assert {(head, later) for head in range(HEADS) for later in range(head + 1, count)} <= set(pairs)


def test_a_small_bucket_is_complete():
    pairs = pairs_of(np.tile(sketch_texts(["one story that all of them print"]), (COMPLETE, 1)))
    assert pairs == list(itertools.combinations(range(COMPLETE), 2))


@pytest.mark.parametrize("compact", [20_000, 4_000_000])
def test_a_crowd_of_similar_texts_stays_linear_and_meets_its_likes(monkeypatch, compact):
    monkeypatch.setattr(bands, "COMPACT", compact)
    texts = [edited(article(1), seed, 0.1) for seed in range(600)]
    twins = {17: 400, 250: 599, 3: 5}
    for one, other in twins.items():
        texts[other] = texts[one] + " End."
    signatures = sketch_texts(texts)
    pairs = pairs_of(signatures)
    assert np.bincount([later for _, later in pairs]).max() <= MOST
    assert set(twins.items()) <= set(pairs)
    # The likely leaders have the most candidates: some text is compared with a large part of the crowd.
    assert np.bincount([earlier for earlier, _ in pairs]).max() > 200


def test_the_probability_of_a_candidate():
    # The promise of the table in the module: .12 at a similarity of .1, .61 at .2, .95 at .3, .99 at .35.
    rng = np.random.default_rng(7)
    for similarity, expected in ((0.1, 0.118), (0.2, 0.611), (0.3, 0.950), (0.35, 0.990)):
        agree = rng.random((20_000, SLOTS)) < similarity
        found = agree[:, BAND_SLOTS].all(axis=2).any(axis=1).mean()
        assert found == pytest.approx(expected, abs=0.012)


def rounds_taken(monkeypatch, signatures):
    taken = []
    plain = bands.cut_down
    with monkeypatch.context() as patch:
        patch.setattr(bands, "cut_down", lambda *given: (taken.append(1), plain(*given))[1])
        pairs_of(signatures)
    return len(taken)


def test_rounds_stay_few_as_the_collection_grows(monkeypatch):
    """Each text of a crowd has three pairs a band, however many texts there are."""
    monkeypatch.setattr(bands, "COMPACT", 2_000)
    monkeypatch.setattr(bands, "GROWTH", 4)
    crowd = np.tile(sketch_texts(["one story that all of them print"]), (4000, 1))
    few = [rounds_taken(monkeypatch, crowd[:count]) for count in (500, 4000)]
    assert few[0] == few[1] == -(-BANDS // (bands.A_TEXT // (HEADS + 1) + 1))
    monkeypatch.setattr(bands, "A_TEXT", 0)  # rounds of one size, whatever the collection
    assert [rounds_taken(monkeypatch, crowd[:count]) for count in (500, 4000)] == [64, 128]


def test_rounds_of_some_hundred_thousand_texts_are_of_one_size():
    assert {bands.round_size(texts) for texts in (0, 1, 1000, 499_999, 500_000)} == {4_000_000}
