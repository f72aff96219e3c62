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
    "band_hash",
    "bucket_pairs",
    "candidate_pairs",
    "count_pairs",
    "cut_down",
]

BANDS = SLOTS
ROWS = 3
BAND_SLOTS = (np.arange(BANDS)[:, None] + np.array([0, 11, 37])) % SLOTS
"""The slots of each band, a row each."""

COMPLETE = 13  # texts in a bucket whose pairs are all candidates
HEADS = 2  # in a larger one: texts at its head that each other one meets
LIKE, HUBS = 16, 8  # candidates kept by buckets in common, and by being candidates of others
MOST = LIKE + HUBS

COMPACT = 4_000_000  # pairs gathered before they are counted and cut down: 32 MB

_LOW = np.uint64(0xFFFF_FFFF)
_HIGH = np.uint64(32)

Ranks: TypeAlias = npt.NDArray[np.int64]
Pairs: TypeAlias = npt.NDArray[np.uint64]


def candidate_pairs(signatures: Slots, order: Ranks) -> tuple[Ranks, Ranks]:
    """Return the pairs to check, as two arrays of places in *order*, the first before the second, sorted.

    *order* lists the rows of *signatures* that take part, the likely leaders first. Time grows with
    ``BANDS * n log n``, whatever the sizes of the buckets.
    """
    count = len(order)
    place_bits = np.uint64(max(1, (count - 1).bit_length()))
    places = np.arange(count, dtype=np.uint64)
    by_slot = np.ascontiguousarray(signatures[order].T)
    pairs, buckets = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
    gathered: list[Pairs] = []
    for band, slots in enumerate(BAND_SLOTS):
        # The hash of the band above, the place below: one sort gives the buckets and the order in them. At a
        # million texts 44 bits of hash remain; a chance agreement is one more candidate that fails the check.
        keys = (band_hash(by_slot[slots]) << place_bits) | places
        keys.sort()
        gathered.append(bucket_pairs(keys >> place_bits, keys & ((np.uint64(1) << place_bits) - np.uint64(1))))
        if band == BANDS - 1 or sum(map(len, gathered)) > COMPACT:
            pairs, buckets = cut_down(*count_pairs(pairs, buckets, np.concatenate(gathered)))
            gathered = []
    return (pairs >> _HIGH).astype(np.int64), (pairs & _LOW).astype(np.int64)


def bucket_pairs(bucket: Pairs, places: Pairs) -> Pairs:
    """Return the pairs of one band, each as ``earlier << 32 | later``.

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
    return places[earlier[proper]] << _HIGH | places[later[proper]]


def count_pairs(pairs: Pairs, buckets: Ranks, more: Pairs) -> tuple[Pairs, Ranks]:
    """Return the distinct pairs of both, sorted, and how many buckets each pair shares."""
    fresh, times = np.unique(more, return_counts=True)
    if not len(pairs):
        return fresh, times
    # A few new pairs into many sorted ones: looked up and set in, not all sorted anew.
    at = np.searchsorted(pairs, fresh)
    known = pairs[np.minimum(at, len(pairs) - 1)] == fresh
    buckets = buckets.copy()
    buckets[at[known]] += times[known]
    new = ~known
    return np.insert(pairs, at[new], fresh[new]), np.insert(buckets, at[new], times[new])


def cut_down(pairs: Pairs, buckets: Ranks, popularity: Ranks | None = None) -> tuple[Pairs, Ranks]:
    """Return the pairs without the least promising ones of texts that have too many.

    *popularity* says by place of how many others it is a candidate; None: *pairs* are all there are, so they say it.
    """
    later = (pairs & _LOW).astype(np.int64)
    crowded = np.flatnonzero(np.bincount(later)[later] > MOST) if len(later) else later
    if not len(crowded):
        return pairs, buckets
    earlier = (pairs >> _HIGH).astype(np.int64)
    popular = (np.bincount(earlier) if popularity is None else popularity)[earlier]
    keep = np.ones(len(pairs), dtype=np.bool_)
    keep[crowded] = False
    for most, promise in ((LIKE, buckets), (HUBS, popular)):
        order = crowded[np.lexsort((earlier[crowded], -promise[crowded], later[crowded]))]
        begins = np.flatnonzero(np.diff(later[order], prepend=-1))
        depth = np.arange(len(order)) - np.repeat(begins, np.diff(np.append(begins, len(order))))
        keep[order[depth < most]] = True
    return pairs[keep], buckets[keep]


def band_hash(slots: Slots) -> Pairs:
    """Return one hash a text, from its slots of a band: a row of *slots* each."""
    hashes = np.zeros(slots.shape[1], dtype=np.uint64)
    for row in slots:
        hashes = (hashes ^ row) * np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
    return hashes * np.uint64(0xBF58476D1CE4E5B9)
