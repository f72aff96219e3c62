import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st
from neardup_samples import article, edited, plain_shingles, wordy_text

from newsclean.errors import UnknownIdError
from newsclean.model import Article
from newsclean.neardup import find_duplicates, minhash
from newsclean.neardup.shingles import Ragged, shingle_texts
from newsclean.neardup.signatures import SLOTS, sketch_oneperm, sketch_shingles, sketch_texts


def datasketch_of(text):
    """The twin: datasketch's own sketch of the same shingle hashes, given as the 32-bit numbers they are."""
    sketch = MinHash(num_perm=128, seed=1, scheme="affine32", hashfunc=lambda value: value)
    sketch.update_batch([value & 0xFFFF_FFFF for value in plain_shingles(text)])
    return sketch


class TestSignaturesAreDatasketchs:
    """A signature equals, bit for bit, what datasketch 2 makes of the same shingles."""

    @given(st.lists(wordy_text, max_size=5))
    def test_of_any_batch(self, texts):
        values = sketch_texts(texts)
        assert values.dtype == np.uint32
        assert values.shape == (len(texts), 128)
        for row, text in zip(values, texts, strict=True):
            assert row.tolist() == datasketch_of(text).hashvalues.tolist()

    @pytest.mark.parametrize("seed", range(3))
    def test_of_articles(self, seed):
        assert minhash(article(seed)) == datasketch_of(article(seed))

    def test_of_a_text_without_words(self):
        assert minhash(" ... ").is_empty()


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1), st.randoms(use_true_random=False))
def test_order_and_repetition_of_shingles_make_no_difference(values, random):
    shuffled = values + random.choices(values, k=len(values))
    random.shuffle(shuffled)
    row = sketch_shingles(Ragged(np.array(values, dtype=np.uint64), np.array([0, len(values)])))
    same = sketch_shingles(Ragged(np.array(shuffled, dtype=np.uint64), np.array([0, len(shuffled)])))
    assert row.tolist() == same.tolist()


def test_estimates_are_near_the_exact_value():
    errors = []
    for seed in range(20):
        text, other = article(seed, 30), edited(article(seed, 30), seed, share=0.02 + seed % 10 / 50)
        a, b = set(plain_shingles(text)), set(plain_shingles(other))
        errors.append(minhash(text).jaccard(minhash(other)) - len(a & b) / len(a | b))
    # The standard error at 128 slots is .044 where it is largest; the mean of 20 has less than a quarter of it.
    assert abs(np.mean(errors)) < 0.03
    assert np.std(errors) < 0.07


def test_signatures_of_a_result_go_to_datasketch():
    texts = [article(1), article(2), article(1) + " "]
    found = find_duplicates([Article(text, id=f"a{i}") for i, text in enumerate(texts)])
    assert len(found.signatures) == 3
    for i, text in enumerate(texts):
        assert found.signatures.to_datasketch(f"a{i}") == datasketch_of(text)
    with pytest.raises(UnknownIdError, match="no article has the id 0"):
        found.signatures.to_datasketch(0)


def test_a_signature_given_out_is_a_copy():
    found = find_duplicates(["one two three four"])
    found.signatures.to_datasketch(0).update(b"something else")
    assert found.signatures.to_datasketch(0) == datasketch_of("one two three four")


def mixed(value):
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        value = ((value ^ value >> shift) * factor) % 2**64
    return value ^ value >> 31


def plain_oneperm(text):
    """The twin of the one-permutation signature, slot by slot."""
    hashes = set(plain_shingles(text))
    minhash_values = datasketch_of(text).hashvalues.tolist()
    row = []
    for slot in range(SLOTS):
        first = [h >> 25 & 0xFFFF_FFFF for h in hashes if h >> 57 == slot]
        second = [mixed(h) >> 32 for h in hashes if h >> 18 & 127 == slot]
        row.append(min(first or second or [minhash_values[slot]]))
    return row


def ragged(rows):
    return Ragged(np.concatenate([np.empty(0, np.uint64), *rows]), np.cumsum([0, *map(len, rows)]))


class TestOnePermutation:
    """The signatures that find_duplicates uses are those of the definition, and estimate without bias."""

    @given(st.lists(wordy_text, max_size=5))
    def test_of_any_batch(self, texts):
        rows = sketch_oneperm(shingle_texts(texts))
        assert [row.tolist() for row in rows] == [plain_oneperm(text) for text in texts]

    @pytest.mark.parametrize("sentences", [6, 12, 24, 30, 60])
    def test_of_articles(self, sentences):
        texts = [article(f"{sentences} {i}", sentences + i) for i in range(4)] + ["", article(2, 3)]
        rows = sketch_oneperm(shingle_texts(texts))
        assert [row.tolist() for row in rows] == [plain_oneperm(text) for text in texts]

    @pytest.mark.parametrize("size", [10, 50, 100, 200, 400, 1500])
    @pytest.mark.parametrize("ratio", [0.3, 0.5, 1])
    def test_estimates(self, size, ratio):
        rng = np.random.default_rng(size)
        pairs, other, shared = 300, int(size * ratio), int(size * ratio * 0.6)
        values = rng.integers(0, 2**64, (pairs, size + other - shared), dtype=np.uint64)
        signatures = sketch_oneperm([ragged([row for one in values for row in (one[:size], one[size - shared :])])])
        estimates = (signatures[::2] == signatures[1::2]).mean(axis=1)
        exact = shared / (size + other - shared)
        error = np.sqrt(exact * (1 - exact) / SLOTS)
        assert abs(estimates.mean() - exact) < 4 * error / np.sqrt(pairs)
        assert estimates.std() < 1.15 * error
        assert (abs(estimates - exact) < 4.2 * error).all()
