"""What slots and bands cost and find, at any size: how the default of 128 slots in a ring of 128 bands was chosen.

    python benchmarks/choose_bands.py --articles 20000 [--without-common 10]
    python benchmarks/choose_bands.py --articles 1000000

The articles (benchmarks/corpus.py) are made, sketched and forgotten, a few at a time; two signatures of 128 slots stay
of each (1 kB), and the shingles of every tenth story that has copies. For each way to cut bands: the candidates an
article, the processor time to find them and to check them, and the share found of the pairs of a story's
first article and a copy, by their exact Jaccard similarity (what is below .4 shows in the table in bands.py). ``--without-common`` leaves shingles that more than so many articles have out of the sketches (it
keeps all shingles: for some ten thousand articles).
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Iterable, Iterator

import numpy as np
from corpus import stories

from newsclean.neardup import bands
from newsclean.neardup.shingles import Ragged, distinct, mix, shingle_texts
from newsclean.neardup.signatures import SLOTS, sketch_oneperm
from newsclean.neardup.verify import count_overlaps
from newsclean.parallel import batches_by_size

EDGES = (0.3, 0.4, 0.5, 0.6, 0.8, 1.01)
OTHER = np.uint64(0x5851F42D4C957F2D)  # makes other hashes, for a second signature
CHUNK = 200_000  # shingles sketched at a time
EVERY = 10  # stories: of so many one is looked at


def side_by_side(number: int, rows: int) -> np.ndarray:
    return np.arange(number * rows).reshape(number, rows)


WAYS = {
    "128 slots, ring of 128 bands of 3": bands.BAND_SLOTS,
    "126 slots, 42 bands of 3": side_by_side(42, 3),
    "128 slots, 32 bands of 4": side_by_side(32, 4),
    "255 slots, 85 bands of 3": side_by_side(85, 3),
    "256 slots, 64 bands of 4": side_by_side(64, 4),
}


def sketched(count: int, without: int | None) -> tuple[np.ndarray, np.ndarray, dict[int, np.ndarray], float]:
    """Return 256 slots an article, its story, the shingles of those looked at, and the seconds of one signature."""
    number = np.empty(count, dtype=np.int64)

    def texts() -> Iterator[str]:
        for place, (text, story) in enumerate(stories(count)):
            number[place] = story
            yield text

    chunks: Iterable[Ragged] = map(
        together, batches_by_size(shingle_texts(texts()), lambda c: len(c.values), limit=CHUNK)
    )
    if without is not None:
        chunks = list(chunks)
        values, often = np.unique(np.concatenate([distinct(copy_of(c)).values for c in chunks]), return_counts=True)
        common = values[often > without]
    slots, sets, seconds, first = [], {}, 0.0, 0
    for chunk in chunks:
        rows = len(chunk.offsets) - 1
        for row in range(rows):
            if number[first + row] % EVERY == 0 and number[first + row] < 4_000:  # later stories have no copies
                sets[first + row] = np.unique(chunk.row(row))
        if without is not None:
            keep = ~np.isin(chunk.values, common)
            chunk = Ragged(chunk.values[keep], np.concatenate(([0], np.cumsum(keep)))[chunk.offsets])
        began = time.process_time()
        one = sketch_oneperm([chunk])
        seconds += time.process_time() - began
        slots.append(np.hstack([one, sketch_oneperm([Ragged(mix(chunk.values ^ OTHER), chunk.offsets)])]))
        first += rows
    return np.concatenate(slots), number, sets, seconds


def together(chunks: list[Ragged]) -> Ragged:
    rows = np.concatenate([np.diff(chunk.offsets) for chunk in chunks])
    return Ragged(np.concatenate([chunk.values for chunk in chunks]), np.concatenate(([0], np.cumsum(rows))))


def copy_of(chunk: Ragged) -> Ragged:
    return Ragged(chunk.values.copy(), chunk.offsets)


def true_pairs(number: np.ndarray, sets: dict[int, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Return the pairs of a story's first article and its copies, their Jaccard, and the seconds to check a pair."""
    places = list(sets)
    by_story: dict[int, list[int]] = {}
    for row, place in enumerate(places):
        by_story.setdefault(int(number[place]), []).append(row)
    pairs = [(rows[0], other) for rows in by_story.values() for other in rows[1:]]
    first, second = np.array(pairs).T
    ragged = Ragged(np.concatenate(list(sets.values())), np.cumsum([0, *map(len, sets.values())]))
    began = time.process_time()
    jaccard = count_overlaps(ragged, first, second).jaccard
    each = (time.process_time() - began) / len(first)
    place = np.array(places)
    return place[first], place[second], jaccard, each


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--without-common", type=int, help="leave out shingles that more articles than this have")
    given = parser.parse_args()
    slots, number, sets, seconds = sketched(given.articles, given.without_common)
    first, second, jaccard, each = true_pairs(number, sets)
    wanted = first.astype(np.uint64) << np.uint64(32) | second.astype(np.uint64)
    print(f"{given.articles} articles, {len(wanted)} true pairs; one signature of {SLOTS} slots:", end=" ")
    print(f"{seconds / given.articles * 1e6:.0f} us, the check of a pair: {each * 1e6:.0f} us")
    steps = list(itertools.pairwise(EDGES))
    print(f"{'':36}{'candidates':>11}{'us to find':>11}{'to check':>10}" + "".join(f"{low:>7.1f}+" for low, _ in steps))
    for name, cut in WAYS.items():
        bands.BAND_SLOTS, bands.BANDS = cut, len(cut)
        began = time.process_time()
        a, b = bands.candidate_pairs(slots, np.arange(len(slots)))
        spent = (time.process_time() - began) / len(slots)
        codes = a.astype(np.uint64) << np.uint64(32) | b.astype(np.uint64)
        found = np.isin(wanted, codes)
        print(
            f"{name:36}{len(a) / len(slots):11.2f}{spent * 1e6:11.1f}{len(a) / len(slots) * each * 1e6:10.1f}", end=""
        )
        for low, high in steps:
            here = (jaccard >= low) & (jaccard < high)
            print(f"{found[here].mean():8.3f}" if here.any() else f"{'-':>8}", end="")
        print(flush=True)


if __name__ == "__main__":
    main()
