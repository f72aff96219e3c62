"""Candidate pairs of more texts than fit in memory: those of :func:`newsclean.neardup.bands.candidate_pairs`.

One band at a time, and of a band that has too many texts a share of its buckets at a time. The pairs gathered so far
lie in partitions, by the later text of the pair; whatever is decided about a pair is decided from the pairs of its
later text, and from how often its earlier one is a candidate, which is counted over all partitions first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from newsclean.io.store import Store
from newsclean.neardup import bands
from newsclean.neardup.bands import BAND_SLOTS, BANDS, Pairs, Ranks, band_hash, bucket_pairs, count_pairs, cut_down

__all__ = ["Candidates", "gather_candidates"]

_LOW = np.uint64(0xFFFF_FFFF)
_HIGH = np.uint64(32)

Column = Callable[[int], npt.NDArray[np.uint32]]
"""Returns one slot of the signatures, in the visiting order."""


class Candidates:
    """The pairs gathered so far, each as ``earlier << 32 | later``, in partitions by the later text."""

    def __init__(self, store: Store, count: int, most: int) -> None:
        self._store = store
        self._count = count
        self._generation = 0
        self.bands = 0
        """How many bands are in."""
        # A text has at most so many candidates before it once they are cut down; twice that while they gather.
        self.partitions = max(1, -(-count * 2 * bands.MOST // most))
        self._width = -(-count // self.partitions) or 1
        self._gathered: list[Pairs] = []
        before = store.saved("pairs")
        if before is not None:
            self._generation, self.bands, self.partitions = (int(n) for n in before["at"])
            self._width = -(-count // self.partitions) or 1

    def add(self, pairs: Pairs) -> None:
        """Add pairs of the band at hand."""
        self._gathered.append(pairs)

    def band_done(self) -> None:
        """Count the pairs and cut them down when enough have come together, as those in memory are."""
        self.bands += 1
        if self.bands == BANDS or sum(map(len, self._gathered)) > bands.COMPACT:
            self._compact()

    def _compact(self) -> None:
        more = np.concatenate([np.empty(0, dtype=np.uint64), *self._gathered])
        self._gathered = []
        popularity = np.zeros(self._count, dtype=np.int64)
        counted = self._generation + 1
        partition = (more & _LOW).astype(np.int64) // self._width
        for number in range(self.partitions):
            pairs, buckets = count_pairs(*self._load(self._generation, number), more[partition == number])
            popularity += np.bincount((pairs >> _HIGH).astype(np.int64), minlength=self._count)
            self._keep(f"counted-{number}", pairs, buckets)
        del more, partition
        for number in range(self.partitions):
            pairs, buckets = self._kept(f"counted-{number}")
            self._store.discard(f"counted-{number}")
            self._keep(f"pairs-{counted}-{number}", *cut_down(pairs, buckets, popularity))
        before, self._generation = self._generation, counted
        self._store.save("pairs", at=np.array([counted, self.bands, self.partitions]))
        for number in range(self.partitions):
            self._store.discard(f"pairs-{before}-{number}")

    def _keep(self, name: str, pairs: Pairs, buckets: Ranks) -> None:
        self._store.save(name, pairs=pairs, buckets=buckets.astype(np.uint8))

    def _kept(self, name: str) -> tuple[Pairs, Ranks]:
        found = self._store.saved(name)
        if found is None:
            return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
        return found["pairs"], found["buckets"].astype(np.int64)

    def _load(self, generation: int, number: int) -> tuple[Pairs, Ranks]:
        return self._kept(f"pairs-{generation}-{number}")

    def partition(self, number: int) -> tuple[Ranks, Ranks]:
        """Return the pairs of a partition as two arrays of places in the visiting order."""
        pairs, _ = self._load(self._generation, number)
        return (pairs >> _HIGH).astype(np.int64), (pairs & _LOW).astype(np.int64)


def gather_candidates(
    store: Store, column: Column, count: int, *, keys: int, pairs: int, progress: Callable[[int, int], None]
) -> Candidates:
    """Return the candidate pairs of *count* texts; what *store* has of them is not looked for again.

    *keys* texts are sorted at a time, *pairs* pairs held. *progress* is told how many of the bands are done.
    """
    found = Candidates(store, count, pairs)
    shares = 1
    while count > keys * shares:
        shares *= 2
    for band in range(found.bands, BANDS):
        hashes = band_hash(np.stack([column(slot) for slot in BAND_SLOTS[band].tolist()]))
        for sorted_keys, place_bits in _shares(hashes, count, shares):
            low = (np.uint64(1) << place_bits) - np.uint64(1)
            found.add(bucket_pairs(sorted_keys >> place_bits, sorted_keys & low))
        found.band_done()
        progress(band + 1, BANDS)
    return found


def _shares(hashes: Pairs, count: int, shares: int) -> Iterator[tuple[Pairs, np.uint64]]:
    """Yield the sorted keys of a band, each bucket whole in one of *shares* (a power of 2) portions."""
    place_bits = np.uint64(max(1, (count - 1).bit_length()))
    for share in range(shares):
        # By the lowest bits: those that the key keeps of the hash.
        at = np.flatnonzero((hashes & np.uint64(shares - 1)) == share) if shares > 1 else np.arange(count)
        sorted_keys = (hashes[at] << place_bits) | at.astype(np.uint64)
        sorted_keys.sort()
        if len(at):
            yield sorted_keys, place_bits
