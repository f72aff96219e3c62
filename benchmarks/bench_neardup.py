"""Near-duplicates, step by step and as a whole.

    pytest benchmarks/bench_neardup.py --benchmark-enable --benchmark-only

2,000 made-up articles of 400 words on average, every tenth an edited copy of an earlier one; words from a vocabulary
with Zipf-like frequencies, a typographic quote or dash in each article. The fold table and datasketch's permutations
are built before the clock starts. One process. Divide 2,000 by the mean to get articles a second.
"""

import random

import numpy as np
import pytest

from newsclean.neardup import compare, find_duplicates, minhash
from newsclean.neardup.bands import candidate_pairs
from newsclean.neardup.decide import decide
from newsclean.neardup.evidence import collect, sketch, verify_candidates
from newsclean.neardup.fold import fold_bytes
from newsclean.neardup.options import CONTAINMENT, THRESHOLD, check_options
from newsclean.neardup.shingles import shingle_sets, shingle_texts
from newsclean.neardup.signatures import sketch_shingles, sketch_texts
from newsclean.neardup.verify import count_overlaps

ARTICLES = 2_000
SYLLABLES = [
    "an",
    "ber",
    "co",
    "dal",
    "er",
    "fin",
    "gra",
    "hol",
    "in",
    "jor",
    "kel",
    "lam",
    "mon",
    "nor",
    "or",
    "pel",
    "ran",
]


def vocabulary(rng, size=20_000):
    words = {"".join(rng.choices(SYLLABLES, k=rng.choice((1, 2, 2, 3, 3, 4)))) for _ in range(size)}
    return sorted(words, key=lambda word: (len(word), word))


def article(rng, words, weights):
    text = rng.choices(words, cum_weights=weights, k=max(40, int(rng.lognormvariate(5.9, 0.5))))
    lines = []
    while text:
        length = min(len(text), rng.randrange(8, 30))
        sentence, text = text[:length], text[length:]
        sentence[0] = sentence[0].capitalize()
        ending = rng.choice((".", ".", ".”", " – he said.", f" in {rng.randrange(2050)}."))
        lines.append(" ".join(sentence) + ending)
    return "“" + "\n\n".join(" ".join(lines[i : i + 3]) for i in range(0, len(lines), 3))


def corpus(count, seed=1):
    rng = random.Random(seed)
    words = vocabulary(rng)
    weights = np.cumsum(1 / np.arange(1, len(words) + 1)).tolist()
    texts = []
    for number in range(count):
        if number % 10 == 9:
            copy = rng.choice(texts).split(" ")
            for place in rng.sample(range(len(copy)), len(copy) // 30 + 1):
                copy[place] = rng.choice(words)
            texts.append(" ".join(copy) + "\n\nShare this article on your network. Sign up for our newsletter.")
        else:
            texts.append(article(rng, words, weights))
    return texts


@pytest.fixture(scope="module")
def texts():
    minhash("warm – up")
    return corpus(ARTICLES)


@pytest.fixture(scope="module")
def options():
    return check_options(THRESHOLD, CONTAINMENT, "longest", None, "direct")


@pytest.fixture(scope="module")
def collection(texts):
    from newsclean.model import as_articles

    return collect(list(as_articles(texts)), [], by_date=False)


@pytest.fixture(scope="module")
def sketches(texts):
    return sketch(texts, workers=1)


def test_fold(benchmark, texts):
    benchmark(lambda: [fold_bytes(text) for text in texts])


def test_shingle(benchmark, texts):
    benchmark(lambda: list(shingle_texts(texts)))


def test_sketch_from_shingles(benchmark, texts):
    chunks = list(shingle_texts(texts))
    benchmark(lambda: [sketch_shingles(chunk) for chunk in chunks])


def test_sketch_from_text(benchmark, texts):
    benchmark(lambda: sketch_texts(texts))


def test_band(benchmark, texts):
    signatures = sketch_texts(texts)
    benchmark(lambda: candidate_pairs(signatures, np.arange(len(texts))))


def test_count_overlaps(benchmark, texts):
    first, second = candidate_pairs(sketch_texts(texts), np.arange(len(texts)))
    sets = shingle_sets(texts)
    benchmark(lambda: count_overlaps(sets, first, second))


def test_verify(benchmark, collection, sketches, options):
    benchmark(lambda: verify_candidates(collection, sketches, options))


def test_group(benchmark, collection, sketches, options):
    evidence = verify_candidates(collection, sketches, options)
    benchmark(lambda: decide(collection, sketches.length, evidence, options))


def test_find_duplicates(benchmark, texts):
    found = benchmark(lambda: find_duplicates(texts))
    assert 150 <= len(found.drop) <= ARTICLES // 10


def test_rethreshold(benchmark, texts):
    found = find_duplicates(texts)
    benchmark(lambda: found.rethreshold(threshold=0.8))


def test_compare(benchmark, texts):
    benchmark(lambda: compare(texts[0], texts[1] + texts[0]))
