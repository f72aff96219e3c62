"""Candidate pairs: texts whose signatures agree in a whole band.

Two texts that agree in every slot of some band share a bucket and become candidates. Usually the bands are cut from
the signature side by side, and more of them need more slots, which is what sketching costs (Leskovec, Rajaraman and
Ullman, "Mining of Massive Datasets", 3.4). Here each slot serves in three bands: band i takes the slots i, i + 11 and
i + 37 of a signature that is closed to a ring. The differences 11, 26 and 37 all differ, so that two bands never have
more than one slot in common and are nearly independent: 128 slots give 128 bands of 3. Measured by simulation:

=================== ===== ==== ==== ==== ==== ==== ====
Jaccard similarity    .1   .2   .3  .35   .4  .45   .5
=================== ===== ==== ==== ==== ==== ==== ====
128 slots, ring      .12  .61  .95  .99 .999   1    1
255 slots, 85 x 3    .08  .49  .90  .98 .996   1    1
256 slots, 64 x 4    .01  .10  .41  .62  .81  .93  .98
=================== ===== ==== ==== ==== ==== ==== ====

Loose bands cost little, since every candidate is checked exactly; tight ones lose the copy that was cut to a third.

Crowds. A bucket may hold thousands of articles made from one form, or of papers with one story. Comparing all of its
pairs would take the square of its size, so in a bucket beyond ``COMPLETE`` each text meets only the two at its head
(in the order given, longer texts first: where leaders of groups come from) and the one just before it. And a text with
more than ``MOST`` candidates before it keeps those it shares the most buckets with, and those that are candidates of
the most others, the likely leaders. What matters in a crowd is the likeness to a leader.

Rounds. Pairs gather band by band, and each time that :func:`round_size` of them have come together they are counted
and cut down. What is cut depends on what came before, so whoever finds candidates, in memory, on disk or on a cluster,
takes the same rounds and finds the same pairs.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from newsclean.neardup.signatures import SLOTS, Slots

__all__ = [
    "BANDS",
    "BAND_SLOTS",
    "ROWS",
    "Buckets",
    "Pairs",
    "Ranks",
    "band_hash",
    "bucket_pairs",
    "candidate_pairs",
    "count_pairs",
    "cut_down",
    "merge_counts",
    "round_size",
]

BANDS = SLOTS
ROWS = 3
BAND_SLOTS = (np.arange(BANDS)[:, None] + np.array([0, 11, 37])) % SLOTS
"""The slots of each band, a row each."""

COMPLETE = 13  # texts in a bucket whose pairs are all candidates
HEADS = 2  # in a larger one: texts at its head that each other one meets
LIKE, HUBS = 16, 8  # candidates kept by buckets in common, and by being candidates of others
MOST = LIKE + HUBS

COMPACT = 4_000_000  # pairs gathered before they are counted and cut down, at least: 32 MB
GROWTH = 62_500  # beyond half a million texts a round is larger: one pair a text for so many texts,
A_TEXT = 64  # but no more than these, from four million texts on: as many bytes as the signatures have

_AT_ONCE = 100_000  # pairs of crowded texts weighed at a time: 11 MB

_LOW = np.uint64(0xFFFF_FFFF)
_HIGH = np.uint64(32)

Ranks: TypeAlias = npt.NDArray[np.int64]
Pairs: TypeAlias = npt.NDArray[np.uint64]
Buckets: TypeAlias = npt.NDArray[np.uint16]
"""Two a band at most: the second text of a large bucket meets the first as its head and as its neighbour."""


def round_size(texts: int) -> int:
    """Return how many pairs come together before they are counted and cut down, where there are so many *texts*.

    A band has up to six pairs a text (three where buckets are large), so all have up to 768; that makes 12 rounds, and
    one that is not full, however many texts there are beyond four million.

    >>> [round_size(texts) for texts in (1_000, 500_000, 1_000_000, 100_000_000)]
    [4000000, 4000000, 16000000, 6400000000]
    """
    return max(COMPACT, texts * min(A_TEXT, texts // GROWTH))


def candidate_pairs(signatures: Slots, order: Ranks) -> tuple[Ranks, Ranks]:
    """Return the pairs to check, as two arrays of places in *order*, the first before the second, sorted.

    *order* lists the rows of *signatures* that take part, the likely leaders first. Time grows with
    ``BANDS * n log n``, whatever the sizes of the buckets.
    """
    count = len(order)
    place_bits = np.uint64(max(1, (count - 1).bit_length()))
    places = np.arange(count, dtype=np.uint64)
    by_slot = np.ascontiguousarray(signatures[order].T)
    pairs, buckets = merge_counts([])
    gathered: list[Pairs] = []
    for band, slots in enumerate(BAND_SLOTS):
        # The hash of the band above, the place below: one sort gives the buckets and the order in them. At a
        # million texts 44 bits of hash remain; a chance agreement is one more candidate that fails the check.
        keys = (band_hash(by_slot[slots]) << place_bits) | places
        keys.sort()
        gathered.append(bucket_pairs(keys >> place_bits, keys & ((np.uint64(1) << place_bits) - np.uint64(1))))
        if band == BANDS - 1 or sum(map(len, gathered)) > round_size(count):
            more = np.concatenate(gathered)
            gathered = []
            pairs, buckets = cut_down(*merge_counts([(pairs, buckets), count_pairs(more)]))
    by_earlier = (pairs & _LOW) << _HIGH | pairs >> _HIGH
    by_earlier.sort()
    return (by_earlier >> _HIGH).astype(np.int64), (by_earlier & _LOW).astype(np.int64)


def bucket_pairs(bucket: Pairs, places: Pairs) -> Pairs:
    """Return the pairs of one band, each as ``later << 32 | earlier``: by number they are in order of the later text.

    *bucket* is the sorted band hash of each text, *places* their places in the visiting order, ascending in a bucket.
    """
    first = np.concatenate(([True], bucket[1:] != bucket[:-1]))
    starts = np.flatnonzero(first)
    sizes = np.diff(np.append(starts, len(bucket)))
    begin, size = np.repeat(starts, sizes), np.repeat(sizes, sizes)
    shared = np.flatnonzero(~first)
    small = shared[size[shared] <= COMPLETE]
    large = shared[size[shared] > COMPLETE]
    pairs = [_joined(places, begin[large] + head, large) for head in range(HEADS)]
    pairs.append(_joined(places, large - 1, large))
    back = 1
    while len(small):
        pairs.append(_joined(places, small - back, small))
        back += 1
        small = small[small - begin[small] >= back]
    return np.concatenate(pairs)


def _joined(places: Pairs, earlier: Ranks, later: Ranks) -> Pairs:
    proper = earlier < later
    return places[later[proper]] << _HIGH | places[earlier[proper]]


def count_pairs(pairs: Pairs) -> tuple[Pairs, Buckets]:
    """Return the distinct *pairs*, sorted, and how often each is among them; *pairs* is sorted in place."""
    pairs.sort()
    begins = _begins(pairs)
    return pairs[begins], np.diff(begins, append=len(pairs)).astype(np.uint16)


def merge_counts(counted: list[tuple[Pairs, Buckets]]) -> tuple[Pairs, Buckets]:
    """Return the distinct pairs of all that was *counted*, sorted, and how many buckets each pair shares."""
    some = [one for one in counted if len(one[0])]
    if len(some) < 2:
        return some[0] if some else (np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.uint16))
    pairs, buckets = (np.concatenate([one[side] for one in some]) for side in (0, 1))
    order = np.argsort(pairs, kind="stable")  # which merges what is sorted already
    pairs = pairs[order]
    buckets = buckets[order]
    del order
    begins = _begins(pairs)
    return pairs[begins], np.add.reduceat(buckets, begins)


def _begins(values: Pairs) -> Ranks:
    """Return where in sorted *values* each distinct one begins."""
    return np.flatnonzero(np.concatenate((np.ones(min(1, len(values)), dtype=np.bool_), values[1:] != values[:-1])))


def cut_down(pairs: Pairs, buckets: Buckets, popularity: Ranks | None = None) -> tuple[Pairs, Buckets]:
    """Return the sorted *pairs* without the least promising ones of texts that have too many.

    *popularity* says by place of how many others it is a candidate; None: *pairs* are all there are, so they say it.
    """
    begins = _begins(pairs >> _HIGH)
    sizes = np.diff(begins, append=len(pairs))
    crowded = sizes > MOST
    if not crowded.any():
        return pairs, buckets
    if popularity is None:
        popularity = np.bincount((pairs & _LOW).astype(np.int64))
    begins, sizes = begins[crowded], sizes[crowded]
    keep = np.ones(len(pairs), dtype=np.bool_)
    portion = np.cumsum(sizes) // _AT_ONCE
    for these in np.split(np.arange(len(sizes)), np.flatnonzero(np.diff(portion)) + 1):
        size = sizes[these]
        offset = np.repeat(np.cumsum(size) - size, size)
        depth = np.arange(len(offset)) - offset
        rows = np.repeat(begins[these], size) + depth
        later, earlier = np.repeat(these, size), (pairs[rows] & _LOW).astype(np.int64)
        promising = np.zeros(len(rows), dtype=np.bool_)
        for most, promise in ((LIKE, buckets[rows].astype(np.int64)), (HUBS, popularity[earlier])):
            order = np.lexsort((earlier, -promise, later))
            promising[order[depth < most]] = True
        keep[rows] = promising
    return pairs[keep], buckets[keep]


def band_hash(slots: Slots) -> Pairs:
    """Return one hash a text, from its slots of a band: a row of *slots* each."""
    hashes = np.zeros(slots.shape[1], dtype=np.uint64)
    for row in slots:
        hashes = (hashes ^ row) * np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
    return hashes * np.uint64(0xBF58476D1CE4E5B9)
