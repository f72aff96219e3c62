"""Candidate pairs: texts whose signatures agree in a whole band.

A signature is cut into bands of a few slots (rows). Two texts that agree in every row of some band share a bucket
and become candidates; at Jaccard similarity s that happens with probability ``1 - (1 - s**rows)**bands`` (Leskovec,
Rajaraman and Ullman, "Mining of Massive Datasets", 3.4). More bands find more, more rows find less.

85 bands of 3 find a pair at similarity .35 with probability .98, at .5 always, and one at .1 in 8 of 100 cases.
Loose bands cost little, since every candidate is checked exactly; a tight one loses the copy that was cut to a third.

A bucket may hold thousands of articles from one template. Comparing all of its pairs would take the square of its
size, so in a bucket each text is compared with the few that follow the rank (longer first) just before it, and with
the few at its head, where the leaders of groups come from. Small buckets are compared completely. A bucket this large
holds one story or one template, in which what matters is the likeness to the head.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from newsclean.neardup.signatures import Slots

__all__ = ["BANDS", "ROWS", "candidate_pairs"]

BANDS = 85
ROWS = 3

NEIGHBOURS = 12  # texts just before it in its bucket that a text is compared with: complete up to 13 in a bucket
HEADS = 4  # texts at the head of its bucket

_COMPACT = 4_000_000  # pairs gathered before repeated ones are taken out: 32 MB

Ranks = npt.NDArray[np.int64]


def candidate_pairs(
    signatures: Slots, order: Ranks, *, bands: int = BANDS, rows: int = ROWS
) -> tuple[Ranks, Ranks]:
    """Return the pairs to check, as two arrays of places in *order*, the first before the second, sorted.

    *order* lists the rows of *signatures* that take part, the likely leaders first. Time grows with
    ``bands * n log n``, whatever the sizes of the buckets.
    """
    count = len(order)
    place_bits = np.uint64(max(1, (count - 1).bit_length()))
    places = np.arange(count, dtype=np.uint64)
    gathered: list[npt.NDArray[np.uint64]] = []
    size = 0
    for band in range(bands):
        # The hash of the band above, the place below: one sort gives the buckets and the rank order in them. At a
        # million texts 44 bits of hash remain; a chance agreement is one more candidate that fails the check.
        keys = _band_hash(signatures[order, band * rows : (band + 1) * rows])
        keys = (keys << place_bits) | places
        keys.sort()
        bucket = keys >> place_bits
        found = _bucket_pairs(bucket, keys & ((np.uint64(1) << place_bits) - np.uint64(1)))
        gathered.append(found)
        size += len(found)
        if size > _COMPACT:
            gathered = [np.unique(np.concatenate(gathered))]
            size = len(gathered[0])
    pairs = np.unique(np.concatenate(gathered)) if gathered else np.empty(0, dtype=np.uint64)
    return (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFF_FFFF)).astype(np.int64)


def _bucket_pairs(bucket: npt.NDArray[np.uint64], places: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Return the pairs of one band, each as ``earlier << 32 | later``; *bucket* is sorted."""
    same = bucket[1:] == bucket[:-1]
    # Where each text's bucket begins: only texts that share one go on.
    starts = np.flatnonzero(np.concatenate(([True], ~same)))
    begins = np.repeat(starts, np.diff(np.append(starts, len(bucket))))
    later = np.flatnonzero(np.concatenate(([False], same)))
    depth = later - begins[later]
    pairs = []
    for back in range(1, NEIGHBOURS + 1):
        later, depth = later[depth >= back], depth[depth >= back]
        if not len(later):
            break
        pairs.append(places[later - back] << np.uint64(32) | places[later])
    for head in range(HEADS):
        far = later[depth > NEIGHBOURS + head]
        if not len(far):
            break
        pairs.append(places[begins[far] + head] << np.uint64(32) | places[far])
    return np.concatenate(pairs) if pairs else np.empty(0, dtype=np.uint64)


def _band_hash(slots: Slots) -> npt.NDArray[np.uint64]:
    hashes = np.zeros(len(slots), dtype=np.uint64)
    for row in slots.T:
        hashes = (hashes ^ row) * np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
    return hashes * np.uint64(0xBF58476D1CE4E5B9)
