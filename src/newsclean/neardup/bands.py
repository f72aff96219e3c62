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

A bucket may hold thousands of articles from one template. Comparing all of its pairs would take the square of its
size, so in a bucket each text is compared with the few that follow the rank (longer first) just before it, and with
the few at its head, where the leaders of groups come from. Small buckets are compared completely. A bucket this large
holds one story or one template, in which what matters is the likeness to the head.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from newsclean.neardup.signatures import SLOTS, Slots

__all__ = ["BANDS", "BAND_SLOTS", "ROWS", "candidate_pairs"]

BANDS = SLOTS
ROWS = 3
BAND_SLOTS = (np.arange(BANDS)[:, None] + np.array([0, 11, 37])) % SLOTS
"""The slots of each band, a row each."""

NEIGHBOURS = 12  # texts just before it in its bucket that a text is compared with: complete up to 13 in a bucket
HEADS = 4  # texts at the head of its bucket

_COMPACT = 4_000_000  # pairs gathered before repeated ones are taken out: 32 MB

Ranks = npt.NDArray[np.int64]


def candidate_pairs(signatures: Slots, order: Ranks) -> tuple[Ranks, Ranks]:
    """Return the pairs to check, as two arrays of places in *order*, the first before the second, sorted.

    *order* lists the rows of *signatures* that take part, the likely leaders first. Time grows with
    ``BANDS * n log n``, whatever the sizes of the buckets.
    """
    count = len(order)
    place_bits = np.uint64(max(1, (count - 1).bit_length()))
    places = np.arange(count, dtype=np.uint64)
    by_slot = np.ascontiguousarray(signatures[order].T)
    gathered: list[npt.NDArray[np.uint64]] = []
    size = 0
    for slots in BAND_SLOTS:
        # The hash of the band above, the place below: one sort gives the buckets and the rank order in them. At a
        # million texts 44 bits of hash remain; a chance agreement is one more candidate that fails the check.
        keys = _band_hash(by_slot[slots])
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
    """Return one hash a text, from its slots of a band: a row of *slots* each."""
    hashes = np.zeros(slots.shape[1], dtype=np.uint64)
    for row in slots:
        hashes = (hashes ^ row) * np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
    return hashes * np.uint64(0xBF58476D1CE4E5B9)
